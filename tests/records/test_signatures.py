"""Electronic signatures: what is asked of one, what shows it, and that it cannot be put under anything else.

The people of the cast have records here, so that their printed names are known. A *treaty* is a note that two people
sign; Ben's and Cleo's passkeys are records that link to them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field
from tests.records.cast import (
    ADA,
    BEN,
    FIRST,
    KINDS,
    MILA,
    NoteBody,
    doing,
    draft,
    found,
    unusable,
)
from tests.trust.authenticator import ORIGIN, SITE, UP, SoftPasskey, new_passkey

from standfirst.records.actor import Actor, Role
from standfirst.records.body import Body
from standfirst.records.change import Change, Refused, Signing
from standfirst.records.kind import Kind, Kinds, LinkRule, NewerContent
from standfirst.records.ledger import UNREADABLE, Deed, check
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.memory import MemoryStore
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.package import Package, open_package
from standfirst.records.package.store import ENTRIES, PackageStore
from standfirst.records.pen import Pen
from standfirst.records.projection import facts_of
from standfirst.records.record import Content, Record
from standfirst.records.signature import (
    GONE,
    Basis,
    SignatureSeen,
    Site,
    keys_in,
    registered,
    shown,
    shown_alone,
    standing,
    verify,
    verify_alone,
)
from standfirst.records.signing import Asserted, Proof, Statement, digest_of, statement_for
from standfirst.records.workspace import DeedFunction, Store, Workspace
from standfirst.standards.vocabulary import Assurance
from standfirst.trust.canonical import canonical_bytes, parse_canonical
from standfirst.trust.errors import Rejected
from standfirst.words.render import sentence

CLEO = Actor("8b0f6c1e-0000-4000-8000-00000000c1e0", frozenset({Role.REVIEWER}))
DORA = Actor("8b0f6c1e-0000-4000-8000-00000000d04a", frozenset({Role.REVIEWER}))
NAMES = {ADA.id: "Ada Lovelace", BEN.id: "Ben Bitdiddle", CLEO.id: "Cléo de Mérode", DORA.id: "Dora Maar"}
HERE = Site(SITE, frozenset({ORIGIN}))
MINUTE = timedelta(minutes=1)


class PersonBody(Body):
    name: str = Field(description="Who it is")


class KeyBody(Body):
    credential: str = Field(description="Its credential id")
    public_key: dict[str, str] = Field(description="Its public key")
    rp_id: str = Field(description="Its site")


def plain(name: str, prefix: str, body: type[Body], **more: Any) -> Kind:
    return Kind(name=name, prefix=prefix, folder=f"{name}s", title=name.title(), body=body, **more)


PERSON = plain("person", "PER", PersonBody, titled_by="name", lifecycle=Lifecycle(("active",), ()))
KEY = plain(
    "key",
    "KEY",
    KeyBody,
    lifecycle=Lifecycle(("active", "revoked"), (Transition("revoke", ("active",), "revoked"),)),
    links=(LinkRule("of", ("person",)),),
    signing_keys=lambda record: registered(record, of="of", active=("active",)),
)
TREATY = plain(
    "treaty",
    "TRY",
    NoteBody,
    lifecycle=Lifecycle(
        ("draft", "proposed", "agreed", "refused"),
        (
            Transition("propose", ("draft",), "proposed"),
            Transition(
                "agree",
                ("proposed",),
                "agreed",
                (Role.REVIEWER,),
                signs="approval",
                second_person=True,
                signers=2,
            ),
            Transition("refuse", ("proposed",), "refused", (Role.REVIEWER,), signs="decision", signers=2),
            Transition("revise", ("proposed", "agreed"), "draft"),
        ),
        frozen=("agreed", "refused"),
    ),
)
WORLD = Kinds([*KINDS, PERSON, KEY, TREATY])


class Clock:
    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> datetime:
        return self.now


class Office:
    """A store with people in it, what they do there, and how they sign."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.passkeys: dict[str, SoftPasskey] = {}
        found(store)
        for actor, name in ((a, NAMES[a.id]) for a in (ADA, BEN, CLEO, DORA)):
            store.perform(doing(draft(kind="person", record=actor.id, state="active", body={"name": name})))

    @property
    def ledger(self) -> str:
        return self.store.ledger()[0].leaf

    def give_passkey(self, to: Actor) -> str:
        """Registers a new one. Returns the record's id."""
        key = self.passkeys[to.id] = new_passkey()
        body = {"credential": "AAAA", "public_key": key.jwk, "rp_id": SITE}
        made = draft(kind="key", state="active", body=body, links={"of": (to.id,)})
        self.store.perform(doing(made, by=to))
        return made.record

    def revoke(self, key: str) -> None:
        self.store.perform(self.penned(key, ADA, lambda pen: pen.move_to("revoked", Assurance.DECLARED)))

    def written(self, kind: str = "note", *, text: str = "It holds", by: Actor = ADA) -> str:
        """A note or treaty that was proposed, and waits for signatures."""
        record = str(uuid4())

        def deed(pen: Pen) -> None:
            pen.write({"title": "A note", "text": text}, serves=("7.5",), links={})
            pen.move_to("proposed", Assurance.DECLARED)

        self.store.perform(self.penned(record, by, deed, kind=kind))
        return record

    def record(self, record: str) -> Record:
        return self.store.records([record])[record]

    def penned(
        self,
        record: str,
        actor: Actor,
        act: Callable[[Pen], None],
        *,
        why: str = "I have read it",
        kind: str = "",
        **terms: Any,
    ) -> DeedFunction:
        def deed(workspace: Workspace) -> Change:
            known = workspace.records([record]).get(record)
            made = workspace.kinds[known.kind if known else kind]
            given_: dict[str, Any] = {"ledger": self.ledger, "site": HERE} | terms
            pen = Pen(workspace, actor, made, record, known, why, **given_)
            act(pen)
            return Change(actor, tuple(pen.drafts))

        return deed

    def statement(
        self, record: str, actor: Actor, transition: str = "", why: str = "I have read it"
    ) -> Statement:
        known = self.record(record)
        steps = self.store.kinds[known.kind].lifecycle.transitions
        named = transition or next(
            s.name for s in steps if known.current.content.state in s.sources and s.signs
        )
        step = next(s for s in steps if s.name == named)
        return statement_for(
            known,
            step,
            ledger=self.ledger,
            signer=actor.id,
            name=NAMES[actor.id],
            reason=why,
            at=self.clock.now,
        )

    def by_passkey(self, statement: Statement, key: SoftPasskey | None = None, **wrong: Any) -> Proof:
        signing = key or self.passkeys[statement.signer]
        salt = bytes(range(32))
        assertion = signing.answer(digest_of(statement, salt), **wrong)
        return Proof.by_passkey(
            statement, salt, Asserted(assertion, b"\x00\x00\x00", ORIGIN, SITE), signing.jwk
        )

    def by_password(self, statement: Statement) -> Proof:
        return Proof.by_reauthentication(statement, bytes(range(32)), ("password", "totp"))

    def sign(
        self,
        record: str,
        actor: Actor,
        proof: Proof,
        *,
        to: str = "",
        why: str = "I have read it",
        **terms: Any,
    ) -> None:
        target = to or ("approved" if self.record(record).kind == "note" else "agreed")
        deed = self.penned(
            record, actor, lambda pen: pen.move_to(target, proof.assurance, proof), why=why, **terms
        )
        self.store.perform(deed)

    def signed_with_passkey(self, record: str, actor: Actor, **wrong: Any) -> None:
        self.sign(record, actor, self.by_passkey(self.statement(record, actor), **wrong))

    @property
    def basis(self) -> Basis:
        return Basis(self.ledger, keys_in(self.store))

    def seen(self, record: str) -> tuple[SignatureSeen, ...]:
        known = self.record(record)
        return verify(known.versions, self.basis, self.store.kinds[known.kind])


