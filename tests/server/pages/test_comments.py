"""Comments as a browser meets them, without scripts and with: said once, in the ledger, to people who are here."""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from tests.server.works import PRODUCT, RISK, Works, browser, queries, works

from standfirst.management.comments import COMMENT, MENTIONS
from standfirst.records.actor import Actor
from standfirst.records.projection import facts_of
from standfirst.records.record import Record
from standfirst.server.pages.commenting import SHOWN
from standfirst.standards.facts import Fact

pytestmark = pytest.mark.usefixtures("database")

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works()
    made.create("product", PRODUCT)
    made.create("risk", RISK, links={"about": ("PRD-0001",)}, serves=("6.1.3",))
    return made


def url(there: Works, number: str = "RSK-0001", page: str = "comments/") -> str:
    return f"/o/{there.slug}/records/{number}/{page}"


def say(there: Works, client: Client, text: str, *, on: str = "RSK-0001", **said: Any) -> Any:
    return client.post(url(there, on), {"text": text, **said})


def comments(there: Works) -> list[Record]:
    return list(there.firm.workspace.records(kinds=(COMMENT.name,)).values())


def read(there: Works, number: str = "RSK-0001") -> str:
    return str(there.client(there.ada).get(url(there, number, "")).content.decode())


def handle(there: Works, who: Actor) -> str:
    return str(there.record(who.id).current.content.body["handle"])


# --- said ---


def test_it_stands_below_the_record_and_in_the_ledger(there: Works) -> None:
    answer = say(there, there.client(there.ben), "Is the **second** laser here?")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{url(there, page='')}#CMT-0001")
    page = read(there)
    assert "<p>Is the <strong>second</strong> laser here?</p>" in page
    assert "Ben Okri" in page
    (made,) = comments(there)
    assert made.current.entry.actor == there.ben.id
    assert made.current.content.links["about"] == tuple(there.firm.workspace.numbered(["RSK-0001"]).values())


def test_anybody_here_may_and_only_its_author_takes_it_back(there: Works) -> None:
    say(there, there.client(there.mila), "So?")
    withdraw = url(there, "CMT-0001", "moves/withdraw/")
    assert there.client(there.ada).get(withdraw).status_code == 403
    assert "Withdraw" not in read(there)
    assert f'href="{withdraw}"' in there.client(there.mila).get(url(there, page="")).content.decode()
    sent = {"expected": "1", "why": "Said too early"}
    assert there.client(there.ada).post(withdraw, sent).status_code == 403
    assert there.client(there.mila).post(withdraw, sent).status_code == 302
    page = read(there)
    assert "Withdrawn by its author." in page
    assert "So?" not in page


def test_an_answer_stands_below_what_it_answers(there: Works) -> None:
    say(there, there.client(there.ben), "First")
    say(there, there.client(there.mila), "Second")
    assert say(there, there.client(there.ada), "To the first", answers="CMT-0001").status_code == 302
    assert say(there, there.client(there.ben), "To that", answers="CMT-0003").status_code == 302
    text = re.sub(r"<[^>]+>|\s+", " ", read(there))
    order = [text.index(words) for words in ("First", "To the first", "To that", "Second")]
    assert order == sorted(order)
    form = there.client(there.ada).get(url(there) + "?answers=CMT-0002").content.decode()
    assert "Your answer to CMT-0002" in form
    assert 'name="answers" value="CMT-0002"' in form


def test_an_answer_to_a_comment_elsewhere_is_not_found(there: Works) -> None:
    say(there, there.client(there.ben), "Here", on="PRD-0001")
    assert say(there, there.client(there.ben), "There", answers="CMT-0001").status_code == 404
    assert say(there, there.client(there.ben), "There", answers="PRD-0001").status_code == 404
    assert len(comments(there)) == 1


