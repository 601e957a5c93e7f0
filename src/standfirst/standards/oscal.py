"""Editions and profiles as OSCAL, the exchange format of NIST: nothing of a requirement is left out.

An OSCAL name means what NIST says it means. What OSCAL has no name for stands in ``NAMESPACE``, so that no
tool takes our stages, tiers or confidences for something else. There are no assessment objectives: criteria
belong to an assessment method, which is a file set of its own.

Identifiers follow the persistence that OSCAL asks of each: a file's UUID changes with its content, while the
UUID of a party or of a cited document stays the same from edition to edition.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from standfirst.standards.catalogue import ClauseGroup, Edition, RelatedDocument, Requirement
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.profile import Profile, shipped_profiles
from standfirst.trust.digests import sha256_hex

Assembly: TypeAlias = dict[str, object]

OSCAL_VERSION: Final = "1.2.1"
"""The release of the JSON schemas that the tests validate against."""

PROJECT: Final = UUID("1f73e100-88a4-42f4-b316-74222ffb8b7b")
"""This project, for ever: drawn once at random. It is the party, and every other UUID is derived from it."""

NAMESPACE: Final = PROJECT.urn
"""Qualifies our names. A UUID is a registered kind of URN and needs neither a host nor a registration."""

_READING: Final = f"""\
These are this project's own draft reference requirements, in its own words. Other documents are named by \
identifier only; their text is no part of this file. A requirement that supports a law does not thereby \
satisfy it, and each confidence says how sure this project is of what it states about a document.

Properties and parts in the namespace {NAMESPACE} are this project's own."""

_LAYOUT: Final = "oscal-export/1"
"""Raised when the same edition comes out differently, so that different documents never share a UUID."""


def catalog(edition: Edition) -> Assembly:
    """The whole edition. Raises ``ValueError`` unless it was ``published`` on an ISO 8601 date."""
    document: Assembly = {
        "uuid": _uuid(_LAYOUT, "catalog", edition.digest),
        "metadata": _metadata(edition, edition.header.title, _principles(edition)),
        "groups": [_group(edition, group) for group in edition.groups],
    }
    if cited := _cited(edition):
        document["back-matter"] = {"resources": cited}
    return {"catalog": document}


def profile(edition: Edition, profile: Profile) -> Assembly:
    """What ``profile`` asks of ``edition``, importing the catalogue by its file name in :func:`exports`.

    Raises :class:`Unusable` when it asks nothing, which OSCAL cannot say.
    """
    return _profile(edition, profile, sha256_hex(_file(catalog(edition))))


def exports(edition: Edition) -> Mapping[str, bytes]:
    """File name to bytes: the catalogue, then each shipped profile. Equal editions give equal bytes.

    Raises :class:`Unusable` when a shipped profile asks nothing of ``edition``.
    """
    catalogue = _file(catalog(edition))
    profiles = {
        _file_name(edition, f"profile-{shipped.id}"): _file(_profile(edition, shipped, sha256_hex(catalogue)))
        for shipped in shipped_profiles()
    }
    return {_file_name(edition, "catalog"): catalogue} | profiles


def control_id(requirement_id: str) -> str:
    """``A.1.2`` as ``qtqms-a.1.2``: an OSCAL token may not begin with a digit. A clause is named alike."""
    return f"qtqms-{requirement_id.lower()}"


# --- documents ---


def _metadata(edition: Edition, title: str, more: Iterable[Assembly]) -> Assembly:
    published = _instant(edition.header.published)
    return {
        "title": _line(title),
        "published": published,
        "last-modified": published,
        "version": edition.header.version,
        "oscal-version": OSCAL_VERSION,
        "props": [
            _prop("status", edition.header.status),
            _prop("edition", edition.name),
            _prop("edition-digest", edition.digest),
            _prop("language", edition.header.language),
            _prop("licence", edition.header.licence),
            *more,
        ],
        "roles": [{"id": "creator", "title": "Creator"}],
        "parties": [{"uuid": str(PROJECT), "type": "organization", "name": "Standfirst project"}],
        "responsible-parties": [{"role-id": "creator", "party-uuids": [str(PROJECT)]}],
        "remarks": _remarks(edition),
    }


