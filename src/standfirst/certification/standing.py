"""What becomes of a certificate that was issued: suspended, restored, withdrawn; and a fresh bundle of it.

Each function loads a played folder, takes the log for itself, acts as somebody of the certification body, logs, snapshots, has
the log witnessed, and returns what was published. A process killed in between has lost nothing: what the books say and the log does not is
logged by whoever comes next.
"""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from standfirst.certification.demo_keys import demo_signers
from standfirst.certification.issuing import change_status
from standfirst.certification.office import Office
from standfirst.certification.publication import (
    CERTIFICATION_BODY,
    Published,
    StatusLog,
    certificate_of,
    publish,
    publish_with,
)
from standfirst.certification.signers import Signers
from standfirst.standards.problems import Unusable, problem
from standfirst.trust.verification import FIRST_YEAR, LAST_YEAR


def suspend(
    folder: Path, *, actor: str, why: str, now: datetime, signers: Signers | None = None, number: str = ""
) -> Published:
    """The certificate is not valid for the time being (ISO/IEC 17021-1:2015, 9.6.5).

    ``actor`` is the handle of a person of the certification body, ``number`` the certificate's, as CRT-0001; none where
    there is only one. Raises Refused where the person may not, no reason is given, or ``now`` lies before the last deed;
    :class:`Unusable` where the folder is not that of a play.
    """
    return _changed(folder, "suspended", actor=actor, why=why, now=now, signers=signers, number=number)


def restore(
    folder: Path, *, actor: str, why: str, now: datetime, signers: Signers | None = None, number: str = ""
) -> Published:
    """A suspended certificate is valid again. As :func:`suspend`."""
    return _changed(folder, "active", actor=actor, why=why, now=now, signers=signers, number=number)


def withdraw(
    folder: Path, *, actor: str, why: str, now: datetime, signers: Signers | None = None, number: str = ""
) -> Published:
    """The certificate has ended, for good. As :func:`suspend`."""
    return _changed(folder, "withdrawn", actor=actor, why=why, now=now, signers=signers, number=number)


def fresh(folder: Path, *, now: datetime, signers: Signers | None = None, number: str = "") -> Published:
    """A bundle with the state of now: snapshots and cosignatures grow stale, certificates do not."""
    now = _moment(now)
    _office(folder, now)
    return publish(folder, signers or demo_signers(), now=now, number=number)


def _changed(
    folder: Path,
    to: str,
    *,
    actor: str,
    why: str,
    now: datetime,
    signers: Signers | None,
    number: str,
) -> Published:
    now = _moment(now)
    office = _office(folder, now)
    record = certificate_of(office, number)
    with StatusLog(folder, signers or demo_signers()) as status_log:  # before anything is recorded
        office.perform(actor, partial(change_status, record=record.id, to=to, why=why))
        return publish_with(status_log, now=now, number=record.number)


def _office(folder: Path, now: datetime) -> Office:
    """The certification body's, of a folder in which its time is simulated: no other is signed for by public keys."""
    path = folder / CERTIFICATION_BODY
    if not path.is_dir():
        raise Unusable([problem(str(folder), "play.none")])
    office = Office(path, clock=lambda: now)
    if not office.store.simulation:
        raise Unusable([problem(str(path), "play.not-a-simulation")])
    return office


def _moment(now: datetime) -> datetime:
    """Whole seconds, of a year that documents can name. Raises :class:`Unusable`."""
    if not FIRST_YEAR <= now.astimezone(UTC).year <= LAST_YEAR:
        raise Unusable([problem(now.isoformat(), "moment.out-of-range", first=FIRST_YEAR, last=LAST_YEAR)])
    return now.astimezone(UTC).replace(microsecond=0)
