"""Long German words and Chinese lines in the pages that everybody meets: nothing runs out, nothing is said wrongly."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.server.accounts.live import serving
from tests.server.browsing import page_of, require_fit
from tests.server.works import RISK, Works, works

from standfirst.server.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]

PICTURES = os.environ.get("STANDFIRST_PICTURES", "")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works()
    made.create(
        "risk", {**RISK, "likelihood": 2, "severity": 3, "assessed_on": "2026-11-20"}, serves=("6.1.3",)
    )
    return made


def paths(there: Works) -> dict[str, str]:
    own = f"/o/{there.slug}/"
    return {
        "home": "/",
        "account": "/account/",
        "organisation": own,
        "list": f"{own}kinds/risk/",
        "record": f"{own}records/RSK-0001/",
        "form": f"{own}kinds/risk/new/",
        "exchange": f"{own}exchange/",
    }


@pytest.mark.parametrize("language", ["de", "zh-hans"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_hold_in_another_language(browser: Browser, there: Works, language: str, width: int) -> None:
    User.objects.filter(pk=there.accounts[there.ada.id].pk).update(language=language)
    session = there.client(there.ada).cookies["sessionid"].value
    with serving() as site, page_of(browser, site, session, width=width) as page:
        for name, path in paths(there).items():
            page.goto(site + path)
            assert page.locator("html").get_attribute("lang") == language
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"{name}-{language}-{width}.png", full_page=True)
            require_fit(page)


@pytest.mark.parametrize("language", ["de", "zh-hans"])
def test_the_way_in_holds_in_another_language(browser: Browser, language: str) -> None:
    with serving() as site, page_of(browser, site, width=360) as page:
        page.goto(f"{site}/accounts/login/")
        page.locator(f".languages button[value={language}]").click()
        assert page.locator("html").get_attribute("lang") == language
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"sign-in-{language}.png", full_page=True)
        require_fit(page)
