"""A program that asks the API, and whether each answer has the form that the description tells."""

import json
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator
from tests.server.works import Works

from standfirst.server.api import description


class Program:
    """A program with Ada's token; each answer is held against the form that the description tells."""

    def __init__(self, there: Works, token: str) -> None:
        self.base = f"/api/v1/o/{there.slug}"
        self.client = Client(
            SERVER_NAME="localhost", enforce_csrf_checks=True, HTTP_AUTHORIZATION=f"Bearer {token}"
        )

    def ask(self, method: str, path: str, value: Any = None, /, **headers: str) -> Any:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items() if name != "content_type"}
        answer = self.client.generic(
            method,
            self.base + path,
            body if value is not None else b"",
            content_type=headers.get("content_type", "application/json"),
            headers=named,
        )
        check(method, path, answer)
        return answer

    def get(self, path: str, /, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def new(self, kind: str, body: dict[str, Any], **more: Any) -> Any:
        answer = self.ask("POST", "/records", {"kind": kind, "body": body, "why": "It is wanted", **more})
        assert answer.status_code == 201, answer.content
        return answer.json()


def check(method: str, path: str, answer: Any) -> None:
    """The answer has the form that the description tells for this status."""
    document = description.document()
    for address, operations in document["paths"].items():
        told = operations.get("get" if method == "HEAD" else method.lower())
        if told is None or not _fits(address, path):
            continue
        said = told["responses"].get(str(answer.status_code))
        assert said is not None, (method, path, answer.status_code, answer.content)
        form = said.get("content", {}).get("application/json")
        if form is not None and method != "HEAD":
            schema = {**form["schema"], "components": document["components"]}
            Draft202012Validator(schema).validate(answer.json())
        return
    assert answer.status_code in {404, 405}


def _fits(address: str, path: str) -> bool:
    parts = address.removeprefix("/api/v1/o/{organisation}").split("/")
    asked = path.partition("?")[0].split("/")
    return len(parts) == len(asked) and all(
        a.startswith("{") or a == b for a, b in zip(parts, asked, strict=True)
    )
