"""``standfirst.yaml``: what a package is, before anything in it is read."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from standfirst.records.package.door import MANIFEST, Files
from standfirst.standards.validation import Strict, Text, read_model

FORM = "standfirst-package/1"


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text):
        raise ValueError("write it on one line, without control characters")
    return text


OneLine = Annotated[Text, AfterValidator(_one_line)]


class Manifest(Strict):
    form: Literal["standfirst-package/1"] = Field(description="The form of this file")
    organisation: OneLine = Field(description="The organisation's name, for reports")
    profile: Text | None = Field(
        default=None,
        description="A shipped profile, such as computing+tier-2; default: as the organisation record says",
    )
    note: Text | None = Field(default=None, description="Anything a reader of the package should know")


def read_manifest(files: Files) -> Manifest:
    """Raises :class:`Unusable` with line and field."""
    return manifest_of(files.read(MANIFEST))


def manifest_of(data: bytes) -> Manifest:
    """Raises :class:`Unusable` with line and field."""
    return read_model(Manifest, data, file=MANIFEST)[0]
