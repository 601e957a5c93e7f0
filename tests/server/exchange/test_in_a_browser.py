"""The pages of what crosses, as people meet them: wide and narrow, by screen reader, and without a complaint."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.server.accounts.live import serving
from tests.server.browsing import page_of, require_fit
from tests.server.exchange.cast import Sides, sides, worked_off
from tests.server.exchange.filing import attached, filed
from tests.server.files.cast import files_in
from tests.server.works import POLICY

pytestmark = pytest.mark.browser

LONG = "Gesellschaft-für-supraleitende-Quantenprozessorherstellungsanlagenqualitätssicherung mbH & Co. KG"


@pytest.fixture
def both(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:  # noqa: ARG001 - they stand in it
    with files_in(tmp_path_factory.mktemp("files")):
        made = sides()
        product = made.product(LONG)
        filed(made.ours, product, attached(made.ours, b"a trace", f"{LONG}.csv"))
        made.classified(product)
        made.grant("product", "document", title=f"{LONG} reads")
        paper = made.ours.create("document", {**POLICY, "title": LONG}, links={"about": (product.id,)})
        address = f"/o/{made.ours.slug}/exchange/send/{paper.number}/"
        said = {"to": str(made.theirs.firm.organisation.pk), "purpose": LONG, "version": "1"}
        made.ours.client(made.ours.mila).post(address, said)
        worked_off()
        yield made


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_reads_well(both: Sides, browser: Browser, width: int) -> None:
    here = f"/o/{both.theirs.slug}"
    session = both.reader().cookies["sessionid"].value
    with serving() as site, page_of(browser, site, session, width=width) as page:
        for path in (
            "/exchange/",
            "/exchange/upload/",
            "/exchange/envelopes/ENV-0001/",
            "/received/GRR-0001/",
        ):
            page.goto(f"{site}{here}{path}")
            require_fit(page)
        page.get_by_label("Your nationalities").fill("DE")
        page.get_by_label("Where you are").fill("NL")
        page.get_by_role("button", name="Declare this and begin").click()
        require_fit(page)
        expect(page.get_by_text("to be opened")).to_have_count(1)
        page.get_by_role("link", name="PRD-0001").click()
        require_fit(page)
        page.get_by_role("button", name="Open PRD-0001").click()
        require_fit(page)
        expect(page.get_by_role("heading", name="Files")).to_be_visible()
        page.get_by_role("link", name="DOC-0001").click()
        require_fit(page)
        page.get_by_role("button", name="End the visit").click()
        expect(page.get_by_role("heading", name="Begin a visit")).to_be_visible()
        page.goto(f"{site}{here}/exchange/envelopes/ENV-0001/")
        page.get_by_label("Why").fill("It is as we agreed")
        page.get_by_role("button", name="Acknowledge").click()
        require_fit(page)
    ours = both.ours.client(both.ours.mila).cookies["sessionid"].value
    with serving() as site, page_of(browser, site, ours, width=width) as page:
        for path in ("sent/SNT-0001/", "send/PRD-0001/"):
            page.goto(f"{site}/o/{both.ours.slug}/exchange/{path}")
            require_fit(page)
