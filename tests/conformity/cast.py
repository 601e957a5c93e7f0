"""Records for the tests of reports, and what outsiders might write into them."""

from dataclasses import replace
from datetime import UTC, date, datetime

from standfirst.standards.facts import Fact, FieldValue, Signature
from standfirst.standards.vocabulary import Assurance

HOSTILE = "<b>Bös & Co.</b></title></style></script><script>alert(1)</script>\"'><img src=x onerror=alert(2)> \u202egnp.exe\x1b[31m"
DATED = datetime(2026, 6, 1, tzinfo=UTC)
LONG = "Donaudampfschifffahrtsquantengesellschaftskapitänswitwe" * 6
MARKUP = r"""#let x = 1; #read("/etc/passwd") #import "@preview/a:1.0.0" = Head $a^2$ `raw` @ref <lab> _em_ *strong* \u{41} // c /* d */ [x] ~ --- 'q' "r" """
"""What Typst would take for its own language."""


def record(
    kind: str,
    label: str,
    name: str,
    dated: datetime = DATED,
    *,
    state: str = "approved",
    serves: str = "",
    **fields: FieldValue,
) -> Fact:
    return Fact(label, label, kind, state, dated, name, frozenset({serves} if serves else ()), fields)


def context(dated: datetime) -> Fact:
    return record(
        "document", "DOC-0007", "Context of 2026", dated, serves="4.1", type="record", review_by="2026-12-01"
    )


def nonconformity(name: str = "Warm cryostat") -> Fact:
    return record("nonconformity", "NCR-0001", name, state="open", against=("A.1.2", "8.1"), grade="minor")


def left_out(reason: str, name: str = "Statement") -> Fact:
    """A statement of applicability in force that leaves out one requirement, and takes in another."""
    return replace(
        record(
            "statement-of-applicability",
            "SOA-0001",
            name,
            not_applicable=("A.3.3",),
            not_applicable_reasons=(reason,),
            applicable=("A.1.1",),
            applicable_reasons=("Drift makes results wrong. (planned)",),
        ),
        effective_from=date(2026, 2, 1),
        signatures=(
            Signature(
                "approval",
                Assurance.DECLARED,
                "PER-0001",
                ("top-management",),
                datetime(2026, 1, 27, tzinfo=UTC),
            ),
        ),
    )
