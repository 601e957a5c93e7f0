"""Signing on a page: what is shown is what is signed, and whoever signs gives anew what only they have."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from tests.server.accounts.cast import PASSWORD, totp
from tests.server.pages.test_pages import Reader
from tests.server.works import POLICY, Works, queries, works

from standfirst.records.record import Record
from standfirst.records.signature import Basis, verify
from standfirst.server.clock import now
from standfirst.standards.vocabulary import Assurance

pytestmark = pytest.mark.usefixtures("database")

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
MOVE = "/records/DOC-0001/moves/approve/"


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


@pytest.fixture
def policy(there: Works) -> Record:
    return there.create("document", POLICY, state="in-review")


@pytest.fixture
def ben(there: Works, policy: Record) -> Reader:  # noqa: ARG001 - first this
    return Reader(there, there.client(there.ben))


def asked(reader: Reader, why: str = "I have read it") -> str:
    """As far as the page that shows what is signed. Returns its path."""
    values = reader.get(MOVE).fields()
    page = reader.post(MOVE, **values | {"why": why})
    return str(page.answer.headers["Location"]).removeprefix(reader.base)


def now_as_it_is(there: Works, policy: Record) -> Record:
    return there.record(policy.id)


def test_what_is_shown_is_what_is_signed(there: Works, policy: Record, ben: Reader) -> None:
    page = ben.get(asked(ben))
    commitment = policy.current.entry.commitment
    for words in ("DOC-0001 Quality policy", "approval", "I have read it", "Ben Okri", commitment):
        assert words in page.text, words
    digest = re.search(r"Digest that is signed ([0-9a-f]{64})", page.text)
    assert digest is not None

    ben.post(asked(ben), password=PASSWORD)
    record = now_as_it_is(there, policy)
    current = record.current
    assert (current.content.state, current.content.why) == ("approved", "I have read it")
    assert current.entry.actor == there.ben.id
    kept = current.content.signature
    assert kept is not None
    assert (kept["assurance"], kept["means"]) == ("reauthenticated", ["password"])
    said = kept["statement"]
    assert (said["name"], said["version"], said["commitment"]) == ("Ben Okri", 2, commitment)
    [seen] = verify(record.versions, Basis(said["organisation"], ()), there.firm.workspace.kinds["document"])
    assert (seen.holds, seen.assurance) == (True, Assurance.REAUTHENTICATED)


def test_a_signature_stands_on_every_page_of_its_record(there: Works, policy: Record, ben: Reader) -> None:
    ben.post(asked(ben), password=PASSWORD)
    page = ben.get("/records/DOC-0001/")
    assert "DOC-0001 is signed, and now approved" in page.text
    shown = page.text[page.text.index("Signatures") :]
    assert re.search(
        r"Ben Okri approval .* UTC , on version 2 Reason: I have read it Signed as quality manager, reviewer "
        r"The server says that the signer gave password again",
        shown,
    )
    assert "signed: approval" in ben.get("/records/DOC-0001/history/").text
    there.move(policy, "draft")
    there.amend(policy, title="Another policy")
    assert "of an earlier content" in ben.get("/records/DOC-0001/").text


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_a_wrong_password_signs_nothing(there: Works, policy: Record, ben: Reader, password: str) -> None:
    path = asked(ben)
    page = ben.post(path, 403, password=password)
    assert "Password or code is wrong" in page.text
    assert now_as_it_is(there, policy).current.content.state == "in-review"
    again = re.search(r"Digest that is signed ([0-9a-f]{64})", page.text)
    assert again is not None
    assert "was used" in ben.get(path, 410).text  # each is for one attempt


def test_attempts_are_counted(there: Works, policy: Record, ben: Reader) -> None:
    told = [ben.post(asked(ben), 403, password="wrong").text for _ in range(12)]  # noqa: S106
    assert "tried too often" in told[-1]
    assert "tried too often" in ben.post(asked(ben), 403, password=PASSWORD).text
    assert now_as_it_is(there, policy).current.content.state == "in-review"


def test_who_has_a_code_gives_it_too(there: Works, policy: Record, ben: Reader) -> None:
    TOTP.activate(there.accounts[there.ben.id], SECRET)
    assert "With your password and a code" in ben.get(asked(ben)).text
    assert "wrong" in ben.post(asked(ben), 403, password=PASSWORD).text
    assert "wrong" in ben.post(asked(ben), 403, password=PASSWORD, code="000000").text
    code = totp(SECRET, time.time())
    assert "wrong" in ben.post(asked(ben), 403, password="wrong", code=code).text  # noqa: S106
    ben.post(asked(ben), password=PASSWORD, code=code)
    kept = now_as_it_is(there, policy).current.content.signature
    assert kept is not None
    assert kept["means"] == ["password", "totp"]


def test_a_statement_is_for_its_signer_and_record(there: Works, policy: Record, ben: Reader) -> None:
    there.create("document", POLICY, state="in-review")
    path = asked(ben)
    ben.get(path.replace("DOC-0001", "DOC-0002"), 410)
    ada = Reader(there, there.client(there.ada))
    ada.get(path, 410)
    ben.get("/records/DOC-0001/sign/00000000-0000-4000-8000-000000000000/", 410)
    ben.post(path, password=PASSWORD)
    assert now_as_it_is(there, policy).current.content.state == "approved"


def test_a_statement_is_for_five_minutes(
    there: Works, policy: Record, ben: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asked(ben)
    monkeypatch.setattr("standfirst.server.signing.now", lambda: now() + timedelta(minutes=5, seconds=2))
    assert "older than five minutes" in ben.post(path, 410, password=PASSWORD).text
    assert now_as_it_is(there, policy).current.content.state == "in-review"


def test_what_has_changed_meanwhile_is_not_signed(there: Works, policy: Record, ben: Reader) -> None:
    path = asked(ben)
    there.move(policy, "draft")
    there.amend(policy, text="Something else altogether")
    there.move(policy, "in-review")
    page = ben.post(path, 409, password=PASSWORD)
    assert "See what has changed since" in page.text
    assert now_as_it_is(there, policy).current.content.state == "in-review"


def test_what_has_changed_before_it_was_shown_is_not_shown_for_signing(
    there: Works, policy: Record, ben: Reader
) -> None:
    values = ben.get(MOVE).fields() | {"why": "I have read it"}
    there.move(policy, "draft")
    there.amend(policy, text="Something else altogether")
    there.move(policy, "in-review")
    assert "See what has changed" in ben.post(MOVE, 409, **values).text


def test_the_author_does_not_approve(there: Works, policy: Record) -> None:
    ada = Reader(there, there.client(there.ada))
    assert "you wrote the content" in ada.get(MOVE, 403).text
    assert "you wrote the content" in ada.post(MOVE, 403, expected=2, why="Mine").text
    page = ada.get("/records/DOC-0001/")
    assert "Approve Somebody else has to do this" in page.text
    assert now_as_it_is(there, policy).current.content.state == "in-review"


def test_nothing_that_signs_goes_by_another_door(there: Works, policy: Record, ben: Reader) -> None:
    there.move(policy, "draft")
    values = Reader(there, there.client(there.ben)).get("/records/DOC-0001/edit/").fields()
    ben.post("/records/DOC-0001/edit/", **values | {"state": "approved", "body.title": "New", "why": "So"})
    assert now_as_it_is(there, policy).current.content.state == "draft"


@pytest.mark.parametrize("given", ["{}", "[]", "null", "x", '{"id": 1}', "[" * 3000, '{"id": "####"}'])
def test_what_no_passkey_says(there: Works, policy: Record, ben: Reader, given: str) -> None:
    page = ben.post(asked(ben), 403, credential=given)
    assert "cannot be read" in page.text
    assert now_as_it_is(there, policy).current.content.state == "in-review"


def test_an_account_without_either_is_told_what_to_do(there: Works, ben: Reader) -> None:
    user = there.accounts[there.ben.id]
    user.set_unusable_password()
    user.save()
    client = there.client(there.ben)
    client.force_login(user)
    page = ben.get(asked(ben))
    assert "neither a password nor a passkey" in page.text


def test_queries_of_signing(ben: Reader) -> None:
    path = asked(ben)
    assert len(queries(lambda: ben.get(path))) <= 12


def test_no_kind_has_two_moves_to_one_state(there: Works) -> None:
    """A deed names the state, a page the move: they must mean the same."""
    for kind in there.firm.workspace.kinds:
        for state in kind.lifecycle.states:
            targets = [t.target for t in kind.lifecycle.transitions if state in t.sources]
            assert len(targets) == len(set(targets)), (kind.name, state)
