"""Where forms keep what is being written."""

from django.urls import URLPattern, path

from standfirst.server.desk import views
from standfirst.server.labels import CONVERTER

urlpatterns: list[URLPattern] = [
    path(f"o/<slug:organisation>/drafts/<slug:kind>/<{CONVERTER}:record>/", views.draft, name="draft"),
]
