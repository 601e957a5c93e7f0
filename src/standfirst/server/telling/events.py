"""What programs are told of by webhooks: a closed list, each ``subject.action``, and what of a record they get to know."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """What happened. Programs of others compare these texts, so none is ever renamed."""

    RECORD_CREATED = "record.created"
    RECORD_AMENDED = "record.amended"
    RECORD_MOVED = "record.moved"
    RECORD_SIGNED = "record.signed"
    RECORD_IMPORTED = "record.imported"
    READINESS_CHANGED = "readiness.changed"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_SUSPENDED = "certificate.suspended"
    CERTIFICATE_RESTORED = "certificate.restored"
    CERTIFICATE_WITHDRAWN = "certificate.withdrawn"
    ENVELOPE_RECEIVED = "envelope.received"
    GRANT_RECEIVED = "grant.received"
    WEBHOOK_TESTED = "webhook.tested"


EXPLAINED: Final[Mapping[Event, object]] = {
    Event.RECORD_CREATED: _("A record was made."),
    Event.RECORD_AMENDED: _("A record says something else."),
    Event.RECORD_MOVED: _("A record has come to another state."),
    Event.RECORD_SIGNED: _("One of several has signed, and the record waits for the others."),
    Event.RECORD_IMPORTED: _("A record came from elsewhere."),
    Event.READINESS_CHANGED: _("A requirement is shown that was not, or the other way round."),
    Event.CERTIFICATE_ISSUED: _("A certificate was issued."),
    Event.CERTIFICATE_SUSPENDED: _("A certificate was suspended."),
    Event.CERTIFICATE_RESTORED: _("A suspension has ended."),
    Event.CERTIFICATE_WITHDRAWN: _("A certificate was withdrawn."),
    Event.ENVELOPE_RECEIVED: _("An envelope has arrived from another organisation."),
    Event.GRANT_RECEIVED: _("Another organisation lets this one read."),
}
"""Those that an endpoint can ask for. ``WEBHOOK_TESTED`` is sent by hand, to whom it is about."""
