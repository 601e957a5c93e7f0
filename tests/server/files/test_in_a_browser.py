"""Uploading as people do it: progress, a way out, and words for what went wrong; with and without the script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from tests.server import databases
from tests.server.accounts.live import serving
from tests.server.browsing import page_of, require_fit
from tests.server.files.cast import Member, member

from standfirst.server.files.models import FileUse

pytestmark = pytest.mark.browser


@pytest.fixture
def site(browser: Browser, folder: Path) -> Iterator[str]:  # noqa: ARG001 - first these
    (databases.set_up() / "static").mkdir(exist_ok=True)
    with databases.pointed_at(databases.migrated("sqlite")), serving() as address:
        yield address


@pytest.fixture
def mila(site: str) -> Member:  # noqa: ARG001 - on its database
    return member("mila")


def session(of: Member) -> str:
    return str(of.client.cookies["sessionid"].value)


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    page.get_by_label("Files", exact=True).set_input_files(
        [FilePayload(name=name, mimeType="text/csv", buffer=data) for name, data in files]
    )


@pytest.mark.parametrize("width", [1280, 360])
def test_files_go_up_one_by_one_and_are_listed(browser: Browser, site: str, mila: Member, width: int) -> None:
    with page_of(browser, site, session(mila), width=width) as page:
        page.goto(site + mila.path("upload"))
        require_fit(page)
        choose(page, ("a.csv", b"a,b\n" * 100), ("b.pdf", b"c,d\n"))
        page.get_by_label("Origin").fill("Fridge 2")
        page.get_by_label("Evidence from").fill("2026-05-01")
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("heading", name="Files")).to_be_visible()
        expect(page.get_by_role("link", name="a.csv")).to_be_visible()
        expect(page.get_by_text("its name says application/pdf")).to_be_visible()
        require_fit(page)
        with page.expect_download() as saved:
            page.get_by_role("link", name="a.csv").click()
        assert Path(saved.value.path()).read_bytes() == b"a,b\n" * 100
    uses = FileUse.objects.filter(organisation=mila.organisation)
    assert {(use.origin, str(use.evidence_from)) for use in uses} == {("Fridge 2", "2026-05-01")}


def test_what_is_refused_is_told_beside_its_file(browser: Browser, site: str, mila: Member) -> None:
    with page_of(browser, site, session(mila), complains="status of 422") as page:
        page.goto(site + mila.path("upload"))
        choose(page, ("empty.csv", b""), ("good.csv", b"a"))
        page.get_by_role("button", name="Upload").click()
        rows = page.get_by_role("list", name="Uploads").get_by_role("listitem")
        expect(rows.nth(0)).to_contain_text("The file is empty.")
        expect(rows.nth(1)).to_contain_text("Kept.")
        expect(page.locator("#upload-says")).to_contain_text("1 of 2 kept.")
        require_fit(page)
    assert [use.name for use in FileUse.objects.filter(organisation=mila.organisation)] == ["good.csv"]


def test_an_upload_shows_how_far_it_is_and_can_be_cancelled(
    browser: Browser, site: str, mila: Member
) -> None:
    with page_of(browser, site, session(mila)) as page:
        page.goto(site + mila.path("upload"))
        page.route(f"**{mila.api}", lambda _: None)  # a connection that never answers
        choose(page, ("slow.csv", b"a,b\n"))
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("progressbar", name="slow.csv")).to_be_visible()
        require_fit(page)
        page.get_by_role("button", name="Cancel slow.csv").click()
        expect(page.locator("#upload-says")).to_contain_text("0 of 1 kept.")
        expect(page.get_by_role("list", name="Uploads")).to_contain_text("Cancelled.")
        expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    assert not FileUse.objects.filter(organisation=mila.organisation).exists()


def test_what_is_too_large_is_not_even_sent(browser: Browser, site: str, mila: Member) -> None:
    with page_of(browser, site, session(mila)) as page:
        page.goto(site + mila.path("upload"))
        page.evaluate("document.getElementById('upload').dataset.limit = 3")
        page.route(f"**{mila.api}", lambda route: pytest.fail(route.request.url))
        choose(page, ("large.csv", b"a,b\n"))
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("list", name="Uploads")).to_contain_text("at most 3 are taken")


def test_without_the_script_the_form_does_it_in_one_go(browser: Browser, site: str, mila: Member) -> None:
    with page_of(browser, site, session(mila)) as page:
        page.route("**/files/upload.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(site + mila.path("upload"))
        choose(page, ("a.csv", b"a"), ("b.csv", b"b"))
        page.get_by_role("button", name="Upload").click()
        expect(page.locator(".messages")).to_contain_text("2 files are uploaded: a.csv, b.csv.")


def test_an_uploaded_page_is_saved_and_never_opened(browser: Browser, site: str, mila: Member) -> None:
    kept = mila.kept(b"<!DOCTYPE html><html><script>document.title = 'run'</script>", "page.html")
    with page_of(browser, site, session(mila), complains="application/octet-stream") as page:
        page.goto(site + mila.path())
        with page.expect_download() as saved:
            page.get_by_role("link", name="page.html").click()
        assert saved.value.suggested_filename == "page.html"
        assert page.title() != "run"
        refused = page.evaluate(
            "(src) => new Promise((done) => { const it = document.createElement('script'); it.src = src;"
            " it.onerror = () => done(true); it.onload = () => done(false); document.head.append(it); })",
            kept["content"],
        )
        assert refused
