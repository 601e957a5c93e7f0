"""The English of keeping a ledger in a database: its heads, keys and anchors, and installations. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # the tables, against the entries
    "store.guards": (
        "Guards of the tables are gone, disabled or changed: {names:all}. Whoever did that could have changed rows."
    ),
    "store.row-differs": "The columns beside the entry say something else than the entry.",
    "store.head-row-differs": "The row of the ledger's head says something else than the entries, in {columns:all}.",
    "store.content-beyond": "A content stands for entry {sequence:count} (counted from 0), which there is not.",
    "store.node-differs": (
        "The hash of {level:count} levels at position {position:count} is not that of the entries below it."
    ),
    "store.read-model": "Lists do not show what is recorded: {table:name} [of the record {record}|of no record].",
    # heads
    "ledger.which": "Name a package, or an organisation with --organisation.",
    "ledger.anchors-key": "There is no public key beside this log, so nothing in it can be believed.",
    "ledger.no-keys-yet": "This organisation has no keys yet: no head of its ledger was signed.",
    "ledger.shorter-than-vouched": "The ledger has {have:count} entries; {by:name} says {noted:count}.",
    "ledger.other-than-vouched": "This is another history than the one of {by:name}, {noted}.",
    "ledger.content-unreadable": "What the entry commits to is there, and cannot be read.",
    "ledger.not-provable": "The rows of the ledger no longer give its head, so nothing is proved from them.",
    "head.keys-missing": "The keys that signed this ledger's heads are gone; no others are made in their place.",
    "head.no-keys": "There are signed heads of this ledger, and no public keys to verify them with.",
    "head.shorter-than-signed": (
        "The ledger has {have:count} entries, and a head of {signed:count} was signed: it is not signed again."
    ),
    "head.other-than-signed": (
        "The ledger does not continue the head of {signed:count} entries that was signed: it is not signed."
    ),
    "head.not-signed": "The {source:name} [of {size:count} entries] is not signed by this ledger's keys ({detail}).",
    "head.taken-away": (
        "{count:count} signed {count:head/heads} {count:is/are} no longer in the database; the first is that of "
        "{size:count} entries, {by:name}."
    ),
    "head.other-size": "The head that is kept as that of {size:count} entries was signed for {signed:count}.",
    "ledger-keys.not-canonical": "The file of the ledger's public keys is not canonical JSON ({flaw}).",
    "ledger-keys.not-these-types": "A ledger's heads are signed with Ed25519 and ML-DSA-44, in this order.",
    "ledger-keys.by-hand": "Keys of the ledger are changed with 'standfirst ledger rekey', and by nobody's hand.",
    "ledger-keys.other-name": "The key is named {name}, and the ledger {origin}.",
    "ledger-keys.periods": "The file of the ledger's public keys does not say which of them sign from the first entry on.",
}

HINTS: Final[Mapping[str, str]] = {
    "store.guards": "Find out who did it and why, and prove the ledger; 'standfirst init' sets them up again.",
    "store.row-differs": "Somebody wrote to the database by hand. Restore a copy.",
    "store.head-row-differs": "Somebody wrote to the database by hand. Restore a copy.",
    "store.content-beyond": "Somebody wrote to the database by hand. Restore a copy.",
    "store.node-differs": "Make it anew with 'standfirst organisation rebuild'.",
    "store.read-model": "Make them anew with 'standfirst organisation rebuild'; the records themselves are as they were written.",
    "ledger.not-provable": "Ask 'standfirst ledger check' which entry it is.",
    "ledger.anchors-key": "Name its file with --anchors-key.",
    "head.keys-missing": "Put the folder of keys back from its backup.",
    "head.no-keys": "Name their file with --keys.",
    "head.shorter-than-signed": "The database is older than its keys: restore the newest backup.",
    "head.other-than-signed": "Ask 'standfirst ledger check' which entry it is.",
    "head.taken-away": "Restore a copy. The newest head may be missing for a moment while a worker signs.",
    "head.not-signed": "Somebody else signed it, or it was changed.",
}
