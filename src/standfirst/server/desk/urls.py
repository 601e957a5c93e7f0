"""Where forms keep what is being written."""

from django.urls import URLPattern, path

from standfirst.server.desk import views

urlpatterns: list[URLPattern] = [
    path("o/<slug:organisation>/drafts/<slug:kind>/<uuid:record>/", views.draft, name="draft"),
]
