"""The forms of what the API answers, as JSON Schema: what ``outgoing`` writes. A test holds answers against them."""

from collections.abc import Mapping
from typing import Any, Final

_TEXT: Final = {"type": "string"}
_WHOLE: Final = {"type": "integer", "minimum": 0}
_BOOLEAN: Final = {"type": "boolean"}
_TIME: Final = {"type": "string", "format": "date-time"}
_DIGEST: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_FREE: Final = {"type": "object"}
_COUNTS: Final = {"type": "object", "additionalProperties": _WHOLE}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _or_nothing(form: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [form, {"type": "null"}]}


def _object(optional: Mapping[str, Any] | None = None, /, **members: Any) -> dict[str, Any]:
    """Exactly these members; ``optional`` may be absent."""
    return {
        "type": "object",
        "properties": {**members, **(optional or {})},
        "required": list(members),
        "additionalProperties": False,
    }


_VERSION: Final = {
    "id": _TEXT,
    "number": _TEXT,
    "kind": _TEXT,
    "version": _WHOLE,
    "erased": _BOOLEAN,
    "entry": _ref("Entry"),
}
_SAID: Final = {
    "state": _TEXT,
    "body": _FREE,
    "serves": _list(_TEXT),
    "links": {"type": "object", "additionalProperties": _list(_TEXT)},
    "why": _TEXT,
    "origin": _or_nothing(_FREE),
    "signature": _or_nothing(_FREE),
}
_NAMED: Final = {"id": _TEXT, "number": _TEXT, "kind": _TEXT, "title": _TEXT, "state": _TEXT, "href": _TEXT}

_FILE: Final = {
    "name": _TEXT,
    "attachment": _object(file=_TEXT, sha256=_DIGEST),
    "size": _WHOLE,
    "media_type": _TEXT,
    "claimed_type": _or_nothing(_TEXT),
    "uploaded_at": _TIME,
    "uploaded_by": _or_nothing(_TEXT),
    "evidence_from": _or_nothing(_TEXT),
    "evidence_until": _or_nothing(_TEXT),
    "origin": _TEXT,
    "collector": _TEXT,
    "content": _TEXT,
    "erased_by": _TEXT,
}

_REASON: Final = _object(code=_TEXT, parameters=_FREE)
_ANSWERS: Final = _object(
    answers=_list(
        _object(
            id=_TEXT,
            outcome={"enum": ["met", "not-met", "judgement", "not-assessable"]},
            reasons=_list(_REASON),
            remedies=_list(_REASON),
            records=_list(_TEXT),
            oldest=_or_nothing(_TEXT),
            until=_or_nothing(_TEXT),
        )
    ),
    adverse=_list(_REASON),
    left_out=_or_nothing(_REASON),
    taken_in=_or_nothing(_REASON),
)
_RESULT: Final = {
    "id": _TEXT,
    "title": _TEXT,
    "status": {
        "enum": ["not-assessable", "not-shown", "partly", "needs-judgement", "shown", "not-applicable"]
    },
    "met": _WHOLE,
    "criteria": _WHOLE,
    "oldest": _or_nothing(_TEXT),
    "until": _or_nothing(_TEXT),
    "changed_on": _or_nothing(_TEXT),
    "before": _or_nothing(_TEXT),
    "why": _or_nothing(_REASON),
}
_STANDING: Final = {
    "party": {"const": "first"},
    "edition": _object(name=_TEXT, digest=_DIGEST, status=_TEXT),
    "profile": _FREE,
    "day": _TEXT,
    "size": _WHOLE,
    "ledger": _object(size=_WHOLE, root=_DIGEST),
    "computed_at": _or_nothing(_TIME),
    "is_asked": _BOOLEAN,
    "is_computed": _BOOLEAN,
    "is_behind": _BOOLEAN,
    "simulation": _BOOLEAN,
    "fictional": _BOOLEAN,
    "counts": _COUNTS,
}

