"""Addresses of catalogues: their pages, and the same for programs."""

from django.urls import URLPattern, path

from standfirst.server.api.entry import methods
from standfirst.server.catalogues import programs, views

HERE = "o/<slug:organisation>/catalogues"
API = f"api/v1/{HERE}"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/", views.index, name="catalogues"),
    path(f"{HERE}/<slug:catalogue>/", views.catalogue, name="catalogue"),
    path(API, methods(GET=programs.all_catalogues), name="api-catalogues"),
    path(f"{API}/<slug:catalogue>", methods(GET=programs.one_catalogue), name="api-catalogue"),
]