def test_sent_twice_it_is_said_once(there: Works) -> None:
    token = re.search(r'name="token" value="([^"]+)"', read(there))
    assert token is not None
    client = there.client(there.ben)
    answers = [say(there, client, "Once", token=token[1]).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert len(comments(there)) == 1
    say(there, client, "No id of a person's record", token="../../x")  # noqa: S106 - an id that is none
    assert len(comments(there)) == 2


def test_two_people_at_once(there: Works) -> None:
    clients = [there.client(who) for who in (there.ada, there.ben)]
    for client in clients:
        client.get(url(there, page=""))  # sessions first

    def at_once(client: Client) -> list[int]:
        try:
            return [say(there, client, f"Number {n} @ada").status_code for n in range(3)]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        assert list(pool.map(at_once, clients)) == [[302] * 3] * 2
    assert sorted(one.number for one in comments(there)) == [f"CMT-000{n}" for n in range(1, 7)]


# --- whom it calls ---


def test_a_handle_calls_somebody(there: Works) -> None:
    mila = handle(there, there.mila)
    say(there, there.client(there.ben), f"@ada and @{mila}, look at `@nobody` and write to x@ben")
    (made,) = comments(there)
    assert made.current.content.links[MENTIONS] == (there.ada.id, there.mila.id)
    page = read(there)
    assert page.count('class="mention"') == 2
    assert '<mark class="mention" title="Ada">@ada</mark>' in page


def test_a_handle_of_nobody_is_told_and_nothing_is_lost(there: Works) -> None:
    text = 'Ask @nobody & "@ada" <now>'
    answer = say(there, there.client(there.ben), text)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nobody here goes by nobody." in page
    assert "Ask @nobody &amp; &quot;@ada&quot; &lt;now&gt;</textarea>" in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="comment-hint comment-fault"' in page
    assert comments(there) == []


def test_somebody_of_another_organisation_cannot_be_called(there: Works) -> None:
    other = works("Elsewhere")
    stranger = other.firm.person("Zoe Far")
    called = handle(other, stranger)
    answer = say(there, there.client(there.ben), f"@{called}, look")
    assert answer.status_code == 422
    assert f"Nobody here goes by {called}." in answer.content.decode()
    api = there.client(there.ben).post(
        f"/api/v1/o/{there.slug}/records",
        {
            "kind": "comment",
            "body": {"text": "Look"},
            "links": {"about": ["RSK-0001"], "mentions": [stranger.id]},
            "why": "Said",
        },
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {there.token(there.ben)}",
    )
    assert api.status_code == 422, api.content
    assert comments(there) == []


def test_who_has_left_is_not_called(there: Works) -> None:
    there.firm.leaves(there.mila)
    assert say(there, there.client(there.ben), f"@{handle(there, there.mila)}?").status_code == 422


def test_people_are_proposed_by_handle_and_by_name(there: Works) -> None:
    client = there.client(there.ada)

    def proposed(text: str) -> list[str]:
        found = client.get(f"/o/{there.slug}/mention/", {"q": text}).json()["people"]
        return [one["handle"] for one in found]

    mila, ben = handle(there, there.mila), handle(there, there.ben)
    assert proposed("mil") == proposed(mila) == [mila]
    assert proposed("okr") == [ben]
    assert set(proposed("")) == {"ada", ben, mila}
    assert proposed("zz%_") == []
    there.firm.leaves(there.mila)
    assert proposed("mil") == []
    assert browser(None).get(f"/o/{there.slug}/mention/").status_code == 302


# --- what is refused ---


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Your comment"),
        (" \n ", "Your comment"),
        ("x" * 4001, "4000"),
        ("a\x07b", "character"),
        ("[[what you want to say]]", "emplate"),
    ],
)
def test_what_cannot_be_said(there: Works, text: str, told: str) -> None:
    answer = say(there, there.client(there.ben), text)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert 'id="comment-fault"' in answer.content.decode()
    assert comments(there) == []


def test_an_outsider_finds_nothing(there: Works) -> None:
    other = works("Elsewhere")
    client = other.client(other.ada)
    assert client.get(url(there)).status_code == 404
    assert say(there, client, "Hello").status_code == 404
    assert browser(None).get(url(there)).status_code == 302
    say(there, there.client(there.ben), "Ours")
    assert client.get(url(there, "CMT-0001", "")).status_code == 404


def test_there_are_no_comments_on_comments_nor_on_what_is_not_there(there: Works) -> None:
    say(there, there.client(there.ben), "Once")
    client = there.client(there.ada)
    assert client.get(url(there, "CMT-0001")).status_code == 404
    assert say(there, client, "Twice", on="CMT-0001").status_code == 404
    assert say(there, client, "Nowhere", on="RSK-0099").status_code == 404


