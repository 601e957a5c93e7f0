"""Documentation that cannot lie: every command line that a page shows is one that the program takes."""

import re
import shlex
from pathlib import Path

import pytest

from standfirst.cli.main import parser

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "docs/getting-started.md",
    "docs/architecture.md",
    "docs/certification.md",
    "CONTRIBUTING.md",
)


def commands() -> list[tuple[str, str]]:
    """(page, command line) for every line of a code block that begins with ``standfirst``."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8").replace("\\\n", " ")
        found += [
            (page, line.strip()) for line in re.findall(r"^    (standfirst [^\n]+)$", text, re.MULTILINE)
        ]
    return found


def test_pages_show_commands() -> None:
    assert len(commands()) > 15


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_documented_command_is_taken(page: str, line: str) -> None:
    arguments = shlex.split(line.replace("PACKAGE", "my-company"), comments=True)[1:]
    parsed = parser().parse_args(arguments)
    assert callable(parsed.run), f"{page}: {line}"


def test_every_command_of_the_readme_table_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for line in re.findall(r"^\| `standfirst ([^`]+)`", text, re.MULTILINE):
        command, *verbs = line.split("[")[0].replace(",", "").split()
        for verb in [v for v in verbs if v.isalpha() and v.islower()] or [""]:
            with pytest.raises(SystemExit) as left:
                parser().parse_args([part for part in (command, verb, "--help") if part])
            assert left.value.code == 0, f"standfirst {command} {verb}"
