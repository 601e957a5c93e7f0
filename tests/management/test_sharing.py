"""Read grants, what they open, and the visits under them."""

from typing import Any

import pytest
from tests.management import workplace
from tests.management.house import SERVICE, House
from tests.management.refusals import refused

from standfirst.management.founding import acting
from standfirst.management.sharing import (
    EXPORT_DECISION,
    NOT_BY_AUDIT,
    READ_GRANT,
    RECEIVED_GRANT,
    VISIT,
    ExportDecisionBody,
    GrantBody,
    VisitBody,
    opens,
)
from standfirst.records.change import Change
from standfirst.records.pen import Pen
from standfirst.records.projection import fact_of
from standfirst.records.workspace import Workspace

AUDIT = {
    "title": "Design",
    "programme": "2026",
    "requirements": ["8.3.1"],
    "process_owners": ["ben"],
    "auditors": ["ada"],
    "planned_for": "2026-03-01",
}


def grant(
    house: House, who: str = "ada", *, to: str = "", audit: tuple[str, ...] = (), **changed: Any
) -> str:
    body = {**workplace.GRANT, **changed}
    return house.write(who, "read-grant", body, links={"audit": audit} if audit else {}, to=to)


def test_a_grant_takes_two_people_and_one_to_revoke() -> None:
    house = House()
    own = grant(house)
    with refused("deed.second-person"):
        house.move("ada", own, "active")
    with refused("deed.role"):
        house.move("ben", own, "active")
    house.move("ewan", own, "active")
    with refused("deed.frozen"):
        house.write("ada", "read-grant", {**workplace.GRANT, "kinds": ["person"]}, record=own)
    house.move("ada", own, "revoked")
    meanings = [version.entry.signature for version in house.record(own).versions]
    assert [signed and signed["meaning"] for signed in meanings] == [None, "grant", "revocation"]
    with refused("deed.no-way"):
        house.move("tove", own, "active")


@pytest.mark.parametrize(
    ("first", "end"),
    [
        ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2026-03-01T00:00:00Z", "2026-02-28T00:00:00Z"),
        ("2026-03-01T00:00:00Z", "2028-03-01T00:00:01Z"),
        ("2026-03-01T00:00:00+02:00", "2028-03-01T00:00:00+01:00"),
        ("2028-02-29T00:00:00Z", "2030-03-01T00:00:01Z"),
    ],
)
def test_a_grant_ends_after_it_begins_and_within_two_years(first: str, end: str) -> None:
    with refused("grant.period"):
        grant(House(), effective_from=first, effective_until=end)
    assert READ_GRANT.inspect is not None
    found = READ_GRANT.inspect({**workplace.GRANT, "effective_from": first, "effective_until": end})
    assert [field for field, _ in found] == ["effective_until"]


def test_two_years_to_the_moment_are_two_years() -> None:
    grant(House(), effective_from="2026-03-01T00:00:00+02:00", effective_until="2028-03-01T00:00:00+02:00")


def test_a_moment_names_its_zone() -> None:
    for name in ("effective_from", "effective_until"):
        with pytest.raises(ValueError, match="timezone"):
            GrantBody.model_validate({**workplace.GRANT, name: "2026-03-01T00:00:00"})


@pytest.mark.parametrize(
    "reader", [{"name": "N"}, {"name": "N", "id": workplace.THEIRS, "address": "https://cb.example.org/x"}]
)
def test_a_reader_is_found_in_one_way(reader: dict[str, str]) -> None:
    with refused("party.one-way"):
        grant(House(), reader=reader)
    grant(House(), reader={"name": "N", "address": "https://cb.example.org/x"})


