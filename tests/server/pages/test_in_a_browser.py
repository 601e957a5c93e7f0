"""The plain pages as people meet them: light and dark, wide and narrow, by screen reader, on paper, with a passkey."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.server.accounts.cast import PASSWORD, assured
from tests.server.accounts.live import serving
from tests.server.accounts.test_in_a_browser import registered, with_authenticator
from tests.server.browsing import looked_at, require_fit
from tests.server.works import POLICY, PRODUCT, RISK, Works, works

from standfirst.records.actor import Actor
from standfirst.records.signature import verify
from standfirst.records.signing import Proof
from standfirst.server import reading
from standfirst.server.access import place_for
from standfirst.standards.vocabulary import Assurance

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
LONG = "Gesellschaft-für-supraleitende-Quantenprozessorherstellungsanlagenqualitätssicherung mbH & Co. KG"
REFUSED = "Failed to load resource"
"""What a browser notes of every answer above 399, also where the page says why."""
FRAGMENT = "because a document's URL has a fragment"
"""What it notes where a link leads to a part of a page that has a closed dialog with a field to begin in."""


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works(LONG)
    made.create("product", PRODUCT)
    made.create("product", {**PRODUCT, "title": LONG, "description": "word " * 200})
    causes = {"causes": ["Age", LONG], "likelihood": 2, "severity": 3, "assessed_on": "2026-11-20"}
    made.create("risk", {**RISK, **causes}, links={"about": ("PRD-0001", "PRD-0002")}, serves=("6.1.3",))
    policy = made.create("document", POLICY, links={"about": ("RSK-0001",)})
    made.amend(policy, text=POLICY["text"] + f"\n\n{LONG} {'x' * 300}", topics=["quality"])
    made.move(policy, "in-review")
    entries = [{"requirement": "A.1.1", "applies": True, "reason": LONG}]
    made.create(
        "statement-of-applicability",
        {
            "title": "Ours",
            "edition": "qt-qms-reference 2026.1",
            "effective_from": "2026-01-05",
            "entries": entries,
        },
    )
    return made


@pytest.fixture
def site(there: Works) -> Iterator[str]:  # noqa: ARG001 - the database first
    with serving() as address:
        yield address


@contextmanager
def opened(
    browser: Browser,
    site: str,
    there: Works,
    who: Actor,
    *,
    width: int = 1280,
    scheme: Scheme = "light",
    script: bool = True,
) -> Iterator[Page]:
    """Whatever the browser complains about fails the test, but for answers that refuse something."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    cookie = assured(there.accounts[who.id]).client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [each for each in complaints if REFUSED not in each and FRAGMENT not in each] == []


