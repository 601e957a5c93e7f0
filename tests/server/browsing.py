"""A real browser on the server, for pages whose script or looks matter."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

OVERFLOWING = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && e.checkVisibility()
    && !e.closest('.vh, .skip, .table')).map((e) => e.outerHTML.slice(0, 120))"""
SQUEEZED = """() => [...document.querySelectorAll('main *')].filter((e) => e.checkVisibility() && !e.closest('.vh, .tip, svg, select')
  && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim().length > 24) && e.getBoundingClientRect().width < 60)
  .map((e) => e.outerHTML.slice(0, 120))"""
"""Words that stand letter below letter."""

PATIENCE = 30_000
"""Milliseconds that a page may take to show what is expected: as long as it may take to load, since machines are busy."""

looked_at = pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
"""Wide and narrow, light and dark: contrast is the scheme's and flow is the width's, so two looks see all four."""


@contextmanager
def started() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium on the PATH")
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop stands in this thread and waits
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def page_of(
    browser: Browser,
    site: str,
    session: str = "",
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    complains: str = "",
) -> Iterator[Page]:
    """A page of a new browser, with this session's cookie. Whatever else it complains about fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    others = [each for each in complaints if not complains or complains not in each]
    assert others == [], others
    assert bool(complaints) == bool(complains)


def require_fit(page: Page) -> None:
    """Nothing that a screen reader stumbles over, nothing beyond the right edge, and no text without room."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    beyond = page.evaluate(OVERFLOWING)
    assert beyond == [], beyond
    squeezed = page.evaluate(SQUEEZED)
    assert squeezed == [], squeezed
