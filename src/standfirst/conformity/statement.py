"""The statement of applicability as a document of its own: what applies, what does not, and on whose word.

It holds what the organisation, the profile and the edition say, and nothing that an assessment finds or a day brings
about: as long as none of the three changes, it has the same digest. It also carries the ledger's commitment to the
organisation's own record, which is what a certification body has proved to it and what its certificate names.
"""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from standfirst.conformity.assess import Result, statement_in_force
from standfirst.conformity.document import Assessed
from standfirst.standards.facts import Fact, Signature
from standfirst.standards.reason import Reason
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import sha256_hex

FORM: Final = "standfirst-statement-of-applicability/1"
_HOW_FAR: Final = re.compile(r"(?P<why>.*) \((?P<how>planned|partly|implemented)\)", re.DOTALL)
"""How far the organisation says it is: its record writes that behind the reason (``management/applicability.py``)."""


class Word(StrEnum):
    """Whose word it is that a requirement applies or does not."""

    EDITION = "edition"
    PROFILE = "profile"
    RECORD = "record"
    NOBODY = "nobody"


def statement_document(assessed: Assessed) -> dict[str, Any]:
    """The statement as plain JSON values.

    ``date`` is the day from which the organisation's own statement holds; without one in force the assessment's day.
    An entry's ``by`` is a `Word`, ``why`` the organisation's own words, ``rule`` the profile's reason as a code, and
    ``implementation`` how far the organisation says it is; None where nobody says so. Signers are named by the number
    of their record.
    """
    rule = assessed.method.header.exclusion
    record = statement_in_force(rule, assessed.facts, assessed.at)
    entries = [_entry(assessed, result) for result in assessed.results]
    return {
        "form": FORM,
        "organisation": {"name": assessed.organisation, "id": assessed.organisation_id},
        "fictional": assessed.fictional,
        "simulation": assessed.simulation,
        "edition": {
            "name": assessed.edition.name,
            "digest": assessed.edition.digest,
            "status": assessed.edition.header.status,
        },
        "profile": assessed.profile.model_dump(mode="json"),
        "date": (record.begins if record else assessed.at).isoformat(),
        "record": _record(assessed, record) if record else None,
        "entries": entries,
        "not_applicable": [entry["requirement"] for entry in entries if not entry["applies"]],
    }


def statement_digest(document: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the canonical form (RFC 8785) of a statement of applicability."""
    return sha256_hex(canonical_bytes(dict(document)))


def _entry(assessed: Assessed, result: Result) -> dict[str, Any]:
    reason = result.left_out or result.taken_in
    is_annex = assessed.edition.may_be_excluded(result.requirement.id)
    return {
        "requirement": result.requirement.id,
        "applies": result.left_out is None,
        "by": (Word.NOBODY if is_annex else Word.EDITION).value,
        "record": None,
        "why": None,
        "rule": None,
        "implementation": None,
        **(_said(reason) if reason else {}),
    }


def _said(reason: Reason) -> dict[str, Any]:
    if "record" not in reason.parameters:
        return {"by": Word.PROFILE.value, "rule": _plain(reason)}
    words = str(reason.parameters["why"])
    told = _HOW_FAR.fullmatch(words)
    return {
        "by": Word.RECORD.value,
        "record": reason.parameters["record"],
        "why": told["why"] if told else words,
        "implementation": told["how"] if told else None,
    }


def _plain(reason: Reason) -> dict[str, Any]:
    """A reason without members of closed lists, which the canonical form does not take for text."""
    values = {
        name: [str(part) for part in value] if isinstance(value, tuple) else value
        for name, value in reason.parameters.items()
    }
    return {"code": reason.code, "parameters": values}


def _record(assessed: Assessed, fact: Fact) -> dict[str, Any]:
    about = assessed.records.get(fact.label, {})
    numbers = {other.id: other.label for other in assessed.facts.all}
    return {
        "number": fact.label,
        "title": fact.title,
        "version": about.get("version"),
        "commitment": about.get("commitment"),
        "state": fact.state,
        "from": fact.begins.isoformat(),
        "until": _day(fact.effective_until),
        "signatures": [_signature(signature, numbers) for signature in fact.signatures],
    }


def _signature(signature: Signature, numbers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "meaning": signature.meaning,
        "by": numbers.get(signature.by, signature.by),
        "roles": list(signature.roles),
        "assurance": signature.assurance.value,
        "on": signature.at.date().isoformat(),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
