"""The English of drafts and of spreadsheets that are brought in: code -> sentence, and what to do about it. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "draft.too-long": "This is longer than a draft may be: at most {limit:count} characters.",
    "draft.too-many": "You have {limit:count} drafts here already, as many as are kept.",
}

HINTS: Final[Mapping[str, str]] = {
    "draft.too-long": "Record what you have, or put the long text into a file and attach it.",
    "draft.too-many": "Record some of them, or throw them away.",
}
