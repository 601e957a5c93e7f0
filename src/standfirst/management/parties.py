"""Who stands on the other side: organisations, people and countries as records of sharing and exchange name them."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from standfirst.standards.reason import Reason
from standfirst.standards.validation import Strict, Text

Identity = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2. XX, which the standard leaves to its users, where there is none: it is free or licensed nowhere."""
Address = Annotated[str, StringConstraints(pattern=r"^https://[^\s/@]+(?:/\S*)?$", max_length=400)]


class Party(Strict):
    """An organisation: of this installation by its id, of another one by the address that it answers at."""

    name: Text = Field(description="Its name")
    id: Identity | None = Field(default=None, description="Its id, if it is on this installation")
    address: Address | None = Field(default=None, description="Where it answers, if it is on another one")


def party_flaws(field: str, party: Mapping[str, Any]) -> Iterator[tuple[str, Reason]]:
    """It is found in one way, not in two and not in none."""
    if (party.get("id") is None) == (party.get("address") is None):
        yield field, Reason("party.one-way", {"name": str(party["name"])})
