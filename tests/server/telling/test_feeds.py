"""Calendars at secret addresses: what they show, to whom, and from when on no more."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from tests.server.telling.cast import handle, house, policy
from tests.server.works import Works, queries

from standfirst.records.actor import Actor
from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.server.store.models import LedgerHead
from standfirst.server.telling import daily, feeding
from standfirst.server.telling.models import Feed, Outside

pytestmark = pytest.mark.usefixtures("database")
LONG = "Überprüfung der Kalibrierung, Teil 1; mit \\ und 量子 " * 4


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - it works on it
    return house()


def feed(there: Works, *, whose: str = "mine", who: Actor | None = None) -> str:
    """Made on the page. Returns the path of its address."""
    answer = there.client(who or there.mila).post(
        reverse("feeds", args=[there.slug]), {"name": "My phone", "whose": whose}
    )
    return address_in(answer)


def address_in(answer: Any) -> str:
    assert answer.status_code == 200
    found = re.search(r'id="address">http://localhost:8000([^<]+)<', answer.content.decode())
    assert found is not None
    return unescape(found[1])


def ask(path: str, **headers: str) -> Any:
    """As a calendar program does: without any session."""
    return Client(SERVER_NAME="localhost").get(path, headers=headers)


def events(path: str) -> list[Any]:
    answer = ask(path)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def due_in(there: Works, days: int, **body: Any) -> date:
    day: date = now().date() + timedelta(days=days)
    policy(there, owner=body.pop("owner", handle(there, there.mila)), review_by=str(day), **body)
    return day


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_a_day_of_mine_as_an_event_of_the_whole_day(there: Works) -> None:
    day = due_in(there, 10, title="Quarrelsome")
    due_in(there, 10, owner="ben")
    (event,) = events(feed(there))
    record = there.record(there.firm.workspace.numbered(["DOC-0001"])["DOC-0001"])
    assert event.decoded("dtstart") == day
    assert not isinstance(event.decoded("dtstart"), type(now()))
    assert event["uid"] == f"{record.id}.review_by@localhost"
    assert event["sequence"] == 0
    assert event.decoded("last-modified") == record.current.entry.recorded_at.replace(microsecond=0)
    assert event["status"] == "CONFIRMED"
    assert event["transp"] == "TRANSPARENT"
    assert event["url"] == f"http://localhost:8000/o/{there.slug}/records/DOC-0001/"
    assert event["summary"] == "DOC-0001 document: Review date"


def test_the_whole_organisation(there: Works) -> None:
    due_in(there, 10)
    due_in(there, 20, owner="ben")
    assert len(events(feed(there, whose="all"))) == 2


def test_titles_only_where_the_organisation_lets_them_out(there: Works) -> None:
    due_in(there, 10, title=LONG)
    path = feed(there)
    before = ask(path)
    assert "量子" not in before.content.decode()
    Outside.objects.create(organisation=there.firm.organisation, titles=True)
    after = ask(path, **{"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    (event,) = Calendar.from_ical(after.content).walk("VEVENT")
    assert event["summary"] == f"DOC-0001 {LONG.strip()}: Review date"


def test_another_day_is_the_same_event(there: Works) -> None:
    due_in(there, 10)
    path = feed(there)
    (first,) = events(path)
    record = there.record(there.firm.workspace.numbered(["DOC-0001"])["DOC-0001"])
    there.amend(record, review_by=str(now().date() + timedelta(days=40)))
    (second,) = events(path)
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert second.decoded("dtstart") == now().date() + timedelta(days=40)


def test_what_is_settled_is_in_it_no_more(there: Works) -> None:
    due_in(there, 10)
    path = feed(there)
    assert len(events(path)) == 1
    record = there.record(there.firm.workspace.numbered(["DOC-0001"])["DOC-0001"])
    there.amend(record, owner="ben")
    assert events(path) == []


def test_lines_are_as_rfc_5545_asks(there: Works) -> None:
    """3.1: no line is longer than 75 octets, each ends with CR and LF; 3.3.11: what separates is escaped."""
    Outside.objects.create(organisation=there.firm.organisation, titles=True)
    due_in(there, 10, title=LONG)
    data = ask(feed(there)).content
    lines = data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    unfolded = data.replace(b"\r\n ", b"").decode()
    assert "Kalibrierung\\, Teil 1\\; mit \\\\ und 量子" in unfolded
    for line in ("VERSION:2.0", "PRODID:-//Standfirst//Due dates//EN", "METHOD:PUBLISH"):
        assert f"\r\n{line}\r\n" in unfolded
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT4H" in unfolded


def test_a_title_cannot_begin_a_line_of_its_own(there: Works) -> None:
    Outside.objects.create(organisation=there.firm.organisation, titles=True)
    due_in(there, 10, title="A\nEND:VEVENT\nBEGIN:VEVENT")
    assert len(events(feed(there))) == 1


def test_a_name_cannot_begin_a_line_of_its_own(there: Works) -> None:
    answer = there.client(there.mila).post(
        reverse("feeds", args=[there.slug]), {"name": "My\r\nBEGIN:VEVENT", "whose": "mine"}
    )
    due_in(there, 10)
    calendar = Calendar.from_ical(ask(address_in(answer)).content)
    assert "My BEGIN:VEVENT" in str(calendar["name"])
    assert len(calendar.walk("VEVENT")) == 1


def test_a_simulation_says_so(there: Works) -> None:
    LedgerHead.objects.filter(organisation=there.firm.organisation).update(simulation=True)
    assert "(simulation)" in ask(feed(there)).content.decode()


def test_headers_and_what_is_unchanged(there: Works) -> None:
    due_in(there, 10)
    path = feed(there)
    answer = ask(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    same = ask(path, **{"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", answer["ETag"])
    due_in(there, 11)
    assert ask(path, **{"If-None-Match": answer["ETag"]}).status_code == 200
    assert Client(SERVER_NAME="localhost").head(path).status_code == 200
    assert Client(SERVER_NAME="localhost").post(path).status_code == 405


def test_as_many_queries_however_many_days(there: Works) -> None:
    path = feed(there, whose="all")
    due_in(there, 1)
    ask(path)
    few = len(queries(lambda: ask(path)))
    for days in range(2, 10):
        due_in(there, days)
    assert len(queries(lambda: ask(path))) == few <= 8
    tag = ask(path)["ETag"]
    assert len(queries(lambda: ask(path, **{"If-None-Match": tag}))) <= 3


# --- to whom ---------------------------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_kept_as_a_digest(there: Works) -> None:
    path = feed(there)
    secret = path.split("/")[2]
    page = there.client(there.mila).get(reverse("feeds", args=[there.slug])).content.decode()
    assert "My phone" in page
    assert secret not in page
    assert secret not in str(list(Feed.objects.filter(organisation=there.firm.organisation).values()))


def test_renewed_and_revoked_the_old_address_leads_nowhere(there: Works) -> None:
    path = feed(there)
    row = Feed.objects.get(organisation=there.firm.organisation)
    fresh = address_in(there.client(there.mila).post(reverse("feed-renew", args=[there.slug, row.pk])))
    assert (ask(path).status_code, ask(fresh).status_code) == (404, 200)
    assert there.client(there.mila).post(reverse("feed-revoke", args=[there.slug, row.pk])).status_code == 302
    assert ask(fresh).status_code == 404


def test_who_has_left_has_no_feed_and_gets_none_back(there: Works) -> None:
    path = feed(there)
    there.firm.leaves(there.mila)
    assert ask(path).status_code == 404
    daily.tell(there.firm.organisation)
    assert not Feed.objects.filter(organisation=there.firm.organisation).exists()


def test_an_account_that_is_not_active(there: Works) -> None:
    path = feed(there)
    User.objects.filter(pk=there.accounts[there.mila.id].pk).update(is_active=False)
    assert ask(path).status_code == 404


def test_the_address_opens_nothing_else(there: Works) -> None:
    client = Client(SERVER_NAME="localhost")
    assert client.get(feed(there)).status_code == 200
    assert client.get(reverse("organisation", args=[there.slug])).status_code == 302
    secret = feed(there).split("/")[2]
    api = reverse("api-records", args=[there.slug])
    assert client.get(api, headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_nobody_touches_the_feeds_of_others(there: Works) -> None:
    path = feed(there)
    row = Feed.objects.get(organisation=there.firm.organisation)
    for deed in ("feed-renew", "feed-revoke"):
        assert there.client(there.ada).post(reverse(deed, args=[there.slug, row.pk])).status_code == 404
    other = house("Elsewhere")
    assert other.client(other.ada).post(reverse("feed-revoke", args=[other.slug, row.pk])).status_code == 404
    assert ask(path).status_code == 200


def test_twenty_and_no_more(there: Works) -> None:
    for _ in range(feeding.MOST_FEEDS):
        feed(there)
    answer = there.client(there.mila).post(
        reverse("feeds", args=[there.slug]), {"name": "One more", "whose": "mine"}
    )
    assert answer.status_code == 422
    assert "20 calendars" in answer.content.decode()


def test_a_nameless_one_is_refused(there: Works) -> None:
    answer = there.client(there.mila).post(reverse("feeds", args=[there.slug]), {"whose": "mine"})
    assert answer.status_code == 422