FORMS: Final[Mapping[str, Any]] = {
    "Catalogues": _object(catalogues=_list(_object(name=_TEXT, statuses=_COUNTS))),
    "Controls": _object(
        name=_TEXT,
        simulation=_BOOLEAN,
        fictional=_BOOLEAN,
        ledger=_object(size=_WHOLE, root=_DIGEST),
        families=_list(_object(title=_TEXT, statuses=_COUNTS)),
        **{"implemented-requirements": _list(_ref("Control"))},
    ),
    "Control": _object(
        uuid=_TEXT,
        label=_TEXT,
        title=_TEXT,
        family=_or_nothing(_TEXT),
        parent=_or_nothing(_TEXT),
        withdrawn=_BOOLEAN,
        owner=_or_nothing(_TEXT),
        number=_TEXT,
        version=_WHOLE,
        recorded_at=_TIME,
        href=_TEXT,
        **{"control-id": _TEXT, "implementation-status": _object({"remarks": _TEXT}, state=_TEXT)},
    ),
    "File": _object(_FILE, id=_WHOLE),
    "Files": _object(files=_list(_ref("File")), before=_or_nothing(_WHOLE)),
    "Kept": _object(files=_list(_ref("File")), problems=_list({})),
    "Refusal": _object(
        {"current": _ref("Record"), "files": _list(_ref("File")), "more": _WHOLE},
        problems=_list(
            _object(
                {"file": _TEXT, "line": _WHOLE, "field": _TEXT},
                code=_TEXT,
                parameters=_FREE,
                sentence=_TEXT,
                hint=_TEXT,
            )
        ),
    ),
    "Kinds": _object(kinds=_list(_ref("Kind"))),
    "Kind": _object(
        name=_TEXT,
        title=_TEXT,
        prefix=_TEXT,
        schema=_WHOLE,
        authors=_list(_TEXT),
        unique=_list(_TEXT),
        links=_list(_object(relation=_TEXT, targets=_list(_TEXT))),
        lifecycle=_FREE,
        body=_FREE,
    ),
    "Readiness": _object(**_STANDING, requirements=_list(_object({"answers": _ANSWERS}, **_RESULT))),
    "RequirementResult": _object(**_STANDING, requirement=_object(**_RESULT, answers=_ANSWERS)),
    "Head": _object(size=_WHOLE, root=_DIGEST, simulation=_BOOLEAN, fictional=_BOOLEAN),
    "Row": _object(**_NAMED, version=_WHOLE, recorded_at=_TIME),
    "Records": _object(records=_list(_ref("Row")), next=_or_nothing(_WHOLE)),
    "Entry": _object(
        sequence=_WHOLE,
        recorded_at=_TIME,
        deed=_TEXT,
        actor=_TEXT,
        transition=_TEXT,
        commitment=_DIGEST,
        signature=_or_nothing(_FREE),
    ),
    "Version": _object(_SAID, **_VERSION),
    "Record": _object(**_VERSION, **_SAID, href=_TEXT, signatures=_list(_ref("Signature"))),
    "Signature": _object(
        name=_TEXT,
        signed_at=_TIME,
        meaning=_TEXT,
        reason=_TEXT,
        roles=_list(_TEXT),
        assurance=_TEXT,
        version=_WHOLE,
        signed_version=_WHOLE,
        current=_BOOLEAN,
        holds=_BOOLEAN,
        sentence=_TEXT,
    ),
    "Versions": _object(
        versions=_list(
            _object(_SAID, **_VERSION, leaf=_DIGEST, by=_or_nothing(_object(number=_TEXT, name=_TEXT)))
        ),
        before=_or_nothing(_WHOLE),
    ),
    "Comparison": _object(
        {},
        **{"from": _WHOLE},
        to=_WHOLE,
        differences=_list(
            _object(
                {"words": _list(_object(sort=_TEXT, text=_TEXT))},
                field=_TEXT,
                sort={"enum": ["added", "removed", "changed"]},
                before={},
                after={},
            )
        ),
    ),
    "Label": _object(**_NAMED, erased=_BOOLEAN),
    "Links": _object(
        {},
        **{"in": _list(_object(relation=_TEXT, record=_ref("Label")))},
        out=_list(_object(relation=_TEXT, record=_ref("Label"))),
        cut=_BOOLEAN,
    ),
    "Trace": _object(
        start=_TEXT,
        records=_list(_ref("Label")),
        links=_list(_object(source=_TEXT, relation=_TEXT, target=_TEXT)),
        cut=_BOOLEAN,
    ),
}
