"""Envelopes: what crosses is proved by whoever gets it, and nothing of it can be changed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.management.house import SERVICE, House
from tests.management.refusals import refused
from tests.management.workplace import CLASSIFICATION, OURS, READER, RECORD, THEIRS, bodies, envelope, sending

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


@settings(max_examples=60)
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


def sent(house: House, record: str, **said: Any) -> dict[str, Any]:
    """Of the version that stands now, as sending says it."""
    version = house.record(record).current
    of = {"version": version.entry.version, "commitment": version.entry.commitment}
    return {**bodies()["sent-envelope"], "record_number": version.number, **of, **said}


def test_what_was_sent_is_delivered_and_then_answered_by_the_service_alone() -> None:
    house = House()
    product = house.product()
    own = house.write("ben", "sent-envelope", sent(house, product), links={"of": (product,)})
    for state in ("delivered", "refused"):
        for who in house.ids:
            with refused("sent-envelope.by-hand"):
                house.move(who, own, state)
    house.move(SERVICE, own, "delivered")
    with refused("sent-envelope.by-hand"):
        house.move("tove", own, "answered")
    house.move(SERVICE, own, "answered")
    with refused("record.not-unique"):
        house.write("ben", "sent-envelope", sent(house, product), links={"of": (product,)})
    with refused("party.one-way"):
        body = sent(house, product, to={"name": "N"}, envelope=READER)
        house.write("ben", "sent-envelope", body, links={"of": (product,)})


@pytest.mark.parametrize(
    "said", [{"version": 2}, {"commitment": "ab" * 32}, {"record_number": "PRD-0002"}], ids=str
)
def test_nothing_is_sent_that_is_not_recorded(said: Changed) -> None:
    house = House()
    product = house.product()
    for links in ({"of": (product,)}, {}):
        with refused("envelope.of-nothing"):
            house.write("ben", "sent-envelope", sent(house, product, **said), links=links)


def test_by_whatever_door_what_is_controlled_leaves_by_the_hand_of_who_answers_for_that() -> None:
    house = House()
    product = house.product()
    classified = house.write("ada", "export-classification", CLASSIFICATION, links={"classifies": (product,)})
    house.move("ewan", classified, "confirmed")
    for who in ("tove", "ada", "ben", SERVICE):
        with refused("envelope.controlled") as told:
            house.write(who, "sent-envelope", sent(house, product), links={"of": (product,)})
        assert told.reason.parameters["entries"] == ("4A906",)
    house.write("pia", "sent-envelope", sent(house, product), links={"of": (product,)})


def test_an_envelope_goes_back_to_its_sender_and_to_nobody_else_whatever_it_is_classified_as() -> None:
    house = House()
    came = house.write("ben", "envelope", WHOLE)
    classified = house.write("ada", "export-classification", CLASSIFICATION, links={"classifies": (came,)})
    house.move("ewan", classified, "confirmed")
    links = {"of": (came,), "answer-to": (came,)}
    for to, answered in (({"name": "N", "id": THEIRS}, links), ({"name": "A", "id": OURS}, {"of": (came,)})):
        with refused("envelope.controlled"):
            house.write(SERVICE, "sent-envelope", sent(house, came, to=to), links=answered)
    house.write(SERVICE, "sent-envelope", sent(house, came, to={"name": "Acme", "id": OURS}), links=links)


# --- the files that go along -----------------------------------------------------------------------------------------

FILE = {"file": "evidence/drift.csv", "sha256": "ab" * 32}
LISTED = {**FILE, "size": 12, "media_type": "text/csv"}


def with_files(*attached: object) -> EnvelopeBody:
    """An envelope of a policy that attaches these, with no word on files."""
    return envelope(sending(attachments=attached))


def said_with(body: EnvelopeBody, **said: object) -> Changed:
    return {**body.values(), **said}


def test_the_files_that_the_record_attaches_are_listed_and_kept_with_it() -> None:
    body = said_with(with_files(FILE), files=[LISTED], attachments=[FILE])
    assert open_envelope(body).sent.attached == {FILE["file"]: FILE["sha256"]}
    House().write("ben", "envelope", body)


@pytest.mark.parametrize(
    "files",
    [
        [],
        [{**LISTED, "sha256": "cd" * 32}],
        [{**LISTED, "file": "evidence/other.csv"}],
        [LISTED, LISTED],
        [LISTED, {**LISTED, "file": "evidence/other.csv"}],
    ],
    ids=["none", "another", "another name", "twice", "one more"],
)
def test_no_other_files_are_listed_than_the_record_attaches(files: list[object]) -> None:
    with refused("envelope.other-files"):
        open_envelope(said_with(with_files(FILE), files=files, attachments=[FILE]))


@pytest.mark.parametrize("kept", [[], [{**FILE, "sha256": "cd" * 32}], [FILE, {**FILE, "sha256": "cd" * 32}]])
def test_it_is_kept_with_its_files_and_no_others(kept: list[object]) -> None:
    body = said_with(with_files(FILE), files=[LISTED], attachments=kept)
    with refused("envelope.kept-apart"):
        House().write("ben", "envelope", body)


@pytest.mark.parametrize("attached", [5, ["x"], [{"sha256": "ab" * 32}], {"a": "b"}], ids=str)
def test_attachments_of_another_shape_prove_nothing(attached: object) -> None:
    """A stranger's ledger may commit to anything."""
    with refused("envelope.not-proved"):
        open_envelope(envelope(sending(attachments=attached)).values())


def test_a_file_without_a_digest_does_not_go_along() -> None:
    body = with_files({"file": "evidence/drift.csv"}).values()
    assert open_envelope(body).sent.attached == {"evidence/drift.csv": ""}


def test_what_goes_back_to_whom_it_came_from_goes_without_its_files() -> None:
    body = with_files(FILE)
    assert open_envelope(said_with(body, answers=RECORD)).sent.content.record == RECORD
    with refused("envelope.other-files"):
        open_envelope(said_with(body, answers=THEIRS))
