"""Addresses of readiness: the whole, one requirement, what applies, and the reports."""

from django.urls import URLPattern, path, register_converter

from standfirst.server.readiness import reporting, views

HERE = "o/<slug:organisation>"


class RequirementConverter:
    """Ids of requirements as editions write them: ``A.1.2``, ``8.4``."""

    regex = r"[A-Za-z0-9][A-Za-z0-9.()-]{0,39}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RequirementConverter, "requirement")

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
