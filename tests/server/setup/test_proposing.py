"""What the set-up proposes, from the edition and the register alone."""

from datetime import date

import pytest
from tests.server import databases

from standfirst.standards.library import edition
from standfirst.standards.vocabulary import Relation

databases.set_up()

from standfirst.server.setup import markets, proposing  # noqa: E402 - Django first

TODAY = date(2026, 11, 23)
OF_NO_MARKET = {
    "Consumer protection law on misleading statements",
    "ISO/IEC/ITU common patent policy",
    "Sanctions lists",
}


def test_every_law_belongs_to_a_market_or_is_known_to_belong_to_none() -> None:
    named = {r.document for each in edition() for r in each.related if r.relation is Relation.SUPPORTS}
    placed = {law for market in markets.markets() for law, _ids in market.laws}
    assert named == placed | OF_NO_MARKET


def test_every_cryptographic_profile_belongs_to_a_market() -> None:
    from standfirst.standards.cryptography.profiles import jurisdictions  # noqa: PLC0415

    assert {each.id for each in markets.expectations(list(markets.MARKETS))} == set(jurisdictions())


@pytest.mark.parametrize("each", markets.expectations(list(markets.MARKETS)), ids=lambda each: each.id)
def test_an_obligation_names_its_source_its_day_and_how_far_it_binds(each: markets.Expectation) -> None:
    body = markets.obligation(each, owner="ada", today=TODAY, look_by=TODAY)
    if not each.coming(TODAY):
        assert body is None
        return
    assert body is not None
    assert each.source.document in body["instrument"]
    assert date.fromisoformat(body["effective_on"]) >= TODAY
    assert each.profile.notice in body["duty"]
    assert f"As of {each.profile.as_of}" in body["duty"]
    assert len(body["duty"]) <= 20_000


def test_nothing_is_made_up_where_nothing_dated_is_known() -> None:
    (china,) = markets.expectations(["china"])
    assert markets.obligation(china, owner="ada", today=TODAY, look_by=TODAY) is None


def test_the_proposal_is_what_the_assessment_will_leave_out() -> None:
    profile = proposing.profile_of(["sensing"], ["research"], 1)
    left = {each.requirement.id for each in proposing.applicability(profile) if not each.applies}
    assert left == {
        each.id
        for each in edition()
        if edition().may_be_excluded(each.id) and profile.leaves_out(each, edition()) is not None
    }


def test_reasons_say_what_the_organisation_said() -> None:
    found = {
        each.requirement.id: each.reason
        for each in proposing.applicability(proposing.profile_of(["computing"], ["operation"], 2))
    }
    assert found["A.3.3"] == "It is asked in communication; we work in computing."
    assert found["A.1.1"] == "It is asked in computing (operation) from tier 0 on; we work there, at tier 2."


def test_a_standard_stands_on_the_ground_that_the_edition_names() -> None:
    own = [each.id for each in proposing.ground_of("ISO/IEC 27001:2022").own]
    assert own == ["4.3", "4.4", "6.1.4", "A.4.2"]
    assert [each.id for each in proposing.ground_of("ISO/IEC 27001:2013").own] == own  # whatever its year
    assert not proposing.ground_of("ISO 13485:2016").shared
    assert not proposing.ground_of("A standard of our own").all


def test_the_whole_edition_is_told() -> None:
    profile = proposing.profile_of(["computing"], ["engineering", "operation"], 2)
    clauses = proposing.tailored(profile)
    assert sum(len(clause.requirements) for clause in clauses) == 90
    assert sum(clause.asked for clause in clauses) == len(profile.asked(edition()))
