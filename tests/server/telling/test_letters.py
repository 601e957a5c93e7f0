"""The letter of the day: what it says and does not say, when it goes, and how it is stopped."""

import re
from datetime import UTC, datetime, timedelta
from smtplib import SMTPException
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.server.accounts.cast import firm
from tests.server.telling.cast import handle, heard, house, policy, risk
from tests.server.works import Works

from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.server.store.models import LedgerHead
from standfirst.server.telling import daily, letters
from standfirst.server.telling.letters import next_after
from standfirst.server.telling.models import Choice, Digest, Notification, Outside
from standfirst.server.telling.sorts import Sort, Way

pytestmark = pytest.mark.usefixtures("database")
TUESDAY = datetime(2027, 3, 2, 6, 30, tzinfo=UTC)


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - it works on it
    made = house()
    Digest.objects.all().delete()  # those of earlier tests
    letters.settle(mila(made), often="daily", weekday=0, hour=7, zone="UTC", at=TUESDAY)
    return made


def mila(there: Works) -> User:
    return there.accounts[there.mila.id]


def sent(at: datetime = TUESDAY + timedelta(hours=1)) -> list[EmailMultiAlternatives]:
    mail.outbox.clear()
    letters.send_due(at)
    return list(mail.outbox)  # type: ignore[arg-type]


def html(message: EmailMultiAlternatives) -> str:
    (alternative,) = message.alternatives
    content, mimetype = alternative
    assert mimetype == "text/html"
    return str(content)


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("often", "weekday", "hour", "zone", "expected"),
    [
        ("daily", 0, 7, "UTC", datetime(2027, 3, 2, 7, tzinfo=UTC)),
        ("daily", 0, 6, "UTC", datetime(2027, 3, 3, 6, tzinfo=UTC)),
        ("daily", 0, 8, "Europe/Berlin", datetime(2027, 3, 2, 7, tzinfo=UTC)),
        ("daily", 0, 8, "Asia/Shanghai", datetime(2027, 3, 3, 0, tzinfo=UTC)),
        ("weekly", 1, 7, "UTC", datetime(2027, 3, 2, 7, tzinfo=UTC)),
        ("weekly", 1, 6, "UTC", datetime(2027, 3, 9, 6, tzinfo=UTC)),
        ("weekly", 0, 7, "UTC", datetime(2027, 3, 8, 7, tzinfo=UTC)),
        ("daily", 0, 7, "Mars/Olympus", datetime(2027, 3, 2, 7, tzinfo=UTC)),
        ("never", 0, 7, "UTC", None),
    ],
)
def test_the_next_time(often: str, weekday: int, hour: int, zone: str, expected: datetime | None) -> None:
    assert next_after(often, weekday=weekday, hour=hour, zone=zone, at=TUESDAY) == expected


def test_summer_time_keeps_the_hour() -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)  # on the 28th clocks go forward in Berlin
    found = next_after("daily", weekday=0, hour=7, zone="Europe/Berlin", at=before)
    assert found == datetime(2027, 3, 28, 5, tzinfo=UTC)


def test_who_has_said_nothing_gets_one_a_day(there: Works) -> None:
    letters.begin(TUESDAY)
    letters.begin(TUESDAY)
    row = Digest.objects.get(user=there.accounts[there.ben.id])
    assert (row.often, row.next) == ("daily", datetime(2027, 3, 2, 7, tzinfo=UTC))
    belongs_nowhere = User.objects.create(email="nobody-here@example.org")
    letters.begin(TUESDAY)
    assert not Digest.objects.filter(user=belongs_nowhere).exists()