@pytest.mark.parametrize(
    "address", ["http://cb.example.org", "https://", "https://a@b.example.org", "https://a b"]
)
def test_an_address_is_one(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        GrantBody.model_validate({**workplace.GRANT, "reader": {"name": "N", "address": address}})


def test_what_to_do_with_unclassified_records_is_chosen() -> None:
    with pytest.raises(ValueError, match="unclassified"):
        GrantBody.model_validate({k: v for k, v in workplace.GRANT.items() if k != "unclassified"})


def test_a_grant_opens_kinds_or_one_audit() -> None:
    house = House()
    audits = tuple(house.write("ada", "internal-audit", AUDIT) for _ in range(2))
    for kinds, links in (((), ()), (("document",), audits[:1]), ((), audits)):
        own = grant(house, kinds=kinds, audit=links)
        with refused("grant.opens"):
            house.move("ewan", own, "active")
    house.move("ewan", grant(house, kinds=(), audit=audits[:1]), "active")
    with refused("grant.unknown-kind") as told:
        house.move("ewan", grant(house, kinds=("moon", "document")), "active")
    assert told.reason.parameters["kinds"] == ("moon",)


def test_by_kinds_opens_records_of_these_kinds_alone() -> None:
    house = House()
    given = house.content(grant(house, kinds=("product",)))
    assert opens(given, house.content(house.product()))
    assert not opens(given, house.content(house.tove))


def test_by_audit_opens_what_is_tied_to_it_in_either_direction() -> None:
    house = House()
    audited, other = house.product("Audited"), house.product("Other")
    audit = house.write("ada", "internal-audit", AUDIT, links={"about": (audited,)})
    raised = house.write("ada", "nonconformity", {"title": "N"}, links={"raised-by": (audit,)})
    given = house.content(grant(house, kinds=(), audit=(audit,)))
    there = house.content(audit)
    opened = {
        name
        for name, record in (("audit", audit), ("audited", audited), ("raised", raised), ("other", other))
        if opens(given, house.content(record), audit=there)
    }
    assert opened == {"audit", "audited", "raised"}
    assert not opens(given, house.content(audited)), "without the audit nothing is known to be tied to it"
    another = house.content(house.write("ada", "internal-audit", AUDIT, links={"about": (other,)}))
    assert not opens(given, house.content(other), audit=another), "an audit that the grant does not name"


def test_an_audit_opens_nobody_and_no_other_grant_by_being_tied_to_them() -> None:
    house = House()
    audit = house.write("ada", "internal-audit", AUDIT)
    given = house.content(grant(house, kinds=(), audit=(audit,)))
    there = house.content(audit)
    assert not opens(given, given, audit=there)
    classified = house.write(
        "ewan", "export-classification", workplace.CLASSIFICATION, links={"classifies": (audit,)}
    )
    assert not opens(given, house.content(classified), audit=there)
    assert {"person", "passkey", "visit", "read-grant"} <= NOT_BY_AUDIT
    named = house.content(grant(house, kinds=("person",)))
    assert opens(named, house.content(house.tove)), "who names the kind opens it"


def test_the_other_side_keeps_one_record_of_a_grant() -> None:
    house = House()
    body = workplace.bodies()["received-grant"]
    own = house.write(SERVICE, "received-grant", body)
    with refused("record.not-unique"):
        house.write(SERVICE, "received-grant", body)
    with refused("deed.frozen"):
        house.write(SERVICE, "received-grant", body, record=own)
    house.move(SERVICE, own, "ended")
    fact = fact_of(house.record(own), RECEIVED_GRANT, evidence_gone=False)
    assert (str(fact.effective_from), str(fact.effective_until)) == ("2026-03-01", "2027-03-01")


@pytest.mark.parametrize(
    ("first", "end", "sound"),
    [
        ("2026-04-01T08:00:00Z", "2026-04-01T16:00:00Z", True),
        ("2026-04-01T08:00:00Z", "2026-04-01T18:00:00+02:00", True),
        ("2026-04-01T08:00:00Z", "2026-04-01T16:00:01Z", False),
        ("2026-04-01T08:00:00Z", "2026-04-01T08:00:00Z", False),
        ("2026-04-01T08:00:00Z", "2026-04-01T07:00:00Z", False),
    ],
)
def test_a_visit_lasts_eight_hours_at_most(first: str, end: str, sound: bool) -> None:
    house = House()
    body = {**workplace.VISIT, "begins_at": first, "until": end}
    if sound:
        house.write(SERVICE, "visit", body)
    else:
        with refused("visit.period"):
            house.write(SERVICE, "visit", body)
    assert VISIT.inspect is not None
    assert bool(VISIT.inspect(body)) != sound


@pytest.mark.parametrize(
    "changed", [{"nationalities": []}, {"nationalities": ["de"]}, {"place": "DEU"}, {"reader": "x"}]
)
def test_who_visits_says_who_and_where(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        VisitBody.model_validate({**workplace.VISIT, **changed})


def test_what_was_decided_stays_as_it_was_recorded() -> None:
    house = House()
    visit = house.write(SERVICE, "visit", workplace.VISIT, links={"under": (grant(house),)})
    body = workplace.bodies()["export-decision"]
    own = house.write(
        SERVICE, "export-decision", body, links={"during": (visit,), "about": (house.product(),)}
    )
    with refused("deed.frozen"):
        house.write(SERVICE, "export-decision", {**body, "outcome": "refused"}, record=own)
    assert EXPORT_DECISION.lifecycle.transitions == ()
    with pytest.raises(ValueError, match="reason"):
        ExportDecisionBody.model_validate({**body, "reason": "Because of who they are"})


# --- by nobody's hand ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["visit", "export-decision", "received-grant"])
def test_nobody_writes_the_log_of_reading_by_hand_whatever_their_role(kind: str) -> None:
    house = House()
    for who in house.ids:
        with refused(f"{kind}.by-hand"):
            house.write(who, kind, workplace.bodies()[kind])
    assert not house.store.records(kinds=(kind,))


@pytest.mark.parametrize("kind", ["visit", "received-grant"])
def test_nobody_ends_by_hand_what_the_service_began(kind: str) -> None:
    house = House()
    own = house.write(SERVICE, kind, workplace.bodies()[kind])
    with refused(f"{kind}.by-hand"):
        house.move("tove", own, "ended")
    house.move(SERVICE, own, "ended")


def test_what_comes_from_elsewhere_with_its_origin_is_a_copy_and_whose_hand_brings_it_says_nothing() -> None:
    house = House()

    def deed(workspace: Workspace) -> Change:
        pen = Pen(workspace, acting(workspace, "ben"), VISIT, workplace.RECORD, None, "Handed over")
        pen.write(workplace.VISIT, serves=(), links={}, origin={"ledger": workplace.DIGEST})
        return Change(pen.actor, tuple(pen.drafts))

    house.store.perform(deed)
    assert house.content(workplace.RECORD).origin
