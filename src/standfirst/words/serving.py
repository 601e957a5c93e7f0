"""The English of the server's doors: pages and API. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # values that somebody hands over
    "value.too-large": "This is more than {limit:count} bytes.",
    "value.too-deep": "Nested more than {limit:count} levels deep.",
    "value.too-many": "There are more than {limit:count} values.",
    "value.not-json": "This is no value that is kept: text, whole numbers, yes and no, lists and fields are.",
    "value.character": "The character {character} is not kept.",
    "value.fraction": "A number with a fraction is written as text, such as “0.5”.",
    "value.integer-too-large": "This whole number is too large to be kept exactly.",
    "value.template": "Template text is left in here, in double brackets.",
    "field.date-parsing": "A day is asked for here, such as 2026-05-20.",
    # deeds
    "record.missing": "There is no such record here.",
    "version.erased": "Version {version:count} of {record} is erased; there is nothing to compare.",
    "proof.not-signed": "No signed head of the ledger covers this yet, so there is nothing to prove it to a stranger with.",
    "handover.too-large": "Its files have {bytes:count} bytes together; a hand-over takes at most {limit:count}.",
    "deed.needs-sign-in": "This leaves a signature, and a program with a token never signs.",
    "deed.needs-page": "This leaves a signature, which is given on a page.",
    "record.unknown-here": "This release does not know records of this kind; they can be read and not changed.",
    # readiness and its reports
    "readiness.not-computed": "Nothing has been computed yet; a worker does it as soon as it is free.",
    "readiness.moving": "The ledger grew while it was read; it is tried again.",
    "report.no-extra": "This installation cannot make this form: what makes it is not installed (pip install 'standfirst[{extra}]').",
    "report.unprinted": "The file could not be set for print: {detail}",
    # pages that write
    "problems.more": "And {count:count} more.",
    "problems.stopped": "Only the first {count:count} faults were looked for; there may be more.",
    "merge.unchosen": "Both changed this; choose which stands.",
    "signing.gone": "What you were shown for signing was used, or is older than five minutes.",
    "signing.wrong": "Password or code is wrong; nothing was signed.",
    "signing.too-often": "That was tried too often; nothing was signed.",
    "signing.unreadable": "What the browser handed over cannot be read; nothing was signed.",
    "signing.other-key": "This passkey is not one of your account; nothing was signed.",
    "signing.no-passkeys": "This organisation keeps no record of passkeys; nothing was signed.",
    # what every page of an organisation says
    "notice.simulation": "Simulation: time in this organisation's ledger is simulated.",
    "notice.fictional": "Fictional: this organisation is invented.",
    "notice.demonstration": "Demonstration: nothing on this installation is real, and all sides stand on it.",
    "record.by-nobodys-hand": "No form makes a record of this kind ({kind:one}): it is left by what is done.",
    "key.made-by-signing": "A passkey is registered when it is used to sign here for the first time.",
    # requests of programs
    "actor.not-signed-in": "Nobody is signed in.",
    "token.scheme": "A token is sent as: Authorization: Bearer sfp_...",
    "request.nowhere": "There is nothing at this address.",
    "request.method": "This address answers {allowed:count}.",
    "request.forged": "The CSRF token is missing or wrong.",
    "request.not-json": "The body is JSON; this is [{type:count}|of no type].",
    "request.not-utf8": "The body is not UTF-8, from byte {byte:count} on.",
    "request.malformed": "The body is not JSON, at line {line:count}, column {column:count}: {detail:count}.",
    "request.too-large": "The body is larger than what is read.",
    "request.cut-off": "The request did not arrive whole, or came too slowly.",
    "request.too-deep": "The body is nested too deep.",
    "request.repeated": "{field} stands twice.",
    "request.number": "{name} is a whole number from {least:count} to {most:count}.",
    "request.no-kind": "Records are listed kind by kind; none is named.",
    "request.no-version": "It is not said which version this follows.",
    "request.if-match": "If-Match names one version.",
}

HINTS: Final[Mapping[str, str]] = {
    "value.too-large": "Attach a file, and say here what it shows.",
    "value.too-many": "Attach a file, and say here what it shows.",
    "value.character": "Take it out.",
    "value.integer-too-large": "Write it as text.",
    "proof.not-signed": "Heads are signed within a minute, wherever a worker of this installation runs.",
    "handover.too-large": "Download the files by themselves.",
    "deed.needs-sign-in": "Sign in, and sign on the record's page.",
    "deed.needs-page": "Sign on the record's page.",
    "actor.not-signed-in": "Sign in, or send a token of your account: Authorization: Bearer sfp_...",
    "request.forged": "Send the value of the cookie csrftoken as the header X-CSRFToken.",
    "request.not-json": "Send it with Content-Type: application/json.",
    "request.no-kind": "Such as ?kind=risk; the address kinds names them.",
    "request.no-version": "Send the record's ETag as If-Match, or its version as expected.",
    "request.if-match": 'Send the record\'s ETag as it is, such as "3"; where the body says expected, the same.',
    "signing.too-often": "Wait a few minutes.",
    "signing.no-passkeys": "Give your password instead.",
    "value.template": "Replace it by your own words, or delete what does not apply.",
}
