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
    # what stands beside the ledger
    "head.nobody-signs": (
        "The ledger has {size:count} entries, heads are signed up to {signed:count}, and no worker was told of the rest."
    ),
    "access.other-than-recorded": "The table of members lets another account or person in than {record} says.",
    "access.without-row": "The table of members lacks whom {record} lets in.",
    "sealed.item-changed": "{count:count} sealed {count:item/items} [of {record}] {count:is/are} not what was committed to.",
    "sealed.item-gone": "{count:count} sealed {count:item/items} of {record} {count:is/are} gone.",
    "sealed.case-gone": "{count:count} speak-up {count:case is/cases are} gone; what was said in them is still there.",
    "file.bytes-gone": "A file attached to {record} is gone: {digest}.",
    "file.bytes-changed": "A file attached to {record} is not what was attached: {digest}.",
    # heads
    "ledger.which": "Name a package, or an organisation.",
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
    # what a stranger proves
    "proof.neither": "This is neither a hand-over nor a proof of an entry.",
    "proof.no-entry": "The proof does not hold the entry that it is about, so there is nothing to prove.",
    "proof.no-time": "The time at which the head was signed is none.",
    "proof.other-head": "The hand-over is proved under the head {stated}; the keys have signed {signed}.",
    "proof.other-entry": "The proof is about entry {entry:count}, and that is not what stands here.",
    "proof.entry-unreadable": "The entry cannot be read.",
    "proof.head-unsigned": (
        "All of it is proved under head {head}, but no key has signed that head: that it is the ledger's, whoever made "
        "the hand-over says alone."
    ),
    "proof.other-signatures": "Signatures that stand in other versions of a record are not in a hand-over.",
    "proof.shows-entry": "The entry stands in this ledger as it was written, at this place; whoever has the keys says when.",
    "proof.shows-content": "Content and files are to the bit what the entry commits to.",
    "proof.shows-ledger": "Which ledger it is, by its first entry, and whether its time is simulated.",
    "proof.not-content": "What the record says: only the hand-over has that.",
    "proof.not-simulation": "Whether the ledger's time is simulated: only the hand-over shows that.",
    "proof.not-later": "That there is no later version, and that this one was not withdrawn since.",
    "proof.not-whose": "Whose keys these are. Have them from the organisation itself, not with the file.",
    "proof.not-true": "That what the record says is true.",
    "proof.not-fork": (
        "That others are shown the same ledger. Compare heads with others, or look for this one where heads are anchored."
    ),
    "ledger-keys.not-canonical": "The file of the ledger's public keys is not canonical JSON ({flaw}).",
    "ledger-keys.not-these-types": "A ledger's heads are signed with Ed25519 and ML-DSA-44, in this order.",
    "ledger-keys.by-hand": "Keys of the ledger are changed by whoever runs the installation, and by nobody's hand.",
    "ledger-keys.other-name": "The key is named {name}, and the ledger {origin}.",
    "ledger-keys.periods": "The file of the ledger's public keys does not say which of them sign from the first entry on.",
}

HINTS: Final[Mapping[str, str]] = {
    "head.nobody-signs": "Somebody may have emptied the outbox. A worker signs the newest head once a day and when it starts.",
    "access.other-than-recorded": "Somebody wrote to the database by hand. It lets nobody in; restore a copy.",
    "access.without-row": "Somebody wrote to the database by hand. Restore a copy.",
    "sealed.item-changed": "Somebody wrote to the database by hand. Restore a copy.",
    "sealed.item-gone": "Somebody wrote to the database by hand. Restore a copy.",
    "sealed.case-gone": "Somebody wrote to the database by hand. Restore a copy.",
    "file.bytes-gone": "Put it back from a backup of the files.",
    "file.bytes-changed": "Put it back from a backup of the files.",
    "store.guards": "Find out who did it and why, and prove the ledger.",
    "store.row-differs": "Somebody wrote to the database by hand. Restore a copy.",
    "store.head-row-differs": "Somebody wrote to the database by hand. Restore a copy.",
    "store.content-beyond": "Somebody wrote to the database by hand. Restore a copy.",
    "store.read-model": "Have them made anew; the records themselves are as they were written.",
    "ledger.not-provable": "Ask whoever runs this installation to have the ledger checked.",
    "proof.no-entry": "Ask for the hand-over, or for the proof as the record's page gives it.",
    "proof.head-unsigned": "Ask for the hand-over again: heads are signed within a minute.",
    "head.keys-missing": "Put the folder of keys back from its backup.",
    "head.shorter-than-signed": "The database is older than its keys: restore the newest backup.",
    "head.other-than-signed": "Ask whoever runs this installation to have the ledger checked.",
    "head.taken-away": "Restore a copy. The newest head may be missing for a moment while a worker signs.",
    "head.not-signed": "Somebody else signed it, or it was changed.",
}