@pytest.fixture
def office(opening: Callable[..., Store]) -> Office:
    clock = Clock()
    return Office(opening(clock, WORLD), clock)


@pytest.fixture
def desk() -> Office:
    """In memory: where it does not matter which store it is."""
    return in_memory()


def in_memory() -> Office:
    clock = Clock()
    return Office(MemoryStore(WORLD, clock=clock), clock)


def refused(office: Office, code: str, act: Callable[[], object]) -> Mapping[str, Any]:
    """What is done is refused for this reason, which has a sentence, and nothing was recorded."""
    head = office.store.head
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.reason.code == code
    assert sentence(caught.value.reason)
    assert office.store.head == head
    return caught.value.reason.parameters


# --- what a signature is, on every store ---


def test_a_passkey_signs_one_version(office: Office) -> None:
    office.give_passkey(BEN)
    record = office.written()
    office.signed_with_passkey(record, BEN)
    known = office.record(record)
    (seen,) = office.seen(record)
    assert (seen.assurance, seen.flaw, known.current.content.state) == (Assurance.PASSKEY, None, "approved")
    assert seen.statement is not None
    assert (seen.statement.version, seen.statement.commitment) == (2, known.versions[1].entry.commitment)
    assert (seen.statement.name, seen.statement.meaning) == ("Ben Bitdiddle", "approval")
    assert known.current.entry.signature == {
        "meaning": "approval",
        "assurance": "passkey",
        "roles": ["reviewer"],
    }
    assert check(office.store.ledger(), office.store.head) is None
    assert sentence(seen.told) == "Signed with a passkey of the signer; anyone can verify it."


def test_the_server_says_what_was_given_again(office: Office) -> None:
    record = office.written()
    office.sign(record, BEN, office.by_password(office.statement(record, BEN)))
    (seen,) = office.seen(record)
    assert (seen.assurance, seen.flaw) == (Assurance.REAUTHENTICATED, None)
    assert sentence(seen.told).startswith(
        "The server says that the signer gave the password and a code of an app again"
    )


def test_what_is_kept_is_what_was_given(office: Office) -> None:
    office.give_passkey(BEN)
    record = office.written()
    proof = office.by_passkey(office.statement(record, BEN))
    office.sign(record, BEN, proof)
    kept = office.record(record).current.content.signature
    assert kept == proof.as_json()
    assert Proof.from_json(dict(kept)) == proof


def test_two_people_sign_before_it_moves(office: Office) -> None:
    office.give_passkey(BEN)
    record = office.written("treaty")
    office.signed_with_passkey(record, BEN)
    waiting = office.record(record).current
    assert (waiting.entry.deed, waiting.entry.transition, waiting.content.state) == (
        Deed.SIGNED,
        "agree",
        "proposed",
    )
    refused(office, "deed.signed-already", lambda: office.signed_with_passkey(record, BEN))
    office.sign(record, CLEO, office.by_password(office.statement(record, CLEO)))
    done = office.record(record).current
    assert (done.entry.deed, done.content.state) == (Deed.MOVED, "agreed")
    assert [(s.holds, s.assurance) for s in office.seen(record)] == [
        (True, Assurance.PASSKEY),
        (True, Assurance.REAUTHENTICATED),
    ]
    (fact,) = facts_of([office.record(record)], office.store.kinds, basis=office.basis)
    assert [(s.by, s.meaning, s.assurance) for s in fact.signatures] == [
        (BEN.id, "approval", Assurance.PASSKEY),
        (CLEO.id, "approval", Assurance.REAUTHENTICATED),
    ]


def test_what_somebody_signed_is_no_longer_current(office: Office) -> None:
    """Two look at one version; the second has signed what is not there any more, and signs again."""
    record = office.written("treaty")
    bens, cleos = (office.by_password(office.statement(record, who)) for who in (BEN, CLEO))
    office.sign(record, BEN, bens)
    told = refused(office, "deed.signature-other-content", lambda: office.sign(record, CLEO, cleos))
    assert told["field"] == "version"


def test_the_package_may_still_declare(office: Office) -> None:
    record = office.written()
    office.store.perform(office.penned(record, BEN, lambda pen: pen.move_to("approved", Assurance.DECLARED)))
    (seen,) = office.seen(record)
    assert (seen.statement, seen.assurance, seen.holds) == (None, Assurance.DECLARED, True)
    assert office.record(record).current.content.signature is None


# --- what a pen refuses ---


def other(statement: Statement, field: str) -> Statement:
    """The same statement about something else, in one field."""
    value = getattr(statement, field)
    changed: Any = value + 1 if isinstance(value, int) else value[:-1] + ("0" if value[-1] != "0" else "1")
    return replace(statement, **{field: changed})


NAMED = [field for field in Statement.__slots__ if field != "at"]


@pytest.mark.parametrize("field", NAMED)
def test_a_proof_of_something_else_is_refused(desk: Office, field: str) -> None:
    """Rightly signed, but for another version, deed, reason, person, organisation, or under another name."""
    desk.give_passkey(BEN)
    record = desk.written()
    statement = other(desk.statement(record, BEN), field)
    proof = desk.by_passkey(statement, desk.passkeys[BEN.id])
    told = refused(desk, "deed.signature-other-content", lambda: desk.sign(record, BEN, proof))
    assert told["field"] == field


def test_nobody_signs_for_another(desk: Office) -> None:
    desk.give_passkey(BEN)
    record = desk.written()
    bens = desk.by_passkey(desk.statement(record, BEN))
    told = refused(desk, "deed.signature-other-content", lambda: desk.sign(record, CLEO, bens))
    assert told["field"] == "signer"


def test_a_signature_of_one_record_is_none_of_its_twin(desk: Office) -> None:
    desk.give_passkey(BEN)
    one, twin = desk.written(), desk.written()
    proof = desk.by_passkey(desk.statement(one, BEN))
    refused(desk, "deed.signature-other-content", lambda: desk.sign(twin, BEN, proof))


def test_a_signature_is_used_once(desk: Office) -> None:
    desk.give_passkey(BEN)
    record = desk.written()
    proof = desk.by_passkey(desk.statement(record, BEN))
    desk.sign(record, BEN, proof)
    desk.store.perform(
        desk.penned(record, ADA, lambda pen: pen.move_to("proposed", Assurance.DECLARED), kind="note")
    )
    told = refused(desk, "deed.signature-other-content", lambda: desk.sign(record, BEN, proof))
    assert told["field"] == "version"


