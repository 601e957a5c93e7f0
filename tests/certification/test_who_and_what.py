"""Over all teams, findings, reviewers and decision makers: there is a certificate exactly where there may be one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.certification.desk import Desk, Found

from standfirst.records.change import Refused

PEOPLE = ("lea", "aron", "esra", "rike", "dana", "carl", "kurt")
MAY_AUDIT = ("lea", "aron", "esra", "rike", "dana")
REQUIREMENTS = ("7.2", "A.1.2", "9.2")
REACHED = ("open", "answered", "accepted", "verified")

teams = st.permutations(MAY_AUDIT).flatmap(
    lambda order: st.builds(
        lambda auditors, experts: {
            "lead": order[:1],
            "auditor": order[1 : 1 + auditors],
            "technical-expert": order[3 : 3 + experts],
        },
        st.integers(0, 2),
        st.integers(0, 1),
    )
)
raised = st.lists(
    st.tuples(st.sampled_from(["major", "minor", "opportunity"]), st.sampled_from(REACHED)), max_size=3
)


@settings(deadline=None, max_examples=200)
@given(team=teams, found=raised, reviewer=st.sampled_from(PEOPLE), decider=st.sampled_from(PEOPLE))
def test_a_certificate_exactly_where_there_may_be_one(
    team: Mapping[str, Sequence[str]], found: Sequence[tuple[str, str]], reviewer: str, decider: str
) -> None:
    desk = all_roles()
    desk.hold()
    desk.accept()
    desk.stage_1()
    findings = [
        Found(grade, requirement) for (grade, _), requirement in zip(found, REQUIREMENTS, strict=False)
    ]
    desk.stage_2(*findings, team=team)
    for finding, (_, reached) in zip(desk.findings, found, strict=True):
        if reached != "open":
            desk.answer(finding, who=team["lead"][0], to=reached)
    with suppress(Refused, KeyError):
        desk.review(reviewer)
        desk.decide(decider)
        desk.issue()
    expected = may_be(team, found, reviewer) and may_be(team, found, decider)
    event("certified" if expected else "not certified")
    assert bool(desk.store.records(["the certificate"])) == expected


def may_be(team: Mapping[str, Sequence[str]], found: Sequence[tuple[str, str]], who: str) -> bool:
    """Whether this person may review or decide on this file, as the standard has it."""
    audited = {"lea"} | {handle for names in team.values() for handle in names}  # Lea did stage 1
    settled = {"major": ("verified",), "minor": ("accepted", "verified"), "opportunity": REACHED}
    return who not in {*audited, "carl", "kurt"} and all(
        reached in settled[grade] for grade, reached in found
    )


def all_roles() -> Desk:
    """Nothing keeps anybody from anything but what they did."""
    desk = Desk()
    for handle in PEOPLE:
        desk.amend("dora", desk.person(handle), why="", roles=["auditor", "reviewer", "decision-maker"])
    return desk
