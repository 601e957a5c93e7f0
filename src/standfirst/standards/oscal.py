"""Editions and profiles as OSCAL, the exchange format of NIST: nothing of a requirement is left out.

An OSCAL name means what NIST says it means. What OSCAL has no name for stands in ``NAMESPACE``, so that no
tool takes our stages, tiers or confidences for something else. There are no assessment objectives: criteria
belong to an assessment method, which is a file set of its own.

Identifiers follow the persistence that OSCAL asks of each: a file's UUID changes with its content, while the
UUID of a party or of a cited document stays the same from edition to edition.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from standfirst.standards.catalogue import ClauseGroup, Edition, RelatedDocument, Requirement
from standfirst.standards.oscal_forms import (
    NAMESPACE,
    OSCAL_VERSION,
    PROJECT,
    Assembly,
    as_file,
    file_resource,
    instant,
    line,
    name_uuid,
    prop,
    prose,
    reference,
)
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.profile import Profile, shipped_profiles

_READING: Final = f"""\
These are this project's own draft reference requirements, in its own words. Other documents are named by \
identifier only; their text is no part of this file. A requirement that supports a law does not thereby \
satisfy it, and each confidence says how sure this project is of what it states about a document.

Properties and parts in the namespace {NAMESPACE} are this project's own."""

_LAYOUT: Final = "oscal-export/2"
"""Raised when the same edition comes out differently, so that different documents never share a UUID."""


