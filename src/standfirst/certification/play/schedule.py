"""When each step of a play happens: counted back from its end, on working days, in the order in which they must be."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

MORNING = time(9, tzinfo=UTC)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days in the order in which they come. All but the last are working days; the last is that of ``now``."""

    accreditor_founded: date
    certifier_founded: date
    accreditation_applied: date
    accreditation_assessed: date
    accreditation_granted: date
    accreditation_held: date
    applied: date
    application_reviewed: date
    stage_1_assigned: date
    stage_1: date
    stage_1_reported: date
    stage_2_assigned: date
    stage_2_begins: date
    stage_2_ends: date
    stage_2_reported: date
    answered: date
    accepted: date
    verified: date
    reviewed: date
    decided: date


def ending(last: date) -> Schedule:
    """The schedule whose last day is ``last``; the application lies about eighty days before it."""

    def before(days: int) -> date:
        """A working day this long before the end, or the Friday before a weekend."""
        day = last - timedelta(days=days)
        return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))

    monday = last - timedelta(days=44 + (last - timedelta(days=44)).weekday())
    return Schedule(
        accreditor_founded=before(150),
        certifier_founded=before(149),
        accreditation_applied=before(140),
        accreditation_assessed=before(125),
        accreditation_granted=before(120),
        accreditation_held=before(117),
        applied=before(80),
        application_reviewed=before(76),
        stage_1_assigned=before(70),
        stage_1=before(62),
        stage_1_reported=before(59),
        stage_2_assigned=before(53),
        stage_2_begins=monday,
        stage_2_ends=monday + timedelta(days=2),
        stage_2_reported=before(40),
        answered=before(30),
        accepted=before(27),
        verified=before(14),
        reviewed=before(7),
        decided=last,
    )


def morning(day: date) -> datetime:
    return datetime.combine(day, MORNING)
