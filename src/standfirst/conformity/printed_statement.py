"""The statement of applicability for people: a page and a PDF, each a document of its own, as the annex of a certificate.

It shows the canonical statement (``statement.py``) with its digest, and beside each entry what the records showed on the
day of the assessment, which is no part of the digest.
"""

from typing import Any

from standfirst.conformity import telling
from standfirst.conformity.assess import Result
from standfirst.conformity.document import Assessed
from standfirst.conformity.printed import ROOM, frame
from standfirst.conformity.report import environment
from standfirst.conformity.statement import Word, statement_digest, statement_document
from standfirst.paper.typesetting import Printed, typeset
from standfirst.standards.reason import Reason
from standfirst.words import render
from standfirst.words.language import ENGLISH, speaking

TEMPLATES = ("paper.typ", "statement.typ")
_BY = {Word.EDITION.value: "edition", Word.PROFILE.value: "profile", Word.NOBODY.value: "–"}
_WHY = {
    Word.EDITION.value: "Asked of everybody.",
    Word.NOBODY.value: "No statement in force leaves it out.",
}


@speaking(ENGLISH)
def pdf(assessed: Assessed) -> Printed:
    """Raises Unprinted where it cannot be made."""
    return typeset(ROOM, TEMPLATES, content(assessed))


@speaking(ENGLISH)
def html(assessed: Assessed) -> str:
    """A page that needs nothing else."""
    return environment().get_template("statement.html.j2").render(it=content(assessed))


@speaking(ENGLISH)
def content(assessed: Assessed) -> dict[str, Any]:
    """Everything that the printed statement says, as plain values."""
    document = statement_document(assessed)
    entries = {entry["requirement"]: entry for entry in document["entries"]}
    return {
        **frame(assessed),
        "title": "Statement of applicability",
        "statement": _statement(document, assessed),
        "digest": statement_digest(document),
        "holds_from": document["date"],
        "asked": sum(entry["applies"] for entry in document["entries"]),
        "whole": len(document["entries"]),
        "not_applicable": document["not_applicable"],
        "parts": [
            {
                "clause": group.clause,
                "title": group.title,
                "rows": [_row(result, entries[result.requirement.id]) for result in group.results],
            }
            for group in telling.groups(assessed)
        ],
    }


def _row(result: Result, entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": result.requirement.id,
        "title": result.requirement.title,
        "applies": entry["applies"],
        "by": entry["record"] or _BY[entry["by"]],
        "why": _why(entry),
        "how": entry["implementation"] or "",
        "status": result.status.value,
        "word": render.status(result.status.value),
    }


def _why(entry: dict[str, Any]) -> str:
    if entry["why"] is not None:
        return str(entry["why"])
    if entry["rule"] is None:
        return _WHY[entry["by"]]
    parameters = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in entry["rule"]["parameters"].items()
    }
    return render.sentence(Reason(entry["rule"]["code"], parameters))


def _statement(document: dict[str, Any], assessed: Assessed) -> dict[str, Any] | None:
    """The record in force, with the names of its signers."""
    record = document["record"]
    if record is None:
        return None
    names = {fact.label: fact.title for fact in assessed.facts.all}
    return {
        **record,
        "state": render.state(record["state"]),
        "version": record["version"] or "",
        "commitment": record["commitment"] or "",
        "until": record["until"] or "",
        "signatures": [
            {
                "meaning": telling.capital(render.title(signature["meaning"])),
                "by": f"{names[signature['by']]} ({signature['by']})"
                if names.get(signature["by"])
                else signature["by"],
                "roles": ", ".join(render.title(role) for role in signature["roles"]),
                "assurance": render.title(signature["assurance"]),
                "on": signature["on"],
            }
            for signature in record["signatures"]
        ],
    }
