"""Tokens: shown once, kept as a digest, good for one organisation, some things and some time."""

import re
import zlib
from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.server.accounts.cast import NOW, Firm, firm, user

from standfirst.records.change import Refused
from standfirst.server.accounts import secret, tokens
from standfirst.server.accounts.models import Scope, Token, User
from standfirst.server.accounts.tokens import Issued

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


def issued(
    there: Firm,
    who: User,
    scopes: Collection[Scope] = (Scope.READ, Scope.FILES),
    lifetime: timedelta = 30 * DAY,
) -> Issued:
    return tokens.issue(
        user=who, organisation=there.organisation, name="Export", scopes=scopes, lifetime=lifetime, now=NOW
    )


def code_of(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.reason.code


def test_a_token_lets_its_member_in() -> None:
    there = firm()
    ada = there.account(there.ada, "ada")
    made = issued(there, ada)
    token = tokens.checked(made.text, now=NOW)
    assert (token.user, token.organisation, token.scopes) == (
        ada,
        there.organisation,
        frozenset({Scope.READ, Scope.FILES}),
    )


def test_its_text_is_kept_nowhere() -> None:
    there = firm()
    made = issued(there, there.account(there.ada, "ada"))
    row = Token.objects.filter(pk=made.token.pk).values().get()
    assert made.text not in {str(value) for value in row.values()}
    assert row["digest"] == secret.digest(made.text)


def test_a_scanner_knows_one_when_it_sees_one() -> None:
    made = {secret.fresh(secret.TOKEN) for _ in range(100)}
    assert len(made) == 100
    for text in made:
        assert re.fullmatch(r"sfp_[0-9A-Za-z]{49}", text)
        assert secret.is_one(text, secret.TOKEN)
        assert not secret.is_one(text, secret.INVITATION)


def test_one_wrong_letter_shows() -> None:
    text = secret.fresh(secret.TOKEN)
    for place in range(len(text)):
        other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert not secret.is_one(other, secret.TOKEN)


def test_the_check_digits_are_the_crc_of_the_rest() -> None:
    """The form that others use, so that their scanners need nothing new."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    text = secret.fresh(secret.TOKEN)
    number = 0
    for digit in text[-6:]:
        number = number * 62 + digits.index(digit)
    assert number == zlib.crc32(text[:-6].encode())


def test_a_token_ends() -> None:
    there = firm()
    made = issued(there, there.account(there.ada, "ada"), lifetime=DAY)
    assert tokens.checked(made.text, now=NOW + DAY - timedelta(seconds=1)) == made.token
    with pytest.raises(Refused) as refused:
        tokens.checked(made.text, now=NOW + DAY)
    assert code_of(refused) == "token.expired"


@pytest.mark.parametrize("lifetime", [timedelta(0), -DAY, tokens.LONGEST + timedelta(seconds=1)])
def test_none_lives_for_ever(lifetime: timedelta) -> None:
    there = firm()
    with pytest.raises(Refused) as refused:
        issued(there, there.account(there.ada, "ada"), lifetime=lifetime)
    assert code_of(refused) == "token.lifetime"


def test_a_revoked_token_is_refused() -> None:
    there = firm()
    ada = there.account(there.ada, "ada")
    made = issued(there, ada)
    tokens.revoke(user=ada, token=made.token.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        tokens.checked(made.text, now=NOW)
    assert code_of(refused) == "token.revoked"
    tokens.revoke(user=ada, token=made.token.pk, now=NOW + DAY)
    assert Token.objects.get(pk=made.token.pk).revoked == NOW


def test_nobody_revokes_another_persons_token() -> None:
    there = firm()
    made = issued(there, there.account(there.ada, "ada"))
    for token in (made.token.pk, uuid4()):
        with pytest.raises(Refused) as refused:
            tokens.revoke(user=user(), token=token, now=NOW)
        assert code_of(refused) == "token.missing"
    assert tokens.checked(made.text, now=NOW) == made.token


def test_a_token_does_what_it_is_for() -> None:
    there = firm()
    token = issued(there, there.account(there.ada, "ada"), scopes=(Scope.READ,)).token
    tokens.require(token, Scope.READ)
    for scope in (Scope.WRITE, Scope.FILES):
        with pytest.raises(Refused) as refused:
            tokens.require(token, scope)
        assert code_of(refused) == "token.scope"


def test_a_token_is_for_something() -> None:
    there = firm()
    with pytest.raises(Refused) as refused:
        issued(there, there.account(there.ada, "ada"), scopes=())
    assert code_of(refused) == "token.no-scope"


def test_a_token_is_for_an_organisation_of_its_member() -> None:
    there, other = firm(), firm()
    with pytest.raises(Refused) as refused:
        issued(other, there.account(there.ada, "ada"))
    assert code_of(refused) == "actor.not-a-member"


def test_a_token_is_worth_no_more_than_its_account() -> None:
    there = firm()
    ada = there.account(there.ada, "ada")
    made = issued(there, ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with pytest.raises(Refused) as refused:
        tokens.checked(made.text, now=NOW)
    assert code_of(refused) == "token.unknown"
    User.objects.filter(pk=ada.pk).update(is_active=True)
    ada.memberships.all().delete()
    with pytest.raises(Refused) as refused:
        tokens.checked(made.text, now=NOW)
    assert code_of(refused) == "token.unknown"


@pytest.mark.parametrize("text", ["", "sfp_", "Bearer", "sfi_" + "A" * 49, "sfp_" + "A" * 49])
def test_what_is_no_token_is_unknown(text: str) -> None:
    with pytest.raises(Refused) as refused:
        tokens.checked(text, now=NOW)
    assert code_of(refused) == "token.unknown"


def test_an_invitation_is_no_token() -> None:
    with pytest.raises(Refused) as refused:
        tokens.checked(secret.fresh(secret.INVITATION), now=NOW)
    assert code_of(refused) == "token.unknown"


def test_the_last_use_is_noted_and_not_every_time() -> None:
    there = firm()
    made = issued(there, there.account(there.ada, "ada"))
    for minutes, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
        tokens.checked(made.text, now=NOW + timedelta(minutes=minutes))
        assert Token.objects.get(pk=made.token.pk).last_used == NOW + timedelta(minutes=noted)
