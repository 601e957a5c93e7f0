"""The API told to programs: an OpenAPI 3.1 document, made from the kinds and the routes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from django.views.decorators.http import require_safe
from pydantic import BaseModel

import standfirst
from standfirst.records.kind import Kind
from standfirst.server.api import forms
from standfirst.server.api.asking import Amendment, Creation, Movement
from standfirst.server.api.entry import reply
from standfirst.server.organisations import OrganisationType, kinds_of
from standfirst.server.trace import DEEPEST

JSON: Final = "application/json"
BINARY: Final = {"type": "string", "format": "binary"}


@dataclass(frozen=True, slots=True)
class Told:
    """One method of one address: what it is for, what it takes, and what it gives."""

    summary: str
    gives: str = ""
    takes: type[BaseModel] | None = None
    query: Sequence[tuple[str, Mapping[str, Any], str]] = ()
    status: int = 200
    media: str = JSON
    refuses: Sequence[int] = ()
    headers: Sequence[str] = ()
    sends: Sequence[str] = ()


_WHOLE: Final = {"type": "integer", "minimum": 0}
_TEXT: Final = {"type": "string"}
_FROM_ONE: Final = {"type": "integer", "minimum": 1}
_LIMIT: Final = ("limit", {**_FROM_ONE, "maximum": 500}, "At most so many")
_CHANGE: Final = (400, 409, 412, 413, 415, 422, 428)

_ABOUT: Final = {
    "evidence_from": "The first day that it speaks of",
    "evidence_until": "The first day that it does not speak of any more",
    "origin": "Where it comes from",
    "collector": "Who or what collected it",
}

ROUTES: Final[Mapping[tuple[str, str], Told]] = {
    ("api-kinds", "GET"): Told("All kinds of record that the organisation keeps", "Kinds"),
    ("api-kind", "GET"): Told("One kind: the schema of its body, its lifecycle, its links", "Kind"),
    ("api-head", "GET"): Told(
        "The head of the ledger: note it elsewhere, and nobody can shorten it unseen", "Head"
    ),
    ("api-readiness", "GET"): Told(
        "How the organisation stands: its own, first-party result for every requirement",
        "Readiness",
        query=(("why", {"enum": ["yes"]}, "With the answers to all criteria, and their reasons"),),
    ),
    ("api-requirement", "GET"): Told(
        "Why one requirement stands as it does, down to the records", "RequirementResult"
    ),
    ("api-records", "GET"): Told(
        "Records of one kind, in the order in which they came",
        "Records",
        query=(
            ("kind", _TEXT, "Which kind; it has to be named"),
            ("state", _TEXT, "Only those in this state"),
            ("after", _WHOLE, "The `next` of the page before"),
            _LIMIT,
        ),
        refuses=(400, 422),
    ),
    ("api-records", "POST"): Told(
        "A new record",
        "Record",
        Creation,
        status=201,
        refuses=(400, 409, 413, 415, 422),
        headers=("ETag", "Location"),
    ),
    ("api-record", "GET"): Told(
        "A record as it stands now; its ETag is its version", "Record", headers=("ETag",), refuses=(304,)
    ),
    ("api-record", "PATCH"): Told(
        "The next version of a record; what is left out stays as it is",
        "Record",
        Amendment,
        refuses=_CHANGE,
        headers=("ETag",),
    ),
    ("api-moves", "POST"): Told(
        "Another state; what asks for a signature is signed on a page, never here",
        "Record",
        Movement,
        refuses=_CHANGE,
        headers=("ETag",),
    ),
    ("api-versions", "GET"): Told(
        "Who did what, when and why: all versions, the newest first",
        "Versions",
        query=(("before", _WHOLE, "Only versions before this one"), _LIMIT),
        refuses=(400,),
    ),
    ("api-version", "GET"): Told("One version as it was recorded", "Version"),
    ("api-comparison", "GET"): Told(
        "Two versions, field by field",
        "Comparison",
        query=(
            ("from", _FROM_ONE, "The earlier; by default the one before"),
            ("to", _FROM_ONE, "The later; by default the current one"),
        ),
        refuses=(400,),
    ),
    ("api-links", "GET"): Told("What the record links to, and what links to it", "Links"),
    ("api-trace", "GET"): Told(
        "What the record rests on and what rests on it, link by link",
        "Trace",
        query=(("depth", {**_FROM_ONE, "maximum": DEEPEST}, "How many links far"),),
        refuses=(400,),
    ),
    ("api-proof", "GET"): Told(
        "The record with its proof, as a hand-over: `standfirst package check` proves it anywhere. Its files "
        "are in it: a token has to be good for files as well, where it has any",
        media="application/zip",
        refuses=(422,),
    ),
    ("api-logged", "GET"): Told(
        "That the record as it stands is in the ledger, under a head signed by its keys (C2SP tlog-proof, with the "
        "ledger's entry as extra data): `standfirst ledger verify` proves it anywhere. Nothing is here until a head "
        "is signed that covers it, which takes less than a minute",
        media="text/plain",
    ),
    ("api-files", "GET"): Told(
        "The organisation's files, the newest first",
        "Files",
        query=(("before", _WHOLE, "The `before` of the page before"),),
    ),
    ("api-files", "POST"): Told(
        "Files, as a form with any number of them; or one, as the body, named by `name`",
        "Kept",
        status=201,
        query=(
            ("name", _TEXT, "What the file is called, where it is the body"),
            *((name, _TEXT, words) for name, words in _ABOUT.items()),
        ),
        sends=("multipart/form-data", "application/octet-stream"),
        refuses=(400, 413, 422),
    ),
    ("api-catalogues", "GET"): Told(
        "Catalogues of controls, with how many are answered how in each", "Catalogues"
    ),
    ("api-catalogue", "GET"): Told("The organisation's answer to every control of a catalogue", "Controls"),
    ("api-file", "GET"): Told("What is known of a file", "File"),
    ("api-file-content", "GET"): Told(
        "The file itself", media="application/octet-stream", refuses=(206, 416)
    ),
}
"""By the name of the address and the method. A test holds this against the addresses that there are."""


@require_safe
def serve(_: HttpRequest) -> HttpResponse:
    return reply(document())


@cache
def document() -> Mapping[str, Any]:
    """The whole description; it says nothing of anybody's records."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Standfirst",
            "version": standfirst.__version__,
            "description": (
                "What the pages do, for programs. Sign in with a session and its CSRF token, or with a token of your "
                "account (`Authorization: Bearer sfp_...`). Times are UTC; numbers with a fraction are text."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": {address: dict(_methods(name, address)) for name, address in addresses().items()},
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
            "schemas": dict(_schemas()),
        },
    }


