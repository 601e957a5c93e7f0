"""Spreadsheets between the look at them and their record: one a kind and person, and no longer than a day."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from standfirst.records.change import Change, Refused
from standfirst.records.kind import Kind
from standfirst.records.workspace import DeedFunction, Workspace
from standfirst.server.access import Place
from standfirst.server.importing.models import Sheet
from standfirst.server.store.turn import turn
from standfirst.standards.reason import Reason

KEPT: Final = timedelta(days=1)


def keep(place: Place, kind: Kind, *, name: str, data: bytes, now: datetime) -> Sheet:
    """Instead of the one before. What is a day old goes, whoever's it is."""
    plain = "".join(character for character in name if character.isprintable())[:200]
    said = {
        "name": plain,
        "data": data,
        "digest": hashlib.sha256(data).hexdigest(),
        "mapping": "{}",
        "brought_at": now,
    }
    with turn(), transaction.atomic():
        Sheet.objects.filter(brought_at__lt=now - KEPT).delete()
        made, _new = Sheet.objects.update_or_create(
            organisation=place.organisation, user_id=UUID(place.account), kind=kind.name, defaults=said
        )
    return made


def waiting(place: Place, kind: Kind, now: datetime) -> Sheet | None:
    """Somebody's own, without its bytes."""
    own = Sheet.objects.filter(organisation=place.organisation, user=UUID(place.account), kind=kind.name)
    return own.filter(brought_at__gte=now - KEPT).defer("data").first()


def sheet_of(place: Place, kind: Kind, now: datetime) -> Sheet:
    """Raises Refused ``sheet.missing``."""
    found = waiting(place, kind, now)
    if found is None:
        raise Refused(Reason("sheet.missing"))
    return found


def remember(sheet: Sheet, mapping: Mapping[int, str]) -> None:
    """Which column was laid onto which field, for whoever comes back."""
    told = json.dumps({str(place): key for place, key in mapping.items()})
    if told != sheet.mapping:
        with turn():
            Sheet.objects.filter(pk=sheet.pk).update(mapping=told)


def remembered(sheet: Sheet) -> dict[int, str]:
    return {int(place): key for place, key in json.loads(sheet.mapping).items()}


def taking(sheet: Sheet, deed: DeedFunction) -> DeedFunction:
    """The deed, and the sheet goes with it: under the ledger's lock, so that two at once do not both record what is in it.

    Raises Refused ``sheet.recorded`` where it has gone.
    """

    def taken(workspace: Workspace) -> Change:
        if not Sheet.objects.filter(pk=sheet.pk, digest=sheet.digest).delete()[0]:
            raise Refused(Reason("sheet.recorded"))
        return deed(workspace)

    return taken


def throw_away(sheet: Sheet) -> None:
    with turn():
        Sheet.objects.filter(pk=sheet.pk).delete()
