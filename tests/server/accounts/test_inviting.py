"""Who may invite whom, and who may take an invitation up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import monotonic

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, connections, transaction
from tests.server.accounts.cast import NOW, Firm, address, firm, user

from standfirst.management.access import end_access_of, of
from standfirst.management.organisation import PERSON
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Refused
from standfirst.server.accounts import inviting, joining, leaving
from standfirst.server.accounts.inviting import Letter
from standfirst.server.accounts.models import Invitation, Membership, User
from standfirst.server.accounts.people import add_member, create_user
from standfirst.server.store.models import Organisation

pytestmark = pytest.mark.usefixtures("database")


def invited(
    there: Firm, by: User, email: str, person: Actor | None = None, actor: Actor | None = None
) -> Letter:
    return inviting.invite(
        actor=actor or there.ada,
        by=by,
        organisation=there.organisation,
        workspace=there.workspace,
        person=(person or there.mila).id,
        email=email,
        now=NOW,
    )


def refusal(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.reason.code


def test_the_invited_acts_as_the_person_once() -> None:
    there = firm()
    mila = user("mila")
    letter = invited(there, there.account(there.ada, "ada"), mila.email.upper())
    joined = joining.accept(user=mila, text=letter.secret, now=NOW)
    assert (joined.organisation, joined.person) == (there.organisation, there.mila.id)
    with pytest.raises(Refused) as again:
        joining.accept(user=mila, text=letter.secret, now=NOW)
    assert refusal(again) == "invitation.used"
    assert Membership.objects.filter(user=mila).count() == 1


def test_the_secret_is_kept_nowhere() -> None:
    there = firm()
    letter = invited(there, there.account(there.ada, "ada"), address("mila"))
    row = Invitation.objects.filter(pk=letter.invitation.pk).values().get()
    assert letter.secret not in {str(value) for value in row.values()}
    assert letter.secret.startswith("sfi_")


@pytest.mark.parametrize("role", [role for role in Role if role not in PERSON.authors])
def test_other_roles_do_not_invite(role: Role) -> None:
    there = firm()
    with pytest.raises(Refused) as refused:
        invited(there, there.inviter(), address("mila"), actor=Actor("somebody", frozenset({role})))
    assert refusal(refused) == "invitation.role"


@pytest.mark.parametrize("role", sorted(PERSON.authors))
def test_who_records_people_invites(role: Role) -> None:
    there = firm()
    email = address("mila")
    letter = invited(there, there.inviter(), email, actor=Actor("somebody", frozenset({role})))
    assert letter.invitation.email == email


def test_nobody_is_invited_as_a_person_who_is_not_there() -> None:
    there, other = firm(), firm()
    gone = there.person("Gone")
    there.leaves(gone)
    for person in (other.mila, gone, Actor("made-up")):
        with pytest.raises(Refused) as refused:
            invited(there, there.inviter(), address("mila"), person)
        assert refusal(refused) == "invitation.no-such-person"


def test_one_account_a_person_and_one_person_an_account() -> None:
    there = firm()
    ada = there.account(there.ada, "ada")
    with pytest.raises(Refused) as refused:
        invited(there, ada, address("mila"), there.ada)
    assert refusal(refused) == "invitation.person-taken"
    with pytest.raises(Refused) as refused:
        invited(there, ada, ada.email.upper())
    assert refusal(refused) == "invitation.member-already"


def test_a_second_address_of_a_member_is_a_members() -> None:
    there = firm()
    ada = there.account(there.ada, "ada")
    second = EmailAddress.objects.create(user=ada, email=address("ada"), verified=True)
    with pytest.raises(Refused) as refused:
        invited(there, ada, second.email)
    assert refusal(refused) == "invitation.member-already"


def test_whoever_came_first_stays() -> None:
    """An invitation that waited while the command line made somebody else this person."""
    there = firm()
    mila = user("mila")
    letter = invited(there, there.inviter(), mila.email)
    there.account(there.mila, "other")
    with pytest.raises(Refused) as refused:
        joining.accept(user=mila, text=letter.secret, now=NOW)
    assert refusal(refused) == "invitation.person-taken"
    assert Invitation.objects.get(pk=letter.invitation.pk).accepted is None


def test_a_member_does_not_become_a_second_person() -> None:
    there = firm()
    second = there.person("Second")
    mila = user("mila")
    letter = invited(there, there.inviter(), mila.email)
    add_member(user=mila, organisation=there.organisation, person=second.id)
    with pytest.raises(Refused) as refused:
        joining.accept(user=mila, text=letter.secret, now=NOW)
    assert refusal(refused) == "invitation.member-already"


def test_only_a_verified_address_counts() -> None:
    there = firm()
    thief = user("thief")
    email = address("mila")
    EmailAddress.objects.create(user=thief, email=email, verified=False)
    letter = invited(there, there.inviter(), email)
    with pytest.raises(Refused) as refused:
        joining.accept(user=thief, text=letter.secret, now=NOW)
    assert refusal(refused) == "invitation.other-address"
    EmailAddress.objects.filter(user=thief, email=email).update(verified=True)
    assert joining.accept(user=thief, text=letter.secret, now=NOW).user == thief


def test_an_invitation_ends() -> None:
    there = firm()
    mila = user("mila")
    letter = invited(there, there.inviter(), mila.email)
    last = letter.invitation.expires
    assert joining.opened(letter.secret, now=last - timedelta(seconds=1)) == letter.invitation
    with pytest.raises(Refused) as refused:
        joining.accept(user=mila, text=letter.secret, now=last)
    assert refusal(refused) == "invitation.expired"
    assert inviting.pending(there.organisation, there.workspace, now=last) == []


def test_a_new_invitation_takes_the_place_of_the_old() -> None:
    there = firm()
    mila = user("mila")
    first = invited(there, there.inviter(), mila.email)
    second = invited(there, there.inviter(), mila.email)
    with pytest.raises(Refused) as refused:
        joining.accept(user=mila, text=first.secret, now=NOW)
    assert refusal(refused) == "invitation.revoked"
    waiting = inviting.pending(there.organisation, there.workspace, now=NOW)
    assert [row.pk for row, _ in waiting] == [second.invitation.pk]


def revoked(letter: Letter, organisation: Organisation, actor: Actor) -> None:
    inviting.revoke(actor=actor, organisation=organisation, invitation=letter.invitation.pk, now=NOW)


def test_a_revoked_invitation_lets_nobody_in() -> None:
    there, other = firm(), firm()
    mila = user("mila")
    letter = invited(there, there.inviter(), mila.email)
    with pytest.raises(Refused) as refused:
        revoked(letter, other.organisation, there.ada)
    assert refusal(refused) == "invitation.missing"
    with pytest.raises(Refused) as refused:
        revoked(letter, there.organisation, there.mila)
    assert refusal(refused) == "invitation.role"
    revoked(letter, there.organisation, there.ada)
    with pytest.raises(Refused) as refused:
        joining.accept(user=mila, text=letter.secret, now=NOW)
    assert refusal(refused) == "invitation.revoked"


def test_an_accepted_invitation_is_not_revoked() -> None:
    there = firm()
    mila = user("mila")
    letter = invited(there, there.inviter(), mila.email)
    joining.accept(user=mila, text=letter.secret, now=NOW)
    with pytest.raises(Refused) as refused:
        revoked(letter, there.organisation, there.ada)
    assert refusal(refused) == "invitation.used"


def test_a_letter_is_worth_no_more_than_whoever_sent_it() -> None:
    """They have left, or answer for people no more; also before any worker has noticed."""
    there = firm()
    second, third = there.person("Quin", Role.QUALITY_MANAGER), there.person("Rex")
    quin, mila = there.account(second, "quin"), user("mila")
    letter = invited(there, quin, mila.email)
    unheard = invited(there, there.account(third, "rex"), mila.email, there.person("Nora"))
    there.leaves(second)
    for one in (letter, unheard):
        with pytest.raises(Refused) as refused:
            joining.accept(user=mila, text=one.secret, now=NOW)
        assert refusal(refused) == "invitation.no-authority"
    assert not Membership.objects.filter(user=mila).exists()


def test_open_letters_go_with_whoever_sent_them() -> None:
    there = firm()
    second = there.person("Quin", Role.QUALITY_MANAGER)
    letter = invited(there, there.account(second, "quin"), address("mila"))
    there.leaves(second)
    there.workspace.perform(end_access_of(second.id, by=there.ada))
    leaving.clear(there.organisation, now=NOW)
    assert Invitation.objects.get(pk=letter.invitation.pk).revoked == NOW


@pytest.mark.parametrize(
    "text", ["", "sfi_", "sfi_" + "A" * 49, "sfp_" + "A" * 49, "sfi_\N{LATIN SMALL LETTER E WITH ACUTE}"]
)
def test_what_is_no_secret_opens_nothing(text: str) -> None:
    with pytest.raises(Refused) as refused:
        joining.opened(text, now=NOW)
    assert refusal(refused) == "invitation.missing"


def test_only_those_without_an_account_are_offered() -> None:
    there = firm()
    there.account(there.ada, "ada")
    gone = there.person("Gone")
    there.leaves(gone)
    people = inviting.without_account(there.organisation, there.workspace)
    assert [person.id for person in people] == [there.mila.id]
    assert inviting.named(people) == [(there.mila.id, "Mila (PER-0002)")]


def test_one_account_an_address_however_it_is_written() -> None:
    first = user("ada")
    with pytest.raises(Refused) as refused:
        create_user(email=first.email.upper(), name="Ada", password="correct horse battery staple")  # noqa: S106
    assert refusal(refused) == "account.there-already"


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [
        ("ada", "correct horse battery staple", "account.address"),
        ("ada@example.org", "short", "account.password"),
        ("ada.lovelace@example.org", "ada.lovelace@example", "account.password"),
    ],
)
def test_an_account_has_an_address_and_a_password(email: str, password: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        create_user(email=email, name="Ada", password=password)
    assert refusal(refused) == code


def test_a_membership_is_made_once() -> None:
    there = firm()
    ada = there.account(there.ada, "ada")
    for who, person in ((ada, there.mila), (user(), there.ada)):
        with pytest.raises(Refused) as refused:
            add_member(user=who, organisation=there.organisation, person=person.id)
        assert refusal(refused) == "account.member-already"


# --- at the same moment ----------------------------------------------------------------------------------------------


def together(*deeds: Callable[[], object]) -> list[str]:
    """What came of each in a thread of its own: nothing, or the code of a refusal."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> str:
        connections["default"].ensure_connection()  # which takes longer than what is raced for
        start.wait(timeout=10)
        try:
            deed()
        except Refused as refused:
            return refused.reason.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(one, deeds))


