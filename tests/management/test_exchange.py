"""Envelopes: what crosses is proved by whoever gets it, and nothing of it can be changed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.management.house import House
from tests.management.refusals import refused
from tests.management.workplace import OURS, READER, RECORD, THEIRS, bodies, envelope, sending

from standfirst.management.exchange import (
    ENVELOPE,
    EnvelopeBody,
    Proofs,
    envelope_id,
    open_envelope,
    proofs_in,
    sealed_for,
)
from standfirst.management.parties import Party
from standfirst.records.change import Refused
from standfirst.records.ledger import Head, Sealed, leaf_of
from standfirst.trust.checkpoint import Checkpoint

Changed = dict[str, Any]
WHOLE = bodies()["envelope"]


def test_an_envelope_proves_what_it_holds() -> None:
    store = sending(simulation=False)
    there = store.records([RECORD])[RECORD].current
    opened = open_envelope(envelope(store).values())
    assert (opened.sent.content, opened.sent.entry) == (there.content, there.entry)
    assert opened.ledger == leaf_of(store.ledger()[0].entry)
    assert (opened.simulation, opened.fictional) == (False, False)


def test_a_long_document_with_letters_of_all_sorts_arrives_to_the_letter() -> None:
    text = '\u0301 "\u00e9" \\ \U0001f52c\n' * 20_000
    opened = open_envelope(
        EnvelopeBody.model_validate_json(envelope(sending(text=text)).model_dump_json()).values()
    )
    assert opened.sent.content.body["text"].startswith('\u0301 "')


def test_a_simulated_ledger_says_so_and_is_no_evidence_where_time_is_real() -> None:
    assert open_envelope(WHOLE).simulation
    House(simulation=True).write("ben", "envelope", WHOLE)
    with refused("envelope.simulation"):
        House(simulation=False).write("ben", "envelope", WHOLE)
    House(simulation=False).write("ben", "envelope", envelope(sending(simulation=False)).values())


OTHER = "cd" * 32
NOT_PROVED: dict[str, Changed] = {
    "another content": {"content": WHOLE["content"].replace("promise", "prom1se")},
    "no content": {"content": "{}"},
    "another salt": {"salt": OTHER},
    "another entry": {"entered": {**WHOLE["entered"], "entry": WHOLE["founded"]["entry"]}},
    "an entry of another time": {
        "entered": {**WHOLE["entered"], "entry": WHOLE["entered"]["entry"].replace("2026-", "2025-")}
    },
    "no entry": {"entered": {**WHOLE["entered"], "entry": "x"}},
    "another proof": {"entered": {**WHOLE["entered"], "proof": [OTHER]}},
    "a proof too long": {"entered": {**WHOLE["entered"], "proof": [*WHOLE["entered"]["proof"], OTHER]}},
    "another head": {"head": {**WHOLE["head"], "root": OTHER}},
    "another size": {"head": {**WHOLE["head"], "size": 3}},
    "another beginning": {"founded": WHOLE["entered"]},
    "a signed head of another ledger": {
        "signed_head": Checkpoint("acme", 2, bytes(32)).text + "\n— acme x\n"
    },
    "a signed head that is none": {"signed_head": "acme"},
}


@pytest.mark.parametrize("what", NOT_PROVED)
def test_what_was_changed_is_not_proved(what: str) -> None:
    body = {**WHOLE, **NOT_PROVED[what]}
    with refused("envelope.not-proved"):
        open_envelope(body)
    with refused("envelope.not-proved"):
        House().write("ben", "envelope", body)
    assert ENVELOPE.inspect is not None
    assert [field for field, _ in ENVELOPE.inspect(body)] == ["entered"]


@pytest.mark.parametrize(
    ("field", "stated"),
    [
        ("record", READER),
        ("record_number", "DOC-0002"),
        ("record_kind", "product"),
        ("version", 2),
        ("commitment", OTHER),
        ("sender", {**WHOLE["sender"], "ledger": OTHER}),
    ],
)
def test_an_envelope_says_on_its_outside_what_it_proves(field: str, stated: object) -> None:
    with refused("envelope.says-another") as told:
        open_envelope({**WHOLE, field: stated})
    assert told.reason.parameters["field"] == field


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_letter_is_noticed(data: st.DataObject) -> None:
    """Whatever is proved is proved to the letter; title and name are only what the sender says."""
    place, inner = data.draw(
        st.sampled_from([("content", ""), ("entered", "entry"), ("founded", "entry"), ("salt", "")])
    )
    text = WHOLE[place][inner] if inner else WHOLE[place]
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from('0123456789abcdefxyz"{},: ').filter(lambda c: c != text[at]))
    wrong = text[:at] + letter + text[at + 1 :]
    body = {**WHOLE, place: {**WHOLE[place], inner: wrong} if inner else wrong}
    with pytest.raises(Refused):
        open_envelope(body)


def test_a_signed_head_is_about_the_head_that_is_proved() -> None:
    head = WHOLE["head"]
    note = Checkpoint("acme", head["size"], bytes.fromhex(head["root"])).text + "\n— acme x\n"
    assert open_envelope({**WHOLE, "signed_head": note}).sent.number == "DOC-0001"


def test_what_was_erased_cannot_be_sent() -> None:
    store = sending()
    version = store.records([RECORD])[RECORD].current
    found = proofs_in(store.ledger(), version.entry.sequence)
    gone = Proofs(
        Sealed(found.entry.entry, found.entry.leaf, b"", None),
        found.proof,
        found.founded,
        found.founded_proof,
        found.head,
    )
    with refused("envelope.erased"):
        sealed_for(version, gone, title="The policy", sender=Party(name="Acme", id=OURS))


def test_the_proofs_are_under_the_ledger_s_own_head() -> None:
    store = sending()
    assert proofs_in(store.ledger(), 1).head == store.head
    assert isinstance(store.head, Head)


def test_delivered_twice_it_is_one_record() -> None:
    told = {"ledger": OTHER, "record": RECORD, "version": 1, "receiver": THEIRS}
    ids = {envelope_id(**told)}  # type: ignore[arg-type]
    assert ids == {envelope_id(ledger=OTHER, record=RECORD, version=1, receiver=THEIRS)}
    for changed in ({"ledger": "ef" * 32}, {"record": READER}, {"version": 2}, {"receiver": OURS}):
        ids.add(envelope_id(**{**told, **changed}))  # type: ignore[arg-type]
    assert len(ids) == 5


def test_an_envelope_is_never_changed_and_is_answered_for_once() -> None:
    house = House()
    own = house.write("ben", "envelope", WHOLE)
    with refused("deed.frozen"):
        house.write("ben", "envelope", {**WHOLE, "title": "Another"}, record=own)
    house.move("ben", own, "acknowledged")
    with refused("deed.no-way"):
        house.move("ben", own, "refused")


def test_what_was_sent_is_delivered_and_then_answered() -> None:
    house = House()
    product = house.product()
    own = house.write("ben", "sent-envelope", bodies()["sent-envelope"], links={"of": (product,)})
    house.move("ben", own, "delivered")
    house.move("ben", own, "answered")
    with refused("record.not-unique"):
        house.write("ben", "sent-envelope", bodies()["sent-envelope"], links={"of": (product,)})
    with refused("party.one-way"):
        body = {**bodies()["sent-envelope"], "to": {"name": "N"}, "envelope": READER}
        house.write("ben", "sent-envelope", body, links={"of": (product,)})
