"""Where spreadsheets are brought in."""

from django.urls import URLPattern, path

from standfirst.server.importing import views

HERE = "o/<slug:organisation>/kinds/<slug:kind>/import"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/", views.sheet, name="import"),
    path(f"{HERE}/columns/", views.columns, name="import-columns"),
    path(f"{HERE}/template.xlsx", views.empty, name="import-template"),
]
