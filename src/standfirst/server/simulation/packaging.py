"""A played ledger as a package: what an organisation hands to a body, and how a ledger comes into the workplace."""

from datetime import datetime
from pathlib import Path

from standfirst.records.kind import Kinds
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.package import Package, open_package
from standfirst.records.package.starting import begin
from standfirst.records.package.store import PackageStore
from standfirst.server.simulation.stage import Stage
from standfirst.standards.library import edition


def packaged(stage: Stage, folder: Path, *, name: str) -> Package:
    """Everything that is recorded on the stage so far, with its files. Working files there are none."""
    begin(folder, organisation=name)
    for file, data in stage.files.items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    kinds, at = stage.store.kinds, stage.at
    PackageStore(FolderFiles(folder), kinds, clock=lambda: at).adopt(stage.store.ledger())
    return open_as_of(folder, kinds, at)


def open_as_of(folder: Path, kinds: Kinds, at: datetime) -> Package:
    return open_package(folder, kinds, edition().by_id, today=at, clock=lambda: at)