def _remarks(edition: Edition) -> str:
    """The status first and in bold: most tools show remarks, few show properties in a foreign namespace."""
    return f"**{_line(edition.header.status)}**\n\n{_READING}"


def _principles(edition: Edition) -> list[Assembly]:
    """What the tags of ``principle`` stand for: three properties each, tied together by their group."""
    return [
        _prop(name, value, group=principle.tag)
        for principle in edition.header.principles
        for name, value in (
            ("principle", principle.tag),
            ("principle-title", principle.title),
            ("confidence", principle.confidence),
        )
    ]


def _profile(edition: Edition, profile: Profile, catalogue_digest: str) -> Assembly:
    asked = [control_id(requirement.id) for requirement in profile.asked(edition)]
    if not asked:
        raise Unusable([problem("--profile", "profile.empty", field=profile.id)])
    title = f"{edition.header.title}: {profile.title}"
    source = _file_name(edition, "catalog")
    resource = _uuid("file", source)
    document: Assembly = {
        "uuid": _uuid(_LAYOUT, "profile", edition.digest, profile.model_dump_json()),
        "metadata": _metadata(edition, title, _selection(profile)) | {"links": [_reference(resource)]},
        "imports": [{"href": source, "include-controls": [{"with-ids": asked}]}],
        # The groups and the order of the catalogue. No `combine`: with one import no two controls can clash,
        # and the JSON schemas of 1.2 refuse its method (usnistgov/OSCAL issue 2259).
        "merge": {"as-is": True},
        "back-matter": {
            "resources": [
                {
                    "uuid": resource,
                    "title": _line(edition.header.title),
                    "rlinks": [
                        {
                            "href": source,
                            "media-type": "application/json",
                            "hashes": [{"algorithm": "SHA-256", "value": catalogue_digest}],
                        }
                    ],
                }
            ]
        },
    }
    return {"profile": document}


def _selection(profile: Profile) -> list[Assembly]:
    return [
        _prop("profile", profile.id),
        *(_prop("domain", domain) for domain in profile.domains),
        *(_prop("stage", stage) for stage in profile.stages),
        _prop("tier", str(profile.tier)),
    ]


# --- groups and controls ---


def _group(edition: Edition, group: ClauseGroup) -> Assembly:
    return {
        "id": control_id(group.clause),
        "class": "annex" if edition.may_be_excluded(group.clause) else "clause",
        "title": _line(group.title),
        "props": _labels(group.clause),
        "controls": [_control(edition, requirement) for requirement in group.requirements],
    }


def _control(edition: Edition, requirement: Requirement) -> Assembly:
    control: Assembly = {
        "id": control_id(requirement.id),
        "class": "requirement",
        "title": _line(requirement.title),
        "props": [*_labels(requirement.id), *_sorting(requirement), _exclusion(edition, requirement)],
    }
    if requirement.related:
        documents = dict.fromkeys(related.document for related in requirement.related)
        control["links"] = [_reference(_document_uuid(document), text=document) for document in documents]
    return control | {"parts": _parts(requirement)}


def _labels(number: str) -> list[Assembly]:
    """The two properties that OSCAL has a name for. ``sort-id`` sorts as text: 10 after 9, annexes last."""
    sortable = ".".join(step.zfill(2) if step.isdigit() else step for step in number.split("."))
    return [{"name": "label", "value": number}, {"name": "sort-id", "value": control_id(sortable)}]


def _sorting(requirement: Requirement) -> list[Assembly]:
    return [
        *(_prop("stage", stage) for stage in requirement.stages),
        *(_prop("domain", domain) for domain in requirement.domains),
        *(_prop("goal", goal) for goal in requirement.goals),
        *(_prop("aspect", aspect) for aspect in requirement.aspects),
        *(_prop("principle", principle) for principle in requirement.principles),
        _prop("from-tier", str(requirement.from_tier)),
    ]


