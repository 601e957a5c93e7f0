"""Accounts as a visitor without scripts meets them, from the invitation to the last session."""

import re
from time import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp_factor
from django.contrib.auth import get_user
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from tests.server.accounts.cast import (
    PASSWORD,
    Firm,
    Page,
    Visitor,
    address,
    assured,
    code_for,
    firm,
    letters,
    link_for,
    signed_in,
    totp,
    user,
)

from standfirst.records.actor import Role
from standfirst.server.accounts.models import CacheRow, Invitation, Membership, Token, User
from standfirst.server.refusals import answer

pytestmark = pytest.mark.usefixtures("here")

NEW = "/account/tokens/new/"


def invitations_of(there: Firm) -> str:
    return f"/o/{there.organisation.slug}/invitations/"


def invite(there: Firm, by: Visitor, email: str) -> Page:
    return by.post(invitations_of(there), person=there.mila.id, email=email)


def form(email: str, **other: str) -> dict[str, str]:
    return {"name": "Mila", "email": email, "password1": PASSWORD, "password2": PASSWORD, **other}


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/account/").path == "/account/"


# --- joining ---------------------------------------------------------------------------------------------------------


def test_from_the_letter_to_the_organisation() -> None:
    there = firm()
    email = address("mila")
    sent = invite(there, signed_in(there.account(there.ada, "ada")), email)
    assert f"The invitation to {email} is sent." in sent.text
    assert f"Mila (PER-0002) to {email} , by Ada" in sent.text

    mila, link = Visitor(), link_for(email)
    assert "You are invited to Qubit Works" in mila.get(link).text
    asked = mila.post("/accounts/signup/", **form(email, next=link))
    assert asked.path.startswith("/accounts/confirm-email/")
    assert not is_signed_in(mila)
    joining = mila.post("/accounts/confirm-email/", code=code_for(email), next=link)
    assert joining.path == link
    joined = mila.post(link)
    assert joined.path == f"/o/{there.organisation.slug}/"  # the one that they belong to
    assert "You now belong to Qubit Works." in joined.text
    assert Membership.objects.get(user__email=email).person == there.mila.id
    assert "has been accepted" in Visitor().get(link).text


def test_the_letter_says_who_invites_where_and_how_long() -> None:
    there = firm("Über-Quanten & Söhne")
    email = address("mila")
    invite(there, signed_in(there.account(there.ada, "ada")), email)
    (letter,) = letters(email)
    assert letter.startswith("Ada invites you to Über-Quanten & Söhne on Standfirst.")
    assert f"address is {email}" in letter
    assert f"http://localhost:8000{link_for(email)}" in letter


def test_sign_up_is_by_invitation() -> None:
    visitor = Visitor()
    assert "Accounts are by invitation" in visitor.get("/accounts/signup/").text
    email = address("stranger")
    assert "Accounts are by invitation" in visitor.post("/accounts/signup/", **form(email)).text
    assert not User.objects.filter(email=email).exists()


def test_an_invitation_is_for_its_own_address() -> None:
    there = firm()
    email, other = address("mila"), address("other")
    invite(there, signed_in(there.account(there.ada, "ada")), email)
    visitor = Visitor()
    visitor.get(link_for(email))
    refused = visitor.post("/accounts/signup/", **form(other))
    assert "Use the address that the invitation was sent to." in refused.text
    assert not User.objects.filter(email=other).exists()


def test_a_revoked_invitation_closes_sign_up_again() -> None:
    there = firm()
    email = address("mila")
    ada = signed_in(there.account(there.ada, "ada"))
    invite(there, ada, email)
    visitor = Visitor()
    visitor.get(link_for(email))
    assert "Create an account" in visitor.get("/accounts/signup/").text
    row = Invitation.objects.get(email=email)
    assert "The invitation is revoked." in ada.post(f"{invitations_of(there)}{row.pk}/revoke/").text
    assert "Accounts are by invitation" in visitor.get("/accounts/signup/").text


def test_an_installation_may_be_open() -> None:
    visitor, email = Visitor(), address("anybody")
    with override_settings(SIGNUP="open"):
        assert visitor.post("/accounts/signup/", **form(email)).path == "/accounts/confirm-email/"
        home = visitor.post("/accounts/confirm-email/", code=code_for(email))
    assert home.path == "/organisations/new/"  # whoever has an account may begin one
    assert User.objects.get(email=email).name == "Mila"


