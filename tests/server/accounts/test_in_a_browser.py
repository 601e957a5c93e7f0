"""Accounts as people meet them: passkeys, light and dark, on a telephone, by screen reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.server.accounts.cast import (
    PASSWORD,
    Firm,
    address,
    assured,
    code_for,
    firm,
    link_for,
    signed_in,
    user,
)
from tests.server.accounts.live import serving
from tests.server.accounts.provider import Provider, running
from tests.server.browsing import looked_at

from standfirst.server.accounts.models import Token, User

pytestmark = pytest.mark.browser

OVERFLOWING = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && e.checkVisibility()
    && !e.closest('.vh, .skip')).map((e) => e.outerHTML.slice(0, 120))"""

MISSING = "/nothing/here/"
"""A page that is not there, which a browser notes."""

Scheme = Literal["light", "dark"]
LONG = "Gesellschaft-für-supraleitende-Quantenprozessorherstellungsanlagenqualitätssicherung mbH & Co. KG"


@pytest.fixture
def site(browser: Browser, here: None) -> Iterator[str]:  # noqa: ARG001 - first these
    with serving() as address_of_it:
        yield address_of_it


@contextmanager
def opened(
    browser: Browser, site: str, who: User | None = None, *, width: int = 1280, scheme: Scheme = "light"
) -> Iterator[Page]:
    """A page of a new browser, signed in as somebody. Whatever that browser complains about fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    if who is not None:
        sign_in(context, site, who)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(f"{said.text} ({said.location['url']})"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [each for each in complaints if MISSING not in each] == []


def sign_in(context: BrowserContext, site: str, who: User) -> None:
    cookie = assured(who).client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


def sign_out(page: Page) -> None:
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def with_authenticator(page: Page, *, verifies: bool = True) -> str:
    """A device of the browser's own that makes passkeys. Returns its id."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    made = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verifies,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return str(made["authenticatorId"])


# --- passkeys --------------------------------------------------------------------------------------------------------


def registered(page: Page, site: str, name: str = "Work laptop") -> None:
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_is_made_and_signs_in_by_itself(browser: Browser, site: str) -> None:
    who = user("mila")
    with opened(browser, site, who) as page:
        with_authenticator(page)
        registered(page, site)
        page.get_by_label("I have kept them somewhere safe").check()
        page.goto(f"{site}/accounts/2fa/webauthn/")
        expect(page.get_by_role("strong").filter(has_text="Work laptop")).to_be_visible()

        sign_out(page)
        page.goto(f"{site}/accounts/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("heading", name="Begin your organisation's workspace")).to_be_visible()
        page.goto(f"{site}/account/")
        expect(page.get_by_text(who.email)).to_be_visible()


def test_a_device_that_did_not_see_its_owner_does_not_sign_in(browser: Browser, site: str) -> None:
    with opened(browser, site, user()) as page:
        device = with_authenticator(page)
        registered(page, site)
        page.get_by_label("I have kept them somewhere safe").check()
        sign_out(page)
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
        page.goto(f"{site}/accounts/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")
        page.goto(f"{site}/account/")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_is_a_second_step_and_shows_anew_who_it_is(browser: Browser, site: str) -> None:
    who = user()
    with opened(browser, site, who) as page:
        with_authenticator(page)
        registered(page, site)
        page.get_by_label("I have kept them somewhere safe").check()
        sign_out(page)
        page.goto(f"{site}/accounts/login/")
        page.get_by_label("E-mail address").fill(who.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="Begin your organisation's workspace")).to_be_visible()

        page.goto(f"{site}/account/tokens/new/")
        expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
        page.get_by_role("link", name="Use a passkey").click()
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="New token")).to_be_visible()


