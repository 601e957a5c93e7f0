"""Webhooks from page to receiver: what is sent, how it is signed, how often it is tried, and when that ends."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from standardwebhooks import Webhook, WebhookVerificationError
from tests.server.telling.cast import heard, house, policy, risk
from tests.server.telling.receiver import Receiver, Request, answering, receiving
from tests.server.works import Works, queries

from standfirst.records.actor import Actor
from standfirst.server.clock import now
from standfirst.server.jobs import BESIDE
from standfirst.server.readiness.models import Change
from standfirst.server.store.models import Outbox
from standfirst.server.store.outbox import CLAIM, drain
from standfirst.server.telling import daily, posting, sending, signing
from standfirst.server.telling.events import EXPLAINED, Event
from standfirst.server.telling.models import Delivery, Endpoint, Notification
from standfirst.server.telling.sorts import Sort

pytestmark = pytest.mark.usefixtures("database")


class Time:
    """What the clock says; moved on by tests."""

    def __init__(self) -> None:
        self.passed = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(sending, "now", made)
    return made


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as made:
        monkeypatch.setattr(posting, "RULES", made.rules())
        yield made


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - it works on it
    Outbox.objects.filter(topic=sending.POST).update(done=True)  # what earlier tests have left
    return house()


def hook(there: Works, receiver: Receiver, *events: Event, who: Actor | None = None) -> tuple[Endpoint, str]:
    """By the page. Returns the secret that it shows, too."""
    given = {"name": "Tickets", "url": receiver.url, "events": [each.value for each in events or EXPLAINED]}
    answer = there.client(who or there.ada).post(reverse("webhook-new", args=[there.slug]), given)
    assert answer.status_code == 200, answer.content.decode()
    secret = re.search(r'id="secret">([^<]+)<', answer.content.decode())
    assert secret is not None
    return Endpoint.objects.filter(organisation=there.firm.organisation).latest("created"), unescape(
        secret[1]
    )


def posted(time: Time | None = None) -> int:
    """What a worker posts that is due. Returns how many attempts it made."""
    passed = drain(BESIDE, clock=time or now)
    assert passed.failed == 0
    return passed.done


def verified(secret: str, request: Request) -> dict[str, object]:
    found: dict[str, object] = Webhook(secret).verify(request.body, request.headers)
    return found


# --- what is sent ----------------------------------------------------------------------------------------------------


def test_from_a_record_to_a_receiver_that_verifies_it(there: Works, receiver: Receiver) -> None:
    _, secret = hook(there, receiver, Event.RECORD_CREATED)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    made = risk(there, title="Quarrelsome", hazard="Zeemanslower")
    heard()
    assert posted() == 1
    (request,) = receiver.requests
    said = verified(secret, request)
    entry = made.versions[0].entry
    assert said == {
        "type": "record.created",
        "timestamp": entry.recorded_at.isoformat(),
        "data": {
            "organisation": there.slug,
            "record": made.id,
            "number": "RSK-0001",
            "kind": "risk",
            "version": 1,
            "entry": entry.sequence,
            "state": "identified",
            "url": f"http://localhost:8000/api/v1/o/{there.slug}/records/RSK-0001",
        },
    }
    assert re.fullmatch(r"msg_[0-9a-f]{32}", request.headers["webhook-id"])
    assert b"Quarrelsome" not in request.body
    assert b"Zeemanslower" not in request.body
    with pytest.raises(WebhookVerificationError):
        verified("whsec_" + "A" * 43 + "=", request)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body + b" ", request.headers)


def test_only_what_was_asked_for_and_from_then_on(there: Works, receiver: Receiver) -> None:
    risk(there)
    hook(there, receiver, Event.RECORD_MOVED, Event.RECORD_AMENDED)
    made = policy(there)
    there.amend(made, text="More")
    there.move(made, "in-review")
    heard()
    posted()
    types = [json.loads(request.body)["type"] for request in receiver.requests]
    assert types == ["record.amended", "record.moved"]
    data = json.loads(receiver.requests[1].body)["data"]
    assert (data["state"], data["transition"]) == ("in-review", "submit")


def test_each_event_has_its_rule() -> None:
    """The closed list, and what tells each: nobody asks for what never comes."""
    told = {*sending._DEEDS.values(), *sending._SPECIAL.values(), Event.READINESS_CHANGED}
    assert told == set(EXPLAINED) == set(Event) - {Event.WEBHOOK_TESTED}


def test_readiness(there: Works, receiver: Receiver) -> None:
    hook(there, receiver, Event.READINESS_CHANGED)
    Change.objects.create(
        organisation=there.firm.organisation,
        requirement="A.1.1",
        before="partly",
        after="shown",
        on=now().date(),
        size=2,
        codes="[]",
    )
    for _ in range(2):
        daily.tell_readiness(there.firm.organisation)
    posted()
    (request,) = receiver.requests
    data = json.loads(request.body)["data"]
    assert (data["requirement"], data["before"], data["after"]) == ("A.1.1", "partly", "shown")


def test_nothing_of_another_organisation(there: Works, receiver: Receiver) -> None:
    hook(there, receiver)
    risk(house("Elsewhere"))
    heard()
    posted()
    assert receiver.requests == []


# --- how often -------------------------------------------------------------------------------------------------------


def test_what_failed_is_tried_again_as_the_schedule_says(
    there: Works, receiver: Receiver, time: Time
) -> None:
    endpoint, secret = hook(there, receiver, Event.RECORD_CREATED)
    Endpoint.objects.filter(pk=endpoint.pk).update(created=now())
    receiver.answers = [answering(500)]
    risk(there)
    heard()
    assert posted(time) == 1
    delivery = Delivery.objects.get(endpoint=endpoint)
    for number, delay in enumerate(sending.DELAYS, 2):
        delivery.refresh_from_db()
        assert delivery.next is not None
        assert delivery.tried is not None
        assert delay <= delivery.next - delivery.tried <= delay * (1 + sending.JITTER)
        time.passed += delay - timedelta(seconds=1)
        assert posted(time) == 0
        time.passed += delay * sending.JITTER + timedelta(seconds=2)
        Endpoint.objects.filter(pk=endpoint.pk).update(
            failing=time()
        )  # another message got through meanwhile
        assert posted(time) == 1
        assert len(receiver.requests) == number
    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.attempts, delivery.status) == ("given-up", 10, 500)
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert len({request.headers["webhook-timestamp"] for request in receiver.requests}) == 10
    assert verified(secret, receiver.requests[0])
    time.passed += timedelta(days=30)
    assert posted(time) == 0


def test_a_receiver_that_asks_for_more_time_gets_it(there: Works, receiver: Receiver, time: Time) -> None:
    endpoint, _ = hook(there, receiver, Event.RECORD_CREATED)
    receiver.answers = [
        answering(429, "Retry-After: 3600"),
        answering(503, "Retry-After: 999999"),
        answering(200),
    ]
    risk(there)
    heard()
    posted(time)
    delivery = Delivery.objects.get(endpoint=endpoint)
    assert delivery.next is not None
    assert delivery.tried is not None
    assert delivery.next - delivery.tried == timedelta(hours=1)
    time.passed += timedelta(hours=1, seconds=1)
    posted(time)
    delivery.refresh_from_db()
    assert delivery.next - delivery.tried == sending.DELAYS[-1]


def test_once_it_arrives_that_is_the_end_of_it(there: Works, receiver: Receiver, time: Time) -> None:
    endpoint, _ = hook(there, receiver, Event.RECORD_CREATED)
    receiver.answers = [answering(502), answering(201)]
    risk(there)
    heard()
    posted(time)
    endpoint.refresh_from_db()
    assert endpoint.failing is not None
    time.passed += timedelta(minutes=1)
    assert posted(time) == 1
    endpoint.refresh_from_db()
    delivery = Delivery.objects.get(endpoint=endpoint)
    assert Endpoint.objects.filter(pk=endpoint.pk, failing=None).exists()
    assert (delivery.outcome, delivery.status, delivery.attempts) == ("delivered", 201, 2)
    time.passed += timedelta(days=9)
    assert posted(time) == 0


def test_three_days_without_any_success_switch_it_off(there: Works, receiver: Receiver, time: Time) -> None:
    endpoint, _ = hook(there, receiver, Event.RECORD_CREATED)
    receiver.answers = [answering(500)]
    for number in range(2):
        risk(there, title=f"Risk {number}")
    heard()
    posted(time)
    time.passed += sending.STOPPED_AFTER
    posted(time)
    endpoint.refresh_from_db()
    assert endpoint.because == "webhook.failing"
    told = Notification.objects.filter(organisation=there.firm.organisation, sort=Sort.WEBHOOK_STOPPED)
    assert {row.person for row in told} == {there.ada.id, there.ben.id}
    assert set(Delivery.objects.filter(endpoint=endpoint).values_list("outcome", flat=True)) == {"given-up"}
    risk(there)
    heard()
    assert posted(time) == 0
    assert there.client(there.ada).get(reverse("inbox", args=[there.slug])).status_code == 200


def test_gone_means_gone(there: Works, receiver: Receiver) -> None:
    endpoint, _ = hook(there, receiver, Event.RECORD_CREATED)
    receiver.answers = [answering(410)]
    risk(there)
    heard()
    posted()
    endpoint.refresh_from_db()
    assert endpoint.because == "webhook.gone"
    page = there.client(there.ada).get(reverse("webhook", args=[there.slug, endpoint.pk])).content.decode()
    assert "wants no messages any more (410)" in page


def test_no_answer_is_told_in_our_words(
    there: Works, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _ = hook(there, receiver, Event.RECORD_CREATED)
    monkeypatch.setattr(posting, "RULES", receiver.rules("10.0.0.8"))
    risk(there)
    heard()
    posted()
    delivery = Delivery.objects.get(endpoint=endpoint)
    assert (delivery.trouble, delivery.status, delivery.outcome) == (
        "webhook.private-address",
        None,
        "waiting",
    )
    page = there.client(there.ada).get(reverse("webhook", args=[there.slug, endpoint.pk])).content.decode()
    assert "leads into a private network" in page
    assert receiver.connections == 0


# --- killed, and at once ---------------------------------------------------------------------------------------------


def test_killed_between_sending_and_noting_it(
    there: Works, database: str, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving(tls=False) as plain:
        monkeypatch.setattr(posting, "RULES", plain.rules(schemes="http"))
        endpoint = Endpoint.objects.create(
            organisation=there.firm.organisation,
            name="Tickets",
            url=plain.url.replace("https", "http"),
            events="record.created",
            created=now(),
            since=there.firm.workspace.head.size,
        )
        risk(there)
        heard()
        command = [sys.executable, "-m", "tests.server.telling.killed_courier", str(plain.port)]
        with subprocess.Popen(
            command,
            env={**os.environ, "DATABASE_URL": database, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
        assert len(plain.requests) == 1
        assert posted(time) == 0  # the claim of the one who was killed still holds
        time.passed += CLAIM + timedelta(seconds=1)
        assert posted(time) == 1
        first, second = plain.requests
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert Delivery.objects.get(endpoint=endpoint).outcome == "delivered"
        time.passed += timedelta(days=1)
        assert posted(time) == 0


def test_two_workers_at_once_send_each_message_once(there: Works, receiver: Receiver) -> None:
    hook(there, receiver, Event.RECORD_CREATED)
    for number in range(10):
        risk(there, title=f"Risk {number}")
    heard()
    together, faults = Barrier(2), []

    def work() -> None:
        together.wait()
        try:
            posted()
        except Exception as fault:  # noqa: BLE001 - told to the test
            faults.append(fault)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert len(ids) == len(set(ids)) == 10


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_a_new_secret_stands_beside_the_old_one_for_a_day(
    there: Works, receiver: Receiver, time: Time
) -> None:
    endpoint, old = hook(there, receiver, Event.RECORD_CREATED)
    answer = there.client(there.ada).post(reverse("webhook-renew", args=[there.slug, endpoint.pk]))
    found = re.search(r'id="secret">([^<]+)<', answer.content.decode())
    assert found is not None
    new = unescape(found[1])
    assert new != old
    risk(there)
    heard()
    posted(time)
    assert verified(old, receiver.requests[0]) == verified(new, receiver.requests[0])
    endpoint.refresh_from_db()
    later = now() + signing.OVERLAP
    headers = dict(signing.headers(endpoint, message="msg_1", at=later, body=b"{}"))
    assert " " not in headers["webhook-signature"]


def test_a_secret_stands_nowhere(there: Works, receiver: Receiver) -> None:
    endpoint, secret = hook(there, receiver)
    page = there.client(there.ada).get(reverse("webhook", args=[there.slug, endpoint.pk])).content.decode()
    assert secret not in page
    assert secret.removeprefix("whsec_") not in str(Endpoint.objects.filter(pk=endpoint.pk).values())
    other, another = hook(there, receiver)
    assert (other.pk, another) != (endpoint.pk, secret)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_only_who_manages_sees_them(there: Works, receiver: Receiver) -> None:
    endpoint, _ = hook(there, receiver)
    mila = there.client(there.mila)
    for name, *parts in (("webhooks",), ("webhook-new",), ("webhook", endpoint.pk)):
        assert mila.get(reverse(name, args=[there.slug, *parts])).status_code == 403
    for deed in ("test", "renew", "stop", "delete"):
        assert mila.post(reverse(f"webhook-{deed}", args=[there.slug, endpoint.pk])).status_code == 403
    other = house("Elsewhere")
    client = other.client(other.ada)
    assert client.get(reverse("webhook", args=[other.slug, endpoint.pk])).status_code == 404
    assert client.post(reverse("webhook-delete", args=[other.slug, endpoint.pk])).status_code == 404
    assert Endpoint.objects.filter(pk=endpoint.pk).exists()


def test_a_bad_address_is_told_beside_the_form_which_keeps_what_was_typed(there: Works) -> None:
    given = {"name": "Tickets", "url": "https://169.254.169.254/latest", "events": ["record.moved"]}
    answer = there.client(there.ada).post(reverse("webhook-new", args=[there.slug]), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "leads into a private network" in page
    assert 'value="https://169.254.169.254/latest"' in page
    assert not Endpoint.objects.filter(organisation=there.firm.organisation).exists()


def test_tried_off_on_and_away(there: Works, receiver: Receiver) -> None:
    endpoint, secret = hook(there, receiver, Event.RECORD_MOVED)
    client = there.client(there.ada)

    def act(deed: str) -> int:
        return client.post(reverse(f"webhook-{deed}", args=[there.slug, endpoint.pk])).status_code

    assert act("test") == 302
    posted()
    assert verified(secret, receiver.requests[0])["type"] == "webhook.tested"
    assert act("stop") == 302
    there.move(policy(there), "in-review")
    heard()
    posted()
    assert len(receiver.requests) == 1
    assert act("start") == 302
    there.move(policy(there, title="Another"), "in-review")
    heard()
    posted()
    assert len(receiver.requests) == 2
    delivery = Delivery.objects.filter(endpoint=endpoint).latest("id")
    again = reverse("webhook-again", args=[there.slug, endpoint.pk, delivery.pk])
    assert client.post(again).status_code == 302
    posted()
    assert receiver.requests[2].headers["webhook-id"] == receiver.requests[1].headers["webhook-id"]
    assert client.post(reverse("webhook", args=[there.slug, endpoint.pk]), {"name": ""}).status_code == 422
    changed = {"name": "Chat", "url": receiver.url, "events": ["record.created"]}
    assert client.post(reverse("webhook", args=[there.slug, endpoint.pk]), changed).status_code == 302
    assert act("delete") == 302
    assert not Delivery.objects.filter(endpoint=endpoint.pk).exists()


def test_as_many_queries_however_many_there_are(there: Works, receiver: Receiver) -> None:
    endpoint, _ = hook(there, receiver, Event.RECORD_CREATED)

    def asked() -> list[int]:
        pages = (reverse("webhooks", args=[there.slug]), reverse("webhook", args=[there.slug, endpoint.pk]))
        client = there.client(there.ada)
        [client.get(page) for page in pages]
        return [len(queries(lambda page=page: client.get(page))) for page in pages]  # type: ignore[misc]

    for _ in range(3):
        risk(there)
    heard()
    few = asked()
    hook(there, receiver, Event.RECORD_MOVED)
    for _ in range(3):
        risk(there)
    heard()
    assert asked() == few
    assert max(few) <= 12


def test_a_commit_costs_one_row_more_and_hearing_a_batch_no_more_queries_for_more(there: Works) -> None:
    from standfirst.server.store.outbox import Task  # noqa: PLC0415
    from standfirst.server.telling import hearing  # noqa: PLC0415

    def hearing_of(count: int) -> int:
        for _ in range(count):
            risk(there, owner="Mila")
        return len(queries(lambda: hearing.hear(Task(there.firm.organisation.pk, 0, "{}"))))

    hearing_of(2)
    assert hearing_of(4) == hearing_of(8)
