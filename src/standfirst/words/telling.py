"""The English of telling: why a webhook or a calendar is not set up, and why a message did not arrive. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # what is not set up
    "webhook.role": "Only {roles:name or} decides what leaves by webhook, mail and calendar.",
    "webhook.too-many": "An organisation has at most {limit:count} webhooks.",
    "webhook.not-an-address": "This is no address that messages are sent to.",
    "webhook.not-https": "Messages are sent to addresses that begin with https:// alone.",
    "webhook.port": "Messages are not sent to port {port}.",
    "feed.too-many": "You have {limit:count} calendars here already.",
    # what did not arrive
    "webhook.private-address": "This name leads into a private network, where no message is sent.",
    "webhook.no-such-host": "No server has this name.",
    "webhook.no-connection": "The server takes no connection.",
    "webhook.certificate": "The server's certificate is not valid for its name.",
    "webhook.tls": "No secure connection came about.",
    "webhook.cut-off": "The connection broke off.",
    "webhook.too-slow": "The server did not answer in time.",
    "webhook.no-answer": "What came back is no answer of a web server.",
    # why it is off
    "webhook.stopped": "The webhook was off.",
    "webhook.by-hand": "It was switched off here.",
    "webhook.gone": "The receiver answered that it wants no messages any more (410).",
    "webhook.failing": "Nothing could be delivered for three days.",
}

HINTS: Final[Mapping[str, str]] = {
    "webhook.port": "Use port {allowed:or}.",
    "webhook.not-an-address": "Copy it whole from the receiver, without a user name or a part after #.",
    "webhook.private-address": "Let the receiver answer at an address of the internet, or put a relay there.",
    "feed.too-many": "Revoke one that nobody uses any more.",
    "webhook.too-many": "Delete one that nobody uses any more.",
}
