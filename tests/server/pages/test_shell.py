"""The frame around every page: navigation, top bar, what is not real, and a page's part by itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django_htmx.middleware import HtmxDetails
from tests.server.accounts.cast import Visitor
from tests.server.search.test_erased import erased
from tests.server.works import POLICY, PRODUCT, RISK, Works, queries, works

from standfirst.management.controls import IMPLEMENTED_REQUIREMENT
from standfirst.records.actor import Role
from standfirst.server import headers, reading, shell
from standfirst.server import outline as outlining
from standfirst.server.access import Place, place_for
from standfirst.server.clock import now
from standfirst.server.organisations import OrganisationType
from standfirst.server.pages import entry
from standfirst.server.store.models import Installation, LedgerHead
from standfirst.server.telling.models import Notification
from standfirst.server.workplace import open_store

STATIC = Path(shell.__file__).parent / "static"

OWN = {
    "name": "Qubit Works",
    "country": "Austria",
    "description": "It makes processors. It rents them out.",
    "domains": ["computing"],
    "stages": ["operation", "research", "engineering"],
    "roles": ["system-builder"],
    "tier": 2,
    "sites": ["Vienna"],
    "headcount": 12,
}
SCOPE = {
    "title": "All of it",
    "statement": "Processors and sensors",
    "domains": ["computing", "sensing"],
    "stages": ["operation"],
    "roles": ["system-builder"],
    "sites": ["Vienna"],
    "effective_from": "2026-01-05",
}


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


def got(there: Works, path: str, *, who: object = None, status: int = 200, **headers: str) -> str:
    answer = there.client(who or there.ada).get(f"/o/{there.slug}{path}", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def side(html: str) -> str:
    found = re.search(r'<nav class="side".*?</nav>', html, re.DOTALL)
    assert found is not None
    return found[0]


def ways(html: str) -> dict[str, tuple[str, str, str]]:
    """Of the navigation: what a line is called, and its address, count and ``aria-current``."""
    found = re.findall(r'<li><a href="([^"]*)"(?: aria-current="(\w+)")?>(.*?)</a>', side(html), re.DOTALL)
    told = {}
    for url, current, inside in found:
        words = re.search(r"<span>(.*?)</span>", inside)
        count = re.search(r'<span class="number[^"]*">(\d+)</span>', inside)
        assert words is not None
        told[unescape(words[1])] = (url, count[1] if count else "", current)
    return told


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# --- the navigation ---


def test_it_leads_to_every_kind_that_people_keep(there: Works) -> None:
    there.create("product", PRODUCT)
    for _ in range(3):
        there.create("risk", RISK, links={"about": ("PRD-0001",)})
    found = ways(got(there, "/kinds/"))
    assert found["Risks"] == (f"/o/{there.slug}/kinds/risk/", "3", "")
    assert found["Products"][1] == "1"
    assert found["Suppliers"][1] == ""  # none is no figure
    assert found["People"][1] == "3"
    assert found["Home"][0] == f"/o/{there.slug}/"
    assert found["All kinds of record"][2] == "page"
    kept = {url for url, _, _ in found.values()}
    for kind in there.firm.workspace.kinds:
        is_there = f"/o/{there.slug}/kinds/{kind.name}/" in kept
        apart = kind.view.family.value in {"others", "keeping"} or kind.name == IMPLEMENTED_REQUIREMENT.name
        assert is_there == (kind.by_hand and not apart), kind.name


def test_the_order_is_that_of_a_day(there: Works) -> None:
    heads = re.findall(r"<h2[^>]*>(.*?)</h2>", side(got(there, "/kinds/")))
    assert heads == ["Today", "Management system", "Show", "Outside", "Organisation"]


@pytest.mark.parametrize(
    ("path", "line", "current"),
    [
        ("/", "Home", "page"),
        ("/kinds/risk/", "Risks", "page"),
        ("/kinds/risk/new/", "Risks", "true"),
        ("/records/RSK-0001/", "Risks", "true"),
        ("/records/RSK-0001/history/", "Risks", "true"),
        ("/inbox/", "Inbox", "page"),
        ("/exchange/", "Other organisations", "page"),
        ("/requirements/6.1.3/", "Readiness", "true"),
    ],
)
def test_where_one_is(there: Works, path: str, line: str, current: str) -> None:
    there.create("product", PRODUCT)
    there.create("risk", RISK, links={"about": ("PRD-0001",)})
    found = ways(got(there, path))
    assert {words: now for words, (_, _, now) in found.items() if now} == {line: current}


def test_a_certification_body_sees_what_it_keeps(there: Works) -> None:
    place = place_for(there.accounts[there.ada.id], there.slug)
    place.organisation.type = OrganisationType.CERTIFICATION_BODY
    found = shell.drawn(replace(place, store=open_store(place.organisation)))
    (kept,) = (group for group in found.groups if group.families)
    assert [family.name for family in kept.families] == ["certification", "context", "support"]
    assert {way.words for way in kept.families[0].ways} >= {"Certificates", "Technical reviews"}
    assert "Measurements" not in {way.words for group in found.groups for way in group.ways}


def test_cases_are_for_those_who_receive_them(there: Works) -> None:
    ethics = there.firm.person("Eva", Role.ETHICS)
    there.accounts = {**there.accounts, ethics.id: there.firm.account(ethics, "eva")}
    assert "Speak-up cases" in ways(got(there, "/kinds/", who=ethics))
    assert "Speak-up cases" not in ways(got(there, "/kinds/", who=there.mila))


def test_the_inbox_says_how_much_is_unread(there: Works) -> None:
    assert ways(got(there, "/kinds/"))["Inbox"][1] == ""
    for number in range(2):
        Notification.objects.create(
            organisation=there.firm.organisation, person=there.ada.id, sort="", key=str(number), at=now()
        )
    assert ways(got(there, "/kinds/"))["Inbox"][1] == "2"
    assert ways(got(there, "/kinds/", who=there.mila))["Inbox"][1] == ""


def drawn(there: Works) -> list[str]:
    """What the frame asks of the database, apart from the page in it."""
    place = place_for(there.accounts[there.ada.id], there.slug)
    return queries(lambda: shell.drawn(place))


def test_the_frame_asks_little_however_much_there_is(there: Works) -> None:
    there.create("organisation", OWN)
    there.create("product", PRODUCT)
    there.create("risk", RISK, links={"about": ("PRD-0001",)})
    first = drawn(there)
    assert len(first) == 3
    assert len(drawn(there)) == 1  # nothing was recorded since
    for _ in range(3):
        there.create("risk", RISK, links={"about": ("PRD-0001",)})
    assert len(drawn(there)) == len(first)


def test_a_count_follows_what_is_recorded(there: Works) -> None:
    there.create("product", PRODUCT)
    assert ways(got(there, "/kinds/"))["Products"][1] == "1"
    there.create("product", PRODUCT)
    assert ways(got(there, "/kinds/"))["Products"][1] == "2"


def test_what_is_counted_on_is_what_is_there(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """From one head to the next only what came since is counted, and all again where something was erased."""
    counted: list[tuple[int, int]] = []
    came = outlining._came

    def seen(place: Place, first: int, end: int, *, erased: bool) -> Mapping[str, int]:
        counted.append((first, end))
        return came(place, first, end, erased=erased)

    def agree() -> int:
        place = place_for(there.accounts[there.ada.id], there.slug)
        assert {**outlining.outline(place).counts} == {**reading.counts(place)}
        return place.head.size

    monkeypatch.setattr(outlining, "_came", seen)
    secret = there.create("product", PRODUCT)
    size = agree()
    agree()
    assert counted == [(0, size)]
    there.create("product", PRODUCT)
    there.create("document", POLICY)
    size = agree()
    assert counted[1:] == [(size - 2, size)]
    erased(there, secret.id)
    size = agree()
    assert counted[2:] == [(0, size)]
    there.create("product", PRODUCT)
    size = agree()
    assert counted[3:] == [(size - 1, size)]


# --- the top bar ---


def test_it_says_what_decides_over_the_requirements(there: Works) -> None:
    assert 'class="chip about"' not in got(there, "/kinds/")
    there.create("organisation", OWN)
    assert "computing · research → operation · tier 2" in text(got(there, "/kinds/"))
    there.create("scope", SCOPE)
    assert "computing, sensing · operation · tier 2" in text(got(there, "/kinds/"))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_it_says_what_is_not_real(own_database: str) -> None:  # noqa: ARG001 - first this
    there = works()
    assert 'class="notices' not in got(there, "/kinds/")
    LedgerHead.objects.filter(organisation=there.firm.organisation).update(simulation=True, fictional=True)
    Installation.objects.update_or_create(id=1, defaults={"purpose": "demonstration"})
    told = text(got(there, "/kinds/"))
    assert "simulation · fictional · demonstration" in told
    assert "Simulation: time in this organisation's ledger is simulated." in told


def test_searching_needs_no_script(there: Works) -> None:
    there.create("product", PRODUCT)
    html = got(there, "/kinds/")
    form = re.search(r'<form class="find" role="search" action="([^"]*)">(.*?)</form>', html, re.DOTALL)
    assert form is not None
    assert 'name="q"' in form[2]
    assert form[1] == f"/o/{there.slug}/search"
    assert re.search(r'<button [^>]*class="find-open"[^>]* hidden>', html)


def test_the_keys_are_said_and_can_be_switched_off(there: Works) -> None:
    html = got(there, "/kinds/")
    found = dict(re.findall(r'<tr data-key="([^"]*)">.*?<a href="([^"]*)"', html, re.DOTALL))
    assert found["g h"] == f"/o/{there.slug}/"
    assert found["g i"] == f"/o/{there.slug}/inbox/"
    assert found["g r"] == f"/o/{there.slug}/readiness/"
    assert 'id="keys-on"' in html


# --- others see another frame, or none ---


def test_a_visitor_meets_the_product_a_language_and_the_way_in(database: str) -> None:  # noqa: ARG001 - first this
    page = Visitor().get("/accounts/password/reset/")
    assert 'class="product"' in page.html
    assert reverse("account_login") in page.html
    assert "Deutsch" in page.text
    assert 'class="side"' not in page.html
    assert "shell.js" not in page.html


def test_a_page_that_is_not_theirs_shows_no_navigation(there: Works) -> None:
    stranger = works("Others")
    answer = there.client(there.ada).get(f"/o/{stranger.slug}/kinds/")
    assert answer.status_code == 404
    assert b'class="side"' not in answer.content
    assert b"Others" not in answer.content


def test_a_record_that_is_missing_is_missing_within_the_frame(there: Works) -> None:
    assert "Management system" in text(got(there, "/records/RSK-0099/", status=404))


PAGES = (
    "/",
    "/kinds/",
    "/kinds/risk/",
    "/kinds/risk/new/",
    "/records/RSK-0001/",
    "/search?q=laser",
    "/files/",
)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_in_a_page_needs_a_weaker_policy(there: Works, path: str) -> None:
    """No script or style within the page; of htmx neither what evaluates text nor what writes styles."""
    there.create("product", PRODUCT)
    there.create("risk", RISK, links={"about": ("PRD-0001",)})
    answer = there.client(there.ada).get(f"/o/{there.slug}{path}")
    html = answer.content.decode()
    assert answer.headers["Content-Security-Policy"] == headers.POLICY
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", html)
    assert not re.search(r"<style\b", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert '"allowEval": false, "includeIndicatorStyles": false, "selfRequestsOnly": true' in html
    assert '"historyCacheSize": 0' in html  # a browser keeps no page of ours


def test_the_scripts_are_there_and_small() -> None:
    named = re.findall(r"{% static '([^']*)' %}", (STATIC.parent / "templates/shell/beside.html").read_text())
    ours = [name for name in named if not name.startswith("django_htmx/")]
    assert {"shell.js", "answers.js", "palette.js", "keys.js"} <= set(ours)
    for name in (*ours, "theme.js"):
        assert (STATIC / name).stat().st_size < 8_000, name
    assert (STATIC / "standfirst.css").stat().st_size < 60_000


def test_what_the_style_sheet_names_it_has() -> None:
    """Its head says what each class is for: a class that is not there any more would mislead."""
    sheet = (STATIC / "standfirst.css").read_text()
    head, _, rules = sheet.partition("*/")
    for name in set(re.findall(r"(?<![\w/])\.([a-z][a-z-]+)", head)) - {"css", "js", "by-script"}:
        assert re.search(rf"\.{name}\b", rules), name
    for name in set(re.findall(r"--[a-z-]+", head)) - {"-ink", "-tint"}:
        assert f"{name}:" in rules, name


# --- a part of a page by itself ---


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[str]:
    """A page with a part, among those of the server."""
    (tmp_path / "pages").mkdir()
    source = "before {% partialdef rows inline %}rows of {{ organisation.name }}, {{ told }}{% endpartialdef %} after"
    (tmp_path / "pages" / "parts.html").write_text(source)
    (found,) = settings.TEMPLATES
    with override_settings(TEMPLATES=[{**found, "DIRS": [*found["DIRS"], tmp_path]}]):
        yield "parts.html"


WHOLE, PART = "before rows of Qubit Works, all after", "rows of Qubit Works, all"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({}, WHOLE),
        ({"HX-Request": "true"}, PART),
        ({"HX-Request": "true", "HX-Boosted": "true"}, WHOLE),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, WHOLE),
        ({"HX-Boosted": "true"}, WHOLE),
    ],
)
def test_one_view_gives_the_page_and_its_part(
    there: Works, parts: str, said: dict[str, str], answer: str
) -> None:
    request = RequestFactory().get("/", headers=said)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    place = place_for(there.accounts[there.ada.id], there.slug)
    told = entry.page(request, place, parts, {"told": "all"}, fragment="rows", status=409)
    assert (told.content.decode(), told.status_code) == (answer, 409)
    assert told.headers["Vary"] == "HX-Request"


def test_a_page_without_parts_does_not_depend_on_who_asks(there: Works, parts: str) -> None:
    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    told = entry.page(request, place_for(there.accounts[there.ada.id], there.slug), parts, {"told": "all"})
    assert told.content.decode() == WHOLE
    assert "Vary" not in told.headers


def test_a_refusal_stands_beside_the_page_that_asked(there: Works) -> None:
    answer = there.client(there.ada).get(f"/o/{there.slug}/records/RSK-0099/", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert "<html" not in answer.content.decode()
    whole = got(there, "/records/RSK-0099/", status=404)
    sentence = re.search(r'<li class="message error">\s*<p>(.*?)</p>', whole)
    assert sentence is not None
    assert sentence[1] in answer.content.decode()
