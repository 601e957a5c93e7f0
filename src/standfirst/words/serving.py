"""The English of the server's doors: pages and API. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # values that somebody hands over
    "value.too-large": "This is more than {limit:count} bytes.",
    "value.too-deep": "Nested more than {limit:count} levels deep.",
    "value.too-many": "There are more than {limit:count} values.",
    "value.not-json": "This is no value that is kept: text, whole numbers, yes and no, lists and fields are.",
    "value.character": "The character {character} is not kept.",
    "value.fraction": "A number with a fraction is written as text, such as “0.5”.",
    "value.integer-too-large": "This whole number is too large to be kept exactly.",
    "value.template": "Template text is left in here, in double brackets.",
    "field.date-parsing": "A day is asked for here, such as 2026-05-20.",
    # deeds
    "record.missing": "There is no such record here.",
}

HINTS: Final[Mapping[str, str]] = {
    "value.too-large": "Attach a file, and say here what it shows.",
    "value.too-many": "Attach a file, and say here what it shows.",
    "value.character": "Take it out.",
    "value.integer-too-large": "Write it as text.",
    "value.template": "Replace it by your own words, or delete what does not apply.",
}
