"""What programs hand over: the forms of the bodies that are read."""

from typing import Annotated

from pydantic import Field, StringConstraints

from standfirst.records.writing import Why, Wish
from standfirst.standards.validation import Name

Version = Annotated[int, Field(ge=1, description="The version that it follows; or say so with If-Match")]
Identity = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
    Field(
        description="Its id, a random UUID (version 4) of your own making: to repeat the request is then harmless"
    ),
]


class Creation(Wish, Why):
    """A new record."""

    kind: Name = Field(description="What it is")
    id: Identity | None = None


class Amendment(Wish, Why):
    """The next version of a record. What is left out stays as it is; a body that is given stands for the whole body."""

    expected: Version | None = None


class Movement(Why):
    """Another state."""

    to: Name = Field(description="The state in which it is to stand")
    expected: Version | None = None
