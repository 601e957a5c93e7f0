"""Where a demonstration is played: beside an earlier one, whose place it takes when it is finished."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from standfirst.certification.office import Office
from standfirst.certification.publication import (
    ACCREDITATION_BODY,
    BUNDLE,
    CERTIFICATION_BODY,
    LOG,
    WITNESSES,
)
from standfirst.standards.problems import Unusable, problem

_BEGUN = ".begun"
_PARTS = frozenset((ACCREDITATION_BODY, CERTIFICATION_BODY, LOG, WITNESSES, BUNDLE))


def begun(folder: Path, name: str) -> Path:
    """An empty folder for a play. What a killed play left there goes.

    Raises Unusable where ``name`` below ``folder`` is no demonstration's, which therefore is not replaced.
    """
    stage = folder / f"{name}{_BEGUN}"
    earlier = folder / name
    for path, is_ours in ((earlier, _is_finished(earlier)), (stage, _holds_only_parts(stage))):
        if path.exists() and not is_ours:
            raise Unusable([problem(str(path), "play.not-replaced")])
    shutil.rmtree(stage, ignore_errors=True)
    return stage


def finished(folder: Path, name: str, stage: Path) -> None:
    """Let a finished play take its place."""
    shutil.rmtree(folder / name, ignore_errors=True)
    stage.rename(folder / name)


def _holds_only_parts(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink() and {item.name for item in folder.iterdir()} <= _PARTS


def _is_finished(folder: Path) -> bool:
    """Whether it is what a play leaves: books that say simulation and fictional, and nothing else beside them."""
    if not _holds_only_parts(folder):
        return False
    try:
        store = Office(folder / CERTIFICATION_BODY, clock=lambda: datetime.min.replace(tzinfo=UTC)).store
    except Unusable:
        return False
    return store.simulation and store.fictional
