"""Where a demonstration is played: beside an earlier one, whose place it takes when it is finished."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from standfirst.certification.office import Office
from standfirst.certification.publication import (
    ACCREDITATION_BODY,
    BUNDLE,
    CERTIFICATION_BODY,
    LOG,
    WITNESSES,
)
from standfirst.standards.problems import Unusable, problem

_PARTS = frozenset((ACCREDITATION_BODY, CERTIFICATION_BODY, LOG, WITNESSES, BUNDLE))


@contextmanager
def staged(place: Path) -> Iterator[Path]:
    """An empty folder of its own to play in; at the end it takes the place of an earlier demonstration.

    Where the play fails the earlier one stays. Raises Unusable where something else than a demonstration lies there.
    """
    require_replaceable(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        yield stage
        require_replaceable(place)
        shutil.rmtree(place, ignore_errors=True)
        stage.rename(place)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def require_replaceable(place: Path) -> None:
    """Raises Unusable where ``place`` is something else than what a demonstration left."""
    if (place.exists() or place.is_symlink()) and not _is_finished(place):
        raise Unusable([problem(str(place), "play.not-replaced")])


def _is_finished(folder: Path) -> bool:
    """Whether it is what a play leaves: books that say simulation and fictional, and nothing else beside them."""
    if not folder.is_dir() or folder.is_symlink() or not {item.name for item in folder.iterdir()} <= _PARTS:
        return False
    try:
        store = Office(folder / CERTIFICATION_BODY, clock=lambda: datetime.min.replace(tzinfo=UTC)).store
    except Unusable:
        return False
    return store.simulation and store.fictional