def test_an_invitation_is_accepted_once_however_often_at_once() -> None:
    there = firm()
    mila = user("mila")
    letter = invited(there, there.inviter(), mila.email)
    came = together(*[lambda: joining.accept(user=mila, text=letter.secret, now=NOW)] * 6)
    assert "" in came  # some may come between the row and the ledger, and do what is left: once, see below
    assert set(came) <= {"", "invitation.used"}
    opened = there.workspace.records(kinds=("access",)).values()
    assert len([each for each in opened if there.mila.id in of(each)]) == 1
    assert Membership.objects.filter(organisation=there.organisation, person=there.mila.id).count() == 1


def test_one_invitation_a_person_stays_open_however_many_are_sent_at_once() -> None:
    there = firm()
    by, email = there.inviter(), address("mila")
    assert together(*[lambda: invited(there, by, email)] * 6) == [""] * 6
    assert len(inviting.pending(there.organisation, there.workspace, now=NOW)) == 1


def test_two_invitations_do_not_make_two_persons_of_one_account() -> None:
    """The second waits for the first to end, and then sees what it did."""
    there = firm()
    mila = user("mila")
    one, two = (
        invited(there, there.inviter(), mila.email, person) for person in (there.mila, there.person("Second"))
    )
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            joining._taken_up(mila, one.invitation, NOW)  # the ledger's part is a transaction of its own
            second = pool.submit(together, lambda: joining.accept(user=mila, text=two.secret, now=NOW))
            _until_somebody_waits()
        assert second.result() == ["invitation.member-already"]
    assert Membership.objects.get(user=mila).person == there.mila.id


def _until_somebody_waits() -> None:
    """For us. On PostgreSQL, which can tell. On SQLite whoever writes waits from the start."""
    waiting = connection.vendor != "postgresql"
    until = monotonic() + 30
    while not waiting:
        assert monotonic() < until
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            waiting = cursor.fetchone()[0] > 0
