"""Speak-up as people meet it, on a wide screen and on a telephone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.server import databases
from tests.server.accounts.live import serving
from tests.server.browsing import page_of, require_fit
from tests.server.sealed.cast import SECRET, House, house

from standfirst.server.sealed.views import CODES, REPORTS

pytestmark = pytest.mark.browser


@pytest.fixture
def site(browser: Browser) -> Iterator[str]:  # noqa: ARG001 - first this
    (databases.set_up() / "static").mkdir(exist_ok=True)
    REPORTS.clear()  # everybody comes from this machine
    CODES.clear()
    with databases.pointed_at(databases.migrated("sqlite")), serving() as address:
        yield address


@pytest.fixture
def home(site: str) -> House:  # noqa: ARG001 - on its database
    return house()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_whole_way(browser: Browser, site: str, home: House, width: int) -> None:
    with page_of(browser, site, width=width) as page:
        page.goto(site + home.path)
        require_fit(page)
        page.get_by_label("What happened").fill(SECRET)
        page.get_by_label("top management").check()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Received")).to_be_visible()
        require_fit(page)
        code = page.locator(".secret").inner_text()
        page.get_by_role("link", name="Read answers with the code").click()
        require_fit(page)
        page.get_by_label("Your code").fill(code.lower())
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_text(SECRET).first).to_be_visible()
        assert code not in page.url
        page.get_by_text("Proof").click()
        require_fit(page)
        assert page.context.cookies() == []

    session = home.browser(home.eve).cookies["sessionid"].value
    with page_of(browser, site, session, width=width) as page:
        page.goto(site + home.cases)
        expect(page.get_by_text("waits for an answer")).to_be_visible()
        require_fit(page)
        page.get_by_role("link", name=SECRET[:30]).click()
        require_fit(page)
        page.get_by_label("Message", exact=True).fill("Thank you")
        page.get_by_role("button", name="Answer").click()
        expect(page.locator(".messages")).to_contain_text("waits for the reporter")
