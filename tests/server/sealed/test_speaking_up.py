"""Speak-up through the front door: by somebody without a name, and by those who receive cases."""

import json
import logging
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.accounts.cast import firm
from tests.server.sealed.cast import MONDAY, SECRET, House, house, seen, visitor

from standfirst.management.sealed import Purpose
from standfirst.records.actor import Role
from standfirst.server.sealed.batching import run
from standfirst.server.sealed.models import Case, SealedItem
from standfirst.server.workplace import open_store


def the_case(home: House) -> str:
    case = Case.objects.get(organisation=home.organisation)
    return f"{home.cases}{case.pk}/"


# --- the reporter ----------------------------------------------------------------------------------------------------


def test_speaking_up_and_following_up(home: House) -> None:
    code = home.speak_up()
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]", code)
    assert SECRET in seen(home.follow_up(code))
    eve = home.browser(home.eve)
    assert "waits for an answer" in seen(eve.get(home.cases))
    assert SECRET in seen(eve.get(the_case(home)))
    eve.post(the_case(home), {"text": "Which of them?"})
    assert "Which of them?" in seen(home.follow_up(code.lower().replace("-", " ").replace("0", "o")))
    assert "Number 3." in seen(home.follow_up(code, text="Number 3."))
    page = seen(eve.get(the_case(home)))
    assert page.index(SECRET) < page.index("Which of them?") < page.index("Number 3.")
    assert (
        home.eve.id not in home.follow_up(code).content.decode()
    )  # who answered is not told to the reporter
    assert home.eve.id in eve.get(the_case(home)).content.decode()


def test_no_cookie_is_set_or_read_and_no_referrer_goes_out(home: House) -> None:
    code = home.speak_up()
    signed_in = home.browser(home.rafael)
    for client in (visitor(), signed_in):
        before = len(client.cookies)
        with CaptureQueriesContext(connection) as asked:
            answers = [
                client.get(home.path),
                client.get(f"{home.path}follow-up"),
                client.post(home.path, {"text": "Another matter"}),
                client.post(f"{home.path}follow-up", {"code": code}),
                client.post(f"{home.path}follow-up", {"code": "no such code"}),
            ]
        tables = " ".join(query["sql"] for query in asked).lower()
        assert not any(word in tables for word in ("session", "accounts_", "account_", '"cache"', "django_"))
        for answer in answers:
            assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
            assert not answer.cookies
            assert "Member" not in seen(answer)  # the name of the account that is signed in
            assert "<script" not in answer.content.decode()
        assert len(client.cookies) == before


def test_the_code_is_at_no_address_and_in_no_database(home: House) -> None:
    code = home.speak_up()
    assert code not in str(list(Case.objects.values())) + str(list(SealedItem.objects.values()))
    assert visitor().get(f"{home.path}follow-up?code={code}").content.decode().count(SECRET) == 0


def test_a_wrong_code_opens_nothing_and_cannot_be_tried_for_ever(home: House) -> None:
    home.speak_up()
    guesser = visitor()
    answers = [home.follow_up(f"00000-0000{i % 10}", guesser) for i in range(22)]
    assert [answer.status_code for answer in answers] == [404] * 20 + [429] * 2
    assert "too often" in seen(answers[-1])
    assert home.follow_up("00000", visitor()).status_code == 404


def test_reports_from_one_address_have_a_limit(home: House) -> None:
    loud = visitor()
    answers = [loud.post(home.path, {"text": f"No. {i}"}).status_code for i in range(12)]
    assert answers == [201] * 10 + [429] * 2
    assert Case.objects.filter(organisation=home.organisation).count() == 10


def test_a_code_opens_its_own_case_at_its_own_organisation(home: House) -> None:
    one, other = home.speak_up("The first matter"), home.speak_up("The second matter")
    assert "second matter" not in seen(home.follow_up(one))
    assert "first matter" not in seen(home.follow_up(other))
    assert house().follow_up(one).status_code == 404


