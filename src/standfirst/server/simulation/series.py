"""What comes again and again: competences, months of operation, releases, deliveries. Tables in ``content/``, one form each."""

from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from standfirst.management.competence import COMPETENCE
from standfirst.management.documents import DOCUMENT
from standfirst.management.founding import acting
from standfirst.server.simulation.calendar import BEGUN, TURN, Calendar, in_words, working
from standfirst.server.simulation.people import people
from standfirst.server.simulation.stage import Script, Stage
from standfirst.server.simulation.stories import read
from standfirst.standards.validation import Name, Strict, Text

Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(?:0[1-9]|1[0-2])$")]

# --- competences -----------------------------------------------------------------------------------------------------


class Skill(Strict):
    title: Text
    area: Name
    role: Text
    years: int
    verifier: Name
    requirement: Text
    training: Text
    how: tuple[Text, ...] = Field(min_length=1)


class Held(Strict):
    """Verified on a day, and ``again`` when it was due; ``lapsed`` where nobody has looked again."""

    who: Name
    skill: Name
    on: date | int
    again: tuple[date | int, ...] = ()
    lapsed: bool = False


class Wanted(Strict):
    who: Name
    skill: Name
    on: date | int
    training: bool = False


class Competences(Strict):
    skills: dict[Name, Skill]
    held: tuple[Held, ...]
    wanted: tuple[Wanted, ...]


def competences(script: Script, calendar: Calendar) -> None:
    table = read(Competences, "competences")
    joined = {each.handle: calendar.on(each.on) for each in people().people}
    told: dict[str, int] = {}
    for one in table.held:
        skill, key = table.skills[one.skill], f"competence:{one.who}:{one.skill}"
        count = told[one.skill] = told.get(one.skill, -1) + 1
        how = skill.how[count % len(skill.how)]
        day = calendar.on(one.on)
        begun = max(working(day - timedelta(days=6 + 3 * (count % 4))), joined.get(one.who, BEGUN))
        script.add(begun, partial(_needed, one.who, skill, key))
        script.add(day, partial(_verified, skill, key, how, day))
        for place, later in enumerate(one.again, start=1):
            again = calendar.on(later)
            script.add(
                again,
                partial(_verified_again, skill, key, skill.how[(count + place) % len(skill.how)], again),
            )
        due = calendar.on((one.again or (one.on,))[-1]) + timedelta(days=365 * skill.years)
        if one.lapsed and (seen := working(due + timedelta(days=11))) <= calendar.last:
            script.add(seen, partial(_lapsed, key))
    for each in table.wanted:
        skill, key = table.skills[each.skill], f"competence:{each.who}:{each.skill}"
        day = calendar.on(each.on)
        script.add(day, partial(_needed, each.who, skill, key))
        if each.training:
            script.add(working(day + timedelta(days=5)), partial(_training, key))


def _needed(who: str, skill: Skill, key: str, stage: Stage) -> None:
    person = acting(stage.store, who).id
    name = str(stage.record(person).current.content.body["name"])
    body = {
        "title": f"{skill.title}: {name}",
        "area": skill.area,
        "role": skill.role,
        "requirement": skill.requirement,
        "training": skill.training,
    }
    stage.create(
        "dervla",
        COMPETENCE.name,
        body=body,
        why="Needed for the work",
        links={"of": [person]},
        serves=["7.2"],
        key=key,
    )


def _training(key: str, stage: Stage) -> None:
    stage.move("dervla", key, "training", why="Has begun")


def _verified(skill: Skill, key: str, how: str, day: date, stage: Stage) -> None:
    values = {
        "verified_on": day.isoformat(),
        "how_verified": how,
        "effective": True,
        "renew_by": (day + timedelta(days=365 * skill.years)).isoformat(),
    }
    writer, verifier = _pair(skill)
    stage.amend(writer, key, values=values, why="Shown")
    stage.move(verifier, key, "verified", why=how)


def _pair(skill: Skill) -> tuple[str, str]:
    """Who writes it down, and who verifies: not the person it is about, and not the same."""
    verifier = "maren" if skill.verifier == "dervla" else skill.verifier
    return "dervla", verifier


def _verified_again(skill: Skill, key: str, how: str, day: date, stage: Stage) -> None:
    stage.move("dervla", key, "needed", why="The term is over")
    _verified(skill, key, how, day, stage)


def _lapsed(key: str, stage: Stage) -> None:
    stage.move("dervla", key, "lapsed", why="Nobody has looked again in time")


