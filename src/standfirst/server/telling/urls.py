"""Addresses of what people are told, and of how they and programs get to know."""

from django.urls import URLPattern, path

from standfirst.server.telling import choosing, feeds, inbox, webhooks

HERE = "o/<slug:organisation>"
HOOK = f"{HERE}/webhooks/<uuid:endpoint>"
DEEDS = ("test", "renew", "stop", "start", "delete")
"""What may be done with a webhook, each at an address of its own."""

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/inbox/", inbox.inbox, name="inbox"),
    path(f"{HERE}/inbox/mark/", inbox.mark, name="inbox-mark"),
    path(f"{HERE}/inbox/settings/", choosing.settings, name="inbox-settings"),
    path(f"{HERE}/inbox/settings/titles/", choosing.let_titles_out, name="inbox-titles"),
    path(f"{HERE}/calendars/", feeds.feeds, name="feeds"),
    path(f"{HERE}/calendars/<uuid:feed>/renew/", feeds.renew, name="feed-renew"),
    path(f"{HERE}/calendars/<uuid:feed>/revoke/", feeds.revoke, name="feed-revoke"),
    path(f"{HERE}/webhooks/", webhooks.webhooks, name="webhooks"),
    path(f"{HERE}/webhooks/new/", webhooks.new, name="webhook-new"),
    path(f"{HOOK}/", webhooks.webhook, name="webhook"),
    *(path(f"{HOOK}/{deed}/", webhooks.act, {"deed": deed}, name=f"webhook-{deed}") for deed in DEEDS),
    path(f"{HOOK}/deliveries/<int:delivery>/again/", webhooks.resend, name="webhook-again"),
    path("calendars/<str:secret>/due.ics", feeds.calendar, name="feed-calendar"),
    path("letters/<str:secret>/stop/", choosing.stop_letters, name="letters-stop"),
]
