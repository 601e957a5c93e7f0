"""The demonstration's installation: played into a folder of its own, and played again only where it has to be."""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

from standfirst import __version__

if TYPE_CHECKING:
    from standfirst.server.simulation.cast import Part

WORKPLACE: Final = "workplace"
SIGN_INS: Final = "sign-ins.txt"
TOLD: Final = "demonstration.json"
"""In the data folder, written last: what was played, and by which release."""

PASSWORD_GROUPS: Final = 4
_FORM: Final = "standfirst-demonstration/1"


@dataclass(frozen=True, slots=True)
class Played:
    """``fresh``: it was played just now. ``last`` is its last simulated day; ``records`` are counts by organisation."""

    data: Path
    password: str
    last: str
    records: Mapping[str, int]
    fresh: bool


def cast() -> "tuple[Part, ...]":
    from standfirst.server.simulation.cast import CAST

    return CAST


def environment() -> dict[str, str]:
    """This process's, without what would lead a demonstration into somebody's real installation."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("STANDFIRST_") and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }


def earlier(folder: Path) -> Played | None:
    """The one that lies there, if it is whole and of this release; its visitors' own work is kept with it."""
    data = folder / WORKPLACE
    try:
        told = json.loads((data / TOLD).read_text("utf-8"))
        password = _password_in((folder / SIGN_INS).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if (
        not isinstance(told, dict)
        or told.get("form") != _FORM
        or told.get("made_by") != _maker()
        or not password
    ):
        return None
    return Played(data, password, str(told["last"]), dict(told["records"]), fresh=False)


def play(folder: Path) -> Played:
    """Anew, beside an earlier one, whose place it takes when it is whole. Raises Unusable and Refused."""
    from standfirst.cli.assessing import assessed
    from standfirst.cli.example import example
    from standfirst.cli.opening import opened
    from standfirst.cli.progress import step
    from standfirst.cli.serve import make
    from standfirst.cli.workplace import PRIVATE, enter

    folder.mkdir(parents=True, exist_ok=True)
    os.umask(PRIVATE)
    with _staged(folder) as data:
        apart = environment()
        os.environ.clear()
        os.environ.update(apart)
        with step("the workplace: tables", always=True):
            make(data)
            enter(data, migrating=True)

            from standfirst.server.organisations import Purpose
            from standfirst.server.organising import begin_installation
            from standfirst.server.simulation.installing import install
            from standfirst.server.starting import migrate, rest

            migrate()
            begin_installation(Purpose.DEMONSTRATION)
        password = _new_password()
        done = install(
            opened(example("quantum-computer")),
            password=password,
            assess=lambda package, day: assessed(package, at=day),
            step=lambda doing: step(f"the workplace: {doing}", always=True),
        )
        rest()
        told = {
            "form": _FORM,
            "made_by": _maker(),
            "last": done.last.isoformat(),
            "records": dict(done.records),
        }
        (data / TOLD).write_text(json.dumps(told, indent=2) + "\n", "utf-8")
        _write_sign_ins(folder / SIGN_INS, password)
    return Played(folder / WORKPLACE, password, done.last.isoformat(), done.records, fresh=True)


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    stage = Path(mkdtemp(prefix=f".{WORKPLACE}-", dir=folder))
    place = folder / WORKPLACE
    try:
        yield stage / "data"
        shutil.rmtree(place, ignore_errors=True)
        (stage / "data").rename(place)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _maker() -> str:
    """This release, its tables and its story: another one cannot go on with what they made."""
    from standfirst import server

    root = Path(next(iter(server.__path__)))
    found = hashlib.sha256(__version__.encode())
    for file in sorted(
        [*root.glob("*/migrations/*.py"), *root.glob("simulation/**/*.yaml"), *root.glob("simulation/*.py")]
    ):
        found.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return found.hexdigest()


# --- sign-ins --------------------------------------------------------------------------------------------------------


def _new_password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(PASSWORD_GROUPS))


def sign_ins(password: str) -> str:
    """As they are printed and kept."""
    parts = cast()
    wide = max(len(part.role) for part in parts)
    far = max(len(part.email) for part in parts)
    lines = [f"  {part.role:{wide}}  {part.email:{far}}  {part.name}" for part in parts]
    return "\n".join([*lines, f"\n  password of each: {password}", "  a visitor needs none"])


def _write_sign_ins(file: Path, password: str) -> None:
    coming = file.with_suffix(".new")
    coming.unlink(missing_ok=True)
    with os.fdopen(
        os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as out:
        out.write(sign_ins(password) + "\n")
    coming.replace(file)


def _password_in(text: str) -> str:
    marked = (line.partition("password of each: ")[2].strip() for line in text.splitlines())
    return next((found for found in marked if found), "")
