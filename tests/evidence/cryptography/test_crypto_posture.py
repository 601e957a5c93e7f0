"""The collector through its front door: verdicts, figures, dates, digests, and measuring again."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.cryptography.boms import AT, DATA, REAL, asset, bom, examined, figures, measured, told

from standfirst.evidence import crypto_posture
from standfirst.evidence.collectors import measure_with
from standfirst.evidence.cryptography import elements
from standfirst.evidence.decision import Rule
from standfirst.evidence.result import MeasurementResult
from standfirst.standards.cryptography.profiles import jurisdictions, published
from standfirst.standards.problems import Unusable
from standfirst.standards.vocabulary import Verdict
from standfirst.words.render import hint, sentence

MIGRATION = DATA / "post-quantum-migration.json"
PROTOCOL = DATA / "cyclonedx-example-protocol.json"


def test_measures_by_name() -> None:
    result = measure_with(
        "crypto-posture", MIGRATION, subject="Controller", parameters={"jurisdiction": "eu"}, at=AT
    )
    assert (result.method, result.verdict) == ("crypto-posture", Verdict.CONFORM)
    assert result.subject.name == "Controller"
    assert result.subject.identifier == "PQC Migration Example 1.0.0"
    assert result.subject.snapshot == "2026-08-17T00:00:00Z"


def test_the_figures_of_the_migration_example() -> None:
    result = measured(MIGRATION)
    assert result.counts == {
        "assets": 4,
        "assets-permitted": 4,
        "assets-deprecated": 0,
        "assets-indeterminate": 0,
        "assets-not-approved": 0,
        "assets-disallowed": 0,
    }
    assert figures(result, "quantum-status") == {
        "resistant": 2, "hybrid": 0, "weakened": 0, "indeterminate": 0, "vulnerable": 2, "broken": 0,
        "before-their-standard": 0,
    }  # fmt: skip
    assert figures(result, "first-missed-dates") == {
        "with-a-date": 2, "within-horizon": 0, "already-past": 0, "possibly-earlier": 0, "days-to-first": 3326,
    }  # fmt: skip
    assert figures(result, "inventory-coverage") == {
        "algorithms": 4, "with-oid": 4, "of-these-not-known": 0, "with-parameter-set": 4, "with-quantum-level": 4,
        "identified": 4, "identified-by-oid": 4, "identified-by-name": 0,
    }  # fmt: skip
    assert result.value("days-to-first-missed-date").value == "3326"
    assert result.value("disallowed-share").value == "0.000000"


def test_what_a_result_says_of_each_asset() -> None:
    result = measured(PROTOCOL)
    rsa = told(
        next(one for one in result.elements if one.element == "RSA-2048" and "[5]" in one.place).statements
    )
    assert rsa == {
        "kind": "algorithm",
        "quantum-status": "vulnerable",
        "because": "shor-breaks-it",
        "effective-bits": 0,
        "decided-by": "oid",
        "standing": "permitted",
        "rule": "classical-public-keys",
        "source": "sp-800-131a-r2",
        "first-missed-date": "2030-12-31",
        "days-to-first-missed-date": 1500,
        "first-missed-rule": "ir-8547-key-establishment-112-bit",
        "first-missed-source": "ir-8547-ipd",
        "first-missed-stage": "draft",
    }
    sha = told(result.elements[7].statements)
    assert (sha["first-missed-date"], sha["contradiction-1"]) == (None, "oid against name: family")


def test_too_many_assets_are_counted_but_not_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MOST_ELEMENTS", 2)
    result = measured(MIGRATION)
    assert (result.elements, result.counts["assets"]) == ((), 4)


VERDICTS: list[tuple[str, bytes, dict[str, Any], Verdict, tuple[str, ...]]] = [
    ("good", bom(asset("ML-KEM-768"), asset("AES-256")), {}, Verdict.CONFORM, ()),
    ("disallowed", bom(asset("RSA-1024")), {}, Verdict.NONCONFORM, ("disallowed-assets",)),
    ("one allowed", bom(asset("RSA-1024")), {"max_disallowed": 1}, Verdict.CONFORM, ()),
    ("outside the list", bom(asset("ChaCha20")), {}, Verdict.NONCONFORM, ("not-approved-assets",)),
    ("as a choice", bom(asset("ChaCha20")), {"max-not-approved": "1"}, Verdict.CONFORM, ()),
    ("deprecated", bom(asset("SHA-1")), {}, Verdict.CONFORM, ()),
    (
        "deprecated with a limit",
        bom(asset("SHA-1")),
        {"max_deprecated": 0},
        Verdict.NONCONFORM,
        ("deprecated-assets",),
    ),
    (
        "unknown",
        bom(asset("own cipher"), asset("AES-256")),
        {},
        Verdict.INDETERMINATE,
        ("indeterminate-assets",),
    ),
    ("one unknown allowed", bom(asset("own cipher")), {"max_indeterminate": 1}, Verdict.CONFORM, ()),
    (
        "bad and unknown",
        bom(asset("own cipher"), asset("RSA-1024")),
        {},
        Verdict.NONCONFORM,
        ("disallowed-assets",),
    ),
    ("nothing", bom(), {}, Verdict.INDETERMINATE, ("inventory",)),
    ("no asset", bom({"type": "library", "name": "l"}), {}, Verdict.INDETERMINATE, ("inventory",)),
    (
        "only a password",
        bom(asset("p", "related-crypto-material", type="password")),
        {},
        Verdict.INDETERMINATE,
        ("inventory",),
    ),
]


@pytest.mark.parametrize(
    ("what", "data", "choices", "verdict", "decided_by"), VERDICTS, ids=[v[0] for v in VERDICTS]
)
def test_the_verdict_and_what_decides_it(
    what: str, data: bytes, choices: dict[str, Any], verdict: Verdict, decided_by: tuple[str, ...]
) -> None:
    result = measured(data, **choices)
    assert result.verdict is verdict, what
    if decided_by:
        assert result.decision.decided_by == decided_by
    assert result.decision.check_rule is Rule.SIMPLE_ACCEPTANCE
    assert result.decision.source


def test_an_inventory_is_counted_in_full() -> None:
    """No interval stands beside a share: nothing was sampled."""
    result = measured(bom(asset("RSA-1024"), *(asset(f"AES-256-{number}") for number in range(3))))
    assert result.value("disallowed-share").value == "0.250000"
    assert result.value("disallowed-share").interval is None
    assert "counted in full" in (result.decision.check_rule_source or "")


def test_a_check_names_the_rules_that_decided_it() -> None:
    result = measured(bom(asset("RSA-1024"), asset("3DES"), asset("DES-EDE3"), asset("ChaCha20")))
    assert result.check("disallowed-assets").codes == ("triple-des", "below-112-bits")
    assert result.check("not-approved-assets").codes == ("no-rule-of-the-profile",)
    assert result.check("first-missed-dates").codes == ("below-112-bits",)


@pytest.mark.parametrize(("horizon", "within"), [(1499, 0), (1500, 1), (99_999_999, 2)])
def test_the_horizon_counts_dates_to_come(horizon: int, within: int) -> None:
    result = measured(bom(asset("RSA-2048"), asset("RSA-3072")), horizon_days=horizon)
    assert figures(result, "first-missed-dates")["within-horizon"] == within


def test_the_generator_and_the_age_are_recorded() -> None:
    old = {
        "metadata": {
            "timestamp": "2026-11-01T12:00:00Z",
            "tools": [{"vendor": "v", "name": "cbomkit", "version": "2.1"}],
        }
    }
    new = {
        "metadata": {
            "tools": {
                "components": [{"type": "application", "name": "cdxgen", "version": "11.0"}],
                "services": [],
            }
        }
    }
    for more, age, tool in ((old, 21, "cbomkit 2.1"), (new, None, "cdxgen 11.0")):
        result = measured(bom(asset("AES-256"), **more))
        assert figures(result, "inventory-source").get("age") == age
        (offenders,) = [one for one in result.examples if one.check == "inventory-source"]
        assert [example.element for example in offenders.worst] == [tool]
    assert measured(bom(asset("AES-256"))).check("inventory-source").codes == (
        "generator-not-named",
        "time-not-stated",
    )


# --- digests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jurisdiction", jurisdictions())
@pytest.mark.parametrize("file", REAL, ids=lambda file: str(file.stem))
def test_a_repeat_gives_the_same_result(file: Path, jurisdiction: str) -> None:
    choices = {"compare": "us-nist,eu", "max-deprecated": "0", "max_schema_faults": 3, "horizon-days": 30}
    result = measured(file, jurisdiction, **choices)
    stored = MeasurementResult.model_validate(result.document())
    inputs = {entry.sha256: file.read_bytes() for entry in stored.inputs}
    again = crypto_posture.repeat(stored, inputs)
    assert again.result_digest == result.result_digest
    assert again.parameters == result.parameters


def test_the_files_of_a_result_are_its_inputs() -> None:
    files = crypto_posture.files(MIGRATION)
    assert files == {"post-quantum-migration.json": MIGRATION.read_bytes()}


def test_only_the_day_of_judgement_counts() -> None:
    one = measured(MIGRATION, at=datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    assert one.result_digest == measured(MIGRATION).result_digest
    assert measured(MIGRATION, at=AT + timedelta(days=1)).result_digest != one.result_digest


def test_the_digest_covers_the_profile_and_the_table() -> None:
    stated = {
        parameter.name: parameter.value for parameter in measured(MIGRATION, "eu", compare="uk").parameters
    }
    assert stated["profile-version"] == published("eu").profile.version
    assert stated["profile-digest"] == published("eu").profile_digest
    assert stated["compared-uk-digest"] == published("uk").profile_digest
    assert stated["algorithms-digest"] == published("eu").algorithms_digest


def test_the_order_of_components_and_members_changes_nothing_but_the_input() -> None:
    document = json.loads(PROTOCOL.read_text())
    reference = measured(PROTOCOL)
    shuffle = random.Random(7).shuffle  # noqa: S311 - any order will do
    for _ in range(5):
        shuffle(document["components"])
        for component in document["components"]:
            members = list(component.items())
            shuffle(members)
            component.clear()
            component.update(members)
        other = measured(json.dumps(document).encode())
        for part in ("counts", "values", "checks", "decision"):
            assert getattr(other, part) == getattr(reference, part)
        assert other.result_digest != reference.result_digest


def refused(stored: MeasurementResult, inputs: dict[str, bytes]) -> str:
    with pytest.raises(Unusable) as caught:
        crypto_posture.repeat(stored, inputs)
    (found,) = caught.value.problems
    assert sentence(found.reason).endswith(".")
    assert hint(found.reason)
    return found.reason.code


def test_what_cannot_be_repeated_says_why() -> None:
    stored = measured(MIGRATION)
    inputs = {stored.inputs[0].sha256: MIGRATION.read_bytes()}
    assert refused(stored, {}) == "measurement.input-not-attached"
    assert refused(stored.model_copy(update={"method_version": "0"}), inputs) == "measurement.other-method"
    assert refused(stored.model_copy(update={"inputs": ()}), inputs) == "measurement.input-not-attached"
    changed = tuple(
        parameter.model_copy(update={"value": "0" * 64}) if parameter.name == "profile-digest" else parameter
        for parameter in stored.parameters
    )
    assert refused(stored.model_copy(update={"parameters": changed}), inputs) == "posture.other-profile"
    without_day = tuple(parameter for parameter in stored.parameters if parameter.name != "at")
    assert refused(stored.model_copy(update={"parameters": without_day}), inputs) == "posture.no-date"


# --- what cannot be measured -----------------------------------------------------------------------------------------

BAD: list[tuple[str, bytes, str, str]] = [
    ("no bytes", b"", "input.empty", "b.json"),
    ("UTF-16", bom().decode().encode("utf-16"), "file.not-utf8", "b.json:1"),
    ("XML", b"<bom/>", "cbom.not-json", "b.json:1"),
    ("cut off", bom(asset("x"))[:-20], "cbom.not-json", "b.json:1"),
    ("NaN", bom()[:-1] + b', "x": NaN}', "cbom.not-json", "b.json:1"),
    ("too deep", b"\n" + b'{"a":[' * 100_000, "cbom.too-deep", "b.json:2"),
    ("a list", b"[]", "cbom.wrong-type", "b.json:$"),
    ("a number", b"5", "cbom.wrong-type", "b.json:$"),
    ("SPDX", b'{"spdxVersion": "SPDX-2.3"}', "cbom.not-cyclonedx", "b.json:$.bomFormat"),
    (
        "other case",
        b'{"bomFormat": "cyclonedx", "components": []}',
        "cbom.not-cyclonedx",
        "b.json:$.bomFormat",
    ),
    ("nothing in it", b'{"bomFormat": "CycloneDX"}', "cbom.no-components", "b.json:$.components"),
    (
        "components null",
        b'{"bomFormat": "CycloneDX", "components": null}',
        "cbom.wrong-type",
        "b.json:$.components",
    ),
    (
        "an object of them",
        b'{"bomFormat": "CycloneDX", "components": {}}',
        "cbom.wrong-type",
        "b.json:$.components",
    ),
]


@pytest.mark.parametrize(("what", "data", "code", "place"), BAD, ids=[case[0] for case in BAD])
def test_what_is_no_bill_of_materials_is_refused(what: str, data: bytes, code: str, place: str) -> None:
    with pytest.raises(Unusable) as caught:
        crypto_posture.measure(data, name="x", at=AT, parameters={"jurisdiction": "eu"}, file_name="b.json")
    (found,) = caught.value.problems
    assert (found.reason.code, found.place) == (code, place), what
    assert sentence(found.reason).endswith(".")
    assert hint(found.reason)


CHOICES: list[tuple[str, dict[str, Any], str]] = [
    ("no jurisdiction", {}, "parameter.missing"),
    ("unknown jurisdiction", {"jurisdiction": "atlantis"}, "jurisdiction.unknown"),
    ("unknown comparison", {"jurisdiction": "eu", "compare": ("eu", "atlantis")}, "jurisdiction.unknown"),
    ("a path", {"jurisdiction": "../eu"}, "parameter.bad-value"),
    ("unknown addressee", {"jurisdiction": "eu", "addressee": "everyone"}, "addressee.unknown"),
    ("an addressee where there is none", {"jurisdiction": "china", "addressee": "x"}, "addressee.unknown"),
    ("negative", {"jurisdiction": "eu", "max_disallowed": "-1"}, "parameter.bad-value"),
    ("a share", {"jurisdiction": "eu", "max_disallowed": "0.5"}, "parameter.bad-value"),
    ("unknown choice", {"jurisdiction": "eu", "max_bad": 1}, "parameter.unknown"),
]


@pytest.mark.parametrize(("what", "choices", "code"), CHOICES, ids=[case[0] for case in CHOICES])
def test_choices_that_cannot_be_used(what: str, choices: dict[str, Any], code: str) -> None:
    with pytest.raises(Unusable) as caught:
        crypto_posture.measure(bom(), name="x", at=AT, parameters=choices)
    (found,) = caught.value.problems
    assert found.reason.code == code, what
    assert sentence(found.reason).endswith(".")
    assert hint(found.reason)


def test_a_date_and_a_name_are_required() -> None:
    for name, at, code in (
        ("x", None, "posture.no-date"),
        (" ", AT, "posture.no-name"),
        ("\u202e", AT, "posture.no-name"),
    ):
        with pytest.raises(Unusable) as caught:
            crypto_posture.measure(bom(), name=name, at=at, parameters={"jurisdiction": "eu"})
        assert caught.value.problems[0].reason.code == code
    with pytest.raises(ValueError, match="zone"):
        crypto_posture.measure(bom(), name="x", at=AT.replace(tzinfo=None), parameters={"jurisdiction": "eu"})


# --- where jurisdictions disagree ------------------------------------------------------------------------------------


def test_jurisdictions_that_disagree_are_reported() -> None:
    result = measured(
        bom(asset("SecP384r1MLKEM1024"), asset("ML-KEM-1024"), asset("AES-256"), asset("X25519MLKEM768")),
        "us-nss",
        compare="germany,eu,us-nss",
    )
    assert figures(result, "jurisdictions-disagree") == {"jurisdictions": 3, "assets": 4, "disagreed-on": 2}
    assert result.check("jurisdictions-disagree").verdict is None
    (offenders,) = [one for one in result.examples if one.check == "jurisdictions-disagree"]
    assert [example.element for example in offenders.worst] == ["ML-KEM-1024", "X25519MLKEM768"]
    assert offenders.worst[0].place.endswith("accepted: us-nss, eu; refused: germany (kem-alone)")


def test_a_conflict_shows_both_sides_with_what_they_say_of_hybrids() -> None:
    found = examined(bom(asset("X25519MLKEM768")), "us-nss", compare="germany,australia").conflicts
    (conflict,) = found
    assert [(one.jurisdiction, one.hybrids.value) for one in conflict.refused_by] == [
        ("us-nss", "not-permitted")
    ]
    assert [(one.jurisdiction, one.hybrids.value) for one in conflict.accepted_by] == [
        ("germany", "recommended"),
        ("australia", "not-recommended"),
    ]


def test_what_one_of_them_leaves_open_is_no_conflict() -> None:
    assert examined(bom(asset("RSA-2048")), "china", compare="us-nist").conflicts == ()
    with_nothing = measured(bom(asset("RSA-2048")))
    assert "jurisdictions-disagree" not in {check.name for check in with_nothing.checks}
