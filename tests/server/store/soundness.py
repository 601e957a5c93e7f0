"""What holds of an organisation's records whatever has happened to those who wrote them."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from standfirst.records.ledger import check
from standfirst.server.store import index
from standfirst.server.store.checking import Vouched, check_organisation
from standfirst.server.store.models import Current, Due, Indexed, Link, Unique
from standfirst.server.store.store import DatabaseStore


def require_sound(store: DatabaseStore, vouched: Vouched | None = None) -> None:
    """The ledger checks, nothing that hangs on it differs, numbers have no gap, and read models are what a rebuild makes."""
    assert check(store.ledger(), store.head) is None
    assert check_organisation(store, vouched or Vouched()).wrong == []
    require_no_gap(store)
    read = read_models(store.organisation)
    with transaction.atomic():
        index.rebuild(store.organisation, store.kinds)
        assert read_models(store.organisation) == read
        transaction.set_rollback(True)


def require_no_gap(store: DatabaseStore) -> None:
    """Every number from the first on was given, and none twice."""
    given: dict[str, list[int]] = defaultdict(list)
    for number in Current.objects.filter(organisation=store.organisation).values_list("number", flat=True):
        prefix, _, count = number.partition("-")
        given[prefix].append(int(count))
    assert given
    for prefix, counts in given.items():
        assert sorted(counts) == list(range(1, len(counts) + 1)), prefix


def read_models(organisation: UUID) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the read models, apart from numbers that the database gives to rows."""
    return {table.__name__: _rows(table, organisation) for table in (Current, Link, Unique, Indexed, Due)}


def _rows(table: type[Model], organisation: UUID) -> list[tuple[Any, ...]]:
    columns = [field.attname for field in table._meta.concrete_fields if field.attname != "id"]
    found = table._default_manager.filter(organisation=organisation).values_list(*columns)
    return sorted(
        (tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found), key=repr
    )
