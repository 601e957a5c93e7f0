"""The plan of action and milestones: what is open, what is known to speak against, what lapses soon.

Three sorts of items, each told by its property ``item``: a requirement that is asked and not shown; a record that speaks
against requirements; a record whose day is near, with that day as deadline. What would make a no a yes stands in OSCAL's
remediations, as recommendations, and only where remedies are asked for: in an auditor's copy it would be consultancy.

OSCAL reads such a plan on its own, so it repeats the observations and findings that its items rest on, by the same names.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from standfirst.conformity import attention
from standfirst.conformity.assess import Result
from standfirst.conformity.attention import Against, Lapsing
from standfirst.conformity.oscal_frame import (
    ORIGINS,
    Frame,
    assets,
    back_matter,
    form,
    metadata,
    on,
    own,
    paragraphs,
    summary,
    texts,
    told,
)
from standfirst.conformity.oscal_plan import asked
from standfirst.conformity.oscal_seen import (
    STANDING,
    adverse_uuid,
    finding_uuid,
    findings,
    open_points,
    seen_uuid,
)
from standfirst.standards.evaluate import Answer, Outcome
from standfirst.standards.method import Criterion, Status
from standfirst.standards.oscal_forms import Assembly, file_resource
from standfirst.words import render

_UUID_SCHEME: Final = "http://datatracker.ietf.org/doc/html/rfc4122"
"""OSCAL's name for identifiers that are UUIDs (constraint oscal-system-identifier-type-values)."""

_UNSHOWN: Final = (
    "Records do not show that the requirement is fulfilled, so nobody who relies on it can know that it is."
)
_LAPSES: Final = (
    "From this day on the record no longer counts, and what rests on it alone is no longer shown."
)


def plan_of_action(
    frame: Frame, observations: Sequence[Assembly], results_name: str, results: bytes
) -> Assembly | None:
    """Everything but its own name; None where nothing is open, for OSCAL has no empty plan.

    ``observations`` are all of the assessment; ``results`` is the file of its results, beside this one.
    """
    assessed = frame.assessed
    missing = [result for result in asked(assessed) if result.status is not Status.SHOWN]
    against = attention.against(missing)
    lapsing = attention.lapsing(assessed.results, assessed.facts, assessed.at)
    items = [
        *(_requirement_item(frame, result) for result in missing),
        *(_adverse_item(frame, item) for item in against),
        *(_lapsing_item(frame, item) for item in lapsing),
    ]
    if not items:
        return None
    source = frame.uuid("resource", results_name)
    body: Assembly = {
        "metadata": metadata(frame, "Plan of action and milestones", source, form(frame)),
        "system-id": {"identifier-type": _UUID_SCHEME, "id": frame.own_uuid("management system")},
        "local-definitions": {"assessment-assets": assets()},
    }
    found = findings(frame, missing)
    risks = [*_requirement_risks(frame, missing), *(_lapsing_risk(frame, item) for item in lapsing)]
    named = set(texts([*items, *found, *risks], "observation-uuid"))
    parts = {
        "observations": [seen for seen in observations if seen["uuid"] in named],
        "risks": risks,
        "findings": found,
        "poam-items": items,
    }
    body |= {name: value for name, value in parts.items() if value}
    title = "The assessment results that this plan follows from"
    body["back-matter"] = back_matter(frame, body, file_resource(source, title, results_name, results))
    return body


# --- requirements that are not shown ---------------------------------------------------------------------------------


def _requirement_item(frame: Frame, result: Result) -> Assembly:
    requirement = result.requirement
    made: Assembly = {
        "uuid": frame.own_uuid("item", "requirement", requirement.id),
        "title": told(f"{requirement.id} {requirement.title}"),
        "description": paragraphs(STANDING[result.status], *open_points(result)),
        "props": [
            own("item", "requirement"),
            own("requirement", requirement.id),
            own("status", result.status.value),
        ],
        "origins": ORIGINS,
        "related-findings": [{"finding-uuid": finding_uuid(frame, requirement.id)}],
        "related-observations": [
            {"observation-uuid": seen_uuid(frame, requirement.id, criterion.id)}
            for criterion, answer in result.answers
            if answer.outcome is not Outcome.MET
        ]
        + [{"observation-uuid": adverse_uuid(frame, reason)} for reason in result.adverse],
    }
    if _unmet(result):
        made["related-risks"] = [{"risk-uuid": _risk_uuid(frame, result)}]
    return made


def _unmet(result: Result) -> list[tuple[Criterion, Answer]]:
    return [(c, answer) for c, answer in result.answers if answer.outcome is Outcome.NOT_MET]


def _risk_uuid(frame: Frame, result: Result) -> str:
    return frame.own_uuid("risk", "requirement", result.requirement.id)


def _requirement_risks(frame: Frame, missing: Sequence[Result]) -> list[Assembly]:
    """Of what records should show and do not. What awaits a judgement, or a later release, is no risk that we know."""
    return [_requirement_risk(frame, result) for result in missing if _unmet(result)]