@pytest.mark.parametrize("text", ["", "  \r\n ", "x" * 20_001, "\x00\x07"])
def test_what_says_nothing_or_too_much_is_refused(home: House, text: str) -> None:
    assert visitor().post(home.path, {"text": text}).status_code in {200, 422}
    assert not Case.objects.filter(organisation=home.organisation).exists()


def test_what_is_said_is_kept_as_text(home: House) -> None:
    code = home.speak_up("<script>alert(1)</script>\r\nZeile 2\uffff u\u0308ber")
    page = home.follow_up(code).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    item = SealedItem.objects.get(organisation=home.organisation)
    said = json.loads(bytes(item.content))["content"]["text"]
    assert said == "<script>alert(1)</script>\nZeile 2 \u00fcber"


@pytest.mark.usefixtures("home")
def test_an_organisation_that_is_not_there_has_no_page() -> None:
    assert visitor().get("/o/no-such-firm/speak-up/").status_code == 404
    assert visitor().post("/o/no-such-firm/speak-up/follow-up", {"code": "x"}).status_code == 404


@pytest.mark.usefixtures("home")
def test_where_nobody_has_the_task_nothing_is_taken() -> None:
    path = f"/o/{firm().organisation.slug}/speak-up/"
    assert "Nobody at this organisation has the task" in seen(visitor().get(path))
    answer = visitor().post(path, {"text": SECRET})
    assert (answer.status_code, "not kept" in seen(answer)) == (422, True)


# --- those who receive cases -----------------------------------------------------------------------------------------


def test_only_those_with_the_task_read_cases(home: House) -> None:
    home.speak_up()
    case = the_case(home)
    for reader in (home.eve, home.rafael):
        assert home.browser(reader).get(case).status_code == 200
    for other in (home.firm.ada, home.firm.mila):
        client = home.browser(other)
        for path in (home.cases, case):
            answer = client.get(path)
            assert (answer.status_code, SECRET in seen(answer)) == (403, False)
        assert client.post(case, {"text": "I know who you are"}).status_code == 403
        assert client.post(f"{case}concerned", {"names": "Eve"}).status_code == 403
    for path in (home.cases, case):
        assert visitor().get(path).status_code == 404
    assert SealedItem.objects.filter(organisation=home.organisation).count() == 1


@pytest.mark.parametrize(
    "concerns",
    [
        {"concerned_people": "Frau Lind"},
        {"concerned_people": "eve"},
        {"concerned_roles": ["ethics"]},
        {"text": "Eve Lind has made them up"},
    ],
)
def test_whom_a_case_concerns_never_sees_it(home: House, concerns: dict[str, Any]) -> None:
    home.speak_up(**concerns)
    eve, case = home.browser(home.eve), the_case(home)
    assert "There are none." in seen(eve.get(home.cases))
    assert eve.get(case).status_code == eve.get(f"{home.cases}{home.organisation.pk}/").status_code == 404
    assert eve.post(case, {"text": "It was not me"}).status_code == 404
    assert eve.post(f"{case}concerned", {"names": "Rafael"}).status_code == 404
    assert home.browser(home.rafael).get(case).status_code == 200


def test_who_is_recorded_or_given_the_task_later_is_meant_too(home: House) -> None:
    home.speak_up(concerned_people="Hans Niemand")
    later = home.firm.person("Hans Niemand", Role.ETHICS)
    hans = home.browser(later)
    assert hans.get(the_case(home)).status_code == 404
    assert "There are none." in seen(hans.get(home.cases))


def test_whom_a_later_message_names_reads_no_more(home: House) -> None:
    code = home.speak_up()
    eve, case = home.browser(home.eve), the_case(home)
    assert eve.get(case).status_code == 200
    home.follow_up(code, text="Rafael Ortiz knew")
    assert eve.get(case).status_code == 200
    assert home.browser(home.rafael).get(case).status_code == 404
    refused = home.follow_up(code, text="So did Eve Lind")
    assert (refused.status_code, "not kept" in seen(refused)) == (422, True)
    assert "So did" not in seen(home.follow_up(code))
    assert eve.get(case).status_code == 200


