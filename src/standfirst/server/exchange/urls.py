"""Addresses of what crosses between organisations."""

from django.urls import URLPattern, path

from standfirst.server.exchange import envelopes, grants, outcomes, pages
from standfirst.server.labels import CONVERTER
from standfirst.server.readiness import spelling  # noqa: F401 - how requirements are spelt in addresses

HERE = "o/<slug:organisation>"
GRANT = f"{HERE}/received/<{CONVERTER}:grant>"
THEIRS = f"{GRANT}/records/<{CONVERTER}:record>"
ENVELOPES = f"{HERE}/exchange"

urlpatterns: list[URLPattern] = [
    path(f"{ENVELOPES}/", pages.index, name="exchange"),
    path(f"{ENVELOPES}/upload/", envelopes.upload, name="envelope-upload"),
    path(f"{ENVELOPES}/send/<{CONVERTER}:record>/", envelopes.send, name="envelope-send"),
    path(f"{ENVELOPES}/sent/<{CONVERTER}:record>/", envelopes.sent, name="sent-envelope"),
    path(f"{ENVELOPES}/sent/<{CONVERTER}:record>/file", envelopes.envelope_file, name="envelope-file"),
    path(f"{ENVELOPES}/envelopes/<{CONVERTER}:record>/", envelopes.envelope, name="envelope"),
    path(f"{ENVELOPES}/envelopes/<{CONVERTER}:record>/reply/", envelopes.reply, name="envelope-reply"),
    path(f"{GRANT}/", grants.grant, name="received-grant"),
    path(f"{GRANT}/visit/", grants.begin, name="visit-begin"),
    path(f"{GRANT}/leave/", grants.leave, name="visit-end"),
    path(f"{GRANT}/readiness/", outcomes.readiness, name="received-readiness"),
    path(f"{GRANT}/readiness/open/", outcomes.open_readiness, name="received-readiness-open"),
    path(f"{GRANT}/readiness.<slug:form>", outcomes.report, name="received-report"),
    path(
        f"{GRANT}/requirements/<requirement:requirement>/", outcomes.requirement, name="received-requirement"
    ),
    path(f"{THEIRS}/", grants.record, name="received-record"),
    path(f"{THEIRS}/open/", grants.open_record, name="received-open"),
    path(f"{THEIRS}/files/<int:position>/", grants.file, name="received-file"),
]
