"""The main paths of quality manager, engineer and managing director, each walked from home on by keyboard alone."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, expect
from tests.server.accounts.cast import PASSWORD
from tests.server.accounts.live import serving
from tests.server.journeys.cast import DRIFT, House, caught_up, house, session
from tests.server.journeys.walking import Walker, walking

from standfirst.records.actor import Actor
from standfirst.records.record import Record
from standfirst.server.desk.models import Draft
from standfirst.standards.vocabulary import Assurance

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


@pytest.fixture
def here(ground: None) -> House:  # noqa: ARG001 - it stands on it
    return house()


def recorded(here: House, number: str) -> Record:
    return here.works.record(here.works.firm.workspace.numbered([number])[number])


def signed(here: House, number: str, by: Actor) -> bool:
    current = recorded(here, number).current
    assert current.entry.actor == by.id
    proof = current.content.signature
    return proof is not None and proof["assurance"] == Assurance.REAUTHENTICATED.value


def sign(walk: Walker, move: str, why: str, name: str) -> None:
    """From the record's page on: the move, its reason, what is signed, and the password once more."""
    walk.into_content()
    walk.follow(walk.page.locator("main").get_by_role("link", name=move, exact=True).first)
    walk.look(f"{name}-why")
    walk.write(walk.page.get_by_label("Why"), why)
    walk.follow(walk.page.get_by_role("button", name="Go on to sign"))
    expect(walk.page.get_by_role("heading", name="What you sign")).to_be_visible()
    walk.look(f"{name}-signing")
    walk.write(walk.page.get_by_label("Password"), PASSWORD)
    walk.follow(walk.page.get_by_role("button", name="Sign", exact=True))
    expect(walk.page.get_by_text("is signed, and now")).to_be_visible()
    del walk.seen[f"{name}-why"], walk.seen[f"{name}-signing"]  # what is done can be opened no more


def status(walk: Walker, requirement: str) -> str:
    """What the square of a requirement says on the page of readiness, reached through the palette."""
    walk.find("readiness", "Readiness")
    walk.arrived("Readiness")
    return walk.page.locator(f".squares a[href$='/requirements/{requirement}/'] .word").inner_text()


def test_quality_manager(browser: Browser, here: House) -> None:
    """What is late on the first page is brought to its end, and a square of readiness follows."""
    home = f"/o/{here.works.slug}/"
    with (
        serving() as site,
        walking(
            browser, site, "quality-manager", home, ("light", 1280), session=session(here.works, here.quirin)
        ) as walk,
    ):
        walk.arrived("1 thing needs you today")
        walk.look("home")
        walk.into_content()
        late = walk.page.locator(".needs a").first
        expect(late).to_contain_text(DRIFT)
        expect(walk.page.locator(".needs li").first).to_contain_text("late by 2 d")
        walk.follow(late)
        walk.arrived(DRIFT)
        walk.look("record")

        walk.into_content()
        walk.follow(walk.page.locator("main").get_by_role("link", name="Act", exact=True).first)
        walk.write(walk.page.get_by_label("Why"), "The engineer has done it")
        walk.follow(walk.page.get_by_role("button", name="Act"))
        expect(walk.page.get_by_text("NCR-0001 is now acted on")).to_be_visible()
        sign(walk, "Close", "Thirty readouts below the limit", "closing")
        walk.look("closed")
        assert signed(here, "NCR-0001", here.quirin)

        assert status(walk, "10.2") == "not shown"  # as of before
        caught_up()
        walk.press("F5")
        assert status(walk, "10.2") == "partly shown"
        walk.look("readiness")
        walk.into_content()
        first = walk.page.locator(".squares a").first
        walk.to(first)
        square = walk.page.locator(".squares a[href$='/requirements/10.2/']")
        walk.to(square, key="ArrowRight")
        walk.follow(square)
        walk.arrived("10.2")
        expect(walk.page.get_by_role("main")).to_contain_text("NCR-0001")
        walk.look("requirement")

        walk.press("g", "h")
        walk.arrived("Nothing needs you today")
        expect(walk.page.get_by_text("not shown → partly shown").first).to_be_visible()
        walk.look("home-after")
        walk.find("reports", "Reports")
        walk.into_content()
        report = walk.downloaded(walk.page.get_by_role("link", name="To read (HTML)"))
        assert b"NCR-0001" in report


