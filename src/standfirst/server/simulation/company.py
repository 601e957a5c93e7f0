"""Brightwell Quantum (fictional), from its first winter to yesterday: every source of the story in one script."""

from datetime import date
from typing import Final

from standfirst.management.kinds import OWN_KINDS
from standfirst.records.package.package import Package
from standfirst.server.simulation.calendar import SPAN, TURN, Calendar
from standfirst.server.simulation.calibrating import calibrations
from standfirst.server.simulation.people import come_and_go
from standfirst.server.simulation.renewing import renew, renew_own
from standfirst.server.simulation.replaying import replay
from standfirst.server.simulation.series import competences, operations
from standfirst.server.simulation.stage import Script, Stage
from standfirst.server.simulation.stories import comment, go_on, stories, tell
from standfirst.standards.problems import Unusable, problem

FAMILIES: Final = (
    "suppliers",
    "obligations",
    "objectives",
    "risks",
    "products",
    "impacts",
    "audits",
    "nonconformities",
    "reviews",
    "documents",
    "classifications",
)
"""The files of ``content/``, in the order in which records of one day may lead to each other."""


def company(example: Package, last: date) -> tuple[Script, Stage]:
    """The whole script, not yet played. ``example`` is the package of the first year; ``last`` the last day.

    Raises :class:`Unusable` where that lies before the story is over.
    """
    if (last - TURN).days < SPAN:
        raise Unusable(
            [problem(str(example.path), "play.too-early", last=TURN.isoformat(), applied=last.isoformat())]
        )
    calendar, script, stage = Calendar(last), Script(), Stage(OWN_KINDS)
    replay(example, script, stage)
    come_and_go(script, calendar)
    for family in FAMILIES:
        for story in stories(family):
            tell(story, script, calendar)
    go_on(script, calendar)
    competences(script, calendar)
    operations(script, calendar)
    calibrations(script, calendar, stage)
    renew(example, script, calendar)
    renew_own(script, calendar)
    comment(script, calendar)
    return script, stage
