"""Addresses of the plain pages."""

from django.urls import URLPattern, path

from standfirst.server.labels import CONVERTER
from standfirst.server.pages import looking, moving, writing

HERE = "o/<slug:organisation>"
RECORD = f"{HERE}/records/<{CONVERTER}:record>"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/", looking.organisation, name="organisation"),
    path(f"{HERE}/kinds/<slug:kind>/", looking.listing, name="records"),
    path(f"{HERE}/kinds/<slug:kind>/new/", writing.new, name="record-new"),
    path(f"{RECORD}/", looking.record, name="record"),
    path(f"{RECORD}/edit/", writing.edit, name="record-edit"),
    path(f"{RECORD}/moves/<slug:transition>/", moving.take_move, name="record-move"),
    path(f"{RECORD}/sign/<uuid:pending>/", moving.sign, name="record-sign"),
    path(f"{RECORD}/history/", looking.history, name="record-history"),
    path(f"{RECORD}/compare/", looking.comparison, name="record-compare"),
    path(f"{RECORD}/trace/", looking.traced, name="record-trace"),
    path(f"{RECORD}/proof/", looking.proof, name="record-proof"),
    path(f"{RECORD}/proof/handover.zip", looking.handover, name="record-handover"),
    path(f"{RECORD}/proof/entry.tlog-proof", looking.logged, name="record-logged"),
]
