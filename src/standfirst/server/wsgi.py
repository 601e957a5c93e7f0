"""The door for a web server such as gunicorn: ``gunicorn standfirst.server.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "standfirst.server.settings")  # noqa: TID251 - Django asks for it

application = get_wsgi_application()
