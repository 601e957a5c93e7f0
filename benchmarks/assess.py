"""What an assessment costs: the whole edition against thousands of records, and opening a package that holds as many.

The facts are those of the assessment method's own example cases, copied under new numbers until there are enough of each
kind, dated within three years and linked to the records of the kinds that criteria ask evidence of. Printed are the CPU
times of indexing and assessing them (edition and method are loaded before), for numbers of records that double, against
``json.loads`` of the same facts: the least that any assessment of them would have to do first, since no peer assesses
records against requirements offline. Printed too is what opening a package of 5,000 records costs. Exits with 1 when
the CPU time for assessing 5,000 records is over its limit.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from standfirst.cli.main import run
from standfirst.cli.opening import opened
from standfirst.conformity.assess import Result, assess
from standfirst.conformity.built import Built
from standfirst.conformity.cases import fact_of
from standfirst.evidence.collectors import COLLECTORS
from standfirst.management.kinds import OWN_KINDS
from standfirst.standards.facts import Fact, Facts
from standfirst.standards.library import assessment_method, edition
from standfirst.standards.profile import Profile, profile_named

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
    targets = {
        kind: [f.id for f in facts if f.kind == kind] for kind in ("product", "person", "risk", "document")
    }
    return [_linked(fact, targets, random) for fact in facts]


def _copies(count: int, random: Random) -> Iterator[Fact]:
    models = [fact_of(f) for r in assessment_method().by_id.values() for f in r.cases.meets.facts]
    for kind, share in SHARES.items():
        of_kind = [fact for fact in models if fact.kind == kind]
        for number in range(round(count * share)):
            model = of_kind[number % len(of_kind)]
            label = f"{OWN_KINDS[kind].prefix}-{number:04}"
            dated = datetime.combine(AT, datetime.min.time(), UTC) - timedelta(days=random.randint(1, 1_000))
            yield replace(
                model,
                id=f"{kind} {number}",
                label=label,
                title=f"{kind} {number}",
                dated=dated,
                links=frozenset(),
            )


def _linked(fact: Fact, targets: dict[str, list[str]], random: Random) -> Fact:
    may = {target for rule in OWN_KINDS[fact.kind].links for target in rule.targets} & targets.keys()
    return replace(fact, links=frozenset(random.choice(targets[kind]) for kind in may - {fact.kind}))


def filled_package(path: Path, count: int) -> Path:
    """A package with ``count`` recorded documents and risks about ten products, as people would write them."""
    spoken = ["--actor", "ada", "--clock", "2026-05-01T09:00"]
    begun = ["--organisation", "Benchmark", "--by", "Ada", "--handle", "ada", "--fictional", "--simulation"]
    quietly("package", "init", str(path), *begun, "--clock", "2026-04-01T09:00")
    for number in range(count):
        about = f"links: {{about: [product-{number % 10}]}}\n"
        kind, text = (
            ("product", PRODUCT)
            if number < 10
            else ("document", about + DOCUMENT)
            if number % 3
            else ("risk", about + RISK)
        )
        file = path / "records" / kind / f"{kind}-{number}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"kind: {kind}\ntitle: {kind} {number}\n{text}", "utf-8")
    quietly("package", "record", str(path), *spoken)
    return path


DOCUMENT = """\
serves: ["A.1.2", "8.5"]
type: procedure
owner: Ada
effective_from: 2026-01-01
review_by: 2027-01-01
topics: [interval, limits]
text: |
  What is done every morning, by whom, and what happens when a limit is passed,
  written down in as many lines as it takes.
"""
RISK = """\
serves: ["6.1.3"]
hazard: The cryostat warms up while a customer's job runs.
domains: [computing]
stages: [operation]
categories: [technical]
owner: Ada
"""
PRODUCT = """\
type: system
description: A processor for teaching.
domains: [computing]
tier: 1
role: component-maker
"""


def quietly(*arguments: str) -> None:
    with redirect_stdout(StringIO()):
        if run(arguments) != 0:
            raise RuntimeError(f"standfirst {' '.join(arguments)} did not work")


def seconds(work: Callable[[], object]) -> float:
    """Of CPU."""
    before = time.process_time()
    work()
    return time.process_time() - before


def opening() -> float:
    """CPU of opening a package of ``LIMITED`` records: reading and proving its ledger, reading its files, comparing."""
    with TemporaryDirectory() as folder:
        package = filled_package(Path(folder) / "package", LIMITED)
        return min(seconds(partial(opened, package)) for _ in range(3))


def main() -> int:
    profile = profile_named("all")
    method = assessment_method()
    built = Built.of(OWN_KINDS, {row.name: row.domains for row in COLLECTORS})
    facts = {size: made(size) for size in SIZES}
    texts = {size: json.dumps([fact.as_json() for fact in facts[size]]) for size in SIZES}
    # Taken in turns, so that whatever else the machine does falls on all alike.
    rounds = [
        {
            size: (
                seconds(partial(assessed, facts[size], profile, built)),
                seconds(partial(json.loads, texts[size])),
            )
            for size in SIZES
        }
        for _ in range(RUNS)
    ]
    spent, loads = (
        {size: statistics.median(turn[size][which] for turn in rounds) for size in SIZES} for which in (0, 1)
    )

    criteria = sum(len(requirement.criteria) for requirement in method.by_id.values())
    print(f"{len(method.by_id)} requirements, {criteria} criteria; CPU, median of {RUNS}")
    print("records    assess   json.loads   ratio   against half as many")
    for size in SIZES:
        growth = f"{spent[size] / spent[size // 2]:5.2f} times" if size // 2 in spent else ""
        print(
            f"{size:7} {spent[size] * 1000:6.1f} ms    {loads[size] * 1000:6.1f} ms  {spent[size] / loads[size]:6.1f}   {growth}"
        )
    print(f"limit for {LIMITED} records: {LIMIT * 1000:.0f} ms")
    print(f"opening a package of {LIMITED} records: {opening():.2f} s CPU, the least of 3")
    return int(spent[LIMITED] > LIMIT)


def assessed(facts: Sequence[Fact], profile: Profile, built: Built) -> Sequence[Result]:
    """What a command does once package, edition and method are loaded: index the facts, answer every criterion."""
    return assess(edition(), assessment_method(), Facts(facts, profile.reach), profile, AT, built=built)


if __name__ == "__main__":
    sys.exit(main())
