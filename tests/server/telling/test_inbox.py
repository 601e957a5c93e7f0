"""The inbox and its settings, as people use them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.server.exchange.test_erasure import ERASURE
from tests.server.telling.cast import heard, house, policy, risk, told
from tests.server.works import Works, browser, queries

from standfirst.server.access import place_for
from standfirst.server.clock import now
from standfirst.server.telling import inbox as pages
from standfirst.server.telling.models import Choice, Digest, Notification, Outside
from standfirst.server.telling.reading import unread
from standfirst.server.telling.sorts import Sort, Way

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - it works on it
    return house()


def shown(there: Works, query: str = "", **headers: str) -> str:
    answer = there.client(there.mila).get(f"{reverse('inbox', args=[there.slug])}{query}", headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def mark(there: Works, **values: object) -> str:
    answer = there.client(there.mila).post(reverse("inbox-mark", args=[there.slug]), values)
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def rows(there: Works) -> list[Notification]:
    return list(Notification.objects.filter(person=there.mila.id).order_by("id"))


def count(there: Works) -> int:
    return unread(place_for(there.accounts[there.mila.id], there.slug))


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_empty_it_says_what_will_stand_here(there: Works) -> None:
    assert "You have been told nothing yet" in shown(there)
    assert "Nothing that you were told is like this." in shown(there, "?show=unread")


def test_by_day_with_a_sentence_and_a_way_to_the_record(there: Works) -> None:
    risk(there, owner="Mila", title="The <laser> & all")
    risk(there, owner="Mila")
    heard()
    Notification.objects.filter(pk=rows(there)[1].pk).update(at=now() - timedelta(days=1))
    page = shown(there)
    assert page.index("Today") < page.index("RSK-0001") < page.index("Yesterday") < page.index("RSK-0002")
    assert "Ada has given this to you." in page
    assert "The &lt;laser&gt; &amp; all" in page
    assert reverse("record", args=[there.slug, "RSK-0001"]) in page
    assert "(2) Inbox" in page
    assert count(there) == 2


def test_sorts_and_unread_narrow_it(there: Works) -> None:
    risk(there, owner="Mila")
    made = policy(there, by=there.mila)
    there.move(made, "in-review", by=there.ada)
    heard()
    assert "RSK-0001" in shown(there, "?sort=assigned")
    assert "DOC-0001" not in shown(there, "?sort=assigned")
    assert "RSK-0001" in shown(there, "?sort=nonsense&before=x")
    mark(there, one=rows(there)[0].pk)
    page = shown(there, "?show=unread")
    assert ("RSK-0001" in page, "DOC-0001" in page) == (False, True)


def test_fifty_on_a_page_and_a_way_to_the_older_ones(there: Works) -> None:
    Notification.objects.bulk_create(
        Notification(
            organisation=there.firm.organisation,
            person=there.mila.id,
            sort=Sort.RECEIVED,
            key=str(uuid4()),
            parameters='{"kind": "envelope"}',
            at=now() - timedelta(minutes=n // 3),  # several at one moment
        )
        for n in range(120)
    )
    page, seen = shown(there), 0
    while True:
        seen += page.count('name="chosen"')
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        if onward is None:
            break
        page = shown(there, "?" + onward[1].partition("?")[2].replace("&amp;", "&"))
    assert seen == 120
    assert "To the newest" in page


def test_the_list_alone_for_a_script_that_asks(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    part = shown(there, **{"HX-Request": "true"})
    assert "<html" not in part
    assert 'id="inbox"' in part
    answer = there.client(there.mila).post(
        reverse("inbox-mark", args=[there.slug]), {"one": rows(there)[0].pk}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "Mark read" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_an_erased_record_is_in_it_no_more(there: Works) -> None:
    made = risk(there, owner="Mila", title="Quarrelsome")
    heard()
    assert ("Quarrelsome" in shown(there), count(there)) == (True, 1)
    record = there.create("erasure", ERASURE, links={"erases": (made.number,)})
    there.move(record, "approved", by=there.ben)
    there.move(record, "carried-out")
    page = shown(there)
    assert ("Quarrelsome" in page, "RSK-0001" in page, count(there)) == (False, False, 0)


def test_what_is_said_of_an_erased_comment_is_in_it_no_more(there: Works) -> None:
    made = risk(there)
    said = there.create(
        "comment", {"text": "So?"}, links={"about": (made.number,), "mentions": (there.mila.id,)}
    )
    heard()
    assert count(there) == 1
    record = there.create("erasure", ERASURE, links={"erases": (said.number,)})
    there.move(record, "approved", by=there.ben)
    there.move(record, "carried-out")
    assert count(there) == 0


def test_nothing_of_a_records_text_is_kept(there: Works) -> None:
    made = risk(there, owner="Mila", title="Zeemanslower")
    there.create(
        "comment", {"text": "Zeemanslower"}, links={"about": (made.number,), "mentions": (there.mila.id,)}
    )
    heard()
    kept = list(Notification.objects.filter(organisation=there.firm.organisation).values())
    assert kept
    assert "Zeemanslower" not in str(kept)


def test_as_many_queries_however_much_there_is(there: Works) -> None:
    def asked() -> int:
        return len(queries(lambda: shown(there)))

    for _ in range(4):
        risk(there, owner="Mila")
    heard()
    shown(there)
    few = asked()
    for _ in range(4):
        risk(there, owner="Mila", title=str(uuid4()))
        policy(there, owner="Mila")
    heard()
    shown(there)
    assert asked() == few <= 12
    place = place_for(there.accounts[there.mila.id], there.slug)
    assert len(queries(lambda: unread(place))) == 1


# --- marking ---------------------------------------------------------------------------------------------------------


def test_one_several_all_and_back(there: Works) -> None:
    for _ in range(4):
        risk(there, owner="Mila")
    heard()
    ids = [row.pk for row in rows(there)]
    mark(there, one=ids[0])
    assert count(there) == 3
    mark(there, chosen=ids[1:3])
    assert count(there) == 1
    mark(there, unread=1, chosen=ids[:2])
    assert count(there) == 3
    assert mark(there, all=1, show="unread").endswith("/inbox/?show=unread")
    assert count(there) == 0
    mark(there, chosen=["x", "-1", "9" * 40])


def test_all_of_one_sort(there: Works) -> None:
    risk(there, owner="Mila")
    there.move(policy(there, by=there.mila), "in-review", by=there.ada)
    assert len(told(there, there.mila)) == 2
    mark(there, all=1, sort=Sort.ASSIGNED)
    assert count(there) == 1


def test_nobody_marks_what_others_were_told(there: Works) -> None:
    risk(there, owner="Ben Okri")
    heard()
    row = Notification.objects.get(person=there.ben.id, sort=Sort.ASSIGNED)
    mark(there, one=row.pk)
    row.refresh_from_db()
    assert row.read is None


def test_a_get_marks_nothing_and_a_forged_form_neither(there: Works) -> None:
    risk(there, owner="Mila")
    heard()
    address = reverse("inbox-mark", args=[there.slug])
    assert there.client(there.mila).get(address).status_code == 405
    forged = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    forged.force_login(there.accounts[there.mila.id])
    assert forged.post(address, {"all": 1}).status_code == 403
    assert count(there) == 1


# --- settings --------------------------------------------------------------------------------------------------------


def settings_of(there: Works, **values: object) -> int:
    address = reverse("inbox-settings", args=[there.slug])
    return int(there.client(there.mila).post(address, values).status_code)


def test_which_sorts_are_told_how_far(there: Works) -> None:
    page = there.client(there.mila).get(reverse("inbox-settings", args=[there.slug])).content.decode()
    assert page.count("checked") == len(Sort)
    assert (
        settings_of(there, form="ways", **{"way.assigned": "none", "way.moved": "mail", "way.x": "app"})
        == 302
    )
    assert settings_of(there, form="ways", **{"way.assigned": "shouting"}) == 302
    chosen = Choice.objects.filter(person=there.mila.id)
    assert dict(chosen.values_list("sort", "way")) == {Sort.ASSIGNED: Way.NONE, Sort.MOVED: Way.MAIL}
    risk(there, owner="Mila")
    assert told(there, there.mila) == []


def test_when_letters_come(there: Works) -> None:
    given = {"form": "letters", "often": "weekly", "weekday": 4, "hour": 18, "zone": "Asia/Shanghai"}
    assert settings_of(there, **given) == 302
    row = Digest.objects.get(user=there.accounts[there.mila.id])
    assert row.next is not None
    assert (row.next.weekday(), row.next.hour) == (4, 10)
    assert settings_of(there, **{**given, "zone": "Mars/Olympus"}) == 422
    assert settings_of(there, **{**given, "often": "never"}) == 302
    row.refresh_from_db()
    assert row.next is None


def test_titles_leave_only_if_a_manager_says_so(there: Works) -> None:
    address = reverse("inbox-titles", args=[there.slug])
    assert there.client(there.mila).post(address, {"titles": "yes"}).status_code == 403
    assert not Outside.objects.filter(organisation=there.firm.organisation).exists()
    assert there.client(there.ben).post(address, {"titles": "yes"}).status_code == 302
    assert Outside.objects.get(organisation=there.firm.organisation).titles


def test_who_is_not_signed_in_is_taken_to_sign_in_and_a_stranger_finds_nothing(there: Works) -> None:
    stranger = house("Elsewhere")
    for name in ("inbox", "inbox-settings", "feeds", "webhooks"):
        address = reverse(name, args=[there.slug])
        assert browser(None).get(address).status_code == 302
        assert stranger.client(stranger.ada).get(address).status_code == 404
    assert pages.PAGE == 50


@pytest.mark.parametrize("name", ["inbox-settings", "feeds", "webhook-new"])
def test_the_other_pages_ask_little(there: Works, name: str) -> None:
    address = reverse(name, args=[there.slug])
    client = there.client(there.ada)
    assert client.get(address).status_code == 200
    assert len(queries(lambda: client.get(address))) <= 12
