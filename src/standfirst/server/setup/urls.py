"""Addresses of the first ten minutes."""

from django.urls import URLPattern, path

from standfirst.server.setup import gaps, views

HERE = "o/<slug:organisation>"

urlpatterns: list[URLPattern] = [
    path("begin/<str:secret>/", views.opened, name="opened"),
    path("organisations/new/", views.found, name="found"),
    path(f"{HERE}/set-up/", views.begin, name="set-up"),
    path(f"{HERE}/set-up/<slug:step>/", views.step, name="set-up-step"),
    path(f"{HERE}/gaps/", gaps.gaps, name="gaps"),
]
