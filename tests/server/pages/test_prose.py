"""Texts that people write: what they may cost, and what they may hide."""

import pytest

from standfirst.server.pages.prose import rendered


def test_a_table_is_one() -> None:
    html = rendered("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 |\n")
    assert html.count("<td>") == 4
    assert 'role="group"' in html


@pytest.mark.parametrize("columns", [50, 200, 600])
def test_few_words_do_not_become_many_cells(columns: int) -> None:
    text = ("|a" * columns + "\n" + "|-" * columns + "\n" + "|b\n" * 1_500)[:4_000]
    assert len(rendered(text)) < 30 * len(text)


@pytest.mark.parametrize("text", ["a&#x202e;b", "[a&#x200b;](https://example.org)", "\u202eb"])
def test_what_nobody_sees_is_told(text: str) -> None:
    html = rendered(text)
    assert "[U+20" in html
    assert not {"\u202e", "\u200b"} & set(html)
