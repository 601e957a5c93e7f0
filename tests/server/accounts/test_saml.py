"""Signing on through another's SAML identity provider; and what such a provider, or somebody between, may not do."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
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

from standfirst.server.accounts.models import Membership, User
from standfirst.server.accounts.saml import registering
from standfirst.standards.problems import Unusable

pytest.importorskip("onelogin", reason="the extra saml is not installed")

from tests.server.accounts import identity_provider as idp

LOGIN = f"/accounts/saml/{idp.SLUG}/login/"
ACS = f"/accounts/saml/{idp.SLUG}/acs/"
REFUSED = "Signing on did not work"


@pytest.fixture
def provider(here: None, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001 - the database
    with _installed(tmp_path):
        yield


def _installed(folder: Path, **otherwise: object) -> override_settings:
    path = _written(folder, idp.settings() | otherwise)
    apps = registering.read(path, address="http://localhost:8000")
    return override_settings(SOCIALACCOUNT_PROVIDERS={"saml": {"APPS": apps}})


def _written(folder: Path, *providers: dict[str, Any]) -> str:
    path = folder / "saml.json"
    path.write_text(json.dumps(providers, indent=1))
    return str(path)


def outward(visitor: Visitor, query: str = "") -> str:
    """The address to which our form takes a browser."""
    page = visitor.post(LOGIN + query)
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.html)
    assert found is not None, page.text
    return unescape(found[1])


def asked_by(visitor: Visitor, query: str = "") -> str:
    """The id of a new request of this browser."""
    return idp.asked(outward(visitor, query)).attrib["ID"]


def back(visitor: Visitor, said: idp.Says) -> Page:
    """The provider's page posts its answer."""
    return visitor.post(ACS, SAMLResponse=said.posted(), RelayState="")


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/account/").path == "/account/"


def known(visitor: Visitor) -> tuple[User, idp.Says]:
    """Somebody who has connected their account, and how the provider says so again; ``visitor`` asks anew."""
    owner = user("owner")
    theirs = assured(owner)
    said = idp.Says(asked_by(theirs, "?process=connect"), owner.email)
    assert back(theirs, said).path == "/accounts/3rdparty/"
    return owner, said.but(request=asked_by(visitor))


# --- what is asked, and a good answer --------------------------------------------------------------------------------


@pytest.mark.usefixtures("provider")
def test_the_form_asks_the_provider() -> None:
    page = Visitor().get("/accounts/login/?next=/join/x/")
    assert "Works SAML" in page.text
    assert f"{LOGIN}?process=login&amp;next=%2Fjoin%2Fx%2F" in page.html
    assert idp.SSO not in Visitor().get(LOGIN).html  # a link alone starts nothing
    target = outward(Visitor())
    assert target.startswith(idp.SSO)
    request = idp.asked(target)
    assert request.attrib["AssertionConsumerServiceURL"] == idp.ACS
    assert request.findtext("{*}Issuer") == idp.US


@pytest.mark.usefixtures("provider")
def test_our_metadata_tells_where_to_answer_and_offers_no_logout() -> None:
    page = Visitor().get(f"/accounts/saml/{idp.SLUG}/metadata/")
    assert idp.ACS in page.html
    assert f'entityID="{idp.US}"' in page.html
    assert 'WantAssertionsSigned="true"' in page.html
    assert "SingleLogoutService" not in page.html
    assert "validUntil" not in page.html
    visitor = signed_in(user())
    assert visitor.get(f"/accounts/saml/{idp.SLUG}/sls/").status == 404
    assert is_signed_in(visitor)


@pytest.mark.usefixtures("provider")
def test_an_invited_person_signs_up_and_in() -> None:
    there, email = firm(), address("mila")
    signed_in(there.account(there.ada, "ada")).post(
        f"/o/{there.organisation.slug}/invitations/", person=there.mila.id, email=email
    )
    visitor, link = Visitor(), link_for(email)
    visitor.get(link)
    said = idp.Says(asked_by(visitor, f"?next={link}"), email)
    asked = back(visitor, said)
    assert asked.path.startswith("/accounts/confirm-email/"), asked.text
    assert visitor.post("/accounts/confirm-email/", code=code_for(email), next=link).path == link
    visitor.post(link)
    mila = Membership.objects.get(person=there.mila.id).user
    assert (mila.email, mila.name) == (email, "Mila Müller")
    assert not mila.has_usable_password()

    again = Visitor()
    assert back(again, said.but(request=asked_by(again))).path == f"/o/{there.organisation.slug}/"
    assert is_signed_in(again)


@pytest.mark.usefixtures("provider")
def test_the_owner_connects_it_and_is_told() -> None:
    visitor = Visitor()
    owner, said = known(visitor)
    assert any("has been connected" in letter for letter in letters(owner.email))
    back(visitor, said)
    assert owner.email in visitor.get("/account/").text


