"""The shortest honest way to a certificate, played with fictional bodies on a simulated clock that ends now.

What is played are deeds like any others: the guards of this room let them pass or refuse them. Two attempts are meant to be
refused, and the play stops if one is not: a consultant on the team, and a lead auditor who wants to decide.

    accreditation ─► application ─► stage 1 ─► stage 2 ─► answers ─► verification ─► review ─► decision ─► certificate

Everything says SPECIMEN, both ledgers say fictional and simulation in their first entry, and the bundle is written last, in
one step: a play that was killed leaves nothing that looks finished.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from standfirst.certification.demo_keys import demo_signers
from standfirst.certification.play import accrediting, auditing, certifying
from standfirst.certification.play.scene import Clock, Refusal, Scene
from standfirst.certification.play.schedule import ending, morning
from standfirst.certification.play.texts import Texts, demo_texts
from standfirst.certification.publication import ACCREDITATION_BODY, BUNDLE, Published, publish
from standfirst.certification.signers import Signers
from standfirst.conformity.document import Assessed
from standfirst.records.package.package import Package
from standfirst.records.package.stamping import put
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.reason import Reason


@dataclass(frozen=True, slots=True)
class Step:
    """One named step. ``reason`` says what it does, for a door to put into words; ``at`` is the day that is played."""

    reason: Reason
    at: datetime
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a play. ``conclusions`` and ``findings`` are counts; ``refused`` are the attempts that had to fail."""

    folder: Path
    bundle: bytes
    certificate: str
    number: str
    audit_days: Decimal
    conclusions: Mapping[str, int]
    findings: Mapping[str, int]
    refused: tuple[Refusal, ...]
    log_size: int
    cosigned: tuple[str, ...]


class Play:
    """One play, to be taken step by step, once."""

    def __init__(
        self,
        client: Package,
        assessed: Assessed,
        folder: Path,
        *,
        now: datetime,
        signers: Signers | None = None,
        texts: Texts | None = None,
    ) -> None:
        """Nothing is written yet.

        ``client`` hands over its records, ``assessed`` is its own first-party result. Raises :class:`Unusable` where the
        folder is not empty, the texts are written for another client, or the client's last record is younger than the
        application, about eighty days before ``now``.
        """
        now, texts = now.astimezone(UTC).replace(microsecond=0), texts or demo_texts()
        days = ending(now.date())
        _require_empty(folder)
        if assessed.organisation_id != texts.file.client:
            raise Unusable([problem(str(client.path), "play.other-client", found=assessed.organisation_id)])
        last = client.store.last_time
        if last is None or last > morning(days.applied):
            told = last.date().isoformat() if last else ""
            raise Unusable(
                [problem(str(client.path), "play.too-early", last=told, applied=days.applied.isoformat())]
            )
        self._scene = Scene(
            client=client,
            assessed=assessed,
            folder=folder,
            now=now,
            days=days,
            texts=texts,
            signers=signers or demo_signers(),
            clock=Clock(morning(days.accreditor_founded)),
        )
        self._published: Published | None = None

    def steps(self) -> Iterator[Step]:
        """In their order; each has to be run before the next is taken. What a step raises ends the play."""
        scene, days = self._scene, self._scene.days
        for code, day, run in (
            ("found", days.accreditor_founded, accrediting.found_bodies),
            ("accreditation-applied", days.accreditation_applied, accrediting.apply),
            ("accreditation-assessed", days.accreditation_assessed, accrediting.assess),
            ("accreditation-granted", days.accreditation_granted, accrediting.grant),
            ("accreditation-held", days.accreditation_held, accrediting.take_up),
            ("applied", days.applied, auditing.receive),
            ("application-reviewed", days.application_reviewed, auditing.review),
            ("stage-1-assigned", days.stage_1_assigned, auditing.assign_stage_1),
            ("stage-1", days.stage_1, auditing.stage_1),
            ("stage-2-assigned", days.stage_2_assigned, auditing.assign_stage_2),
            ("stage-2", days.stage_2_begins, auditing.stage_2),
            ("stage-2-reported", days.stage_2_reported, auditing.report_stage_2),
            ("answered", days.answered, auditing.answer),
            ("accepted", days.accepted, auditing.accept),
            ("verified", days.verified, auditing.verify),
            ("reviewed", days.reviewed, certifying.review),
            ("decided", days.decided, certifying.decide),
            ("certified", days.decided, certifying.certify),
            ("surveillance-planned", days.decided, certifying.plan_surveillance),
        ):
            at = scene.now if day == days.decided else morning(day)
            yield Step(Reason(f"play.{code}", {"day": day.isoformat()}), at, partial(run, scene))
        yield Step(Reason("play.published", {"day": days.decided.isoformat()}), scene.now, self._publish)

    def _publish(self) -> None:
        """Log, witnesses, snapshots; then the bundle, last and in one step."""
        scene = self._scene
        scene.offices.clear()  # read again from the disk, as everybody else would
        self._published = publish(scene.folder, scene.signers, now=scene.now)
        put(scene.folder / BUNDLE, self._published.bundle)

    @property
    def played(self) -> Played:
        """Raises ValueError before the last step was run."""
        if self._published is None:
            raise ValueError("the play is not over")
        scene = self._scene
        return Played(
            folder=scene.folder,
            bundle=self._published.bundle,
            certificate=scene.ids["certificate"],
            number=scene.texts.file.certificate.number,
            audit_days=auditing.audit_days(scene),
            conclusions=_counted(one.conclusion for one in scene.texts.conclusions),
            findings=_counted(one.grade for one in scene.texts.findings),
            refused=tuple(scene.refused),
            log_size=self._published.log_size,
            cosigned=self._published.cosigned,
        )


def play(
    client: Package,
    assessed: Assessed,
    folder: Path,
    *,
    now: datetime,
    signers: Signers | None = None,
    texts: Texts | None = None,
) -> Played:
    """All steps of a :class:`Play`, for those who show no progress."""
    whole = Play(client, assessed, folder, now=now, signers=signers, texts=texts)
    for step in whole.steps():
        step.run()
    return whole.played


def _counted(values: Iterator[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


def _require_empty(folder: Path) -> None:
    """Not into anything, least of all into a play that was killed: two half plays make no whole one."""
    if not folder.exists():
        return
    if folder.is_dir() and not any(folder.iterdir()):
        return
    unfinished = (folder / ACCREDITATION_BODY).is_dir() and not (folder / BUNDLE).exists()
    raise Unusable([problem(str(folder), "play.unfinished" if unfinished else "package.not-empty")])
