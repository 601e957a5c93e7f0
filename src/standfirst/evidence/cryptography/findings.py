"""The checks on a judged inventory: figures, limits, verdicts, and the assets that speak against it.

An inventory is counted in full: nothing in a share is uncertain, so a limit is applied by simple acceptance. What is
not known about an asset is another matter. With d assets disallowed and i indeterminate, between d and d + i are
disallowed; as long as i exceeds its limit that range may straddle the limit, and the verdict is indeterminate.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from standfirst.evidence.cryptography.assets import AssetKind
from standfirst.evidence.cryptography.compare import Conflict
from standfirst.evidence.cryptography.elements import MOST_ELEMENTS, days_to
from standfirst.evidence.cryptography.inventory import Inventory, Judged
from standfirst.evidence.cryptography.origin import Origin, plain, shown
from standfirst.evidence.cryptography.parameters import PostureParameters
from standfirst.evidence.cryptography.policy import NOT_IDENTIFIED, OTHERWISE
from standfirst.evidence.cryptography.schema_faults import SchemaFindings
from standfirst.evidence.decision import Rule
from standfirst.evidence.result import Check, Example, Figure, Limit, Offenders, Value, decimal_text
from standfirst.standards.cryptography.algorithms import QuantumStatus
from standfirst.standards.cryptography.profiles import Standing
from standfirst.standards.vocabulary import Verdict

MOST_EXAMPLES: Final = 10
MOST_RULES: Final = 20
"""Rules named as codes of a check; a profile has fewer that say the same."""
SHARE_RESOLUTION: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question, with the elements that speak against the inventory, worst first."""

    check: Check
    values: tuple[Value, ...] = ()
    offenders: Offenders | None = None


def findings(
    inventory: Inventory,
    *,
    schema: SchemaFindings,
    origin: Origin,
    conflicts: Sequence[Conflict],
    parameters: PostureParameters,
    on: date,
) -> list[Finding]:
    """One for each question, in the order in which a reader asks them."""
    found = [
        _inventory(inventory),
        _standing("disallowed-assets", Standing.DISALLOWED, inventory, parameters.max_disallowed, on),
        _standing("not-approved-assets", Standing.NOT_APPROVED, inventory, parameters.max_not_approved, on),
        _standing("deprecated-assets", Standing.DEPRECATED, inventory, parameters.max_deprecated, on),
        _indeterminate(inventory, parameters, on),
        _dates(inventory, parameters, on),
        _quantum_status(inventory),
        _contradictions(inventory, parameters),
        _levels(inventory, parameters),
        _unclear(inventory, parameters),
        _references(inventory, parameters),
        _schema(schema, parameters),
        _coverage(inventory),
        _source(origin, on),
    ]
    if parameters.compare:
        found.append(_conflicts(inventory, conflicts, parameters))
    return found


# --- what there is ---------------------------------------------------------------------------------------------------


def _inventory(inventory: Inventory) -> Finding:
    """Nothing listed is nothing shown: an inventory without an asset to judge carries no verdict."""
    kinds = Counter(one.asset.kind for one in inventory.assets)
    figures = (
        Figure(name="assets", value=len(inventory.assets)),
        *(Figure(name=_plural(kind), value=kinds[kind]) for kind in AssetKind),
        Figure(name="nothing-to-judge", value=len(inventory.assets) - len(inventory.judged)),
    )
    if inventory.judged:
        codes = ("too-many-to-tell-one-by-one",) if len(inventory.assets) > MOST_ELEMENTS else ()
        return Finding(Check(name="inventory", verdict=None, figures=figures, codes=codes))
    code = "no-assets" if not inventory.assets else "nothing-to-judge"
    return Finding(Check(name="inventory", verdict=Verdict.INDETERMINATE, figures=figures, codes=(code,)))


def _plural(kind: AssetKind) -> str:
    return {
        AssetKind.ALGORITHM: "algorithms",
        AssetKind.CERTIFICATE: "certificates",
        AssetKind.PROTOCOL: "protocols",
        AssetKind.MATERIAL: "related-crypto-material",
        AssetKind.UNKNOWN: "of-no-stated-kind",
    }[kind]


def _standing(name: str, standing: Standing, inventory: Inventory, most: int | None, on: date) -> Finding:
    affected = [one for one in inventory.judged if one.judgement.standing is standing]
    rules = Counter(one.judgement.rule for one in affected)
    limit = _limit(f"max-{standing.value}", most)
    offenders = _examples(name, affected, lambda one: _date_figures(one, on))
    value = _share(f"{standing.value}-share", len(affected), len(inventory.judged))
    return Finding(
        Check(
            name=name,
            verdict=_counted(len(affected), most) if inventory.judged else None,
            figures=_share_figures(len(affected), len(inventory.judged), value),
            limit=limit if inventory.judged else None,
            rule=None if limit is None or not inventory.judged else Rule.SIMPLE_ACCEPTANCE,
            codes=_rule_codes(rules),
        ),
        () if value is None else (value,),
        offenders,
    )


