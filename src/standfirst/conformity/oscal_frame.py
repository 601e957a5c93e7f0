"""What the OSCAL files of one assessment share: whose it is, on which day, by which rules, under which names.

Names are UUIDs of version 5, and last as long as OSCAL asks: the organisation, a record and an open point keep theirs from
one assessment to the next, so that a tool that takes in the next file sees the same ones; an observation and a finding are
of one assessment; a file is named by all that it says.

Text from outside may hold anything. What no reader could see is written out first, then Markdown is escaped.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from standfirst.conformity import telling
from standfirst.conformity.document import Assessed, to_bytes
from standfirst.conformity.register import Cited, register
from standfirst.standards.oscal import selection
from standfirst.standards.oscal_forms import (
    NAMESPACE,
    OSCAL_VERSION,
    YEARS,
    Assembly,
    as_file,
    instant,
    line,
    name_uuid,
    prop,
    prose,
    reference,
)
from standfirst.trust.digests import sha256_hex
from standfirst.words import render
from standfirst.words.visible import visible

TOOL: Final = name_uuid("tool", "standfirst")
PLATFORM: Final = name_uuid("assessment platform", "standfirst")

ORIGINS: Final = [{"actors": [{"type": "tool", "actor-uuid": TOOL}]}]
"""What every observation, finding, risk and item comes from: a computation, never a person's judgement."""

_READING: Final = f"""\
This is what the organisation's records show by the rules of the named assessment method: its own result (first party), \
computed. No auditor took part. OSCAL calls the parts of such a result observations and findings; these words are \
OSCAL's, and nothing here is an auditor's observation or finding, nor does it certify anything.

A day is written as its first moment, UTC. Properties in the namespace {NAMESPACE} are this project's own."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``digest`` is that of the result without remedies: what is found is the same in both forms.

    ``result_file`` is the digest of the result file in the form that is written.
    """

    assessed: Assessed
    remedies: bool
    digest: str
    result_file: str
    cited: Mapping[str, Cited]

    def own_uuid(self, *path: str) -> str:
        """The name of something that stays the organisation's from one assessment to the next."""
        return name_uuid("of organisation", self.assessed.organisation_id, *path)

    def uuid(self, *path: str) -> str:
        """The name of something that is of this assessment alone."""
        return name_uuid("of assessment", self.digest, *path)

    @property
    def organisation(self) -> str:
        return self.own_uuid("itself")

    def record(self, label: str) -> str:
        return self.own_uuid("record", label)


def framed(assessed: Assessed, *, remedies: bool) -> Frame:
    digest = sha256_hex(to_bytes(assessed, remedies=False))
    result_file = sha256_hex(to_bytes(assessed, remedies=True)) if remedies else digest
    return Frame(assessed, remedies, digest, result_file, register(assessed))


def whole(model: str, body: Assembly) -> bytes:
    """A file, named by all that it says."""
    said = json.dumps(body, ensure_ascii=False).encode()
    return as_file({model: {"uuid": name_uuid("file", model, sha256_hex(said)), **body}})


# --- text and values from outside ------------------------------------------------------------------------------------


def told(text: str) -> str:
    """One line of Markdown."""
    return line(visible(text))


def paragraphs(*texts: str) -> str:
    return prose(*map(visible, texts))


def own(name: str, value: str) -> Assembly:
    """A property of our own; ``value`` says something."""
    return prop(name, visible(value))


def yes(name: str, answer: bool) -> Assembly:
    return prop(name, "yes" if answer else "no")


def on(key: str, day: date | None) -> Assembly:
    """``key`` with its day, where there is one that OSCAL can write."""
    return {key: instant(day)} if day is not None and day.year in YEARS else {}


# --- who, when, by what ----------------------------------------------------------------------------------------------


def metadata(frame: Frame, what: str, source: str, more: Iterable[Assembly] = ()) -> Assembly:
    """``source`` is the UUID of the resource that this file builds on."""
    assessed = frame.assessed
    title = f"{what}: {assessed.organisation}, {assessed.edition.header.title}, {assessed.at.isoformat()}"
    return {
        "title": told(" · ".join([title, *telling.marks(assessed)])),
        "last-modified": instant(assessed.at),
        "version": assessed.at.isoformat(),
        "oscal-version": OSCAL_VERSION,
        "props": [*_props(assessed), *more],
        "links": [reference(source)],
        "roles": [
            {"id": "creator", "title": "Creator"},
            {"id": "assessor", "title": "Assessor: the organisation itself (first party)"},
        ],
        "parties": [_organisation(frame)],
        "responsible-parties": [
            {"role-id": role, "party-uuids": [frame.organisation]} for role in ("creator", "assessor")
        ],
        "remarks": _remarks(assessed),
    }