def test_a_form_leads_to_a_sign_on_provider_and_back(browser: Browser, site: str) -> None:
    """Our content security policy stops forms that are answered from elsewhere; this must not be stopped."""
    claims = {"sub": uuid4().hex, "email": address("mila"), "name": "Mila"}
    with running(Provider(claims)) as provider:
        providers = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [provider.settings]}}
        with (
            override_settings(SOCIALACCOUNT_PROVIDERS=providers, SIGNUP="open"),
            opened(browser, site) as page,
        ):
            page.goto(f"{site}/accounts/login/")
            page.get_by_role("link", name="Works Identity").click()
            page.get_by_role("button", name="Continue to Works Identity").click()
            expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
            page.get_by_label("Code").fill(code_for(claims["email"]))
            page.get_by_role("button", name="Confirm").click()
            expect(page.get_by_role("heading", name="Begin your organisation's workspace")).to_be_visible()


# --- every page ------------------------------------------------------------------------------------------------------


def crowded(name: str = "Qubit Works") -> tuple[Firm, User]:
    """A firm with an invitation under way, and Ada, who has tokens of every state and two sessions."""
    there = firm(name)
    ada = there.account(there.ada, "ada")
    visitor = assured(ada)
    there.person("Bo")
    visitor.post(f"/o/{there.organisation.slug}/invitations/", person=there.mila.id, email=address("mila"))
    for token in ("Nightly export", "Old export", "Notebook"):
        visitor.post(
            "/account/tokens/new/",
            name=token,
            organisation=there.organisation.pk,
            scopes=["read", "write"],
            days=90,
        )
    visitor.post(f"/account/tokens/{Token.objects.get(user=ada, name='Old export').pk}/revoke/")
    signed_in(ada)
    return there, ada


PUBLIC = {
    "sign-in": "/accounts/login/",
    "closed": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "missing": MISSING,
}
OWN = {
    "home": "/",
    "account": "/account/",
    "addresses": "/accounts/email/",
    "password": "/accounts/password/change/",
    "factors": "/accounts/2fa/",
    "app": "/accounts/2fa/totp/activate/",
    "passkey": "/accounts/2fa/webauthn/add/",
    "sessions": "/accounts/sessions/",
    "tokens": "/account/tokens/",
    "new-token": "/account/tokens/new/",
    "reauthenticate": "/accounts/reauthenticate/",
    "sign-on": "/accounts/3rdparty/",
}


def walked(page: Page, site: str, there: Firm) -> Iterator[str]:
    """Every page, one after the other, as somebody signed in and then as nobody."""
    invitations = f"/o/{there.organisation.slug}/invitations/"
    email = address("invited")
    for name, path in OWN.items():
        page.goto(site + path)
        yield name
    page.goto(site + invitations)
    yield "invitations"
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send invitation").click()
    expect(page.locator(".messages")).to_contain_text("is sent")
    yield "invited"
    page.goto(f"{site}/account/tokens/new/")
    page.get_by_label("Name").fill("Notebook")
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()
    yield "token"
    page.goto(site + link_for(email))
    yield "join-signed-in"
    page.goto(site)
    sign_out(page)
    for name, path in PUBLIC.items():
        page.goto(site + path)
        yield name
    page.goto(site + link_for(email))
    yield "join"
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    page.get_by_label("E-mail address").fill("somebody@example.org")
    page.get_by_label("Your name").fill("Somebody")
    page.locator("#id_password1").fill("short")
    page.locator("#id_password2").fill("shorter")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Use the address that the invitation was sent to.")).to_be_visible()
    yield "sign-up"
    page.get_by_label("E-mail address").fill(email)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="code")).to_be_visible()
    yield "code"


@looked_at
def test_axe_finds_no_violation(browser: Browser, site: str, scheme: Scheme, width: int) -> None:
    there, ada = crowded()
    with opened(browser, site, ada, width=width, scheme=scheme) as page:
        for name in walked(page, site, there):
            found = Axe().run(page)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"


@pytest.mark.parametrize("name", ["Qubit Works", LONG])
def test_nothing_is_wider_than_the_window(browser: Browser, site: str, name: str) -> None:
    there, ada = crowded(name)
    with opened(browser, site, ada) as page:
        for place in walked(page, site, there):
            for width in (320, 360, 700, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, width)
                assert page.evaluate(OVERFLOWING) == [], (place, width)


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(browser: Browser, site: str) -> None:
    with opened(browser, site, user()) as page:
        page.goto(f"{site}/account/")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) == "solid"
