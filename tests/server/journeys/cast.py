"""A small house at work: Quirin looks after its quality, Edda builds, Dora directs; and what workers do for them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.server.accounts.cast import assured
from tests.server.readiness.cast import NONCONFORMITY, ORGANISATION, TODAY, document
from tests.server.works import PRODUCT, RISK, Works, works

from standfirst.records.actor import Actor, Role
from standfirst.server.clock import now
from standfirst.server.jobs import BESIDE, TOPICS
from standfirst.server.store.models import Outbox
from standfirst.server.store.outbox import drain
from standfirst.server.store.store import HEAD_MOVED

DRIFT = "The readout error of QPU-20 drifted past its limit"


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def caught_up() -> None:
    """What workers do after commits, but for the signing of heads."""
    topics = {name: topic for name, topic in {**TOPICS, **BESIDE}.items() if name != HEAD_MOVED}
    passed = drain(topics, clock=now)
    assert passed.failed == 0, list(Outbox.objects.exclude(trouble="").values_list("topic", "trouble"))


def joined(there: Works, name: str, *roles: Role) -> Actor:
    """One more person, with an account; known by the first name."""
    handle = name.partition(" ")[0].lower()
    record = there.create("person", {"name": name, "handle": handle, "roles": list(roles)})
    who = Actor(record.id, frozenset(roles))
    there.accounts[who.id] = there.firm.account(who, handle)  # type: ignore[index]
    return who


def session(there: Works, who: Actor) -> str:
    return str(assured(there.accounts[who.id]).client.cookies["sessionid"].value)


@dataclass(frozen=True)
class House:
    works: Works
    quirin: Actor
    edda: Actor
    dora: Actor


def house() -> House:
    """One requirement (A.1.1) is shown but for a nonconformity that is late, another (5.2) waits for an approval."""
    there = works("Acme Quantum")
    quirin = joined(there, "Quirin Maas", Role.QUALITY_MANAGER, Role.REVIEWER)
    edda = joined(there, "Edda Lind", Role.ENGINEER)
    dora = joined(there, "Dora Weiss", Role.TOP_MANAGEMENT)
    there.create("organisation", ORGANISATION)
    there.create("product", PRODUCT)
    for cause, level in (("laser", 2), ("cryostat", 4), ("vacuum", 3)):
        assessed: dict[str, Any] = {"likelihood": level, "severity": 3, "assessed_on": day(-20)}
        there.create("risk", {**RISK, **assessed, "title": f"The {cause} fails", "owner": "edda"})
    procedure = document(there, "A.1.1", title="Procedure for the calibration of readout")
    there.move(procedure, "in-review", by=there.mila)
    there.move(procedure, "approved", by=there.ben)
    late(there, edda)
    policy = there.create(
        "document",
        {
            "title": "Quality policy",
            "type": "policy",
            "owner": "quirin",
            "effective_from": day(0),
            "review_by": day(365),
            "text": "We keep what we promise.\n\nWe measure what we claim, and say how well we know it.",
        },
        by=quirin,
        serves=("5.2",),
    )
    there.move(policy, "in-review", by=quirin)
    caught_up()
    return House(there, quirin, edda, dora)


def late(there: Works, maker: Actor) -> None:
    """Its action was due two days ago. The engineer has done it and checked what came of it; nobody has said so yet."""
    body = {
        **NONCONFORMITY,
        "title": DRIFT,
        "description": "Three readouts in a row stood above 2 %.",
        "against": ["A.1.1"],
        "found_on": day(-30),
        "correction": "The jobs of that day were run again.",
        "cause": "The amplifier warmed up at noon.",
        "corrective_action": "It stands in the cooled rack now.",
        "action_owner": "quirin",
        "action_due": day(-2),
        "action_done_on": day(-3),
        "effect_checked_on": day(-1),
        "effect": "Thirty readouts, none above 1.1 %.",
        "effective": True,
    }
    made = there.create("nonconformity", body, by=maker)
    there.move(made, "corrected", by=maker)
    there.move(made, "analysed", by=maker)