def catalog(edition: Edition) -> Assembly:
    """The whole edition. Raises ``ValueError`` unless it was ``published`` on an ISO 8601 date."""
    document: Assembly = {
        "uuid": name_uuid(_LAYOUT, "catalog", edition.digest),
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
    return _profile(edition, profile, as_file(catalog(edition)))


def exports(edition: Edition) -> Mapping[str, bytes]:
    """File name to bytes: the catalogue, then each shipped profile. Equal editions give equal bytes.

    Raises :class:`Unusable` when a shipped profile asks nothing of ``edition``.
    """
    catalogue = as_file(catalog(edition))
    profiles = {
        file_name(edition, f"profile-{shipped.id}"): as_file(_profile(edition, shipped, catalogue))
        for shipped in shipped_profiles()
    }
    return {file_name(edition, "catalog"): catalogue} | profiles


def control_id(requirement_id: str) -> str:
    """``A.1.2`` as ``qtqms-a.1.2``: an OSCAL token may not begin with a digit. A clause is named alike."""
    return f"qtqms-{requirement_id.lower()}"


def statement_id(requirement_id: str) -> str:
    """The part of a control that holds the requirement's sentence."""
    return f"{control_id(requirement_id)}_smt"


# --- documents ---


def _metadata(edition: Edition, title: str, more: Iterable[Assembly]) -> Assembly:
    published = instant(date.fromisoformat(edition.header.published))
    return {
        "title": line(title),
        "published": published,
        "last-modified": published,
        "version": edition.header.version,
        "oscal-version": OSCAL_VERSION,
        "props": [
            prop("status", edition.header.status),
            prop("edition", edition.name),
            prop("edition-digest", edition.digest),
            prop("language", edition.header.language),
            prop("licence", edition.header.licence),
            *more,
        ],
        "roles": [{"id": "creator", "title": "Creator"}],
        "parties": [{"uuid": str(PROJECT), "type": "organization", "name": "Standfirst project"}],
        "responsible-parties": [{"role-id": "creator", "party-uuids": [str(PROJECT)]}],
        "remarks": _remarks(edition),
    }


def _remarks(edition: Edition) -> str:
    """The status first and in bold: most tools show remarks, few show properties in a foreign namespace."""
    return f"**{line(edition.header.status)}**\n\n{_READING}"


def _principles(edition: Edition) -> list[Assembly]:
    """What the tags of ``principle`` stand for: three properties each, tied together by their group."""
    return [
        prop(name, value, group=principle.tag)
        for principle in edition.header.principles
        for name, value in (
            ("principle", principle.tag),
            ("principle-title", principle.title),
            ("confidence", principle.confidence),
        )
    ]


def _profile(edition: Edition, profile: Profile, catalogue: bytes) -> Assembly:
    asked = [control_id(requirement.id) for requirement in profile.asked(edition)]
    if not asked:
        raise Unusable([problem("--profile", "profile.empty", field=profile.id)])
    title = f"{edition.header.title}: {profile.title}"
    source = file_name(edition, "catalog")
    resource = name_uuid("file", source)
    document: Assembly = {
        "uuid": name_uuid(_LAYOUT, "profile", edition.digest, profile.model_dump_json()),
        "metadata": _metadata(edition, title, selection(profile)) | {"links": [reference(resource)]},
        "imports": [{"href": source, "include-controls": [{"with-ids": asked}]}],
        # The groups and the order of the catalogue. No `combine`: with one import no two controls can clash,
        # and the JSON schemas of 1.2 refuse its method (usnistgov/OSCAL issue 2259).
        "merge": {"as-is": True},
        "back-matter": {
            "resources": [file_resource(resource, edition.header.title, source, catalogue)],
        },
    }
    return {"profile": document}


def selection(profile: Profile) -> list[Assembly]:
    """What a profile asks for, as properties."""
    return [
        prop("profile", profile.id),
        *(prop("domain", domain) for domain in dict.fromkeys(profile.domains)),
        *(prop("stage", stage) for stage in dict.fromkeys(profile.stages)),
        prop("tier", str(profile.tier)),
    ]


# --- groups and controls ---


def _group(edition: Edition, group: ClauseGroup) -> Assembly:
    return {
        "id": control_id(group.clause),
        "class": "annex" if edition.may_be_excluded(group.clause) else "clause",
        "title": line(group.title),
        "props": _labels(group.clause),
        "controls": [_control(edition, requirement) for requirement in group.requirements],
    }


def _control(edition: Edition, requirement: Requirement) -> Assembly:
    control: Assembly = {
        "id": control_id(requirement.id),
        "class": "requirement",
        "title": line(requirement.title),
        "props": [*_labels(requirement.id), *_sorting(requirement), _exclusion(edition, requirement)],
    }
    if requirement.related:
        documents = dict.fromkeys(related.document for related in requirement.related)
        control["links"] = [reference(_document_uuid(document), text=document) for document in documents]
    return control | {"parts": _parts(requirement)}


def _labels(number: str) -> list[Assembly]:
    """The two properties that OSCAL has a name for. ``sort-id`` sorts as text: 10 after 9, annexes last."""
    sortable = ".".join(step.zfill(2) if step.isdigit() else step for step in number.split("."))
    return [{"name": "label", "value": number}, {"name": "sort-id", "value": control_id(sortable)}]


def _sorting(requirement: Requirement) -> list[Assembly]:
    return [
        *(prop("stage", stage) for stage in requirement.stages),
        *(prop("domain", domain) for domain in requirement.domains),
        *(prop("goal", goal) for goal in requirement.goals),
        *(prop("aspect", aspect) for aspect in requirement.aspects),
        *(prop("principle", principle) for principle in requirement.principles),
        prop("from-tier", str(requirement.from_tier)),
    ]


def _exclusion(edition: Edition, requirement: Requirement) -> Assembly:
    return prop("may-be-excluded", "yes" if edition.may_be_excluded(requirement.id) else "no")


def _parts(requirement: Requirement) -> list[Assembly]:
    control = control_id(requirement.id)
    parts: list[Assembly] = [
        {"id": statement_id(requirement.id), "name": "statement", "prose": prose(requirement.sentence)},
        {"id": f"{control}_int", "name": "overview", "class": "intent", "prose": prose(requirement.intent)},
        {"id": f"{control}_gdn", "name": "guidance", "prose": prose(requirement.guidance)},
        {
            "id": f"{control}_evd",
            "name": "typical-evidence",
            "ns": NAMESPACE,
            "parts": [
                {"id": f"{control}_evd.{n}", "name": "item", "ns": NAMESPACE, "prose": prose(evidence)}
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
    props = [prop("relation", related.relation), prop("confidence", related.confidence)]
    if related.note is not None:
        props.append(prop("note", related.note))
    return {
        "id": part_id,
        "name": "related-document",
        "ns": NAMESPACE,
        "title": line(related.document),
        "props": props,
        "links": [reference(_document_uuid(related.document))],
    }


# --- what is cited ---


def _cited(edition: Edition) -> list[Assembly]:
    documents = sorted({related.document for requirement in edition for related in requirement.related})
    return [{"uuid": _document_uuid(document), "title": line(document)} for document in documents]


def _document_uuid(document: str) -> str:
    return name_uuid("document", document)


def file_name(edition: Edition, what: str) -> str:
    return f"{edition.header.id}-{edition.header.version}-{what}.json"
