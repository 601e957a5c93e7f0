"""Somebody who walks through pages by keyboard alone, and looks at each of them in light and dark, wide and narrow."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Literal, cast

from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page, expect
from tests.server.browsing import require_fit

Scheme = Literal["light", "dark"]
Look = tuple[Scheme, int]

LOOKS: tuple[Look, ...] = tuple(product(cast("tuple[Scheme, ...]", ("light", "dark")), (1280, 390)))
AT_MOST = 200
"""Presses of Tab from one thing to the next; no page has so many places to stop at."""

PICTURES = os.environ.get("STANDFIRST_PICTURES", "")
"""A folder for pictures of the pages, for whoever wants to look at them."""

NOTED = (
    "Failed to load resource",
    "because a document's URL has a fragment",
    "because a document already has a focused element",
)
"""What a browser notes of every answer above 399, and of a closed dialog's first field where a link into the page, or a quick
key, has put the focus already.
"""

POINTED = """for (const name of ['pointerdown', 'mousedown', 'touchstart'])
  addEventListener(name, (event) => { if (event.isTrusted) console.log(`a pointer was used: ${name}`) }, true)"""

IN_SIGHT = """(e) => {
  const box = e.getBoundingClientRect()
  const [x, y] = [Math.min(box.left + 4, box.right - 1), (box.top + box.bottom) / 2]
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `beyond the edge of the window: ${x} ${y}`
  const there = document.elementFromPoint(x, y)
  const own = !there || there === e || e.contains(there) || there.contains(e) || [...(e.labels ?? [])].some((l) => l.contains(there))
  return own ? '' : `covered by ${there.outerHTML.slice(0, 120)}`
}"""
"""WCAG 2.2, 2.4.11: what has the focus can be seen."""

MARKED = """(e) => [e, ...(e.labels ?? []), e.closest('li, tr, label, td')].filter(Boolean).some((one) => {
  const style = getComputedStyle(one)
  return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
})"""
"""WCAG 2.4.7: one sees where the focus is."""


@dataclass
class Walker:
    """``seen``: the address of each page that was looked at, by the name of its picture."""

    page: Page
    site: str
    role: str
    look_of_walk: Look
    seen: dict[str, str] = field(default_factory=dict)

    # --- keys

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def has(self, wanted: Locator) -> bool:
        return bool(wanted.evaluate("e => e === document.activeElement"))

    def to(self, wanted: Locator, *, key: str = "Tab") -> None:
        """By Tab as far as there. Whoever cannot see where the focus is has not arrived."""
        expect(wanted).to_be_visible()
        for _ in range(AT_MOST):
            if self.has(wanted):
                break
            self.press(key)
        else:
            raise AssertionError(f"not reached by {key}: {wanted}")
        hidden = wanted.evaluate(IN_SIGHT)
        assert hidden == "", (wanted, hidden)
        assert wanted.evaluate(MARKED), f"one does not see that it has the focus: {wanted}"

    def enter(self, wanted: Locator) -> None:
        self.to(wanted)
        self.press("Enter")

    def follow(self, wanted: Locator) -> None:
        """Enter on a link, or on a button that sends a form: the page that it leads to is there."""
        self.to(wanted)
        with self.page.expect_navigation():
            self.press("Enter")

    def write(self, wanted: Locator, text: str) -> None:
        self.to(wanted)
        self.press("Control+a")
        self.type(text)

    def tick(self, wanted: Locator) -> None:
        self.to(wanted)
        self.press("Space")
        expect(wanted).to_be_checked()

    def select(self, wanted: Locator, words: str) -> None:
        """A choice of a closed list, by the beginning of its words."""
        self.to(wanted)
        self.type(words)
        expect(wanted.locator("option:checked")).to_have_text(words)

    def choose(self, wanted: Locator) -> None:
        """One of several that exclude each other: Tab stops at the group, arrows walk within."""
        group = wanted.evaluate("e => e.name")
        held = "document.activeElement.name"
        for _ in range(AT_MOST):
            if self.page.evaluate(held) == group:
                break
            self.press("Tab")
        for _ in range(30):
            if self.has(wanted):
                break
            self.press("ArrowDown")
        if not wanted.is_checked():
            self.press("Space")
        expect(wanted).to_be_checked()

    def into_content(self) -> None:
        """Past the navigation, as the first stop of every page offers."""
        skip = self.page.get_by_role("link", name="Skip to content")
        self.to(skip)
        self.press("Enter")
        expect(self.page.locator("#main")).to_be_focused()

    def find(self, words: str, title: str) -> None:
        """Ctrl-K: the line of the palette that is called so, from the first one down."""
        self.press("Control+k")
        line = self.page.get_by_role("option", name=title).first
        self.type(words)
        expect(line).to_be_visible()
        for _ in range(20):
            if line.get_attribute("aria-selected") == "true":
                break
            self.press("ArrowDown")
        expect(line).to_have_attribute("aria-selected", "true")
        with self.page.expect_navigation():
            self.press("Enter")

    def downloaded(self, wanted: Locator) -> bytes:
        self.to(wanted)
        with self.page.expect_download() as awaited:
            self.press("Enter")
        got: Download = awaited.value
        return Path(got.path()).read_bytes()

    # --- looking

    def arrived(self, heading: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)

    def look(self, name: str, *, again: bool = True) -> None:
        """The page as it stands; ``again`` if its address shows it once more in the other looks."""
        require_fit(self.page)
        self._picture(self.page, name, self.look_of_walk)
        if again:
            self.seen[name] = self.page.url.partition("#")[0]

    def _picture(self, page: Page, name: str, look: Look) -> None:
        if PICTURES:
            path = Path(PICTURES) / f"{self.role}-{name}-{look[0]}-{look[1]}.png"
            page.screenshot(path=path, full_page=True)

    def look_again(self) -> None:
        """The same pages in the three other looks, for the same person."""
        browser = self.page.context.browser
        assert browser is not None
        cookies: Any = self.page.context.cookies()
        for look in LOOKS:
            if look != self.look_of_walk:
                with _opened(browser, look, cookies) as page:
                    for name, url in self.seen.items():
                        page.goto(url)
                        self._picture(page, name, look)
                        require_fit(page)
                        assert page.evaluate("document.documentElement.scrollWidth") <= look[1], (name, look)


@contextmanager
def walking(
    browser: Browser, site: str, role: str, path: str, look: Look, *, session: str = ""
) -> Iterator[Walker]:
    """From this address on. Every other page is reached by keys; then all of them are looked at in the other looks."""
    cookies = [{"name": "sessionid", "value": session, "url": site}] if session else []
    with _opened(browser, look, cookies, watched=True) as page:
        page.goto(f"{site}{path}")
        walker = Walker(page, site, role, look)
        yield walker
        walker.look_again()


@contextmanager
def _opened(browser: Browser, look: Look, cookies: Any, *, watched: bool = False) -> Iterator[Page]:
    """Whatever the browser complains about fails the test."""
    scheme, width = look
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
    )
    context.add_cookies(cookies)
    if watched:
        context.add_init_script(POINTED)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    unheard_of = [each for each in complaints if not any(noted in each for noted in NOTED)]
    assert unheard_of == [], unheard_of
