"""Addresses of what people are told, and of how they and programs get to know."""

from django.urls import URLPattern, path

from standfirst.server.telling import inbox

HERE = "o/<slug:organisation>"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/inbox/", inbox.inbox, name="inbox"),
]
