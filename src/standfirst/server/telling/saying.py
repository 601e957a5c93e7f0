"""A notification as a sentence, in the reader's language. It is made when it is read, of codes and of records as they stand."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standfirst.server.access import Place
from standfirst.server.pages.acting import who
from standfirst.server.reading import Label, labels
from standfirst.server.telling.models import Notification
from standfirst.server.telling.sorts import NAMES, Sort
from standfirst.standards.library import edition
from standfirst.words import render
from standfirst.words.language import day as day_in_words
from standfirst.words.visible import visible

BADGES: Final[Mapping[Sort, str]] = {
    Sort.TO_SIGN: "note",
    Sort.RETURNED: "warn",
    Sort.DUE_SOON: "warn",
    Sort.LATE: "bad",
    Sort.READINESS_LOST: "bad",
    Sort.WEBHOOK_STOPPED: "bad",
}
"""How a sort is marked, beside its name."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of an inbox or a letter. ``number``, ``kind`` and ``title`` are those of what it is about, and may be empty."""

    id: int
    sort: Sort
    sentence: str
    number: str
    kind: str
    title: str
    url: str
    at: datetime
    is_read: bool

    @property
    def name(self) -> str:
        return str(NAMES[self.sort])

    @property
    def badge(self) -> str:
        return BADGES.get(self.sort, "plain")


def told(place: Place, notifications: Collection[Notification]) -> list[Told]:
    """In one query, whatever their number."""
    ids = {identity for one in notifications for identity in (one.record, one.actor) if identity}
    named = labels(place, ids)
    return [_told(place, one, named) for one in notifications]


def _told(place: Place, one: Notification, named: Mapping[str, Label]) -> Told:
    sort, parameters = Sort(one.sort), json.loads(one.parameters)
    actor = visible(who(place, one.actor, named)) if one.actor else ""
    label = named.get(one.record)
    number, title, url = _about(place, sort, parameters, label)
    sentence = _SENTENCES[sort]({**parameters, "who": actor, "name": title})
    kind = render.kind(label.kind).one if label is not None else ""
    return Told(one.pk, sort, sentence, number, kind, title, url, one.at, one.read is not None)


def _about(
    place: Place, sort: Sort, parameters: Mapping[str, str], label: Label | None
) -> tuple[str, str, str]:
    slug = place.organisation.slug
    if sort is Sort.READINESS_LOST and "count" in parameters:
        return "", _("Readiness"), _link("readiness", slug)
    if sort is Sort.READINESS_LOST:
        identity = parameters["requirement"]
        requirement = edition().by_id.get(identity)
        return identity, requirement.title if requirement else "", _link("requirement", slug, identity)
    if sort is Sort.WEBHOOK_STOPPED:
        return "", _("Webhooks"), _link("webhooks", slug)
    if label is None:
        return "", "", ""
    return label.number, visible(label.told), reverse("record", args=[slug, label.number])


def _link(name: str, *parts: str) -> str:
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


# --- sentences -------------------------------------------------------------------------------------------------------


def _mentioned(told: Mapping[str, str]) -> str:
    return _("%(who)s mentions you in a comment.") % {"who": told["who"]}


def _commented(told: Mapping[str, str]) -> str:
    return _("%(who)s has commented on it.") % {"who": told["who"]}


def _assigned(told: Mapping[str, str]) -> str:
    return _("%(who)s has given this to you.") % {"who": told["who"]}


def _to_sign(told: Mapping[str, str]) -> str:
    return _("It waits for your signature: %(move)s.") % {"move": render.deed(told["move"])}


def _moved(told: Mapping[str, str]) -> str:
    return _("%(who)s has moved it on; it is %(state)s now.") % _state(told)


def _state(told: Mapping[str, str]) -> dict[str, str]:
    return {"who": told["who"], "state": render.state(told["state"])}


def _returned(told: Mapping[str, str]) -> str:
    return _("%(who)s has sent it back; it is %(state)s again.") % _state(told)


def _due_soon(told: Mapping[str, str]) -> str:
    return _("%(field)s: %(day)s.") % _day(told)


def _late(told: Mapping[str, str]) -> str:
    return _("%(field)s: it was due on %(day)s.") % _day(told)


def _day(told: Mapping[str, str]) -> dict[str, str]:
    field = render.field(told["field"])
    return {
        "field": field[:1].upper() + field[1:],
        "day": day_in_words(date.fromisoformat(told["day"])),
    }


def _readiness_lost(told: Mapping[str, str]) -> str:
    if "count" in told:
        count = int(told["count"])
        lost = ngettext(
            "%(count)s requirement is shown no longer.", "%(count)s requirements are shown no longer.", count
        )
        return lost % {"count": count}
    named = {name: render.title(told[name]) for name in ("before", "after")}
    return _("This requirement was %(before)s, and is %(after)s now.") % named


def _received(told: Mapping[str, str]) -> str:
    if told.get("kind") == "received-grant":
        return _("Another organisation lets you read its records.")
    return _("An envelope has arrived from another organisation.")


def _access_ended(told: Mapping[str, str]) -> str:
    return _("The access of %(name)s has ended.") % {"name": told["name"] or _("somebody")}


def _webhook_stopped(told: Mapping[str, str]) -> str:
    if told.get("because") == "webhook.gone":
        return _("A receiver wants no messages any more; its webhook is switched off.")
    return _("A receiver could not be reached for three days; its webhook is switched off.")


_SENTENCES: Final = {
    Sort.MENTIONED: _mentioned,
    Sort.COMMENTED: _commented,
    Sort.ASSIGNED: _assigned,
    Sort.TO_SIGN: _to_sign,
    Sort.MOVED: _moved,
    Sort.RETURNED: _returned,
    Sort.DUE_SOON: _due_soon,
    Sort.LATE: _late,
    Sort.READINESS_LOST: _readiness_lost,
    Sort.RECEIVED: _received,
    Sort.ACCESS_ENDED: _access_ended,
    Sort.WEBHOOK_STOPPED: _webhook_stopped,
}
