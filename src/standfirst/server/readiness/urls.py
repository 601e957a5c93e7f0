"""Addresses of readiness: the whole, one requirement, what applies, and the reports."""

from django.urls import URLPattern, path

from standfirst.server.readiness import reporting, spelling, views  # noqa: F401 - how requirements are spelt in addresses

HERE = "o/<slug:organisation>"


urlpatterns: list[URLPattern] = [
    path(f"{HERE}/readiness/", views.readiness, name="readiness"),
    path(f"{HERE}/readiness/compute/", views.compute, name="readiness-compute"),
    path(f"{HERE}/requirements/<requirement:requirement>/", views.requirement, name="requirement"),
    path(f"{HERE}/applicability/", views.applicability, name="applicability"),
    path(f"{HERE}/applicability/draft/", views.draft, name="applicability-draft"),
    path(f"{HERE}/reports/", reporting.reports, name="reports"),
    path(f"{HERE}/reports/<uuid:prepared>/", reporting.prepared, name="report-prepared"),
    path(f"{HERE}/report.<slug:form>", reporting.report, name="report"),
]
