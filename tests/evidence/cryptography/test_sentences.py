"""Every objection of this collector and of its profiles has a sentence and advice, and none is left over."""

import ast
from pathlib import Path

import standfirst
from standfirst.words import cryptography, english, measuring, problems

SOURCE = Path(next(iter(standfirst.__path__)))
OURS = [
    *(SOURCE / "evidence" / "cryptography").glob("*.py"),
    SOURCE / "evidence" / "crypto_posture.py",
    *(SOURCE / "standards" / "cryptography").glob("*.py"),
]


def test_the_codes_in_the_source_are_the_codes_of_the_table() -> None:
    literals = {
        node.value
        for file in OURS
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(cryptography.SENTENCES) - literals == set()
    assert set(cryptography.SENTENCES) == set(cryptography.HINTS)


def test_no_other_table_says_the_same_code() -> None:
    for table in (english, problems, measuring):
        assert not set(table.SENTENCES) & set(cryptography.SENTENCES)
