"""The frame as people use it: by keyboard alone, wide and narrow, in light and dark, and with scripts switched off."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.server.accounts.cast import assured
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.search.cast import worked
from tests.server.works import PRODUCT, RISK, Works, works

from standfirst.server.accounts.people import add_member
from standfirst.server.store.models import LedgerHead

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
NOTED = ("Failed to load resource", "htmx:")
"""What browser and htmx note of every answer that refuses something, or does not come: the page says it too."""


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works("Gesellschaft für Quantenprozessorherstellungsanlagen")
    made.create("product", PRODUCT)
    for cause in ("laser", "cryostat", "vacuum"):
        made.create(
            "risk", {**RISK, "title": f"The {cause} fails"}, links={"about": ("PRD-0001",)}, serves=("6.1.3",)
        )
    LedgerHead.objects.filter(organisation=made.firm.organisation).update(simulation=True, fictional=True)
    worked()
    return made


@contextmanager
def opened(
    browser: Browser, there: Works, path: str, *, width: int = 1280, scheme: Scheme = "light", **more: Any
) -> Iterator[Page]:
    """Whatever the browser complains about fails the test."""
    with serving() as site:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=site, **more
        )
        cookie = assured(there.accounts[there.ada.id]).client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"/o/{there.slug}{path}")
        yield page
        context.close()
    assert [each for each in complaints if not each.startswith(NOTED)] == []


only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def held(page: Page) -> str:
    """The words of what has the focus."""
    return str(page.evaluate("document.activeElement.innerText.trim().split('\\n')[0]"))


# --- how it looks ---


@only_sqlite
@looked_at
def test_all_that_opens_fits(browser: Browser, there: Works, width: int, scheme: Scheme) -> None:
    with opened(browser, there, "/kinds/risk/", width=width, scheme=scheme) as page:
        require_fit(page)
        for opener in (".notices > summary", ".account > summary"):
            page.locator(opener).click()
            require_fit(page)
            page.keyboard.press("Escape")
        if width < 900:
            page.get_by_role("button", name="Navigation").click()
            expect(page.get_by_role("link", name="Risks")).to_be_visible()
            require_fit(page)
            page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        expect(page.locator("#palette [role=option]").first).to_be_visible()
        require_fit(page)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        require_fit(page)


@only_sqlite
def test_targets_are_large_enough(browser: Browser, there: Works) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24, of all that stands in the frame."""
    with opened(browser, there, "/kinds/risk/") as page:
        for part in (".side", ".top"):
            for each in page.locator(f"{part} :is(a, button, summary)").all():
                box = each.bounding_box()
                if box and each.is_visible():
                    assert min(box["width"], box["height"]) >= 24, each.inner_text()