@pytest.mark.parametrize("claimed", [Assurance.KEY, Assurance.REAUTHENTICATED, Assurance.PASSKEY])
def test_no_claim_without_a_proof(desk: Office, claimed: Assurance) -> None:
    record = desk.written()
    deed = desk.penned(record, BEN, lambda pen: pen.move_to("approved", claimed))
    assert refused(desk, "deed.signature-missing", lambda: desk.store.perform(deed))["assurance"] == claimed


def test_a_proof_is_claimed_as_what_it_is(desk: Office) -> None:
    record = desk.written()
    proof = desk.by_password(desk.statement(record, BEN))
    for claimed in (Assurance.PASSKEY, Assurance.DECLARED):
        deed = desk.penned(record, BEN, lambda pen, c=claimed: pen.move_to("approved", c, proof))  # type: ignore[misc]
        told = refused(desk, "deed.signature-other-content", lambda d=deed: desk.store.perform(d))  # type: ignore[misc]
        assert told["field"] == "assurance"


def test_a_store_may_ask_for_more_than_a_word(desk: Office) -> None:
    record = desk.written()
    least = Assurance.REAUTHENTICATED
    deed = desk.penned(record, BEN, lambda pen: pen.move_to("approved", Assurance.DECLARED), least=least)
    told = refused(desk, "deed.assurance", lambda: desk.store.perform(deed))
    assert (told["needs"], told["have"]) == ("reauthenticated", "declared")
    proof = desk.by_password(desk.statement(record, BEN))
    refused(desk, "deed.assurance", lambda: desk.sign(record, BEN, proof, least=Assurance.PASSKEY))
    desk.sign(record, BEN, proof, least=least)


def test_moves_that_sign_nothing_need_no_signature(desk: Office) -> None:
    record = desk.written()
    back = desk.penned(
        record, ADA, lambda pen: pen.move_to("draft", Assurance.DECLARED), least=Assurance.PASSKEY
    )
    desk.store.perform(back)
    assert desk.record(record).current.entry.signature is None


def test_nothing_is_signed_where_nothing_asks_for_it(desk: Office) -> None:
    record = desk.written()
    proof = desk.by_password(desk.statement(record, BEN))
    told = refused(desk, "deed.signature-other-content", lambda: desk.sign(record, BEN, proof, to="draft"))
    assert told["field"] == "transition"


def test_what_is_signed_is_recorded_first(desk: Office) -> None:
    """No create, propose or edit with a signature in one change: nobody can have seen its commitment."""
    record = desk.written(by=CLEO)
    proof = desk.by_password(desk.statement(record, BEN))

    def edit_and_sign(pen: Pen) -> None:
        pen.write({"title": "A note", "text": "Something else"}, serves=("7.5",), links={})
        pen._done.clear()  # were it a second person's
        pen.move_to("approved", proof.assurance, proof)

    deed = desk.penned(record, BEN, edit_and_sign)
    refused(desk, "deed.signature-not-recorded", lambda: desk.store.perform(deed))
    desk.store.perform(desk.penned(record, CLEO, lambda pen: pen.move_to("draft", Assurance.DECLARED)))
    refused(desk, "deed.signature-not-recorded", lambda: desk.sign(record, BEN, proof))


def test_the_other_rules_come_first(desk: Office) -> None:
    """Who may, who may not as its author, what must hold: a signature opens none of these."""
    own, empty = desk.written(), desk.written(text="x")
    refused(
        desk, "deed.second-person", lambda: desk.sign(own, ADA, desk.by_password(desk.statement(own, ADA)))
    )
    stranger = replace(desk.statement(own, BEN), signer=MILA.id)
    refused(desk, "deed.role", lambda: desk.sign(own, MILA, desk.by_password(stranger)))
    desk.store.perform(doing(_emptied(desk, empty)))
    proof = desk.by_password(desk.statement(empty, BEN))
    refused(desk, "guard.missing", lambda: desk.sign(empty, BEN, proof))


def _emptied(desk: Office, record: str) -> Any:
    known = desk.record(record).current.content
    return draft(
        deed=Deed.AMENDED,
        record=record,
        kind="note",
        expected=known.version,
        state=known.state,
        body={"title": "A note"},
    )


# --- passkeys ---


def test_a_passkey_has_to_be_the_signers_own(desk: Office) -> None:
    desk.give_passkey(BEN)
    desk.give_passkey(CLEO)
    record = desk.written()
    stolen = desk.by_passkey(desk.statement(record, BEN), desk.passkeys[CLEO.id])
    refused(desk, "signature.key-not-registered", lambda: desk.sign(record, BEN, stolen))
    fresh = desk.by_passkey(desk.statement(record, BEN), new_passkey())
    refused(desk, "signature.key-not-registered", lambda: desk.sign(record, BEN, fresh))


def test_a_revoked_passkey_signs_nothing_more_and_what_it_signed_holds(office: Office) -> None:
    key = office.give_passkey(BEN)
    early, late = office.written(), office.written()
    office.signed_with_passkey(early, BEN)
    office.revoke(key)
    refused(office, "signature.key-not-registered", lambda: office.signed_with_passkey(late, BEN))
    (seen,) = office.seen(early)
    assert seen.holds


def test_a_revoked_passkey_is_noticed_afterwards_too(desk: Office) -> None:
    """Its thief records with their own code, past the pen."""
    key = desk.give_passkey(BEN)
    record = desk.written()
    desk.revoke(key)
    smuggle(desk, record, BEN, desk.by_passkey(desk.statement(record, BEN)))
    assert flaw_of(desk, record) == "signature.key-not-registered"


def test_a_key_registered_afterwards_vouches_for_nothing_before(desk: Office) -> None:
    """Recorded by somebody with their own code, before the key was Ben's: it never was his signature."""
    record = desk.written()
    key = new_passkey()
    proof = desk.by_passkey(desk.statement(record, BEN), key)
    smuggle(desk, record, BEN, proof)
    body = {"credential": "AAAA", "public_key": key.jwk, "rp_id": SITE}
    desk.store.perform(doing(draft(kind="key", state="active", body=body, links={"of": (BEN.id,)}), by=BEN))
    (seen,) = desk.seen(record)
    assert seen.flaw is not None
    assert (seen.flaw.code, seen.assurance) == ("signature.key-not-registered", Assurance.DECLARED)


def test_a_key_of_another_site_is_another_key(desk: Office) -> None:
    record, key = desk.written(), new_passkey()
    body = {"credential": "AAAA", "public_key": key.jwk, "rp_id": "example.org"}
    desk.store.perform(doing(draft(kind="key", state="active", body=body, links={"of": (BEN.id,)}), by=BEN))
    proof = desk.by_passkey(desk.statement(record, BEN), key)
    refused(desk, "signature.key-not-registered", lambda: desk.sign(record, BEN, proof))


WRONG_KEYS: dict[str, dict[str, Any]] = {
    "of nobody": {"links": {}},
    "of two": {"links": {"of": (BEN.id, CLEO.id)}},
    "no key": {"body": {"credential": "AAAA", "public_key": {"kty": "oct"}, "rp_id": SITE}},
    "nothing": {"body": {}},
}


