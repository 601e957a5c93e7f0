"""From located text to a typed value: Pydantic's errors, told as problems with file, line and field."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from standfirst.standards.problems import Problem, Unusable
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.yaml_text import Located, Path, read_yaml


class Strict(BaseModel):
    """A value read from a file: unknown fields are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
RequirementId = Annotated[str, StringConstraints(pattern=r"^(?:A\.)?[1-9][0-9]?(?:\.[1-9][0-9]?){1,2}$")]

_LIMITS: Final = ("ge", "gt", "le", "lt", "max_length", "min_length")

Model = TypeVar("Model", bound=BaseModel)


def read_model(model: type[Model], data: bytes, *, file: str) -> tuple[Model, Located]:
    """Read one YAML (or JSON) file as ``model``. Raises :class:`Unusable` with every fault."""
    source = read_yaml(data, file=file)
    return validate(model, source, file=file), source


def validate(model: type[Model], source: Located, *, file: str, prefix: Path = ()) -> Model:
    """Raises :class:`Unusable` naming the line and the field of every fault of ``source`` at ``prefix``."""
    value: Any = source.value
    for step in prefix:
        value = value[step]
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Unusable(_problems(error, source, file, prefix)) from None


def _problems(error: ValidationError, source: Located, file: str, prefix: Path) -> Iterable[Problem]:
    for place, reason in faults_of(error):
        path = (*prefix, *place)
        yield Problem(file, source.line(path), dotted(path), reason)


def faults_of(error: ValidationError) -> Iterator[tuple[Path, Reason]]:
    """Pydantic's faults as reasons, each with its place."""
    faults = error.errors(include_url=False, include_input=False)
    above = {fault["loc"][:depth] for fault in faults for depth in range(len(fault["loc"]))}
    for fault in faults:
        if fault["type"] == "too_short" and fault["loc"] in above:
            continue  # only too short because an item of it is wrong, which is told
        yield fault["loc"], Reason(f"field.{fault['type'].replace('_', '-')}", _parameters(fault))


def _parameters(fault: ErrorDetails) -> Mapping[str, Parameter]:
    """``limit`` that was passed, or the ``choices`` there were, so that ``words`` can say it; ``detail`` is Pydantic's sentence."""
    found: dict[str, Parameter] = {"detail": fault["msg"].removeprefix("Value error, ")}
    context = fault.get("ctx", {})
    if (limit := next((context[name] for name in _LIMITS if name in context), None)) is not None:
        found["limit"] = limit if isinstance(limit, int) else str(limit)
    if "expected" in context:
        found["choices"] = tuple(each.strip("'") for each in re.split(", | or ", str(context["expected"])))
    return found


def dotted(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
