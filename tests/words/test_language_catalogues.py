"""The catalogues hold exactly what the sources say, in full, and the compiled ones are made from them."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import allauth
import pytest
from babel.messages.pofile import read_po
from tools import catalogues

import standfirst
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


FAMILIAR = re.compile(
    r"\b(du|dein\w*|dich|dir|euch|euer)\b|\bbitte (versuche|wähle|gib|habe|melde)\b", re.IGNORECASE
)
UNUSED = (
    "idp/",
    "phone",
    "username",
    "verified_email_required",
    "signup_by_passkey",
    "warn_no_email",
    "already_logged_in",
)
"""Of allauth, what no page of ours leads to: providing identities, telephones, names to sign in with, links instead of codes."""


def test_nobody_is_addressed_familiarly_by_a_library() -> None:
    """Allauth's German says "Du"; what of it can be read here is ours too, and ours goes first."""
    allauth_ = Path(allauth.__file__).parent
    own = Path(standfirst.__file__).parent / "server"
    ours = {entry.id: str(entry.string) for entry in catalogues.known("de") if isinstance(entry.id, str)}
    with (allauth_ / "locale/de/LC_MESSAGES/django.po").open("rb") as file:
        theirs = [entry for entry in read_po(file) if entry.id and FAMILIAR.search(str(entry.string))]
    assert theirs
    for entry in theirs:
        places = [
            place
            for place, _ in entry.locations
            if not any(part in f"{place} {entry.id}".lower() for part in UNUSED)
        ]
        read = [place for place in places if place.endswith((".py", ".txt")) and not (own / place).exists()]
        if read:
            assert entry.id in ours, (entry.id, read)
            assert not FAMILIAR.search(ours[entry.id]), ours[entry.id]