@pytest.mark.parametrize("case", WRONG_KEYS)
def test_records_that_tell_of_no_key_are_passed_over(desk: Office, case: str) -> None:
    """A package may come from anywhere: what such a record says is never a reason to stop."""
    body = {"credential": "AAAA", "public_key": new_passkey().jwk, "rp_id": SITE}
    wrong = {"kind": "key", "state": "active", "body": body, "links": {"of": (BEN.id,)}} | WRONG_KEYS[case]
    desk.store.perform(doing(draft(**wrong), by=BEN))
    assert keys_in(desk.store) == ()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"flags": UP}, "passkey.not-verified"),
        ({"site": "example.org"}, "passkey.site"),
        ({"client": {"origin": "https://example.org"}}, "passkey.origin"),
        ({"client": {"crossOrigin": True}}, "passkey.framed"),
        ({"client": {"type": "webauthn.create"}}, "passkey.type"),
    ],
)
def test_an_assertion_that_does_not_hold_is_refused(desk: Office, wrong: dict[str, Any], code: str) -> None:
    """`trust.passkey` has the table of all that may be wrong; here it is asked at all."""
    desk.give_passkey(BEN)
    record = desk.written()
    refused(desk, code, lambda: desk.signed_with_passkey(record, BEN, **wrong))


ELSEWHERE = {  # origin, site, and whether it is somewhere else even for whoever does not know where we are
    "another site, and rightly so": ("https://example.org", "example.org", False),
    "a page of another site": ("https://evil.example", SITE, True),
    "a site whose name ends so": (f"https://evil{SITE}", SITE, True),
    "unencrypted": (f"http://{SITE}", SITE, True),
    "another port": (f"https://{SITE}:8443", SITE, False),
    "a part of the site": (f"https://login.{SITE}", SITE, False),
    "no origin": (f"https://{SITE}/", SITE, True),
    "an app": ("android:apk-key-hash:AAAA", SITE, True),
    "nowhere": ("", "", True),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_only_at_our_own_address(desk: Office, case: str) -> None:
    """Whoever verifies later may not know the address; that page and passkey are of one site is asked all the same."""
    origin, site, anywhere = ELSEWHERE[case]
    key = desk.passkeys[BEN.id] = new_passkey()
    body = {"credential": "AAAA", "public_key": key.jwk, "rp_id": site}
    desk.store.perform(doing(draft(kind="key", state="active", body=body, links={"of": (BEN.id,)}), by=BEN))
    record = desk.written()
    statement, salt = desk.statement(record, BEN), bytes(32)
    answer = key.answer(digest_of(statement, salt), site=site, client={"origin": origin})
    proof = Proof.by_passkey(statement, salt, Asserted(answer, b"\x00", origin, site), key.jwk)
    refused(desk, "signature.other-site", lambda: desk.sign(record, BEN, proof))
    smuggle(desk, record, BEN, proof)
    (seen,) = desk.seen(record)
    assert seen.holds is not anywhere


def test_on_ones_own_machine(desk: Office) -> None:
    desk.passkeys[BEN.id] = key = new_passkey()
    body = {"credential": "AAAA", "public_key": key.jwk, "rp_id": "localhost"}
    desk.store.perform(doing(draft(kind="key", state="active", body=body, links={"of": (BEN.id,)}), by=BEN))
    record, salt, origin = desk.written(), bytes(32), "http://localhost:8000"
    statement = desk.statement(record, BEN)
    answer = key.answer(digest_of(statement, salt), site="localhost", client={"origin": origin})
    proof = Proof.by_passkey(statement, salt, Asserted(answer, b"\x00", origin, "localhost"), key.jwk)
    desk.sign(record, BEN, proof, site=Site("localhost", frozenset({origin})))
    assert desk.seen(record)[0].holds


# --- time ---


@pytest.mark.parametrize(
    ("later", "code"),
    [
        (timedelta(), ""),
        (10 * MINUTE, ""),
        (10 * MINUTE + timedelta(seconds=1), "signature.too-late"),
        (-timedelta(seconds=1), "signature.before-it-was-shown"),
    ],
)
def test_signed_soon_or_never(desk: Office, later: timedelta, code: str) -> None:
    record = desk.written()
    desk.clock.now += 60 * MINUTE
    statement = desk.statement(record, BEN)
    desk.clock.now += later
    proof = desk.by_password(statement)
    if not code:
        desk.sign(record, BEN, proof)
        assert desk.seen(record)[0].holds
        return
    desk.clock.now = max(desk.clock.now, FIRST)
    refused(desk, code, lambda: desk.sign(record, BEN, proof))


def test_the_time_has_its_zone(desk: Office) -> None:
    record = desk.written()
    desk.clock.now = datetime(2026, 11, 22, 23, 0, 0, 250_000, tzinfo=UTC)
    there = desk.clock.now.astimezone(tz=datetime.strptime("+0300", "%z").tzinfo)
    said = replace(desk.statement(record, BEN), at=there)
    with pytest.raises(Rejected):
        Statement.from_json(said.as_json())
    assert desk.statement(record, BEN).as_json()["at"] == "2026-11-22T23:00:00+00:00"


# --- several people ---


def agree(desk: Office, record: str, actor: Actor, *, to: str = "agreed", transition: str = "agree") -> None:
    desk.sign(record, actor, desk.by_password(desk.statement(record, actor, transition)), to=to)


def test_one_of_them_may_not_be_the_author(desk: Office) -> None:
    record = desk.written("treaty", by=CLEO)
    agree(desk, record, BEN)
    refused(desk, "deed.second-person", lambda: agree(desk, record, CLEO))
    agree(desk, record, DORA)
    assert desk.record(record).current.content.state == "agreed"


def test_each_of_them_holds_the_role(desk: Office) -> None:
    record = desk.written("treaty")
    agree(desk, record, BEN)
    refused(desk, "deed.role", lambda: agree(desk, record, ADA))


def test_an_edit_voids_the_signatures_before_it(desk: Office) -> None:
    """Ben signed; Cleo changes what it says; then Dora's is the first signature, and Ben's is asked for anew."""
    record = desk.written("treaty")
    agree(desk, record, BEN)

    def edit(pen: Pen) -> None:
        pen.write({"title": "A note", "text": "It holds, with exceptions"}, serves=("7.5",), links={})

    desk.store.perform(desk.penned(record, CLEO, edit))
    agree(desk, record, DORA)
    assert desk.record(record).current.content.state == "proposed"
    refused(desk, "deed.second-person", lambda: agree(desk, record, CLEO))
    agree(desk, record, BEN)
    assert desk.record(record).current.content.state == "agreed"
    assert [entry.actor for entry in standing(desk.record(record).entries)] == [DORA.id, BEN.id]


def test_half_a_signing_is_no_vouching(desk: Office) -> None:
    """Ada wrote it, Ben alone signed. After an edit by Cleo, Ada is still one of its authors, and may not agree to it.

    A complete agreement is a second person's word for what she wrote; half of one is not.
    """
    ada = Actor(ADA.id, ADA.roles | {Role.REVIEWER})
    record = desk.written("treaty", by=ada)
    agree(desk, record, BEN)

    def edit(pen: Pen) -> None:
        pen.write({"title": "A note", "text": "It holds."}, serves=("7.5",), links={})

    desk.store.perform(desk.penned(record, CLEO, edit))
    refused(desk, "deed.second-person", lambda: agree(desk, record, ada))


def test_another_move_voids_them_too(desk: Office) -> None:
    record = desk.written("treaty")
    agree(desk, record, BEN)
    for to in ("draft", "proposed"):
        desk.store.perform(desk.penned(record, ADA, lambda pen, to=to: pen.move_to(to, Assurance.DECLARED)))  # type: ignore[misc]
    assert standing(desk.record(record).entries) == ()
    agree(desk, record, CLEO)
    assert desk.record(record).current.content.state == "proposed"
    agree(desk, record, BEN)
    assert desk.record(record).current.content.state == "agreed"


def test_signatures_for_one_thing_do_not_count_for_another(desk: Office) -> None:
    """Ben and Cleo agree half-way each to one thing and to its opposite: nothing has moved."""
    record = desk.written("treaty")
    agree(desk, record, BEN)
    agree(desk, record, CLEO, to="refused", transition="refuse")
    assert desk.record(record).current.content.state == "proposed"
    agree(desk, record, DORA, to="refused", transition="refuse")
    known = desk.record(record)
    assert known.current.content.state == "refused"
    assert [entry.actor for entry in standing(known.entries)] == [CLEO.id, DORA.id]
    (fact,) = facts_of([known], desk.store.kinds, basis=desk.basis)
    assert {signature.meaning for signature in fact.signatures} == {"decision"}


def test_several_sign_without_proofs_too(desk: Office) -> None:
    """The package's command line: declared, by one command each."""
    record = desk.written("treaty")
    for who in (BEN, CLEO):
        desk.store.perform(desk.penned(record, who, lambda pen: pen.move_to("agreed", Assurance.DECLARED)))
    assert desk.record(record).current.content.state == "agreed"


def test_a_table_that_asks_for_many_to_sign_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="go"):
        Transition("go", ("here",), "there", signers=2)
    with pytest.raises(ValueError, match="go"):
        Transition("go", ("here",), "there", signs="approval", signers=0)


