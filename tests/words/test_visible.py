"""Nothing that cannot be seen stays in what is shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.words.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Nordlicht Quantum GmbH", "Nordlicht Quantum GmbH"),
        ("Läufer & Søn, 量子株式会社", "Läufer & Søn, 量子株式会社"),
        ("invoice\u202efdp.exe", "invoice[U+202E]fdp.exe"),
        ("\u2066a\u2069", "[U+2066]a[U+2069]"),
        ("pay\u200bpal", "pay[U+200B]pal"),
        ("\x1b[31mred", "[U+001B][31mred"),
        ("a\x00b", "a[U+0000]b"),
        ("one\ntwo\tthree", "one\ntwo\tthree"),
        ("one\u2028two", "one[U+2028]two"),
        ("\ud800", "[U+D800]"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a Persian word that is spelled with a joiner
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("a\u200db", "a[U+200D]b"),
        ("\u200cخ", "[U+200C]خ"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_what_is_shown_can_be_encoded_and_shown_again(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert visible(shown) == shown


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_no_control_character_is_left_in_ascii(text: str) -> None:
    assert all(unicodedata.category(c) != "Cc" or c in "\n\t" for c in visible(text))
