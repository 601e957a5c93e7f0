"""The measurement result as a record. Its figures come from a collector and are bound by their digests."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field, ValidationError

from standfirst.evidence.result import MeasurementResult
from standfirst.records.body import Body, Sha256
from standfirst.records.kind import Body as JsonBody
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.view import Family, Section, View
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Text


class MeasurementBody(Body):
    title: Text = Field(description="What was measured on what")
    result: MeasurementResult = Field(description="The result as the collector gave it")
    result_digest: Sha256 = Field(description="The collector's digest of what a repeat must give again")
    state_of: datetime = Field(
        description="The moment whose state was measured: the snapshot, or the measurement itself"
    )


def altered(body: JsonBody) -> Sequence[tuple[str, Reason]]:
    """A result whose figures no longer give its digest, or whose date is another, was edited by hand."""
    try:
        result = MeasurementResult.model_validate(body["result"])
    except ValidationError:
        return ()  # told by the body model, field by field
    found: list[tuple[str, Reason]] = []
    if result.result_digest != body["result_digest"]:
        found.append(
            (
                "result_digest",
                Reason(
                    "measurement.digest", {"stated": body["result_digest"], "found": result.result_digest}
                ),
            )
        )
    moment = result.subject.snapshot or result.performed_at or ""
    if not moment or datetime.fromisoformat(moment) != datetime.fromisoformat(str(body["state_of"])):
        found.append(
            (
                "state_of",
                Reason("measurement.other-moment", {"stated": str(body["state_of"]), "found": moment}),
            )
        )
    return found


def _uncertainty(body: JsonBody) -> str | None:
    stated = [
        v["name"] for v in body["result"].get("values", ()) if v.get("interval") or v.get("uncertainty")
    ]
    return stated[0] if stated else None


def _with_no_elements(body: JsonBody) -> JsonBody:
    """Since schema 2 a result may tell its elements one by one, and one that measured nothing may be without an input."""
    return {**body, "result": {**body["result"], "elements": []}}


MEASUREMENT = Kind(
    name="measurement",
    prefix="MEA",
    folder="measurements",
    title="Measurement result",
    body=MeasurementBody,
    schema=2,
    upcasts={1: _with_no_elements},
    lifecycle=Lifecycle(
        states=("recorded", "invalidated"),
        transitions=(
            Transition("invalidate", ("recorded",), "invalidated", signs="invalidation", second_person=True),
        ),
        frozen=("invalidated",),
    ),
    links=(LinkRule("of", ("product", "supplier")), LinkRule("by", ("document",))),
    derived={
        "method": lambda body: str(body["result"]["method"]),
        "verdict": lambda body: str(body["result"]["decision"]["verdict"]),
        "uncertainty": _uncertainty,
    },
    dated_by=("state_of",),
    happened=("state_of",),
    inspect=altered,
    view=View(
        Family.EVALUATION,
        summary=("method", "verdict", "state_of"),
        sections=(
            Section("What was measured", ("title", "state_of")),
            Section("The result", ("result", "result_digest")),
        ),
        columns=("method", "verdict", "state_of"),
        filters=("method", "verdict"),
    ),
)
