"""Envelopes: from one ledger to another, on this installation by workers, to another one as a file; and the answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from tests.management.workplace import envelope as simulated
from tests.server.exchange.cast import Sides, sides, worked_off
from tests.server.exchange.crossing import (
    Installation,
    answered,
    downloaded,
    only,
    page,
    sent,
    state,
    uploaded,
)
from tests.server.store.administrator import without_guards
from tests.server.works import KNOWN, POLICY, queries, works

from standfirst.management.exchange import EnvelopeBody, envelope_id, open_envelope
from standfirst.records.change import Refused
from standfirst.records.ledger import check
from standfirst.records.record import Record
from standfirst.records.writing import UNSIGNED, Wish, create
from standfirst.server.exchange import receiving
from standfirst.server.exchange.sending import sealed
from standfirst.server.exchange.service import service
from standfirst.server.store.models import Content, Entry, Outbox
from standfirst.standards.problems import Unusable


def to_theirs(both: Sides) -> str:
    return str(both.theirs.firm.organisation.pk)


# --- on one installation ---------------------------------------------------------------------------------------------


def test_what_is_sent_arrives_with_its_proof(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    assert sent(both.ours, policy, to_theirs(both)).status_code == 302
    assert state(both.ours, "sent-envelope") == "sent"
    worked_off()

    assert state(both.ours, "sent-envelope") == "delivered"
    came = only(both.theirs, "envelope")
    opened = open_envelope(came.current.content.body)
    assert opened.sent.content == policy.current.content
    assert opened.ledger == both.ours.firm.workspace.ledger()[0].leaf
    assert came.current.entry.actor == service(both.theirs.firm.organisation).id
    assert came.current.content.body["sender"]["id"] == str(both.ours.firm.organisation.pk)
    assert POLICY["title"] in page(both.theirs, "envelope", came.number)
    assert came.number in page(both.theirs, "exchange")
    assert "SNT-0001" in page(both.ours, "exchange")


@pytest.mark.parametrize("how", ["acknowledged", "refused"])
def test_the_receiver_s_answer_goes_back_and_shows_what_it_was(both: Sides, how: str) -> None:
    policy = both.ours.create("document", POLICY)
    sent(both.ours, policy, to_theirs(both))
    worked_off()
    assert answered(both.theirs, how).status_code == 302
    worked_off()

    assert state(both.ours, "sent-envelope") == "answered"
    back = only(both.ours, "envelope")
    assert receiving.verdict(back.current.content.body) == how
    shown = page(both.ours, "envelope", back.number)
    assert "SNT-0001" in shown
    assert "It is as we agreed" in shown
    assert state(both.theirs, "sent-envelope") == "delivered"
    answered(both.ours, "acknowledged")  # of an answer nobody is told again
    worked_off()
    assert len(both.theirs.firm.workspace.records(kinds=("envelope",))) == 1
    for works_ in (both.ours, both.theirs):
        assert check(works_.firm.workspace.ledger(), works_.firm.workspace.head) is None


def test_an_answer_can_be_a_record(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    sent(both.ours, policy, to_theirs(both))
    worked_off()
    came = only(both.theirs, "envelope")
    response = both.theirs.create("document", {**POLICY, "title": "Our response"})
    client = both.theirs.client(both.theirs.mila)
    form = client.get(
        reverse("envelope-reply", args=[both.theirs.slug, came.number]),
        {"with": response.number},
        follow=True,
    )
    assert str(both.ours.firm.organisation.pk) in form.content.decode()
    address = form.redirect_chain[-1][0]
    to = str(both.ours.firm.organisation.pk)
    client.post(address, {"to": to, "name": "", "purpose": "As you asked", "version": "1"})
    worked_off()

    assert state(both.ours, "sent-envelope") == "answered"
    back = only(both.ours, "envelope")
    assert open_envelope(back.current.content.body).sent.content.body["title"] == "Our response"
    assert "SNT-0001" in page(both.ours, "envelope", back.number)


def test_delivered_again_it_is_there_once(both: Sides) -> None:
    sent(both.ours, both.ours.create("document", POLICY), to_theirs(both))
    worked_off()
    answered(both.theirs, "acknowledged")
    worked_off()
    before = both.ours.firm.workspace.head, both.theirs.firm.workspace.head
    for works_ in (both.ours, both.theirs):
        Outbox.objects.filter(organisation=works_.firm.organisation).update(done=False)
    worked_off()
    assert (both.ours.firm.workspace.head, both.theirs.firm.workspace.head) == before


def test_whoever_is_killed_between_the_two_ledgers_is_followed_by_another(
    both: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(both.ours, both.ours.create("document", POLICY), to_theirs(both))
    with monkeypatch.context() as stopped:
        stopped.setattr(receiving, "_move", _killed)
        worked_off(failing=1)
    assert (state(both.ours, "sent-envelope"), state(both.theirs, "envelope")) == ("sent", "received")
    Outbox.objects.filter(topic="envelope").update(claimed_until=None)
    worked_off()
    assert (state(both.ours, "sent-envelope"), state(both.theirs, "envelope")) == ("delivered", "received")


def _killed(*_: object) -> None:
    raise InterruptedError


def test_one_version_goes_once_to_one_organisation(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    assert sent(both.ours, policy, to_theirs(both)).status_code == 302
    again = sent(both.ours, policy, to_theirs(both))
    assert again.status_code == 403
    both.ours.amend(policy, title="Quality policy, bettered")
    assert sent(both.ours, policy, to_theirs(both)).status_code == 302
    worked_off()
    assert len(both.theirs.firm.workspace.records(kinds=("envelope",))) == 2


def test_what_somebody_changed_meanwhile_is_not_sent_unseen(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    both.ours.amend(policy, title="Another")
    assert sent(both.ours, policy, to_theirs(both), version="1").status_code == 409
    assert both.ours.firm.workspace.records(kinds=("sent-envelope",)) == {}


def test_it_goes_to_somebody_else_who_is_there(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    for to in (str(both.ours.firm.organisation.pk), "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0001"):
        assert sent(both.ours, policy, to).status_code == 403
    for to in ("Notified", "http://cb.example.org/", ""):
        assert sent(both.ours, policy, to, name="N").status_code == 422
    assert both.ours.firm.workspace.records(kinds=("sent-envelope",)) == {}


def test_what_is_under_export_control_is_sent_by_whoever_answers_for_that(both: Sides) -> None:
    product = both.product()
    both.classified(product)
    assert sent(both.ours, product, to_theirs(both)).status_code == 403
    account = both.ours.firm.account(both.ewan, "ewan")
    object.__setattr__(both.ours, "accounts", {**both.ours.accounts, both.ewan.id: account})
    assert sent(both.ours, product, to_theirs(both), who=both.ewan).status_code == 302
    worked_off()
    assert len(both.theirs.firm.workspace.records(kinds=("envelope",))) == 1


# --- what was forged, changed, or written by hand --------------------------------------------------------------------


def by_hand(both: Sides, record: Record, **changed: object) -> Record:
    """Mila writes the record of a sending herself, past the page of sending."""
    entry = record.current.entry
    body = {
        "title": "A document",
        "to": {"name": "Notified", "id": to_theirs(both)},
        "purpose": "Asked for",
        "record_number": record.number,
        "version": entry.version,
        "commitment": entry.commitment,
        "envelope": envelope_id(
            ledger=both.ours.firm.workspace.ledger()[0].leaf,
            record=record.id,
            version=entry.version,
            receiver=to_theirs(both),
        ),
        **changed,
    }
    return both.ours.create("sent-envelope", body, by=both.ours.mila, links={"of": (record.id,)})


def test_by_hand_it_goes_as_by_the_page(both: Sides) -> None:
    own = by_hand(both, both.ours.create("document", POLICY))
    worked_off()
    assert both.ours.record(own.id).current.content.state == "delivered"


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"commitment": "ab" * 32},
        {"record_number": "DOC-0002"},
    ],
)
def test_by_hand_nothing_is_sent_that_is_not_so(both: Sides, changed: dict[str, object]) -> None:
    policy = both.ours.create("document", POLICY)
    with pytest.raises(Refused) as no:
        by_hand(both, policy, **changed)
    assert no.value.reason.code == "envelope.of-nothing"


def test_by_hand_nothing_is_sent_under_another_id(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    own = by_hand(both, policy, envelope="0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0003")
    refused_at_the_door(both, own, "envelope.not-as-sent")


def test_by_hand_nothing_controlled_is_sent_by_just_anybody(both: Sides) -> None:
    product = both.product()
    both.classified(product)
    with pytest.raises(Refused) as no:
        by_hand(both, product)
    assert no.value.reason.code == "envelope.controlled"


def test_what_was_classified_after_it_was_sent_and_before_it_left_stays(both: Sides) -> None:
    product = both.product()
    own = by_hand(both, product)
    both.classified(product)
    refused_at_the_door(both, own, "envelope.controlled")


def test_by_hand_nobody_says_what_became_of_an_envelope(both: Sides) -> None:
    own = by_hand(both, both.ours.create("document", POLICY))
    for state_ in ("delivered", "answered", "refused"):
        with pytest.raises(Refused) as no:
            both.ours.move(own, state_, by=both.ours.mila)
        assert no.value.reason.code == "sent-envelope.by-hand"


def test_what_somebody_put_in_its_place_does_not_pass_for_an_envelope(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    own = by_hand(both, policy)
    there = both.theirs.firm.workspace
    there.perform(
        create(
            acting=lambda _: both.theirs.mila,
            kind=there.kinds["document"],
            record=own.current.content.body["envelope"],
            wish=Wish(body=POLICY),
            why="It is in the way",
            known=KNOWN(),
            signed=UNSIGNED,
        )
    )
    refused_at_the_door(both, own, "envelope.id-taken")


def test_by_hand_nobody_is_reached_who_is_not_there(both: Sides) -> None:
    nobody = "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0001"
    policy = both.ours.create("document", POLICY)
    own = by_hand(both, policy, to={"name": "N", "id": nobody})
    refused_at_the_door(both, own, "envelope.nobody")


def refused_at_the_door(both: Sides, own: Record, code: str) -> None:
    """Nothing arrives, and the sender is told why."""
    worked_off()
    now_ = both.ours.record(own.id).current.content
    assert now_.state == "refused", now_.why
    assert both.theirs.firm.workspace.records(kinds=("envelope",)) == {}
    assert _sentence_begins(code) in now_.why
    assert "not taken in" in page(both.ours, "sent-envelope", own.number)


def _sentence_begins(code: str) -> str:
    return {
        "envelope.not-as-sent": "says something else than the record",
        "envelope.controlled": "under export control",
        "envelope.nobody": "no other organisation on this installation",
        "envelope.not-proved": "is not proved",
        "envelope.id-taken": "has the id under which this envelope would be kept",
    }[code]


@pytest.mark.parametrize("what", ["content", "salt", "commitment", "entered"])
def test_what_is_changed_on_the_way_is_refused_and_the_sender_told(
    both: Sides, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    policy = both.ours.create("document", POLICY)

    def changed(*given: Any) -> EnvelopeBody:
        envelope = sealed(*given)
        wrong: object = {
            "content": envelope.content.replace("promise", "prom1se"),
            "salt": "cd" * 32,
            "commitment": "cd" * 32,
            "entered": envelope.founded,
        }[what]
        return envelope.model_copy(update={what: wrong})

    monkeypatch.setattr(receiving, "sealed", changed)
    sent(both.ours, policy, to_theirs(both))
    worked_off()
    assert state(both.ours, "sent-envelope") == "refused"
    assert both.theirs.firm.workspace.records(kinds=("envelope",)) == {}


@pytest.mark.parametrize("where", ["content", "entry"])
def test_what_was_changed_in_the_sender_s_tables_is_refused_and_the_sender_told(
    own_database: str,  # noqa: ARG001 - it is damaged
    where: str,
) -> None:
    both = sides()
    policy = both.ours.create("document", POLICY)
    sent(both.ours, policy, to_theirs(both))
    at = {"organisation": both.ours.firm.organisation, "sequence": policy.current.entry.sequence}
    with without_guards():
        if where == "content":
            data = bytes(Content.objects.get(**at).data or b"").replace(b"promise", b"prom1se")
            Content.objects.filter(**at).update(data=data)
        else:
            Entry.objects.filter(**at).update(leaf=bytes(32))
    worked_off()
    assert state(both.ours, "sent-envelope") == "refused"
    assert both.theirs.firm.workspace.records(kinds=("envelope",)) == {}


# --- from one installation to another --------------------------------------------------------------------------------


def carried(ours: Installation, theirs: Installation) -> bytes:
    """A policy, sent to another installation: the file."""
    with ours.entered() as acme:
        policy = acme.create("document", POLICY)
        assert sent(acme, policy, theirs.of_firm, name="Notified").status_code == 302
        worked_off()
        assert state(acme, "sent-envelope") == "sent"
        return downloaded(acme, "SNT-0001")


@pytest.mark.parametrize("how", ["acknowledged", "refused"])
def test_there_and_back_between_two_installations(apart: tuple[Installation, Installation], how: str) -> None:
    ours, theirs = apart
    there = carried(ours, theirs)
    with theirs.entered() as notified:
        assert uploaded(notified, there).status_code == 302
        came = only(notified, "envelope")
        opened = open_envelope(came.current.content.body)
        assert opened.sent.content.body["title"] == POLICY["title"]
        assert came.current.content.body["sender"]["address"] == ours.of_firm
        assert ours.of_firm in page(notified, "envelope", came.number)
        answered(notified, how)
        worked_off()
        assert state(notified, "sent-envelope") == "sent"
        back = downloaded(notified, "SNT-0001")
    with ours.entered() as acme:
        assert uploaded(acme, back).status_code == 302
        assert state(acme, "sent-envelope") == "answered"
        came = only(acme, "envelope")
        assert receiving.verdict(came.current.content.body) == how
        assert "SNT-0001" in page(acme, "envelope", came.number)


def test_uploaded_again_it_is_there_once(apart: tuple[Installation, Installation]) -> None:
    ours, theirs = apart
    there = carried(ours, theirs)
    with theirs.entered() as notified:
        for _ in range(2):
            assert uploaded(notified, there).status_code == 302
        assert len(notified.firm.workspace.records(kinds=("envelope",))) == 1


def changed(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    value = json.loads(data)
    change(value)
    return json.dumps(value).encode()


FORGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "content": lambda file: file["envelope"].update(
        content=file["envelope"]["content"].replace("promise", "prom1se")
    ),
    "number": lambda file: file["envelope"].update(record_number="DOC-0002"),
    "ledger": lambda file: file["envelope"]["sender"].update(ledger="ab" * 32),
    "head": lambda file: file["envelope"]["head"].update(root="ab" * 32),
    "another receiver": lambda file: file["to"].update(address="https://cb.example.net/o/another/"),
    "a receiver by id": lambda file: file.update(
        to={"name": "N", "id": "0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0001"}
    ),
    "an answer to nothing": lambda file: file["envelope"].update(
        answers="0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0001"
    ),
    "a sender of this installation": lambda file: file["envelope"]["sender"].update(
        address="https://cb.example.net:8443/o/somebody/"
    ),
    "a sender by an id that is not here": lambda file: file["envelope"]["sender"].update(
        address=None, id="0b8e1c62-6f1b-4b52-9d0e-3a1f1a5d0001"
    ),
    "no sender": lambda file: file["envelope"]["sender"].update(address=None),
    "another form": lambda file: file.update(form="standfirst-envelope/2"),
    "something more": lambda file: file.update(more=1),
}


def test_a_file_that_was_changed_is_refused(apart: tuple[Installation, Installation]) -> None:
    ours, theirs = apart
    there = carried(ours, theirs)
    with theirs.entered() as notified:
        before = notified.firm.workspace.head
        for name, change in FORGED.items():
            answer = uploaded(notified, changed(there, change))
            assert answer.status_code == 422, name
            assert "Not done." in answer.content.decode(), name
        for data in (b"", b"{}", b"[" * 10_000, b"\xff", there[:-2], there + b"}"):
            assert uploaded(notified, data).status_code == 422
        assert notified.firm.workspace.head == before


def test_whoever_claims_the_id_of_an_organisation_here_has_its_ledger(
    apart: tuple[Installation, Installation],
) -> None:
    ours, theirs = apart
    there = carried(ours, theirs)
    with theirs.entered() as notified:
        third = works("A third")
        claim = {"address": None, "id": str(third.firm.organisation.pk)}
        forged = changed(there, lambda file: file["envelope"]["sender"].update(claim))
        assert uploaded(notified, forged).status_code == 422
        assert notified.firm.workspace.records(kinds=("envelope",)) == {}


def test_only_whom_it_was_sent_to_answers_it(apart: tuple[Installation, Installation]) -> None:
    """Somebody else knows the id of our envelope, and sends us an envelope that says it answers that."""
    ours, theirs = apart
    carried(ours, theirs)
    with ours.entered() as acme:
        asked = only(acme, "sent-envelope").current.content.body["envelope"]
    with theirs.entered():
        stranger = works("A stranger")
        policy = stranger.create("document", POLICY)
        assert sent(stranger, policy, ours.of_firm, name="Acme").status_code == 302
        file = downloaded(stranger, "SNT-0001")
    with ours.entered() as acme:
        answering = changed(file, lambda value: value["envelope"].update(answers=asked))
        assert uploaded(acme, answering).status_code == 422
        assert uploaded(acme, file).status_code == 302
        assert state(acme, "sent-envelope") == "sent"


def test_an_installation_that_nobody_reaches_sends_to_no_other(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    sent(both.ours, policy, "https://cb.example.net/o/notified/", name="Notified")
    address = reverse("envelope-file", args=[both.ours.slug, "SNT-0001"])
    answer = both.ours.client(both.ours.mila).get(address)
    assert answer.status_code == 403
    assert "STANDFIRST_URL" in answer.content.decode()


def test_a_simulated_ledger_s_envelope_is_refused_where_time_is_real(both: Sides) -> None:
    sender = {"name": "Acme", "address": "https://qms.example.org/o/acme/"}
    envelope = simulated().values()
    file = {
        "form": receiving.FORM,
        "to": {"name": "Notified", "id": to_theirs(both)},
        "envelope": {**envelope, "sender": {**sender, "ledger": envelope["sender"]["ledger"]}},
    }
    answer = uploaded(both.theirs, json.dumps(file).encode())
    assert answer.status_code == 422
    assert "simulated" in answer.content.decode()


def test_letters_of_all_sorts_arrive_to_the_letter(both: Sides) -> None:
    said = 'Zoë \\ "quoted" \t tab\n\n日本 \U0001f52c'
    policy = both.ours.create("document", {**POLICY, "text": said})
    sent(both.ours, policy, to_theirs(both))
    worked_off()
    opened = open_envelope(only(both.theirs, "envelope").current.content.body)
    assert opened.sent.content.body["text"] == said


# --- what it costs, and what it leaves -------------------------------------------------------------------------------


def test_pages_cost_the_same_however_much_there_is_and_write_nothing(both: Sides) -> None:
    def more() -> None:
        sent(both.ours, both.ours.create("document", POLICY), to_theirs(both))
        worked_off()

    def costs() -> list[int]:
        theirs, ours = both.theirs.client(both.theirs.mila), both.ours.client(both.ours.mila)
        pages = [
            (theirs, reverse("exchange", args=[both.theirs.slug])),
            (theirs, reverse("envelope", args=[both.theirs.slug, "ENV-0001"])),
            (ours, reverse("sent-envelope", args=[both.ours.slug, "SNT-0001"])),
            (ours, reverse("envelope-send", args=[both.ours.slug, "DOC-0001"])),
            (ours, reverse("envelope-upload", args=[both.ours.slug])),
            (ours, reverse("envelope-file", args=[both.ours.slug, "SNT-0001"])),
        ]
        return [len(queries(lambda c=client, a=address: c.get(a))) for client, address in pages]  # type: ignore[misc]

    more()
    costs()
    entries, first = Entry.objects.count(), costs()
    assert Entry.objects.count() == entries
    for _ in range(3):
        more()
    costs()  # the frame of the pages counts anew after a commit, once
    assert costs() == first
    assert max(first[:-1]) <= 12


def test_what_is_not_an_envelope_has_no_page_of_one(both: Sides) -> None:
    policy = both.ours.create("document", POLICY)
    client = both.ours.client(both.ours.mila)
    for name in ("envelope", "sent-envelope", "envelope-file", "envelope-reply"):
        assert client.get(reverse(name, args=[both.ours.slug, policy.number])).status_code == 404


def test_a_kind_s_own_guard_proves_whatever_door_it_comes_by(both: Sides) -> None:
    sent(both.ours, both.ours.create("document", POLICY), to_theirs(both))
    worked_off()
    body = dict(only(both.theirs, "envelope").current.content.body)
    with pytest.raises(Unusable, match=r"envelope\.not-proved"):
        both.theirs.create("envelope", {**body, "salt": "cd" * 32})