def test_three_wrong_codes_end_the_attempt() -> None:
    visitor, email = Visitor(), address("anybody")
    with override_settings(SIGNUP="open"):
        visitor.post("/accounts/signup/", **form(email))
        code = code_for(email)
        for _ in range(3):
            visitor.post("/accounts/confirm-email/", code="WRONG1")
        visitor.post("/accounts/confirm-email/", code=code)
    assert not is_signed_in(visitor)


def test_an_address_with_an_account_is_not_told_to_strangers() -> None:
    there = user("there")
    visitor = Visitor()
    with override_settings(SIGNUP="open"):
        known = visitor.post("/accounts/signup/", **form(there.email))
        unknown = Visitor().post("/accounts/signup/", **form(address("new")))
    assert known.text.replace(there.email, "") == re.sub(r"new-\w+@example.org", "", unknown.text)
    assert "already" in letters(there.email)[-1]


def test_signed_in_with_another_address_one_is_told_so() -> None:
    there = firm()
    email = address("mila")
    invite(there, signed_in(there.account(there.ada, "ada")), email)
    thief = signed_in(user("thief"))
    link = link_for(email)
    assert f"{email} is not a verified address of this account" in thief.get(link).text
    refused = thief.post(link)
    assert refused.status == 403
    assert "which is not a verified address of your account" in refused.text
    assert not Membership.objects.filter(person=there.mila.id).exists()


# --- inviting --------------------------------------------------------------------------------------------------------


def test_only_who_looks_after_people_sees_invitations() -> None:
    there = firm()
    mila = signed_in(there.account(there.mila, "mila"))
    refused = mila.get(invitations_of(there))
    assert refused.status == 403
    assert "Only quality manager or top management invites people." in refused.text


def test_another_organisation_is_not_there() -> None:
    there, other = firm(), firm("Other Works")
    stranger = signed_in(other.account(other.ada, "ada"))
    invitation = "00000000-0000-4000-8000-000000000000"
    pages = [
        stranger.get(invitations_of(there)),
        invite(there, stranger, address("mila")),
        stranger.post(f"{invitations_of(there)}{invitation}/revoke/"),
        stranger.get("/o/made-up/invitations/"),
    ]
    assert [page.status for page in pages] == [404] * 4
    assert not any("Qubit Works" in page.html for page in pages)


def test_whoever_has_left_does_not_invite() -> None:
    there = firm()
    boss = there.person("Boss", Role.TOP_MANAGEMENT)
    visitor = signed_in(there.account(boss, "boss"))
    assert visitor.get(invitations_of(there)).status == 200
    there.leaves(boss)
    assert visitor.get(invitations_of(there)).status == 404


