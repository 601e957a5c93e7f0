"""A backend's configuration file, as IBM writes it: what the device is called, its gates, and which qubits they join.

Of its many members these four are read; the noise stands in the other file, the properties.
"""

import json
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from standfirst.evidence.choices import shown
from standfirst.evidence.source import Source
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.validation import dotted, faults_of
from standfirst.standards.yaml_text import decode

_Qubit = Annotated[StrictInt, Field(ge=0, le=999_999)]


class Configuration(BaseModel):
    """`coupling_map` lists ordered pairs; None or absent for a device without couplings."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    backend_name: StrictStr
    n_qubits: Annotated[StrictInt, Field(ge=1)]
    basis_gates: tuple[StrictStr, ...]
    coupling_map: tuple[tuple[_Qubit, _Qubit], ...] | None = None


class _RepeatedKey(Exception):
    """Carries the key of an object that names a member twice."""


def read_object(source: Source) -> dict[str, Any]:
    """The JSON object in a file. Raises Unusable for anything else, also for a member named twice."""
    text = decode(source.data, file=source.name)
    try:
        value = json.loads(text, object_pairs_hook=_members)
    except json.JSONDecodeError as error:
        found = problem(source.name, "json.malformed", line=error.lineno, column=error.colno)
    except _RepeatedKey as repeated:
        found = problem(source.name, "yaml.duplicate-key", key=shown(str(repeated)))
    except RecursionError:
        found = problem(source.name, "json.too-deep")
    except ValueError:  # more digits than Python turns into an integer
        found = problem(source.name, "value.too-long", limit=MOST_DIGITS)
    else:
        if isinstance(value, dict):
            return value
        found = problem(source.name, "json.wrong-type", field="$", found=_kind(value), expected="object")
    raise Unusable([found])


def read_configuration(source: Source) -> Configuration:
    """Raises Unusable with every member at fault."""
    try:
        return Configuration.model_validate(read_object(source))
    except ValidationError as error:
        raise Unusable(
            Problem(source.name, 0, dotted(("$", *path)), reason) for path, reason in faults_of(error)
        ) from None


MOST_DIGITS: Final = 4_300
"""Of one integer, where Python stops by itself."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKey(next(key for key in keys if keys.count(key) > 1))
    return found


def _kind(value: object) -> str:
    return {list: "array", str: "string", bool: "boolean", type(None): "null"}.get(type(value), "number")
