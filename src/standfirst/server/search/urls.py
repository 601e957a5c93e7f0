"""Addresses of search."""

from django.urls import URLPattern, path

from standfirst.server.search import views

HERE = "o/<slug:organisation>"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/search", views.search, name="search"),
    path(f"{HERE}/find", views.find, name="find"),
]
