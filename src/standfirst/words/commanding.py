"""Hints that name a command, a flag or a line of a file: told at the command line, and at no other door.

The hint of the same code in the other tables speaks of the deed, and is told everywhere else. Where there is none there,
the code is of the command line alone, or its sentence says it all.
"""

from collections.abc import Mapping
from typing import Final

HINTS: Final[Mapping[str, str]] = {
    "field.missing": "'standfirst package kinds KIND' shows what each field asks.",
    "field.*": "'standfirst package kinds KIND' shows what each field asks.",
    "field.extra-forbidden": "Check the spelling; 'standfirst package kinds KIND' lists the fields.",
    "package.no-such-path": "Check the spelling, or begin a package: standfirst package init FOLDER.",
    "package.empty": "Begin a package: standfirst package init FOLDER (a new or empty one).",
    "package.is-handover": "'standfirst package check' proves it; 'standfirst package import' takes it in.",
    "record.not-a-mapping": "'standfirst package kinds KIND' shows how a record looks.",
    "record.no-such-file": "'standfirst package check' names the files.",
    "record.no-front-matter": "'standfirst package kinds document' shows how it looks.",
    "record.edited": "Write the new state: into the file and record both together: standfirst package record.",
    "clock.missing": "Such as --clock 2026-02-01T09:00; later than the last entry.",
    "number.unknown": "'standfirst ledger show' names the numbers there are.",
    "package.no-manifest": "Is it the folder above or below? To begin one: standfirst package init FOLDER.",
    "record.unknown-requirement": "Ids look like 6.1.3 or A.1.2; 'standfirst requirements' lists them.",
    "evidence.missing": "Put it below evidence/, and name it by its path from there: evidence/...",
    "measurement.digest": "Measure again: standfirst collect ... --into PACKAGE.",
    "measurement.other-moment": "Measure again: standfirst collect ... --into PACKAGE.",
    "deed.second-person": "Record it with --actor somebody else who holds the role.",
    "deed.frozen": "Set state: back to where it is edited (such as draft), change it, and have it approved again.",
    "ledger.not-founded": "A package begins with 'standfirst package init'; if its ledger was lost, restore a copy.",
    "import.number-taken": "Numbers are never changed: name what you want with --only, and leave this one out.",
    "import.record-present": "Name what you want with --only.",
    "store.guards": "Find out who did it and why, and prove the ledger; 'standfirst init' sets them up again.",
    "store.node-differs": "Make it anew with 'standfirst organisation rebuild'.",
    "store.read-model": "Make them anew with 'standfirst organisation rebuild'; the records themselves are as they were written.",
    "ledger.not-provable": "Ask 'standfirst ledger check' which entry it is.",
    "head.other-than-signed": "Ask 'standfirst ledger check' which entry it is.",
    "ledger.anchors-key": "Name its file with --anchors-key.",
    "head.no-keys": "Name their file with --keys.",
    "workplace.no-data": "Set it up with 'standfirst init --data DIR', or name another folder with --data.",
    "workplace.half-migrated": "Bring it up to this release with 'standfirst init', while no server runs on it.",
    "organisation.there-already": "Choose another --slug.",
    "root.not-in-policy": "Recognition is your own decision: a policy that names this body is given with --policy.",
    "log.not-in-policy": "Recognition is your own decision: a policy that names this log is given with --policy.",
    "ledger.which": "An organisation is named with --organisation SLUG.",
    "demo.no-port": "Name another one with --port, or end what stands on these.",
    "ledger-keys.by-hand": "With 'standfirst ledger rekey'.",
}