def test_the_table_says_how_many() -> None:
    tables = TREATY.lifecycle.as_json(), KINDS["note"].lifecycle.as_json()
    told = [[t.get("signers") for t in table["transitions"]] for table in tables]  # type: ignore[attr-defined]
    assert told == [[None, 2, 2, None], [None] * 4]
    assert "agree (reviewer; signs approval; two people; 2 sign)" in TREATY.lifecycle.diagram()
    assert "2 sign" not in KINDS["note"].lifecycle.diagram()


# --- verifying what others have recorded ---


def smuggle(office: Office, record: str, actor: Actor, proof: Proof | None, **changed: Any) -> None:
    """Recorded past the pen, as somebody with their own code can: a store asks for no rule."""
    known = office.record(record).current.content
    assurance = changed.pop("assurance", proof.assurance if proof else Assurance.DECLARED)
    new = draft(
        **(
            {
                "deed": Deed.MOVED,
                "record": record,
                "kind": known.kind,
                "expected": known.version,
                "state": "approved",
                "body": known.body,
                "serves": known.serves,
                "links": known.links,
                "why": "I have read it",
                "transition": "approve",
                "signing": Signing("approval", assurance, proof.as_json() if proof else None),
            }
            | changed
        )
    )
    office.store.perform(doing(new, by=actor))


def flaw_of(desk: Office, record: str) -> str:
    (seen,) = desk.seen(record)
    assert seen.assurance is Assurance.DECLARED
    assert seen.flaw is not None
    assert sentence(seen.told)
    return seen.flaw.code


def later(desk: Office, record: str, proof: Proof) -> None:
    desk.store.perform(doing(_emptied(desk, record)))
    smuggle(desk, record, BEN, proof)


