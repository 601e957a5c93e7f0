"""What an assessment costs: the whole edition against thousands of records, and opening a package that holds as many.

The facts are those of the assessment method's own example cases, copied under new numbers until there are enough of each
kind, dated within three years and linked to the records of the kinds that criteria ask evidence of. Printed are the CPU
times of indexing and assessing them (edition and method are loaded before), for numbers of records that double, against
``json.loads`` of the same facts: the least that any assessment of them would have to do first, since no peer assesses
records against requirements offline. Exits with 1 when the CPU time for 5,000 records is over its limit.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from standfirst.conformity.assess import assess
from standfirst.conformity.built import Built
from standfirst.conformity.cases import fact_of
from standfirst.evidence.collectors import COLLECTORS
from standfirst.management.kinds import OWN_KINDS
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.profile import profile_named

SIZES = (1_250, 2_500, 5_000, 10_000)
LIMITED, LIMIT = 5_000, 0.2  # seconds of CPU
RUNS = 7
AT = date(2026, 6, 1)
SHARES = {
    "document": 0.28, "measurement": 0.20, "risk": 0.12, "competence": 0.08, "obligation": 0.07,
    "nonconformity": 0.06, "person": 0.05, "objective": 0.04, "supplier": 0.03, "impact-assessment": 0.03,
    "product": 0.02, "internal-audit": 0.01, "management-review": 0.01,
}  # fmt: skip
"""A company of two hundred people, ten years on: most of what it keeps are documents and measurements."""


def made(count: int) -> list[Fact]:
    """``count`` facts, the same ones for the same count."""
    random = Random(count)  # noqa: S311
    facts = list(_copies(count, random))
    targets = {kind: [f.id for f in facts if f.kind == kind] for kind in ("product", "person", "risk", "document")}
    return [_linked(fact, targets, random) for fact in facts]


def _copies(count: int, random: Random) -> Iterator[Fact]:
    models = [fact_of(f) for r in assessment_method().by_id.values() for f in r.cases.meets.facts]
    for kind, share in SHARES.items():
        of_kind = [fact for fact in models if fact.kind == kind]
        for number in range(round(count * share)):
            model = of_kind[number % len(of_kind)]
            label = f"{OWN_KINDS[kind].prefix}-{number:04}"
            dated = datetime.combine(AT, datetime.min.time(), UTC) - timedelta(days=random.randint(1, 1_000))
            yield replace(model, id=f"{kind} {number}", label=label, title=f"{kind} {number}", dated=dated, links=frozenset())


def _linked(fact: Fact, targets: dict[str, list[str]], random: Random) -> Fact:
    may = {target for rule in OWN_KINDS[fact.kind].links for target in rule.targets} & targets.keys()
    return replace(fact, links=frozenset(random.choice(targets[kind]) for kind in may - {fact.kind}))


def cpu(work: Callable[[], object]) -> float:
    """Median of ``RUNS``, in seconds."""
    times = []
    for _ in range(RUNS):
        before = time.process_time()
        work()
        times.append(time.process_time() - before)
    return statistics.median(times)


def main() -> int:
    catalogue, method, profile = edition(), assessment_method(), profile_named("all")
    built = Built.of(OWN_KINDS, (row.name for row in COLLECTORS))
    spent: dict[int, float] = {}
    print(f"{len(catalogue.by_id)} requirements, {sum(len(r.criteria) for r in method.by_id.values())} criteria; CPU, median of {RUNS}")
    for size in SIZES:
        facts = made(size)
        text = json.dumps([fact.as_json() for fact in facts])
        loads = cpu(lambda text=text: json.loads(text))
        spent[size] = cpu(lambda facts=facts: assess(catalogue, method, Facts(facts, profile.reach), profile, AT, built))
        ratio = f"{spent[size] / spent[size // 2]:4.2f} times the half" if size // 2 in spent else ""
        print(f"{len(facts):6} records  assess {spent[size] * 1000:6.1f} ms  json.loads {loads * 1000:5.1f} ms  ratio {spent[size] / loads:4.1f}  {ratio}")
    return int(spent[LIMITED] > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