def test_who_is_at_the_top_too_does_not_read_what_is_about_the_top(home: House) -> None:
    both = home.firm.person("Kim Top", Role.TOP_MANAGEMENT, Role.ETHICS)
    home.speak_up(concerned_roles=["top-management"])
    assert home.browser(both).get(the_case(home)).status_code == 404
    assert home.browser(home.eve).get(the_case(home)).status_code == 200


def test_a_case_that_nobody_could_read_is_not_taken(home: House) -> None:
    answer = visitor().post(home.path, {"text": SECRET, "concerned_people": "Eve Lind, Rafael Ortiz"})
    assert (answer.status_code, "not kept" in seen(answer)) == (422, True)
    assert not SealedItem.objects.filter(organisation=home.organisation).exists()


def test_a_reader_keeps_out_whom_nobody_had_named(home: House) -> None:
    home.speak_up()
    eve, rafael, case = home.browser(home.eve), home.browser(home.rafael), the_case(home)
    assert eve.post(f"{case}concerned", {"names": "Rafael"}).status_code == 302
    assert rafael.get(case).status_code == 404
    for names in ("Rafael", "Nobody known", "Eve"):  # known already; nobody; then nobody would be left
        assert eve.post(f"{case}concerned", {"names": names}).status_code == 403
    assert eve.get(case).status_code == 200


def test_answers_are_guarded_against_forgery(home: House) -> None:
    home.speak_up()
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(home.account(home.eve))
    assert client.post(the_case(home), {"text": "Forged"}).status_code == 403


def test_lists_cost_the_same_when_they_double(home: House) -> None:
    eve = home.browser(home.eve)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert eve.get(home.cases).status_code == 200
        return len(asked)

    for i in range(3):
        home.speak_up(f"Matter {i}")
    cost()  # the frame around every page is read once for each head
    before = cost()
    for i in range(3, 6):
        home.speak_up(f"Matter {i}")
    assert cost() == before <= 12


# --- what is nowhere else --------------------------------------------------------------------------------------------


def everything_else() -> bytes:
    """Every cell of every other table, as bytes."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == "sealed_sealeditem":
                continue
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a table's own name
            told += [
                bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                for row in cursor.fetchall()
                for cell in row
            ]
    return b"\n".join(told)


def test_what_is_said_is_in_one_table_and_nowhere_else(
    home: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    code = home.speak_up(concerned_people="Frieda Keiner")
    home.follow_up(code, text="Further: Schrank 4")
    home.browser(home.eve).post(the_case(home), {"text": "Danke, wir prüfen"})
    home.follow_up("wrong code")
    assert run(home.organisation, Purpose.SPEAK_UP, today=MONDAY)
    items = list(SealedItem.objects.filter(organisation=home.organisation))
    secrets = [
        *(said.encode() for said in (SECRET, "Messwerte", "Frieda Keiner", "Schrank 4", "wir prüfen", code)),
        *(bytes(item.salt) for item in items),
        *(bytes(item.salt).hex().encode() for item in items),
        *(bytes(item.content) for item in items),
    ]
    elsewhere = everything_else()
    ledger = b"".join(one.entry + (one.content or b"") for one in open_store(home.organisation).ledger())
    logged = caplog.text.encode() + "".join(capfd.readouterr()).encode()
    assert b"sealed-batch" in ledger
    assert b"speak-up" not in logged  # not even that a page was asked for
    for secret in secrets:
        assert secret not in elsewhere
        assert secret not in ledger
        assert secret not in logged
    for item in items:
        assert bytes(item.commitment).hex().encode() in ledger
        assert item.subject.encode() not in ledger


def test_a_fault_of_ours_tells_nobody_what_was_said(
    home: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("standfirst.server.sealed.cases.put", broken)
    client = visitor()
    client.raise_request_exception = False
    answer = client.post(home.path, {"text": SECRET})
    assert answer.status_code == 500
    assert SECRET not in answer.content.decode() + caplog.text
    assert not Case.objects.filter(organisation=home.organisation).exists()
