"""The report as a person meets it: in light and dark, on a telephone, on paper, by keyboard, by screen reader."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from tests.conformity.cast import LONG, left_out
from tests.conformity.house import MEASURED, assessed, from_facts, house

from standfirst.conformity import printed_statement
from standfirst.conformity.report import html
from standfirst.pictures import drawing
from standfirst.pictures.figure import Figure
from standfirst.pictures.measured import Measured
from standfirst.standards.reason import Reason

pytestmark = pytest.mark.browser

OVERFLOWING = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && e.checkVisibility()
    && !e.closest('.vh, .sprite, thead, .picture')).map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    label = next(fact.label for fact in house()[0] if fact.kind == "measurement")
    pages = {
        "full": html(assessed(), measured={label: MEASURED}),
        "outside": html(assessed(), remedies=False),
        "empty": html(from_facts()),
        "statement": printed_statement.html(from_facts(left_out("We run no key network."))),
        "long statement": printed_statement.html(from_facts(left_out(LONG), organisation=LONG)),
        "long": html(
            assessed(
                organisation=LONG,
                unrecorded=(Reason("unrecorded.new", {"record": "", "file": LONG}),),
                ledger_head=LONG,
                organisation_id=LONG,
            )
        ),
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "_MODULE", "a_module_that_is_not_there")
        pages["undrawn"] = html(assessed(), measured={label: Measured(figures=(_long(MEASURED.figures[0]),))})
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


def _long(figure: Figure) -> Figure:
    rows = [{"age": LONG, "values": 1} for _ in range(40)]
    return replace(figure, title=LONG, spec={**figure.spec, "data": {"values": rows}})


def opened(
    browser: Browser,
    file: Path,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    script: bool = True,
) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on(
        "request", lambda request: complaints.append(request.url) if request.url != file.as_uri() else None
    )
    page.goto(file.as_uri())
    assert complaints == []
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["full", "empty", "statement"])
def test_axe_finds_no_violation(
    browser: Browser, reports: dict[str, Path], name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = opened(browser, reports[name], width=width, scheme=scheme)
    # Three requirements of each status, opened: the others are made of the same parts, and axe needs its time.
    page.evaluate("() => [...document.querySelectorAll('article')].slice(18).forEach((e) => e.remove())")
    page.evaluate("() => document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    page.evaluate("() => [...document.querySelectorAll('.rows tr')].slice(20).forEach((e) => e.remove())")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.context.close()


@pytest.mark.parametrize(
    "name", ["full", "outside", "empty", "long", "undrawn", "statement", "long statement"]
)
def test_nothing_is_wider_than_the_window(browser: Browser, reports: dict[str, Path], name: str) -> None:
    page = opened(browser, reports[name])
    for width in (320, 360, 700, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OVERFLOWING) == []
    page.context.close()


@pytest.mark.parametrize("name", ["full", "long", "statement", "long statement"])
def test_paper_clips_nothing(browser: Browser, reports: dict[str, Path], name: str) -> None:
    page = opened(browser, reports[name], width=680)  # A4 without its margins, in CSS pixels
    page.emulate_media(media="print")
    assert page.evaluate(OVERFLOWING) == []
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.context.close()


def test_paper_is_white_also_for_who_reads_in_the_dark(browser: Browser, reports: dict[str, Path]) -> None:
    page = opened(browser, reports["full"], scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.context.close()


def test_a_picture_follows_the_reader_into_the_dark(browser: Browser, reports: dict[str, Path]) -> None:
    colours = {}
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page = opened(browser, reports["full"], scheme=scheme)
        colours[scheme] = page.evaluate(
            """() => [...document.querySelectorAll('.picture svg :is(path, text)')].map((e) => getComputedStyle(e).fill)"""
        )
        page.context.close()
    assert "rgb(47, 111, 174)" in colours["light"]
    assert "rgb(121, 176, 234)" in colours["dark"]
    assert not set(colours["light"]) & set(colours["dark"]) - {"none"}


def test_a_picture_keeps_its_letters_large_on_a_telephone(browser: Browser, reports: dict[str, Path]) -> None:
    page = opened(browser, reports["full"], width=360)
    assert page.evaluate("document.querySelector('.picture text').getBoundingClientRect().height") >= 9
    page.locator(".picture").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    # Scrolling takes its frames. The page forbids what wait_for_function does, which is to evaluate text from within.
    page.evaluate(
        """new Promise((scrolled) => {
            const look = () => document.querySelector('.picture').scrollLeft > 0 ? scrolled() : requestAnimationFrame(look)
            look()
        })"""
    )
    page.context.close()


def test_without_a_script_the_page_is_whole(browser: Browser, reports: dict[str, Path]) -> None:
    page = opened(browser, reports["full"], script=False)
    assert page.locator("article:visible").count() == 90
    assert page.locator("#filter").is_hidden()
    page.context.close()


def test_the_filter_keeps_what_is_asked_for(browser: Browser, reports: dict[str, Path]) -> None:
    page = opened(browser, reports["full"])
    page.get_by_label("partly shown").check()
    shown = page.locator("article:visible")
    assert shown.count() == page.locator("article[data-status=partly]").count() > 0
    assert f"{shown.count()} of 90" in page.locator("#filter output").inner_text()
    page.get_by_role("searchbox").fill("calibration")
    assert 0 < page.locator("article:visible").count() < 90
    hidden = page.locator("article[hidden]").first.get_attribute("id")
    page.locator(f".matrix a[href='#{hidden}']").click()
    assert page.locator(f"[id='{hidden}']").is_visible()
    assert page.locator("article:visible").count() == 90
    page.context.close()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = opened(browser, reports["full"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert seen == "solid"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1
    page.context.close()


def test_targets_are_large_enough_or_far_enough_apart(browser: Browser, reports: dict[str, Path]) -> None:
    """WCAG 2.2, 2.5.8: 24 pixels, or a circle of 24 around each that meets no other."""
    page = opened(browser, reports["full"], width=360)
    places = page.evaluate(
        "() => [...document.querySelectorAll('.cells .cell')].map((e) => e.getBoundingClientRect()).map((r) => [r.x, r.y, r.width])"
    )
    for (x, y, width), (next_x, next_y, _) in pairwise(places):
        assert width >= 24 or next_y != y or next_x - x >= 24
    page.context.close()
