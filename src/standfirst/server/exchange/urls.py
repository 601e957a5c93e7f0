"""Addresses of what crosses between organisations."""

from django.urls import URLPattern, path

from standfirst.server.exchange import views
from standfirst.server.labels import CONVERTER

HERE = "o/<slug:organisation>"
GRANT = f"{HERE}/received/<{CONVERTER}:grant>"
THEIRS = f"{GRANT}/records/<{CONVERTER}:record>"
ENVELOPES = f"{HERE}/exchange"

urlpatterns: list[URLPattern] = [
    path(f"{ENVELOPES}/", views.index, name="exchange"),
    path(f"{ENVELOPES}/upload/", views.upload, name="envelope-upload"),
    path(f"{ENVELOPES}/send/<{CONVERTER}:record>/", views.send, name="envelope-send"),
    path(f"{ENVELOPES}/sent/<{CONVERTER}:record>/", views.sent, name="sent-envelope"),
    path(f"{ENVELOPES}/sent/<{CONVERTER}:record>/file", views.envelope_file, name="envelope-file"),
    path(f"{ENVELOPES}/envelopes/<{CONVERTER}:record>/", views.envelope, name="envelope"),
    path(f"{ENVELOPES}/envelopes/<{CONVERTER}:record>/reply/", views.reply, name="envelope-reply"),
    path(f"{GRANT}/", views.grant, name="received-grant"),
    path(f"{GRANT}/visit/", views.begin, name="visit-begin"),
    path(f"{GRANT}/leave/", views.leave, name="visit-end"),
    path(f"{THEIRS}/", views.record, name="received-record"),
    path(f"{THEIRS}/open/", views.open_record, name="received-open"),
    path(f"{THEIRS}/files/<int:position>/", views.file, name="received-file"),
]
