"""Addresses of accounts: a person's own, and whom an organisation invites. allauth's lie below ``/accounts/``."""

from django.urls import path

from standfirst.server.accounts import language, views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", language.choose, name="language"),
    path("account/", views.overview, name="account_overview"),
    path("account/sessions/<int:session>/end/", views.end_session, name="account_end_session"),
    path("account/tokens/", views.list_tokens, name="account_tokens"),
    path("account/tokens/new/", views.new_token, name="account_new_token"),
    path("account/tokens/<uuid:token>/revoke/", views.revoke_token, name="account_revoke_token"),
    path("join/<str:secret>/", views.join, name="join"),
    path("o/<slug:slug>/invitations/", views.invitations, name="invitations"),
    path(
        "o/<slug:slug>/invitations/<uuid:invitation>/revoke/",
        views.revoke_invitation,
        name="revoke_invitation",
    ),
]
