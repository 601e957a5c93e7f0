"""What OSCAL calls observations (one for each criterion asked) and findings (one for each requirement asked).

OSCAL knows two statuses. Ours stands beside it as a property, for "not satisfied" is also what nobody has judged yet.
An observation's method says what was done, not what was planned: a test where a measurement is there, an examination of
records otherwise, and ``NOT_PERFORMED`` where nobody has judged or nothing could be assessed. To write INTERVIEW there
would claim a conversation that never took place.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from standfirst.conformity import attention
from standfirst.conformity.assess import Result
from standfirst.conformity.oscal_frame import (
    ORIGINS,
    Frame,
    links_to,
    on,
    own,
    paragraphs,
    summary,
    told,
)
from standfirst.conformity.oscal_plan import EXAMINE, TEST, asked, step_uuid
from standfirst.conformity.register import NAMING
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.method import Criterion, Status
from standfirst.standards.oscal import statement_id
from standfirst.standards.oscal_forms import Assembly, instant
from standfirst.standards.reason import Reason
from standfirst.words import render

NOT_PERFORMED: Final = "NOT-PERFORMED"
"""OSCAL asks for a method and allows others than its own (constraint oscal-observation-method-type-values)."""

CRITERION: Final = "control-objective"  # OSCAL's own type: about the status of what is asked
ADVERSE: Final = "adverse-record"  # ours: a record that speaks against a requirement

STANDING: Final[Mapping[Status, str]] = {
    Status.SHOWN: "Shown: every criterion asked is met by records.",
    Status.PARTLY: (
        "Partly shown: some criteria are met and others are not, or an open record speaks against the requirement."
    ),
    Status.NOT_SHOWN: "Not shown: none of the criteria asked is met.",
    Status.NEEDS_JUDGEMENT: (
        "Needs judgement: all that records can show is shown; the rest is for an auditor, who has not judged it here."
    ),
    Status.NOT_ASSESSABLE: "Not assessable: this release cannot assess what is asked, so nothing is determined.",
}

_STATE: Final[Mapping[Status, tuple[str, str]]] = {
    # constraints oscal-finding-target-status-state-values and oscal-finding-target-reason-values
    Status.SHOWN: ("satisfied", "pass"),
    Status.PARTLY: ("not-satisfied", "fail"),
    Status.NOT_SHOWN: ("not-satisfied", "fail"),
    Status.NEEDS_JUDGEMENT: ("not-satisfied", "other"),
    Status.NOT_ASSESSABLE: ("not-satisfied", "other"),
}

_IMPLEMENTED: Final[Mapping[Status, str]] = {
    # Only where records say so: what is not shown may still be there.
    Status.SHOWN: "implemented",
    Status.PARTLY: "partial",
}


def performed(criterion: Criterion, answer: Answer) -> str:
    if answer.outcome in (Outcome.JUDGEMENT, Outcome.NOT_ASSESSABLE):
        return NOT_PERFORMED
    return TEST if criterion.measurement is not None and answer.records else EXAMINE


def seen_uuid(frame: Frame, requirement: str, criterion: str) -> str:
    return frame.uuid("criterion", requirement, criterion)


def adverse_uuid(frame: Frame, reason: Reason) -> str:
    return frame.uuid("adverse record", str(reason.parameters["record"]))


def finding_uuid(frame: Frame, requirement: str) -> str:
    return frame.uuid("requirement", requirement)


# --- observations ----------------------------------------------------------------------------------------------------


def observations(frame: Frame) -> list[Assembly]:
    """Of every criterion in the order of the edition, then of every record that speaks against a requirement."""
    results = asked(frame.assessed)
    return [
        *(_criterion(frame, r, criterion, answer) for r in results for criterion, answer in r.answers),
        *(_adverse(frame, item) for item in attention.against(results)),
    ]


def _criterion(frame: Frame, result: Result, criterion: Criterion, answer: Answer) -> Assembly:
    requirement = result.requirement.id
    step = step_uuid(frame.assessed, requirement, criterion.id)
    evidence = [label for label in dict.fromkeys(answer.records) if label in frame.cited]
    named = [label for reason in answer.reasons for label in _named(reason) if label not in evidence]
    made: Assembly = {
        "uuid": seen_uuid(frame, requirement, criterion.id),
        "title": told(f"{requirement} {criterion.id}"),
        "description": paragraphs(criterion.says),
        "props": [
            own("requirement", requirement),
            own("criterion", criterion.id),
            own("outcome", answer.outcome.value),
            *(own("reason", code) for code in dict.fromkeys(reason.code for reason in answer.reasons)),
            *([own("oldest-record", answer.oldest.isoformat())] if answer.oldest else []),
        ],
        "links": [{"href": f"#{step}", "rel": "step"}, *links_to(frame, named)],
        "methods": [performed(criterion, answer)],
        "types": [CRITERION],
        "origins": ORIGINS,
    }
    return made | _evidence(frame, evidence) | _when(frame, answer) | _remarks(answer)


def _adverse(frame: Frame, item: attention.Against) -> Assembly:
    label = str(item.reason.parameters["record"])
    made: Assembly = {
        "uuid": adverse_uuid(frame, item.reason),
        "title": told(f"{label} is open"),
        "description": paragraphs(render.sentence(item.reason)),
        "props": [
            *(own("requirement", requirement) for requirement in item.requirements),
            own("reason", item.reason.code),
        ],
        "methods": [EXAMINE],
        "types": [ADVERSE],
        "origins": ORIGINS,
    }
    known = [label] if label in frame.cited else []
    return made | _evidence(frame, known) | {"collected": instant(frame.assessed.at)}


def _evidence(frame: Frame, labels: Sequence[str]) -> Assembly:
    relevant = [
        {"href": f"#{frame.record(label)}", "description": told(summary(frame.cited[label]))}
        for label in labels
    ]
    return {"relevant-evidence": relevant} if relevant else {}


def _when(frame: Frame, answer: Answer) -> Assembly:
    """``expires`` is the first day on which what is met today no longer is."""
    return {"collected": instant(frame.assessed.at), **on("expires", answer.until)}


def _remarks(answer: Answer) -> Assembly:
    return {"remarks": paragraphs(*map(render.sentence, answer.reasons))} if answer.reasons else {}


def _named(reason: Reason) -> Iterator[str]:
    for name in NAMING:
        value = reason.parameters.get(name, ())
        yield from value if isinstance(value, tuple) else (str(value),)


# --- findings --------------------------------------------------------------------------------------------------------


def findings(frame: Frame, results: Sequence[Result]) -> list[Assembly]:
    return [_finding(frame, result) for result in results]


def open_points(result: Result) -> list[str]:
    """What keeps a requirement from being shown: what speaks against it, then each criterion that is not met, and why."""
    unmet = [(c, a) for c, a in result.answers if a.outcome is not Outcome.MET]
    return [
        *map(render.sentence, result.adverse),
        *(f"{criterion.says}: {_outcome(answer)}. {_why(answer)}" for criterion, answer in unmet),
    ]


def related(frame: Frame, result: Result) -> list[Assembly]:
    requirement = result.requirement.id
    uuids = [seen_uuid(frame, requirement, criterion.id) for criterion, _ in result.answers]
    uuids += [adverse_uuid(frame, reason) for reason in result.adverse]
    return [{"observation-uuid": uuid} for uuid in dict.fromkeys(uuids)]


def _finding(frame: Frame, result: Result) -> Assembly:
    requirement, status = result.requirement, result.status
    made: Assembly = {
        "uuid": finding_uuid(frame, requirement.id),
        "title": told(f"{requirement.id} {requirement.title}"),
        "description": paragraphs(STANDING[status]),
        "props": [
            own("requirement", requirement.id),
            own("status", status.value),
            *([own("oldest-record", result.oldest.isoformat())] if result.oldest else []),
            *([own("holds-until", result.until.isoformat())] if result.until else []),
        ],
        "origins": ORIGINS,
        "target": _target(result),
        "related-observations": related(frame, result),
    }
    points = open_points(result)
    return made | ({"remarks": paragraphs(*points)} if points else {})


def _target(result: Result) -> Assembly:
    """The control's one statement, which stands for all of it (OSCAL, finding target type)."""
    state, reason = _STATE[result.status]
    target: Assembly = {
        "type": "statement-id",
        "target-id": statement_id(result.requirement.id),
        "status": {"state": state, "reason": reason},
    }
    if result.status in _IMPLEMENTED:
        target["implementation-status"] = {"state": _IMPLEMENTED[result.status]}
    return target


def _outcome(answer: Answer) -> str:
    return render.title(answer.outcome.value)


def _why(answer: Answer) -> str:
    return " ".join(map(render.sentence, answer.reasons))
