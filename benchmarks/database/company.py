"""Organisations that pages are measured on. Run by ``benchmarks/web.py``.

build RECORDS CATALOGUE   "large" with so many records of ten versions and "small" with some, each found, assessed, and
                          with the controls of a catalogue; an account that belongs to both
queries                   how many queries each page asks of "small" and of "large"
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Final
from uuid import uuid4

from benchmarks.database import large
from benchmarks.database.addresses import CATALOGUE, EMAIL, PASSWORD, pages
from benchmarks.database.ways import FOUNDER
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from standfirst.management.controls import take_in
from standfirst.management.founding import acting
from standfirst.management.organisation import ORGANISATION
from standfirst.records.ledger import Deed
from standfirst.records.workspace import DeedFunction
from standfirst.records.writing import UNSIGNED, Known, Wish, create
from standfirst.server.accounts.models import User
from standfirst.server.accounts.people import add_member, create_user
from standfirst.server.readiness import keeping
from standfirst.server.search import indexing as search
from standfirst.server.store.models import Organisation, Outbox
from standfirst.server.store.outbox import Task
from standfirst.server.workplace import open_store
from standfirst.standards.oscal_controls import Control, Controls, read_controls

VERSIONS: Final = 10
SMALL: Final = 2_000
STEPS: Final = (*large.STEPS, *[(Deed.AMENDED, "assessed", "")] * (VERSIONS - len(large.STEPS)))
FAMILIES, CONTROLS = 20, 1_189
"""As many as SP 800-53 revision 5 has."""


def main() -> int:
    if sys.argv[1] == "build":
        build(int(sys.argv[2]), sys.argv[3])
    else:
        print(json.dumps(queries()))
    return 0


def build(records: int, catalogue: str) -> None:
    user = create_user(email=EMAIL, name="Ada Example", password=PASSWORD)
    for slug, count in (("small", min(records // 2, SMALL)), ("large", records)):
        large.build(count * VERSIONS, slug=slug, steps=STEPS)
        began = perf_counter()
        organisation = Organisation.objects.get(slug=slug)
        store = open_store(organisation)
        store.rebuild()
        person = acting(store, FOUNDER).id
        add_member(user=user, organisation=organisation, person=person)
        store.perform(_profile(organisation))
        store.perform(
            take_in(
                controls(catalogue),
                catalogue=CATALOGUE,
                acting=lambda workspace: acting(workspace, FOUNDER),
                why="Taken in",
            )
        )
        found = search.rebuild(store)
        keeping.follow(Task(organisation.pk, store.head.size, "{}"))
        Outbox.objects.filter(organisation=organisation).update(done=True)
        print(
            f"  {slug}: lists made, {found:,} records to be found, assessed in {perf_counter() - began:.0f} s"
        )


def _profile(organisation: Organisation) -> DeedFunction:
    """What the organisation is, so that its requirements are asked."""
    body = {
        "name": organisation.name,
        "country": "Ireland",
        "description": "Measured",
        "domains": ["computing"],
        "stages": ["operation"],
        "roles": ["cloud-operator"],
        "tier": 2,
        "sites": ["Here"],
        "headcount": 41,
    }
    store = open_store(organisation)
    return create(
        acting=lambda workspace: acting(workspace, FOUNDER),
        kind=ORGANISATION,
        record=str(uuid4()),
        wish=Wish(body=body),
        why="What we are",
        known=Known(frozenset(), store.clock().date()),
        signed=UNSIGNED,
    )


def controls(file: str) -> Controls:
    """Of a catalogue's file; without one, invented ones, as many as SP 800-53 revision 5 has."""
    if file:
        return read_controls(Path(file).read_bytes(), file=file)
    made = [
        Control(
            f"c{n % FAMILIES}-{n}",
            f"C{n % FAMILIES}-{n}",
            f"Control {n} of a catalogue of this size",
            f"Family {n % FAMILIES}",
            "",
            withdrawn=False,
        )
        for n in range(CONTROLS)
    ]
    families = tuple(f"Family {n}" for n in range(FAMILIES))
    return Controls("613fca2d-704a-42e7-8e2b-b206fb92b456", "Invented", "1", tuple(made), families, 0)


def queries() -> dict[str, dict[str, int]]:
    """By page, of both organisations. Each page is asked twice: what is kept for the next request is kept then."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=EMAIL))
    found: dict[str, dict[str, int]] = {}
    for slug in ("small", "large"):
        for name, address in pages(slug).items():
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                status = client.get(address).status_code
            if status != 200:
                raise SystemExit(f"{address}: {status}")
            found.setdefault(name, {})[slug] = len(asked)
    return found


if __name__ == "__main__":
    sys.exit(main())
