"""The assessment plan, which OSCAL's results have to import: the catalogue, the requirements asked, the criteria.

It is written together with the results and says so: it states by which published method they came about, and nobody
agreed to it beforehand. OSCAL also wants a system security plan. There is none, for what is assessed is a management
system, and none is made up: the import leads to a resource that says where its records are instead.

A requirement is an OSCAL activity and a criterion one of its steps. (OSCAL's local objectives would be the other way;
the constraints of 1.2 ask there for a property that they do not allow.)
"""

from collections.abc import Iterable, Sequence
from typing import Final

from standfirst.conformity.assess import Result
from standfirst.conformity.document import Assessed
from standfirst.conformity.oscal_frame import (
    Frame,
    assets,
    back_matter,
    links_to,
    metadata,
    own,
    paragraphs,
    told,
)
from standfirst.standards.method import Criterion, Status
from standfirst.standards.oscal import control_id, file_name
from standfirst.standards.oscal_forms import Assembly, file_resource, name_uuid, prop
from standfirst.words import render
from standfirst.words.asking import asking

EXAMINE: Final = "EXAMINE"
TEST: Final = "TEST"
INTERVIEW: Final = "INTERVIEW"

_NO_PLAN: Final = """\
There is no system security plan: what is assessed is a management system. What it consists of stands in the \
organisation's records, up to the named head of their ledger and on the day of the assessment."""

_METHODOLOGY: Final = """\
Each criterion is asked of the records by rules alone. A requirement is satisfied when all its criteria are met. Where some \
are met and others not, or a record that is still open speaks against it, it is partly shown and not satisfied. What only a \
person can judge is left to an auditor, and what this release cannot assess is said; neither is satisfied until then.
Counts are given, never a score.
This plan was written by the same computation as the results. Nobody agreed to it beforehand."""


def asked(assessed: Assessed) -> Sequence[Result]:
    return [result for result in assessed.results if result.status is not Status.NOT_APPLICABLE]


def step_uuid(assessed: Assessed, requirement: str, criterion: str) -> str:
    """A criterion of a published method: the same in every plan."""
    return name_uuid("criterion", assessed.method.digest, requirement, criterion)


def planned(criterion: Criterion) -> str:
    """How the criterion is to be answered, in OSCAL's words (constraint oscal-activity-type-values)."""
    if criterion.measurement is not None:
        return TEST
    return INTERVIEW if criterion.judgement is not None else EXAMINE


def assessment_plan(frame: Frame, catalogue: bytes) -> Assembly:
    """Everything but its own name. ``catalogue`` is the file that stands beside it."""
    assessed = frame.assessed
    source = file_name(assessed.edition, "catalog")
    requirements, records = name_uuid("file", source), frame.own_uuid("records")
    body: Assembly = {
        "metadata": metadata(frame, "Assessment plan", requirements),
        "import-ssp": {"href": f"#{records}", "remarks": _NO_PLAN},
    }
    if asked(assessed):
        body["local-definitions"] = {"activities": [_activity(assessed, r) for r in asked(assessed)]}
    body |= {
        "terms-and-conditions": {"parts": [{"name": "methodology", "prose": paragraphs(_METHODOLOGY)}]},
        "reviewed-controls": reviewed_controls(frame),
        "assessment-assets": assets(),
    }
    body["back-matter"] = back_matter(
        frame,
        body,
        file_resource(requirements, assessed.edition.header.title, source, catalogue),
        _records(frame, records),
    )
    return body


def reviewed_controls(frame: Frame) -> Assembly:
    """The whole edition without what is left out: OSCAL excludes only what is included before.

    The reason of each exclusion is the remark of its property, since an exclusion has no place for one.
    """
    results = frame.assessed.results
    left_out = [(r.requirement.id, r.left_out) for r in results if r.left_out is not None]
    selection: Assembly = {"include-controls": _controls(r.requirement.id for r in results)}
    if left_out:
        selection |= {
            "props": [
                own("left-out", requirement)
                | {"class": reason.code, "remarks": paragraphs(render.sentence(reason))}
                for requirement, reason in left_out
            ],
            "exclude-controls": _controls(requirement for requirement, _ in left_out),
        }
    links = links_to(frame, (str(reason.parameters.get("record", "")) for _, reason in left_out))
    return {"control-selections": [selection | ({"links": links} if links else {})]}


def _controls(requirements: Iterable[str]) -> list[Assembly]:
    return [{"control-id": control_id(requirement)} for requirement in requirements]


def _activity(assessed: Assessed, result: Result) -> Assembly:
    requirement = result.requirement
    methods = dict.fromkeys(planned(criterion) for criterion, _ in result.answers)
    return {
        "uuid": name_uuid("criteria", assessed.method.digest, requirement.id),
        "title": told(f"{requirement.id} {requirement.title}"),
        "description": paragraphs(requirement.sentence),
        "props": [{"name": "method", "value": method} for method in methods],
        "steps": [_step(assessed, requirement.id, criterion) for criterion, _ in result.answers],
        "related-controls": {"control-selections": [{"include-controls": _controls([requirement.id])}]},
    }


def _step(assessed: Assessed, requirement: str, criterion: Criterion) -> Assembly:
    return {
        "uuid": step_uuid(assessed, requirement, criterion.id),
        "title": told(f"{requirement} {criterion.id}"),
        "description": paragraphs(criterion.says),
        "props": [prop("criterion", criterion.id), prop("method", planned(criterion))],
        "remarks": paragraphs(asking(criterion, requirement)),
    }


def _records(frame: Frame, uuid: str) -> Assembly:
    assessed = frame.assessed
    return {
        "uuid": uuid,
        "title": told(f"The records of {assessed.organisation}"),
        "description": _NO_PLAN,
        "props": [own("ledger-head", assessed.ledger_head), own("facts-digest", assessed.facts.digest)],
    }
