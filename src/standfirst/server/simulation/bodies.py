"""The bodies around the company: those that accredit and certify, played as ``certification.path`` plays them, and a
standards body. Everything that they issue says SPECIMEN.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from standfirst.certification.kinds import BODY_KINDS
from standfirst.certification.path import Play
from standfirst.certification.play.schedule import ending
from standfirst.certification.play.texts import Texts, demo_texts
from standfirst.certification.publication import ACCREDITATION_BODY, CERTIFICATION_BODY
from standfirst.conformity.document import Assessed
from standfirst.management.founding import found
from standfirst.management.kinds import OWN_KINDS
from standfirst.management.organisation import PERSON
from standfirst.records.package.package import Package
from standfirst.server.simulation.calendar import Calendar, moment
from standfirst.server.simulation.stage import Script, Stage
from standfirst.server.simulation.stories import stories, tell

Assess = Callable[[Package, date], Assessed]
"""What a client's own records show on a day: its first-party result."""

STANDARDS_BODY: Final = "Northmarch Standards (fictional)"
BEGUN: Final = -402
"""When the standards body's ledger begins, in days before the end."""

COMMITTEE: Final[Sequence[tuple[str, str, list[str], list[str], str]]] = (
    (
        "wilhelm",
        "Wilhelm Osterhout",
        ["quality-manager"],
        ["Committee secretary"],
        "Secretary of committee NM/Q 7.",
    ),
    ("iris", "Iris Montalban", ["reviewer"], ["Convenor"], "Convenor; edits the drafts."),
    ("teodor", "Teodor Maskell", [], [], "Looks after members and votes."),
)

_NUMBER: Final = re.compile(r"\b[A-Z]{3}-[0-9]{4}\b")


def applied_on(today: date) -> date:
    """The day on which the company applies for certification: what it has recorded before is what it hands in."""
    return ending(today).applied


def certify(
    client: Package, folder: Path, *, now: datetime, assess: Assess, numbers: Mapping[str, str]
) -> tuple[Path, Path]:
    """Both bodies' books: of the accreditation body, and of the certification body.

    ``numbers``: what records of the example package are numbered here, for the texts that name them.
    """
    assessed = assess(client, applied_on(now.date()))
    texts = _retold(demo_texts(), assessed.organisation_id, numbers)
    play = Play(client, assessed, folder, now=now, texts=texts)
    yesterday = now.date() - timedelta(days=1)
    scripts = {name: _script(story, yesterday) for name, story in _BESIDE.items()}
    stages: dict[str, Stage] = {}
    for step in play.steps():
        for name, script in scripts.items():
            if (folder / name).is_dir() and step.reason.code not in _REFUSING:
                stage = stages.setdefault(name, Stage(BODY_KINDS, folder / name))
                script.play(stage, until=min(step.at.date() - timedelta(days=1), yesterday))
        step.run()
    return folder / ACCREDITATION_BODY, folder / CERTIFICATION_BODY


_REFUSING: Final = frozenset({"play.stage-1-assigned", "play.decided"})
"""Steps with an attempt that is refused, and that must leave the ledger as it was: nobody else writes just before."""

_BESIDE: Final = {ACCREDITATION_BODY: "accreditation_body", CERTIFICATION_BODY: "certification_body"}
"""What else the bodies do meanwhile, in ``content/``."""


def _script(name: str, last: date) -> Script:
    script, calendar = Script(), Calendar(last, stretches=False)
    for story in stories(name):
        tell(story, script, calendar)
    return script


def _retold(texts: Texts, client: str, numbers: Mapping[str, str]) -> Texts:
    """The same words about the same company, whose ledger is another one here and numbers some records otherwise."""

    def told(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: told(item) for key, item in value.items()}
        if isinstance(value, list):
            return [told(item) for item in value]
        if isinstance(value, str):
            return _NUMBER.sub(lambda found: numbers.get(found[0], found[0]), value)
        return value

    values = told(texts.model_dump(mode="json"))
    values["file"]["client"] = client
    return Texts.model_validate_json(json.dumps(values))


def standards_body(last: date) -> Stage:
    """A standards body with a committee at work on one text."""
    calendar, script, stage = (
        Calendar(last, stretches=False),
        _script("standards_body", last),
        Stage(OWN_KINDS),
    )
    stage.at = moment(calendar.day(BEGUN), 0)
    stage.perform(found(name="Ada Merriwether", handle="ada", simulation=True, fictional=True))
    for handle, name, roles, functions, remarks in COMMITTEE:
        body = {"name": name, "handle": handle, "roles": roles, "functions": functions, "remarks": remarks}
        stage.create("ada", PERSON.name, body=body, why="Appointed")
    script.play(stage)
    return stage
