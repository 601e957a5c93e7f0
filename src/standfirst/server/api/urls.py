"""Addresses of the API. Each says what its methods are; ``description`` tells programs the same."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from standfirst.server.api import description, views
from standfirst.server.api.entry import methods
from standfirst.server.labels import CONVERTER
from standfirst.server.readiness import programs, spelling  # noqa: F401 - how requirements are spelt in addresses
from standfirst.server.refusals import answer, told
from standfirst.standards.reason import Reason


def nowhere(request: HttpRequest) -> HttpResponse:
    """JSON also for who asks in vain."""
    return answer(request, 404, [told(Reason("request.nowhere"))])


HERE = "api/v1/o/<slug:organisation>"
RECORD = f"{HERE}/records/<{CONVERTER}:record>"

organisation_patterns: list[URLPattern] = [
    path(f"{HERE}/kinds", methods(GET=views.kinds), name="api-kinds"),
    path(f"{HERE}/kinds/<slug:kind>", methods(GET=views.kind), name="api-kind"),
    path(f"{HERE}/ledger/head", methods(GET=views.head), name="api-head"),
    path(f"{HERE}/readiness", methods(GET=programs.readiness), name="api-readiness"),
    path(
        f"{HERE}/readiness/<requirement:requirement>",
        methods(GET=programs.requirement),
        name="api-requirement",
    ),
    path(f"{HERE}/records", methods(GET=views.records, POST=views.create_record), name="api-records"),
    path(RECORD, methods(GET=views.record, PATCH=views.amend_record), name="api-record"),
    path(f"{RECORD}/moves", methods(POST=views.move_record), name="api-moves"),
    path(f"{RECORD}/versions", methods(GET=views.versions), name="api-versions"),
    path(f"{RECORD}/versions/<int:version>", methods(GET=views.version), name="api-version"),
    path(f"{RECORD}/comparison", methods(GET=views.comparison), name="api-comparison"),
    path(f"{RECORD}/links", methods(GET=views.links), name="api-links"),
    path(f"{RECORD}/trace", methods(GET=views.trace_of), name="api-trace"),
    path(f"{RECORD}/proof", methods(GET=views.proof), name="api-proof"),
    path(f"{RECORD}/proof/entry.tlog-proof", methods(GET=views.logged), name="api-logged"),
]
urlpatterns: list[URLPattern] = [
    path("api/v1/openapi.json", description.serve, name="api-description"),
    *organisation_patterns,
]
last: list[URLPattern] = [re_path(r"^api/", nowhere, name="api-nowhere")]
"""After all others below the same address."""
