"""The catalogues of translations: every text of ours, found where it stands, and what each language has for it.

    python tools/catalogues.py            bring the catalogues up to the sources, and compile them (``make words``)
    python tools/catalogues.py --missing  and list what is still English

A ``standfirst.po`` is what translators edit. Its order is that of the sources; what no source says any more is dropped
(git remembers), and nothing is guessed from similar texts. ``standfirst.mo`` is what our words read; ``django.mo`` is
the same under the only name that Django asks for.
"""

import argparse
import gettext
import io
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

import standfirst
from standfirst import words
from standfirst.certification.kinds import BODY_KINDS
from standfirst.cli.kinds import KINDS as PACKAGE_KINDS
from standfirst.management.kinds import WORKPLACE_KINDS
from standfirst.records.actor import Role
from standfirst.records.kind import Kind, Kinds
from standfirst.records.ledger import Deed
from standfirst.server.organisations import OrganisationType, Purpose
from standfirst.trust.status import Happening, State
from standfirst.words import names, render
from standfirst.words.language import CATALOGUES, FOLDERS

SOURCES: Final = Path(standfirst.__file__).parent
CLOSED_LISTS: Final[tuple[type[StrEnum], ...]] = (Role, OrganisationType, Purpose, Happening, State)
"""Values that pages name with ``title``, beside those of the bodies' fields."""

KEYWORDS: Final[dict[str, Any]] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "translated": {1: (1,), 2: (1, (2, "c"))},
    "counted": (1, 2),
}
_HEADER: Final = """msgid ""
msgstr ""
"Project-Id-Version: Standfirst\\n"
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
_PLURALS: Final = {"de": "nplurals=2; plural=(n != 1);", "zh-hans": "nplurals=1; plural=0;"}
_LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)  # a catalogue compiled again is the same file


class Text(NamedTuple):
    """What one entry of a catalogue is known by."""

    english: str
    plural: str = ""
    context: str = ""


# --- where texts stand -----------------------------------------------------------------------------------------------


def gathered() -> Mapping[Text, list[str]]:
    """Every text of ours, in the order of the places where it stands."""
    found: dict[Text, list[str]] = {}
    for place, texts in (*_tables(), ("names", _names()), *_kinds(), *_sources(), *_templates()):
        for text in texts:
            places = found.setdefault(text, [])
            if text.english and place not in places:
                places.append(place)
    return {text: places for text, places in found.items() if text.english}


def _tables() -> Iterator[tuple[str, Iterable[Text]]]:
    """The sentences and hints of ``words``; a new table is found by itself."""
    for module in pkgutil.iter_modules(words.__path__):
        table = import_module(f"{words.__name__}.{module.name}")
        own = [getattr(table, name, {}) for name in ("SENTENCES", "HINTS", "STEPS")]
        if module.name != "render":
            yield f"words/{module.name}", [Text(text) for part in own for text in part.values()]


def _names() -> Iterator[Text]:
    for noun in names.KINDS.values():
        yield Text(noun.one, context="name")
        yield Text(noun.many, context="several")
        yield Text(noun.a, context="article")
    yield from (Text(text, context="name") for text in (*names.TITLES.values(), *names.STATUSES.values()))
    yield from (Text(text, context="name") for text in names.MEANS.values())
    yield from (Text(text, context="name") for text in ("yes", "no"))
    yield from (Text(text) for text in render.UNKNOWN_KIND)
    yield from (Text(text, context="field") for text in ("serves", "links", "state", "why", "kind", "number"))
    yield from (Text(text, context="state") for text in names.STATES.values())
    yield from (Text(text, context="field") for text in names.FIELDS.values())
    yield from (Text(_title(value), context="name") for those in CLOSED_LISTS for value in those)
    yield from (Text(_title(value.partition(":")[2]), context="deed") for value in Deed)


def _title(value: str) -> str:
    return render.title(str(value))


def all_kinds() -> Kinds:
    every = {kind.name: kind for kind in (*PACKAGE_KINDS, *WORKPLACE_KINDS, *BODY_KINDS)}
    return Kinds(tuple(every.values()))


def _kinds() -> Iterator[tuple[str, Iterable[Text]]]:
    for kind in all_kinds():
        yield f"kinds/{kind.name}", _kind(kind)


def _kind(kind: Kind) -> Iterator[Text]:
    yield Text(render.kind(kind.name).one, context="name")
    yield from (Text(render.state(state), context="state") for state in kind.lifecycle.states)
    for move in kind.lifecycle.transitions:
        yield Text(_title(move.name), context="deed")
        if move.signs:
            yield Text(_title(move.signs), context="name")
    yield from (Text(render.field(rule.relation), context="field") for rule in kind.links)
    yield from (Text(render.field(name), context="field") for name in kind.fact_fields)
    schema = kind.body.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from _fields(part)
    yield from _view(getattr(kind, "view", None))


def _fields(part: Mapping[str, Any]) -> Iterator[Text]:
    yield from (Text(_title(option), context="name") for option in _options(part))
    for name, field in part.get("properties", {}).items():
        yield Text(render.field(name), context="field")
        yield Text(name.replace("_", " "), context="field")
        yield Text(field.get("description", ""))
        yield from (Text(_title(option), context="name") for option in _options(field))


def _options(part: Any) -> Iterator[str]:
    """Every value of a closed list, however deep it stands in a field's schema."""
    if isinstance(part, Mapping):
        if "properties" not in part:
            yield from (str(one) for one in part.get("enum", ()) if isinstance(one, str))
            yield from (part["const"],) if isinstance(part.get("const"), str) else ()
            for key, inner in part.items():
                if key not in {"enum", "default", "description"}:
                    yield from _options(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _options(inner)


def _view(view: Any) -> Iterator[Text]:
    """How people think of a kind: the titles of its sections, and the steps of its scales."""
    yield from (Text(section.title) for section in getattr(view, "sections", ()))
    yield from (Text(word) for words in getattr(view, "scales", {}).values() for word in words)


def _sources() -> Iterator[tuple[str, Iterable[Text]]]:
    for file in sorted(SOURCES.rglob("*.py")):
        yield file.relative_to(SOURCES).as_posix(), _extracted(file.read_text(encoding="utf-8"))


_CALL: Final = re.compile(
    r"""\b(?:_|(?:np|n|p)?gettext)\((?:[^()'"]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")*\)"""
)
"""What Django makes of a tag; the rest of a template is blotted out, and is no Python."""


def _templates() -> Iterator[tuple[str, Iterable[Text]]]:
    for file in sorted((*SOURCES.rglob("templates/**/*.html"), *SOURCES.rglob("templates/**/*.txt"))):
        origin = file.relative_to(SOURCES).as_posix()
        calls = _CALL.findall(templatize(file.read_text(encoding="utf-8"), origin=origin))
        yield origin, _extracted("\n".join(calls))


def _extracted(source: str) -> Iterator[Text]:
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    for _, message, _, context in found:
        one, many = message if isinstance(message, tuple) else (message, "")
        yield Text(one, many, context or "")


# --- catalogues ------------------------------------------------------------------------------------------------------


def path_of(language: str, suffix: str = ".po") -> Path:
    return CATALOGUES / FOLDERS[language] / "LC_MESSAGES" / f"standfirst{suffix}"


def known(language: str) -> Catalog:
    """What a language has translated so far."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=FOLDERS[language])
    with path.open("rb") as file:
        return read_po(file, locale=FOLDERS[language])


def brought_up(language: str, texts: Mapping[Text, list[str]]) -> Catalog:
    """The catalogue of a language for exactly these texts, with all that it knows of them."""
    before, after = known(language), _empty(FOLDERS[language])
    for text, places in texts.items():
        english = (text.english, text.plural) if text.plural else text.english
        old = before.get(english, text.context or None)
        message = after.add(
            english,
            old.string if old and not old.fuzzy else None,
            locations=[(place, 0) for place in places[:3]],
            context=text.context or None,
        )
        message.flags.discard("python-format")  # a per cent sign in a sentence is only that
        message.flags.discard("python-brace-format")
    return after


def as_po(language: str, catalogue: Catalog) -> bytes:
    told = io.BytesIO()
    write_po(told, catalogue, width=100, omit_header=True, include_lineno=False)
    header = _HEADER.format(locale=FOLDERS[language], plural=_PLURALS[language])
    return header.encode() + told.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Without what has no translation: it is read in English then, and not as an empty text."""
    lacking = {(one.id, one.context) for one in untranslated(catalogue)}
    told, compiled = _empty(catalogue.locale_identifier or ""), io.BytesIO()
    for one in sorted(catalogue, key=lambda one: (str(one.id), one.context or "")):
        if one.id and (one.id, one.context) not in lacking:
            told.add(one.id, one.string, context=one.context)
    write_mo(compiled, told)
    return compiled.getvalue()


def _empty(locale: str) -> Catalog:
    return Catalog(
        locale=locale,
        project="Standfirst",
        version="",
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        creation_date=_LONG_AGO,
        revision_date=_LONG_AGO,
    )


def read_mo(data: bytes) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(data))


