"""Readiness as people meet it: light and dark, wide and narrow, by keyboard, without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.files.cast import files_in
from tests.server.pages.test_in_a_browser import LONG, opened
from tests.server.readiness.cast import NONCONFORMITY, ORGANISATION, approved, document, worked
from tests.server.works import PRODUCT, Works, works

pytestmark = pytest.mark.browser

PAGES = (
    "readiness/",
    "readiness/?by=goal&status=partly&status=not-shown",
    "requirements/A.1.1/",
    "requirements/A.4.4/",
    "applicability/",
    "reports/?form=pdf",
)


@pytest.fixture
def there(database: str, tmp_path: Path) -> Iterator[Works]:  # noqa: ARG001 - first this
    with files_in(tmp_path / "files"):
        made = works(LONG)
        made.create("organisation", ORGANISATION)
        worked()
        made.create("product", {**PRODUCT, "title": LONG})
        approved(made, document(made, "A.1.1", title=LONG))
        for n in range(15):
            document(made, "A.1.1", title=f"{LONG} {n}")
        made.create("nonconformity", {**NONCONFORMITY, "title": LONG, "against": ["A.1.1"]})
        worked()
        document(made, "A.1.1")  # so that the page says it is behind
        yield made


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@looked_at
def test_pages_fit_and_can_be_read_by_all(
    browser: Browser, there: Works, width: int, scheme: Literal["light", "dark"]
) -> None:
    with serving() as site, opened(browser, site, there, there.ada, width=width, scheme=scheme) as page:
        for path in PAGES:
            page.goto(f"{site}/o/{there.slug}/{path}")
            require_fit(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.goto(f"{site}/o/{there.slug}/readiness/")
        page.locator(".squares a").last.focus()
        require_fit(page)
        expect(page.get_by_role("link", name="A.10.2", exact=False).last).to_be_focused()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_square_explains_itself_by_keyboard(browser: Browser, there: Works) -> None:
    with serving() as site, opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/readiness/")
        first = page.locator(".squares a").first
        tip = first.locator(".tip")

        def height() -> float:
            return float(tip.evaluate("(each) => each.getBoundingClientRect().height"))

        assert height() <= 1
        first.focus()
        assert height() > 20
        page.keyboard.press("Escape")
        assert height() <= 1
        page.keyboard.press("ArrowRight")
        expect(page.locator(".squares a").nth(1)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("4.2")
        page.keyboard.press("Alt+ArrowLeft")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_filtered_in_place_and_by_an_address(browser: Browser, there: Works) -> None:
    with serving() as site, opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/readiness/")
        page.get_by_role("navigation", name="Only those that are").get_by_role(
            "link", name="partly shown"
        ).click()
        expect(page.locator(".requirements li").first).to_be_visible()
        assert page.url.endswith("?status=partly")
        page.get_by_role("link", name="By goal").click()
        expect(page.get_by_role("rowheader", name="Transparency")).to_be_visible()
        page.reload()
        expect(page.get_by_role("rowheader", name="Transparency")).to_be_visible()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_all_of_it_without_scripts(browser: Browser, there: Works) -> None:
    with serving() as site, opened(browser, site, there, there.ada, script=False) as page:
        page.goto(f"{site}/o/{there.slug}/readiness/")
        page.get_by_role("button", name="Compute now").click()
        expect(page.get_by_text("Computed as of today.")).to_be_visible()
        page.get_by_role("link", name="not shown", exact=False).first.click()
        page.locator(".requirements a").first.click()
        expect(page.get_by_role("heading", name="What would make it a yes")).to_be_visible()
        page.goto(f"{site}/o/{there.slug}/reports/")
        page.get_by_label("Result file (JSON)").check()
        page.get_by_role("button", name="Make it").click()
        worked()
        page.get_by_role("link", name="Look again").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="-readiness-").click()
        assert download.value.suggested_filename.endswith(".json")
