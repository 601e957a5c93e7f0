"""An assessment as OSCAL: what was asked, what came out, what is open, for tools that read NIST's exchange format.

Four files that build on each other by name and digest: the catalogue, the plan, the results, the plan of action and
milestones. The same assessment gives the same bytes. OSCAL's names mean what NIST says they mean: a *finding* there is a
status of a requirement and an *observation* an answer to a criterion, both computed and first party; what is a finding in
this house, an auditor's conclusion, never stands here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from standfirst.conformity import telling
from standfirst.conformity.document import Assessed
from standfirst.conformity.oscal_actions import plan_of_action
from standfirst.conformity.oscal_frame import (
    Frame,
    back_matter,
    form,
    framed,
    metadata,
    own,
    paragraphs,
    told,
    whole,
)
from standfirst.conformity.oscal_plan import asked, assessment_plan, reviewed_controls
from standfirst.conformity.oscal_seen import findings, observations
from standfirst.standards.method import Status
from standfirst.standards.oscal import catalog, file_name
from standfirst.standards.oscal_forms import YEARS, Assembly, as_file, file_resource, instant
from standfirst.standards.problems import Unusable, problem
from standfirst.words import render
from standfirst.words.language import ENGLISH, speaking

PLAN = "assessment-plan.json"
RESULTS = "assessment-results.json"
ACTIONS = "plan-of-action-and-milestones.json"

LAST_SECOND = "T23:59:59Z"


@speaking(ENGLISH)
def exports(assessed: Assessed, *, remedies: bool = True) -> Mapping[str, bytes]:
    """File name to bytes, to stand in one folder. Without ``remedies`` they say nowhere what would make a no a yes.

    Where nothing is open there is no plan of action. Raises :class:`Unusable` for a day that OSCAL cannot write, and
    ``ValueError`` for a result that is not the organisation's own: nobody else's is made yet, and its files would have
    to name who that is.
    """
    if assessed.party != "first":
        raise ValueError("only an organisation's own result is written as OSCAL")
    if assessed.at.year not in YEARS:
        raise Unusable([problem("--at", "field.no-moment", value=assessed.at.isoformat())])
    frame = framed(assessed, remedies=remedies)
    seen = observations(frame)
    catalogue = as_file(catalog(assessed.edition))
    plan = whole("assessment-plan", assessment_plan(frame, catalogue))
    results = whole("assessment-results", _results(frame, seen, plan))
    files = {file_name(assessed.edition, "catalog"): catalogue, PLAN: plan, RESULTS: results}
    actions = plan_of_action(frame, seen, RESULTS, results)
    if actions is not None:
        files[ACTIONS] = whole("plan-of-action-and-milestones", actions)
    return files


def _results(frame: Frame, seen: Sequence[Assembly], plan: bytes) -> Assembly:
    source = frame.uuid("resource", PLAN)
    body: Assembly = {
        "metadata": metadata(frame, "Assessment results", source, form(frame)),
        "import-ap": {"href": PLAN},
        "results": [_result(frame, seen)],
    }
    title = "The assessment plan that these results follow"
    body["back-matter"] = back_matter(frame, body, file_resource(source, title, PLAN, plan))
    return body


def _result(frame: Frame, seen: Sequence[Assembly]) -> Assembly:
    assessed = frame.assessed
    made: Assembly = {
        "uuid": frame.uuid("result"),
        "title": told(f"{assessed.organisation} on {assessed.at.isoformat()}"),
        "description": paragraphs(render.sentence(telling.verdict(assessed.readiness().whole))),
        "start": instant(assessed.at),
        "end": assessed.at.isoformat() + LAST_SECOND,
        "props": _counts(assessed),
        "reviewed-controls": reviewed_controls(frame),
    }
    parts = {"observations": seen, "findings": findings(frame, asked(assessed))}
    return made | {name: value for name, value in parts.items() if value}


def _counts(assessed: Assessed) -> list[Assembly]:
    """How many requirements have each status, and what lies in the package unrecorded and counts nowhere."""
    counted = Counter(result.status for result in assessed.results)
    unrecorded = own("unrecorded", str(len(assessed.unrecorded)))
    if assessed.unrecorded:
        unrecorded["remarks"] = paragraphs(*map(render.sentence, assessed.unrecorded))
    return [*(own(f"requirements-{status.value}", str(counted[status])) for status in Status), unrecorded]
