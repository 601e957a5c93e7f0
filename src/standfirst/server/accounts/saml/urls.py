"""Addresses below ``/accounts/``, by the names that allauth knows them by."""

from allauth.socialaccount.providers.saml.views import finish_acs, login
from django.urls import include, path

from standfirst.server.accounts.saml import views

urlpatterns = [
    path(
        "saml/<slug:organization_slug>/",
        include(
            [
                path("login/", login, name="saml_login"),
                path("acs/", views.answered, name="saml_acs"),
                path("acs/finish/", finish_acs, name="saml_finish_acs"),
                path("metadata/", views.metadata, name="saml_metadata"),
                path("sls/", views.no_logout, name="saml_sls"),
            ]
        ),
    )
]
