"""``standfirst.yaml``: what a package is, before anything in it is read."""

from typing import Literal

from pydantic import Field

from standfirst.records.package.door import MANIFEST, Files
from standfirst.standards.validation import Strict, Text, read_model

FORM = "standfirst-package/1"


class Manifest(Strict):
    form: Literal["standfirst-package/1"] = Field(description="The form of this file")
    organisation: Text = Field(description="The organisation's name, for reports")
    fictional: bool = Field(
        default=False, description="True for an invented organisation; every report then says so"
    )
    profile: Text | None = Field(
        default=None,
        description="A shipped profile, such as computing+tier-2; default: as the organisation record says",
    )
    note: Text | None = Field(default=None, description="Anything a reader of the package should know")


def read_manifest(files: Files) -> Manifest:
    """Raises :class:`Unusable` with line and field."""
    return read_model(Manifest, files.read(MANIFEST), file=MANIFEST)[0]
