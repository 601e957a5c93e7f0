"""What every record's body is made of."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from standfirst.standards.validation import Strict, Text

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
EvidencePath = Annotated[
    str, StringConstraints(pattern=r"^evidence(?:/[^/\\\x00-\x1f.][^/\\\x00-\x1f]*)+$", max_length=240)
]


class Attachment(Strict):
    """A file of the package's ``evidence/`` folder. ``sha256`` is filled in when the record is recorded."""

    file: EvidencePath = Field(description="Path below the package, such as evidence/calibration-2026-05.csv")
    sha256: Sha256 | None = Field(
        default=None, description="Filled in when recorded; do not write it by hand"
    )


class Body(Strict):
    """Common to all kinds: files that show what the record says, and free remarks."""

    attachments: tuple[Attachment, ...] = Field(default=(), description="Files that show it")
    remarks: Text | None = Field(default=None, description="Anything a reader should know")

    def values(self) -> dict[str, Any]:
        """The body as JSON values, without the fields that say nothing."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value is not None}
