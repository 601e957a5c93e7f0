"""The page of a record as people meet it: light and dark, wide and narrow, by keyboard, with scripts and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.pages.test_in_a_browser import LONG, Scheme, opened
from tests.server.works import POLICY, PRODUCT, RISK, Works, works

from standfirst.server.pages.linked import FEW

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]

PAGES = (
    *("RSK-0001/", "RSK-0002/", "DOC-0001/", "DOC-0001/?version=2", "NCR-0001/", "OBJ-0001/", "REV-0001/"),
    *(
        "SOA-0001/",
        "AUD-0001/",
        "GRT-0001/",
        "CMT-0001/",
        "PRD-0001/",
        "PER-0001/",
        "RSK-0001/comments/?answers=CMT-0001",
    ),
    *("DOC-0001/history/", "DOC-0001/compare/?from=1&to=4", "PRD-0001/links/?relation=about&way=in"),
    *("PRD-0001/trace/", "PRD-0001/proof/"),
)


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works(LONG)
    made.create("product", {**PRODUCT, "title": LONG})
    assessed = {
        "likelihood": 4,
        "severity": 3,
        "assessed_on": "2026-03-01",
        "controls": [LONG],
        "residual_likelihood": 2,
        "residual_severity": 3,
        "decision": "reduce",
    }
    made.create(
        "risk", {**RISK, **assessed, "title": LONG}, links={"about": ("PRD-0001",)}, serves=("6.1.3",)
    )
    for _ in range(FEW + 2):
        made.create("risk", RISK, links={"about": ("PRD-0001",)})
    policy = made.create(
        "document", {**POLICY, "text": f"# {LONG}\n\n{'x' * 300}\n\n| a | b |\n|-|-|\n| 1 | 2 |"}
    )
    made.move(policy, "in-review")
    made.move(policy, "draft")
    made.amend(policy, text=f"# Other\n\n{LONG}")
    _others(made)
    for who, text in ((made.ben, f"@ada: **{LONG}**"), (made.ada, "Yes")):
        address = f"/o/{made.slug}/records/RSK-0001/comments/"
        assert made.client(who).post(address, {"text": text}).status_code == 302
    return made


def _others(made: Works) -> None:
    made.create(
        "nonconformity",
        {
            "title": "The error drifted",
            "description": "EWMA crossed",
            "against": ["6.1.3"],
            "grade": "minor",
            "source": "measurement",
            "found_on": "2026-01-10",
            "correction": LONG,
            "action_due": "2026-02-01",
        },
    )
    made.create(
        "objective",
        {
            "title": "Lower error",
            "aspects": ["quality"],
            "measure": "Median",
            "unit": "%",
            "target": "0.5",
            "direction": "at-most",
            "owner": "ada",
            "resources": "Two weeks",
            "due": "2026-02-01",
            "readings": [{"on": "2026-01-10", "value": "1.2"}, {"on": "2026-04-10", "value": "0.8"}],
        },
    )
    made.create(
        "management-review",
        {
            "title": "Of 2026",
            "planned_for": "2026-12-10",
            "inputs": ["risks"],
            "decisions": [LONG],
            "actions": [{"what": LONG, "owner": "ben", "due": "2026-12-20"}],
        },
    )
    made.create(
        "internal-audit",
        {
            "title": "Design",
            "programme": "2026",
            "requirements": ["6.1.3", "A.1.2"],
            "process_owners": ["ben"],
            "auditors": ["ada"],
            "planned_for": "2026-03-01",
            "findings": [{"requirement": "6.1.3", "grade": "minor", "statement": LONG}],
        },
    )
    made.create(
        "statement-of-applicability",
        {
            "title": "Ours",
            "edition": "qt-qms-reference 2026.1",
            "effective_from": "2026-01-05",
            "entries": [{"requirement": "A.1.1", "applies": True, "reason": LONG, "status": "partly"}],
        },
    )
    made.create(
        "read-grant",
        {
            "title": LONG,
            "reader": {"name": LONG, "id": str(made.firm.organisation.pk)},
            "purpose": "Certification",
            "kinds": ["document"],
            "effective_from": "2026-03-01T00:00:00+01:00",
            "effective_until": "2028-02-01T00:00:00+01:00",
            "unclassified": "readable",
        },
    )


@pytest.fixture
def site(there: Works) -> Iterator[str]:  # noqa: ARG001 - the database first
    with serving() as address:
        yield address


@looked_at
def test_it_fits_and_can_be_read_by_all(
    browser: Browser, site: str, there: Works, width: int, scheme: Scheme
) -> None:
    with opened(browser, site, there, there.ada, width=width, scheme=scheme) as page:
        for path in PAGES:
            page.goto(f"{site}/o/{there.slug}/records/{path}")
            for details in page.locator("main details").all():
                details.evaluate("e => { e.open = true }")
            require_fit(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def comment(page: Page, site: str, there: Works) -> None:
    page.goto(f"{site}/o/{there.slug}/records/RSK-0001/")
    page.get_by_label("Your comment").focus()


def test_somebody_is_called_by_keyboard_alone(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ben) as page:
        comment(page, site, there)
        page.keyboard.type("Look, @mil")
        options = page.get_by_role("option")
        expect(options).to_have_count(1)
        expect(options.first).to_have_attribute("aria-selected", "true")
        field = page.get_by_label("Your comment")
        below, text = page.get_by_role("listbox").bounding_box(), field.bounding_box()
        assert below is not None
        assert text is not None
        assert 0 <= below["y"] - text["y"] - text["height"] < 20
        assert abs(below["x"] - text["x"]) < 2
        active = field.get_attribute("aria-activedescendant")
        assert active == options.first.get_attribute("id")
        require_fit(page)
        page.keyboard.press("Enter")
        expect(options).to_have_count(0)
        assert re.fullmatch(r"Look, @p?\w+ ", field.input_value())
        page.keyboard.type("please")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        made = page.locator("#CMT-0003")
        expect(made).to_be_focused()
        expect(made).to_contain_text("please")
        expect(made.locator(".mention")).to_have_attribute("title", "Mila")
        expect(page.get_by_label("Your comment")).to_have_value("")
        assert page.url.endswith("/records/RSK-0001/")


def test_the_proposal_is_walked_and_put_away(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        comment(page, site, there)
        page.keyboard.type("@")
        options = page.get_by_role("option")
        expect(options).to_have_count(3)
        page.keyboard.press("ArrowDown")
        expect(options.nth(1)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(options.nth(2)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Escape")
        expect(options).to_have_count(0)
        expect(page.get_by_label("Your comment")).to_have_value("@")
        page.keyboard.type(" x@y")
        expect(options).to_have_count(0)


def test_a_fault_stands_at_the_text_and_nothing_is_lost(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        comment(page, site, there)
        page.keyboard.type("Ask @nobody of it ")
        page.get_by_role("button", name="Comment", exact=True).click()
        field = page.get_by_label("Your comment")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#comment-fault")).to_contain_text("Nobody here goes by nobody.")
        expect(field).to_have_value("Ask @nobody of it ")
        require_fit(page)


def test_an_answer_in_place(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ben) as page:
        page.goto(f"{site}/o/{there.slug}/records/RSK-0001/")
        page.locator("#CMT-0002").get_by_role("link", name="Answer").click()
        field = page.get_by_label("Your answer to CMT-0002")
        field.fill("Indeed")
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.locator("li:has(> #CMT-0002) #CMT-0003")).to_contain_text("Indeed")
        assert page.url.endswith("/records/RSK-0001/")


def test_without_scripts(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ben, script=False) as page:
        page.goto(f"{site}/o/{there.slug}/records/RSK-0001/")
        page.locator("#CMT-0001").get_by_role("link", name="Answer").click()
        page.get_by_label("Your answer to CMT-0001").fill("Without @nobody")
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.locator("#comment-fault")).to_contain_text("Nobody here goes by nobody.")
        page.get_by_label("Your answer to CMT-0001").fill("Without")
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.locator("#CMT-0003")).to_contain_text("Without")
        assert page.url.endswith("/records/RSK-0001/#CMT-0003")
        page.goto(f"{site}/o/{there.slug}/records/PRD-0001/")
        page.get_by_role("link", name=re.compile(r"\d+ more")).click()
        expect(page.locator("main")).to_contain_text("RSK-0002")


def test_the_rest_of_the_links_comes_in_place(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/records/PRD-0001/")
        linked = page.locator(".linked")
        expect(linked.get_by_text("RSK-0002")).to_have_count(0)
        more = linked.get_by_role("link", name=re.compile(r"\d+ more"))
        more.focus()
        page.keyboard.press("Enter")
        expect(linked.get_by_text("RSK-0002")).to_have_count(1)
        expect(more).to_have_count(0)
        require_fit(page)


def test_its_name_stays_in_sight_and_hides_nothing_that_has_the_focus(
    browser: Browser, site: str, there: Works
) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/records/NCR-0001/")
        page.mouse.wheel(0, 900)
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
        page.locator("#said").scroll_into_view_if_needed()
        hidden = []
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        for _ in range(25):
            page.keyboard.press("Shift+Tab")
            hidden.append(
                page.evaluate(
                    """() => { const e = document.activeElement, head = document.querySelector('.record-head');
                    if (!e.closest('main') || head.contains(e)) return '';
                    const box = e.getBoundingClientRect(), edge = head.getBoundingClientRect().bottom;
                    return box.top < edge - 1 && box.bottom > head.getBoundingClientRect().top ? e.outerHTML : ''; }"""
                )
            )
        assert [each for each in hidden if each] == []


def test_on_paper_there_is_the_record_and_nothing_to_press(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, there.ada) as page:
        page.goto(f"{site}/o/{there.slug}/records/RSK-0001/")
        page.emulate_media(media="print")
        for hidden in (".side", ".top", ".tabs", ".acts", ".next", "#comments"):
            expect(page.locator(hidden).first).to_be_hidden()
        for shown in (".record-head h1", ".sections", ".linked", ".matrix"):
            expect(page.locator(shown).first).to_be_visible()
