"""Addresses of files, for pages and for programs."""

from django.urls import URLPattern, path

from standfirst.server.files import views

urlpatterns: list[URLPattern] = [
    path("o/<slug:organisation>/files/", views.index, name="files"),
    path("o/<slug:organisation>/files/upload", views.upload, name="files-upload"),
    path("o/<slug:organisation>/files/<int:use>/", views.download, name="file"),
    path("api/v1/o/<slug:organisation>/files", views.api_index, name="api-files"),
    path("api/v1/o/<slug:organisation>/files/<int:use>", views.api_file, name="api-file"),
    path("api/v1/o/<slug:organisation>/files/<int:use>/content", views.download, name="api-file-content"),
]
