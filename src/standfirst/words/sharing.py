"""The English of sharing, exchange, erasure and keys. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # people
    "person.own-roles": "Nobody changes their own roles while somebody else manages too ({others}).",
    "person.service-id": "By this id a service of the organisation acts, so it is nobody's.",
    # passkeys
    "key.of-another": "A passkey is registered by the person who holds it, for that person alone.",
    "key.revoked-by-another": "A passkey is revoked by its holder, or with the role {asked:name or}.",
    # other organisations
    "party.one-way": "{name} is found either by its id on this installation or by its address, not by both or neither.",
    # read grants
    "grant.period": (
        "A read grant begins before it ends, at most {years:count} years later; stated: {effective_from} to {effective_until}."
    ),
    "grant.opens": (
        "A read grant opens either kinds of records or one audit; here: {kinds:count} {kinds:kind/kinds} and"
        " {audits:count} {audits:audit/audits}."
    ),
    "grant.unknown-kind": "There is no kind {kinds:or} here.",
    "visit.period": "A visit begins before it ends, at most {hours:count} hours later; stated: {begins_at} to {until}.",
    "received-grant.by-hand": "What was granted is carried over from who granted it, and written by nobody's hand.",
    "visit.by-hand": "A visit is written down by the service that lets the visitor in, and by nobody's hand.",
    "export-decision.by-hand": "What is decided about reading is written down by the service that decides, and by nobody's hand.",
    "sent-envelope.by-hand": "What became of an envelope is written down when it is delivered or answered, and by nobody's hand.",
    # export control
    "classification.of-nothing": "The classification leads to no record.",
    "classification.not-replaced": "{records} {records:has/have} no other confirmed classification under the same law.",
    # what was decided about one record in one visit
    "reading.grant-not-active": "The read grant is {state:state}.",
    "reading.outside-period": "The read grant holds from {effective_from} until {effective_until}, and not now.",
    "reading.other-grant": "The visit is not one under this read grant.",
    "reading.visit-over": "The visit is over, or has not begun; it ends at {until}.",
    "reading.unclassified": "Nobody has classified the record for export control, and the read grant opens such records.",
    "reading.unclassified-refused": (
        "Nobody has classified the record for export control, and the read grant does not open such records."
    ),
    "reading.not-controlled": "The record is not under export control.",
    "reading.free": "The record is under export control ({entry}), and no licence is needed for this reading.",
    "reading.licence": "Licence {licence} covers this reading ({entry}).",
    "reading.on-site": "The record is under export control ({entry}) and is viewed at {site} only.",
    "reading.not-covered": "The record is under export control ({entry}), and no licence of the read grant covers this reading.",
    # envelopes
    "envelope.controlled": "This is under export control ({entries}), so only who answers for that may send it.",
    "envelope.of-nothing": "There is no such version of {record} here to send.",
    "envelope.erased": "{record} was erased, so it cannot be sent.",
    "envelope.not-proved": "{record} is not proved: content, entry, proof or head was changed.",
    "envelope.says-another": "The envelope says {stated:value} ({field:field}); proved is {found:value}.",
    "envelope.other-files": "The files listed with the envelope are not those that its record attaches ({files}).",
    "envelope.kept-apart": "An envelope is kept with the files that came with it, and no others ({files}).",
    "envelope.simulation": "The time of the sender's ledger is simulated, and ours is not.",
    # legal holds and erasure
    "hold.nothing": "The legal hold leads to no record.",
    "erasure.nothing": "The erasure leads to no record.",
    "erasure.never": "Never erased: {records}.",
    "erasure.in-use": "{records} still {records:acts/act} here.",
    "erasure.held": "A legal hold is in force: {holds}.",
    "erasure.too-early": "The years for which it is kept have not passed: {records}.",
    "erasure.decided-later": "The decision is dated {stated}; what stands recorded is of {recorded}.",
}

HINTS: Final[Mapping[str, str]] = {
    "person.service-id": "Leave the id out; a new one is made.",
    "person.own-roles": "Somebody else who manages changes them.",
    "envelope.controlled": "Ask whoever has the role export control.",
    "party.one-way": "Give the one, and leave the other out.",
    "grant.period": "Grant for a shorter time, and again when it has passed.",
    "grant.opens": "Name kinds, or link one audit.",
    "classification.of-nothing": "Link the records that it is of.",
    "classification.not-replaced": "Have a new classification of them confirmed first.",
    "envelope.not-proved": "Ask for it again.",
    "envelope.says-another": "Ask for it again.",
    "hold.nothing": "Link the records that are held.",
    "erasure.nothing": "Link the records that are to be erased.",
    "erasure.in-use": "Record first that they have left.",
    "erasure.held": "Have the hold released first.",
    "erasure.too-early": "Wait, or name another ground if there is one.",
    "erasure.decided-later": "Say when it was decided.",
}
