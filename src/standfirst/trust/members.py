"""Reading a document strictly: exactly its members, each of its type and written as it has to be.

A document that says more than its form knows, less, or the same in other words is refused with the place of the
first fault: two readers must never understand one signed document in two ways.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from standfirst.trust.canonical import JsonValue
from standfirst.trust.errors import Rejected
from standfirst.trust.moments import day_of, instant_of
from standfirst.trust.texts import badly_spaced, overloaded, unseen

Pattern: TypeAlias = "re.Pattern[str]"
_Closed = TypeVar("_Closed", bound=StrEnum)
_Moment = TypeVar("_Moment", date, datetime)

MAX_TEXT: Final = 4_000
"""Characters in a text: the longest scope statement seen on a certificate has a tenth of it."""

DIGEST: Final = re.compile(r"[0-9a-f]{64}")
"""SHA-256 in lower-case hexadecimal."""

BODY_ID: Final = re.compile(r"[a-z0-9][a-z0-9./-]{2,99}")
"""A body's name for machines, like a URL without its scheme. ASCII only: no letter has a double in it."""

SCHEME: Final = re.compile(r"[a-z0-9][a-z0-9./-]{0,79}")
"""A certification scheme with its edition, such as ``qt-qms/2026.1``."""

SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
"""A member of a closed list that a scheme keeps: domains, stages."""

NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,59}")
"""A certificate's or accreditation's number; sixty characters, as registries of certificates have it."""


class MemberFlaw(StrEnum):
    """Why a document is not what its form says."""

    NOT_AN_OBJECT = "document.not-an-object"
    MISSING = "document.member-missing"
    UNKNOWN = "document.member-unknown"
    WRONG_TYPE = "document.wrong-type"
    WRONG_VALUE = "document.wrong-value"
    BADLY_WRITTEN = "document.badly-written"
    NOT_A_DAY = "document.not-a-day"
    NOT_AN_INSTANT = "document.not-an-instant"
    EMPTY = "document.empty"
    TOO_LONG = "document.too-long"
    UNSEEN = "document.unseen-character"
    SPACING = "document.spacing"
    MARKS = "document.marks"
    OUT_OF_RANGE = "document.out-of-range"
    REPEATED = "document.repeated"
    NOT_SPECIMEN = "document.not-a-specimen"
    LATER_FORM = "document.later-form"


class DocumentRejected(Rejected):
    """A document is not exactly of its form; parameter ``where`` says at which member."""


