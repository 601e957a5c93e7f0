"""The collector `crypto-posture`: a cryptographic bill of materials judged by a jurisdiction's profile on a day.

Which algorithms an inventory (CycloneDX 1.6 or 1.7, JSON) lists, what a quantum computer does to each, what the profile
says of it on the day, and which date it misses first. What the inventory leaves open stays open: an asset that cannot
be identified is indeterminate, and an inventory that breaks its schema is measured and says so. The dated facts are
data in ``standards/content/cryptography``.

Checks, counts and values do not depend on the order of components or members in the file; its digest does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar, Final

from standfirst.evidence.choices import PARAMETERS
from standfirst.evidence.cryptography.compare import Conflict, conflicts
from standfirst.evidence.cryptography.elements import elements
from standfirst.evidence.cryptography.findings import Finding, findings
from standfirst.evidence.cryptography.inventory import Inventory, judge_inventory
from standfirst.evidence.cryptography.names import names
from standfirst.evidence.cryptography.origin import Origin, origin_of
from standfirst.evidence.cryptography.parameters import PostureParameters
from standfirst.evidence.cryptography.picture import timeline
from standfirst.evidence.cryptography.policy import Policy
from standfirst.evidence.cryptography.reading import read_document
from standfirst.evidence.cryptography.schema_faults import schema_faults
from standfirst.evidence.decision import SOURCES, WORST_CHECK, WORST_CHECK_SOURCE, Rule, worst
from standfirst.evidence.environment import this_environment
from standfirst.evidence.repeating import require_same, stored_inputs
from standfirst.evidence.result import (
    Decision,
    MeasurementResult,
    Parameter,
    Subject,
    instant_text,
)
from standfirst.evidence.source import Source, open_source
from standfirst.pictures.figure import Figure
from standfirst.standards.cryptography.profiles import Published, Standing, published
from standfirst.standards.problems import Unusable, problem

METHOD: Final = "crypto-posture"
VERSION: Final = "1"
"""Grows with every change that can change a result. The profile and the table of algorithms have versions of their own."""
_PACKAGES: Final = ("pydantic", "cyclonedx-python-lib", "jsonschema")
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Examination:
    """A result with all that it rests on: every asset, the profile, where jurisdictions disagree."""

    result: MeasurementResult
    inventory: Inventory
    origin: Origin
    policy: Policy
    on: date
    conflicts: tuple[Conflict, ...]


def measure(
    source: Path | str | bytes,
    *,
    name: str,
    at: datetime | None,
    parameters: PostureParameters | Mapping[str, object],
    performed_at: datetime | None = None,
    file_name: str = "",
) -> MeasurementResult:
    """Measure one bill of materials.

    Args:
        source: path of a CycloneDX file in JSON, or its bytes.
        name: what the organisation calls the product; stands in the result as its subject.
        at: the date of judgement, as a time with a zone; its day in UTC counts. Required.
        parameters: choices, as `PostureParameters` or by name; the jurisdiction is required.
        performed_at: when the measurement was made; stands in the envelope only.
        file_name: the name that results and problems show, where bytes are given.

    Raises:
        Unusable: the file cannot be read as CycloneDX at all, or the choices cannot be used.
    """
    return examine(
        source, name=name, at=at, parameters=parameters, performed_at=performed_at, file_name=file_name
    ).result


def examine(
    source: Path | str | bytes,
    *,
    name: str,
    at: datetime | None,
    parameters: PostureParameters | Mapping[str, object],
    performed_at: datetime | None = None,
    file_name: str = "",
) -> Examination:
    """As `measure`, with every asset and what was found about it."""
    if not isinstance(parameters, PostureParameters):
        parameters = PostureParameters.choose(parameters)
    _check_name(name)
    on = _day(at)
    ground = _ground(parameters)
    opened = open_source(source, file_name=file_name)
    document = read_document(opened)
    reader = names()
    policy = Policy(ground[0].profile, ground[0].algorithms, parameters.addressee)
    inventory = judge_inventory(document, policy, reader, on)
    compared = [policy, *(Policy(one.profile, one.algorithms) for one in ground[1:])]
    found = _conflicts(inventory, compared, on) if len(compared) > 1 else ()
    origin = origin_of(document)
    checked = findings(
        inventory,
        schema=schema_faults(document),
        origin=origin,
        conflicts=found,
        parameters=parameters,
        on=on,
    )
    result = _assemble(
        opened,
        inventory,
        origin,
        checked,
        ground,
        policy=policy,
        name=name,
        on=on,
        parameters=parameters,
        performed_at=performed_at,
    )
    return Examination(result, inventory, origin, policy, on, found)


def _conflicts(inventory: Inventory, compared: Sequence[Policy], on: date) -> tuple[Conflict, ...]:
    return tuple(found for asset in inventory.judged for found in conflicts(asset, compared, on))


def _ground(parameters: PostureParameters) -> tuple[Published, ...]:
    """The profile of the jurisdiction, then those to compare with. Raises Unusable for an unknown one or addressee."""
    others = [one for one in dict.fromkeys(parameters.compare) if one != parameters.jurisdiction]
    ground = tuple(published(one) for one in (parameters.jurisdiction, *others))
    known = tuple(addressee.id for addressee in ground[0].profile.addressees)
    if parameters.addressee is not None and parameters.addressee not in known:
        raise Unusable(
            [problem(PARAMETERS, "addressee.unknown", field="addressee", known=known or ("none",))]
        )
    return ground


def _assemble(
    source: Source,
    inventory: Inventory,
    origin: Origin,
    checked: list[Finding],
    ground: tuple[Published, ...],
    *,
    policy: Policy,
    name: str,
    on: date,
    parameters: PostureParameters,
    performed_at: datetime | None,
) -> MeasurementResult:
    standings = dict.fromkeys(Standing, 0)
    for one in inventory.judged:
        standings[one.judgement.standing] += 1
    return MeasurementResult(
        method=METHOD,
        method_version=VERSION,
        subject=Subject(
            name=name,
            identifier=origin.described,
            what="cryptographic-bill-of-materials",
            snapshot=None if origin.made_at is None else instant_text(origin.made_at),
        ),
        inputs=(source.as_input(),),
        parameters=(
            Parameter(name="at", value=on.isoformat()),
            *parameters.as_parameters(),
            *_profile_parameters(ground),
        ),
        counts={
            "assets": len(inventory.assets),
            **{f"assets-{standing.value}": count for standing, count in standings.items()},
        },
        values=tuple(value for finding in checked for value in finding.values),
        checks=tuple(finding.check for finding in checked),
        decision=_decide(checked),
        examples=tuple(finding.offenders for finding in checked if finding.offenders is not None),
        elements=elements(inventory, policy, on),
        environment=this_environment(_PACKAGES),
        performed_at=None if performed_at is None else instant_text(performed_at),
    )


def _profile_parameters(ground: tuple[Published, ...]) -> tuple[Parameter, ...]:
    """Version and digest of every file that decided, so that a repeat with other facts shows."""
    first, *others = ground
    return (
        Parameter(name="profile-version", value=first.profile.version),
        Parameter(name="profile-digest", value=first.profile_digest),
        Parameter(name="algorithms-version", value=first.algorithms.version),
        Parameter(name="algorithms-digest", value=first.algorithms_digest),
        *(Parameter(name=f"compared-{one.profile.id}-digest", value=one.profile_digest) for one in others),
    )


def _decide(checked: list[Finding]) -> Decision:
    verdicts = {one.check.name: one.check.verdict for one in checked if one.check.verdict is not None}
    verdict = worst(verdicts.values())
    return Decision(
        verdict=verdict,
        rule=WORST_CHECK,
        source=WORST_CHECK_SOURCE,
        check_rule=Rule.SIMPLE_ACCEPTANCE,
        check_rule_source=f"{SOURCES[Rule.SIMPLE_ACCEPTANCE]}; the inventory is counted in full",
        limits=tuple(one.check.limit for one in checked if one.check.limit is not None),
        decided_by=tuple(name for name, found in verdicts.items() if found is verdict),
    )


def _check_name(name: str) -> None:
    """Raises Unusable unless a result can show the name."""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Unusable([problem(PARAMETERS, "posture.no-name", field="name", limit=_LONGEST_NAME)])


def _day(at: datetime | None) -> date:
    if at is None:
        raise Unusable([problem(PARAMETERS, "posture.no-date", field="at")])
    if at.tzinfo is None:
        raise ValueError("at needs a zone")
    return at.astimezone(UTC).date()


def repeat(stored: MeasurementResult, inputs: Mapping[str, bytes]) -> MeasurementResult:
    """Measure again from the stored parameters; ``inputs`` are bytes by their SHA-256 in hex.

    Raises Unusable: the result is of another method or version, its input is missing or can no longer be used, or the
    profile or the table of algorithms is not the one that the result was made with.
    """
    return repeated(stored, inputs).result


def repeated(stored: MeasurementResult, inputs: Mapping[str, bytes]) -> Examination:
    """As `repeat`, with every asset."""
    where = stored.subject.name
    (file_name, data), *_ = stored_inputs(stored, inputs, method=METHOD, version=VERSION).items()
    stated = {parameter.name: parameter.value for parameter in stored.parameters}
    fields = {name.replace("_", "-"): name for name in PostureParameters.model_fields}
    chosen = {
        fields[name]: "none" if value is None and name.startswith("max-") else value
        for name, value in stated.items()
        if name in fields and not (value is None and not name.startswith("max-"))
    }
    parameters = PostureParameters.choose(chosen)
    _refuse_other_ground(stated, _ground(parameters), where)
    return examine(
        data,
        name=stored.subject.name,
        at=_stored_day(stated.get("at"), where),
        parameters=parameters,
        file_name=file_name,
    )


def _refuse_other_ground(stated: Mapping[str, object], ground: tuple[Published, ...], where: str) -> None:
    for parameter in _profile_parameters(ground):
        if parameter.name.endswith("-digest") and stated.get(parameter.name) != parameter.value:
            raise Unusable(
                [
                    problem(
                        where,
                        "posture.other-profile",
                        field=parameter.name,
                        expected=str(stated.get(parameter.name)),
                        found=str(parameter.value),
                    )
                ]
            )


def _stored_day(value: object, where: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(str(value)), datetime.min.time(), UTC)
    except ValueError:
        raise Unusable([problem(where, "posture.no-date", field="at")]) from None


def files(source: Path | str | bytes) -> Mapping[str, bytes]:
    """The input files by name, to be kept beside the result. Raises Unusable."""
    opened = open_source(source)
    return {opened.name: opened.data}


def figures(stored: MeasurementResult, inputs: Mapping[str, bytes]) -> tuple[Figure, ...]:
    """The picture of a stored result, drawn from its input.

    Raises Unusable as `repeat` does, and where the input gives another result.
    """
    again = repeated(stored, inputs)
    require_same(stored, again.result)
    return (timeline(again.inventory, again.policy, again.on),)


class CryptoPosture:
    """This collector as `standfirst.evidence.collectors` offers it."""

    name: ClassVar[str] = METHOD
    version: ClassVar[str] = VERSION
    needs_extra: ClassVar[str | None] = "security"
    parameters: ClassVar[type[PostureParameters]] = PostureParameters

    def measure(
        self,
        source: Path | str | bytes,
        *,
        name: str,
        parameters: Mapping[str, object],
        at: datetime | None = None,
        performed_at: datetime | None = None,
    ) -> MeasurementResult:
        """As `measure` of this file."""
        return measure(source, name=name, at=at, parameters=parameters, performed_at=performed_at)

    def repeat(self, stored: MeasurementResult, inputs: Mapping[str, bytes]) -> MeasurementResult:
        return repeat(stored, inputs)

    def files(self, source: Path | str | bytes) -> Mapping[str, bytes]:
        return files(source)

    def figures(self, stored: MeasurementResult, inputs: Mapping[str, bytes]) -> tuple[Figure, ...]:
        return figures(stored, inputs)


COLLECTOR: Final = CryptoPosture()
