"""For programs: every answer to a catalogue in one response. One is set as any record is (``/records/NUMBER``)."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from standfirst.server.access import Place
from standfirst.server.api.entry import reply
from standfirst.server.api.outgoing import address
from standfirst.server.catalogues.answers import Answer, answers, catalogues, families


def all_catalogues(_: HttpRequest, place: Place) -> HttpResponse:
    told = catalogues(answers(place))
    return reply({"catalogues": [{"name": name, "statuses": counts} for name, counts in told.items()]})


def one_catalogue(_: HttpRequest, place: Place, catalogue: str) -> HttpResponse:
    """OSCAL's names: ``control-id``, ``implementation-status`` with ``state`` and ``remarks``."""
    found = answers(place, catalogue)
    first = found[0].number
    base = address(place, first).removesuffix(first)
    return reply(
        {
            "name": catalogue,
            "simulation": place.head.simulation,
            "fictional": place.head.fictional,
            "ledger": {"size": place.head.size, "root": bytes(place.head.root).hex()},
            "families": [{"title": title, "statuses": counts} for title, counts in families(found).items()],
            "implemented-requirements": [_told(answer, base) for answer in found],
        }
    )


def _told(answer: Answer, base: str) -> dict[str, Any]:
    body = answer.body
    status = {"state": answer.status}
    if remarks := body.get("remarks"):
        status["remarks"] = remarks
    return {
        "uuid": answer.id,
        "control-id": body["control"],
        "label": body["label"],
        "title": body["title"],
        "family": body.get("family"),
        "parent": body.get("parent"),
        "withdrawn": body.get("withdrawn", False),
        "implementation-status": status,
        "owner": body.get("owner"),
        "number": answer.number,
        "version": answer.version,
        "recorded_at": answer.recorded_at.isoformat(),
        "href": f"{base}{answer.number}",
    }
