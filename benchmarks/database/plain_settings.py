"""The workplace's settings with nothing between request and view but sessions and accounts. For ``plain``."""

from standfirst.server.settings import *  # noqa: F403 - what else is the same

ROOT_URLCONF = "benchmarks.database.plain"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # its app does not start without
]
