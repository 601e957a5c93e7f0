"""What looks alike is told; what is only written in another script is left in peace."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust.lookalikes import _LIKE_LATIN, deceptions, look_alike, skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thornmere", "Th\u043ernmere"),
        ("PAYPAL", "\u0420\u0410\u0423\u0420\u0410L"),
        ("example", "examp1e"),
        ("modern", "modem"),
        ("vvitness", "witness"),
        ("clover", "dover"),
        ("Iota", "lota"),
        ("ab.demo", "ab.dem0"),
        ("ab-demo", "ab\u2010demo"),
        ("cb.demo", "\uff43\uff42.demo"),
        ("Calder", "\U0001d402alder"),
        ("Calder  Quality", "Calder Quality"),
        ("O\u2019Neill", "O'Neill"),
        ("\u0391lpha", "Alpha"),
        ("\u13aapple", "Apple"),
        ("CALDER", "calder"),
    ],
)
def test_two_that_look_alike(one: str, other: str) -> None:
    assert look_alike(one, other)
    assert look_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Calder", "Calder"),
        ("Calder", "Colder"),
        ("north", "south"),
        ("北京", "北方"),
        ("Müller", "Muller"),
        ("", " a"),
    ],
)
def test_two_that_do_not(one: str, other: str) -> None:
    assert not look_alike(one, other)


@given(st.text(max_size=12))
def test_a_skeleton_is_its_own_skeleton_and_nothing_looks_like_itself(text: str) -> None:
    assert not look_alike(text, text)
    assert skeleton(skeleton(text)) == skeleton(text)


@pytest.mark.parametrize(
    "text", ["ci", "\u2170v", "r\u0274n", "nnn", "\u00bd vv", "vvv", "I\u0307", "\u0390", "\ufb05"]
)
def test_a_skeleton_is_its_own_where_one_pass_is_not_enough(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


@given(st.text(st.sampled_from("rnvwcldmiI1|0o\u0131\u0456\u217c\u0307"), max_size=8))
def test_a_skeleton_of_pairs_and_strokes_is_its_own(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


@given(
    st.text(st.sampled_from(sorted({v for v in _LIKE_LATIN.values() if v.isalpha()})), min_size=1, max_size=8)
)
def test_every_letter_of_the_table_can_be_passed_off(text: str) -> None:
    doubles = {latin: other for other, latin in _LIKE_LATIN.items()}
    assert look_alike(text, "".join(doubles[letter] for letter in text))


def test_the_table_holds_single_letters_that_are_not_what_they_look_like() -> None:
    for letter, latin in _LIKE_LATIN.items():
        assert len(letter) == len(latin) == 1
        assert latin.isascii()
        assert not letter.isascii()
        assert unicodedata.normalize("NFC", letter) == letter


@pytest.mark.parametrize(
    "text",
    [
        "Brightwell Quantum GmbH",
        "Läufer & Søn",
        "Квант-Сервис",
        "Москва Quantum",
        "Ωmega",
        "μQuantum, 5 μm",
        "α-particle",
        "量子コンピュータ株式会社",
        "Ελλάδα",
        "한국 Quantum 연구소",
        "Ø",
        "",
    ],
)
def test_names_that_are_what_they_seem(text: str) -> None:
    assert list(deceptions(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Brightw\u0435ll Quantum", [("lookalike.mixed-scripts", "Brightw\u0435ll")]),
        ("\u0410\u0421\u0415 Quantum", [("lookalike.foreign-word", "\u0410\u0421\u0415")]),
        ("\u03bf\u03c1 Quantum", [("lookalike.foreign-word", "\u03bf\u03c1")]),
        ("\u0406\u0412\u041c", [("lookalike.foreign-word", "\u0406\u0412\u041c")]),
        (
            "\u0410\u0421\u0415 \u0421\u041e 7",
            [("lookalike.foreign-word", "\u0410\u0421\u0415"), ("lookalike.foreign-word", "\u0421\u041e")],
        ),
        ("Q\u03b1ntum", [("lookalike.mixed-scripts", "Q\u03b1ntum")]),
    ],
)
def test_names_that_are_not(text: str, found: list[tuple[str, str]]) -> None:
    assert [(deception.value, word) for deception, word in deceptions(text)] == found
