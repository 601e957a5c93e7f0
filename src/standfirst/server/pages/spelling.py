"""How faults in a form are told to whoever typed it: in sentences, never in the notation of programs."""

import re
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from standfirst.standards.reason import Reason
from standfirst.words.render import sentence

EMPTY: Final = frozenset({"field.missing", "field.string-too-short"})

SPELLINGS: Final[Mapping[str, str]] = {
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$": gettext_noop(
        "Write it in small letters, digits and hyphens, such as quantum-computing."
    ),
    r"^[a-z][a-z0-9-]{1,39}$": gettext_noop(
        "Write it in small letters, digits and hyphens, beginning with a letter: 2 to 40 characters, such as ada-k."
    ),
    r"^(?:A\.)?[1-9][0-9]?(?:\.[1-9][0-9]?){1,2}$": gettext_noop(
        "Write the id of a requirement, such as 6.1.3 or A.2.1."
    ),
    r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$": gettext_noop("Write a number, such as 0.95."),
    r"^(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,2})?$": gettext_noop("Write a number of days, such as 2.5."),
    r"^[0-9]{1,4}(?:\.[0-9]{1,4})?$": gettext_noop("Write a number, such as 2.5."),
    r"^[1-9]/[1-9]$": gettext_noop("Write a fraction, such as 1/2."),
    r"^[A-Z]{2}$": gettext_noop("Write the two capital letters of a country, such as DE."),
    r"^[A-Z]{2,4}-[0-9]{4,8}$": gettext_noop("Write the number of a record, such as DOC-0001."),
    r"^https://[^\s/@]+(?:/\S*)?$": gettext_noop("Write an address that begins with https://."),
    r"^[0-9a-f]{64}$": gettext_noop("Write a SHA-256 digest: 64 digits and letters from a to f."),
    r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": gettext_noop(
        "Choose one of those that are offered, or copy its id."
    ),
    r"^evidence(?:/[^/\\\x00-\x1f.][^/\\\x00-\x1f]*)+$": gettext_noop(
        "Write the name of a file as it stands under Files, such as report.pdf."
    ),
    r"^[\w.+-]+/[\w.+-]+$": gettext_noop("Write a media type, such as application/pdf."),
}
"""By the pattern that a body's model names. A test holds every kind's patterns against it."""

_QUOTED: Final = re.compile(r"'(.*)'", re.DOTALL)


def told(reason: Reason) -> str:
    """The sentence of a fault in a form."""
    if reason.code in EMPTY:
        return _("Fill this in.")
    if reason.code == "field.string-pattern-mismatch":
        found = _QUOTED.search(str(reason.parameters.get("detail", "")))
        spelling = SPELLINGS.get(found[1]) if found else None
        return _(spelling) if spelling else _("This is not written as it has to be.")
    return sentence(reason)
