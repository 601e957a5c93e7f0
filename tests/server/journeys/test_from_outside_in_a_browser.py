"""The main paths of an auditor who reads under a grant, and of a visitor whom nobody knows yet, by keyboard alone."""

import json
import re

import pytest
from playwright.sync_api import Browser, expect
from tests.server.accounts.cast import PASSWORD
from tests.server.accounts.live import serving
from tests.server.exchange.cast import Sides, sides, worked_off
from tests.server.journeys.cast import caught_up, session
from tests.server.journeys.walking import walking
from tests.server.readiness.cast import ORGANISATION
from tests.server.works import POLICY, Works, works

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


@pytest.fixture
def both(ground: None) -> Sides:  # noqa: ARG001 - they stand on it
    made = sides()
    made.theirs.create("organisation", {**ORGANISATION, "name": "Notified"})
    product = made.product()
    made.classified(product)
    made.grant("product", "document", title="For the audit of 2026")
    made.ours.create("document", POLICY, links={"about": (product.id,)})
    worked_off()
    caught_up()
    return made


def test_auditor_with_a_grant(browser: Browser, both: Sides) -> None:
    """From the own body's first page to a client's records; each visit, and on what ground, stands recorded on both sides."""
    there = both.theirs
    with (
        serving() as site,
        walking(
            browser, site, "auditor", f"/o/{there.slug}/", ("light", 1280), session=session(there, there.mila)
        ) as walk,
    ):
        page = walk.page
        walk.look("home")
        walk.find("other org", "Other organisations")
        walk.arrived("Other organisations")
        walk.look("what-we-may-read")
        walk.into_content()
        walk.follow(page.get_by_role("link", name="For the audit of 2026"))
        expect(page.get_by_role("heading", name="Begin a visit")).to_be_visible()
        walk.look("visit", again=False)
        walk.into_content()
        walk.write(page.get_by_label("Your nationalities"), "DE")
        walk.write(page.get_by_label("Where you are"), "NL")
        walk.follow(page.get_by_role("button", name="Declare this and begin"))
        expect(page.get_by_text("to be opened")).to_have_count(1)
        walk.look("granted")

        walk.press("j")
        expect(page.locator("tbody a").first).to_be_focused()
        walk.follow(page.get_by_role("link", name="PRD-0001"))
        walk.look("to-be-opened", again=False)
        walk.into_content()
        walk.follow(page.get_by_role("button", name="Open PRD-0001"))
        walk.arrived("A processor of 20 qubits")
        expect(page.get_by_text("Recorded there as")).to_be_visible()
        walk.look("their-product")
        walk.into_content()
        walk.follow(page.get_by_role("main").get_by_role("link", name="DOC-0001").first)
        walk.arrived("Quality policy")
        walk.look("their-policy")
        worked_off()
        for side in (both.ours, both.theirs):
            assert len(both.decisions(side)) >= 1
        visits = both.ours.firm.workspace.records(kinds=("visit",))
        (visit,) = visits.values()
        assert visit.current.content.body["place"] == "NL"

        walk.find("reports", "Reports")
        walk.arrived("Reports")
        walk.into_content()
        walk.choose(page.get_by_label("Result file (JSON)"))
        walk.choose(page.get_by_label("For an auditor or anybody else"))
        walk.follow(page.get_by_role("button", name="Make it"))
        caught_up()
        made = page.get_by_role("link", name=re.compile("-for-auditor.*json"))
        expect(made).to_be_visible()
        walk.look("reports")
        walk.into_content()
        result = json.loads(walk.downloaded(made))
        assert "remedies" not in json.dumps(result)
        walk.look_again()  # while the visit is open
        walk.seen.clear()

        walk.find("other org", "Other organisations")
        walk.into_content()
        walk.follow(page.get_by_role("link", name="For the audit of 2026"))
        walk.into_content()
        walk.follow(page.get_by_role("button", name="End the visit"))
        expect(page.get_by_role("heading", name="Begin a visit")).to_be_visible()
        walk.look("visit-again")
    ours = both.ours.client(both.ours.ada).get(f"/o/{both.ours.slug}/records/{visit.number}/")
    assert b"Mila" in ours.content


@pytest.fixture
def there(ground: None) -> Works:  # noqa: ARG001 - it stands on it
    return works()


def test_visitor(browser: Browser, there: Works) -> None:
    """Nobody knows who it is: what may be read, a report that asks for no name, an address that is none, and the way in."""
    with serving() as site, walking(browser, site, "visitor", "/", ("dark", 390)) as walk:
        page = walk.page
        walk.arrived("Sign in")
        walk.look("front")
        walk.follow(page.get_by_role("button", name="Deutsch"))
        walk.arrived("Anmelden")
        assert page.locator("html").get_attribute("lang") == "de"
        walk.look("front-in-german", again=False)
        walk.follow(page.get_by_role("button", name="English"))
        walk.arrived("Sign in")

        page.goto(f"{site}/o/{there.slug}/speak-up/")
        walk.look("speak-up")
        walk.into_content()
        walk.write(page.get_by_label("What happened"), "A certificate of calibration was signed unread.")
        walk.tick(page.get_by_label("top management"))
        walk.follow(page.get_by_role("button", name="Send"))
        expect(page.get_by_role("heading", name="Received")).to_be_visible()
        walk.look("speak-up-received", again=False)

        page.goto(f"{site}/there-is-no-such-page/")
        walk.look("not-found")
        page.goto(f"{site}/o/{there.slug}/records/PER-0001/")
        walk.arrived("Sign in")
        walk.into_content()
        account = there.accounts[there.ada.id]
        walk.write(page.get_by_label("E-mail"), account.email)
        walk.write(page.get_by_label("Password"), "wrong")
        walk.follow(page.get_by_role("button", name="Sign in", exact=True))
        expect(page.get_by_role("alert").filter(has_text="are not correct")).to_be_visible()
        walk.look("sign-in-refused", again=False)
        walk.into_content()
        walk.write(page.get_by_label("E-mail"), account.email)
        walk.write(page.get_by_label("Password"), PASSWORD)
        walk.follow(page.get_by_role("button", name="Sign in", exact=True))
        walk.arrived("Ada")
        assert page.url.endswith("/records/PER-0001/")
        menu = page.locator(".account > summary")
        walk.enter(menu)
        walk.follow(page.get_by_role("button", name="Sign out"))
        expect(page).to_have_url(re.compile(r"/accounts/login/"))
        page.goto(f"{site}/o/{there.slug}/records/PER-0001/")
        walk.arrived("Sign in")
