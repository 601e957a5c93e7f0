"""The catalogues hold exactly what the sources say, in full, and the compiled ones are made from them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from tools import catalogues

from standfirst.words.language import FOLDERS

REFRESH = "run: make words"


@cache
def texts() -> Mapping[catalogues.Text, list[str]]:
    return catalogues.gathered()


def key(entry: Any) -> tuple[Any, str]:
    return entry.id, entry.context or ""


@pytest.fixture(params=sorted(FOLDERS), scope="module")
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_places_where_texts_stand_are_all_looked_at() -> None:
    places = {place.partition("/")[0] for those in texts().values() for place in those}
    assert {"words", "names", "kinds", "server"} <= places
    assert len(texts()) > 2_000


def test_a_catalogue_holds_every_text_and_no_other(language: str) -> None:
    asked = {((text.english, text.plural) if text.plural else text.english, text.context) for text in texts()}
    held = {key(entry) for entry in catalogues.known(language) if entry.id}
    assert held == asked, REFRESH


def test_nothing_is_guessed_or_left_in_english(language: str) -> None:
    catalogue = catalogues.known(language)
    assert not [entry.id for entry in catalogue if entry.fuzzy and entry.id]
    assert not [key(entry) for entry in catalogues.untranslated(catalogue)]


def test_what_is_compiled_says_the_same(language: str) -> None:
    compiled = catalogues.as_mo(catalogues.known(language))
    for name in ("standfirst.mo", "django.mo"):
        kept = catalogues.path_of(language).with_name(name).read_bytes()
        assert catalogues.read_mo(kept)._catalog == catalogues.read_mo(compiled)._catalog, REFRESH  # type: ignore[attr-defined]


def test_a_translation_puts_in_the_same_parameters(language: str) -> None:
    for entry in catalogues.known(language):
        if entry.id:
            english = entry.id if isinstance(entry.id, str) else entry.id[-1]
            given = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
            for form in filter(None, given):
                assert catalogues.places_in(form) == catalogues.places_in(english), (english, form)


def test_a_translation_uses_only_forms_that_the_renderer_knows(language: str) -> None:
    for entry in catalogues.known(language):
        if (
            isinstance(entry.id, str)
            and entry.id
            and any(place[0].startswith("words/") for place in entry.locations)
        ):
            assert not catalogues.unknown_forms(str(entry.string)), entry.id


def test_brackets_of_a_translation_are_closed(language: str) -> None:
    for entry in catalogues.known(language):
        if isinstance(entry.id, str) and entry.id:
            for pair in ("[]", "{}", "()"):
                if entry.id.count(pair[0]) == entry.id.count(pair[1]):
                    assert str(entry.string).count(pair[0]) == str(entry.string).count(pair[1]), entry.string
