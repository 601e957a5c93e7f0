"""Profiles: what part of the edition is asked, and why the rest is not."""

import pytest

from standfirst.standards.facts import Reach
from standfirst.standards.library import edition
from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.profile import Profile, profile_named, shipped_profiles
from standfirst.standards.vocabulary import Domain, Stage
from standfirst.words.render import hint, sentence


def asked(name: str) -> list[str]:
    return [requirement.id for requirement in profile_named(name).asked(edition())]


def refused(name: str) -> list[Problem]:
    with pytest.raises(Unusable) as error:
        profile_named(name)
    return list(error.value.problems)


def test_one_profile_is_shipped_for_everything_each_domain_stage_and_tier() -> None:
    names = {"all", *(d.value for d in Domain), *(s.value for s in Stage), *(f"tier-{n}" for n in range(4))}
    assert {profile.id for profile in shipped_profiles()} == names


def test_all_asks_everything() -> None:
    assert len(asked("all")) == 90


@pytest.mark.parametrize("domain", Domain)
def test_a_domain_asks_what_names_it(domain: Domain) -> None:
    whole = edition()
    assert asked(domain.value) == [r.id for r in whole if domain in r.domains or whole.of_whole_system(r.id)]
    assert 0 < len(asked(domain.value)) < 90


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_asks_what_names_it(stage: Stage) -> None:
    """And the clauses about the system as a whole, which are asked of everybody."""
    whole = edition()
    assert asked(stage.value) == [r.id for r in whole if stage in r.stages or whole.of_whole_system(r.id)]
    assert 0 < len(asked(stage.value)) < 90


@pytest.mark.parametrize("tier", range(4))
def test_a_tier_asks_what_is_asked_from_it_on(tier: int) -> None:
    assert asked(f"tier-{tier}") == [r.id for r in edition() if r.from_tier <= tier]


def test_a_higher_tier_is_never_asked_less() -> None:
    counts = [len(asked(f"tier-{tier}")) for tier in range(4)]
    assert counts == sorted(counts)
    assert counts[0] < counts[3] == 90


def test_a_domain_a_stage_and_a_tier_ask_what_all_three_ask() -> None:
    both = set(asked("sensing")) & set(asked("operation")) & set(asked("tier-1"))
    assert set(asked("sensing+operation+tier-1")) == both
    assert asked("tier-1+operation+sensing") == asked("sensing + operation + tier-1")
    chosen = profile_named("sensing+operation+tier-1")
    assert (chosen.domains, chosen.stages, chosen.tier) == ((Domain.SENSING,), (Stage.OPERATION,), 1)
    assert chosen.id == "sensing+operation+tier-1"


def test_each_unknown_part_is_named_with_those_there_are() -> None:
    problems = refused("computing+blockchain+tier-9")
    assert [(p.file, p.field, p.reason.code) for p in problems] == [
        ("--profile", "blockchain", "profile.unknown"),
        ("--profile", "tier-9", "profile.unknown"),
    ]
    assert "computing" in hint(problems[0].reason)
    assert sentence(problems[0].reason)


@pytest.mark.parametrize("name", ["", "+", "computing+"])
def test_an_empty_name_is_no_profile(name: str) -> None:
    assert {p.reason.code for p in refused(name)} == {"profile.unknown"}


@pytest.mark.parametrize(("one", "other"), [("computing", "sensing"), ("concept", "operation")])
def test_domains_add_up_and_so_do_stages(one: str, other: str) -> None:
    assert set(asked(f"{one}+{other}")) == set(asked(one)) | set(asked(other))
    assert asked(f"all+{one}") == asked(one)


def test_of_two_tiers_the_lower_one_is_asked() -> None:
    assert asked("tier-1+tier-3") == asked("tier-1")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"domains": (Domain.SENSING,)}, "profile.domain"),
        ({"stages": (Stage.DECOMMISSIONING,)}, "profile.stage"),
        ({"tier": 0}, "profile.tier"),
    ],
)
def test_what_is_left_out_says_why(change: dict[str, object], code: str) -> None:
    chosen = Profile.model_validate({"id": "it", "title": "It", **change})
    found = [reason for requirement in edition() if (reason := chosen.leaves_out(requirement, edition()))]
    assert {reason.code for reason in found} == {code}
    assert all(sentence(reason) for reason in found)


def test_what_is_asked_reaches_what_criteria_look_at() -> None:
    reach = profile_named("sensing+operation+tier-1").reach
    assert reach == Reach(frozenset([Domain.SENSING]), frozenset([Stage.OPERATION]), 1)
