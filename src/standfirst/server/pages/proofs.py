"""What a record rests on, and the proof that it stands in the ledger."""

from django.http import HttpRequest, HttpResponse

from standfirst.records.ledger import leaf_of
from standfirst.server import handing_over, reading
from standfirst.server.access import Place
from standfirst.server.pages.about import about
from standfirst.server.pages.entry import READING, page, whole, within
from standfirst.server.pages.showing import Moment
from standfirst.server.store.heads import head_in
from standfirst.server.trace import DEEPEST, trace
from standfirst.trust.checkpoint import Checkpoint


@within(*READING)
def traced(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    row = reading.row_of(place, record)
    depth = min(whole(request.GET.get("depth", ""), otherwise=3) or 3, DEEPEST)
    found = trace(place, row.record, depth=depth)
    context = {
        **about(place, row, "trace"),
        "down": found.down(),
        "up": found.up(),
        "cut": found.cut,
        "depth": depth,
        "depths": range(1, DEEPEST + 1),
        "count": len(found.labels) - 1,
    }
    return page(request, place, "trace.html", context)


@within(*READING)
def proof(request: HttpRequest, place: Place, record: str) -> HttpResponse:
    """Under the signed head, where there is one that covers it; else under the ledger's head as it is now."""
    row = reading.row_of(place, record)
    found = reading.standing(place, row.record)
    entry = found.current.entry
    signed = handing_over.proof(place, found)
    if signed is not None:
        path, head = signed.path, head_in(Checkpoint.parse(signed.note.text))
    else:
        path, head = place.store.inclusion(entry.sequence)
    context = {
        **about(place, row, "proof"),
        "entry": entry,
        "at": Moment(entry.recorded_at),
        "leaf": leaf_of(entry.to_bytes()),
        "head": head,
        "steps": [step.hex() for step in path],
        "ledger": reading.ledger_of(place),
        "signed": signed is not None,
        "origin": Checkpoint.parse(signed.note.text).origin if signed else "",
        "stem": f"{found.number}-v{entry.version}",
    }
    return page(request, place, "proof.html", context)


@within(*READING)
def handover(_: HttpRequest, place: Place, record: str) -> HttpResponse:
    """What another installation checks and takes in."""
    return handing_over.attached(handing_over.handover(place, reading.record_of(place, record)))


@within(*READING)
def logged(_: HttpRequest, place: Place, record: str) -> HttpResponse:
    """The proof for a stranger: what the ledger's keys signed, without the record."""
    return handing_over.attached(handing_over.logged(place, reading.record_of(place, record)))