def test_engineer(browser: Browser, here: House) -> None:
    """A finding is begun, left, gone on with and recorded; somebody is called to it; then it is found again."""
    there = here.works
    with (
        serving() as site,
        walking(
            browser, site, "engineer", f"/o/{there.slug}/", ("dark", 1280), session=session(there, here.edda)
        ) as walk,
    ):
        page = walk.page
        walk.look("home")
        walk.find("new nonconf", "New nonconformity")
        walk.arrived("New nonconformity")
        walk.look("form")
        walk.into_content()
        walk.write(page.get_by_label("Title", exact=True), "A job ran without its calibration")
        walk.write(page.get_by_label("Description", exact=True), "Job 7 of this morning names none.")
        expect(page.get_by_role("status").filter(has_text="Kept for later")).to_be_visible()
        assert Draft.objects.filter(organisation=there.firm.organisation).count() == 1

        walk.find("home", "Home")
        walk.into_content()
        left = page.locator(".needs a").filter(has_text="Go on writing")
        expect(left).to_contain_text("A job ran without its calibration")
        walk.look("home-with-a-draft", again=False)
        walk.follow(left)
        expect(page.get_by_label("Description", exact=True)).to_have_value(
            "Job 7 of this morning names none."
        )
        walk.into_content()
        _fill_in(walk)
        walk.look("form-filled", again=False)
        walk.follow(page.locator(".closing").get_by_role("button", name="Record", exact=True))
        expect(page).to_have_url(re.compile(r"/records/NCR-0002/"))
        assert not Draft.objects.filter(organisation=there.firm.organisation).exists()
        assert recorded(here, "NCR-0002").current.content.body["against"] == ["A.1.2"]

        walk.into_content()
        said = page.get_by_label("Your comment")
        walk.write(said, "Please look at it, @qui")
        expect(page.get_by_role("option", name=re.compile("Quirin"))).to_have_attribute(
            "aria-selected", "true"
        )
        walk.look("mention", again=False)
        walk.press("Enter")
        expect(said).to_have_value("Please look at it, @quirin ")
        walk.enter(page.get_by_role("button", name="Comment", exact=True))
        expect(page.locator(".said")).to_contain_text("Please look at it")
        walk.look("record")
        caught_up()

        walk.find("nonconf", "Nonconformities")
        walk.arrived("Nonconformities")
        walk.into_content()
        walk.write(page.get_by_role("main").get_by_role("searchbox"), "calibration")
        expect(page.locator("#found tbody tr")).to_have_count(1)
        expect(page).to_have_url(re.compile(r"\?q=calibration$"))
        walk.look("list")
        walk.into_content()
        walk.follow(page.get_by_role("main").get_by_role("link", name="Board"))
        card = page.get_by_role("link", name="A job ran without its calibration")
        walk.into_content()
        walk.to(card)
        walk.look("board")
        walk.follow(card)
        walk.arrived("A job ran without its calibration")
    client = there.client(here.quirin)
    assert b"NCR-0002" in client.get(f"/o/{there.slug}/inbox/").content


def _fill_in(walk: Walker) -> None:
    """What else the form asks, from the title on."""
    page = walk.page
    against = page.get_by_role("group", name=re.compile("^Requirements not fulfilled"))
    walk.enter(against.locator("summary"))
    walk.write(against.get_by_role("searchbox"), "calibration control")
    expect(against.get_by_role("checkbox", name=re.compile(r"^4\.1 "))).to_be_hidden()
    walk.tick(against.get_by_role("checkbox", name=re.compile(r"^A\.1\.2 ")))
    walk.select(page.get_by_label("Grade", exact=True), "minor")
    walk.select(page.get_by_label("Source", exact=True), "process")
    found_on = page.get_by_label("Date of the finding")
    walk.to(found_on)
    walk.type("01052026")
    expect(found_on).to_have_value("2026-01-05")
    walk.write(page.get_by_label("Why", exact=True), "Seen in the log of this morning")


def test_managing_director(browser: Browser, here: House) -> None:
    """What waits for an approval is read and signed, on a telephone's width; readiness follows."""
    there = here.works
    with (
        serving() as site,
        walking(
            browser,
            site,
            "managing-director",
            f"/o/{there.slug}/",
            ("light", 390),
            session=session(there, here.dora),
        ) as walk,
    ):
        page = walk.page
        walk.look("home")
        walk.into_content()
        policy = page.locator(".needs a").filter(has_text="DOC-0002")
        expect(policy).to_contain_text("Approve")
        walk.follow(policy)
        walk.arrived("Quality policy")
        expect(page.get_by_role("main")).to_contain_text("We measure what we claim")
        walk.look("record")
        sign(walk, "Approve", "It says what we stand for", "approving")
        expect(page.get_by_role("main")).to_contain_text("Dora Weiss")
        walk.look("approved")
        assert signed(here, "DOC-0002", here.dora)
        caught_up()
        assert status(walk, "5.2") == "partly shown"
        walk.look("readiness")
        before = [heading.inner_text() for heading in page.locator("h1, h2").all()]
        assert all(one != other for one, other in pairwise(before))
