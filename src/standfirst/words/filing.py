"""The English of files that are handed in, and of what is kept sealed. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # uploads
    "file.not-kept": "The place where files lie does not hold what was put there ({digest}).",
    "file.upload-too-large": "At most {limit:count} bytes are taken at once.",
    "file.cut-off": "The request did not arrive whole ({bytes:count} of {announced:count} bytes); nothing of it is kept.",
    "file.none": "No file arrived.",
    "file.unnamed": "A file that is sent as it is, and not in a form, is named in the address: ?name=...",
    "file.empty": "The file is empty.",
    "file.scan-refused": "The scanner refuses this file; it is not kept.",
    "file.not-scanned": "The file could not be scanned, which is our fault and not the file's; it is not kept.",
    "file.missing": "There is no such file.",
    # batches
    "sealed.by-hand": "Batches of sealed items are made from what waits, and by nobody's hand.",
    "sealed.out-of-order": "The commitments stand in ascending order, each once.",
    "sealed.count": "{found:count} commitments are listed; {stated:count} are stated.",
    "sealed.nothing-waits": "Nothing waits to be sealed into the ledger ({purpose}).",
    "sealed.once-a-day": "There is a batch of {day} already ({purpose}); there is at most one a day.",
    # speak-up
    "speak-up.empty": "The message is empty.",
    "speak-up.too-long": "A message has at most {limit:count} characters.",
    "speak-up.too-many": "A case has at most {limit:count} messages.",
    "speak-up.too-often": "This was tried too often from your network within an hour.",
    "speak-up.unknown-code": "No case here has this code.",
    "speak-up.nobody-reads": "Nobody would be left to read this whom it does not concern, so it is not kept.",
    "speak-up.nobody-named": "None of these names is that of a person on record who could see the case.",
    "speak-up.missing": "There is no such case.",
    "speak-up.not-a-recipient": "Cases are received by {roles:name or} alone.",
}

HINTS: Final[Mapping[str, str]] = {
    "file.upload-too-large": "Split it, or put raw data into a data store and hand in its description with the digest.",
    "file.cut-off": "The connection broke off. Send it again.",
    "file.empty": "Look whether what made it has come to its end.",
    "file.not-scanned": "Try again; if it stays so, tell whoever runs this installation.",
    "speak-up.too-often": "Come back later, or from another network.",
    "speak-up.unknown-code": "Check it letter by letter. Nobody can look it up for you.",
    "speak-up.nobody-reads": "Turn to the authority that is responsible where you are.",
}