FORGED: dict[str, tuple[Callable[[Office, str, Proof], None], str]] = {
    "a claim with nothing to show": (
        lambda d, r, _: smuggle(d, r, BEN, None, assurance=Assurance.PASSKEY),
        "signature.unproved",
    ),
    "a key's claim": (
        lambda d, r, _: smuggle(d, r, BEN, None, assurance=Assurance.KEY),
        "signature.unproved",
    ),
    "claimed as more": (
        lambda d, r, _: smuggle(d, r, BEN, d.by_password(d.statement(r, BEN)), assurance=Assurance.PASSKEY),
        "signature.other-content",
    ),
    "by somebody else": (lambda d, r, p: smuggle(d, r, CLEO, p), "signature.other-content"),
    "for another reason": (lambda d, r, p: smuggle(d, r, BEN, p, why="Told to"), "signature.other-content"),
    "meaning something else": (
        lambda d, r, p: smuggle(d, r, BEN, p, signing=Signing("review", Assurance.PASSKEY, p.as_json())),
        "signature.other-content",
    ),
    "for another move": (
        lambda d, r, p: smuggle(d, r, BEN, p, transition="drop", state="gone"),
        "signature.other-content",
    ),
    "another text": (
        lambda d, r, p: smuggle(d, r, BEN, p, body={"title": "A note", "text": "The opposite"}),
        "signature.content-differs",
    ),
    "other requirements": (lambda d, r, p: smuggle(d, r, BEN, p, serves=()), "signature.content-differs"),
    "other links": (
        lambda d, r, p: smuggle(d, r, BEN, p, links={"about": (ADA.id,)}),
        "signature.content-differs",
    ),
    "a version later": (later, "signature.other-content"),
    "another version of that number": (
        lambda d, r, p: smuggle(d, r, BEN, d.by_passkey(other(p.statement, "commitment"))),
        "signature.other-content",
    ),
    "a twin of the record": (lambda d, _, p: smuggle(d, d.written(), BEN, p), "signature.other-content"),
    "another statement": (
        lambda d, r, p: smuggle(d, r, BEN, replace(p, statement=other(p.statement, "name"))),
        "passkey.challenge",
    ),
    "another salt": (lambda d, r, p: smuggle(d, r, BEN, replace(p, salt=bytes(32))), "passkey.challenge"),
    "another's key": (
        lambda d, r, p: smuggle(d, r, BEN, d.by_passkey(p.statement, new_passkey())),
        "signature.key-not-registered",
    ),
    "declared, with a passkey's proof": (
        lambda d, r, p: smuggle(d, r, BEN, p, assurance=Assurance.DECLARED),
        "signature.other-content",
    ),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_signature_cannot_be_forged_or_moved(desk: Office, case: str) -> None:
    desk.give_passkey(BEN)
    record = desk.written()
    proof = desk.by_passkey(desk.statement(record, BEN))
    forge, code = FORGED[case]
    forge(desk, record, proof)
    signed = next(i for i, r in desk.store.records(kinds=("note",)).items() if r.current.entry.signature)
    assert flaw_of(desk, signed) == code
    (fact,) = facts_of([desk.record(signed)], desk.store.kinds, basis=desk.basis)
    assert [signature.assurance for signature in fact.signatures] == [Assurance.DECLARED]


@pytest.mark.parametrize("field", [field for field in NAMED if field != "name"])
def test_a_statement_about_something_else_shows(desk: Office, field: str) -> None:
    """As its signer signed it, and put where it does not belong by somebody with their own code."""
    desk.give_passkey(BEN)
    record = desk.written()
    proof = desk.by_passkey(other(desk.statement(record, BEN), field), desk.passkeys[BEN.id])
    smuggle(desk, record, BEN, proof)
    (seen,) = desk.seen(record)
    assert seen.flaw is not None
    assert (seen.flaw.code, seen.flaw.parameters["field"]) == ("signature.other-content", field)


def test_a_signature_of_another_ledger_is_none_here(desk: Office) -> None:
    """The same statement, but for the organisation: two ledgers may hold copies of one record."""
    desk.give_passkey(BEN)
    record = desk.written()
    desk.signed_with_passkey(record, BEN)
    known = desk.record(record)
    (seen,) = verify(known.versions, replace(desk.basis, ledger="0" * 64), WORLD["note"])
    assert seen.flaw is not None
    assert (seen.flaw.code, seen.flaw.parameters["field"]) == ("signature.other-content", "organisation")


def test_a_signature_that_its_entry_does_not_tell_of(desk: Office) -> None:
    desk.give_passkey(BEN)
    record = desk.written()
    desk.signed_with_passkey(record, BEN)
    *before, last = desk.record(record).versions
    silent = replace(last, entry=replace(last.entry, signature=None))
    (seen,) = verify((*before, silent), desk.basis)
    assert seen.flaw is not None
    assert (seen.flaw.code, seen.assurance) == ("signature.unclaimed", Assurance.DECLARED)
    assert sentence(seen.told)


@pytest.mark.parametrize(
    ("later", "code"),
    [(-timedelta(seconds=1), "signature.before-it-was-shown"), (11 * MINUTE, "signature.too-late")],
)
def test_recorded_at_another_time(desk: Office, later: timedelta, code: str) -> None:
    """A store refuses it; in a ledger that somebody wrote with their own code it shows."""
    record = desk.written()
    desk.sign(record, BEN, desk.by_password(desk.statement(record, BEN)))
    *before, last = desk.record(record).versions
    moved = replace(last, entry=replace(last.entry, recorded_at=last.entry.recorded_at + later))
    (seen,) = verify((*before, moved), desk.basis)
    assert seen.flaw is not None
    assert seen.flaw.code == code
    assert sentence(seen.told)


def test_without_the_version_that_was_signed(desk: Office) -> None:
    """Erased since: the signature can no longer be compared, and nobody is accused."""
    desk.give_passkey(BEN)
    record = desk.written()
    desk.signed_with_passkey(record, BEN)
    (seen,) = verify(desk.record(record).versions[2:], desk.basis, WORLD["note"])
    assert seen.flaw is not None
    assert (seen.flaw.code, seen.assurance) == (GONE, Assurance.DECLARED)


def test_where_nobody_knows_whose_keys_there_are(desk: Office) -> None:
    """The assertion itself still verifies; whose passkey it is, is not told."""
    desk.give_passkey(BEN)
    record = desk.written()
    desk.signed_with_passkey(record, BEN)
    versions = desk.record(record).versions
    assert verify(versions, Basis(desk.ledger, None))[0].holds
    assert not verify(versions, Basis(desk.ledger, ()))[0].holds
    (fact,) = facts_of([desk.record(record)], WORLD)
    assert fact.signatures[0].assurance is Assurance.DECLARED


def test_a_new_schema_changes_nothing_that_was_signed(desk: Office) -> None:
    """Written under schema 1, signed under 2: the same content, as the kind's upcast says."""
    desk.give_passkey(BEN)
    record = desk.written()
    newer = replace(KINDS["note"], schema=2, upcasts={1: lambda body: {**body, "until": "2027-01-01"}})
    desk.store.kinds = Kinds([newer, *(kind for kind in WORLD if kind.name != "note")])  # type: ignore[misc]
    desk.signed_with_passkey(record, BEN)
    versions = desk.record(record).versions
    assert [v.content.schema for v in versions] == [1, 1, 2]
    assert verify(versions, desk.basis, newer)[0].holds
    otherwise = replace(newer, upcasts={1: lambda body: {**body, "until": "2028-01-01"}})
    assert not verify(versions, desk.basis, otherwise)[0].holds
    broken = replace(newer, upcasts={1: lambda body: {"gone": body["gone"]}})
    assert not verify(versions, desk.basis, broken)[0].holds


@pytest.fixture(scope="module")
def signed() -> tuple[Office, str]:
    desk = in_memory()
    desk.give_passkey(BEN)
    record = desk.written()
    desk.signed_with_passkey(record, BEN)
    return desk, record


LEAVES = st.sampled_from(
    [
        ("salt",),
        *((("statement", field)) for field in Statement.__slots__),
        *(
            ("assertion", part)
            for part in ("authenticator_data", "client_data", "signature", "origin", "rp_id")
        ),
        ("public_key", "x"),
        ("public_key", "y"),
    ]
)


@settings(deadline=None, max_examples=120)
@given(LEAVES, st.integers(0, 10_000), st.integers(1, 61))
def test_no_character_of_it_can_be_changed(
    signed: tuple[Office, str], path: tuple[str, ...], place: int, by: int
) -> None:
    """Whatever is kept of a signature, any one character of it: unreadable, or it no longer holds.

    The credential's id alone is not signed: it names the passkey to its site, and nothing is concluded from it.
    """
    desk, record = signed
    versions = desk.record(record).versions
    kept: Any = parse_canonical(canonical_bytes(dict(versions[-1].content.signature or {})))
    parent = kept[path[0]] if len(path) > 1 else kept
    value = parent[path[-1]]
    if isinstance(value, int):
        parent[path[-1]] = value + by
    else:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        at = place % len(value)
        new = alphabet[(alphabet.find(value[at]) + by) % len(alphabet)]
        parent[path[-1]] = value[:at] + new + value[at + 1 :]
        if parent[path[-1]] == value:
            return
    changed = replace(versions[-1], content=replace(versions[-1].content, signature=kept))
    try:
        (seen,) = verify((*versions[:-1], changed), desk.basis, WORLD["note"])
    except Rejected:
        return
    assert not seen.holds


# --- shown ---


def test_shown_wherever_the_record_is(desk: Office) -> None:
    desk.give_passkey(BEN)
    record = desk.written("treaty")
    desk.clock.now = datetime(2026, 11, 22, 20, 0, 5, tzinfo=UTC)
    desk.signed_with_passkey(record, BEN)
    desk.store.perform(
        desk.penned(record, DORA, lambda pen: pen.move_to("agreed", Assurance.DECLARED), why="Agreed")
    )
    first, second = shown(desk.record(record), NAMES, desk.basis, TREATY)
    assert (first.name, first.time, first.meaning, first.reason) == (
        "Ben Bitdiddle",
        "2026-11-22 20:00:05 UTC",
        "approval",
        "I have read it",
    )
    assert (first.assurance, first.holds, first.version) == (Assurance.PASSKEY, True, 3)
    assert (second.name, second.reason, second.assurance) == ("Dora Maar", "Agreed", Assurance.DECLARED)
    assert sentence(second.told) == "Declared: nothing shows who signed but the entry itself."


def test_the_name_printed_then_stays(desk: Office) -> None:
    record = desk.written()
    desk.sign(record, BEN, desk.by_password(desk.statement(record, BEN)))
    (row,) = shown(desk.record(record), {BEN.id: "Benjamin Bitdiddle-Hacker"}, desk.basis, WORLD["note"])
    assert row.name == "Ben Bitdiddle"


def test_what_does_not_hold_is_shown_as_such(desk: Office) -> None:
    record = desk.written()
    smuggle(desk, record, BEN, None, assurance=Assurance.PASSKEY)
    (row,) = shown(desk.record(record), NAMES, desk.basis, WORLD["note"])
    assert (row.name, row.holds, row.assurance) == ("Ben Bitdiddle", False, Assurance.DECLARED)
    assert sentence(row.told) == "The entry claims a signature that is passkey, and nothing shows it."


def test_what_it_says_now_is_told_from_what_was_signed(desk: Office) -> None:
    record = desk.written()
    desk.sign(record, BEN, desk.by_password(desk.statement(record, BEN)))
    desk.store.perform(
        desk.penned(record, ADA, lambda pen: pen.move_to("draft", Assurance.DECLARED), kind="note")
    )
    (row,) = shown(desk.record(record), NAMES, desk.basis)
    assert (row.current, row.version, row.signed, row.roles) == (True, 3, 2, ("reviewer",))
    desk.store.perform(doing(_emptied(desk, record)))
    (row,) = shown(desk.record(record), NAMES, desk.basis)
    assert (row.current, row.holds) == (False, True)
    by_version = {
        version: [one.current for one in shown(desk.record(record), NAMES, desk.basis, version=version)]
        for version in range(1, 6)
    }
    assert by_version == {1: [], 2: [], 3: [True], 4: [True], 5: [False]}


def test_an_erased_edit_is_an_edit_all_the_same(desk: Office) -> None:
    """Else whoever has an edit erased would put the signature before it under what it said."""
    record = desk.written()
    desk.sign(record, BEN, desk.by_password(desk.statement(record, BEN)))
    desk.store.perform(doing(_emptied(desk, record)))
    known = desk.record(record)
    desk.store.perform(desk.penned(record, ADA, lambda pen: pen.move_to("draft", Assurance.DECLARED)))
    current = desk.record(record).current
    left = Record((*known.versions[:3], current), (known.versions[3].entry,))
    assert [one.current for one in shown(left, NAMES, desk.basis)] == [False]
    (fact,) = facts_of([left], WORLD, basis=desk.basis)
    assert fact.signatures == ()


# --- a version that comes alone ---


def test_a_version_alone_is_verified_as_far_as_it_goes(desk: Office) -> None:
    desk.give_passkey(BEN)
    record = desk.written()
    desk.signed_with_passkey(record, BEN)
    current = desk.record(record).current
    alone = shown_alone(current, NAMES, desk.ledger)
    assert alone is not None
    assert (alone.name, alone.holds, alone.assurance) == ("Ben Bitdiddle", True, Assurance.PASSKEY)
    assert [reason.code for reason in alone.unseen] == ["signature.unseen-version", "signature.unseen-key"]
    assert [sentence(reason) for reason in alone.unseen] == [
        "Not looked at: version 2, which was signed, is not in here.",
        "Not looked at: whether Ben Bitdiddle had registered this passkey at that time.",
    ]
    beside = shown_alone(current, NAMES, desk.ledger, keys_in(desk.store))
    assert beside is not None
    assert [reason.code for reason in beside.unseen] == ["signature.unseen-version"]


def test_a_key_of_later_or_of_somebody_else_shows_nothing(desk: Office) -> None:
    desk.give_passkey(BEN)
    record = desk.written()
    desk.signed_with_passkey(record, BEN)
    current = desk.record(record).current
    (key,) = keys_in(desk.store)
    for other in (
        replace(key, person=ADA.id),
        replace(key, since=current.entry.sequence),
        replace(key, until=1),
    ):
        alone = verify_alone(current, desk.ledger, [other])
        assert alone is not None
        assert "signature.unseen-key" in {reason.code for reason in alone.unseen}


def test_a_declared_signature_alone(desk: Office) -> None:
    record = desk.written("treaty")
    desk.store.perform(
        desk.penned(record, DORA, lambda pen: pen.move_to("agreed", Assurance.DECLARED), why="Agreed")
    )
    alone = shown_alone(desk.record(record).current, {}, desk.ledger)
    assert alone is not None
    assert (alone.name, alone.assurance, alone.unseen) == (DORA.id, Assurance.DECLARED, ())


def test_no_signature_alone(desk: Office) -> None:
    assert shown_alone(desk.record(desk.written()).current, NAMES, desk.ledger) is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("organisation", "cd" * 32, "signature.other-content"),
        ("name", "Somebody Else", "passkey.challenge"),
        ("reason", "Another reason", "signature.other-content"),
        ("version", 1, "signature.other-content"),
        ("commitment", "cd" * 32, "passkey.challenge"),
    ],
)
def test_what_was_changed_does_not_hold_alone(desk: Office, field: str, value: object, code: str) -> None:
    desk.give_passkey(BEN)
    record = desk.written()
    desk.signed_with_passkey(record, BEN)
    current = desk.record(record).current
    kept = json.loads(json.dumps(current.content.signature))
    kept["statement"][field] = value
    changed = replace(current, content=replace(current.content, signature=kept))
    alone = verify_alone(changed, desk.ledger)
    assert alone is not None
    assert alone.flaw is not None
    assert (alone.flaw.code, alone.unseen) == (code, ())


