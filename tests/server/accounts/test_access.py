"""Access stands in the ledger, and the door asks it there: from the moment it is ended nobody acts by it."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.server.accounts.cast import NOW, Firm, firm, signed_in, user
from tests.server.exchange.cast import worked_off

from standfirst.records.actor import Actor
from standfirst.records.change import Change, Refused
from standfirst.records.pen import Pen
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.server.access import actor_of, place_for
from standfirst.server.accounts import inviting, joining, people, tokens
from standfirst.server.accounts.models import Membership, Scope, Token, User
from standfirst.server.accounts.people import add_member
from standfirst.server.beside import differing
from standfirst.server.exchange.service import service
from standfirst.standards.vocabulary import Assurance

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def there() -> Firm:
    return firm()


def access_of(there: Firm, person: Actor) -> list[Record]:
    found = there.workspace.records(kinds=("access",)).values()
    return [each for each in found if person.id in each.current.content.links["of"]]


def end(there: Firm, by: Actor, record: Record) -> None:
    def deed(workspace: Workspace) -> Change:
        now = workspace.records([record.id])[record.id]
        pen = Pen(workspace, by, workspace.kinds["access"], record.id, now, "No longer with us")
        pen.move_to("ended", Assurance.DECLARED)
        return Change(by, tuple(pen.drafts))

    there.workspace.perform(deed)


def member(there: Firm, who: Actor, name: str) -> User:
    """Invited by letter, and joined."""
    somebody = user(name)
    by = Membership.objects.filter(organisation=there.organisation, person=there.ada.id).first()
    letter = inviting.invite(
        actor=there.ada,
        by=by.user if by else there.account(there.ada, "ada"),
        organisation=there.organisation,
        workspace=there.workspace,
        person=who.id,
        email=somebody.email,
        now=NOW,
    )
    joining.accept(user=somebody, text=letter.secret, now=NOW)
    return somebody


def may_enter(there: Firm, who: User) -> bool:
    try:
        place_for(who, there.organisation.slug)
    except Refused:
        return False
    return True


def test_joining_stands_in_the_ledger_with_who_invited(there: Firm) -> None:
    mila = member(there, there.mila, "mila")
    (access,) = access_of(there, there.mila)
    content = access.current.content
    assert content.state == "open"
    assert (content.body["account"], content.body["began"]) == (str(mila.pk), "invitation")
    assert content.links == {"of": (there.mila.id,), "invited-by": (there.ada.id,)}
    assert Membership.objects.get(user=mila).access == access.id
    assert mila.email not in str(content)
    assert may_enter(there, mila)


def test_a_row_without_the_ledger_lets_nobody_in(there: Firm) -> None:
    """As somebody writes it who has the database."""
    mallory = user("mallory")
    Membership.objects.create(user=mallory, organisation=there.organisation, person=there.mila.id)
    assert not may_enter(there, mallory)
    ada = there.account(there.ada, "ada")
    access = Membership.objects.get(user=ada).access
    Membership.objects.filter(user=mallory).update(access=there.ada.id)  # a record, but no access
    assert not may_enter(there, mallory)
    assert may_enter(there, ada)
    assert access != there.ada.id


def test_who_is_withdrawn_is_out_at_once_and_what_stood_for_it_goes(there: Firm) -> None:
    mila = member(there, there.mila, "mila")
    place = place_for(mila, there.organisation.slug)
    token = tokens.issue(
        user=mila,
        organisation=there.organisation,
        name="Export",
        scopes=[Scope.READ],
        lifetime=timedelta(days=1),
        now=NOW,
    )
    session = UserSession.objects.create(
        user=mila, session_key=token.token.digest[:40], ip="192.0.2.7", data={}
    )
    (access,) = access_of(there, there.mila)
    end(there, there.ada, access)

    assert not may_enter(there, mila)
    with pytest.raises(Refused, match="not-a-member"):
        place.actor(place.store)  # a deed of a request that came in before
    worked_off()
    worked_off()
    assert not Membership.objects.filter(user=mila).exists()
    assert Token.objects.get(pk=token.token.pk).revoked is not None
    assert not UserSession.objects.filter(pk=session.pk).exists()
    assert User.objects.get(pk=mila.pk).is_active  # they may be invited again
    (record,) = there.workspace.records([there.mila.id]).values()
    assert record.current.content.state == "active"


def test_no_account_acts_as_a_service(there: Firm) -> None:
    """Whoever acted by its id would pass for it in every ledger."""
    with pytest.raises(Refused) as no:
        add_member(user=user(), organisation=there.organisation, person=service(there.organisation).id)
    assert no.value.reason.code == "person.service-id"


def test_who_belongs_elsewhere_too_stays_there(there: Firm) -> None:
    elsewhere, mila = firm("Elsewhere"), member(there, there.mila, "mila")
    add_member(user=mila, organisation=elsewhere.organisation, person=elsewhere.mila.id)
    session = UserSession.objects.create(user=mila, session_key=str(mila.pk), ip="192.0.2.7", data={})
    end(there, there.ada, access_of(there, there.mila)[0])
    worked_off()
    assert not may_enter(there, mila)
    assert may_enter(elsewhere, mila)
    assert UserSession.objects.filter(pk=session.pk).exists()


@pytest.mark.parametrize("at_once", [True, False])
def test_who_was_withdrawn_may_be_invited_again(there: Firm, at_once: bool) -> None:
    """Also before a worker came by; to another account, which is then the one that acts."""
    first = member(there, there.mila, "mila")
    end(there, there.ada, access_of(there, there.mila)[0])
    if not at_once:
        worked_off()
    second = member(there, there.mila, "mila-again")
    worked_off()
    assert [may_enter(there, each) for each in (first, second)] == [False, True]
    assert [each.current.content.state for each in access_of(there, there.mila)] == ["ended", "open"]


def test_who_leaves_has_no_access_and_the_ledger_says_so(there: Firm) -> None:
    mila = member(there, there.mila, "mila")
    there.leaves(there.mila)
    assert not may_enter(there, mila)
    worked_off()
    (access,) = access_of(there, there.mila)
    assert (access.current.content.state, access.current.content.why) == ("ended", "The person has left")
    worked_off()
    assert not Membership.objects.filter(user=mila).exists()


def test_who_was_killed_between_row_and_ledger_joins_by_doing_it_again(
    there: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    mila = user("mila")
    by = there.account(there.ada, "ada")
    letter = inviting.invite(
        actor=there.ada,
        by=by,
        organisation=there.organisation,
        workspace=there.workspace,
        person=there.mila.id,
        email=mila.email,
        now=NOW,
    )

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(people, "record", killed)
        with pytest.raises(Killed):
            joining.accept(user=mila, text=letter.secret, now=NOW)
    assert not may_enter(there, mila)
    joining.accept(user=mila, text=letter.secret, now=NOW)
    assert may_enter(there, mila)
    with pytest.raises(Refused, match=r"invitation\.used"):
        joining.accept(user=mila, text=letter.secret, now=NOW)
    assert len(access_of(there, there.mila)) == 1


def test_the_records_page_ends_it(there: Firm) -> None:
    """The generic one: no other is needed."""
    mila = member(there, there.mila, "mila")
    owner = Membership.objects.get(organisation=there.organisation, person=there.ada.id).user
    ada, theirs = signed_in(owner), signed_in(mila)
    (access,) = access_of(there, there.mila)
    path = f"/o/{there.organisation.slug}/records/{access.number}/"
    assert theirs.get(path).status == 200
    assert ada.get(f"{path}moves/end/").status == 200
    ada.post(f"{path}moves/end/", why="No longer with us", expected="1")
    (access,) = access_of(there, there.mila)
    assert access.current.content.state == "ended"
    assert access.current.entry.actor == there.ada.id
    assert theirs.get(path).status == 404
    assert theirs.get("/").status == 200


def test_who_invites_sees_who_has_access_in_as_many_queries_for_one_as_for_many(there: Firm) -> None:
    member(there, there.mila, "mila")
    owner = Membership.objects.get(organisation=there.organisation, person=there.ada.id).user
    ada = signed_in(owner)

    def queries() -> int:
        ada.get(f"/o/{there.organisation.slug}/")  # what the frame keeps of a ledger is read once
        with CaptureQueriesContext(connection) as asked:
            page = ada.get(f"/o/{there.organisation.slug}/invitations/")
        for access in there.workspace.records(kinds=("access",)).values():
            shown = f"/o/{there.organisation.slug}/records/{access.number}/" in page.html
            assert shown is (access.current.content.state == "open")
        return len(asked)

    few = queries()
    for name in ("noor", "otto", "pim"):
        member(there, there.person(name.title()), name)
    end(there, there.ada, access_of(there, there.mila)[0])
    assert queries() == few


def test_the_last_who_manages_is_not_shut_out(there: Firm) -> None:
    ada = signed_in(there.account(there.ada, "ada"))
    (access,) = access_of(there, there.ada)
    path = f"/o/{there.organisation.slug}/records/{access.number}/"
    refused = ada.post(f"{path}moves/end/", why="So", expected="1")
    assert "would have access any more" in refused.text
    assert ada.get(path).status == 200


# --- whoever writes to the tables by hand ---


def told(there: Firm) -> list[tuple[str, object]]:
    return [
        (wrong.reason.code, wrong.reason.parameters.get("record"))
        for wrong in differing(there.organisation, there.workspace)
        if wrong.reason.code.startswith("access.")
    ]


def test_a_row_that_points_at_another_person_lets_nobody_in(there: Firm) -> None:
    ned = member(there, there.mila, "ned")
    rows = Membership.objects.filter(organisation=there.organisation)
    assert told(there) == []
    rows.filter(person=there.ada.id).update(person="nobody")
    rows.filter(user=ned).update(person=there.ada.id)
    assert not may_enter(there, ned)
    (access,) = access_of(there, there.mila)
    with pytest.raises(Refused) as refused:
        actor_of(there.ada.id, there.workspace, access.id, str(ned.pk))
    assert refused.value.reason.code == "actor.not-a-member"
    (hers,) = access_of(there, there.ada)
    assert sorted(told(there)) == [
        ("access.other-than-recorded", number) for number in sorted((access.number, hers.number))
    ]


def test_a_row_that_points_at_another_account_lets_nobody_in(there: Firm) -> None:
    member(there, there.mila, "ned")
    thief = user("thief")
    Membership.objects.filter(organisation=there.organisation, person=there.ada.id).update(user=thief)
    assert not may_enter(there, thief)
    (hers,) = access_of(there, there.ada)
    assert told(there) == [("access.other-than-recorded", hers.number)]


def test_a_row_that_was_taken_away_is_told(there: Firm) -> None:
    member(there, there.mila, "ned")
    Membership.objects.filter(organisation=there.organisation, person=there.mila.id).delete()
    (access,) = access_of(there, there.mila)
    assert told(there) == [("access.without-row", access.number)]


def test_who_has_left_issues_no_token(there: Firm) -> None:
    ned = member(there, there.mila, "ned")
    there.leaves(there.mila)  # and no worker has noticed yet
    with pytest.raises(Refused) as refused:
        tokens.issue(
            user=ned,
            organisation=there.organisation,
            name="Nightly",
            scopes=[Scope.READ],
            lifetime=timedelta(days=30),
            now=NOW,
        )
    assert refused.value.reason.code == "actor.not-a-member"
