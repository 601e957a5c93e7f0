"""Golden files: what each kind's schema number stands for, once and for all.

A recorded body says under which schema number it was written, so that number must never come to mean something else.
``python -m tests.management.golden`` writes the file of a number that has none yet; it changes no file that is there.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from standfirst.management.kinds import OWN_KINDS
from standfirst.records.kind import Kind

FOLDER = Path(__file__).parent.parent / "golden" / "kinds"


def golden_file(kind: Kind, folder: Path = FOLDER) -> Path:
    return folder / f"{kind.name}-{kind.schema}.json"


def shape(kind: Kind) -> dict[str, Any]:
    """All that decides how a record of this kind is read and moved, and what criteria see of it. No wording."""
    return {
        "kind": kind.name,
        "schema": kind.schema,
        "number": f"{kind.prefix}-0001",
        "body": _without_words(kind.body.model_json_schema()),
        "lifecycle": kind.lifecycle.as_json(),
        "links": {rule.relation: list(rule.targets) for rule in kind.links},
        "facts": list(kind.fact_fields),
        "dates": {
            "dated_by": list(kind.dated_by),
            "happened": list(kind.happened),
            "effective_from": kind.effective_from,
            "effective_until": kind.effective_until,
        },
        "unique": list(kind.unique),
        "kept": {"retention": kind.retention, "erasable": kind.erasable},
        "authors": [role.value for role in kind.authors],
        **({"writes": [guard.__name__ for guard in kind.writes]} if kind.writes else {}),
    }


def _without_words(schema: Any) -> Any:
    """A JSON Schema without titles and descriptions, which may be bettered at any time."""
    if isinstance(schema, list):
        return [_without_words(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_words(part) for name, part in value.items()}
        if key in ("properties", "$defs")
        else _without_words(value)
        for key, value in schema.items()
        if not (key in ("title", "description") and isinstance(value, str))
    }


def text(kind: Kind) -> str:
    return json.dumps(shape(kind), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def fault(kind: Kind, folder: Path = FOLDER) -> str:
    """What is wrong with a kind and its golden files; empty for nothing."""
    path = golden_file(kind, folder)
    missing = [
        number for number in range(1, kind.schema) if not (folder / f"{kind.name}-{number}.json").exists()
    ]
    if missing:
        return (
            f"{kind.name}: the golden files of the schemas {missing} are gone; shipped ones are kept for ever"
        )
    if not path.exists():
        return f"{kind.name}: no golden file for schema {kind.schema}; write it: python -m tests.management.golden"
    if json.loads(path.read_text("utf-8")) != shape(kind):
        return (
            f"{kind.name}: schema or lifecycle changed: raise the kind's schema number, add an upcast,"
            f" and write a new golden file (python -m tests.management.golden); {path.name} stays as it is"
        )
    return ""


def write_new(kinds: Iterator[Kind], folder: Path = FOLDER) -> list[Path]:
    """Golden files for schema numbers that have none; never over one that is there."""
    written = []
    for kind in kinds:
        path = golden_file(kind, folder)
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text(kind), "utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    for new in write_new(iter(OWN_KINDS)):
        sys.stdout.write(f"{new.name}\n")