def _indeterminate(inventory: Inventory, parameters: PostureParameters, on: date) -> Finding:
    affected = [one for one in inventory.judged if one.judgement.standing is Standing.INDETERMINATE]
    reasons = Counter(_why(one) for one in affected)
    most = parameters.max_indeterminate
    value = _share("indeterminate-share", len(affected), len(inventory.judged))
    return Finding(
        Check(
            name="indeterminate-assets",
            verdict=_carries(len(affected), most) if inventory.judged else None,
            figures=_share_figures(len(affected), len(inventory.judged), value),
            limit=_limit("max-indeterminate", most) if inventory.judged else None,
            rule=Rule.INTERVAL_THREE_WAY if inventory.judged else None,
            codes=_rule_codes(reasons),
        ),
        () if value is None else (value,),
        _examples("indeterminate-assets", affected, lambda one: _date_figures(one, on)),
    )


def _why(one: Judged) -> str:
    """Why a standing is not known: the rule that leaves it open, or what is missing about the asset."""
    if one.judgement.rule != NOT_IDENTIFIED:
        return one.judgement.rule
    return one.unknown[0] if one.unknown else "rests-on-what-is-not-known"


def _dates(inventory: Inventory, parameters: PostureParameters, on: date) -> Finding:
    """The first date that each asset misses, and how many miss one before the horizon."""
    missing = [one for one in inventory.judged if one.judgement.first_missed is not None]
    last = on + timedelta(days=min(parameters.horizon_days, (date.max - on).days))
    days = {id(one): one.judgement.first_missed.day for one in missing if one.judgement.first_missed}
    before = [one for one in missing if days[id(one)] <= last]
    possibly = [one for one in inventory.judged if one.judgement.possibly_missed is not None]
    earliest = min(days.values(), default=None)
    rules = {
        one.judgement.first_missed.rule
        for one in missing
        if one.judgement.first_missed and days[id(one)] == earliest
    }
    figures = [
        Figure(name="with-a-date", value=len(missing)),
        Figure(name="within-horizon", value=len(before)),
        Figure(name="already-past", value=sum(day < on for day in days.values())),
        Figure(name="possibly-earlier", value=len(possibly)),
    ]
    values: tuple[Value, ...] = ()
    if earliest is not None:
        days_left = days_to(earliest, on)
        figures.append(Figure(name="days-to-first", value=days_left, unit="d"))
        values = (Value(name="days-to-first-missed-date", value=str(days_left), unit="d", resolution="1"),)
    ordered = sorted(missing, key=lambda one: (days[id(one)], one.asset.place))
    return Finding(
        Check(
            name="first-missed-dates",
            verdict=None,
            figures=tuple(figures),
            codes=tuple(sorted(rules))[:MOST_RULES],
        ),
        values,
        _examples("first-missed-dates", ordered, lambda one: _date_figures(one, on), ranked=True),
    )


def _quantum_status(inventory: Inventory) -> Finding:
    statuses = Counter(one.exposure.status for one in inventory.judged)
    before = sum(one.before_standard for one in inventory.judged)
    figures = (
        *(Figure(name=status.value, value=statuses[status]) for status in QuantumStatus),
        Figure(name="before-their-standard", value=before),
    )
    return Finding(Check(name="quantum-status", verdict=None, figures=figures))


# --- whether what it says can be relied on ---------------------------------------------------------------------------


def _contradictions(inventory: Inventory, parameters: PostureParameters) -> Finding:
    affected = [one for one in inventory.judged if one.identity.contradictions]
    about = Counter(
        f"{found.first}-against-{found.second}-on-{found.about}"
        for one in affected
        for found in one.identity.contradictions
    )
    return Finding(
        Check(
            name="contradictions",
            verdict=_carries(len(affected), parameters.max_contradictions) if inventory.judged else None,
            figures=(Figure(name="assets-that-contradict-themselves", value=len(affected)),),
            limit=_limit("max-contradictions", parameters.max_contradictions) if inventory.judged else None,
            rule=Rule.INTERVAL_THREE_WAY if inventory.judged else None,
            codes=_rule_codes(about),
        ),
        offenders=_examples("contradictions", affected, lambda _: ()),
    )


