"""What the door asks of every request, in words of its own: the same as ``standing.standing_of`` for one organisation.

Django takes two thirds of a small request to put this one query into words, each time anew. Here they are written down once;
a test holds both against each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db import connection, models

from standfirst.management.access import ACCESS, OF, OPEN
from standfirst.management.organisation import PERSON
from standfirst.server.accounts.models import User
from standfirst.server.store.models import LedgerHead, Organisation

_ORGANISATION: Final = ("id", "slug", "name", "type")
_HEAD: Final = (
    *("organisation_id", "size", "root", "peaks", "last_leaf"),
    *("last_time", "simulation", "fictional", "counters"),
)

_ASKED: Final = f"""
SELECT membership.person, membership.access, (SELECT purpose FROM store_installation LIMIT 1),
    {", ".join(f"organisation.{name}" for name in _ORGANISATION)},
    {", ".join(f"head.{name}" for name in _HEAD)}
FROM store_organisation organisation
JOIN accounts_membership membership ON membership.organisation_id = organisation.id AND membership.user_id = %s
JOIN store_ledgerhead head ON head.organisation_id = organisation.id
JOIN store_current person ON person.organisation_id = organisation.id AND person.record = membership.person
    AND person.kind = '{PERSON.name}' AND person.state = '{PERSON.lifecycle.initial}' AND NOT person.erased
JOIN store_current access ON access.organisation_id = organisation.id AND access.record = membership.access
    AND access.kind = '{ACCESS.name}' AND access.state = '{OPEN}' AND NOT access.erased AND access.title = %s
WHERE organisation.slug = %s AND EXISTS (
    SELECT 1 FROM store_link link WHERE link.organisation_id = organisation.id AND link.source = membership.access
        AND link.relation = '{OF}' AND link.target = membership.person
)
ORDER BY membership.id LIMIT 1
"""  # noqa: S608 - words of our own


@dataclass(frozen=True, slots=True)
class Entered:
    """As whom somebody stands in an organisation, whose ledger's head comes with it; ``purpose`` of the installation."""

    person: str
    access: str
    purpose: str | None
    organisation: Organisation


def entered(user: User, slug: str) -> Entered | None:
    """In one query. None where there is no such organisation, and where the account acts as nobody there."""
    own = User._meta.pk.get_db_prep_value(user.pk, connection)  # noqa: SLF001 - Django's name for it
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [own, str(user.pk), slug])
        row = cursor.fetchone()
    if row is None:
        return None
    person, access, purpose, *values = row
    vendor = connection.vendor
    organisation: Organisation = _made(Organisation, _ORGANISATION, vendor)(values[: len(_ORGANISATION)])
    organisation.head = _made(LedgerHead, _HEAD, vendor)(values[len(_ORGANISATION) :])
    return Entered(person, access, purpose, organisation)


@cache
def _made(
    model: type[models.Model], columns: tuple[str, ...], _vendor: str
) -> Callable[[Sequence[Any]], Any]:
    """How a model is made of its columns' values, as Django makes it; ``_vendor`` keeps engines apart."""
    fields = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's name for it
    if set(fields) != set(columns):
        raise ValueError(
            f"{model.__name__} has other columns than those that are asked: {sorted(map(str, fields))}"
        )
    names = [fields[column].attname for column in columns]
    columned = [(fields[column], fields[column].cached_col) for column in columns]
    converters = [
        (col, [*connection.ops.get_db_converters(col), *field.get_db_converters(connection)])
        for field, col in columned
    ]

    def made(values: Sequence[Any]) -> Any:
        said = []
        for value, (col, conversions) in zip(values, converters, strict=True):
            for convert in conversions:
                value = convert(value, col, connection)  # noqa: PLW2901 - by its column's rules
            said.append(value)
        return model.from_db(connection.alias, names, said)

    return made
