"""A new package: the ledger begins, the founder's own file stands, and the first files wait to be filled in."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from standfirst.management.founding import found
from standfirst.management.organisation import ORGANISATION, PERSON, SCOPE
from standfirst.records.kind import Kinds
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.starting import answered, begin, new_file, quoted, template
from standfirst.records.package.store import PackageStore
from standfirst.records.package.working import RECORDS
from standfirst.records.workspace import DeedFunction
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.validation import faults_of


def start(
    path: Path,
    *,
    organisation: str,
    name: str,
    handle: str,
    fictional: bool,
    simulation: bool,
    kinds: Kinds,
    clock: Callable[[], datetime],
) -> None:
    """Raises :class:`Unusable` when the folder is not empty or a name cannot be used."""
    deed = _checked(name, handle, simulation=simulation, fictional=fictional)
    begin(path, organisation=organisation)
    store = PackageStore(FolderFiles(path), kinds, clock=clock)
    receipt = store.perform(deed)
    ((identity, number),) = receipt.numbers.items()
    body = store.records()[identity].current.content.body
    lines = [
        f"kind: {PERSON.name}",
        f"id: {identity}",
        f"number: {number}",
        f"state: {PERSON.lifecycle.initial}",
        f"name: {quoted(str(body['name']))}",
        f"handle: {handle}",
        "roles:",
        *(f"  - {role}" for role in body["roles"]),
    ]
    file = path / RECORDS / PERSON.folder / f"{handle}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    new_file(path, ORGANISATION, "organisation", text=answered(template(ORGANISATION), "name", organisation))
    new_file(path, SCOPE, "scope")


def _checked(name: str, handle: str, *, simulation: bool, fictional: bool) -> DeedFunction:
    try:
        return found(name=name, handle=handle, simulation=simulation, fictional=fictional)
    except ValidationError as error:
        path, reason = next(faults_of(error))
        if path[0] == "handle":
            raise Unusable([problem("package init", "person.handle", field="--handle")]) from None
        option = "--by" if path[0] == "name" else f"--{path[0]}"
        raise Unusable([Problem("package init", 0, option, reason)]) from None
