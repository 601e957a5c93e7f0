"""What falls due is looked at again: documents read, suppliers evaluated, duties checked, risks assessed. Not all of it in time.

Deeds are reckoned from the records as they stand on their day, until the next review lies beyond the end of the play.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from standfirst.management.applicability import OBLIGATION
from standfirst.management.documents import DOCUMENT
from standfirst.management.risk import RISK
from standfirst.management.suppliers import SUPPLIER
from standfirst.records.package.package import Package
from standfirst.server.simulation.calendar import TURN, Calendar, working
from standfirst.server.simulation.stage import Script, Stage

FORGOTTEN: Final = frozenset(
    {"x:DOC-0004", "x:DOC-0026", "x:DOC-0047", "x:SUP-0003", "x:OBL-0011", "x:RSK-0012"}
)
"""What nobody has looked at again so far: every company has some."""

READ: Final = (
    "Read with the process owner; two names changed",
    "Read; still right",
    "Read in the team meeting; one paragraph shortened",
    "Read after the audit; wording of one limit made clear",
    "Read; the table is brought up to date",
)


def renew(package: Package, script: Script, calendar: Calendar) -> None:
    """Of the example package's records, those whose review falls before the end and that nobody has forgotten."""
    for record in package.store.records().values():
        label = f"x:{record.number}"
        body, state = record.current.content.body, record.current.content.state
        due = body.get("review_by")
        again = _WAYS.get(record.kind)
        if again is None or due is None or label in FORGOTTEN or state not in _STANDING[record.kind]:
            continue
        late = sum(map(ord, record.number)) % 17 - 9  # some before their day, some after it
        day = working(max(date.fromisoformat(due) + timedelta(days=late), TURN + timedelta(days=1)))
        count = 0
        while day <= calendar.last:
            script.add(day, partial(again, label, day, _term(day), count))
            day, count = working(_term(day)), count + 1


def _term(day: date) -> date:
    return day + timedelta(days=365)


OWN: Final = {
    "sup-cables": -212,
    "sup-amps": -201,
    "sup-racks": -188,
    "sup-labcal": -166,
    "sup-translator": -160,
    "sup-idp": -41,
}
"""Suppliers of the story, and when they were evaluated again, in days before the end."""


def renew_own(script: Script, calendar: Calendar) -> None:
    for count, (key, offset) in enumerate(OWN.items()):
        day = calendar.day(offset)
        script.add(day, partial(_evaluated_again, key, day, _term(day), count))


_STANDING: Final[Mapping[str, tuple[str, ...]]] = {
    DOCUMENT.name: ("approved",),
    SUPPLIER.name: ("approved",),
    OBLIGATION.name: ("applicable",),
    RISK.name: ("treated", "accepted"),
}


def _writer(stage: Stage, label: str) -> str:
    """The handle of whoever wrote it last and is still here."""
    record = stage.record(label)
    people = {r.id: r.current.content for r in stage.store.records(kinds=("person",)).values()}
    for version in reversed(record.versions):
        person = people.get(version.entry.actor)
        if person is not None and person.state == "active" and not version.entry.transition:
            return str(person.body["handle"])
    return "dervla"


def _read_again(label: str, day: date, term: date, count: int, stage: Stage) -> None:
    who = _writer(stage, label)
    why = READ[(sum(map(ord, label)) + count) % len(READ)]
    stage.move(who, label, "draft", why="Its review is due")
    stage.amend(who, label, values={"reviewed_on": day.isoformat(), "review_by": term.isoformat()}, why=why)
    stage.move(who, label, "in-review", why=why)
    stage.move(_approver(stage, label, besides=who), label, "approved", why="Read")


def _approver(stage: Stage, label: str, *, besides: str) -> str:
    """Whoever approved it before: criteria ask for the signature of certain roles."""
    people = {r.id: r.current.content for r in stage.store.records(kinds=("person",)).values()}
    for version in reversed(stage.record(label).versions):
        person = people.get(version.entry.actor)
        if version.entry.transition == "approve" and person is not None and person.state == "active":
            handle = str(person.body["handle"])
            if handle != besides:
                return handle
    return "maren" if besides == "dervla" else "dervla"


def _evaluated_again(label: str, day: date, term: date, _: int, stage: Stage) -> None:
    values: dict[str, Any] = {"evaluated_on": day.isoformat(), "review_by": term.isoformat()}
    stage.move("bruno", label, "candidate", why="Yearly evaluation")
    stage.amend("bruno", label, values=values, why="Deliveries, delays and certificates of the year read")
    stage.move("dervla", label, "approved", why="Within what was agreed")


def _checked_again(label: str, day: date, term: date, _: int, stage: Stage) -> None:
    who = _writer(stage, label)
    values = {"evaluated_on": day.isoformat(), "review_by": term.isoformat()}
    stage.amend(who, label, values=values, why="Looked at again; the answer is the same")


def _assessed_again(label: str, day: date, term: date, _: int, stage: Stage) -> None:
    """Once a year anew, with what has happened meanwhile: sometimes a step less likely."""
    who, record = _writer(stage, label), stage.record(label)
    state, body = record.current.content.state, record.current.content.body
    likelihood = max(1, body["likelihood"] - (sum(map(ord, label)) % 2))
    stage.move(who, label, "identified", why="A year is over")
    values = {"assessed_on": day.isoformat(), "review_by": term.isoformat(), "likelihood": likelihood}
    stage.amend(who, label, values=values, why="Assessed anew with the log of the year")
    stage.move(who, label, "assessed", why="Assessed anew")
    stage.move(who, label, "treated", why="Controls are as they were")
    if state == "accepted":
        stage.move("maren", label, "accepted", why="Accepted for another year")


_WAYS: Final[Mapping[str, Callable[[str, date, date, int, Stage], None]]] = {
    DOCUMENT.name: _read_again,
    SUPPLIER.name: _evaluated_again,
    OBLIGATION.name: _checked_again,
    RISK.name: _assessed_again,
}
