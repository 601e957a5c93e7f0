"""The report for paper: everything that the page says to people, as a PDF with an outline, links and tags.

This file decides what stands in it; ``templates/report.typ`` how it looks. What is made of records goes through
``words`` here, so that the template only sets text. Intent and guidance of a requirement stand in the edition and are
folded away on the page; paper leaves them out.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from standfirst import __version__
from standfirst.conformity import attention, telling
from standfirst.conformity.applicability import statement
from standfirst.conformity.assess import Result
from standfirst.conformity.document import Assessed
from standfirst.conformity.measured import (
    Drawing,
    by_label,
    cell_words,
    drawings,
    found_words,
    verdict_words,
)
from standfirst.conformity.readiness import Tally
from standfirst.conformity.register import Cited, register
from standfirst.paper.typesetting import Printed, typeset
from standfirst.pictures.drawing import Medium
from standfirst.pictures.measured import ElementTable, Measured
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.method import Criterion, Status
from standfirst.words import render
from standfirst.words.asking import asking
from standfirst.words.language import ENGLISH, speaking

ROOM = "standfirst.conformity"
TEMPLATES = ("paper.typ", "report.typ")

Content = dict[str, Any]
Register = Mapping[str, Cited]


@speaking(ENGLISH)
def pdf(assessed: Assessed, *, measured: Mapping[str, Measured] = {}, remedies: bool = True) -> Printed:
    """The report as PDF; parameters as ``report.html``. Raises Unprinted where it cannot be made."""
    return typeset(ROOM, TEMPLATES, content(assessed, measured=measured, remedies=remedies))


@speaking(ENGLISH)
def content(assessed: Assessed, *, measured: Mapping[str, Measured] = {}, remedies: bool = True) -> Content:
    """Everything that the report says, as plain values; links to records and requirements are marked in it."""
    ready, cited = assessed.readiness(), register(assessed, named=measured)
    return {
        **frame(assessed),
        "title": "Conformity report",
        "verdict": render.sentence(telling.verdict(ready.whole)),
        "first_party": assessed.party == "first",
        "counts": _counts(ready.whole),
        "unrecorded": [render.sentence(reason) for reason in assessed.unrecorded[: telling.EDITS]],
        "unrecorded_count": len(assessed.unrecorded),
        "clauses": [_clause(group) for group in telling.groups(assessed)],
        "against": [
            {"told": linked(render.sentence(item.reason), cited), "ids": item.requirements}
            for item in attention.against(assessed.results)
        ],
        "soon": attention.SOON,
        "lapsing": [
            {
                "day": item.day.isoformat(),
                "in": telling.days(assessed.at, item.day),
                "told": linked(f"{item.fact.label} {item.fact.title}", cited),
                "ids": item.requirements,
            }
            for item in attention.lapsing(assessed.results, assessed.facts, assessed.at)
        ],
        "steps": [_step(step, cited) for step in attention.next_steps(assessed.results)[: telling.STEPS]]
        if remedies
        else [],
        "goals": [_share(tally) for tally in ready.goals],
        "aspects": [_share(tally) for tally in ready.aspects],
        "groups": [
            {
                "clause": group.clause,
                "title": group.title,
                "far": _far(group.tally),
                "requirements": [
                    _requirement(r, assessed.at, cited, remedies=remedies) for r in group.results
                ],
            }
            for group in telling.groups(assessed)
        ],
        "applicability": [
            {
                "id": item.requirement,
                "title": item.title,
                "applies": item.applies,
                "why": linked(render.sentence(item.reason), cited),
                "default": item.reason.code == "applicability.default",
                **_status(item.status),
            }
            for item in statement(assessed.edition, assessed.results)
        ],
        "measurements": [_measurement(label, it, cited) for label, it in by_label(measured)],
        "records": [
            {**_record(record, assessed.at), "measured": label in measured} for label, record in cited.items()
        ],
        "command": telling.command(assessed, remedies=remedies),
    }


def frame(assessed: Assessed) -> Content:
    """What every printed document of an assessment says of itself: whose, when, against what, how honest."""
    at, header = assessed.at, assessed.edition.header
    return {
        "organisation": assessed.organisation,
        "organisation_id": assessed.organisation_id,
        "marks": telling.marks(assessed),
        "party": telling.capital(render.title(assessed.party)),
        "fictional": assessed.fictional,
        "simulation": assessed.simulation,
        "day": telling.long_day(at),
        "at": at.isoformat(),
        "date": [at.year, at.month, at.day],
        "edition": {"name": assessed.edition.name, "title": header.title, "digest": assessed.edition.digest},
        "draft": header.status,
        "licence": header.licence,
        "method": {"name": assessed.method.name, "digest": assessed.method.digest},
        "profile": {
            "id": assessed.profile.id,
            "title": assessed.profile.title,
            "reach": f"domains: {telling.reach(assessed.profile.domains)}; "
            f"stages: {telling.reach(assessed.profile.stages)}; tier {assessed.profile.tier}",
            "digest": telling.profile_digest(assessed.profile),
        },
        "facts": {"count": len(assessed.facts.all), "digest": assessed.facts.digest},
        "ledger": assessed.ledger_head,
        "release": __version__,
    }


def linked(text: str, cited: Register) -> list[str | Content]:
    """Text in parts; a part ``{"record": label}`` leads to the register of records."""
    parts: list[str | Content] = []
    for part, is_label in telling.split_at_labels(text, cited):
        parts += [{"record": part}] if is_label else [part] if part else []
    return parts


def _status(status: Status) -> Content:
    return {"status": status.value, "word": render.status(status.value)}


def _counts(tally: Tally) -> list[Content]:
    return [{**_status(status), "count": tally.counts[status]} for status in telling.ORDER]


def _clause(group: telling.Group) -> Content:
    return {
        "clause": group.clause,
        "title": group.title,
        "shown": group.tally.shown,
        "asked": group.tally.asked,
        "cells": [{"id": r.requirement.id, **_status(r.status)} for r in group.results],
        "oldest": _day(group.tally.oldest),
        "until": _day(group.tally.until),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _share(tally: Tally) -> Content:
    return {
        "title": telling.capital(render.title(tally.key)),
        "shown": tally.shown,
        "asked": tally.asked,
        "counts": _counts(tally),
    }


def _far(tally: Tally) -> str:
    parts = [f"{tally.shown} of {tally.asked} shown"]
    parts += [f"oldest evidence {tally.oldest.isoformat()}"] if tally.oldest else []
    parts += [f"next lapse {tally.until.isoformat()}"] if tally.until else []
    return "; ".join(parts)


def _step(step: attention.Step, cited: Register) -> Content:
    return {
        "told": linked(render.sentence(step.remedy), cited),
        "says": step.says,
        "closes": step.closes,
        "helps": step.helps,
    }


# --- one requirement -------------------------------------------------------------------------------------------------


def _requirement(result: Result, at: date, cited: Register, *, remedies: bool) -> Content:
    asked = result.requirement
    return {
        "id": asked.id,
        "title": asked.title,
        "sentence": asked.sentence,
        **_status(result.status),
        "left_out": linked(render.sentence(result.left_out), cited) if result.left_out else [],
        "adverse": [linked(render.sentence(reason), cited) for reason in result.adverse],
        "criteria": _criteria(result, at, cited),
        "wishes": [linked(words, cited) for words in telling.wishes(result)] if remedies else [],
        "related": [
            f"{render.title(other.relation.value)} {other.document} "
            f"({render.title(other.confidence.value)}{f'; {other.note}' if other.note else ''})"
            for other in asked.related
        ],
    }


def _criteria(result: Result, at: date, cited: Register) -> list[Content]:
    """Each with the records that it rests on; a record that was named above is named by its label alone."""
    named: set[str] = set()
    found = []
    for criterion, answer in result.answers:
        labels = list(dict.fromkeys(answer.records))
        records = [cited[label] for label in labels[: telling.CITED]]
        ends = [telling.lapses(criterion, r) if answer.outcome is Outcome.MET else None for r in records]
        found.append(
            {
                **_criterion(criterion, answer, result.requirement.id, cited),
                "records": [_citation(r, at, end, named) for r, end in zip(records, ends, strict=True)],
                "more": len(labels) - len(records),
            }
        )
        named.update(record.label for record in records)
    return found


def _criterion(criterion: Criterion, answer: Answer, requirement: str, cited: Register) -> Content:
    is_open = answer.outcome in (Outcome.NOT_MET, Outcome.NOT_ASSESSABLE)
    return {
        "status": telling.sign(answer.outcome).value,
        "word": render.title(answer.outcome.value),
        "says": criterion.says,
        "reasons": [linked(render.sentence(reason), cited) for reason in telling.worth_saying(answer)],
        "asks": asking(criterion, requirement).replace("`", "") if is_open else "",
    }


def _citation(record: Cited, at: date, end: date | None, named: Collection[str]) -> Content:
    lapses = [f"lapses {end.isoformat()}"] if end else []
    if record.label in named:
        return {"record": record.label, "title": "", "about": ", ".join(lapses)}
    age = (
        [f"{telling.days(record.dated, at)} {'old' if record.dated <= at else 'ahead'}"]
        if record.dated
        else []
    )
    about = ", ".join([render.state(record.state), *age, *lapses])
    return {"record": record.label, "title": record.title, "about": about}


# --- measurements and records ----------------------------------------------------------------------------------------


def _measurement(label: str, measured: Measured, cited: Register) -> Content:
    record = cited.get(label)
    return {
        "record": label,
        "title": record.title if record else "",
        "verdict": render.title(record.verdict) if record and record.verdict else "",
        "about": ", ".join(
            part
            for part in (telling.capital(render.state(record.state)), f"state of {_day(record.dated)}")
            if record.dated or not part.startswith("state of")
        )
        if record
        else "",
        "ids": record.requirements if record else (),
        "unseen": render.sentence(measured.unseen) if measured.unseen else "",
        "pictures": [_picture(drawing) for drawing in drawings(label, measured, Medium.PAPER)],
        "checks": [[row.check, verdict_words(row), found_words(row), row.limit] for row in measured.checks],
        "elements": _elements(measured.elements),
    }


def _elements(table: ElementTable | None) -> Content:
    if table is None:
        return {"columns": [], "rows": [], "more": 0}
    rows = [[name, *map(cell_words, cells)] for name, *cells in table.rows]
    return {
        "columns": [telling.capital(column) for column in table.columns],
        "rows": rows,
        "more": table.more,
    }


def _picture(drawing: Drawing) -> Content:
    return {
        "title": drawing.figure.title,
        "description": drawing.figure.description,
        "svg": drawing.svg,
        "extra": drawing.undrawn or "",
        "columns": [telling.capital(column) for column in drawing.columns],
        "rows": drawing.rows,
        "more": drawing.more,
    }


def _record(record: Cited, at: date) -> Content:
    age = record.age(at)
    return {
        "label": record.label,
        "title": record.title,
        "about": f"{render.kind(record.kind).one}, {render.state(record.state)}",
        "dated": _day(record.dated),
        "age": "" if age is None else str(age) if age >= 0 else f"in {-age}",
        "ids": record.requirements,
    }