def _props(assessed: Assessed) -> list[Assembly]:
    return [
        own("status", assessed.edition.header.status),
        own("party", assessed.party),
        yes("fictional", assessed.fictional),
        yes("simulation", assessed.simulation),
        own("edition", assessed.edition.name),
        own("edition-digest", assessed.edition.digest),
        own("method", assessed.method.name),
        own("method-digest", assessed.method.digest),
        *selection(assessed.profile),
        own("facts-digest", assessed.facts.digest),
        own("ledger-head", assessed.ledger_head),
    ]


def form(frame: Frame) -> list[Assembly]:
    """Which of the two forms it is, and the digest of the result file that says the same."""
    return [
        own("remedies", "given" if frame.remedies else "left-out"),
        own("result-file-digest", frame.result_file),
    ]


def _organisation(frame: Frame) -> Assembly:
    assessed = frame.assessed
    return {
        "uuid": frame.organisation,
        "type": "organization",
        "name": " ".join(visible(assessed.organisation).split()),
        "props": [
            own("organisation-id", assessed.organisation_id),
            yes("fictional", assessed.fictional),
            yes("simulation", assessed.simulation),
        ],
    }


def _remarks(assessed: Assessed) -> str:
    """The status first and in bold: most tools show remarks, few show properties in a foreign namespace."""
    marks = [assessed.edition.header.status, *telling.marks(assessed)]
    return "\n\n".join([*(f"**{told(mark)}**" for mark in marks), _READING])


def assets() -> Assembly:
    """The tool and its platform, as OSCAL wants what an origin names to be defined."""
    description = "Asks every criterion of an assessment method of an organisation's records, by rules alone."
    return {
        "components": [
            {
                "uuid": TOOL,
                "type": "software",
                "title": "Standfirst",
                "description": description,
                "status": {"state": "operational"},
            }
        ],
        "assessment-platforms": [
            {"uuid": PLATFORM, "title": "Standfirst", "uses-components": [{"component-uuid": TOOL}]}
        ],
    }


# --- records ---------------------------------------------------------------------------------------------------------


def summary(record: Cited) -> str:
    """A record in a line of plain text: what it is, how it stands, how old it is."""
    named = f"{record.label}, {record.title}" if record.title else record.label
    about = [render.kind(record.kind).one] if record.kind else []
    about += [render.state(record.state)] if record.state else []
    about += [record.dated.isoformat()] if record.dated else []
    return f"{named} ({', '.join(about)})" if about else named


def back_matter(frame: Frame, body: Assembly, *files: Assembly) -> Assembly:
    """The files that ``body`` builds on and the records that it leads to. A record's file is not ours to point at."""
    reached = {href.removeprefix("#") for href in texts(body, "href")}
    records = {frame.record(label): record for label, record in frame.cited.items()}
    reached_records = [_resource(uuid, record) for uuid, record in records.items() if uuid in reached]
    return {"resources": [*files, *reached_records]}


def texts(value: object, key: str) -> Iterator[str]:
    """Every text that stands under ``key``, at any depth."""
    if isinstance(value, dict):
        if isinstance(text := value.get(key), str):
            yield text
        for child in value.values():
            yield from texts(child, key)
    elif isinstance(value, list):
        for child in value:
            yield from texts(child, key)


def _resource(uuid: str, record: Cited) -> Assembly:
    dated = record.dated.isoformat() if record.dated else ""
    known = {
        "record": record.label,
        "record-id": record.fact.id if record.fact else "",
        "kind": record.kind,
        "state": record.state,
        "dated": dated,
        "verdict": record.verdict,
    }
    return {
        "uuid": uuid,
        "title": told(f"{record.label}: {record.title}" if record.title else record.label),
        "description": told(summary(record)),
        "props": [
            {"name": "type", "value": "evidence"},
            *(own(name, value) for name, value in known.items() if value.strip()),
        ],
    }


def links_to(frame: Frame, labels: Iterable[str]) -> list[Assembly]:
    """A link to each record that is known, once."""
    known = dict.fromkeys(label for label in labels if label in frame.cited)
    return [reference(frame.record(label), text=visible(label)) for label in known]
