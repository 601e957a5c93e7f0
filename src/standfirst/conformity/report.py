"""The report for people: one HTML file that needs nothing else, for whoever has two minutes and for whoever has an hour.

The same assessment gives the same bytes. Nothing is fetched and nothing runs but the filter of this file: a content
security policy says so to the browser. Whatever comes from outside is escaped, and what no reader could see in it is
written out (``words.visible``). Pictures are taken as they are: our own collectors drew them.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from standfirst import __version__
from standfirst.conformity import attention
from standfirst.conformity.applicability import statement
from standfirst.conformity.assess import Result
from standfirst.conformity.document import Assessed
from standfirst.conformity.readiness import Tally
from standfirst.conformity.register import Cited, register
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.method import Criterion, Status
from standfirst.standards.profile import Profile, shipped_profiles
from standfirst.standards.reason import Reason
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import sha256_hex
from standfirst.words import render
from standfirst.words.asking import asking
from standfirst.words.visible import visible

ORDER = (
    Status.SHOWN,
    Status.PARTLY,
    Status.NOT_SHOWN,
    Status.NEEDS_JUDGEMENT,
    Status.NOT_ASSESSABLE,
    Status.NOT_APPLICABLE,
)
"""The order in which a reader meets the statuses."""

STEPS = 5  # next steps named at the top
CITED = 6  # records named below one criterion; the register names them all

_SIGN_OF = {
    Outcome.MET: Status.SHOWN,
    Outcome.NOT_MET: Status.NOT_SHOWN,
    Outcome.JUDGEMENT: Status.NEEDS_JUDGEMENT,
    Outcome.NOT_ASSESSABLE: Status.NOT_ASSESSABLE,
}
_LABEL = re.compile(r"\w[\w-]*")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check of a measurement, in words and figures."""

    check: str
    verdict: str
    found: str
    limit: str


def html(
    assessed: Assessed,
    *,
    pictures: Mapping[str, str] = {},
    checks: Mapping[str, Sequence[CheckRow]] = {},
    remedies: bool = True,
) -> str:
    """The report as one HTML page. ``pictures``: record label -> SVG that we drew ourselves, put in as it is;
    ``checks``: record label -> the checks of that measurement.

    Without ``remedies`` it says nowhere what would make a no a yes: the form that may leave the organisation.
    """
    ready = assessed.readiness()
    cited = register(assessed, named=pictures)
    template = _environment().get_template("report.html.j2")
    return template.render(
        it=assessed,
        ready=ready,
        remedies=remedies,
        verdict=_verdict(ready.whole),
        order=ORDER,
        groups=_groups(assessed),
        cited=cited,
        cited_at_most=CITED,
        against=attention.against(assessed.results),
        lapsing=attention.lapsing(assessed.results, assessed.facts, assessed.at),
        soon=attention.SOON,
        steps=attention.next_steps(assessed.results)[:STEPS] if remedies else (),
        applicability=statement(assessed.edition, assessed.results),
        pictures=[(label, cited.get(label), Markup(svg)) for label, svg in sorted(pictures.items())],  # noqa: S704
        pictured=frozenset(pictures),
        checks=checks,
        release=__version__,
        profile_digest=_digest(assessed.profile),
        profile_option=_option(assessed.profile),
        style=Markup(_asset("report.css")),  # noqa: S704
        script=Markup(_asset("report.js")),  # noqa: S704
        script_hash=b64encode(sha256(_asset("report.js").encode()).digest()).decode(),
    )


# --- what the page shows ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    clause: str
    title: str
    tally: Tally
    results: Sequence[Result]


def _groups(assessed: Assessed) -> list[Group]:
    by_id = {result.requirement.id: result for result in assessed.results}
    return [
        Group(group.clause, group.title, tally, [by_id[requirement.id] for requirement in group.requirements])
        for group, tally in zip(assessed.edition.groups, assessed.readiness().clauses, strict=True)
    ]


