"""Why something is so, without words: pure rooms return codes, doors put them into the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Parameter: TypeAlias = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A code such as ``record.none-of-kind`` and what it is about; ``standfirst.words`` holds the sentences."""

    code: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        values = {
            key: list(value) if isinstance(value, tuple) else value for key, value in self.parameters.items()
        }
        return {"code": self.code, "parameters": values}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Reason":
        """The reason that ``as_json`` gave this of."""
        parameters = value["parameters"].items()
        return cls(value["code"], {k: tuple(v) if isinstance(v, list) else v for k, v in parameters})
