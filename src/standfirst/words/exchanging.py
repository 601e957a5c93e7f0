"""The English of reading under grants, and of envelopes, at the server's doors. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "exchange.no-address": "This installation answers at {address}, where no other can reach it.",
    "exchange.not-yet": "What this belongs to has not arrived yet.",
    # reading under a grant
    "reading.no-visit": "You have no visit open under this read grant.",
    # envelopes
    "envelope.controlled": "This is under export control ({entries}), so only who answers for that may send it.",
    "envelope.not-as-sent": "{sent} says something else than the record that it leads to.",
    "envelope.too-large": "{record} is longer than {limit:count} characters, so it cannot be sent.",
    "envelope.file-too-large": "The file is larger than {limit:count} bytes, so it is no envelope.",
    "envelope.not-for-us": "The envelope is for {to}, and that is not this organisation.",
    "envelope.nobody": "{to} is no other organisation on this installation.",
    "envelope.other-sender": "The envelope does not come from {sender}.",
    "envelope.answers-nothing": "The envelope answers something that was never sent to {sender}.",
}

HINTS: Final[Mapping[str, str]] = {
    "exchange.no-address": "Whoever runs it sets STANDFIRST_URL to an address that begins with https.",
    "reading.no-visit": "Begin a visit.",
    "envelope.controlled": "Ask whoever has the role export control.",
    "envelope.not-as-sent": "Send the record anew.",
    "envelope.too-large": "Hand it over as a package.",
    "envelope.not-for-us": "Compare the address with the one on your page of envelopes.",
    "envelope.nobody": "Ask them for their id, which stands on their page of envelopes.",
}
