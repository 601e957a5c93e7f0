"""Who did it, as pages tell it: a person here, one whose record is erased, nobody's hand, or somebody of elsewhere."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from standfirst.records.record import Content
from standfirst.server.access import Place
from standfirst.server.exchange.service import service
from standfirst.server.reading import Label
from standfirst.server.sealed import batching
from standfirst.words.visible import visible

SERVICE: Final = "Standfirst"
"""What writes without anybody's hand, such as what arrives from another organisation, or that somebody's access has ended."""

_PARTIES: Final = ("organisation", "grantor", "sender", "receiver", "grantee")
"""Fields by which records say whom of elsewhere they are about."""


def who(place: Place, actor: str, named: Mapping[str, Label], content: Content | None = None) -> str:
    """``named`` holds labels of this organisation's records by id. An actor that is none of them came from elsewhere: from
    the organisation that the record names, if it names one. Asks nothing of the database.
    """
    label = named.get(actor)
    if label is not None:
        return _("somebody whose record is erased") if label.erased else str(label)
    if actor in {service(place.organisation).id, batching.service(place.organisation).id}:
        return SERVICE
    party = _party(content)
    if party:
        return _("somebody of %(organisation)s") % {"organisation": visible(party)}
    return _("somebody of another organisation")


def _party(content: Content | None) -> str:
    told = (content.body.get(name) for name in _PARTIES) if content is not None else ()
    return next((str(one["name"]) for one in told if isinstance(one, Mapping) and one.get("name")), "")
