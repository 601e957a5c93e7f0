"""The query language and the words that are compared: pure, and forgiving of everything."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.server.search.asking import PHRASE, TERMS, Query, Term, Vocabulary, asked
from standfirst.server.search.folding import LONGEST, composed, folded, spans, words

KNOWN = Vocabulary(
    {"risk": "risk", "risks": "risk", "management review": "management-review"},
    {"approved": "approved", "in draft": "draft"},
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RSK-0012", ["rsk", "0012"]),
        ("Prüfung ÜBER", ["prufung", "uber"]),
        ("Pru\u0308fung", ["prufung"]),
        ("Straße", ["strasse"]),
        ("Łódź, Ærø; İstanbul", ["lodz", "aero", "istanbul"]),
        ("Zuver\u00adlässigkeit", ["zuverlassigkeit"]),
        ("量子计算 qubit", ["量", "子", "计", "算", "qubit"]),
        ("ﬁbre ２０", ["fibre", "20"]),
        ("한국어 서울", ["한국어", "서울"]),
        ("हिन्दी", ["हिन्दी"]),
        ("a_b c%d e'f g\"h", ["a", "b", "c", "d", "e", "f", "g", "h"]),
        ("x\x00y\ud800z", ["x", "y", "z"]),
        ("٣", ["٣"]),
        ("", []),
    ],
)
def test_words_are_folded(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_what_is_folded_is_folded_for_good(text: str) -> None:
    assert words(folded(text)) == words(text)
    assert all(
        word and len(word) <= LONGEST and not set(word) & set(" \"'%_\\*(){}:^-+") for word in words(text)
    )


@given(st.text())
def test_each_word_stands_where_it_is_said_to(text: str) -> None:
    whole = composed(text)
    assert [span.word for span in spans(whole)] == words(text)
    for span in spans(whole):
        assert 0 <= span.start < span.end <= len(whole)
        assert span.word in "".join(words(whole[span.start : span.end]))


@given(st.text(alphabet=st.characters(categories=["L", "N"])))
def test_neither_case_nor_form_matters(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(text)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("   ", Query()),
        ("laser", Query((Term(("laser",), open=True),), whole="laser")),
        ("laser cool", Query((Term(("laser",)), Term(("cool",), open=True)), whole="laser cool")),
        ("laser a", Query((Term(("laser",)), Term(("a",))), whole="laser a")),
        ('"Laser cool"', Query((Term(("laser", "cool")),), whole="laser cool")),
        ("„Laser cool“ x", Query((Term(("laser", "cool")), Term(("x",))), whole="laser cool x")),
        ('"laser cool', Query((Term(("laser", "cool")),), whole="laser cool")),
        ("-laser", Query(without=(Term(("laser",)),))),
        ('a -"b c"', Query((Term(("a",)),), (Term(("b", "c")),), whole="a")),
        ("kind:risk", Query(kinds=("risk",))),
        ("KIND:Risks state:approved", Query(kinds=("risk",), states=("approved",))),
        ('kind:"management review" state:"in draft"', Query(kinds=("management-review",), states=("draft",))),
        ("kind:nonsense", Query((Term(("kind", "nonsense"), open=True),), whole="kind nonsense")),
        ("note: x", Query((Term(("note",)), Term(("x",))), whole="note x")),
        ("6.1.3", Query((Term(("6", "1", "3")),), whole="6 1 3")),
        ("rsk 12", Query((Term(("rsk",)), Term(("12",), open=True)), whole="rsk 12", number="RSK-0012")),
        ("量子", Query((Term(("量", "子")),), whole="量 子")),
        ("- -- \" ' : *", Query()),
        ("a -", Query((Term(("a",)),), whole="a")),
    ],
)
def test_what_a_text_asks_for(text: str, query: Query) -> None:
    assert asked(text, KNOWN) == query


@given(st.text())
def test_every_text_is_a_query(text: str) -> None:
    query = asked(text, KNOWN)
    assert len(query.terms) <= TERMS
    assert all(0 < len(term.words) <= PHRASE for term in (*query.terms, *query.without))


def test_a_query_has_an_end() -> None:
    query = asked(" ".join(f"word{n}" for n in range(1000)), KNOWN)
    assert len(query.terms) == TERMS