def _levels(inventory: Inventory, parameters: PostureParameters) -> Finding:
    affected = [one for one in inventory.judged if one.levels]
    over = sum(any(level.overstates for level in one.levels) for one in affected)
    most = parameters.max_wrong_levels
    declared = sum(one.asset.level is not None for one in inventory.judged)
    return Finding(
        Check(
            name="declared-levels",
            verdict=_counted(len(affected), most),
            figures=(
                Figure(name="assets-that-declare-a-quantum-level", value=declared),
                Figure(name="assets-with-a-wrong-level", value=len(affected)),
                Figure(name="of-these-overstated", value=over),
            ),
            limit=_limit("max-wrong-levels", most),
            rule=None if most is None else Rule.SIMPLE_ACCEPTANCE,
        ),
        offenders=_examples("declared-levels", affected, _level_figures),
    )


def _level_figures(one: Judged) -> tuple[Figure, ...]:
    level = one.levels[0]
    return Figure(name="declared", value=level.declared), Figure(name="derived", value=level.derived)


def _unclear(inventory: Inventory, parameters: PostureParameters) -> Finding:
    """Members that stand twice and members of the wrong type: another reader may see another inventory."""
    repeated = sum(fault.code == "repeated-member" for fault in inventory.faults)
    most = parameters.max_unclear_members
    worst = tuple(
        Example(element=fault.code, figures=(), place=plain(fault.place))
        for fault in inventory.faults[:MOST_EXAMPLES]
    )
    return Finding(
        Check(
            name="unclear-members",
            verdict=_carries(len(inventory.faults), most),
            figures=(
                Figure(name="repeated", value=repeated),
                Figure(name="of-the-wrong-type", value=len(inventory.faults) - repeated),
            ),
            limit=_limit("max-unclear-members", most),
            rule=Rule.INTERVAL_THREE_WAY,
        ),
        offenders=Offenders(check="unclear-members", total=len(inventory.faults), worst=worst)
        if worst
        else None,
    )


def _references(inventory: Inventory, parameters: PostureParameters) -> Finding:
    links = inventory.links
    broken = [*links.dangling, *links.elsewhere, *links.ambiguous, *links.loose_dependencies]
    count = len(broken) + len(inventory.cyclic) + len(links.repeated_refs)
    most = parameters.max_broken_references
    places = [
        *((shown(reference.target), reference.place) for reference in broken),
        *(("rests on itself", place) for place in inventory.cyclic),
        *((shown(ref), "bom-ref") for ref in links.repeated_refs),
    ]
    worst = tuple(
        Example(element=what, figures=(), place=plain(where)) for what, where in places[:MOST_EXAMPLES]
    )
    return Finding(
        Check(
            name="references",
            verdict=_counted(count, most),
            figures=(
                Figure(name="leading-nowhere", value=len(links.dangling)),
                Figure(name="leading-elsewhere", value=len(links.elsewhere)),
                Figure(name="leading-to-several", value=len(links.ambiguous)),
                Figure(name="dependencies-leading-nowhere", value=len(links.loose_dependencies)),
                Figure(name="assets-in-a-circle", value=len(inventory.cyclic)),
                Figure(name="repeated-bom-refs", value=len(links.repeated_refs)),
            ),
            limit=_limit("max-broken-references", most),
            rule=None if most is None else Rule.SIMPLE_ACCEPTANCE,
        ),
        offenders=Offenders(check="references", total=count, worst=worst) if worst else None,
    )


def _schema(schema: SchemaFindings, parameters: PostureParameters) -> Finding:
    most = parameters.max_schema_faults
    verdict = None
    if most is not None:
        verdict = _counted(len(schema.faults), most) if schema.was_checked else Verdict.NOT_MEASURABLE
    codes = [schema.code] if schema.code else []
    codes += [] if schema.is_complete else ["counting-stopped"]
    worst = [Example(element=fault.keyword, figures=(), place=plain(fault.place)) for fault in schema.faults]
    if schema.detail:
        worst.append(Example(element=shown(schema.detail), figures=(), place="$"))
    total = len(worst)
    return Finding(
        Check(
            name="schema-valid",
            verdict=verdict,
            figures=(Figure(name="faults", value=len(schema.faults)),) if schema.was_checked else (),
            limit=_limit("max-schema-faults", most),
            rule=None if most is None else Rule.SIMPLE_ACCEPTANCE,
            codes=tuple(codes),
        ),
        offenders=Offenders(check="schema-valid", total=total, worst=tuple(worst[:MOST_EXAMPLES]))
        if worst
        else None,
    )


