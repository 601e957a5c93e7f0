"""Addresses of the plain pages."""

from django.urls import URLPattern, path

from standfirst.server.copies import views as copies
from standfirst.server.labels import CONVERTER
from standfirst.server.pages import (
    board,
    calendar,
    choosing,
    commenting,
    exporting,
    families,
    history,
    home,
    linked,
    listing,
    moving,
    moving_many,
    proofs,
    record,
    saving,
    writing,
)

HERE = "o/<slug:organisation>"
RECORD = f"{HERE}/records/<{CONVERTER}:record>"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/", home.organisation, name="organisation"),
    path(f"{HERE}/kinds/", families.kinds, name="kinds"),
    path(f"{HERE}/kinds/<slug:kind>/", listing.listing, name="records"),
    path(f"{HERE}/kinds/<slug:kind>/board/", board.board, name="board"),
    path(f"{HERE}/kinds/<slug:kind>/move/", moving_many.move, name="records-move"),
    path(f"{HERE}/kinds/<slug:kind>/views/", saving.save, name="saved-views"),
    path(f"{HERE}/kinds/<slug:kind>/records.<slug:form>", exporting.file, name="records-file"),
    path(f"{HERE}/views/<int:view>/", saving.one, name="saved-view"),
    path(f"{HERE}/calendar/", calendar.calendar, name="calendar"),
    path(f"{HERE}/kinds/<slug:kind>/new/", writing.new, name="record-new"),
    path(f"{HERE}/kinds/<slug:kind>/check/", choosing.check, name="record-check"),
    path(f"{HERE}/choose/records/", choosing.records, name="choose-records"),
    path(f"{HERE}/choose/prose/", choosing.prose, name="prose"),
    path(f"{RECORD}/", record.record, name="record"),
    path(f"{RECORD}/edit/", writing.edit, name="record-edit"),
    path(f"{RECORD}/moves/<slug:transition>/", moving.take_move, name="record-move"),
    path(f"{RECORD}/sign/<uuid:pending>/", moving.sign, name="record-sign"),
    path(f"{RECORD}/history/", history.history, name="record-history"),
    path(f"{RECORD}/compare/", history.comparison, name="record-compare"),
    path(f"{RECORD}/links/", linked.links, name="record-links"),
    path(f"{RECORD}/comments/", commenting.comments, name="record-comments"),
    path(f"{HERE}/mention/", commenting.mention, name="mention"),
    path(f"{RECORD}/copy.pdf", copies.copy, name="record-copy"),
    path(f"{RECORD}/trace/", proofs.traced, name="record-trace"),
    path(f"{RECORD}/proof/", proofs.proof, name="record-proof"),
    path(f"{RECORD}/proof/handover.zip", proofs.handover, name="record-handover"),
    path(f"{RECORD}/proof/entry.tlog-proof", proofs.logged, name="record-logged"),
]
