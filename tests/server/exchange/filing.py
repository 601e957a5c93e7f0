"""Files, handed in over HTTP and attached to records."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.server.works import LATER, Works

from standfirst.records.record import Record
from standfirst.records.writing import UNSIGNED, Known, Wish, amend
from standfirst.server import reading
from standfirst.server.access import place_for
from standfirst.standards.library import edition


def attached(house: Works, data: bytes, name: str) -> dict[str, str]:
    """Uploaded by Ada; as a record names it."""
    address = reverse("api-files", kwargs={"organisation": house.slug})
    answer = house.client(house.ada).post(address, {"file": SimpleUploadedFile(name, data)})
    (one,) = answer.json()["files"]
    return dict(one["attachment"])


def filed(house: Works, record: Record, *files: dict[str, str]) -> Record:
    """With these files attached, and no others."""
    place = place_for(house.accounts[house.ada.id], house.slug)
    current = house.record(record.id).current.content
    wish = Wish(body={**current.body, "attachments": list(files)})
    known = Known(edition().by_id, LATER, reading.evidence(place))
    house.perform(
        amend(
            acting=place.actor,
            record=record.id,
            expected=current.version,
            wish=wish,
            why="Files",
            known=known,
            signed=UNSIGNED,
        )
    )
    return house.record(record.id)
