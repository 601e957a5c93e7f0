"""Risks and opportunities (ISO 31000), with the benefit decision of ISO 14971; impact assessment after the EQTA steps."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from standfirst.management.guards import filled, own_words
from standfirst.records.actor import Role
from standfirst.records.body import Body
from standfirst.records.kind import Kind, LinkRule
from standfirst.records.lifecycle import Lifecycle, Transition
from standfirst.records.view import Family, Section, View, Widget
from standfirst.standards.catalogue import Tier
from standfirst.standards.validation import Strict, Text
from standfirst.standards.vocabulary import Domain, Stage

Scale = Annotated[int, Field(ge=1, le=5)]

LIKELIHOOD: Final = ("rare", "unlikely", "possible", "likely", "almost certain")
SEVERITY: Final = ("slight", "noticeable", "serious", "grave", "irreversible or fatal")
"""What the steps of the two scales are called."""


class RiskBody(Body):
    title: Text = Field(description="The risk in a few words")
    nature: Literal["threat", "opportunity"] = Field(
        default="threat", description="What it could do to the results"
    )
    hazard: Text = Field(description="What could happen, to whom")
    causes: tuple[Text, ...] = Field(default=(), description="What could bring it about")
    domains: tuple[Domain, ...] = Field(min_length=1, description="Quantum domains concerned")
    stages: tuple[Stage, ...] = Field(min_length=1, description="Life-cycle stages concerned")
    categories: tuple[
        Literal["technical", "security", "societal", "legal", "ethical", "environmental", "irreversible"], ...
    ] = Field(min_length=1, description="What sort of harm it would do")
    scenarios: tuple[
        Literal[
            "misuse",
            "harvest-now-decrypt-later",
            "hype-driven-error",
            "single-source-dependency",
            "drift",
            "side-channel",
            "crosstalk",
            "other",
        ],
        ...,
    ] = Field(default=(), description="Typical quantum scenarios it belongs to")
    owner: Text = Field(description="Who answers for it")
    likelihood: Scale | None = Field(default=None, description="How likely, 1 rare .. 5 almost certain")
    severity: Scale | None = Field(default=None, description="How bad, 1 slight .. 5 irreversible or fatal")
    controls: tuple[Text, ...] = Field(default=(), description="What is done about it")
    residual_likelihood: Scale | None = Field(default=None, description="How likely it is with the controls")
    residual_severity: Scale | None = Field(default=None, description="How bad it is with the controls")
    benefit: Text | None = Field(
        default=None, description="The documented benefit that the rest of the risk is weighed against"
    )
    decision: Literal["accept", "reduce", "avoid", "transfer", "pursue"] | None = Field(
        default=None, description="What was decided"
    )
    assessed_on: date | None = Field(default=None, description="When it was last assessed")
    review_by: date | None = Field(default=None, description="When it is assessed again at the latest")


def _product(body: Any, one: str, other: str) -> int | None:
    return body[one] * body[other] if body.get(one) and body.get(other) else None


RISK = Kind(
    name="risk",
    prefix="RSK",
    folder="risks",
    title="Risk",
    body=RiskBody,
    lifecycle=Lifecycle(
        states=("identified", "assessed", "treated", "accepted", "closed"),
        transitions=(
            Transition(
                "assess",
                ("identified",),
                "assessed",
                guards=(own_words, filled("likelihood", "severity", "assessed_on")),
            ),
            Transition(
                "treat",
                ("assessed",),
                "treated",
                guards=(filled("controls", "residual_likelihood", "residual_severity", "decision"),),
            ),
            Transition(
                "accept",
                ("treated",),
                "accepted",
                (Role.TOP_MANAGEMENT, Role.SECURITY_LEAD, Role.ETHICS),
                (
                    own_words,
                    filled("likelihood", "severity", "assessed_on"),
                    filled("controls", "residual_likelihood", "residual_severity", "decision", "benefit"),
                ),
                signs="risk-acceptance",
                second_person=True,
            ),
            Transition("reassess", ("assessed", "treated", "accepted"), "identified"),
            Transition(
                "close",
                ("accepted", "treated", "identified", "assessed"),
                "closed",
                (Role.TOP_MANAGEMENT, Role.QUALITY_MANAGER),
            ),
        ),
        frozen=("accepted", "closed"),
    ),
    links=(
        LinkRule("about", ("product", "supplier", "obligation")),
        LinkRule("treated-by", ("document", "objective")),
    ),
    facts=("nature", "domains", "stages", "categories", "scenarios", "decision", "owner", "review_by"),
    derived={
        "level": lambda body: _product(body, "likelihood", "severity"),
        "residual_level": lambda body: _product(body, "residual_likelihood", "residual_severity"),
    },
    dated_by=("assessed_on",),
    happened=("assessed_on",),
    view=View(
        Family.PLANNING,
        summary=("nature", "level", "residual_level", "decision", "owner"),
        sections=(
            Section("What could happen", ("title", "nature", "hazard", "causes")),
            Section("Where it belongs", ("domains", "stages", "categories", "scenarios", "owner")),
            Section("How large it is", ("likelihood", "severity", "assessed_on", "review_by")),
            Section("What is done about it", ("controls", "residual_likelihood", "residual_severity")),
            Section("What was decided", ("decision", "benefit")),
        ),
        widgets={
            "likelihood": Widget.SCALE,
            "severity": Widget.SCALE,
            "residual_likelihood": Widget.SCALE,
            "residual_severity": Widget.SCALE,
            "owner": Widget.PERSON,
            "hazard": Widget.PROSE,
            "benefit": Widget.PROSE,
        },
        scales={
            "likelihood": LIKELIHOOD,
            "severity": SEVERITY,
            "residual_likelihood": LIKELIHOOD,
            "residual_severity": SEVERITY,
        },
        columns=("level", "residual_level", "decision", "owner", "review_by"),
        filters=("nature", "categories", "domains", "scenarios", "decision"),
        due=("review_by",),
        owner="owner",
        board=True,
    ),
)


_DECIDERS = (Role.TOP_MANAGEMENT, Role.ETHICS)
_HEARD = filled("opportunities", "threats", "stakeholders", "dialogue", "parties_heard")
_DECIDED = filled("effects", "decision", "decision_grounds")


class Effect(Strict):
    aspect: Literal["ethical", "legal", "social", "policy"] = Field(description="Which sort of effect")
    effect: Text = Field(description="What it would be, for whom")
    measure: Text | None = Field(default=None, description="What is done about it")


class ImpactBody(Body):
    title: Text = Field(description="The application that is assessed")
    depth: Literal["light", "full"] = Field(description="Light is enough for tier 1; full from tier 2")
    tier: Tier = Field(description="Application tier 0 to 3")
    application: Text = Field(description="What it is for and who would use it")
    opportunities: tuple[Text, ...] = Field(default=(), description="What could get better")
    threats: tuple[Text, ...] = Field(default=(), description="What could get worse")
    stakeholders: tuple[Text, ...] = Field(
        default=(), description="Who has a stake, also people affected who are not customers"
    )
    dialogue: Text | None = Field(
        default=None, description="With whom it was talked over, when, and what they said"
    )
    parties_heard: int | None = Field(default=None, ge=0, description="How many parties were heard")
    effects: tuple[Effect, ...] = Field(default=(), description="Ethical, legal, social and policy effects")
    decision: Literal["continue", "change", "stop"] | None = Field(
        default=None, description="What was decided"
    )
    decision_grounds: Text | None = Field(default=None, description="Why")
    societal_frame: Text | None = Field(
        default=None, description="Images, myths, rules and developments outside one's control"
    )
    assessed_on: date | None = Field(default=None, description="When it was last gone through")
    reevaluate_by: date | None = Field(
        default=None, description="When the effects of the decision are evaluated"
    )


IMPACT_ASSESSMENT = Kind(
    name="impact-assessment",
    prefix="IMP",
    folder="impact-assessments",
    title="Quantum technology impact assessment",
    body=ImpactBody,
    lifecycle=Lifecycle(  # the steps of the EQTA working document (Quantum Delta NL / ECP), with its planned evaluation
        states=(
            "exploring",
            "describing",
            "stakeholders",
            "dialogue",
            "deciding",
            "societal-frame",
            "documented",
            "re-evaluated",
            "stopped",
        ),
        transitions=(
            Transition(
                "describe",
                ("exploring",),
                "describing",
                guards=(own_words, filled("opportunities", "threats")),
            ),
            Transition(
                "analyse-stakeholders", ("describing",), "stakeholders", guards=(filled("stakeholders"),)
            ),
            Transition(
                "hold-dialogue", ("stakeholders",), "dialogue", guards=(filled("dialogue", "parties_heard"),)
            ),
            Transition("put-to-decision", ("dialogue",), "deciding", guards=(_DECIDED,)),
            Transition("continue", ("deciding",), "societal-frame", _DECIDERS, (_DECIDED,)),
            Transition(
                "stop", ("deciding",), "stopped", _DECIDERS, (own_words, _HEARD, _DECIDED), signs="decision"
            ),
            Transition(  # signed here, not at "continue": the societal frame is still to be written then
                "document",
                ("societal-frame",),
                "documented",
                _DECIDERS,
                (own_words, _HEARD, _DECIDED, filled("societal_frame", "assessed_on", "reevaluate_by")),
                signs="decision",
                second_person=True,
            ),
            Transition("re-evaluate", ("documented",), "re-evaluated"),
            Transition("reopen", ("documented", "re-evaluated", "stopped"), "exploring"),
        ),
        frozen=("documented", "re-evaluated", "stopped"),
    ),
    links=(LinkRule("about", ("product",)),),
    facts=("depth", "tier", "parties_heard", "decision", "reevaluate_by"),
    derived={"effects": lambda body: tuple(sorted({e["aspect"] for e in body.get("effects", ())}))},
    dated_by=("assessed_on",),
    happened=("assessed_on",),
    view=View(
        Family.PLANNING,
        summary=("depth", "tier", "decision"),
        sections=(
            Section("What is assessed", ("title", "application", "depth", "tier")),
            Section("What it could bring", ("opportunities", "threats")),
            Section("Who has a stake", ("stakeholders", "dialogue", "parties_heard")),
            Section("What follows", ("effects", "decision", "decision_grounds")),
            Section("Beyond one's control", ("societal_frame", "assessed_on", "reevaluate_by")),
        ),
        widgets={
            "application": Widget.PROSE,
            "dialogue": Widget.PROSE,
            "decision_grounds": Widget.PROSE,
            "societal_frame": Widget.PROSE,
        },
        columns=("depth", "tier", "decision", "reevaluate_by"),
        filters=("depth", "tier", "decision"),
        due=("reevaluate_by",),
        settled=("stopped",),
        board=True,
    ),
)