def _requirement_risk(frame: Frame, result: Result) -> Assembly:
    requirement = result.requirement
    made: Assembly = {
        "uuid": _risk_uuid(frame, result),
        "title": told(f"{requirement.id} {requirement.title}: {render.status(result.status.value)}"),
        "description": paragraphs(STANDING[result.status]),
        "statement": _UNSHOWN,
        "props": [own("requirement", requirement.id)],
        "status": "open",
        "origins": ORIGINS,
    }
    wishes = [_wish(frame, requirement.id, c, a) for c, a in _unmet(result) if frame.remedies and a.remedies]
    made |= {"remediations": wishes} if wishes else {}
    return made | {
        "related-observations": [
            {"observation-uuid": seen_uuid(frame, requirement.id, criterion.id)}
            for criterion, _ in _unmet(result)
        ]
    }


def _wish(frame: Frame, requirement: str, criterion: Criterion, answer: Answer) -> Assembly:
    words = [*map(render.hint, answer.reasons), *map(render.sentence, answer.remedies)]
    return {
        "uuid": frame.own_uuid("remediation", requirement, criterion.id),
        "lifecycle": "recommendation",
        "title": told(criterion.says),
        "description": paragraphs(*(text for text in dict.fromkeys(words) if text)),
        "origins": ORIGINS,
    }


# --- records that speak against --------------------------------------------------------------------------------------


def _adverse_item(frame: Frame, item: Against) -> Assembly:
    label = str(item.reason.parameters["record"])
    return {
        "uuid": frame.own_uuid("item", "adverse record", label),
        "title": told(f"{label} is open"),
        "description": paragraphs(render.sentence(item.reason)),
        "props": [
            own("item", "adverse-record"),
            own("record", label),
            *(own("requirement", requirement) for requirement in item.requirements),
        ],
        "origins": ORIGINS,
        "related-findings": [
            {"finding-uuid": finding_uuid(frame, requirement)} for requirement in item.requirements
        ],
        "related-observations": [{"observation-uuid": adverse_uuid(frame, item.reason)}],
    }


# --- records whose day is near ---------------------------------------------------------------------------------------


def _lapsing_path(item: Lapsing) -> tuple[str, str, str]:
    return "lapsing record", item.fact.label, item.day.isoformat()


def _lapsing_title(item: Lapsing) -> str:
    return told(f"{item.fact.label} counts until {item.day.isoformat()}")


def _lapsing_item(frame: Frame, item: Lapsing) -> Assembly:
    label = item.fact.label
    rest = f"{render.joined(item.requirements)} {'rests' if len(item.requirements) == 1 else 'rest'} on it today."
    return {
        "uuid": frame.own_uuid("item", *_lapsing_path(item)),
        "title": _lapsing_title(item),
        "description": paragraphs(summary(frame.cited[label]), _LAPSES, rest),
        "props": [
            own("item", "lapsing-record"),
            own("record", label),
            own("lapses-on", item.day.isoformat()),
            *(own("requirement", requirement) for requirement in item.requirements),
        ],
        "links": [{"href": f"#{frame.record(label)}", "rel": "reference"}],
        "origins": ORIGINS,
        "related-risks": [{"risk-uuid": frame.own_uuid("risk", *_lapsing_path(item))}],
    }


def _lapsing_risk(frame: Frame, item: Lapsing) -> Assembly:
    made: Assembly = {
        "uuid": frame.own_uuid("risk", *_lapsing_path(item)),
        "title": _lapsing_title(item),
        "description": paragraphs(summary(frame.cited[item.fact.label])),
        "statement": _LAPSES,
        "status": "open",
        "origins": ORIGINS,
        **on("deadline", item.day),
    }
    if frame.remedies:
        made["remediations"] = [_renewal(frame, item)]
    resting = [{"observation-uuid": uuid} for uuid in _resting(frame, item)]
    return made | {"related-observations": resting}


def _renewal(frame: Frame, item: Lapsing) -> Assembly:
    day, path = item.day.isoformat(), _lapsing_path(item)
    title = told(f"Renew {item.fact.label} before {day}")
    timing = on("date", item.day)
    milestone: Assembly = {"uuid": frame.own_uuid("milestone", *path), "type": "milestone", "title": title}
    return {
        "uuid": frame.own_uuid("remediation", *path),
        "lifecycle": "recommendation",
        "title": title,
        "description": paragraphs(f"Renew, confirm or replace the record before {day}."),
        "origins": ORIGINS,
        "tasks": [milestone | ({"timing": {"on-date": timing}} if timing else {})],
    }


def _resting(frame: Frame, item: Lapsing) -> Iterator[str]:
    """The criteria that are met by the record until that day."""
    for result in frame.assessed.results:
        for criterion, answer in result.answers:
            rests = answer.outcome is Outcome.MET and item.fact.label in answer.records
            if rests and attention.lapses(item.fact, criterion) == item.day:
                yield seen_uuid(frame, result.requirement.id, criterion.id)