def untranslated(catalogue: Catalog) -> list[Any]:
    """Entries that lack their text, or one of its forms."""
    return [
        one
        for one in catalogue
        if one.id and not (all(one.string) if isinstance(one.string, tuple | list) else one.string)
    ]


# --- what a translation must keep ------------------------------------------------------------------------------------

_PLACES: Final = re.compile(r"\{(\w+)(?::([^{}]+))?\}|%\((\w+)\)[sd]")


def places_in(text: str) -> set[str]:
    """The parameters that a text puts in. One that only chooses a form by number is the language's own affair."""
    return {braced or percented for braced, form, percented in _PLACES.findall(text) if "/" not in form}


def unknown_forms(text: str) -> set[str]:
    """How a template of ``words`` wants a parameter put, where no such form is known."""
    return {
        form for _, form, _ in _PLACES.findall(text) if form and "/" not in form and form not in render.FORMS
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make words", description="Bring the catalogues up to the sources.")
    parser.add_argument("--missing", action="store_true", help="list what has no translation yet")
    asked = parser.parse_args(arguments)
    texts = gathered()
    for language in FOLDERS:
        catalogue = brought_up(language, texts)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(language, catalogue))
        for name in ("standfirst.mo", "django.mo"):
            path.with_name(name).write_bytes(as_mo(catalogue))
        lacking = untranslated(catalogue)
        print(f"{language}: {len(texts)} texts, {len(lacking)} without a translation")
        if asked.missing:
            for one in lacking:
                print(f"  {one.locations[0][0]}: {one.id}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