@pytest.mark.usefixtures("provider")
def test_connecting_asks_who_it_is() -> None:
    owner = user("owner")
    visitor = signed_in(owner)
    asked = back(visitor, idp.Says(asked_by(visitor, "?process=connect"), owner.email))
    assert asked.path.startswith("/accounts/reauthenticate/")
    assert not SocialAccount.objects.filter(user=owner).exists()


# --- whose address it is ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("provider")
def test_sign_on_is_by_invitation_too() -> None:
    visitor, email = Visitor(), address("mila")
    assert "Accounts are by invitation" in back(visitor, idp.Says(asked_by(visitor), email)).text
    assert not User.objects.filter(email=email).exists()


@pytest.mark.parametrize("signup", ["open", "invited"])
@pytest.mark.parametrize("vouches", [False, True])
@pytest.mark.usefixtures("here")
def test_an_account_with_this_address_is_not_taken_over(tmp_path: Path, signup: str, vouches: bool) -> None:
    """Also not by a provider that may vouch for addresses."""
    owner, visitor = user("owner"), Visitor()
    with override_settings(SIGNUP=signup), _installed(tmp_path, verified_email=vouches):
        back(visitor, idp.Says(asked_by(visitor), owner.email.upper()))
    assert not is_signed_in(visitor)
    assert not SocialAccount.objects.filter(user=owner).exists()
    assert User.objects.filter(email=owner.email).count() == 1


@pytest.mark.parametrize(
    ("vouches", "verified"), [(False, False), (True, True), (["example.org"], True), (["example.com"], False)]
)
@pytest.mark.usefixtures("here")
def test_a_providers_word_about_an_address_counts_only_where_the_installation_says_so(
    tmp_path: Path, vouches: object, verified: bool
) -> None:
    visitor, email = Visitor(), address("mila")
    with override_settings(SIGNUP="open"), _installed(tmp_path, verified_email=vouches):
        back(visitor, idp.Says(asked_by(visitor), email))
        assert is_signed_in(visitor) is verified
    assert EmailAddress.objects.get(email=email).verified is verified


@pytest.mark.usefixtures("provider")
def test_without_an_address_one_is_asked_for() -> None:
    visitor, email = Visitor(), address("mila")
    with override_settings(SIGNUP="open"):
        asked = back(visitor, idp.Says(asked_by(visitor), ""))
        assert "Works SAML has told us who you are" in asked.text
        assert visitor.post(asked.path, name="Mila", email=email).path.startswith("/accounts/confirm-email/")
    assert code_for(email)


# --- answers that are not good ---------------------------------------------------------------------------------------