def _verdict(whole: Tally) -> Reason:
    """The one sentence: how far the requirements that are asked are shown."""
    counts = {
        "asked": whole.asked,
        "shown": whole.shown,
        "partly": whole.counts[Status.PARTLY],
        "missing": whole.counts[Status.NOT_SHOWN],
        "judged": whole.counts[Status.NEEDS_JUDGEMENT],
        "unassessable": whole.counts[Status.NOT_ASSESSABLE],
    }
    if not whole.asked:
        return Reason("verdict.nothing-asked")
    if not whole.shown:
        return Reason("verdict.none-shown", counts)
    return Reason("verdict.all-shown" if whole.shown == whole.asked else "verdict.some-shown", counts)


def _digest(profile: Profile) -> str:
    return sha256_hex(canonical_bytes(profile.model_dump(mode="json")))


def _option(profile: Profile) -> str:
    """How a command names the profile; nothing where it follows from the organisation's own record."""
    known = {shipped.id for shipped in shipped_profiles()}
    return f" --profile {profile.id}" if set(profile.id.split("+")) <= known else ""


# --- the template's tools --------------------------------------------------------------------------------------------


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("standfirst.conformity", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        sentence=render.sentence,
        hint=render.hint,
        title=render.title,
        state=render.state,
        kind=lambda name: render.kind(name).one,
        cap=lambda text: text[:1].upper() + text[1:],
        long_day=lambda day: f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
        sign=lambda outcome: _SIGN_OF[outcome].value,
        linked=_linked,
        coded=_coded,
        reach=_reach,
    )
    environment.globals.update(
        lapses=_lapses,
        days=_days,
        worth_saying=_worth_saying,
        wishes=_wishes,
        asking=asking,
        met=Outcome.MET,
        not_met=Outcome.NOT_MET,
        not_assessable=Outcome.NOT_ASSESSABLE,
    )
    return environment


@lru_cache
def _asset(name: str) -> str:
    return files("standfirst.conformity").joinpath("templates", name).read_text(encoding="utf-8")


def _coded(text: str) -> Markup:
    """Text in which `names` stand between backticks, as files write them."""
    parts = escape(visible(text)).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in enumerate(parts)
    )


def _shown(value: Any) -> Any:
    """The last thing before escaping: text from outside keeps nothing that cannot be seen."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@pass_context
def _linked(context: Context, text: str) -> Markup:
    """Text in which every label of a record leads to the register of records."""
    cited: Mapping[str, Cited] = context["cited"]
    told: list[Markup] = []
    end = 0
    for found in _LABEL.finditer(text):
        if found[0] in cited:
            told += [
                escape(visible(text[end : found.start()])),
                Markup('<a href="#rec-{0}">{0}</a>').format(found[0]),
            ]
            end = found.end()
    return Markup("").join([*told, escape(visible(text[end:]))])


def _reach(values: Sequence[StrEnum]) -> str:
    """The members of a closed list; "all" where none is missing."""
    return (
        "all"
        if set(values) == set(type(values[0]))
        else ", ".join(render.title(value.value) for value in values)
    )


def _lapses(criterion: Criterion, record: Cited) -> date | None:
    return attention.lapses(record.fact, criterion) if record.fact else None


def _days(first: date, last: date) -> str:
    count = abs((last - first).days)
    return f"{count} day" if count == 1 else f"{count} days"


def _worth_saying(answer: Answer) -> list[Reason]:
    """The reasons, but for the one that the list of records below it says better."""
    return [reason for reason in answer.reasons if reason.code != "record.counts"]


def _wishes(result: Result) -> list[str]:
    """What would make the requirement a yes, each said once."""
    told = [
        words
        for _, answer in result.answers
        if answer.remedies
        for words in (*map(render.hint, answer.reasons), *map(render.sentence, answer.remedies))
    ]
    return [words for words in dict.fromkeys(told) if words]
