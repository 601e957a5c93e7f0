"""Signing on through another's OpenID provider; and what such a provider may not do."""

import re
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import override_settings
from tests.server.accounts.cast import (
    Page,
    Visitor,
    address,
    assured,
    code_for,
    firm,
    letters,
    link_for,
    signed_in,
    user,
)
from tests.server.accounts.provider import Provider, running

from standfirst.server.accounts.models import Membership, User

pytestmark = pytest.mark.usefixtures("here")

LOGIN = "/accounts/oidc/works/login/"


@pytest.fixture
def provider() -> Iterator[Provider]:
    claims = {"sub": uuid4().hex, "email": address("mila"), "email_verified": True, "name": "Mila Müller"}
    with running(Provider(claims)) as there, _installed(there.settings):
        yield there


def _installed(app: dict[str, Any]) -> override_settings:
    return override_settings(
        SOCIALACCOUNT_PROVIDERS={"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    )


def outward(visitor: Visitor, query: str = "") -> str:
    """The address to which our form takes a browser."""
    page = visitor.post(LOGIN + query)
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.html)
    assert found is not None, page.text
    return unescape(found[1])


def back(target: str) -> str:
    """The path with which the provider sends the browser back."""
    parts = urlsplit(target)
    connection = HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    location = urlsplit(answer.headers["Location"])
    connection.close()
    return f"{location.path}?{location.query}"


def through(visitor: Visitor, query: str = "") -> Page:
    return visitor.get(back(outward(visitor, query)))


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/account/").path == "/account/"


def test_the_sign_in_page_offers_it(provider: Provider) -> None:
    page = Visitor().get("/accounts/login/?next=/join/x/")
    assert "Works Identity" in page.text
    assert f"{LOGIN}?process=login&amp;next=%2Fjoin%2Fx%2F" in page.html
    assert "Continue to Works Identity" in Visitor().get(LOGIN).text
    assert urlsplit(outward(Visitor())).netloc == urlsplit(provider.address).netloc


def test_a_page_is_no_way_out_to_where_nobody_is_asked(provider: Provider) -> None:
    """A link alone starts nothing."""
    assert provider.address not in Visitor().get(LOGIN).html


def test_an_invited_person_signs_up_and_in(provider: Provider) -> None:
    there = firm()
    email = provider.claims["email"]
    signed_in(there.account(there.ada, "ada")).post(
        f"/o/{there.organisation.slug}/invitations/", person=there.mila.id, email=email
    )
    visitor, link = Visitor(), link_for(email)
    visitor.get(link)
    asked = through(visitor, f"?next={link}")
    assert asked.path.startswith("/accounts/confirm-email/"), asked.text
    assert visitor.post("/accounts/confirm-email/", code=code_for(email), next=link).path == link
    visitor.post(link)
    mila = Membership.objects.get(person=there.mila.id).user
    assert (mila.email, mila.name) == (email, "Mila Müller")
    assert not mila.has_usable_password()

    again = Visitor()
    assert through(again).path == f"/o/{there.organisation.slug}/"
    assert is_signed_in(again)


def test_sign_on_is_by_invitation_too(provider: Provider) -> None:
    assert "Accounts are by invitation" in through(Visitor()).text
    assert not User.objects.filter(email=provider.claims["email"]).exists()


def test_an_invitation_for_another_address_does_not_help(provider: Provider) -> None:
    there = firm()
    email = address("other")
    signed_in(there.account(there.ada, "ada")).post(
        f"/o/{there.organisation.slug}/invitations/", person=there.mila.id, email=email
    )
    visitor = Visitor()
    visitor.get(link_for(email))
    assert "Accounts are by invitation" in through(visitor).text
    assert not User.objects.filter(email=provider.claims["email"]).exists()


@pytest.mark.parametrize("signup", ["open", "invited"])
def test_an_account_with_this_address_is_not_taken_over(provider: Provider, signup: str) -> None:
    owner = user("owner")
    provider.claims["email"] = owner.email.upper()
    visitor = Visitor()
    with override_settings(SIGNUP=signup):
        through(visitor)
    assert not is_signed_in(visitor)
    assert not SocialAccount.objects.filter(user=owner).exists()
    assert User.objects.filter(email=owner.email).count() == 1
    if signup == "open":
        assert "already" in letters(owner.email)[-1]


@pytest.mark.usefixtures("provider")
def test_the_owner_connects_it_and_is_told() -> None:
    owner = user("owner")
    visitor = assured(owner)
    connected = through(visitor, "?process=connect")
    assert connected.path == "/accounts/3rdparty/"
    assert "Connected with your account" in connected.text
    assert any("has been connected" in letter for letter in letters(owner.email))
    again = Visitor()
    through(again)
    assert owner.email in again.get("/account/").text


@pytest.mark.usefixtures("provider")
def test_connecting_asks_who_it_is() -> None:
    owner = user("owner")
    visitor = signed_in(owner)
    assert through(visitor, "?process=connect").path.startswith("/accounts/reauthenticate/")
    assert not SocialAccount.objects.filter(user=owner).exists()


def test_a_providers_word_about_an_address_does_not_count(provider: Provider) -> None:
    with override_settings(SIGNUP="open"):
        assert through(Visitor()).path.startswith("/accounts/confirm-email/")
    assert not EmailAddress.objects.get(email=provider.claims["email"]).verified


@pytest.mark.parametrize(
    ("trusted", "verified"), [(True, True), (["example.org"], True), (["example.com"], False)]
)
def test_unless_the_installation_says_so(
    provider: Provider, trusted: bool | list[str], verified: bool
) -> None:
    provider.claims["email_verified"] = False
    app = provider.settings
    app["settings"]["verified_email"] = trusted
    visitor = Visitor()
    with override_settings(SIGNUP="open"), _installed(app):
        through(visitor)
    assert is_signed_in(visitor) is verified
    assert EmailAddress.objects.get(email=provider.claims["email"]).verified is verified


def test_without_an_address_one_is_asked_for(provider: Provider) -> None:
    del provider.claims["email"]
    visitor, email = Visitor(), address("mila")
    with override_settings(SIGNUP="open"):
        asked = through(visitor)
        assert "Works Identity has told us who you are" in asked.text
        sent = visitor.post(asked.path, name="Mila", email=email)
    assert sent.path.startswith("/accounts/confirm-email/")
    assert code_for(email)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "somebody else"},  # OpenID Connect Core 1.0, 5.3.2
        {"aud": "another client"},  # 3.1.3.7, step 3
        {"iss": "https://elsewhere.example"},  # step 2
        {"exp": 1_700_000_000},  # step 9
    ],
)
def test_a_token_that_is_not_for_us_lets_nobody_in(provider: Provider, claims: dict[str, Any]) -> None:
    provider.token_claims = claims
    visitor = Visitor()
    with override_settings(SIGNUP="open"):
        refused = through(visitor)
    assert "Signing on did not work" in refused.text
    assert not is_signed_in(visitor)
    assert not User.objects.filter(email=provider.claims["email"]).exists()


@pytest.mark.usefixtures("provider")
def test_another_browsers_answer_is_refused() -> None:
    path = back(outward(Visitor()))
    visitor = Visitor()
    with override_settings(SIGNUP="open"):
        assert "Signing on did not work" in visitor.get(path).text
    assert not is_signed_in(visitor)


def test_who_changes_their_mind_is_back(provider: Provider) -> None:
    provider.cancels = True
    assert through(Visitor()).path.startswith("/accounts/3rdparty/login/cancelled/")
