"""Every address of the server. The isolation test walks them all."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from standfirst.server.accounts.sessions import sessions
from standfirst.server.api import urls as api

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "accounts/sessions/", sessions, name="usersessions_list"
    ),  # instead of allauth's at the same address
    path("accounts/", include("allauth.urls")),
    path("", include("standfirst.server.accounts.urls")),
    path("", include("standfirst.server.files.urls")),
    path("", include("standfirst.server.sealed.urls")),
    path("", include("standfirst.server.setup.urls")),
    path("", include("standfirst.server.pages.urls")),
    path("", include("standfirst.server.desk.urls")),
    path("", include("standfirst.server.importing.urls")),
    path("", include("standfirst.server.search.urls")),
    path("", include("standfirst.server.readiness.urls")),
    path("", include("standfirst.server.telling.urls")),
    path("", include("standfirst.server.catalogues.urls")),
    path("", include("standfirst.server.exchange.urls")),
    path("", include("standfirst.server.api.urls")),
    *api.last,
]
