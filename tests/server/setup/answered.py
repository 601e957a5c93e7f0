"""Somebody answers the set-up's questions, in a browser without scripts."""

from collections.abc import Mapping
from typing import Any, Final

from tests.server.accounts.cast import Page, Visitor

WHO: Final = {
    "name": "Qubit Works B.V.",
    "country": "Netherlands",
    "description": "We build processors of 20 qubits and run them for customers",
    "roles": ["system-builder", "cloud-operator"],
    "sites": "Delft, NL\nLeiden, NL\n",
    "headcount": "24",
}
PEOPLE: Final = {
    "own": ["top-management", "quality-manager"],
    "name-0": "Bea Example",
    "roles-0": ["top-management", "reviewer"],
    "name-1": "",
}
ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "who": WHO,
    "people": PEOPLE,
    "domains": {"domains": ["computing"]},
    "stages": {"stages": ["engineering", "operation"], "tier": "2"},
    "markets": {"markets": ["eu", "us"]},
    "certificates": {
        "standard-0": "ISO 9001:2015",
        "body-0": "A certifier",
        "until-0": "2030-06-30",
        "standard-1": "",
        "body-1": "",
        "until-1": "",
    },
}
"""All steps but the review, in their order."""


def answer(visitor: Visitor, slug: str, *steps: str, **other: Mapping[str, Any]) -> Page:
    """Each of these steps, or all; ``other``: answers in place of those above."""
    page = visitor.get(f"/o/{slug}/set-up/")
    for step in steps or ANSWERS:
        page = visitor.post(f"/o/{slug}/set-up/{step}/", **other.get(step, ANSWERS[step]))
    return page