def _exclusion(edition: Edition, requirement: Requirement) -> Assembly:
    return _prop("may-be-excluded", "yes" if edition.may_be_excluded(requirement.id) else "no")


def _parts(requirement: Requirement) -> list[Assembly]:
    control = control_id(requirement.id)
    parts: list[Assembly] = [
        {"id": f"{control}_smt", "name": "statement", "prose": _prose(requirement.sentence)},
        {"id": f"{control}_int", "name": "overview", "class": "intent", "prose": _prose(requirement.intent)},
        {"id": f"{control}_gdn", "name": "guidance", "prose": _prose(requirement.guidance)},
        {
            "id": f"{control}_evd",
            "name": "typical-evidence",
            "ns": NAMESPACE,
            "parts": [
                {"id": f"{control}_evd.{n}", "name": "item", "ns": NAMESPACE, "prose": _prose(evidence)}
                for n, evidence in enumerate(requirement.typical_evidence, start=1)
            ],
        },
    ]
    if requirement.related:
        related = [
            _related(f"{control}_rel.{n}", item) for n, item in enumerate(requirement.related, start=1)
        ]
        parts.append({"id": f"{control}_rel", "name": "related-documents", "ns": NAMESPACE, "parts": related})
    return parts


def _related(part_id: str, related: RelatedDocument) -> Assembly:
    """A part of its own: an OSCAL link has no properties to say how, and how surely, two documents relate."""
    props = [_prop("relation", related.relation), _prop("confidence", related.confidence)]
    if related.note is not None:
        props.append(_prop("note", related.note))
    return {
        "id": part_id,
        "name": "related-document",
        "ns": NAMESPACE,
        "title": _line(related.document),
        "props": props,
        "links": [_reference(_document_uuid(related.document))],
    }


# --- what is cited ---


def _cited(edition: Edition) -> list[Assembly]:
    documents = sorted({related.document for requirement in edition for related in requirement.related})
    return [{"uuid": _document_uuid(document), "title": _line(document)} for document in documents]


def _document_uuid(document: str) -> str:
    return _uuid("document", document)


def _reference(resource: str, *, text: str | None = None) -> Assembly:
    link: Assembly = {"href": f"#{resource}", "rel": "reference"}
    return link if text is None else link | {"text": _line(text)}


# --- values ---


def _uuid(*path: str) -> str:
    """Version 5. The path is written as JSON, so that no two paths give one name."""
    return str(uuid5(PROJECT, json.dumps(path)))


def _instant(published: str) -> str:
    """OSCAL wants a time with its zone: the first moment of the day, UTC."""
    return datetime.combine(date.fromisoformat(published), time(), UTC).isoformat().replace("+00:00", "Z")


def _prop(name: str, value: str, *, group: str | None = None) -> Assembly:
    """A value is a plain string on one line, not Markdown."""
    prop: Assembly = {"name": name, "ns": NAMESPACE, "value": " ".join(value.split())}
    return prop if group is None else prop | {"group": group}


def _file_name(edition: Edition, what: str) -> str:
    return f"{edition.header.id}-{edition.header.version}-{what}.json"


def _file(document: Assembly) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


# --- text as Markdown: OSCAL reads titles and prose as CommonMark, ours is plain ---

# Also OSCAL's own ~subscript~, ^superscript^ and {{ insertion }}. An underscore inside a word is only itself.
_MARKUP: Final = re.compile(
    r"""[\\`*\[\]~^] | <(?=[A-Za-z/!?]) | &(?=\#?\w+;) | \{(?=\{) | (?<=\{)\{
    | (?<![0-9A-Za-z])_ | _(?![0-9A-Za-z])
    | ^[\#>+=-]""",
    re.VERBOSE,
)
_LIST_NUMBER: Final = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def _line(text: str) -> str:
    """One line of Markdown that is read as exactly this text."""
    return _LIST_NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", " ".join(text.split())))


def _prose(text: str) -> str:
    """Paragraphs of Markdown, one for each line of ``text``."""
    return "\n\n".join(_line(line) for line in text.splitlines() if line.strip())