def test_a_claim_without_a_proof_does_not_hold_alone(desk: Office) -> None:
    record = desk.written()
    smuggle(desk, record, BEN, None, assurance=Assurance.PASSKEY)
    alone = verify_alone(desk.record(record).current, desk.ledger)
    assert alone is not None
    assert (alone.holds, alone.assurance) == (False, Assurance.DECLARED)


# --- the form of what is kept ---

PLAIN = Content("r1", "note", 1, 2, "draft", {"title": "A note"}, ("7.5",), {"about": ("r2",)}, "Because")
GOLDEN = (
    b'{"body":{"title":"A note"},"content":1,"kind":"note","links":{"about":["r2"]},"record":"r1","schema":1,'
    b'"serves":["7.5"],"state":"draft","version":2,"why":"Because"}'
)
STATEMENT = Statement(
    organisation="0a" * 32,
    record="r1",
    number="NTE-0001",
    kind="note",
    version=1,
    commitment="0b" * 32,
    transition="approve",
    meaning="approval",
    reason="Because",
    signer="p1",
    name="Ben Bitdiddle",
    at=datetime(2026, 11, 22, 20, tzinfo=UTC),
)
GIVEN = Proof.by_reauthentication(STATEMENT, b"\x0c" * 32, ("password", "totp"))
SIGNED = (
    b'{"body":{"title":"A note"},"content":2,"kind":"note","links":{"about":["r2"]},"record":"r1","schema":1,'
    b'"serves":["7.5"],"signature":{"assurance":"reauthenticated","means":["password","totp"],"salt":"'
    + b"0c" * 32
    + b'","statement":{"at":"2026-11-22T20:00:00+00:00","commitment":"'
    + b"0b" * 32
    + b'","form":"standfirst-signature/1","kind":"note","meaning":"approval","name":"Ben Bitdiddle",'
    b'"number":"NTE-0001","organisation":"'
    + b"0a"
    * 32
    + b'","reason":"Because","record":"r1","signer":"p1","transition":"approve","version":1}},'
    b'"state":"draft","version":2,"why":"Because"}'
)


