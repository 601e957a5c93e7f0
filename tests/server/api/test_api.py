"""The API as a program meets it: every address, on both engines."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from jsonschema import Draft202012Validator
from tests.server.api.program import Program, check
from tests.server.works import POLICY, PRODUCT, RISK, Works, browser, queries, works

from standfirst.cli.main import run
from standfirst.server.accounts.models import Scope
from standfirst.server.api import description
from standfirst.server.refusals import Refusals
from standfirst.standards.problems import Unusable, problem

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


@pytest.fixture
def ada(there: Works) -> Program:
    return Program(there, there.token(there.ada))


def refused(answer: Any, status: int) -> list[str]:
    assert answer.status_code == status, answer.content
    return [problem["code"] for problem in answer.json()["problems"]]


# --- reading and writing ---


def test_a_record_is_written_and_read(ada: Program) -> None:
    product = ada.new("product", PRODUCT)
    assert product["number"] == "PRD-0001"
    made = ada.new("risk", RISK, links={"about": ["PRD-0001"]}, serves=["6.1.3"])
    assert (made["number"], made["version"], made["state"]) == ("RSK-0001", 1, "identified")
    assert made["links"] == {"about": [product["id"]]}

    answer = ada.get("/records/RSK-0001")
    assert (answer.headers["ETag"], answer.json()) == ('"1"', made)
    assert ada.get(f"/records/{made['id']}").json() == made
    assert ada.get("/records/RSK-0001", if_none_match='"1"').status_code == 304
    assert ada.get("/records/RSK-0001", if_none_match='"2"').status_code == 200
    assert ada.ask("HEAD", "/records/RSK-0001").headers["ETag"] == '"1"'


def test_what_was_read_can_be_handed_back(ada: Program) -> None:
    ada.new("product", PRODUCT)
    made = ada.new("risk", RISK, links={"about": ["PRD-0001"]})
    whole = {name: made[name] for name in ("body", "serves", "links", "state")}
    answer = ada.ask("PATCH", "/records/RSK-0001", {**whole, "why": "Again"}, if_match='"1"')
    assert (answer.status_code, answer.json()["version"]) == (200, 1)  # nothing differs, nothing is recorded


def test_a_record_is_amended_and_moved(ada: Program) -> None:
    ada.new("risk", RISK)
    body = {**RISK, "likelihood": 2, "severity": 3, "assessed_on": "2026-11-20"}
    change = {"body": body, "state": "assessed", "why": "Assessed on Friday"}
    answer = ada.ask("PATCH", "/records/RSK-0001", change, if_match='"1"')
    assert (answer.status_code, answer.json()["version"], answer.headers["ETag"]) == (200, 3, '"3"')
    answer = ada.ask(
        "POST", "/records/RSK-0001/moves", {"to": "identified", "why": "Once more", "expected": 3}
    )
    assert (answer.status_code, answer.json()["state"], answer.json()["why"]) == (
        200,
        "identified",
        "Once more",
    )


@pytest.mark.parametrize(
    "identity",
    [
        "8d4f5be6-5b0e-5a64-9a52-6f6a4c1f2a10",  # as services, carried copies and envelopes have them
        "8d4f5be6-5b0e-1a64-9a52-6f6a4c1f2a10",
        "8d4f5be6-5b0e-4a64-0a52-6f6a4c1f2a10",
        "00000000-0000-0000-0000-000000000000",
    ],
)
@pytest.mark.parametrize(("kind", "body"), [("person", {"name": "S", "handle": "svc"}), ("product", PRODUCT)])
def test_an_id_of_one_s_own_making_is_one_of_chance(
    ada: Program, identity: str, kind: str, body: dict[str, Any]
) -> None:
    answer = ada.ask("POST", "/records", {"kind": kind, "body": body, "why": "So", "id": identity})
    assert [one["field"] for one in answer.json()["problems"]] == ["id"]
    assert answer.status_code == 422


def test_creating_twice_is_harmless(ada: Program) -> None:
    identity = str(uuid4())
    ada.new("product", PRODUCT, id=identity)
    again = ada.ask("POST", "/records", {"kind": "product", "body": PRODUCT, "why": "Again", "id": identity})
    assert refused(again, 409) == ["record.conflict"]
    assert len(ada.json("/records?kind=product")["records"]) == 1


def test_who_comes_second_gets_both_versions(ada: Program) -> None:
    ada.new("product", PRODUCT)
    first = {"body": {**PRODUCT, "title": "First"}, "why": "First"}
    assert ada.ask("PATCH", "/records/PRD-0001", first, if_match='"1"').status_code == 200
    second = {"body": {**PRODUCT, "title": "Second"}, "why": "Second"}
    answer = ada.ask("PATCH", "/records/PRD-0001", second, if_match='"1"')
    assert refused(answer, 412) == ["record.conflict"]
    assert answer.json()["current"]["body"]["title"] == "First"
    answer = ada.ask("PATCH", "/records/PRD-0001", {**second, "expected": 1})
    assert refused(answer, 409) == ["record.conflict"]
    assert ada.json("/records/PRD-0001/versions/1")["body"]["title"] == PRODUCT["title"]


@pytest.mark.parametrize(
    ("headers", "more", "status", "code"),
    [
        ({}, {}, 428, "request.no-version"),
        ({"if_match": "*"}, {}, 400, "request.if-match"),
        ({"if_match": "1"}, {}, 400, "request.if-match"),
        ({"if_match": 'W/"1"'}, {}, 400, "request.if-match"),
        ({"if_match": '"1"'}, {"expected": 2}, 400, "request.if-match"),
    ],
)
def test_the_version_has_to_be_said(
    ada: Program, headers: dict[str, str], more: dict[str, Any], status: int, code: str
) -> None:
    ada.new("product", PRODUCT)
    answer = ada.ask("PATCH", "/records/PRD-0001", {"serves": [], "why": "So", **more}, **headers)
    assert refused(answer, status) == [code]


def test_every_fault_is_told_with_its_field(ada: Program) -> None:
    body = {**RISK, "likelihood": 9, "colour": "red"}
    answer = ada.ask("POST", "/records", {"kind": "risk", "body": body, "serves": ["99.9"], "why": "So"})
    assert answer.status_code == 422
    told = {p["field"]: (p["file"], p["code"]) for p in answer.json()["problems"]}
    assert told == {
        "serves[0]": ("risk", "record.unknown-requirement"),
        "body.likelihood": ("risk", "field.less-than-equal"),
        "body.colour": ("risk", "field.extra-forbidden"),
    }
    assert all(p["sentence"] for p in answer.json()["problems"])


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code", "place"),
    [
        (b"{}", "text/plain", 415, "request.not-json", {}),
        (b"{}", "application/json; charset=latin-1", 415, "request.not-json", {}),
        (b"{}", "application/x-www-form-urlencoded", 415, "request.not-json", {}),
        (b'{"a": 1,\n "b" 2}', "application/json", 400, "request.malformed", {"line": 2, "column": 6}),
        (b'{"why": "\xff"}', "application/json", 400, "request.not-utf8", {"byte": 9}),
        (b'{"body": {"a": 1, "a": 2}}', "application/json", 400, "request.repeated", {"field": "body.a"}),
        (
            b'[{"a": [{"b": 1, "b": 1}]}]',
            "application/json",
            400,
            "request.repeated",
            {"field": "[0].a[0].b"},
        ),
        (b"[" * 100_000, "application/json", 400, "request.too-deep", {}),
        (b" " * 3_000_000, "application/json", 413, "request.too-large", {}),
        (b" ", "application/json", 400, "request.malformed", {"line": 1}),
        (b"[1]", "application/json", 422, "field.model-type", {}),
        (
            b'{"kind": "risk", "why": "x", "body": {"likelihood": 0.5}}',
            "application/json",
            422,
            "value.fraction",
            {},
        ),
        (
            b'{"kind": "risk", "why": "x", "body": {"likelihood": NaN}}',
            "application/json",
            422,
            "value.fraction",
            {},
        ),
        (
            b'{"kind": "risk", "why": "x", "body": {"likelihood": ' + b"9" * 5_000 + b"}}",
            "application/json",
            422,
            "value.integer-too-large",
            {},
        ),
        (b'{"kind": "risk", "why": "\\u0000"}', "application/json", 422, "value.character", {}),
        (b'{"kind": "risk", "why": "\\ud800"}', "application/json", 422, "value.character", {}),
        (b'{"kind": "risk", "body": {}}', "application/json", 422, "field.missing", {}),
        (b'{"kind": "ghost", "body": {}, "why": "x"}', "application/json", 422, "record.unknown-kind", {}),
    ],
)
def test_what_cannot_be_read(  # noqa: PLR0917
    ada: Program, body: bytes, content_type: str, status: int, code: str, place: dict[str, Any]
) -> None:
    before = ada.json("/ledger/head")
    answer = ada.ask("POST", "/records", body, content_type=content_type)
    assert refused(answer, status)[0] == code
    said = answer.json()["problems"][0]["parameters"]
    assert {name: said[name] for name in place} == place
    assert ada.json("/ledger/head") == before


def test_a_list_goes_on_where_it_ended(ada: Program) -> None:
    for index in range(5):
        ada.new("product", {**PRODUCT, "title": f"Product {index}"})
    first = ada.json("/records?kind=product&limit=2")
    second = ada.json(f"/records?kind=product&limit=2&after={first['next']}")
    last = ada.json(f"/records?kind=product&limit=2&after={second['next']}")
    numbers = [row["number"] for page in (first, second, last) for row in page["records"]]
    assert numbers == [f"PRD-000{i}" for i in range(1, 6)]
    assert last["next"] is None
    assert ada.json("/records?kind=product&state=deployment")["records"] == []
    assert refused(ada.get("/records"), 400) == ["request.no-kind"]
    assert refused(ada.get("/records?kind=ghost"), 404) == ["record.missing"]
    assert refused(ada.get("/records?kind=product&state=gone"), 422) == ["record.unknown-state"]
    for wrong in ("after=x", "after=-1", "limit=501", "after=" + "9" * 30):
        assert refused(ada.get(f"/records?kind=product&{wrong}"), 400) == ["request.number"]


def test_history_and_comparison(ada: Program) -> None:
    ada.new("product", PRODUCT)
    ada.ask(
        "PATCH",
        "/records/PRD-0001",
        {"body": {**PRODUCT, "title": "Another"}, "why": "Renamed"},
        if_match='"1"',
    )
    history = ada.json("/records/PRD-0001/versions")
    assert [(v["version"], v["why"], v["by"]["name"]) for v in history["versions"]] == [
        (2, "Renamed", "Ada"),
        (1, "It is wanted", "Ada"),
    ]
    assert [v["version"] for v in ada.json("/records/PRD-0001/versions?before=2")["versions"]] == [1]
    found = ada.json("/records/PRD-0001/comparison")
    assert (found["from"], found["to"]) == (1, 2)
    [changed] = found["differences"]
    assert (changed["field"], changed["before"], changed["after"]) == (
        "body.title",
        PRODUCT["title"],
        "Another",
    )
    assert "".join(p["text"] for p in changed["words"] if p["sort"] != "removed") == "Another"
    for missing in ("versions/3", "versions/0", f"versions/{2**70}", "comparison?from=1&to=9"):
        assert refused(ada.get(f"/records/PRD-0001/{missing}"), 404) == ["record.missing"]


def test_links_and_trace(ada: Program) -> None:
    ada.new("product", PRODUCT)
    ada.new("risk", RISK, links={"about": ["PRD-0001"]})
    ada.new("document", POLICY, links={"about": ["RSK-0001"]})
    found = ada.json("/records/RSK-0001/links")
    assert [(one["relation"], one["record"]["number"]) for one in found["out"]] == [("about", "PRD-0001")]
    assert [(one["relation"], one["record"]["number"]) for one in found["in"]] == [("about", "DOC-0001")]
    whole = ada.json("/records/PRD-0001/trace")
    assert sorted(one["number"] for one in whole["records"]) == ["DOC-0001", "PRD-0001", "RSK-0001"]
    near = ada.json("/records/PRD-0001/trace?depth=1")
    assert (len(near["records"]), near["cut"], whole["cut"]) == (2, True, False)


def test_kinds_are_told(ada: Program) -> None:
    told = {kind["name"]: kind for kind in ada.json("/kinds")["kinds"]}
    assert told["risk"] == ada.json("/kinds/risk")
    Draft202012Validator(told["risk"]["body"]).validate(RISK)
    assert refused(ada.get("/kinds/ghost"), 404) == ["record.missing"]


def test_a_proof_is_checked_by_another_installation(ada: Program, tmp_path: Path, capsys: Any) -> None:
    ada.new("product", PRODUCT)
    data = ada.get("/records/PRD-0001/proof").content
    (tmp_path / "handover.zip").write_bytes(data)
    assert run(["package", "check", str(tmp_path / "handover.zip")]) == 0
    assert "PRD-0001" in capsys.readouterr().out
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document = json.loads(archive.read("handover.json"))
    head = ada.json("/ledger/head")
    assert document["head"] == {"size": head["size"], "root": head["root"]}


# --- who may ---


def test_nobody_is_asked_to_sign_in(there: Works) -> None:
    nobody = Client(SERVER_NAME="localhost")
    for path in (f"/api/v1/o/{there.slug}/kinds", "/api/v1/o/there-is-no-such-thing/kinds"):
        answer = nobody.get(path)
        assert refused(answer, 401) == ["actor.not-signed-in"]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer sfp_", "Bearer ", "Bearer", "Basic YTpi", "sfp_x", "Bearer " + "x" * 9000]
)
def test_a_token_that_is_none(there: Works, header: str) -> None:
    answer = there.client(there.ada).get(f"/api/v1/o/{there.slug}/kinds", HTTP_AUTHORIZATION=header)
    assert refused(answer, 401)[0].startswith("token.")


def test_a_token_may_do_what_it_was_issued_for(there: Works) -> None:
    reader = Program(there, there.token(there.ada, Scope.READ))
    reader.json("/kinds")
    answer = reader.ask("POST", "/records", {"kind": "product", "body": PRODUCT, "why": "So"})
    assert refused(answer, 403) == ["token.scope"]
    writer = Program(there, there.token(there.ada, Scope.WRITE))
    assert refused(writer.get("/kinds"), 403) == ["token.scope"]


def test_a_token_is_for_one_organisation(there: Works) -> None:
    other = works("Another")
    program = Program(other, there.token(there.ada))
    assert refused(program.get("/kinds"), 404) == ["actor.not-a-member"]


def test_a_token_never_signs_nor_does_the_api(there: Works, ada: Program) -> None:
    made = there.create("document", POLICY, state="in-review")
    assert made.number == "DOC-0001"
    ben = Program(there, there.token(there.ben))
    ask = {"to": "approved", "why": "Good", "expected": 2}
    assert refused(ben.ask("POST", "/records/DOC-0001/moves", ask), 403) == ["deed.needs-sign-in"]
    answer = there.client(there.ben).post(
        f"/api/v1/o/{there.slug}/records/DOC-0001/moves", json.dumps(ask), content_type="application/json"
    )
    assert refused(answer, 403) == ["deed.needs-page"]
    assert refused(ada.ask("POST", "/records/DOC-0001/moves", ask), 403) == ["deed.second-person"]


def test_nobody_makes_a_key_by_the_api(ada: Program) -> None:
    """Whoever could, with a stolen token, would have a key that later vouches for its member."""
    answer = ada.ask("POST", "/records", {"kind": "passkey", "body": {}, "why": "So"})
    assert refused(answer, 403) == ["key.made-by-signing"]


@pytest.mark.parametrize(
    "kind",
    [
        *("visit", "export-decision", "received-grant", "envelope", "sent-envelope"),
        *("access", "sealed-batch", "ledger-keys"),
    ],
)
def test_nobody_makes_by_the_api_what_no_hand_writes(ada: Program, kind: str) -> None:
    answer = ada.ask("POST", "/records", {"kind": kind, "body": {}, "why": "I was there"})
    assert refused(answer, 403) == ["record.by-nobodys-hand"]


def test_a_session_needs_its_csrf_token(there: Works) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(there.accounts[there.ada.id])
    path, value = f"/api/v1/o/{there.slug}/records", {"kind": "product", "body": PRODUCT, "why": "So"}
    answer = client.post(path, value, content_type="application/json")
    assert refused(answer, 403) == ["request.forged"]
    client.get("/account/")
    token = client.cookies["csrftoken"].value
    answer = client.post(path, value, content_type="application/json", HTTP_X_CSRFTOKEN=token)
    assert answer.status_code == 201, answer.content


def test_the_rules_of_the_kind_hold(there: Works) -> None:
    mila = Program(there, there.token(there.mila))
    person = {"name": "Eve", "handle": "eve"}
    answer = mila.ask("POST", "/records", {"kind": "person", "body": person, "why": "So"})
    assert refused(answer, 403) == ["deed.role"]


def test_who_has_left_is_nobody_here(there: Works) -> None:
    mila = Program(there, there.token(there.mila))
    mila.json("/kinds")
    there.firm.leaves(there.mila)
    assert refused(mila.get("/kinds"), 404) == ["actor.not-a-member"]
    assert refused(there_get(there, "/kinds"), 404) == ["actor.not-a-member"]


def there_get(there: Works, path: str) -> Any:
    return there.client(there.mila).get(f"/api/v1/o/{there.slug}{path}")


def test_methods(ada: Program) -> None:
    answer = ada.ask("DELETE", "/records")
    assert (refused(answer, 405), answer.headers["Allow"]) == (["request.method"], "GET, HEAD, POST")
    assert refused(ada.get("/nothing"), 404) == ["request.nowhere"]
    assert refused(ada.get("/records/nothing"), 404) == ["request.nowhere"]


# --- how it is told ---


def test_the_description_is_that_of_the_routes(there: Works) -> None:
    """Of every address below the API's, whichever room it is in, and of the methods that it answers itself."""
    names = {name for name, _ in description.ROUTES}
    assert names == description.addresses().keys()
    client = there.client(there.ada)
    parts = {"organisation": there.slug, "record": "PRD-0001", "kind": "risk", "version": "1", "use": "1"}
    parts |= {"requirement": "A.1.2", "catalogue": "controls"}
    for name, address in description.addresses().items():
        refused = client.generic("BREW", address.format(**parts))
        assert refused.status_code == 405, address
        told = {method for route, method in description.ROUTES if route == name}
        assert set(refused.headers["Allow"].split(", ")) - {"HEAD"} == told, name
    document = description.document()
    operations = [o for methods in document["paths"].values() for o in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(description.ROUTES)


def test_files_are_told_as_they_are(there: Works, ada: Program) -> None:
    filing = Program(there, there.token(there.ada, Scope.FILES))
    answer = filing.client.post(f"{ada.base}/files", {"file": SimpleUploadedFile("a.txt", b"It holds")})
    assert answer.status_code == 201
    check("POST", "/files", answer)
    found = answer.json()["files"][0]
    assert refused(ada.get("/files"), 403) == ["token.scope"]
    assert found["content"].startswith(ada.base)
    assert filing.json("/files")["files"] == [found] == [filing.json(f"/files/{found['id']}")]
    assert b"".join(filing.client.get(found["content"])) == b"It holds"


def test_a_proof_gives_no_file_to_who_may_not_have_it(there: Works, ada: Program) -> None:
    filing = Program(there, there.token(there.ada, Scope.READ, Scope.FILES))
    filing.client.post(f"{ada.base}/files", {"file": SimpleUploadedFile("secret.txt", b"It holds")})
    digest = hashlib.sha256(b"It holds").hexdigest()
    attached = {"attachments": [{"file": "evidence/secret.txt", "sha256": digest}]}
    ada.new("product", {**PRODUCT, **attached})
    reader = Program(there, there.token(there.ada, Scope.READ))
    assert refused(reader.get("/records/PRD-0001/proof"), 403) == ["token.scope"]
    assert b"secret.txt" in filing.get("/records/PRD-0001/proof").content


def test_the_description_is_sound() -> None:
    answer = browser(None).get("/api/v1/openapi.json")
    assert answer.status_code == 200
    document = answer.json()
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
    references = set(_references(document))
    assert {r.removeprefix("#/components/schemas/") for r in references} <= set(
        document["components"]["schemas"]
    )


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


@pytest.mark.parametrize(
    "path",
    [
        "/records?kind=risk&limit=0",
        "/records?kind=risk&limit=501",
        "/records/PRD-0001/versions?limit=0",
        "/records/PRD-0001/comparison?from=0",
        "/records/PRD-0001/comparison?to=0",
        "/records/PRD-0001/comparison?from=1&to=-1",
        "/records/PRD-0001/trace?depth=0",
    ],
)
def test_a_number_that_is_none_here_is_refused_and_not_changed(ada: Program, path: str) -> None:
    ada.new("product", PRODUCT)
    answer = ada.get(path)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (400, "request.number")


def test_a_flood_of_faults_is_not_sent_back(ada: Program) -> None:
    targets = [f"PRD-{index:04}" for index in range(1, 5001)]
    answer = ada.ask(
        "POST", "/records", {"kind": "risk", "body": RISK, "why": "So", "links": {"about": targets}}
    )
    assert answer.status_code == 422
    assert len(answer.json()["problems"]) == 100
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/nothing"])
def test_of_many_problems_the_first_are_told_and_how_many_more_there_are(path: str) -> None:
    flood = Unusable([problem("a.yaml", "record.unknown-kind", kind=str(n), known=()) for n in range(60_000)])
    answer = Refusals(lambda _: HttpResponse()).process_exception(RequestFactory().get(path), flood)
    assert answer is not None
    assert answer.status_code == 422
    assert len(answer.content) < 100_000
    if path.startswith("/api/"):
        told = json.loads(answer.content)
        assert (len(told["problems"]), told["more"]) == (100, 59_900)
    else:
        assert "And 59900 more." in answer.content.decode()


# --- what it costs ---


def test_queries_stay_the_same_as_data_doubles(ada: Program) -> None:
    filled(ada, 3)
    before = costs(ada)
    filled(ada, 6)
    assert costs(ada) == before
    assert max(before.values()) <= 12, before


def filled(ada: Program, count: int) -> None:
    ada.new("product", PRODUCT)
    for index in range(count):
        ada.new("risk", {**RISK, "title": f"Risk {index}"}, links={"about": ["PRD-0001"]})
        version = ada.json("/records/PRD-0001")["version"]
        change = {"body": {**PRODUCT, "title": f"Product {version}"}, "why": "Renamed"}
        ada.ask("PATCH", "/records/PRD-0001", change, if_match=f'"{version}"')


def costs(ada: Program) -> dict[str, int]:
    paths = (
        *("/kinds", "/ledger/head", "/records?kind=risk", "/records/PRD-0001", "/records/PRD-0001/versions"),
        *("/records/PRD-0001/versions/2", "/records/PRD-0001/comparison", "/records/PRD-0001/links"),
        *("/records/PRD-0001/trace?depth=2", "/records/PRD-0001/proof"),
    )
    return {path: len(queries(lambda path=path: ada.get(path))) for path in paths}  # type: ignore[misc]


def test_deeds_cost_the_same_as_data_doubles(ada: Program) -> None:
    filled(ada, 3)
    before = deed_costs(ada)
    filled(ada, 6)
    assert deed_costs(ada) == before
    assert max(before.values()) <= 17, before  # with the index of fields and the days that fall due


def deed_costs(ada: Program) -> dict[str, int]:
    """Of what a deed asks from the moment it has the lock."""
    links = {"about": ["PRD-0001"]}
    found = {}
    found["create"] = under_lock(lambda: ada.new("risk", RISK, links=links))
    number = ada.json("/records?kind=risk&limit=500")["records"][-1]["number"]
    change = {
        "body": {**RISK, "title": "Other"},
        "links": {"about": ["PRD-0002"]},
        "why": "So",
        "expected": 1,
    }
    ada.new("product", PRODUCT)
    found["amend"] = under_lock(lambda: ada.ask("PATCH", f"/records/{number}", change))
    ask = {"to": "closed", "why": "So", "expected": 2}
    found["move"] = under_lock(lambda: ada.ask("POST", f"/records/{number}/moves", ask))
    return found


def under_lock(ask: Callable[[], Any]) -> int:
    asked = queries(ask)
    first = next(i for i, sql in enumerate(asked) if sql.startswith('SELECT "store_ledgerhead"'))
    last = next(i for i, sql in enumerate(asked) if sql.startswith('INSERT INTO "store_outbox"'))
    return last - first + 1
