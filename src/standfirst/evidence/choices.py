"""What a collector lets choose before it measures: a frozen model, and how a wrong choice is told."""

from collections.abc import Mapping
from typing import Final, Self

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.validation import Strict

PARAMETERS: Final = "parameters"
"""What problems name as their file when a choice is at fault."""


def shown(text: str) -> str:
    """`text` as a message may repeat it: short, in ASCII quotes, control characters and directions escaped."""
    return ascii(text if len(text) <= 40 else text[:37] + "...")


class Choices(Strict):
    """The parameters of a collector. A field without a default has to be chosen."""

    @classmethod
    def choose(cls, choices: Mapping[str, object]) -> Self:
        """Parameters from named choices; names may be written with hyphens. Raises Unusable with every fault."""
        named = {name.replace("-", "_"): value for name, value in choices.items()}
        try:
            return cls.model_validate(named)
        except ValidationError as error:
            raise Unusable(cls._problem(fault) for fault in error.errors(include_url=False)) from None

    @classmethod
    def _problem(cls, fault: ErrorDetails) -> Problem:
        name = shown(str(fault["loc"][0])).strip("'")
        if fault["type"] == "extra_forbidden":
            known = tuple(field.replace("_", "-") for field in cls.model_fields)
            return problem(PARAMETERS, "parameter.unknown", field=name, known=known)
        if fault["type"] == "missing":
            return problem(PARAMETERS, "parameter.missing", field=name)
        detail = fault["msg"].removeprefix("Value error, ")
        value = shown(str(fault["input"]))
        return problem(PARAMETERS, "parameter.bad-value", field=name, value=value, detail=detail)