def test_bytes_of_before_stay_as_they_were() -> None:
    assert PLAIN.to_bytes() == GOLDEN
    assert Content.from_bytes(GOLDEN) == PLAIN


def test_bytes_of_a_signed_version() -> None:
    content = replace(PLAIN, signature=GIVEN.as_json())
    assert content.to_bytes() == SIGNED
    assert Content.from_bytes(SIGNED).to_bytes() == SIGNED
    assert Proof.from_json(dict(Content.from_bytes(SIGNED).signature or {})) == GIVEN


def test_what_is_signed_is_a_salted_digest() -> None:
    said = canonical_bytes(STATEMENT.as_json())
    assert GIVEN.digest == sha256(b"standfirst/signature/v1\x00" + b"\x0c" * 32 + said).digest()
    assert GIVEN.digest.hex() == "9dcd802545a7853ad5e276f1103b339178d6c399201252f26f404f58a8ebf349"
    with pytest.raises(Rejected):
        digest_of(STATEMENT, b"\x0c" * 31)


def shaped(change: Callable[[dict[str, Any]], object]) -> bytes:
    value: Any = parse_canonical(SIGNED)
    change(value)
    return canonical_bytes(value)


SHAPES: dict[str, Callable[[dict[str, Any]], object]] = {
    "shape 1 with a signature": lambda v: v.update(content=1),
    "shape 2 without": lambda v: v.pop("signature"),
    "shape 0": lambda v: (v.pop("signature"), v.update(content=0)),
    "no signature in it": lambda v: v.update(signature=None),
    "an empty one": lambda v: v.update(signature={}),
    "a member more": lambda v: v["signature"].update(note="x"),
    "a member less": lambda v: v["signature"].pop("salt"),
    "an assertion with it": lambda v: v["signature"].update(assertion={}),
    "claimed as a passkey": lambda v: v["signature"].update(assurance="passkey"),
    "claimed as declared": lambda v: v["signature"].update(assurance="declared"),
    "nothing given again": lambda v: v["signature"].update(means=[]),
    "given twice": lambda v: v["signature"].update(means=["totp", "totp"]),
    "a short salt": lambda v: v["signature"].update(salt="0c" * 31),
    "another form": lambda v: v["signature"]["statement"].update(form="standfirst-signature/2"),
    "no name": lambda v: v["signature"]["statement"].update(name=" "),
    "no reason": lambda v: v["signature"]["statement"].update(reason=""),
    "no meaning": lambda v: v["signature"]["statement"].update(meaning=""),
    "no time": lambda v: v["signature"]["statement"].update(at="today"),
    "no zone": lambda v: v["signature"]["statement"].update(at="2026-11-22T20:00:00"),
    "another zone": lambda v: v["signature"]["statement"].update(at="2026-11-22T23:00:00+03:00"),
    "another spelling of UTC": lambda v: v["signature"]["statement"].update(at="2026-11-22T20:00:00Z"),
    "a version in words": lambda v: v["signature"]["statement"].update(version="1"),
    "version 0": lambda v: v["signature"]["statement"].update(version=0),
    "a number as a name": lambda v: v["signature"]["statement"].update(name=5),
    "no commitment": lambda v: v["signature"]["statement"].update(commitment="0B" * 32),
}


@pytest.mark.parametrize("case", SHAPES)
def test_another_shape_is_unreadable(case: str) -> None:
    with pytest.raises(UNREADABLE) as caught:
        Content.from_bytes(shaped(SHAPES[case]))
    assert not isinstance(caught.value, NewerContent)


def test_a_later_shape_is_a_later_releases() -> None:
    with pytest.raises(NewerContent):
        Content.from_bytes(shaped(lambda value: value.update(content=3)))


def test_a_kept_passkey_signature_is_read_strictly(desk: Office) -> None:
    desk.give_passkey(BEN)
    kept = desk.by_passkey(desk.statement(desk.written(), BEN)).as_json()
    wrong: list[dict[str, Any]] = [
        {"public_key": None},
        {"public_key": {"kty": "oct"}},
        {"assertion": None},
        {"assertion": {**kept["assertion"], "signature": "AB=="}},  # type: ignore[dict-item]
        {"assertion": {**kept["assertion"], "user": "ben"}},  # type: ignore[dict-item]
        {"means": ["password"]},
    ]
    for change in wrong:
        with pytest.raises(Rejected):
            Proof.from_json(kept | change)


def test_blank_names_and_reasons_are_never_shown_for_signing(desk: Office) -> None:
    record = desk.written()
    with pytest.raises(Rejected):
        desk.statement(record, BEN, why=" ")


# --- packages ---


@dataclass
class Folder:
    path: Path
    office: Office

    def open(self) -> Package:
        return open_package(self.path, WORLD, {"7.5"}, clock=self.office.clock)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    path, clock = tmp_path / "acme", Clock()
    path.mkdir()
    (path / "standfirst.yaml").write_text("form: standfirst-package/1\norganisation: Acme\n")
    made = Folder(path, Office(PackageStore(FolderFiles(path), WORLD, clock=clock), clock))
    made.office.give_passkey(BEN)
    return made


def test_a_package_with_signatures_opens(folder: Folder) -> None:
    for sign in (folder.office.by_passkey, folder.office.by_password):
        record = folder.office.written()
        folder.office.sign(record, BEN, sign(folder.office.statement(record, BEN)))
    facts = [fact for fact in folder.open().facts() if fact.kind == "note"]
    assert sorted(fact.signatures[0].assurance for fact in facts) == ["passkey", "reauthenticated"]


@pytest.mark.parametrize("case", FORGED)
def test_a_package_with_a_forged_signature_is_refused(folder: Folder, case: str) -> None:
    desk = folder.office
    record = desk.written()
    forge, code = FORGED[case]
    forge(desk, record, desk.by_passkey(desk.statement(record, BEN)))
    with unusable(code):
        folder.open()


def test_the_entry_is_named(folder: Folder) -> None:
    record = folder.office.written()
    smuggle(folder.office, record, BEN, None, assurance=Assurance.PASSKEY)
    with pytest.raises(ValueError, match=f"{ENTRIES}:9:signature: signature.unproved"):
        folder.open()
