"""The devices whose files qiskit-ibm-runtime carries: recorded from real ones, two files each.

Only file names are looked at and bytes read; nothing of that package is imported or run.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from standfirst.evidence.choices import shown
from standfirst.standards.problems import Unusable, problem

PACKAGE: Final = "qiskit_ibm_runtime"
_FOLDERS: Final = ("fake_provider", "backends")
_AFFIXES: Final = re.compile(r"^(?:fake|ibmq?)_?|_?v2$")


def normal_form(name: str) -> str:
    """``FakeMontrealV2``, ``fake_montreal``, ``ibmq_montreal`` and ``Montreal`` are all ``montreal``."""
    return _AFFIXES.sub("", name.strip().lower()) or name


def known_devices(folder: Path | None = None) -> tuple[str, ...]:
    """Their names in order; none where the package is not installed."""
    folder = folder or _folder()
    if folder is None:
        return ()
    return tuple(sorted(path.parent.name for path in folder.glob("*/conf_*.json") if _is_whole(path.parent)))


def device_files(name: str, folder: Path | None = None) -> Mapping[str, bytes]:
    """The configuration and the properties of the device called `name`, by file name. Raises Unusable."""
    folder = folder or _folder()
    known, wanted = known_devices(folder), normal_form(name)
    if folder is None or wanted not in known:
        near = tuple(get_close_matches(wanted, known, n=5, cutoff=0.6))
        raise Unusable(
            [problem("backend", "volume.unknown-device", field=shown(name), near=near, count=len(known))]
        )
    return {path.name: path.read_bytes() for path in _pair(folder / wanted)}


def _folder() -> Path | None:
    found = find_spec(PACKAGE)
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places)), *_FOLDERS) if places else None


def _pair(folder: Path) -> tuple[Path, Path]:
    return folder / f"conf_{folder.name}.json", folder / f"props_{folder.name}.json"


def _is_whole(folder: Path) -> bool:
    return all(path.is_file() for path in _pair(folder))