def test_not_before_its_time_and_once_a_day(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    assert sent(TUESDAY) == []
    assert len(sent()) == 1
    risk(there, owner="Mila")
    heard()
    assert sent(TUESDAY + timedelta(hours=3)) == []
    assert len(sent(TUESDAY + timedelta(days=1, hours=1))) == 1


# --- what ------------------------------------------------------------------------------------------------------------


def test_numbers_and_sentences_and_no_titles(there: Works) -> None:
    risk(there, owner="Mila", title="Quarrelsome & <loud>", hazard="Zeemanslower")
    heard()
    (message,) = sent()
    for text in (message.body, html(message)):
        assert "RSK-0001" in text
        assert "risk" in text
        assert "Ada has given this to you." in text
        assert "Quarrelsome" not in text
        assert "Zeemanslower" not in text
    assert message.subject == "Standfirst: 1 new"
    assert message.to == [mila(there).email]
    assert f"http://localhost:8000/o/{there.slug}/records/RSK-0001/" in html(message)


def test_titles_where_the_organisation_lets_them_out(there: Works) -> None:
    Outside.objects.create(organisation=there.firm.organisation, titles=True)
    risk(there, owner="Mila", title="Quarrelsome & <loud>")
    heard()
    (message,) = sent()
    assert "RSK-0001 Quarrelsome & <loud>: Ada" in message.body
    assert "Quarrelsome &amp; &lt;loud&gt;" in html(message)


def test_what_is_due_stands_beside_what_is_new(there: Works) -> None:
    today = now().date()
    owner = handle(there, there.mila)
    policy(there, owner=owner, review_by=str(today - timedelta(days=2)))
    policy(there, owner=owner, review_by=str(today + timedelta(days=3)))
    policy(there, owner=owner, review_by=str(today + timedelta(days=90)))
    heard()
    (message,) = sent()
    late, soon = message.body.index("Late:"), message.body.index("Due soon:")
    assert late < message.body.index("DOC-0001", late) < soon < message.body.index("DOC-0002", soon)
    assert message.body.count("DOC-0003") == 1  # as new alone
    assert message.subject == "Standfirst: 3 new, 1 late, 1 due soon"


def test_what_falls_due_is_something_to_say(there: Works) -> None:
    due = str(now().date() + timedelta(days=3))
    made = policy(there, by=there.mila, owner=handle(there, there.mila), review_by=due)
    heard()
    assert sent() == []
    daily.tell(there.firm.organisation)
    (message,) = sent(TUESDAY + timedelta(days=1, hours=1))
    assert message.subject == "Standfirst: 1 due soon"
    assert message.body.count("DOC-0001") == 1
    there.amend(made, review_by="2100-01-01")
    Notification.objects.filter(person=there.mila.id).update(mailed=False)
    assert sent(TUESDAY + timedelta(days=2, hours=1)) == []


def test_never_twice_the_same_and_never_nothing(there: Works) -> None:
    assert sent() == []
    risk(there, owner="Mila")
    heard()
    assert len(sent(TUESDAY + timedelta(days=1, hours=1))) == 1
    assert sent(TUESDAY + timedelta(days=2, hours=1)) == []  # unread still, and told already


def test_what_was_read_and_what_is_for_the_inbox_alone_is_not_in_it(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    Notification.objects.filter(person=there.mila.id).update(read=now())
    Choice.objects.create(
        organisation=there.firm.organisation, person=there.mila.id, sort=Sort.ASSIGNED, way=Way.APP
    )
    risk(there, owner="Mila")
    heard()
    assert sent() == []


def test_one_letter_for_all_organisations(there: Works) -> None:
    other = firm("Elsewhere Ltd")
    person = other.person("Mila Weber")
    from standfirst.server.accounts.people import add_member  # noqa: PLC0415

    add_member(user=mila(there), organisation=other.organisation, person=person.id)
    risk(there, owner="Mila")
    heard()
    Notification.objects.create(
        organisation=other.organisation,
        person=person.id,
        sort=Sort.RECEIVED,
        key="x",
        parameters='{"kind": "envelope"}',
        at=now(),
    )
    (message,) = sent()
    assert "Qubit Works" in message.body
    assert "Elsewhere Ltd" in message.body
    assert message.subject == "Standfirst: 2 new"


def test_in_the_readers_language(there: Works) -> None:
    User.objects.filter(pk=mila(there).pk).update(language="de")
    risk(there, owner="Mila")
    heard()
    (message,) = sent()
    assert '<html lang="de">' in html(message)


def test_long_lists_are_counted(there: Works) -> None:
    Notification.objects.bulk_create(
        Notification(
            organisation=there.firm.organisation,
            person=there.mila.id,
            sort=Sort.RECEIVED,
            key=str(n),
            parameters='{"kind": "envelope"}',
            at=now(),
        )
        for n in range(letters.LINES + 5)
    )
    (message,) = sent()
    assert "and 5 more" in message.body
    assert not Notification.objects.filter(person=there.mila.id, mailed=False).exists()


# --- to whom it does not go ------------------------------------------------------------------------------------------


def test_who_has_left_gets_none(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    there.firm.leaves(there.mila)
    assert sent() == []


def test_an_account_that_is_not_active_gets_none(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    User.objects.filter(pk=mila(there).pk).update(is_active=False)
    assert sent() == []


def test_nothing_is_mailed_out_of_a_simulation(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    LedgerHead.objects.filter(organisation=there.firm.organisation).update(simulation=True)
    assert sent() == []


# --- when something breaks -------------------------------------------------------------------------------------------


def test_a_mail_server_that_is_away_is_asked_again(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: Any) -> int:
        raise SMTPException

    risk(there, owner="Mila")
    heard()
    with monkeypatch.context() as patched:
        patched.setattr(EmailMultiAlternatives, "send", away)
        assert sent() == []
    assert sent(TUESDAY + timedelta(hours=1, minutes=59)) == []
    assert len(sent(TUESDAY + timedelta(hours=2))) == 1
    row = Digest.objects.get(user=mila(there))
    assert row.next == datetime(2027, 3, 3, 7, tzinfo=UTC)


def test_a_worker_that_is_killed_before_it_sends_makes_nobody_get_two(
    there: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would have told is in the next one."""

    def killed(_: Any) -> None:
        raise KeyboardInterrupt

    risk(there, owner="Mila")
    heard()
    with monkeypatch.context() as patched:
        patched.setattr(EmailMultiAlternatives, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            sent()
    assert sent() == []
    assert len(sent(TUESDAY + timedelta(days=1, hours=1))) == 1


def test_two_workers_at_once_send_one(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    mail.outbox.clear()
    together = Barrier(2)

    def work() -> None:
        together.wait()
        letters.send_due(TUESDAY + timedelta(hours=1))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(mail.outbox) == 1


# --- stopping --------------------------------------------------------------------------------------------------------


def stop_of(message: EmailMultiAlternatives) -> str:
    found = re.fullmatch(
        r"<http://localhost:8000(/letters/[^/]+/stop/)>", message.extra_headers["List-Unsubscribe"]
    )
    assert found is not None
    return found[1]


def test_one_click_stops_them(there: Works) -> None:
    """RFC 8058: a POST without cookie, token of ours or anything else. A GET, as filters of mail make it, stops nothing."""
    risk(there, owner="Mila")
    heard()
    (message,) = sent()
    assert "List-Unsubscribe-Post" not in message.extra_headers  # the address is no https one
    address = stop_of(message)
    assert address in message.body
    anybody = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    page = anybody.get(address)
    assert (page.status_code, "Stop the letters?" in page.content.decode()) == (200, True)
    assert Digest.objects.get(user=mila(there)).next is not None
    assert anybody.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert anybody.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Digest.objects.get(user=mila(there)).next is None
    risk(there, owner="Mila")
    heard()
    assert sent(TUESDAY + timedelta(days=3)) == []
    letters.begin(TUESDAY)
    assert Digest.objects.get(user=mila(there)).often == "never"


def test_over_https_it_says_so(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.ADDRESS", "https://works.example.org", raising=False)
    risk(there, owner="Mila")
    heard()
    (message,) = sent()
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["List-Unsubscribe"].startswith("<https://works.example.org/letters/")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("change", [lambda t: t[:-2] + "xx", lambda _: "nonsense", lambda t: "x" + t])
def test_another_token_stops_nobody(there: Works, change: Any) -> None:
    token = change(letters.token_of(mila(there)))
    anybody = Client(SERVER_NAME="localhost")
    for ask in (anybody.get, anybody.post):
        assert ask(reverse("letters-stop", args=[token])).status_code == 404
    assert Digest.objects.get(user=mila(there)).next is not None