def addresses() -> Mapping[str, str]:
    """Addresses as OpenAPI writes them, by name: what lies below the API's, whichever room it is in."""
    return {
        str(found.name): f"/{_templated(str(found.pattern))}"
        for found in get_resolver().url_patterns
        for found in getattr(found, "url_patterns", ())
        if str(found.pattern).startswith("api/v1/o/")
    }


def _templated(route: str) -> str:
    parts = route.split("<")
    return parts[0] + "".join(
        "{" + part.partition(":")[2].partition(">")[0] + "}" + part.partition(">")[2] for part in parts[1:]
    )


_PARTS: Final[Mapping[str, tuple[Mapping[str, Any], str]]] = {
    "organisation": (_TEXT, "The organisation, as its addresses name it"),
    "record": (_TEXT, "A record, by number or id"),
    "kind": (_TEXT, "A kind of record"),
    "version": (_WHOLE, "Counted from 1"),
    "use": (_WHOLE, "A file, by its number"),
}


def _methods(name: str, address: str) -> Iterator[tuple[str, Any]]:
    parts = [part for part in _PARTS if f"{{{part}}}" in address]
    for (route, method), told in ROUTES.items():
        if route == name:
            yield method.lower(), _operation(name, method, told, parts)


def _operation(name: str, method: str, told: Told, parts: Sequence[str]) -> dict[str, Any]:
    given: list[dict[str, Any]] = [
        {
            "name": part,
            "in": "path",
            "required": True,
            "schema": _PARTS[part][0],
            "description": _PARTS[part][1],
        }
        for part in parts
    ]
    given += [{"name": n, "in": "query", "schema": s, "description": d} for n, s, d in told.query]
    if 428 in told.refuses:
        given.append(
            {
                "name": "If-Match",
                "in": "header",
                "schema": _TEXT,
                "description": 'The version that it follows, as in "3"; or say so in the body',
            }
        )
    operation: dict[str, Any] = {
        "operationId": f"{method.lower()}-{name.removeprefix('api-')}",
        "summary": told.summary,
        "parameters": given,
        "responses": {
            str(told.status): _answer(told),
            **{str(s): _refusal(s) for s in (401, 403, 404, *told.refuses)},
        },
    }
    if told.sends:
        operation["requestBody"] = {
            "required": True,
            "content": {media: {"schema": BINARY} for media in told.sends},
        }
    if told.takes is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": _ref(told.takes.__name__)}},
        }
    return operation


def _answer(told: Told) -> dict[str, Any]:
    schema = _ref(told.gives) if told.gives else BINARY
    headers = {name: {"schema": _TEXT} for name in told.headers}
    return {
        "description": told.summary,
        "content": {told.media: {"schema": schema}},
        **({"headers": headers} if headers else {}),
    }


_REFUSALS: Final = {
    206: "The part that was asked for",
    304: "It is still the version that you have",
    400: "It cannot be read",
    401: "Nobody is signed in, or the token is not good",
    403: "It may not be done",
    404: "There is no such thing here, or not for you",
    409: "Somebody else has recorded another version in between",
    412: "Somebody else has recorded another version in between",
    413: "It is too large",
    415: "It is not JSON",
    416: "There is no such part of it",
    422: "It cannot be kept as it is; each fault is told with its field",
    428: "It has to say which version it follows",
}


def _refusal(status: int) -> dict[str, Any]:
    if status in {206, 304, 416}:
        return {"description": _REFUSALS[status]}
    return {"description": _REFUSALS[status], "content": {JSON: {"schema": _ref("Refusal")}}}


# --- forms -----------------------------------------------------------------------------------------------------------


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> Iterator[tuple[str, Any]]:
    yield from forms.FORMS.items()
    for model in (Creation, Amendment, Movement):
        yield from _flat(model.__name__, model)
    for kind in all_kinds():
        yield from _flat(f"body.{kind.name}", kind.body)


def all_kinds() -> Sequence[Kind]:
    """Whatever any type of organisation keeps."""
    found = {kind.name: kind for each in OrganisationType for kind in kinds_of(each)}
    return tuple(found.values())


def _flat(name: str, model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """A model's schema, with the forms that it is made of beside it and not inside it."""
    schema = model.model_json_schema(ref_template=f"#/components/schemas/{name}.{{model}}")
    for inner, form in schema.pop("$defs", {}).items():
        yield f"{name}.{inner}", form
    yield name, schema