def test_a_comment_s_own_page_leads_to_its_record(there: Works) -> None:
    say(there, there.client(there.ben), "# Loud\n\n@ada")
    page = read(there, "CMT-0001")
    assert "Comment on RSK-0001" in page
    assert f'href="{url(there, page="")}#CMT-0001"' in page
    assert 'id="say"' not in page


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[go](javascript:alert(1))",
    "[go](  JaVaScRiPt:alert(1))",
    "[go](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://example.org/spy.png)",
    "<a href='javascript:alert(1)'>x</a>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    '[t](https://example.org "x\\" onmouseover=\\"alert(1)")',
    "@ada<script>alert(1)</script>",
    "`<script>alert(1)</script>`",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_markup_acts_on_nobody(there: Works, text: str) -> None:
    say(there, there.client(there.ben), text)
    page = read(there)
    (said,) = re.findall(r'<article id="CMT-0001">(.*?)</article>', page, re.DOTALL)
    for tag in re.findall(r"<[a-z][^>]*>", said):
        assert not re.match(r"<(script|img|iframe|object|svg|style)", tag), tag
        assert not re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', '""', tag)), tag
        assert not re.search(r'href="(?!https?:|mailto:|/o/|#)', tag), tag


def test_a_name_with_markup_in_a_mention_stays_text(there: Works) -> None:
    person = there.firm.person('Eve "><script>alert(1)</script>')
    say(there, there.client(there.ben), f"@{handle(there, person)}")
    assert "<script>alert(1)" not in read(there)


# --- parts of a page ---


def test_where_scripts_run_the_conversation_replaces_itself(there: Works) -> None:
    client = there.client(there.ben)
    answer = client.post(url(there), {"text": "In place"}, headers=FRAGMENT)
    part = answer.content.decode()
    assert answer.status_code == 200
    assert "HX-Request" in answer.headers["Vary"]
    assert part.lstrip().startswith("<section")
    assert 'data-said="CMT-0001"' in part
    assert "In place" in part
    assert "<html" not in part
    wrong = client.post(url(there), {"text": "@nobody"}, headers=FRAGMENT)
    assert wrong.status_code == 422
    assert "@nobody</textarea>" in wrong.content.decode()
    assert "In place" in wrong.content.decode()


def test_older_ones_stand_on_pages_of_their_own(there: Works) -> None:
    client = there.client(there.ben)
    for n in range(SHOWN + 3):
        say(there, client, f"Word {n:02}")
    page = read(there)
    assert "Word 02" not in page
    assert "Word 03" in page
    earlier = re.search(r'href="([^"]+comments/\?before=\d+)"', page)
    assert earlier is not None
    before = client.get(earlier[1]).content.decode()
    assert all(f"Word {n:02}" in before for n in range(3))
    assert "Word 03" not in before


def test_queries_stay_the_same_as_comments_double(there: Works) -> None:
    client = there.client(there.ben)

    def asked() -> list[int]:
        client.get(url(there, page=""))
        return [len(queries(partial(client.get, path))) for path in (url(there, page=""), url(there))]

    for n in range(4):
        say(there, client, f"{n} @ada")
    before = asked()
    for n in range(8):
        say(there, client, f"{n} @{handle(there, there.mila)} @ada", answers="CMT-0001")
    assert asked() == before
    assert max(before) <= 12


# --- what it is not ---


def test_it_is_no_evidence(there: Works) -> None:
    def facts() -> list[Fact]:
        workspace = there.firm.workspace
        every = facts_of(workspace.records().values(), workspace.kinds)
        return [fact for fact in every if fact.serves or fact.kind == "comment"]

    say(there, there.client(there.ben), "It is shown: 6.1.3")
    told = [(fact.kind, fact.serves, dict(fact.fields)) for fact in facts() if fact.kind == "comment"]
    assert told == [("comment", frozenset(), {})]
    api = there.client(there.ben).post(
        f"/api/v1/o/{there.slug}/records",
        {
            "id": str(uuid4()),
            "kind": "comment",
            "body": {"text": "It is shown"},
            "links": {"about": ["RSK-0001"]},
            "serves": ["6.1.3"],
            "why": "Said",
        },
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {there.token(there.ben)}",
    )
    assert api.status_code in {403, 422}, api.content
    assert "comment.serves" in api.content.decode()


def test_links_of_a_record_leave_comments_to_themselves(there: Works) -> None:
    say(there, there.client(there.ben), "Once", on="PRD-0001")
    page = re.sub(r"<[^>]+>|\s+", " ", read(there, "PRD-0001"))
    links = page[page.index("Links") : page.index("Comments", page.index("Links"))]
    assert "CMT-0001" not in links
    assert "RSK-0001" in links