# --- months, releases, deliveries ------------------------------------------------------------------------------------


class Operated(Strict):
    by: Name
    available: Text
    jobs: int
    users: int
    calls: int
    told: Text


class OperatedIn(Operated):
    month: Month


class Release(Strict):
    version: Text
    on: date | int
    by: Name
    checked: Name
    changes: Text
    cases: int


class Inspected(Strict):
    on: date | int
    what: Text
    source: Text = Field(alias="from")
    by: Name
    checked: Name
    found: Text
    taken: Text


class Operations(Strict):
    months: tuple[OperatedIn, ...]
    later: tuple[Operated, ...]
    releases: tuple[Release, ...]
    inspections: tuple[Inspected, ...]


def operations(script: Script, calendar: Calendar) -> None:
    table = read(Operations, "operations")
    for told in table.months:
        year, month = map(int, told.month.split("-"))
        _month(told, date(year, month, 1), script, calendar)
    for told_later, first in zip(reversed(table.later), _months_before(calendar.last), strict=False):
        if first >= TURN:
            _month(told_later, first, script, calendar)
    for release in table.releases:
        _release(release, calendar.on(release.on), script, calendar)
    for one in table.inspections:
        _inspection(one, calendar.on(one.on), script, calendar)


def _months_before(last: date) -> list[date]:
    """The first days of the months that were over on this day, the latest first."""
    found, first = [], last.replace(day=1)
    for _ in range(24):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found


def _month(told: Operated, first: date, script: Script, calendar: Calendar) -> None:
    """Written on the fourth of the month after, approved two days later."""
    following = (first + timedelta(days=32)).replace(day=1)
    body = {
        "title": f"Operation in {first:%B} {first.year}",
        "type": "report",
        "owner": "Head of processor engineering",
        "topics": ["operation"],
        "text": (
            f"# Operation in {first:%B} {first.year}\n\n| figure | value |\n|---|---|\n"
            f"| share of promised hours in which jobs ran or could have run | {told.available} |\n"
            f"| jobs | {told.jobs} |\n| users with a job | {told.users} |\n| night calls | {told.calls} |\n\n{told.told}"
        ),
    }
    approver = "lena" if told.by != "lena" else "ivo"
    _document(
        body, told.by, approver, working(following + timedelta(days=3)), script, calendar, serves=("9.1.1",)
    )


def _release(told: Release, day: date, script: Script, calendar: Calendar) -> None:
    body = {
        "title": f"Release {told.version} of Grove",
        "type": "record",
        "owner": "Head of cloud and control software",
        "topics": ["release"],
        "text": (
            f"# Release {told.version}\n\n{told.changes}\n\nChecked with {told.cases} cases, all passed, and an hour of "
            f"shadow traffic. Signed and released on {in_words(day)}; the release before stays ready for two weeks."
        ),
    }
    _document(body, told.by, told.checked, day, script, calendar, serves=("8.7", "8.10"), about=("PRD-0003",))


def _inspection(told: Inspected, day: date, script: Script, calendar: Calendar) -> None:
    body = {
        "title": f"Incoming test: {told.what[0].lower()}{told.what[1:]}",
        "type": "record",
        "owner": "Measurement laboratory",
        "topics": ["incoming-inspection"],
        "text": f"# {told.what}\n\n{told.found}\n\nTaken into stock: {told.taken}.",
    }
    _document(body, told.by, told.checked, day, script, calendar, serves=("8.8",), about=(told.source,))


def _document(  # noqa: PLR0917
    body: dict[str, Any],
    by: str,
    approver: str,
    day: date,
    script: Script,
    calendar: Calendar,
    *,
    serves: tuple[str, ...] = (),
    about: tuple[str, ...] = (),
) -> None:
    """Written, sent for review and approved within a few days; what happens after the end does not happen."""
    key = f"document:{body['title']}"
    dated = {**body, "effective_from": day.isoformat(), "review_by": (day + timedelta(days=1096)).isoformat()}
    links = {"about": list(about)} if about else {}

    def write(stage: Stage) -> None:
        stage.create(by, DOCUMENT.name, body=dated, why="Written", serves=serves, links=links, key=key)
        stage.move(by, key, "in-review", why="For review")

    script.add(day, write)
    if (approved := working(day + timedelta(days=2))) <= calendar.last:
        script.add(
            max(approved, day), lambda stage: stage.move(approver, key, "approved", why="Read, in order")
        )