def _coverage(inventory: Inventory) -> Finding:
    """What the algorithms of the inventory state about themselves: the quality of the evidence, not of the product."""
    algorithms = [one for one in inventory.judged if one.asset.kind is AssetKind.ALGORITHM]
    decided = Counter(one.identity.decided_by for one in algorithms)
    return Finding(
        Check(
            name="inventory-coverage",
            verdict=None,
            figures=(
                Figure(name="algorithms", value=len(algorithms)),
                Figure(name="with-oid", value=sum(one.asset.oid is not None for one in algorithms)),
                Figure(
                    name="of-these-not-known",
                    value=sum(one.asset.oid is not None and not one.oid_is_known for one in algorithms),
                ),
                Figure(
                    name="with-parameter-set",
                    value=sum(one.asset.parameters is not None for one in algorithms),
                ),
                Figure(
                    name="with-quantum-level", value=sum(one.asset.level is not None for one in algorithms)
                ),
                Figure(name="identified", value=sum(bool(one.algorithms) for one in algorithms)),
                Figure(name="identified-by-oid", value=decided["oid"]),
                Figure(name="identified-by-name", value=decided["name"]),
            ),
        )
    )


def _source(origin: Origin, on: date) -> Finding:
    """Which tool made the inventory, and when: generators find different things in the same program."""
    codes = [] if origin.tools else ["generator-not-named"]
    figures = [Figure(name="generators", value=len(origin.tools))]
    if origin.made_at is None:
        codes.append("time-not-stated")
    else:
        figures.append(Figure(name="age", value=_age(origin.made_at, on), unit="d"))
    worst = tuple(
        Example(element=tool.text, figures=(), place=tool.place) for tool in origin.tools[:MOST_EXAMPLES]
    )
    return Finding(
        Check(name="inventory-source", verdict=None, figures=tuple(figures), codes=tuple(codes)),
        offenders=Offenders(check="inventory-source", total=len(origin.tools), worst=worst)
        if worst
        else None,
    )


def _age(made_at: datetime, on: date) -> int:
    return (on - made_at.date()).days


def _conflicts(inventory: Inventory, conflicts: Sequence[Conflict], parameters: PostureParameters) -> Finding:
    worst = tuple(
        Example(element=shown(one.name), figures=(), place=f"{one.place} {one.told}")
        for one in conflicts[:MOST_EXAMPLES]
    )
    return Finding(
        Check(
            name="jurisdictions-disagree",
            verdict=None,
            figures=(
                Figure(
                    name="jurisdictions", value=1 + len(set(parameters.compare) - {parameters.jurisdiction})
                ),
                Figure(name="assets", value=len(inventory.judged)),
                Figure(name="disagreed-on", value=len(conflicts)),
            ),
        ),
        offenders=Offenders(check="jurisdictions-disagree", total=len(conflicts), worst=worst)
        if worst
        else None,
    )


# --- counting and showing --------------------------------------------------------------------------------------------


def _limit(parameter: str, most: int | None) -> Limit | None:
    return None if most is None else Limit(parameter=parameter, value=str(most), unit="1")


def _counted(count: int, most: int | None) -> Verdict | None:
    """Simple acceptance of a number that was counted in full."""
    if most is None:
        return None
    return Verdict.CONFORM if count <= most else Verdict.NONCONFORM


def _carries(count: int, most: int) -> Verdict:
    """Whether the inventory carries a verdict with this many things that are not known about it."""
    return Verdict.CONFORM if count <= most else Verdict.INDETERMINATE


def _share(name: str, affected: int, judged: int) -> Value | None:
    if not judged:
        return None
    share = (Decimal(affected) / judged).quantize(SHARE_RESOLUTION)
    return Value(name=name, value=decimal_text(share), unit="1", resolution=decimal_text(SHARE_RESOLUTION))


def _share_figures(affected: int, judged: int, share: Value | None) -> tuple[Figure, ...]:
    counted = (Figure(name="assets", value=affected), Figure(name="of-judged", value=judged))
    return counted if share is None else (*counted, Figure(name="share-of-judged", value=share.value))


def _rule_codes(rules: Counter[str]) -> tuple[str, ...]:
    """The rules or reasons, most frequent first."""
    ordered = sorted(rules, key=lambda rule: (-rules[rule], rule))
    return tuple(rule if rule != OTHERWISE else "no-rule-of-the-profile" for rule in ordered[:MOST_RULES])


def _date_figures(one: Judged, on: date) -> tuple[Figure, ...]:
    missed = one.judgement.first_missed
    return (
        ()
        if missed is None
        else (Figure(name="days-to-first-missed-date", value=days_to(missed.day, on), unit="d"),)
    )


def _examples(
    check: str,
    affected: Iterable[Judged],
    figures: Callable[[Judged], tuple[Figure, ...]],
    *,
    ranked: bool = False,
) -> Offenders | None:
    """The first few, by rank or by quantum status and place."""
    ordered = list(affected)
    if not ordered:
        return None
    if not ranked:
        ordered.sort(key=lambda one: (-one.exposure.status.rank, one.asset.name, one.asset.place))
    worst = tuple(
        Example(element=shown(one.asset.name), figures=figures(one), place=plain(one.asset.place))
        for one in ordered[:MOST_EXAMPLES]
    )
    return Offenders(check=check, total=len(ordered), worst=worst)
