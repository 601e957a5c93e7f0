"""Every problem that a package can have comes with a word on what to do about it."""

import pytest

from standfirst.standards.reason import Reason
from standfirst.words.problems import SENTENCES
from standfirst.words.render import hint, sentence

FAMILIES = (
    "yaml",
    "json",
    "file",
    "field",
    "package",
    "record",
    "link",
    "evidence",
    "ledger",
    "handover",
    "import",
)
OF_A_PACKAGE = sorted(code for code in SENTENCES if code.partition(".")[0] in FAMILIES)
OF_A_DEED = {"ledger.founded-once", "ledger.not-founded"}  # told to who runs a command, not about a file


class _Any(dict[str, str]):
    """A parameter of every name."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return name


@pytest.mark.parametrize("code", [code for code in OF_A_PACKAGE if code not in OF_A_DEED])
def test_a_problem_comes_with_a_hint(code: str) -> None:
    assert hint(Reason(code, _Any()), at_command_line=True)


def test_a_fault_that_only_pydantic_has_a_name_for_has_words() -> None:
    reason = Reason("field.frozen-set-type", {"detail": "Input should be a valid frozenset"})
    assert sentence(reason) == "Input should be a valid frozenset."
    assert hint(reason, at_command_line=True)