def test_a_letter_that_cannot_be_sent_leaves_no_invitation(monkeypatch: pytest.MonkeyPatch) -> None:
    there = firm()
    ada = signed_in(there.account(there.ada, "ada"))
    monkeypatch.setattr("django.conf.settings.EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
    monkeypatch.setattr("django.conf.settings.EMAIL_PORT", 1)
    email = address("mila")
    refused = invite(there, ada, email)
    assert f"The invitation to {email} could not be sent; it is revoked." in refused.text
    assert "Nobody is invited at the moment." in refused.text


def test_letters_are_not_sent_without_end() -> None:
    there = firm()
    ada = signed_in(there.account(there.ada, "ada"))
    with override_settings(ACCOUNT_RATE_LIMITS={"invite": "2/h/user"}):
        statuses = [invite(there, ada, address("mila")).status for _ in range(3)]
    assert statuses == [200, 200, 429]


# --- signing in ------------------------------------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_address_look_alike() -> None:
    somebody = user()
    wrong = Visitor().sign_in(somebody, "not the password")
    unknown = Visitor().post("/accounts/login/", login=address("nobody"), password="not the password")  # noqa: S106
    assert "not correct" in wrong.text
    assert wrong.text == unknown.text


def test_the_letters_of_an_address_do_not_matter() -> None:
    somebody = user()
    assert Visitor().post("/accounts/login/", login=somebody.email.upper(), password=PASSWORD).path == "/"


def test_a_password_is_kept_by_argon2() -> None:
    from standfirst.server import settings  # noqa: PLC0415 - what an installation has, not what tests have

    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        somebody = user()
        assert somebody.password.startswith("argon2$argon2id$")
        assert Visitor().sign_in(somebody).path == "/"


def test_an_inactive_account_does_not_sign_in() -> None:
    somebody = user()
    visitor = signed_in(somebody)
    User.objects.filter(pk=somebody.pk).update(is_active=False)
    assert not is_signed_in(visitor)
    assert "inactive" in Visitor().sign_in(somebody).path


def test_guessing_is_slowed_down_for_one_account() -> None:
    somebody = user()
    for _ in range(5):
        assert "not correct" in Visitor().sign_in(somebody, "a guess").text
    assert "Too many failed login attempts" in Visitor().sign_in(somebody).text


def test_guessing_is_slowed_down_from_one_address_and_counted_where_all_processes_see_it() -> None:
    statuses = {
        Visitor().post("/accounts/login/", login=address("nobody"), password="a guess").status  # noqa: S106
        for _ in range(31)
    }
    assert statuses == {200, 429}
    assert CacheRow.objects.filter(cache_key__contains="allauth:rl").exists()
    assert "tried too often" in Visitor().post("/accounts/login/", login="a@example.org", password="x").text  # noqa: S106


def test_a_session_ends_with_the_browser_and_after_half_a_day() -> None:
    visitor = signed_in(user())
    cookie = visitor.client.cookies["sessionid"]
    assert cookie["max-age"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert visitor.client.session.get_expiry_age() <= 12 * 3600


def test_nobody_is_led_elsewhere_by_a_link() -> None:
    somebody = user()
    led = Visitor().post(
        "/accounts/login/", login=somebody.email, password=PASSWORD, next="https://evil.example/"
    )
    assert led.path == "/"


# --- second factors --------------------------------------------------------------------------------------------------


def with_totp(who: User) -> tuple[Visitor, str, list[str]]:
    """Enrols through the pages. Returns the visitor, the secret and the recovery codes."""
    visitor = assured(who)
    secret = visitor.get("/accounts/2fa/totp/activate/").words("authenticator_secret")
    codes = visitor.post("/accounts/2fa/totp/activate/", code=totp(secret, time()))
    assert codes.path == "/accounts/2fa/recovery-codes/"
    return visitor, secret, codes.words("recovery_codes").split()


def fresh_code(secret: str) -> str:
    """One that was not used yet in this half minute: each is good once."""
    CacheRow.objects.filter(cache_key__contains="mfa").delete()
    return totp(secret, time())


def test_a_code_stands_beside_the_password() -> None:
    somebody = user()
    _, secret, _ = with_totp(somebody)
    visitor = Visitor()
    asked = visitor.sign_in(somebody)
    assert asked.path == "/accounts/2fa/authenticate/"
    assert not is_signed_in(visitor)
    assert "Incorrect code" in visitor.post("/accounts/2fa/authenticate/", code="000000").text
    assert visitor.post("/accounts/2fa/authenticate/", code=fresh_code(secret)).path == "/"
    assert is_signed_in(visitor)


def test_a_code_is_good_once() -> None:
    somebody = user()
    _, secret, _ = with_totp(somebody)
    code = fresh_code(secret)
    first, second = Visitor(), Visitor()
    first.sign_in(somebody)
    second.sign_in(somebody)
    assert first.post("/accounts/2fa/authenticate/", code=code).path == "/"
    assert "Incorrect code" in second.post("/accounts/2fa/authenticate/", code=code).text


def test_a_recovery_code_is_good_once() -> None:
    somebody = user()
    _, _, codes = with_totp(somebody)
    assert len(codes) == 10
    first, second = Visitor(), Visitor()
    first.sign_in(somebody)
    second.sign_in(somebody)
    assert first.post("/accounts/2fa/authenticate/", code=codes[3]).path == "/"
    assert "Incorrect code" in second.post("/accounts/2fa/authenticate/", code=codes[3]).text
    assert second.post("/accounts/2fa/authenticate/", code=codes[4]).path == "/"


def test_recovery_codes_are_shown_once() -> None:
    visitor, _, codes = with_totp(user())
    again = visitor.get("/accounts/2fa/recovery-codes/")
    assert not any(code in again.html for code in codes)


def test_the_database_holds_no_code_and_no_secret() -> None:
    somebody = user()
    _, secret, codes = with_totp(somebody)
    kept = str(list(Authenticator.objects.filter(user=somebody).values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)
    assert totp_factor.TOTP(Authenticator.objects.get(user=somebody, type="totp")).validate_code(
        fresh_code(secret)
    )


def test_a_new_factor_is_told_to_its_owner() -> None:
    somebody = user()
    with_totp(somebody)
    assert any("Authenticator app activated" in letter for letter in letters(somebody.email))


# --- reauthentication ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [NEW, "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"])
def test_what_opens_doors_asks_again_who_it_is(path: str) -> None:
    visitor = signed_in(user())
    asked = visitor.get(path)
    assert asked.path.startswith("/accounts/reauthenticate/")
    wrong = visitor.post(asked.path, password="not the password")  # noqa: S106
    assert "Incorrect password" in wrong.text
    assert visitor.post(asked.path, password=PASSWORD).path == path
    assert visitor.get(path).path == path
    with override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=0):
        assert visitor.get(path).path.startswith("/accounts/reauthenticate/")


def test_a_token_is_not_made_by_an_old_session() -> None:
    there = firm()
    ada = there.account(there.ada, "ada")
    assert new_token(signed_in(ada), there).path.startswith("/accounts/reauthenticate/")
    assert not Token.objects.filter(user=ada).exists()


def test_another_address_is_not_added_by_an_old_session() -> None:
    visitor, second = signed_in(user()), address("second")
    asked = visitor.post("/accounts/email/", email=second, action_add="")
    assert asked.path.startswith("/accounts/reauthenticate/")
    assert letters(second) == []


# --- sessions --------------------------------------------------------------------------------------------------------


def others(page: Page) -> list[str]:
    return re.findall(r'action="(/account/sessions/\d+/end/)"', page.html)


def test_one_session_ends_another() -> None:
    somebody = user()
    here, there = signed_in(somebody), signed_in(somebody)
    (other,) = others(here.get("/accounts/sessions/"))
    ended = here.post(other)
    assert "That session is ended." in ended.text
    assert others(ended) == []
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_a_session_is_told_by_its_browser() -> None:
    somebody = user()
    telephone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
    Visitor(Client(SERVER_NAME="localhost", HTTP_USER_AGENT=telephone)).sign_in(somebody)
    Visitor(Client(SERVER_NAME="localhost", HTTP_USER_AGENT="<b>curl</b>")).sign_in(somebody)
    page = signed_in(somebody).get("/accounts/sessions/")
    assert "Chrome on Android from 127.0.0.1" in page.text
    assert "&lt;b&gt;curl" in page.html


def test_all_other_sessions_end_at_once() -> None:
    somebody = user()
    here, *rest = (signed_in(somebody) for _ in range(3))
    here.post("/accounts/sessions/")
    assert [is_signed_in(each) for each in (here, *rest)] == [True, False, False]


def test_nobody_ends_another_persons_session() -> None:
    somebody = user()
    victim, second = signed_in(somebody), signed_in(somebody)
    (path,) = others(victim.get("/accounts/sessions/"))
    refused = signed_in(user("stranger")).post(path)
    assert refused.status == 404
    assert is_signed_in(second)


def test_ending_ones_own_session_signs_out() -> None:
    somebody = user()
    here, there = signed_in(somebody), signed_in(somebody)
    (own,) = others(there.get("/accounts/sessions/"))
    assert here.post(own).path.startswith("/accounts/login/")
    assert not is_signed_in(here)
    assert is_signed_in(there)


def test_a_new_password_ends_the_other_sessions() -> None:
    somebody = user()
    here, there = signed_in(somebody), signed_in(somebody)
    new = "a wholly different sentence"
    here.post("/accounts/password/change/", oldpassword=PASSWORD, password1=new, password2=new)
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert any("password has been changed" in letter for letter in letters(somebody.email))


def test_signing_out_is_no_link() -> None:
    somebody = user()
    visitor = signed_in(somebody)
    visitor.get("/accounts/logout/")
    assert is_signed_in(visitor)
    visitor.post("/accounts/logout/")
    assert not is_signed_in(visitor)


# --- tokens ----------------------------------------------------------------------------------------------------------


def new_token(visitor: Visitor, there: Firm, **other: object) -> Page:
    given = {"name": "Export", "organisation": there.organisation.pk, "scopes": ["read"], "days": 30}
    return visitor.post(NEW, **given | other)


def test_a_token_is_shown_once() -> None:
    there = firm()
    visitor = assured(there.account(there.ada, "ada"))
    made = new_token(visitor, there, scopes=["read", "files"])
    found = re.search(r"sfp_\w{49}", made.text)
    assert found is not None
    assert "files read" in made.text
    listed = visitor.get("/account/tokens/")
    assert "Export live" in listed.text
    assert found[0] not in listed.html
    assert found[0] not in visitor.get(NEW).html


def test_a_revoked_token_says_so() -> None:
    there = firm()
    ada = there.account(there.ada, "ada")
    visitor = assured(ada)
    new_token(visitor, there)
    token = Token.objects.get(user=ada)
    assert "Export revoked" in visitor.post(f"/account/tokens/{token.pk}/revoke/").text
    assert signed_in(user("stranger")).post(f"/account/tokens/{token.pk}/revoke/").status == 404


def test_no_token_for_an_organisation_of_others_nor_for_ever() -> None:
    there, other = firm(), firm("Other Works")
    ada = there.account(there.ada, "ada")
    visitor = assured(ada)
    wrong = new_token(visitor, other)
    assert "not one of the available choices" in wrong.text
    assert "Other Works" not in wrong.text
    assert "not one of the available choices" in new_token(visitor, there, days=3650).text
    assert "not one of the available choices" in new_token(visitor, there, scopes=["everything"]).text
    assert not Token.objects.filter(user=ada).exists()


def test_who_belongs_nowhere_is_told_why_there_is_no_form() -> None:
    assert "you belong to none yet" in assured(user()).get(NEW).text


# --- pages -----------------------------------------------------------------------------------------------------------

OWN = ["/", "/account/", "/account/tokens/", NEW, "/accounts/sessions/", "/accounts/email/", "/accounts/2fa/"]


@pytest.mark.parametrize("path", OWN)
def test_nobody_sees_a_page_of_somebodys(path: str) -> None:
    assert Visitor().get(path).path.startswith("/accounts/login/")


@pytest.mark.parametrize(
    "path", ["/account/tokens/", "/account/", "/", "/accounts/2fa/", "/accounts/2fa/webauthn/"]
)
def test_a_page_asks_the_database_no_more_as_rows_double(path: str) -> None:
    from django.db import connection  # noqa: PLC0415 - the database of this test
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    there = firm()
    ada = there.account(there.ada, "ada")
    visitor = assured(ada)
    asked = []
    for _ in range(2):
        for _ in range(3):
            new_token(visitor, there)
            other = firm()
            Membership.objects.create(user=ada, organisation=other.organisation, person=other.ada.id)
        with CaptureQueriesContext(connection) as seen:
            assert visitor.get(path).status == 200
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_the_invitations_page_asks_no_more_as_rows_double() -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    there = firm()
    ada = signed_in(there.account(there.ada, "ada"))
    asked = []
    for _ in range(2):
        for _ in range(3):
            somebody = there.person("Somebody")
            ada.post(invitations_of(there), person=somebody.id, email=address("somebody"))
        with CaptureQueriesContext(connection) as seen:
            page = ada.get(invitations_of(there))
        assert page.status == 200
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_names_are_escaped() -> None:
    there = firm("<b>Bold</b> & Sons")
    visitor = assured(there.account(there.ada, "ada"))
    visitor.post("/account/", name="<script>alert(1)</script>")
    for path in ("/", "/account/", NEW, invitations_of(there)):
        html = visitor.get(path).html
        assert "<b>Bold" not in html
        assert "<script>alert" not in html


def test_no_page_of_ours_has_inline_script_or_style() -> None:
    there = firm()
    visitor, _, _ = with_totp(there.account(there.ada, "ada"))
    paths = [*OWN, invitations_of(there), "/accounts/2fa/webauthn/add/", "/accounts/password/change/"]
    pages = [visitor.get(path) for path in paths] + [
        Visitor().get(path) for path in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")
    ]
    for page in pages:
        assert page.status == 200, page.path
        assert not re.search(r"\sstyle=|\son\w+=|<style", page.html), page.path
        inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page.html)
        assert inline == [], page.path


def test_what_is_missing_says_so() -> None:
    assert Visitor().get("/nothing/here/").status == 404
    assert "There is nothing at this address" in Visitor().get("/nothing/here/").text


def test_a_form_from_elsewhere_is_refused() -> None:
    visitor = Visitor(Client(SERVER_NAME="localhost", enforce_csrf_checks=True))
    refused = visitor.sign_in(user())
    assert refused.status == 403
    assert "Sent from an old page" in refused.text
    assert not get_user(visitor.client).is_authenticated


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_a_page_of_errors_needs_nothing_to_be_shown(name: str) -> None:
    """Django gives some of them neither request nor person: what broke may be just that."""
    html = render_to_string(name)
    assert "<h1>" in html
    assert "Sign out" not in html


def test_every_refusal_on_a_page_has_its_place_its_sentence_and_its_hint() -> None:
    problem = {
        "file": "a<b>.yaml",
        "line": 3,
        "field": "title",
        "sentence": "Too long.",
        "hint": "Shorten it.",
    }
    answered = answer(RequestFactory().get("/somewhere/"), 422, [problem])
    page = Page(answered.status_code, "", answered.content.decode())
    assert page.status == 422
    assert "a<b>.yaml, line 3 title Too long. Shorten it." in page.text
