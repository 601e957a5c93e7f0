"""The inbox and its sister pages in a real browser: looks, keyboard, and what its script does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from tests.server.accounts.cast import assured
from tests.server.accounts.live import serving
from tests.server.browsing import looked_at, require_fit
from tests.server.telling.cast import handle, heard, house, policy, risk
from tests.server.works import Works

from standfirst.server.access import place_for
from standfirst.server.clock import now
from standfirst.server.telling import feeding, managing, sending
from standfirst.server.telling.events import Event
from standfirst.server.telling.models import Delivery, Notification

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
LONG = "Gesellschaft-für-supraleitende-Quantenprozessorherstellungsanlagenqualitätssicherung mbH & Co. KG"


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - it works on it
    made = house(LONG)
    owner = handle(made, made.ada)
    for title in ("The laser fails", LONG, "word " * 40):
        risk(made, by=made.ben, owner=owner, title=title)
    review = policy(made, by=made.ben, title=LONG)
    made.move(review, "in-review", by=made.ben)
    heard()
    place = place_for(made.accounts[made.ada.id], made.slug)
    feeding.issue(place, name=LONG, everybody=True, now=now())
    endpoint = managing.create(
        place,
        name=LONG,
        url=f"https://{'x' * 60}.example.org/{'y' * 300}",
        events=list(Event)[:12],
        now=now(),
    )
    for outcome in Delivery.Outcome:
        sent = sending.try_out(endpoint)
        Delivery.objects.filter(pk=sent.pk).update(outcome=outcome, status=503, attempts=3)
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
    *,
    width: int = 1280,
    scheme: Scheme = "light",
    script: bool = True,
) -> Iterator[Page]:
    """Ada's. Whatever the browser complains about fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    cookie = assured(there.accounts[there.ada.id]).client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def unread(there: Works) -> int:
    return Notification.objects.filter(person=there.ada.id, read=None).count()


@looked_at
def test_every_page_fits(browser: Browser, site: str, there: Works, width: int, scheme: Scheme) -> None:
    endpoint = managing.own(place_for(there.accounts[there.ada.id], there.slug)).get()
    pages = [
        *(reverse(name, args=[there.slug]) for name in ("inbox", "inbox-settings", "feeds")),
        *(reverse(name, args=[there.slug]) for name in ("webhooks", "webhook-new")),
        reverse("inbox", args=[there.slug]) + "?sort=mentioned",
        reverse("webhook", args=[there.slug, endpoint.pk]),
    ]
    with opened(browser, site, there, width=width, scheme=scheme) as page:
        for path in pages:
            page.goto(site + path)
            for details in page.locator("main details").all():
                details.evaluate("e => { e.open = true }")
            require_fit(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_marked_without_leaving_the_page_and_read_by_being_opened(
    browser: Browser, site: str, there: Works
) -> None:
    with opened(browser, site, there) as page:
        page.goto(site + reverse("inbox", args=[there.slug]))
        expect(page.locator("li.unread")).to_have_count(4)
        page.evaluate("window.stays = true")
        page.get_by_role("button", name="Mark read").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("li.unread")).to_have_count(3)
        expect(page.locator("#inbox li input").first).to_be_focused()  # where the keyboard was
        expect(page).to_have_title(re.compile(r"\(3\) "))
        expect(page.locator(".side a[aria-current=page] .number")).to_have_text("3")
        page.locator("li.unread input[type=checkbox]").first.check()
        page.get_by_role("button", name="Mark chosen as read").click()
        expect(page.locator("li.unread")).to_have_count(2)
        assert page.evaluate("window.stays") is True
        require_fit(page)
        with page.expect_request("**/inbox/mark/"):
            page.locator("li.unread a.record").first.click()
        page.wait_for_url("**/records/**")
        page.goto(site + reverse("inbox", args=[there.slug]))
        expect(page.locator("li.unread")).to_have_count(1)
        page.get_by_role("button", name="Mark all as read").focus()
        page.keyboard.press("Enter")
        expect(page.locator("li.unread")).to_have_count(0)
    assert unread(there) == 0


def test_without_scripts_too(browser: Browser, site: str, there: Works) -> None:
    with opened(browser, site, there, script=False) as page:
        page.goto(site + reverse("inbox", args=[there.slug]))
        page.get_by_role("button", name="Mark read").first.click()
        assert page.url.endswith("/inbox/")
        assert page.locator("li.unread").count() == 3
        page.get_by_role("button", name="Mark all as read").click()
        assert page.locator("li.unread").count() == 0
    assert unread(there) == 0
