"""What the steps of a play share: two offices, a clock that stands where it was put, and what has been recorded so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from standfirst.certification.hand_in import HandedIn
from standfirst.certification.office import Office
from standfirst.certification.play.schedule import Schedule, morning
from standfirst.certification.play.texts import Body, Texts
from standfirst.certification.signers import Signers
from standfirst.conformity.document import Assessed
from standfirst.management.organisation import PERSON, PersonBody
from standfirst.records.change import Refused
from standfirst.records.package.package import Package
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.trust.envelope import Envelope


class Clock:
    """Simulated: it stands still between the steps."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that was refused, as it had to be. ``tried`` is the deed, as certification-decision:grant."""

    who: str
    tried: str
    reason: Reason
    at: datetime


@dataclass(slots=True)
class Scene:
    """``ids`` are the records by what they are in the play, such as "application"."""

    client: Package
    assessed: Assessed
    folder: Path
    now: datetime
    days: Schedule
    texts: Texts
    signers: Signers
    clock: Clock
    ids: dict[str, str] = field(default_factory=dict)
    findings: dict[int, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    offices: dict[str, Office] = field(default_factory=dict)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    received: HandedIn | None = None

    @property
    def accreditor(self) -> Office:
        return self.offices["accreditor"]

    @property
    def certifier(self) -> Office:
        return self.offices["certifier"]

    @property
    def handed_in(self) -> HandedIn:
        if self.received is None:
            raise ValueError("nothing has been handed in yet")
        return self.received

    def on(self, day: date) -> None:
        """Put the clock on the morning of a day; on the last one, at the end of the play."""
        self.clock.at = self.now if day == self.now.date() else morning(day)

    def found(self, which: str, body: Body, folder: str) -> None:
        """Begin a body's package, with its people."""
        founder = body.founder
        office = Office.founded(
            self.folder / folder,
            organisation=body.name,
            name=founder.name,
            handle=founder.handle,
            clock=self.clock,
            simulation=True,
            fictional=True,
        )
        for member in body.people:
            person = PersonBody(
                name=member.name,
                handle=member.handle,
                roles=member.roles,
                outside=member.outside,
                remarks=member.remarks,
            )
            office.write(founder.handle, PERSON, person, why="Appointed")
        self.offices[which] = office

    def persons(self, *handles: str) -> tuple[str, ...]:
        """Ids of people of the certification body."""
        return tuple(self.certifier.person(handle) for handle in handles)

    def refuse(self, who: str, tried: str, deed: Callable[[], object], *expected: str) -> None:
        """Try what must be refused, and keep the refusal. Raises :class:`Unusable` if it is not, or for another reason."""
        size = self.certifier.store.head.size
        try:
            deed()
        except Refused as refused:
            if refused.reason.code not in expected or self.certifier.store.head.size != size:
                raise
            self.refused.append(Refusal(who, tried, refused.reason, self.clock.at))
            return
        raise Unusable([problem(str(self.folder), "play.not-refused", who=who, tried=tried)])