@only_sqlite
def test_on_paper_there_is_only_the_page(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/risk/") as page:
        page.emulate_media(media="print")
        for part in (".side", ".top", ".foot", ".buttons"):
            expect(page.locator(part).first).to_be_hidden()
        expect(page.get_by_role("heading", name="Risks")).to_be_visible()
        expect(page.locator(".banner")).to_contain_text("Simulation: time in this organisation's ledger")
        expect(page.locator(".banner")).to_be_visible()


@only_sqlite
def test_light_and_dark_are_ones_own_choice(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/risk/", scheme="light") as page:
        ground = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(ground)
        page.locator(".account > summary").click()
        page.get_by_label("Dark", exact=True).check()
        dark = page.evaluate(ground)
        assert dark != light
        page.reload()
        assert page.evaluate(ground) == dark
        page.locator(".account > summary").click()
        page.get_by_label("As the system").check()
        assert page.evaluate(ground) == light


# --- the navigation ---


@only_sqlite
def test_a_family_stays_folded(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/risk/") as page:
        page.locator("[data-family=support] > summary").press("Enter")
        expect(page.get_by_role("link", name="Documents")).to_be_hidden()
        page.reload()
        expect(page.get_by_role("link", name="Documents")).to_be_hidden()
        page.goto(f"/o/{there.slug}/kinds/document/")  # where one is can always be seen
        expect(page.locator(".side").get_by_role("link", name="Documents")).to_be_visible()


@only_sqlite
@pytest.mark.parametrize("script", [True, False])
def test_the_drawer_by_keyboard(browser: Browser, there: Works, script: bool) -> None:
    with opened(browser, there, "/kinds/", width=390, java_script_enabled=script) as page:
        side = page.locator(".side")
        expect(side).to_be_hidden()
        page.keyboard.press("Tab")  # to the content
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(side).to_be_visible()
        page.keyboard.press("Escape")
        expect(side).to_be_hidden()
        page.keyboard.press("Enter")
        page.locator(".side").get_by_role("link", name="Risks").press("Enter")
        expect(page.get_by_role("heading", name="Risks", exact=True)).to_be_visible()


@only_sqlite
def test_without_scripts_the_box_goes_to_the_search(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/", java_script_enabled=False) as page:
        expect(page.locator(".find-open")).to_be_hidden()
        page.get_by_role("searchbox").fill("cryostat")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="RSK-0002")).to_be_visible()


@only_sqlite
@pytest.mark.parametrize("width", [390, 1280])
def test_from_one_organisation_to_another(browser: Browser, there: Works, width: int) -> None:
    other = works("Another Quantum")
    guest = other.firm.person("Ada from next door")
    add_member(user=there.accounts[there.ada.id], organisation=other.firm.organisation, person=guest.id)
    with opened(browser, there, "/kinds/", width=width) as page:
        if width < 900:
            page.get_by_role("button", name="Navigation").click()
        page.locator(".whose > summary").press("Enter")
        expect(page.locator(".whose").get_by_role("link", name="Another Quantum")).to_be_visible()
        require_fit(page)
        page.locator(".whose").get_by_role("link", name="Another Quantum").press("Enter")
        page.wait_for_url(f"**/o/{other.slug}/")


@only_sqlite
def test_a_menu_at_the_edge_opens_to_the_other_side(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.evaluate(
            """() => { const bar = document.createElement('div'); bar.className = 'toolbar'
            bar.innerHTML = '<details class="menu push"><summary>More</summary><div>What there is more</div></details>'
            document.getElementById('main').prepend(bar) }"""
        )
        page.get_by_text("More", exact=True).click()
        expect(page.locator(".toolbar .menu.end")).to_have_count(1)
        require_fit(page)


# --- the palette ---


@only_sqlite
def test_the_palette_by_keyboard(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.keyboard.press("Control+k")
        box = page.get_by_role("combobox", name="Find or do anything")
        expect(box).to_be_focused()
        page.keyboard.type("fails")
        expect(page.get_by_role("option", name="The laser fails")).to_be_visible()
        chosen = page.locator("[role=option][aria-selected=true]")
        expect(chosen).to_have_count(1)
        first = chosen.inner_text()
        page.keyboard.press("ArrowDown")
        assert chosen.inner_text() != first
        assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")  # around the top: the way to the search
        expect(chosen).to_contain_text("Search the records and files")
        page.keyboard.press("ArrowDown")
        assert chosen.inner_text() == first
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("fails")


@only_sqlite
def test_it_finds_people_requirements_and_what_can_be_done(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.keyboard.press("Control+k")
        for words, group, line in (
            ("Ben Ok", "People", "Ben Okri"),
            ("6.1.3", "Requirements", "Quantum risk assessment"),
            ("new sup", "Actions", "New supplier"),
            ("", "Actions", "Readiness"),
        ):
            page.get_by_role("combobox", name="Find or do anything").fill(words)
            expect(page.get_by_role("group", name=group).get_by_role("option", name=line)).to_be_visible()


@only_sqlite
def test_it_forgets_and_gives_the_focus_back(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        button = page.get_by_role("button", name="Find or do anything")
        button.focus()
        page.keyboard.press("Enter")
        page.keyboard.type("laser")
        expect(page.get_by_role("option", name="The laser fails")).to_be_visible()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        page.keyboard.press("Control+k")
        expect(page.get_by_role("combobox", name="Find or do anything")).to_have_value("")
        expect(page.get_by_role("option", name="The laser fails")).to_have_count(0)


@only_sqlite
def test_it_says_when_nothing_is_found(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("zzzz")
        expect(page.locator("#palette-status")).to_have_text("Nothing here has all of these words.")
        require_fit(page)
        page.keyboard.press("Enter")  # the one line that there is: the search says how to ask
        expect(page.get_by_role("heading", name="Search")).to_be_visible()


@only_sqlite
def test_who_types_fast_gets_what_they_typed(browser: Browser, there: Works) -> None:
    """An answer to less than what stands in the box is never opened, and the slow one never comes after the quick one."""
    with opened(browser, there, "/kinds/") as page:
        held_back: list[Any] = []

        def late(route: Any) -> None:
            if "q=RSK-0001" in route.request.url:
                held_back.append(route)  # never answered
            else:
                route.continue_()

        page.route("**/find?*", late)
        page.keyboard.press("Control+k")
        expect(page.locator("#palette [role=option]").first).to_be_visible()
        with page.expect_request("**/find?q=RSK-0001"):
            page.keyboard.type("RSK-0001")
        page.keyboard.press("Backspace")
        page.keyboard.type("3")
        page.keyboard.press("Enter")  # at once, before any answer
        expect(page.get_by_role("heading", level=1)).to_contain_text("The vacuum fails")
        assert held_back


@only_sqlite
def test_a_server_that_does_not_answer_is_said(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.route("**/find?*", lambda route: route.abort())
        page.keyboard.press("Control+k")
        expect(page.locator("#palette-status")).to_contain_text("The server did not answer")


# --- keys ---


@only_sqlite
def test_keys_lead_around(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/risk/") as page:
        page.keyboard.press("j")
        first = held(page)
        page.keyboard.press("j")
        assert held(page) != first
        page.keyboard.press("k")
        assert held(page) == first
        page.keyboard.press("Enter")
        page.wait_for_url("**/records/RSK-*/")  # and until its scripts listen
        expect(page.get_by_role("heading", level=1)).to_contain_text("fails")
        page.keyboard.press("e")
        page.wait_for_url("**/edit/")
        page.locator("#main").focus()
        page.keyboard.press("g")
        page.keyboard.press("r")
        page.wait_for_url("**/readiness/")
        page.goto(f"/o/{there.slug}/kinds/risk/")
        page.keyboard.press("n")
        page.wait_for_url("**/kinds/risk/new/")


@only_sqlite
def test_keys_can_be_switched_off(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/risk/") as page:
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys")
        dialog.get_by_role("checkbox").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(dialog).to_be_hidden()
        page.reload()
        page.keyboard.press("n")
        page.keyboard.press("j")
        assert page.url.endswith("/kinds/risk/")
        assert page.evaluate("document.activeElement === document.body")
        page.keyboard.press("Control+k")  # needs a second key, and stays
        expect(page.get_by_role("combobox", name="Find or do anything")).to_be_focused()
        page.keyboard.press("Escape")
        page.locator(".account > summary").click()
        page.get_by_role("button", name="Keys").click()  # the way back on
        dialog.get_by_role("checkbox").check()
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        page.wait_for_url("**/kinds/risk/new/")


@only_sqlite
def test_keys_leave_fields_alone(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/risk/new/") as page:
        field = page.locator("main input[type=text], main textarea").first
        field.focus()
        page.keyboard.type("g h? n/")
        expect(field).to_have_value("g h? n/")


# --- what happens without leaving the page ---

ASKS = """(path) => { const target = document.createElement('div'); target.id = 'target'
  const button = document.createElement('button'); button.id = 'asks'; button.textContent = 'Ask'
  button.setAttribute('hx-get', path); button.setAttribute('hx-target', '#target')
  document.getElementById('main').append(button, target); htmx.process(button) }"""


@only_sqlite
def test_a_refusal_is_said_beside_the_page(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.evaluate(ASKS, f"/o/{there.slug}/records/RSK-0099/")
        page.locator("#asks").click()
        toast = page.locator("#toasts .toast.bad")
        expect(toast).to_have_count(1)
        expect(page.locator("#target")).to_be_empty()
        require_fit(page)
        toast.get_by_role("button", name="Put away").click()
        expect(toast).to_have_count(0)


@only_sqlite
def test_a_lost_server_is_said(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.evaluate(ASKS, f"/o/{there.slug}/kinds/risk/")
        page.route("**/kinds/risk/", lambda route: route.abort())
        page.locator("#asks").click()
        expect(page.locator("#toasts")).to_contain_text("The server did not answer.")


@only_sqlite
def test_what_is_swapped_is_said_and_the_focus_stays(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.evaluate(ASKS, f"/o/{there.slug}/part")
        page.evaluate("document.getElementById('asks').setAttribute('hx-target', '#main')")
        body = '<div data-said="3 risks"><h2>Three</h2></div>'
        page.route("**/part", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.locator("#asks").press("Enter")
        expect(page.locator("#announce")).to_have_text("3 risks")
        assert held(page) == "Three"


@only_sqlite
def test_a_bar_shows_that_something_takes_long(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.clock.install(time=0)
        page.clock.pause_at(3600)  # a slow machine's seconds do not count from here on
        page.evaluate(ASKS, f"/o/{there.slug}/part")
        waiting: list[Any] = []

        def hold(route: Any) -> None:
            waiting.append(route)

        page.route("**/part", hold)
        with page.expect_request("**/part"):
            page.locator("#asks").click()
        bar = page.locator("#progress")
        page.clock.run_for(900)
        expect(bar).to_be_hidden()
        page.clock.run_for(200)
        expect(bar).to_be_visible()
        page.clock.resume()
        waiting[0].fulfill(body="<p>There</p>", content_type="text/html")
        expect(page.locator("#target")).to_have_text("There")
        expect(bar).to_be_hidden()


@only_sqlite
def test_who_was_signed_out_meanwhile_is_taken_to_sign_in(browser: Browser, there: Works) -> None:
    with opened(browser, there, "/kinds/") as page:
        page.evaluate(ASKS, f"/o/{there.slug}/kinds/risk/")
        page.context.clear_cookies()
        page.locator("#asks").click()
        expect(page).to_have_url(re.compile(rf"/accounts/login/\?next=/o/{there.slug}/kinds/$"))
