"""The English of reading under grants, and of envelopes, at the server's doors. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "exchange.no-address": "This installation answers at {address}, where no other can reach it.",
    "exchange.not-yet": "What this belongs to has not arrived yet.",
    "exchange.id-taken": "{record} has the id under which this would be kept, and is another record.",
    # reading under a grant
    "reading.no-visit": "You have no visit open under this read grant.",
    "reading.readiness": "The read grant covers what the results rest on, so they were opened to this visitor.",
    "report.too-long": "This ledger is too long for its report to be made while you wait.",
    "report.to-be-opened": "The report names records that you may not take away, or have not opened yet: {records}.",
    "report.outside-grant": "The report names records outside this read grant.",
    # envelopes
    "envelope.not-as-sent": "{sent} says something else than the record that it leads to.",
    "envelope.too-large": "{record} is longer than {limit:count} characters, so it cannot be sent.",
    "envelope.file-too-large": "The file is larger than {limit:count} bytes, so it is no envelope.",
    "envelope.one-file": "One file is an envelope; none arrived, or several.",
    "envelope.not-whole": "The file is no whole envelope.",
    "envelope.not-stored": "What an envelope holds is stored as it is, once and not encrypted; this is not.",
    "envelope.too-many-files": "An envelope has at most {limit:count} files.",
    "envelope.file-gone": "Files that the record attaches are not here any more ({files}).",
    "envelope.file-absent": "The envelope says that this file is in it, and it is not.",
    "envelope.file-extra": "This is in the envelope's file, and the envelope does not speak of it.",
    "envelope.file-size": "It has {found:count} bytes; the envelope says {stated:count}.",
    "envelope.file-changed": "It is not the file that the record attaches: its digest is another.",
    "envelope.not-for-us": "The envelope is for {to}, and that is not this organisation.",
    "envelope.nobody": "{to} is no other organisation on this installation.",
    "envelope.id-taken": "{record} has the id under which this envelope would be kept, and is another record.",
    "envelope.other-sender": "The envelope does not come from {sender}.",
    "envelope.answers-nothing": "The envelope answers something that was never sent to {sender}.",
}

HINTS: Final[Mapping[str, str]] = {
    "exchange.no-address": "Whoever runs it sets STANDFIRST_URL to an address that begins with https.",
    "reading.no-visit": "Begin a visit.",
    "report.too-long": "Ask the organisation to send it to you.",
    "envelope.not-as-sent": "Send the record anew.",
    "envelope.too-large": "Hand it over as a package.",
    "envelope.one-file": "Choose the file that the sender downloaded.",
    "envelope.not-whole": "Ask the sender for it again; it ends with .json or .zip.",
    "envelope.too-many-files": "Hand it over as a package, or put the files into an archive.",
    "envelope.not-for-us": "Compare the address with the one on your page of envelopes.",
    "envelope.nobody": "Ask them for their id, which stands on their page of envelopes.",
}
