"""Signing on a page: what is shown is what is signed, and whoever signs gives anew what only they have."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from tests.server.accounts.cast import PASSWORD, totp
from tests.server.exchange.cast import Sides, sides, worked_off
from tests.server.exchange.crossing import sent
from tests.server.pages.test_pages import Reader
from tests.server.works import POLICY, Works, queries, works

from standfirst.records.change import Change, Draft, Signing
from standfirst.records.ledger import Deed
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


SIGNED = (
    r"Ben Okri approval [0-9]+ \w+ 2[0-9]{3}, [0-9]{2}:[0-9]{2}:[0-9]{2} UTC , on version 2 Reason: I have read it "
    r"Signed as quality manager, reviewer The server says that the signer gave the password again"
)
"""21 CFR 11.50(a) and (b), as pages have it."""


def test_a_signature_stands_on_every_page_of_its_record(there: Works, policy: Record, ben: Reader) -> None:
    ben.post(asked(ben), password=PASSWORD)
    page = ben.get("/records/DOC-0001/")
    assert "DOC-0001 is signed, and now approved" in page.text
    assert re.search(SIGNED, page.text[page.text.index("Signatures") :])
    assert re.search(
        r"signed: approval by Ben Okri , .* UTC , on version 2 The server says .* I have read it",
        ben.get("/records/DOC-0001/history/").text,
    )
    there.move(policy, "draft")
    there.amend(policy, title="Another policy")
    assert "of an earlier content" in ben.get("/records/DOC-0001/").text


def test_a_comparison_shows_what_was_signed_on_each_side(there: Works, policy: Record, ben: Reader) -> None:
    ben.post(asked(ben), password=PASSWORD)
    there.move(policy, "draft")
    there.amend(policy, title="Another policy")
    for earlier, later, signed in ((2, 3, [3]), (3, 4, [3, 4]), (4, 5, [4]), (2, 5, []), (3, 3, [3, 3])):
        text = ben.get(f"/records/DOC-0001/compare/?from={earlier}&to={later}").text
        assert [int(number) for number in re.findall(r"Signatures on version ([0-9]+)", text)] == signed
        assert len(re.findall(SIGNED, text)) == len(signed)


def test_what_a_program_reads_has_the_signatures(there: Works, policy: Record, ben: Reader) -> None:
    ben.post(asked(ben), password=PASSWORD)
    record = there.client(there.ben).get(f"/api/v1/o/{there.slug}/records/DOC-0001").json()
    [one] = record["signatures"]
    assert one == {
        "name": "Ben Okri",
        "signed_at": now_as_it_is(there, policy).current.entry.recorded_at.isoformat(),
        "meaning": "approval",
        "reason": "I have read it",
        "roles": ["quality-manager", "reviewer"],
        "assurance": "reauthenticated",
        "version": 3,
        "signed_version": 2,
        "current": True,
        "holds": True,
        "sentence": "The server says that the signer gave the password again when signing; nothing else shows it.",
    }
    there.move(policy, "draft")
    there.amend(policy, title="Another policy")
    record = there.client(there.ben).get(f"/api/v1/o/{there.slug}/records/DOC-0001").json()
    assert [(one["current"], one["holds"]) for one in record["signatures"]] == [(False, True)]


def test_what_does_not_hold_says_so_on_every_page(there: Works, policy: Record, ben: Reader) -> None:
    """As where a database administrator wrote an entry that claims a passkey."""
    there.perform(lambda _: _claimed(there, policy))
    told = "The entry claims a signature that is passkey, and nothing shows it."
    for path in ("", "history/", "compare/?from=2&to=3"):
        page = ben.get(f"/records/DOC-0001/{path}")
        assert told in page.text, path
    [one] = there.client(there.ben).get(f"/api/v1/o/{there.slug}/records/DOC-0001").json()["signatures"]
    assert (one["holds"], one["assurance"], one["sentence"]) == (False, "declared", told)


def _claimed(there: Works, policy: Record) -> Change:
    content = now_as_it_is(there, policy).current.content
    claim = Draft(
        deed=Deed.MOVED,
        record=policy.id,
        kind="document",
        expected=content.version,
        state="approved",
        body=content.body,
        why="Smuggled",
        transition="approve",
        signing=Signing("approval", Assurance.PASSKEY),
    )
    return Change(there.ben, (claim,))


def test_queries_of_what_is_signed_stay_the_same(there: Works, policy: Record, ben: Reader) -> None:
    paths = [f"/records/DOC-0001/{path}" for path in ("", "history/", "compare/?from=2&to=3", "proof/")]
    api = f"/api/v1/o/{there.slug}/records/DOC-0001"
    client = there.client(there.ben)

    def costs() -> list[int]:
        pages = [len(queries(lambda path=path: ben.get(path))) for path in paths]  # type: ignore[misc]
        return [*pages, len(queries(lambda: client.get(api)))]

    ben.post(asked(ben), password=PASSWORD)
    before = costs()
    for _ in range(3):
        there.move(policy, "draft")
        there.move(policy, "in-review")
        ben.post(asked(ben), password=PASSWORD)
    assert costs() == before
    assert max(before) <= 12, before


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_a_wrong_password_signs_nothing(there: Works, policy: Record, ben: Reader, password: str) -> None:
    path = asked(ben)
    page = ben.post(path, 403, password=password)
    assert "Password or code is wrong" in page.text
    assert now_as_it_is(there, policy).current.content.state == "in-review"
    again = re.search(r"Digest that is signed ([0-9a-f]{64})", page.text)
    assert again is not None
    assert "was used" in ben.get(path, 410).text  # each is for one attempt


def test_after_a_wrong_password_the_right_one_signs(there: Works, policy: Record, ben: Reader) -> None:
    """On the page that the refusal shows, without going back: its form leads to what it shows."""
    page = ben.post(asked(ben), 403, password="wrong")  # noqa: S106
    actions = re.findall(r'<form method="post" action="([^"]*/sign/[^"]*)"', page.html)
    assert len(actions) == 1
    ben.post(actions[0].removeprefix(ben.base), password=PASSWORD)
    assert now_as_it_is(there, policy).current.content.state == "approved"


def test_what_is_signed_can_be_read_where_it_is_signed(policy: Record, ben: Reader) -> None:
    text = ben.get(asked(ben)).text
    for words in ("What the record says", "We keep what we promise.", policy.current.entry.commitment):
        assert words in text, words


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


# --- what crosses ----------------------------------------------------------------------------------------------------


@pytest.fixture
def both(database: str) -> Sides:  # noqa: ARG001 - first this
    return sides()


def _arrived(both: Sides) -> str:
    """The page of an envelope with a policy that Ben of ours has signed."""
    ours = both.ours
    policy = ours.create("document", POLICY, state="in-review")
    ben = Reader(ours, ours.client(ours.ben))
    ben.post(asked(ben), password=PASSWORD)
    assert sent(ours, ours.record(policy.id), str(both.theirs.firm.organisation.pk)).status_code == 302
    worked_off()
    return Reader(both.theirs, both.theirs.client(both.theirs.ada)).get("/exchange/envelopes/ENV-0001/").text


def test_an_envelope_shows_the_signature_that_came_with_it(both: Sides) -> None:
    text = _arrived(both)
    assert re.search(SIGNED, text)
    assert "Not looked at: version 2, which was signed, is not in here." in text


def test_an_envelope_without_a_signature_shows_none(both: Sides) -> None:
    sent(both.ours, both.ours.create("document", POLICY), str(both.theirs.firm.organisation.pk))
    worked_off()
    text = Reader(both.theirs, both.theirs.client(both.theirs.ada)).get("/exchange/envelopes/ENV-0001/").text
    assert "Quality policy" in text
    assert "Signatures" not in text
