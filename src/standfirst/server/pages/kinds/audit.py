"""An internal audit as what was sampled and what was found: each finding at its requirement, the gravest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from standfirst.server.pages.kinds.sheet import Sheet
from standfirst.standards.library import edition
from standfirst.words.render import title

_ORDER: Final = {"major": "bad", "minor": "warn", "opportunity": "note", "conforms": "good"}
"""Grades of findings, the gravest first, and how each looks."""


@dataclass(frozen=True, slots=True)
class Finding:
    grade: str
    tone: str
    requirement: str
    title: str
    statement: str


@dataclass(frozen=True, slots=True)
class Sampled:
    """A requirement that was looked at. ``tone``: of the gravest finding against it; empty where there is none yet."""

    requirement: str
    title: str
    tone: str
    grade: str


def sheet(given: Sheet) -> Mapping[str, Any]:
    known, order = edition().by_id, list(_ORDER)
    said = sorted(given.body.get("findings", ()), key=lambda one: order.index(one["grade"]))
    gravest: dict[str, str] = {}
    for one in said:
        gravest.setdefault(str(one["requirement"]), str(one["grade"]))

    def titled(identity: str) -> str:
        return known[identity].title if identity in known else ""

    return {
        "sections": given.without({"findings", "requirements"}),
        "findings": [
            Finding(
                title(one["grade"]),
                _ORDER[one["grade"]],
                str(one["requirement"]),
                titled(str(one["requirement"])),
                str(one["statement"]),
            )
            for one in said
        ],
        "sampled": [
            Sampled(
                one,
                titled(one),
                _ORDER.get(gravest.get(one, ""), ""),
                title(gravest[one]) if one in gravest else "",
            )
            for one in map(str, given.body.get("requirements", ()))
        ],
    }
