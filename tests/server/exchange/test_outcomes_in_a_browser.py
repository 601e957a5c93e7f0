"""Results under a grant as auditors meet them: light and dark, wide and narrow, by screen reader."""

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.exchange.cast import Sides, sides
from tests.server.exchange.test_outcomes import ASKED, EVERY
from tests.server.pages.test_in_a_browser import LONG, opened
from tests.server.readiness.cast import NONCONFORMITY, ORGANISATION, approved, document, worked
from tests.server.works import PRODUCT

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("STANDFIRST_PICTURES", "")


@pytest.fixture
def both(database: str) -> Sides:  # noqa: ARG001 - they stand in it
    made = sides()
    made.ours.create("organisation", ORGANISATION)
    made.ours.create("product", {**PRODUCT, "title": LONG})
    approved(made.ours, document(made.ours, ASKED, "A.1.1", title=LONG))
    made.ours.create("nonconformity", {**NONCONFORMITY, "title": LONG})
    made.classified(made.ours.create("nonconformity", NONCONFORMITY))
    worked()
    made.grant(*EVERY, title=f"{LONG} reads")
    made.visit()
    return made


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@looked_at
def test_results_read_well(
    browser: Browser, both: Sides, width: int, scheme: Literal["light", "dark"]
) -> None:
    who = both.theirs.mila
    with serving() as site, opened(browser, site, both.theirs, who, width=width, scheme=scheme) as page:

        def fits(name: str) -> None:
            require_fit(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            if PICTURES:
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{scheme}-{width}.png"), full_page=True)

        page.goto(f"{site}{both.address('received-grant')}")
        page.get_by_role("link", name="Readiness, requirement by requirement").click()
        fits("closed")
        page.get_by_role("button", name="Open the results").click()
        expect(page.get_by_role("heading", name="Readiness of Acme")).to_be_visible()
        fits("readiness")
        page.goto(f"{site}{both.address('received-requirement', ASKED)}")
        expect(page.get_by_text("to be opened first").first).to_be_visible()
        fits("requirement")
        page.goto(f"{site}{both.address('received-report', 'json')}")
        expect(page.get_by_text("have not opened yet")).to_be_visible()
