"""A newcomer's first ten minutes, and the pages of them as people meet them: by keyboard, narrow, dark, read aloud."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.server import databases
from tests.server.accounts.cast import PASSWORD
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.setup.answered import ANSWERS
from tests.server.works import Works, works

from standfirst.server.clock import now
from standfirst.server.jobs import TOPICS
from standfirst.server.setup import opening
from standfirst.server.store.outbox import drain

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
LONG = "Gesellschaft-für-supraleitende-Quantenprozessorherstellungsanlagenqualitätssicherung mbH & Co. KG"


@contextmanager
def opened(
    browser: Browser, *, scheme: Scheme = "light", width: int = 1280, script: bool = True
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [each for each in complaints if "Failed to load resource" not in each] == []


def drained() -> None:
    """What the worker beside the server does."""
    drain(TOPICS, clock=now)


def shown(page: Page, slug: str) -> str:
    """What the first page says of readiness."""
    page.goto(f"{page.url.split('/o/')[0]}/o/{slug}/")
    return page.locator("#shown + .figure").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_newcomers_first_ten_minutes(browser: Browser, script: bool) -> None:
    """From the link that ``serve`` prints to a first record that moves readiness. The steps are asserted, the time is told."""
    with (
        databases.pointed_at(databases.fresh("sqlite")),
        serving() as site,
        opened(browser, script=script) as page,
    ):
        began, told = monotonic(), []

        def step(name: str) -> None:
            told.append(f"{monotonic() - began:6.1f} s  {name}")

        # 1. The first account.
        page.goto(f"{site}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Nobody has an account here yet")
        page.goto(f"{site}/begin/{opening.fresh(now=now())}/")
        page.get_by_label("Your name").fill("Ada Example")
        page.get_by_label("E-mail address").fill("ada@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password once more").fill(PASSWORD)
        page.get_by_role("button", name="Create the first account").click()
        step("signed up")
        # 2. The organisation.
        page.get_by_label("Name of the organisation").fill("Acme Quantum")
        page.get_by_role("button", name="Begin").click()
        step("the ledger has begun")
        # 3. Six questions.
        page.get_by_label("Country of its seat").fill("Netherlands")
        page.get_by_label("What does it make or do?").fill("We build processors of 20 qubits.")
        page.get_by_label("Builder of systems").check()
        page.get_by_label("Where it works").fill("Delft, NL")
        page.get_by_label("How many people work there?").fill("24")
        onward(page)
        page.get_by_label("Name").first.fill("Bea Example")
        page.locator(".other").first.get_by_label("Reviewer").check()
        onward(page)
        page.get_by_label("Computing").check()
        onward(page)
        page.get_by_label("Engineering").check()
        page.get_by_label("Operation").check()
        page.get_by_label("Tier 2").check()
        onward(page)
        page.get_by_label("European Union").check()
        onward(page)
        onward(page)  # no certificates yet
        step("six questions answered")
        # 4. The tailored profile.
        expect(page.get_by_role("heading", level=1)).to_have_text("Review")
        expect(page.locator("#profile + .figure")).to_have_text("81 of 90 requirements")
        page.locator("summary", has_text="are not asked, and why").press("Enter")
        expect(page.get_by_text("It is asked in communication; we work in computing.").first).to_be_visible()
        page.get_by_role("button", name="Finish and show what is missing").click()
        step("recorded")
        # 5. The first gap list, with reasons.
        expect(page.get_by_role("heading", level=1)).to_have_text("What is missing, first things first")
        first = page.locator(".gaps ol > li").first
        expect(first.get_by_role("heading")).to_contain_text("4.3 Scope by domain, role and stage")
        expect(first).to_contain_text("SCP-0001 is in draft; asked: approved.")
        step("the first gap list")
        # 6. The first record: of those that a record alone shows.
        drained()
        before = shown(page, "acme-quantum")
        assert before == "0 of 81 that apply"
        page.goto(f"{site}/o/acme-quantum/gaps/")
        gap = page.locator(".gaps ol > li").filter(has_text="4.5 Value-chain role and duty split")
        gap.get_by_role("link", name="New product").first.click()
        fill_product(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("A processor of 20 qubits")
        step("the first record")
        # 7. Readiness moves.
        drained()
        page.goto(f"{site}/o/acme-quantum/gaps/")
        gap = page.locator(".gaps ol > li").filter(has_text="4.5 Value-chain role and duty split")
        assert gap.count() == 0 or "partly" in gap.inner_text()
        page.goto(f"{site}/o/acme-quantum/")
        expect(page.locator("#since").locator("..")).to_contain_text("4.5 Value-chain role and duty split")
        step("readiness moved")
        print("\n" + "\n".join(told))  # noqa: T201 - with -s, for who wants to know how long it took


def onward(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def fill_product(page: Page) -> None:
    page.locator("[name='body.title']").fill("A processor of 20 qubits")
    page.locator("[name='body.type']").select_option("device")
    page.locator("[name='body.description']").fill("It runs circuits, for customers.")
    page.locator("[name='body.domains'][value=computing]").check()
    page.locator("[name='body.tier']").fill("2")
    page.locator("[name='body.role']").select_option("system-builder")
    page.locator("[name='why']").fill("Our first product")
    page.get_by_role("button", name="Record", exact=True).click()


# --- as people meet them ----------------------------------------------------------------------------------------------


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works(LONG)


@pytest.fixture
def site(there: Works) -> Iterator[str]:  # noqa: ARG001 - the database first
    with serving() as address:
        yield address


def enter(page: Page, site: str, there: Works) -> None:
    cookie = there.client(there.ada).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@looked_at
def test_they_fit_and_can_be_read_by_all(
    browser: Browser, site: str, there: Works, scheme: Scheme, width: int
) -> None:
    ada = there.client(there.ada)
    base = f"/o/{there.slug}"
    with opened(browser, scheme=scheme, width=width) as page:
        page.goto(f"{site}/organisations/new/")
        require_fit(page)
        enter(page, site, there)
        page.goto(f"{site}{base}/")
        require_fit(page)
        for step, said in ANSWERS.items():
            page.goto(f"{site}{base}/set-up/{step}/")
            unfold(page)
            require_fit(page)
            page.get_by_role("button", name="Continue").click()  # faults, where something has to be answered
            require_fit(page)
            ada.post(f"{base}/set-up/{step}/", said)
        page.goto(f"{site}{base}/set-up/review/")
        unfold(page)
        require_fit(page)
        page.get_by_role("button", name="Finish").click()
        unfold(page)
        require_fit(page)
        drained()
        page.goto(f"{site}{base}/")
        require_fit(page)
        page.goto(f"{site}/?all")
        require_fit(page)


def unfold(page: Page) -> None:
    for details in page.locator("main details").all():
        details.evaluate("each => { each.open = true }")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_step_is_answered_by_keyboard_alone(browser: Browser, site: str, there: Works) -> None:
    with opened(browser) as page:
        enter(page, site, there)
        page.goto(f"{site}/o/{there.slug}/set-up/domains/")
        page.get_by_label("Computing").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_label("Communication")).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Stages and effects")