class Members:
    """The members of one object, each taken by its name. Raises `DocumentRejected` for whatever is not as asked."""

    __slots__ = ("_value", "where")

    def __init__(self, value: JsonValue, where: str, *names: str) -> None:
        if type(value) is not dict:
            raise DocumentRejected(MemberFlaw.NOT_AN_OBJECT, {"where": where})
        if value.keys() != set(names):
            self._refuse_names(value, where, names)
        self._value = value
        self.where = where

    @staticmethod
    def _refuse_names(value: dict[str, JsonValue], where: str, names: Sequence[str]) -> None:
        for name in names:
            if name not in value:
                raise DocumentRejected(MemberFlaw.MISSING, {"where": where, "name": name})
        surplus = min(value.keys() - set(names))
        raise DocumentRejected(MemberFlaw.UNKNOWN, {"where": where, "name": surplus[:80]})

    def flaw(self, flaw: MemberFlaw, name: str, **parameters: str | int) -> DocumentRejected:
        return DocumentRejected(flaw, {"where": f"{self.where}.{name}", **parameters})

    def raw(self, name: str) -> JsonValue:
        return self._value[name]

    def string(self, name: str) -> str:
        """Any text, for whoever reads it further."""
        value = self._value[name]
        if type(value) is not str:
            raise self.flaw(MemberFlaw.WRONG_TYPE, name, expected="string")
        return value

    def text(self, name: str) -> str:
        """Text for people: NFC (canonical JSON sees to that), neither empty nor blank, all of it visible, its words one space apart."""
        found = a_text(self._value[name], f"{self.where}.{name}")
        if badly_spaced(found):
            raise self.flaw(MemberFlaw.SPACING, name)
        return found

    def coded(self, name: str, pattern: Pattern) -> str:
        """Text for machines: all of it matches ``pattern``."""
        value = self._value[name]
        if type(value) is str and pattern.fullmatch(value):
            return value
        return _coded(self._value[name], pattern, f"{self.where}.{name}")

    def only(self, name: str, *allowed: str) -> str:
        value = self._value[name]
        if type(value) is not str or value not in allowed:
            raise self.flaw(MemberFlaw.WRONG_VALUE, name, expected=" | ".join(allowed))
        return value

    def one_of(self, name: str, kinds: type[_Closed]) -> _Closed:
        value = self._value[name]
        try:
            return kinds(value if type(value) is str else "")
        except ValueError:
            raise self.flaw(MemberFlaw.WRONG_VALUE, name, expected=" | ".join(kinds)) from None

    def form(self, expected: str) -> None:
        """The document's form: its name, a slash, the number of its version."""
        value = self._value["form"]
        if value == expected:
            return
        family, _, version = expected.rpartition("/")
        if type(value) is str and re.fullmatch(rf"{re.escape(family)}/[1-9][0-9]{{0,5}}", value):
            raise self.flaw(MemberFlaw.LATER_FORM, "form", expected=version, found=value.rpartition("/")[2])
        raise self.flaw(MemberFlaw.WRONG_VALUE, "form", expected=expected)

    def specimen(self) -> None:
        """This release knows specimens only: nothing that it can read is issued by a real body."""
        if self._value["specimen"] is not True:
            raise self.flaw(MemberFlaw.NOT_SPECIMEN, "specimen")

    def flag(self, name: str) -> bool:
        value = self._value[name]
        if type(value) is not bool:
            raise self.flaw(MemberFlaw.WRONG_TYPE, name, expected="boolean")
        return value

    def integer(self, name: str, least: int, most: int) -> int:
        value = self._value[name]
        if type(value) is not int:
            raise self.flaw(MemberFlaw.WRONG_TYPE, name, expected="integer")
        if not least <= value <= most:
            raise self.flaw(MemberFlaw.OUT_OF_RANGE, name, least=least, most=most)
        return value

    def day(self, name: str) -> date:
        return self._read(name, day_of, MemberFlaw.NOT_A_DAY)

    def instant(self, name: str) -> datetime:
        return self._read(name, instant_of, MemberFlaw.NOT_AN_INSTANT)

    def _read(self, name: str, read: Callable[[str], _Moment], flaw: MemberFlaw) -> _Moment:
        value = self._value[name]
        try:
            return read(value) if type(value) is str else read("")
        except ValueError:
            raise self.flaw(flaw, name) from None

    def child(self, name: str, *names: str) -> "Members":
        return Members(self._value[name], f"{self.where}.{name}", *names)

    def items(self, name: str, *, most: int, least: int = 0) -> list[JsonValue]:
        """A list of ``least`` to ``most`` values."""
        value = self._value[name]
        if type(value) is not list:
            raise self.flaw(MemberFlaw.WRONG_TYPE, name, expected="array")
        if len(value) < least:
            raise self.flaw(MemberFlaw.EMPTY, name)
        if len(value) > most:
            raise self.flaw(MemberFlaw.TOO_LONG, name, limit=most)
        return value

    def children(self, name: str, *names: str, most: int, least: int = 0) -> "list[Members]":
        found = self.items(name, most=most, least=least)
        return [Members(item, f"{self.where}.{name}[{at}]", *names) for at, item in enumerate(found)]

    def codes(self, name: str, pattern: Pattern, *, most: int, least: int = 0) -> tuple[str, ...]:
        """A list of texts for machines, none of them twice."""
        found = self.items(name, most=most, least=least)
        where = f"{self.where}.{name}"
        read = tuple(_coded(item, pattern, f"{where}[{at}]") for at, item in enumerate(found))
        if len(set(read)) != len(read):
            raise self.flaw(MemberFlaw.REPEATED, name)
        return read


def a_text(value: JsonValue, where: str) -> str:
    """As `Members.text`, with any number of ordinary spaces."""
    if type(value) is not str:
        raise DocumentRejected(MemberFlaw.WRONG_TYPE, {"where": where, "expected": "string"})
    if not value or value.isspace():
        raise DocumentRejected(MemberFlaw.EMPTY, {"where": where})
    if len(value) > MAX_TEXT:
        raise DocumentRejected(MemberFlaw.TOO_LONG, {"where": where, "limit": MAX_TEXT})
    if hidden := unseen(value):
        raise DocumentRejected(MemberFlaw.UNSEEN, {"where": where, "character": hidden})
    if overloaded(value):
        raise DocumentRejected(MemberFlaw.MARKS, {"where": where})
    return value


def _coded(value: JsonValue, pattern: Pattern, where: str) -> str:
    if type(value) is not str:
        raise DocumentRejected(MemberFlaw.WRONG_TYPE, {"where": where, "expected": "string"})
    if pattern.fullmatch(value) is None:
        raise DocumentRejected(MemberFlaw.BADLY_WRITTEN, {"where": where})
    return value
