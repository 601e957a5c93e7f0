"""Every refusal of this room is a sentence, with what it is told."""

import ast
from collections.abc import Iterator
from pathlib import Path

import standfirst.management
from standfirst.words import render, sharing

SOURCES = Path(standfirst.management.__file__).parent


def codes(source: Path) -> Iterator[str]:
    """Every literal that is given as a code."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            argument = node.args[0]
            if node.func.id in {"Reason", "_refused", "by_nobodys_hand"} and isinstance(
                argument, ast.Constant
            ):
                yield str(argument.value)


def test_every_code_of_this_room_has_a_sentence() -> None:
    found = {code for file in sorted(SOURCES.rglob("*.py")) for code in codes(file)}
    assert len(found) > 40
    assert sorted(found - set(render.SENTENCES)) == []


def test_every_sentence_of_sharing_belongs_to_a_refusal() -> None:
    found = {code for file in sorted(SOURCES.rglob("*.py")) for code in codes(file)}
    assert sorted(set(sharing.SENTENCES) - found) == []
    assert set(sharing.HINTS) <= set(sharing.SENTENCES)
