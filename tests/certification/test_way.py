"""The whole way in memory, and that no step of it can be left out or taken by the wrong person."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from tests.certification.desk import (
    ANSWERED,
    APPLIED,
    DECIDED,
    FILE_REVIEWED,
    REPORTED,
    REVIEWED,
    STAGE_1,
    STAGE_2,
    Desk,
    Found,
    application,
    conclusions,
)

from standfirst.certification.issuing import change_status
from standfirst.records.change import Refused
from standfirst.standards.reason import Reason
from standfirst.words.render import sentence

MAJOR, MINOR, OPPORTUNITY = Found("major", "A.1.2"), Found("minor", "7.2"), Found("opportunity", "9.2")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refused(deed: Callable[[], object]) -> Reason:
    """The reason for which a deed is refused; it has a sentence."""
    with pytest.raises(Refused) as caught:
        deed()
    assert sentence(caught.value.reason)
    return caught.value.reason


def code(deed: Callable[[], object]) -> str:
    return refused(deed).code


def state(desk: Desk, record: str) -> str:
    return desk.record(record).current.content.state


# --- the way ---


def test_the_whole_way_to_a_certificate(desk: Desk) -> None:
    desk.until_reported(MAJOR, MINOR, OPPORTUNITY)
    major, minor, opportunity = desk.findings
    desk.answer(major, to="verified")
    desk.answer(minor, to="accepted")
    desk.move("lea", opportunity, "closed", why="Noted")
    desk.review()
    desk.decide()
    assert state(desk, desk.issue()) == "active"


def test_each_decision_leaves_a_signature_of_who_decided(desk: Desk) -> None:
    desk.until_decided()
    signed = desk.record(desk.ids["decision"]).current.entry
    assert signed.actor == desk.person("dana")
    assert signed.signature is not None
    assert signed.signature["meaning"] == "decision"


# --- the application (9.1.1, 9.1.2) ---


def test_nothing_is_accepted_before_consultancy_is_told(desk: Desk) -> None:
    desk.hold()
    for stated, named in ((None, []), ("none", application()["consultancy"]), ("received", [])):
        reason = refused(lambda: desk.accept(consultancy_stated=stated, consultancy=named))  # noqa: B023
        assert reason.code == "application.consultancy"
        assert "9.1.1" in str(reason.parameters["clause"])
    desk.accept(consultancy_stated="none", consultancy=[])


@pytest.mark.parametrize(
    "changed",
    [
        {"domains": ["sensing"]},
        {"schemes": ["other/2026.1"]},
        {"valid_until": REVIEWED},  # half-open: no longer valid on that day
        {"valid_from": REVIEWED + timedelta(days=1)},
    ],
)
def test_an_application_is_accepted_only_within_the_accreditation(
    desk: Desk, changed: dict[str, Any]
) -> None:
    desk.hold(**changed)
    assert code(desk.accept) == "accreditation.not-covered"


def test_the_last_day_within_an_accreditation(desk: Desk) -> None:
    desk.hold(valid_until=REVIEWED + timedelta(days=1))
    desk.accept()


def test_a_suspended_accreditation_covers_nothing(desk: Desk) -> None:
    desk.move("dora", desk.hold(), "suspended", why="Told by the accreditation body")
    assert code(desk.accept) == "accreditation.not-covered"


def test_no_accreditation_no_application(desk: Desk) -> None:
    assert code(desk.accept) == "accreditation.not-covered"


@pytest.mark.parametrize(
    "field",
    [
        "applicability",
        "handed_over",
        "reviewed_on",
        "enough_known",
        "competence",
        "threats",
        "time",
        "agreed_on",
    ],
)
def test_a_review_of_the_application_leaves_nothing_out(desk: Desk, field: str) -> None:
    desk.hold()
    reason = refused(lambda: desk.accept(**{field: () if field == "threats" else None}))
    assert (reason.code, reason.parameters["fields"]) == ("guard.missing", (field,))


def test_the_days_of_an_application_follow_one_another(desk: Desk) -> None:
    desk.hold()
    assert code(lambda: desk.accept(reviewed_on=APPLIED - timedelta(days=1))) == "application.days"
    assert code(lambda: desk.accept(agreed_on=REVIEWED - timedelta(days=1))) == "application.days"


def test_an_application_is_declined_with_reasons(desk: Desk) -> None:
    assert code(lambda: desk.apply(to="declined")) == "guard.missing"
    declined = desk.apply(to="declined", declined_because="Nobody of ours knows sensors")
    assert state(desk, declined) == "declined"
    desk.hold()
    assert code(lambda: desk.stage_1(state="assigned")) == "certification.no-accepted-application"


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ({"days": "3.5", "on_site_days": "3"}, "audit-time.too-little"),
        ({"days": "4", "on_site_days": "3"}, "audit-time.on-site"),
        ({"days": "4", "on_site_days": "4.5"}, "audit-time.on-site"),
        (
            {"days": "3", "on_site_days": "3", "adjustments": [{"reason": "Simple", "percent": -31}]},
            "audit-time.reduced",
        ),
        (
            {"days": "5", "on_site_days": "4.5", "adjustments": [{"reason": "Hard", "percent": 40}]},
            "audit-time.too-little",
        ),
        ({"days": "2.5", "on_site_days": "2.5", "effective_personnel": 12}, "audit-time.personnel"),
        (
            {"days": "2.5", "on_site_days": "2.5", "effective_personnel": 12, "personnel_basis": "Part time"},
            "",
        ),
        ({"days": "4", "on_site_days": "3.5"}, ""),
        ({"days": "9", "on_site_days": "9"}, ""),
        ({"days": "3", "on_site_days": "2.5", "adjustments": [{"reason": "Simple", "percent": -30}]}, ""),
    ],
)
def test_the_audit_time_follows_from_the_table(desk: Desk, time: dict[str, Any], expected: str) -> None:
    desk.hold()
    accept = partial(desk.accept, time={"effective_personnel": 41, **time})
    if expected:
        assert code(accept) == expected
    else:
        accept()


# --- the team and the stages (5.2.10, 9.2.2, 9.3.1) ---


@pytest.mark.parametrize("relation", ["lead", "auditor", "technical-expert"])
def test_whom_the_client_names_as_its_adviser_is_on_no_team(desk: Desk, relation: str) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    team = {"lead": ["lea"], relation: ["kurt"]}
    reason = refused(lambda: desk.stage_2(team=team, state="assigned"))
    assert (reason.code, reason.parameters["who"]) == ("certification.consultant", ("kurt",))
    assert "5.2.10" in str(reason.parameters["clause"])


@pytest.mark.parametrize(
    ("until", "barred"),
    [
        (STAGE_2.replace(year=2024), False),
        (STAGE_2.replace(year=2024) + timedelta(days=1), True),
        (STAGE_2, True),
        (None, False),
    ],
)
def test_two_years_after_the_last_day_of_advice_somebody_may_audit(
    desk: Desk, until: date | None, barred: bool
) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    declared = [{"handle": "lea"}, {"handle": "aron", "advised_until": until}, {"handle": "esra"}]
    if barred:
        assert code(lambda: desk.stage_2(declarations=declared)) == "certification.consultant"
    else:
        desk.stage_2(declarations=declared)


def test_who_declares_nothing_is_on_no_team(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    declared = [{"handle": "lea"}, {"handle": "aron"}]
    reason = refused(lambda: desk.stage_2(declarations=declared, state="assigned"))
    assert (reason.code, reason.parameters["who"]) == ("certification.undeclared", ("esra",))


@pytest.mark.parametrize(
    "team",
    [
        {"auditor": ["lea"]},
        {"lead": ["lea", "aron"]},
        {"lead": ["lea"], "auditor": ["lea"]},
    ],
)
def test_a_team_has_one_leader_and_nobody_twice(desk: Desk, team: dict[str, list[str]]) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    declared = [{"handle": "lea"}, {"handle": "aron"}]
    assert (
        code(lambda: desk.stage_2(team=team, declarations=declared, state="assigned")) == "audit.one-leader"
    )


@pytest.mark.parametrize("reached", ["none", "assigned", "performed", "not-ready", "later"])
def test_stage_2_waits_for_a_reported_stage_1_that_found_the_client_ready(desk: Desk, reached: str) -> None:
    desk.hold()
    desk.accept()
    if reached == "not-ready":
        desk.stage_1(ready=False)
    elif reached == "later":
        desk.stage_1(reported_on=STAGE_2 + timedelta(days=1))
    elif reached != "none":
        desk.stage_1(state=reached)
    reason = refused(lambda: desk.stage_2(state="assigned"))
    assert reason.code == "audit.no-stage-1"
    assert "9.3.1.2" in str(reason.parameters["clause"])


def test_an_audit_is_carried_out_by_its_team_and_reported_by_its_leader(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    stage_1 = desk.stage_1(state="assigned")
    assert code(lambda: desk.move("aron", stage_1, "performed", why="")) == "audit.not-on-the-team"
    desk.move("lea", stage_1, "performed", why="")
    assert code(lambda: desk.move("aron", stage_1, "reported", why="")) == "audit.not-its-leader"


def test_days_of_an_audit(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    assert code(lambda: desk.stage_1(ends_on=STAGE_1 - timedelta(days=1), state="assigned")) == "audit.days"
    assert code(lambda: desk.stage_1(reported_on=STAGE_1 - timedelta(days=1))) == "audit.days"


def test_somebody_added_to_the_team_later_is_looked_at_again(desk: Desk) -> None:
    """Content may be edited until it is reported; who reports is asked for everything again."""
    desk.hold()
    desk.accept()
    desk.stage_1()
    stage_2 = desk.stage_2(state="performed")
    links = dict(desk.record(stage_2).current.content.links)
    body = {**desk.body(stage_2), "declarations": [{"handle": h} for h in ("lea", "aron", "esra", "kurt")]}
    kind = desk.store.kinds["audit"]
    links["auditor"] = (*links["auditor"], desk.person("kurt"))
    desk.write("petra", kind, kind.body.model_validate(body), links=links, why="", record=stage_2)
    assert code(lambda: desk.move("lea", stage_2, "reported", why="")) == "certification.consultant"


EDITS: dict[str, tuple[dict[str, Any], dict[str, tuple[str, ...]]]] = {
    "certification.no-accepted-application": ({}, {"of": ()}),
    "audit.one-leader": ({}, {"lead": ("lea", "aron")}),
    "audit.days": ({"ends_on": STAGE_2 - timedelta(days=1)}, {}),
    "certification.undeclared": ({"declarations": []}, {}),
    "audit.no-stage-1": ({}, {"after": ()}),
    "audit.surveillance-late": ({"type": "surveillance"}, {}),
    "guard.template": ({"plan": "[[What is looked at]]"}, {}),
}
"""What may be edited between two moves, by the code of what is then refused."""


@pytest.mark.parametrize("expected", EDITS)
@pytest.mark.parametrize("reached", ["planned", "assigned", "performed"])
def test_what_was_asked_when_the_team_was_assigned_is_asked_again(
    desk: Desk, reached: str, expected: str
) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    stage_2 = desk.stage_2(state="assigned" if reached == "planned" else reached)
    values, people = EDITS[expected]
    links = {relation: desk.people(*named) for relation, named in people.items()}
    kind, known = desk.store.kinds["audit"], desk.record(stage_2)
    body = kind.body.model_validate({**desk.body(stage_2), **values})
    record = stage_2 if reached != "planned" else "another"
    desk.write("petra", kind, body, links={**known.current.content.links, **links}, why="", record=record)
    desk.on(REPORTED)
    who, to = {
        "planned": ("petra", "assigned"),
        "assigned": ("lea", "performed"),
        "performed": ("lea", "reported"),
    }[reached]
    assert code(lambda: desk.move(who, record, to, why="")) == expected


def test_a_report_has_words_and_a_day(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    for field in ("report", "reported_on"):
        missing: dict[str, Any] = {field: None}
        assert refused(lambda: desk.stage_1(**missing)).parameters["fields"] == (field,)  # noqa: B023


# --- conclusions and findings (9.3.1.3, 9.4.5) ---


def test_stage_2_concludes_on_every_requirement_once(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    short = conclusions(())[1:]
    reason = refused(lambda: desk.stage_2(conclusions=short))
    assert (reason.code, reason.parameters["requirements"]) == ("audit.not-concluded", ("4.1",))
    unknown = [*conclusions(()), {"requirement": "4.99", "conclusion": "conforming"}]
    assert code(lambda: desk.stage_2(conclusions=unknown)) == "audit.not-concluded"


@pytest.mark.parametrize("conclusion", ["nonconforming", "not-sampled", "not-applicable"])
def test_what_is_not_conforming_has_its_reason(desk: Desk, conclusion: str) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    told = conclusions(())
    told[0] = {"requirement": "4.1", "conclusion": conclusion}
    assert code(lambda: desk.stage_2(conclusions=told)) == "audit.no-reason"


def test_what_the_client_does_not_exclude_is_not_left_out(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    told = conclusions(())
    told[0] = {"requirement": "4.1", "conclusion": "not-applicable", "says": "Too much work"}
    reason = refused(lambda: desk.stage_2(conclusions=told))
    assert (reason.code, reason.parameters["requirements"]) == ("audit.not-excluded", ("4.1",))


def test_an_opportunity_hides_no_nonconformity(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    told = conclusions(["7.2"])
    reason = refused(lambda: desk.stage_2(Found("opportunity", "7.2"), conclusions=told))
    assert (reason.code, reason.parameters["without_finding"]) == ("audit.findings-differ", ("7.2",))
    reason = refused(lambda: desk.stage_2(MINOR, conclusions=conclusions(())))
    assert reason.parameters["without_conclusion"] == ("7.2",)


def test_stage_2_recommends(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    assert code(lambda: desk.stage_2(recommendation=None)) == "guard.missing"


def test_the_audit_time_that_was_agreed_is_taken(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    reason = refused(lambda: desk.stage_2(audit_days="2.5"))
    assert (reason.code, reason.parameters["taken"]) == ("audit-time.not-taken", "3.5")


# --- the client's answers (9.4.9, 9.4.10) ---


@pytest.mark.parametrize("field", ["correction", "cause", "action", "action_due", "answer_digest"])
def test_an_answer_says_correction_cause_and_action(desk: Desk, field: str) -> None:
    desk.until_reported(MINOR)
    given: dict[str, object] = {
        "correction": "Put right",
        "cause": "Known",
        "action": "Changed",
        "action_due": "2026-12-01",
        "answer_received_on": ANSWERED,
        "answer_digest": "ab" * 32,
    }
    del given[field]
    desk.on(ANSWERED)
    reason = refused(lambda: desk.amend("lea", desk.findings[0], why="", to="answered", **given))
    assert reason.parameters["fields"] == (field,)


def test_answers_are_accepted_by_the_team_that_raised_the_finding(desk: Desk) -> None:
    desk.until_reported(MAJOR)
    desk.answer(desk.findings[0])
    assert code(lambda: desk.move("kurt", desk.findings[0], "accepted", why="")) == "finding.not-its-auditor"
    assert code(lambda: desk.move("dana", desk.findings[0], "accepted", why="")) == "deed.role"


@pytest.mark.parametrize(
    ("reached", "to", "changed", "expected"),
    [
        ("answered", "accepted", {"cause": None}, "guard.missing"),
        ("answered", "accepted", {"review": None}, "guard.missing"),
        ("answered", "accepted", {"review": "[[Why]]"}, "guard.template"),
        ("answered", "accepted", {"answer_received_on": "2026-04-01"}, "finding.days"),
        ("accepted", "verified", {"correction": None}, "guard.missing"),
        ("accepted", "verified", {"verification": None}, "guard.missing"),
        ("accepted", "verified", {"verification": "[[How]]"}, "guard.template"),
        ("accepted", "verified", {"verified_on": "2026-04-19"}, "finding.days"),
    ],
)
def test_an_answer_edited_later_is_looked_at_again(
    desk: Desk, reached: str, to: str, changed: dict[str, Any], expected: str
) -> None:
    desk.until_reported(MAJOR)
    finding = desk.findings[0]
    desk.answer(finding, to=reached)
    desk.amend("lea", finding, why="Edited", **changed)
    assert code(lambda: desk.move("lea", finding, to, why="")) == expected


@pytest.mark.parametrize(("reached", "to"), [("accepted", "verified"), ("verified", "closed")])
def test_verifying_and_closing_is_for_the_team_that_raised_the_finding(
    desk: Desk, reached: str, to: str
) -> None:
    desk.until_reported(MAJOR)
    desk.answer(desk.findings[0], to=reached)
    assert code(lambda: desk.move("kurt", desk.findings[0], to, why="")) == "finding.not-its-auditor"
    desk.move("aron", desk.findings[0], to, why="")


def test_an_answer_follows_the_finding(desk: Desk) -> None:
    desk.until_reported(MAJOR)
    early = STAGE_2 - timedelta(days=1)
    desk.answer(desk.findings[0])
    desk.move("lea", desk.findings[0], "open", why="Not yet")
    attempt = partial(desk.amend, "lea", desk.findings[0], why="", to="answered", answer_received_on=early)
    assert code(attempt) == "finding.days"


@pytest.mark.parametrize("found", [MAJOR, MINOR])
def test_a_nonconformity_is_not_closed_by_noting_it(desk: Desk, found: Found) -> None:
    desk.until_reported(found)
    assert code(lambda: desk.move("lea", desk.findings[0], "closed", why="")) == "finding.not-an-opportunity"
    desk.amend("lea", desk.findings[0], why="On second thoughts", grade="opportunity")
    assert code(lambda: desk.move("lea", desk.findings[0], "closed", why="")) == "finding.not-an-opportunity"


# --- review and decision (9.5.1, 9.5.2) ---


@pytest.mark.parametrize("who", ["lea", "aron", "esra"])
def test_who_audited_neither_reviews_nor_decides(desk: Desk, who: str) -> None:
    desk.until_reported()
    reason = refused(lambda: desk.review(who))
    assert reason.code == "certification.audited-it"
    desk.review()
    for to in ("granted", "refused"):
        reason = refused(lambda: desk.decide(who, to=to))  # noqa: B023
        assert reason.code == "certification.audited-it"
        assert reason.parameters["clause"] == "ISO/IEC 17021-1:2015, 9.5.1"


def test_who_was_taken_off_the_team_has_audited(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    stage_2 = desk.stage_2(state="performed")
    links = {k: v for k, v in desk.record(stage_2).current.content.links.items() if k != "technical-expert"}
    kind = desk.store.kinds["audit"]
    desk.write(
        "petra", kind, kind.body.model_validate(desk.body(stage_2)), links=links, why="", record=stage_2
    )
    desk.on(REPORTED)
    desk.move("lea", stage_2, "reported", why="")
    desk.review()
    assert code(lambda: desk.decide("esra")) == "certification.audited-it"


def test_who_looks_after_the_client_neither_reviews_nor_decides(desk: Desk) -> None:
    desk.until_reported()
    assert code(lambda: desk.review("carl")) == "certification.clients-contact"
    desk.review()
    for to in ("granted", "refused"):
        assert code(lambda: desk.decide("carl", to=to)) == "certification.clients-contact"  # noqa: B023


def test_who_advised_the_client_neither_reviews_nor_decides(desk: Desk) -> None:
    desk.until_reported()
    assert code(lambda: desk.review("kurt")) == "certification.consultant"
    desk.review()
    for to in ("granted", "refused"):
        assert code(lambda: desk.decide("kurt", to=to)) == "certification.consultant"  # noqa: B023


def test_reviewer_and_decision_maker_may_be_one_person(desk: Desk) -> None:
    """The standard separates both from the audit, not from each other."""
    desk.until_reported()
    desk.amend("dora", desk.person("dana"), why="", roles=["reviewer", "decision-maker"])
    desk.review("dana")
    assert state(desk, desk.decide("dana")) == "granted"


@pytest.mark.parametrize("step", ["review", "decide"])
@pytest.mark.parametrize("reached", ["open", "answered", "accepted"])
def test_a_major_that_is_not_verified_stops_review_and_decision(desk: Desk, reached: str, step: str) -> None:
    desk.until_reported(MAJOR)
    if step == "decide":  # settled for the review, and opened again afterwards
        desk.answer(desk.findings[0], to="verified")
        desk.review()
        desk.move("lea", desk.findings[0], "open", why="It came back")
    if reached != "open":
        desk.answer(desk.findings[0], to=reached)
    reason = refused(getattr(desk, step))
    assert reason.code == "certification.major-open"
    assert reason.parameters["findings"] == ("FND-0001",)
    assert "9.5.2" in str(reason.parameters["clause"])


@pytest.mark.parametrize(("reached", "settled"), [("open", False), ("answered", False), ("accepted", True)])
def test_a_minor_needs_an_accepted_plan(desk: Desk, reached: str, settled: bool) -> None:
    desk.until_reported(MINOR)
    if reached != "open":
        desk.answer(desk.findings[0], to=reached)
    if settled:
        desk.review()
    else:
        assert code(desk.review) == "certification.minor-open"


def test_a_major_softened_after_it_was_raised_still_has_to_be_verified(desk: Desk) -> None:
    desk.until_reported(MAJOR)
    desk.amend("lea", desk.findings[0], why="Softened", grade="minor")
    desk.answer(desk.findings[0], to="accepted")
    assert code(desk.review) == "certification.major-open"


def test_a_finding_moved_to_another_audit_still_counts(desk: Desk) -> None:
    desk.until_reported(MAJOR)
    kind, finding = desk.store.kinds["finding"], desk.findings[0]
    body = kind.body.model_validate(desk.body(finding))
    desk.write("lea", kind, body, links={}, why="Lost", record=finding)
    assert code(desk.review) == "certification.major-open"


def test_a_major_verified_after_six_months_needs_another_stage_2(desk: Desk) -> None:
    desk.until_reported(MAJOR)
    late = date(2026, 10, 7)
    desk.answer(desk.findings[0], to="accepted")
    desk.on(late)
    desk.amend("lea", desk.findings[0], why="", to="verified", verified_on=late)
    reason = refused(lambda: desk.review(reviewed_on=late))
    assert reason.code == "certification.major-late"
    assert "9.5.3.2" in str(reason.parameters["clause"])


def test_six_months_to_the_day_are_in_time(desk: Desk) -> None:
    desk.until_reported(MAJOR)
    desk.answer(desk.findings[0], to="accepted")
    last = date(2026, 10, 6)
    desk.on(last)
    desk.amend("lea", desk.findings[0], why="", to="verified", verified_on=last)
    desk.review(reviewed_on=last)


@pytest.mark.parametrize("kind", ["technical-review", "certification-decision"])
def test_review_and_decision_belong_to_one_accepted_application(desk: Desk, kind: str) -> None:
    desk.until_reported()
    desk.review()
    for named in ((), (desk.ids["application"], desk.apply())):
        desk.file = lambda named=named: {"of": list(named)}  # type: ignore[method-assign, misc]
        if kind == "technical-review":
            assert code(desk.review) == "certification.no-accepted-application"
        else:
            assert code(desk.decide) == "certification.no-accepted-application"
            assert code(lambda: desk.decide(to="refused")) == "certification.no-accepted-application"


def test_a_review_looks_at_everything(desk: Desk) -> None:
    desk.until_reported()
    reason = refused(lambda: desk.review(looked_at=["information"]))
    assert reason.code == "certification.review-incomplete"


@pytest.mark.parametrize("state_", ["assigned", "performed"])
def test_an_audit_that_is_not_reported_stops_review_and_decision(desk: Desk, state_: str) -> None:
    desk.hold()
    desk.accept()
    desk.stage_1()
    desk.stage_2(state=state_)
    assert code(desk.review) == "certification.audit-not-reported"
    for to in ("granted", "refused"):
        assert code(lambda: desk.decide(to=to)) == "certification.audit-not-reported"  # noqa: B023


def test_no_decision_without_a_finished_review(desk: Desk) -> None:
    desk.until_reported()
    reason = refused(desk.decide)
    assert (reason.code, reason.parameters["found"]) == ("certification.no-review", ())
    desk.review()
    assert (
        code(lambda: desk.decide(decided_on=FILE_REVIEWED - timedelta(days=1))) == "certification.no-review"
    )


def test_review_and_decision_are_not_older_than_what_they_rest_on(desk: Desk) -> None:
    desk.until_reported()
    early = REPORTED - timedelta(days=1)
    assert code(lambda: desk.review(reviewed_on=early)) == "certification.before-the-file"
    assert code(lambda: desk.decide(to="refused", decided_on=early)) == "certification.before-the-file"


@pytest.mark.parametrize(
    "changed",
    [
        {"domains": ["computing", "simulation", "communication"]},
        {"stages": ["engineering", "operation", "decommissioning"]},
        {"sites": ["Here", "There", "Everywhere"]},
        {"exclusions": []},
        {"edition": "qt-qms/2027.1"},
    ],
)
def test_nothing_is_decided_that_was_not_applied_for(desk: Desk, changed: dict[str, Any]) -> None:
    desk.until_reported()
    desk.review()
    assert code(lambda: desk.decide(**changed)) == "certification.wider-than-applied"


def test_a_decision_may_cover_less(desk: Desk) -> None:
    desk.until_reported()
    desk.review()
    desk.decide(domains=["computing"], sites=["Here"])


def test_the_accreditation_covers_the_day_of_the_decision(desk: Desk) -> None:
    desk.hold(valid_until=DECIDED)
    desk.accept()
    desk.stage_1()
    desk.stage_2()
    desk.review()
    assert code(desk.decide) == "accreditation.not-covered"


@pytest.mark.parametrize("field", ["decided_on", "reasons"])
@pytest.mark.parametrize("to", ["granted", "refused"])
def test_a_decision_has_a_day_and_reasons(desk: Desk, field: str, to: str) -> None:
    missing: dict[str, Any] = {field: None}
    desk.until_reported()
    desk.review()
    assert code(lambda: desk.decide(to=to, **missing)) == "guard.missing"


@pytest.mark.parametrize("field", ["reviewed_on", "review", "recommendation"])
def test_a_review_has_a_day_and_a_result(desk: Desk, field: str) -> None:
    missing: dict[str, Any] = {field: None}
    desk.until_reported()
    assert code(lambda: desk.review(**missing)) == "guard.missing"


# --- the certificate (8.2.2, 9.5, 9.6.5) ---


def test_a_decision_that_refused_gives_no_certificate(desk: Desk) -> None:
    desk.until_reported()
    desk.review()
    desk.decide(to="refused")
    reason = refused(desk.issue)
    assert reason.code == "certificate.no-granted-decision"
    assert not desk.store.records(kinds=("certificate",))


def test_one_decision_gives_one_certificate(desk: Desk) -> None:
    desk.until_decided().issue()
    assert code(lambda: desk.issue(record="another", number="C-2")) == "certificate.other-than-decided"
    assert code(lambda: desk.issue(record="another")) == "record.not-unique"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"effective_from": "2026-05-17"}, "certificate.days"),
        ({"expires_on": "2029-05-19"}, "certificate.days"),
        ({"expires_on": "2026-05-17"}, "certificate.days"),
        ({"expires_on": "2029-05-18"}, ""),
        ({"effective_from": "2026-06-01"}, ""),
        ({"effective_from": "2030-01-05"}, "certificate.days"),
        ({"decided_on": "2026-05-17", "effective_from": "2026-05-17"}, "certificate.other-than-decided"),
        ({"scope": {"domains": ["computing"]}}, "certificate.other-than-decided"),
    ],
)
def test_the_days_and_the_scope_of_a_certificate(desk: Desk, changed: dict[str, Any], expected: str) -> None:
    desk.until_decided()
    if expected:
        assert code(lambda: desk.issue(**changed)) == expected
    else:
        desk.issue(**changed)


def test_a_decision_dated_back_certifies_nothing(desk: Desk) -> None:
    desk.until_reported()
    desk.review()
    desk.on(DECIDED + timedelta(days=1))
    desk.decide()
    assert code(desk.issue) == "certificate.decided-another-day"


def test_a_major_opened_again_after_the_decision_stops_the_certificate(desk: Desk) -> None:
    desk.until_reported(MAJOR)
    desk.answer(desk.findings[0], to="verified")
    desk.review()
    desk.decide()
    desk.move("lea", desk.findings[0], "open", why="It came back")
    assert code(desk.issue) == "certification.major-open"


def test_a_decision_maker_who_audits_before_the_certificate_is_issued_stops_it(desk: Desk) -> None:
    desk.until_decided()
    kind = desk.store.kinds["audit"]
    special = {
        **{k: v for k, v in desk.body(desk.ids["stage-1"]).items() if k not in ("report", "reported_on")},
        "type": "special",
        "begins_on": DECIDED,
        "ends_on": DECIDED,
        "declarations": [{"handle": "dana"}],
    }
    links = {**desk.file(), "lead": desk.people("dana")}
    desk.write("petra", kind, kind.body.model_validate(special), links=links, why="", to="assigned")
    assert code(desk.issue) == "certification.audited-it"


def changed_to(desk: Desk, who: str, to: str, why: str = "Because") -> None:
    desk.perform(who, lambda w, actor: change_status(w, actor, record="the certificate", to=to, why=why))


def test_suspended_restored_withdrawn(desk: Desk) -> None:
    desk.until_decided().issue()
    for to in ("suspended", "active", "suspended", "withdrawn"):
        changed_to(desk, "dana", to)
        assert state(desk, "the certificate") == to
    for to in ("active", "suspended"):
        assert code(lambda: changed_to(desk, "dana", to)) == "deed.no-way"  # noqa: B023
    reasons = [v.content.why for v in desk.record("the certificate").versions][2:]
    assert reasons == ["Because"] * 4


@pytest.mark.parametrize("to", ["suspended", "withdrawn"])
def test_the_status_is_changed_with_reasons_by_somebody_who_did_not_audit(desk: Desk, to: str) -> None:
    desk.until_decided().issue()
    assert code(lambda: changed_to(desk, "dana", to, why="  ")) == "certificate.no-reason"
    for who, expected in (
        ("lea", "certification.audited-it"),
        ("carl", "certification.clients-contact"),
        ("rike", "deed.role"),
    ):
        assert code(lambda: changed_to(desk, who, to)) == expected  # noqa: B023
    changed_to(desk, "dana", to)
    assert code(lambda: changed_to(desk, "dana", to)) == "certificate.already"


def test_what_was_not_issued_has_no_status(desk: Desk) -> None:
    desk.until_decided()
    assert code(lambda: changed_to(desk, "dana", "suspended")) == "certificate.not-issued"


# --- surveillance (9.1.3.3) ---


@pytest.mark.parametrize(("begins", "in_time"), [(date(2027, 5, 18), True), (date(2027, 5, 19), False)])
def test_the_first_surveillance_is_at_most_a_year_after_the_decision(
    desk: Desk, begins: date, in_time: bool
) -> None:
    desk.until_decided()
    kind = desk.store.kinds["audit"]
    body = {
        **{k: v for k, v in desk.body(desk.ids["stage-1"]).items() if k not in ("report", "reported_on")},
        "type": "surveillance",
        "begins_on": begins,
        "ends_on": begins,
    }
    links = {**desk.file(), "lead": desk.people("lea")}
    whole = kind.body.model_validate(body)
    plan = partial(desk.write, "petra", kind, whole, links=links, why="", to="assigned")
    if in_time:
        plan()
    else:
        assert code(plan) == "audit.surveillance-late"


def test_no_surveillance_without_a_certificate(desk: Desk) -> None:
    desk.hold()
    desk.accept()
    assert code(lambda: desk.stage_1(type="surveillance")) == "audit.surveillance-late"
