"""Pages speak the language of whoever reads them: of the account, else of the browser as it was told, else as it asks."""

import re

import pytest
from django.test import Client
from django.utils import translation
from tests.server.accounts.cast import user
from tests.server.works import RISK, Works, browser, queries, works

from standfirst.server.accounts.models import User
from standfirst.standards.reason import Reason
from standfirst.words import render
from standfirst.words.language import LANGUAGES

pytestmark = pytest.mark.usefixtures("database")

SIGN_IN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _english_again() -> object:
    yield
    translation.deactivate()


def spoken(client: Client, path: str, **headers: str) -> str:
    """What the page says of its own language, in its markup and in its header alike."""
    answer = client.get(path, headers=headers)
    found = re.search(r'<html lang="([^"]+)"', answer.content.decode())
    assert found is not None
    assert answer.headers["Content-Language"] == found[1]
    return found[1]


def risk(works: Works) -> str:
    return works.create("risk", RISK).current.entry.number


# --- who decides -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "en"),
        ("fr", "en"),
        ("de-AT, en;q=0.5", "de"),
        ("zh-CN", "zh-hans"),
        ("fr, zh-Hans;q=0.8, en;q=0.5", "zh-hans"),
    ],
)
def test_a_visitor_is_answered_in_what_the_browser_asks_for(asked: str, answered: str) -> None:
    assert spoken(browser(None), SIGN_IN, **{"Accept-Language": asked}) == answered


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_a_visitors_choice_is_kept_and_goes_before_the_browsers(chosen: str) -> None:
    client = browser(None)
    answer = client.post("/language/", {"language": chosen, "next": SIGN_IN})
    assert (answer.status_code, answer.headers["Location"]) == (302, SIGN_IN)
    assert spoken(client, SIGN_IN, **{"Accept-Language": "fr, de;q=0.1"}) == chosen


def test_a_choice_leads_nowhere_else_and_is_one_of_ours() -> None:
    client = browser(None)
    answer = client.post("/language/", {"language": "tlh", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert "language" not in client.cookies
    assert client.get("/language/").status_code == 405


def test_an_accounts_choice_is_kept_with_it_and_goes_before_the_cookie() -> None:
    somebody = user()
    client = browser(somebody)
    assert spoken(client, "/account/", **{"Accept-Language": "zh-CN"}) == "zh-hans"
    client.post("/language/", {"language": "de", "next": "/account/"})
    assert User.objects.get(pk=somebody.pk).language == "de"
    elsewhere = browser(somebody)
    elsewhere.cookies["language"] = "zh-hans"
    assert spoken(elsewhere, "/account/") == "de"


def test_a_language_that_is_spoken_no_more_is_forgotten() -> None:
    somebody = user()
    User.objects.filter(pk=somebody.pk).update(language="tlh")
    assert spoken(browser(somebody), "/account/") == "en"


def test_one_readers_language_is_not_the_nexts() -> None:
    somebody = user()
    User.objects.filter(pk=somebody.pk).update(language="de")
    assert spoken(browser(somebody), "/account/") == "de"
    assert spoken(browser(None), SIGN_IN) == "en"


def test_where_no_cookie_is_looked_at_the_browser_alone_decides() -> None:
    here = works()
    somebody = here.client(here.ada)
    somebody.cookies["language"] = "de"
    User.objects.filter(pk=here.accounts[here.ada.id].pk).update(language="de")
    answer = somebody.get(f"/o/{here.slug}/speak-up/", headers={"Accept-Language": "zh-CN"})
    assert '<html lang="zh-hans">' in answer.content.decode()
    assert not answer.cookies


def test_every_page_offers_every_language_by_its_own_name() -> None:
    html = browser(None).get(SIGN_IN).content.decode()
    for code, name in LANGUAGES.items():
        assert f'value="{code}" lang="{code}"' in html
        assert name in html


# --- what is spoken --------------------------------------------------------------------------------------------------


def test_words_follow_the_page() -> None:
    with translation.override("de"):
        assert render.kind("risk").one == "Risiko"
        assert render.sentence(Reason("invitation.missing")) == "Diese Einladung gibt es nicht."
    assert render.kind("risk").one == "risk"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Risks", "identified", "Likelihood", "Assess")),
        ("de", ("Risiken", "ermittelt", "Wahrscheinlichkeit", "Beurteilen")),
        ("zh-hans", ("风险", "已识别", "可能性", "评估")),
    ],
)
def test_a_record_is_shown_with_kind_state_fields_and_deeds(language: str, said: tuple[str, ...]) -> None:
    here = works()
    number = risk(here)
    client = here.client(here.ada)
    answer = client.get(f"/o/{here.slug}/records/{number}/", headers={"Accept-Language": language})
    html = answer.content.decode()
    assert [word for word in said if word not in html] == []


def test_a_form_asks_in_the_readers_language_whoever_asked_first() -> None:
    here = works()
    client = here.client(here.ada)
    asked = {}
    for language in (*LANGUAGES, "en"):
        html = client.get(
            f"/o/{here.slug}/kinds/risk/new/", headers={"Accept-Language": language}
        ).content.decode()
        asked[language] = ("What could happen, to whom" in html, "Was wem geschehen könnte" in html)
    assert asked == {"en": (True, False), "de": (False, True), "zh-hans": (False, False)}


def test_a_refusal_is_told_in_the_readers_language_with_the_same_code() -> None:
    somebody = browser(user())
    english, german = (
        somebody.get("/api/v1/o/nobody/records", headers={"Accept-Language": each}).json()["problems"][0]
        for each in ("en", "de")
    )
    assert english["code"] == german["code"]
    assert english["sentence"] != german["sentence"]


def test_what_is_recorded_does_not_depend_on_who_reads() -> None:
    here = works()
    number = risk(here)
    client = here.client(here.ada)
    path = f"/api/v1/o/{here.slug}/records/{number}"
    english, chinese = (client.get(path, headers={"Accept-Language": each}) for each in ("en", "zh-CN"))
    assert english.status_code == chinese.status_code == 200
    assert english.content == chinese.content


def test_a_language_costs_no_query() -> None:
    here = works()
    client = here.client(here.ada)
    path = f"/o/{here.slug}/kinds/risk/"
    client.get(path)
    english = len(queries(lambda: client.get(path)))
    User.objects.filter(pk=here.accounts[here.ada.id].pk).update(language="de")
    assert len(queries(lambda: client.get(path))) == english
