"""What people are told about, and how: two closed lists."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _


class Sort(StrEnum):
    """What a notification is about. A member that is gone from here is never read again, so none is renamed."""

    MENTIONED = "mentioned"
    COMMENTED = "commented"
    ASSIGNED = "assigned"
    TO_SIGN = "to-sign"
    MOVED = "moved"
    RETURNED = "returned"
    DUE_SOON = "due-soon"
    LATE = "late"
    READINESS_LOST = "readiness-lost"
    RECEIVED = "received"
    ACCESS_ENDED = "access-ended"
    WEBHOOK_STOPPED = "webhook-stopped"


class Way(StrEnum):
    """How far a sort of notification goes."""

    MAIL = "mail"  # into the inbox, and from there into the next letter
    APP = "app"  # into the inbox alone
    NONE = "none"


NAMES: Final[Mapping[Sort, object]] = {
    Sort.MENTIONED: _("Mentions"),
    Sort.COMMENTED: _("Comments on mine"),
    Sort.ASSIGNED: _("Given to me"),
    Sort.TO_SIGN: _("Waiting for my signature"),
    Sort.MOVED: _("Mine has moved on"),
    Sort.RETURNED: _("Mine was sent back"),
    Sort.DUE_SOON: _("Due soon"),
    Sort.LATE: _("Late"),
    Sort.READINESS_LOST: _("Readiness lost"),
    Sort.RECEIVED: _("From other organisations"),
    Sort.ACCESS_ENDED: _("Access ended"),
    Sort.WEBHOOK_STOPPED: _("Webhooks stopped"),
}

EXPLAINED: Final[Mapping[Sort, object]] = {
    Sort.MENTIONED: _("Somebody names you in a comment."),
    Sort.COMMENTED: _("Somebody comments on a record that you own or have written."),
    Sort.ASSIGNED: _("A record names you as the one who does it."),
    Sort.TO_SIGN: _("A record has come to where you may sign for it, and you did not write it yourself."),
    Sort.MOVED: _("Somebody else has moved a record that you own or have written."),
    Sort.RETURNED: _("Somebody else has moved such a record back to an earlier state."),
    Sort.DUE_SOON: _("Something that you own is due within a week."),
    Sort.LATE: _("The day on which something of yours was due has passed."),
    Sort.READINESS_LOST: _(
        "A requirement that was shown is not shown any more. Told to who manages the system."
    ),
    Sort.RECEIVED: _("An envelope or a read grant has arrived. Told to who manages the system."),
    Sort.ACCESS_ENDED: _("Somebody's access has ended. Told to who manages the system."),
    Sort.WEBHOOK_STOPPED: _("A webhook failed for days and is switched off. Told to who manages the system."),
}

USUAL: Final[Mapping[Sort, Way]] = {
    **dict.fromkeys(Sort, Way.MAIL),
    Sort.COMMENTED: Way.APP,
    Sort.MOVED: Way.APP,
    Sort.ACCESS_ENDED: Way.APP,
}
"""What holds for who has chosen nothing. What only tells that things go on fills no letter."""