PAGES = (
    *(
        "/",
        "/kinds/risk/",
        "/kinds/supplier/",
        "/kinds/risk/new/",
        "/records/RSK-0001/",
        "/records/RSK-0001/edit/",
    ),
    *("/records/DOC-0001/", "/records/DOC-0001/history/", "/records/DOC-0001/compare/?from=1&to=2"),
    *(
        "/records/PRD-0001/trace/",
        "/records/PRD-0001/proof/",
        "/records/RSK-0001/moves/close/",
        "/records/SOA-0001/",
    ),
    "/records/PRD-0002/",
)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@looked_at
def test_pages_fit_and_can_be_read_by_all(
    browser: Browser, site: str, there: Works, width: int, scheme: Scheme
) -> None:
    with opened(browser, site, there, there.ada, width=width, scheme=scheme) as page:
        for path in PAGES:
            page.goto(f"{site}/o/{there.slug}{path}")
            for details in page.locator("details").all():
                details.evaluate("e => { e.open = true }")
            require_fit(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def begun(page: Page, site: str, there: Works) -> None:
    """As far as the page that shows what is signed."""
    page.goto(f"{site}/o/{there.slug}/records/DOC-0001/")
    page.get_by_role("link", name="Approve").first.click()
    page.get_by_label("Why").fill("I have read it")
    page.get_by_role("button", name="Go on to sign").click()
    expect(page.get_by_role("heading", name="What you sign")).to_be_visible()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@looked_at
def test_the_dialogs_fit(browser: Browser, site: str, there: Works, width: int, scheme: Scheme) -> None:
    """Signing, a refusal of it, and a merge."""
    with opened(browser, site, there, there.ben, width=width, scheme=scheme) as page:
        with_authenticator(page)
        registered(page, site)
        page.get_by_label("I have kept them somewhere safe").check()
        begun(page, site, there)
        require_fit(page)
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("nothing was signed")
        require_fit(page)
        page.goto(f"{site}/o/{there.slug}/records/RSK-0001/edit/")
        page.get_by_label("Title").fill("Ben's title")
        page.get_by_label("Why").fill("Better")
        there.amend(
            there.record(there.firm.workspace.numbered(["RSK-0001"])["RSK-0001"]), title=LONG, owner="ben"
        )
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page.get_by_role("heading", name="Somebody else has recorded")).to_be_visible()
        require_fit(page)
        page.get_by_label("What stands in the field below").check()
        page.get_by_role("button", name="Record as version 3").click()
        expect(page.get_by_role("heading", name="Ben's title")).to_be_visible()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_passkey_signs_exactly_what_is_shown(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ben) as page:
        device = with_authenticator(page)
        registered(page, site, "The blue key")
        page.get_by_label("I have kept them somewhere safe").check()
        begun(page, site, there)
        digest = page.get_by_text("Digest that is signed").locator("xpath=following-sibling::dd").inner_text()

        # 1. Without its owner it signs nothing.
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
        page.get_by_role("button", name="Sign with a passkey").click()
        expect(page.locator("#told")).to_contain_text("Not signed")

        # 2. With its owner it signs this.
        devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
        page.get_by_role("button", name="Sign with a passkey").click()
        expect(page.get_by_text("DOC-0001 is signed, and now approved")).to_be_visible()
        expect(page.get_by_text("Signed with a passkey of the signer; anyone can verify it.")).to_be_visible()
        page.goto(f"{site}/o/{there.slug}/kinds/passkey/")
        expect(page.get_by_role("link", name="The blue key")).to_be_visible()

        # 3. What was signed is what was shown, and holds.
        place = place_for(there.accounts[there.ben.id], there.slug)
        record = reading.record_of(place, "DOC-0001")
        [seen] = verify(record.versions, reading.basis(place, record), place.store.kinds["document"])
        assert (seen.holds, seen.assurance) == (True, Assurance.PASSKEY)
        proof = Proof.from_json(dict(record.current.content.signature or {}))
        assert (proof.digest.hex(), proof.statement.reason) == (digest, "I have read it")

        # 4. The next signature with it needs no second record of it.
        there.move(record, "draft", by=there.ada)
        there.amend(record, title="Again")
        there.move(record, "in-review")
        begun(page, site, there)
        page.get_by_role("button", name="Sign with a passkey").click()
        expect(page.get_by_text("DOC-0001 is signed, and now approved")).to_be_visible()
    assert len(there.firm.workspace.records(kinds=("passkey",))) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_merge_needs_no_script(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ben, script=False) as page:
        page.goto(f"{site}/o/{there.slug}/records/RSK-0001/edit/")
        page.get_by_label("Hazard").fill("Ben's hazard")
        page.get_by_label("Why").fill("Better")
        there.amend(
            there.record(there.firm.workspace.numbered(["RSK-0001"])["RSK-0001"]), hazard="Ada's hazard"
        )
        page.get_by_role("button", name="Record", exact=True).click()
        page.get_by_label("Keep version 2").check()
        page.get_by_role("button", name="Record as version 3").click()
        expect(page.get_by_text("says what you wrote already")).to_be_visible()
        expect(page.get_by_text("Ada's hazard")).to_be_visible()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_signatures_are_printed_with_their_record(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ben) as page:
        begun(page, site, there)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign", exact=True).click()
        page.emulate_media(media="print")
        for words in ("Ben Okri", "I have read it", "UTC, on version 3", "Quality policy"):
            expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()
        expect(page.get_by_role("heading", name="What can be done next")).to_be_hidden()
        expect(page.get_by_role("navigation", name="Pages of DOC-0001")).to_be_hidden()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_record_is_changed_by_keyboard_alone(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/records/RSK-0001/moves/close/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        while not page.get_by_label("Why").evaluate("e => e === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.type("Over")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("RSK-0001 is now closed")).to_be_visible()