BAD: dict[str, dict[str, Any]] = {
    "not signed": {"signed": ""},
    "the envelope alone is signed": {"signed": "Response"},
    "signed with another's key": {"key": 2},
    "signed with SHA-1": {"digest": "sha1"},
    "for another audience": {"audience": "https://elsewhere.example/metadata/"},
    "for any audience": {"audience": None},
    "expired": {"begins": timedelta(hours=-2), "ends": timedelta(hours=-1)},
    "not good yet": {"begins": timedelta(hours=1), "ends": timedelta(hours=2)},
    "confirmed until an hour ago": {"confirmation_ends": timedelta(hours=-1)},
    "confirmed for ever": {"confirmation_ends": None},
    "for another recipient": {"recipient": "https://elsewhere.example/acs/"},
    "for a recipient that begins like us": {"recipient": f"{idp.ACS}elsewhere"},
    "for any recipient": {"recipient": None},
    "sent to another": {"destination": "https://elsewhere.example/acs/"},
    "of another issuer": {"issuer": "https://elsewhere.example/saml"},
    "signed in answer to another request": {"confirms": "_somebody-else-asked-this"},
    "signed in answer to any request": {"confirms": None},
    "in answer to no request of ours": {"request": "_nobody-asked-this"},
    "under a name for this once": {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
}


@pytest.mark.parametrize("flaw", BAD)
@pytest.mark.usefixtures("provider")
def test_a_bad_answer_lets_nobody_in(flaw: str) -> None:
    visitor = Visitor()
    _, said = known(visitor)
    assert REFUSED in back(visitor, said.but(**BAD[flaw])).text
    assert not is_signed_in(visitor)


@pytest.mark.usefixtures("provider")
def test_the_same_answer_without_the_flaw_does() -> None:
    """Else the test above could not fail."""
    visitor = Visitor()
    _, said = known(visitor)
    assert back(visitor, said).path == "/"
    assert is_signed_in(visitor)


@pytest.mark.usefixtures("provider")
def test_what_was_signed_cannot_be_changed() -> None:
    """An assertion about somebody else, with the subject exchanged."""
    visitor = Visitor()
    _, said = known(visitor)
    of_another = said.but(subject="somebody-else").document()
    forged = of_another.replace(b"somebody-else", said.subject.encode())
    assert REFUSED in visitor.post(ACS, SAMLResponse=b64encode(forged).decode()).text
    assert not is_signed_in(visitor)


@pytest.mark.usefixtures("provider")
def test_an_answer_is_good_once() -> None:
    """Played again in the same browser, or in another that has asked for something too."""
    visitor, other = Visitor(), Visitor()
    _, said = known(visitor)
    answer = said.posted()
    visitor.post(ACS, SAMLResponse=answer)
    assert is_signed_in(visitor)
    visitor.post("/accounts/logout/")
    assert REFUSED in visitor.post(ACS, SAMLResponse=answer).text
    assert not is_signed_in(visitor)
    asked_by(other)
    assert REFUSED in other.post(ACS, SAMLResponse=answer).text
    assert not is_signed_in(other)


@pytest.mark.usefixtures("provider")
def test_a_new_envelope_around_anothers_assertion_does_not_help() -> None:
    """The envelope is not signed: whoever got hold of an assertion could write their own request's id on it."""
    visitor, thief = Visitor(), Visitor()
    _, said = known(visitor)
    stolen = said.document().replace(
        b'" InResponseTo="' + said.request.encode(), b'" InResponseTo="%s' % asked_by(thief).encode(), 1
    )
    assert stolen != said.document()
    assert REFUSED in thief.post(ACS, SAMLResponse=b64encode(stolen).decode()).text
    assert not is_signed_in(thief)


@pytest.mark.parametrize("answer", ["", "not base64!", "PHg+", "x" * 300_000])
@pytest.mark.usefixtures("provider")
def test_what_is_no_answer_at_all_is_refused(answer: str) -> None:
    visitor = Visitor()
    asked_by(visitor)
    page = visitor.post(ACS, SAMLResponse=answer)
    assert page.status in {401, 403}, page.text
    assert not is_signed_in(visitor)


@pytest.mark.usefixtures("provider")
def test_nothing_is_kept_for_a_provider_that_is_none() -> None:
    before = Session.objects.count()
    assert Visitor().post("/accounts/saml/nobody/acs/", SAMLResponse="x").status == 404
    assert Visitor().post(ACS, SAMLResponse="x" * 300_000).status == 403
    assert Session.objects.count() == before


# --- the installation's file -----------------------------------------------------------------------------------------


def test_a_sound_file_is_taken(tmp_path: Path) -> None:
    bare = "".join(idp.keys(1).certificate.splitlines()[1:-1])
    other = {"slug": "other", "entity_id": "https://other.example", "certificate": bare}
    path = _written(tmp_path, idp.settings(), idp.settings() | other)
    first, second = registering.read(path, address="https://qms.example.org")
    assert (
        first["settings"]["sp"]["entity_id"] == "https://qms.example.org/accounts/saml/works-saml/metadata/"
    )
    assert second["provider_id"] == "https://other.example"
    assert registering.read("", address="https://qms.example.org") == []


@pytest.mark.parametrize(
    ("otherwise", "place", "code"),
    [
        ({"slug": "Works SAML"}, "[0].slug", "field.string-pattern-mismatch"),
        ({"sso_url": "http://idp.example.org/sso"}, "[0].sso_url", "field.string-pattern-mismatch"),
        ({"certificate": "MIIC"}, "[0].certificate", "saml.certificate"),
        ({"certificate": idp.keys(1).private.decode()}, "[0].certificate", "saml.certificate"),
        ({"verified_email": "true"}, "[0].verified_email.bool", "field.bool-type"),
        ({"email_authentication": True}, "[0].email_authentication", "field.extra-forbidden"),
        ({"attributes": {"role": ["admin"]}}, "[0].attributes.role.[key]", "field.literal-error"),
        ({"entity_id": "corporate-oidc"}, "[0].entity_id", "saml.twice"),
    ],
)
def test_a_file_with_a_fault_is_refused_and_the_place_named(
    tmp_path: Path, otherwise: dict[str, Any], place: str, code: str
) -> None:
    path = _written(tmp_path, idp.settings() | otherwise)
    with pytest.raises(Unusable) as refused:
        registering.read(path, address="https://qms.example.org", taken=["corporate-oidc"])
    found = {(each.file, each.field, each.reason.code) for each in refused.value.problems}
    assert (path, place, code) in found


def test_two_providers_never_share_an_id(tmp_path: Path) -> None:
    path = _written(tmp_path, idp.settings(), idp.settings())
    with pytest.raises(Unusable) as refused:
        registering.read(path, address="https://qms.example.org")
    assert [each.field for each in refused.value.problems] == ["[1].slug", "[1].entity_id"]


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "find_spec", lambda _: None)
    with pytest.raises(Unusable) as refused:
        registering.read(_written(tmp_path, idp.settings()), address="https://qms.example.org")
    (fault,) = refused.value.problems
    assert (fault.file, fault.reason.code) == ("STANDFIRST_SAML", "workplace.extra-absent")
    assert fault.reason.parameters == {"extra": "saml"}
    assert registering.read("", address="https://qms.example.org") == []
