"""The English of transparency logs, their witnesses and monitors: code -> sentence, and what to do about it. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # tiles and entry bundles
    "tile.path": "{path} is not the name of a tile or entry bundle.",
    "tile.missing": "The log has no {path}.",
    "tile.length": "{path} has {bytes:count} {bytes:byte/bytes}; a tile of its width has {expected:count}.",
    "tile.hash-differs": "{path} was changed: it does not hash to what stands above it.",
    "tile.root-differs": (
        "The tiles at the right edge of the log do not give the root of the tree of {size:count} {size:entry/entries}."
    ),
    "tile.entry-cut-short": "Entry {place:count} of {path}, counted from 0, is cut short.",
    "tile.entry-count": (
        "{path} holds {entries:count} {entries:entry/entries}; a bundle of its width holds {expected:count}."
    ),
    "tile.entry-too-long": (
        "Entry {place:count}, counted from 0, has {bytes:count} bytes; a log takes entries of at most {limit:count}."
    ),
    # the log
    "log.not-a-log": "There is no log in {folder}.",
    "log.no-checkpoint": "The log has no checkpoint.",
    "log.already-there": "In {folder} there is a log already, or what is left of one.",
    "log.in-use": "Another process is writing the log in {folder}.",
    "log.closed": "The log was closed.",
    "log.not-writable": "The folder of the log cannot be written: {detail:clause}.",
    "log.must-be-reopened": "An earlier write failed half-way, so the log takes no more.",
    "log.size-outside": "The log can be asked for sizes from {least:count} to {most:count}, not {size:count}.",
    "log.no-such-entry": "The log has {size:count} {size:entry/entries}, so none with the index {index:count}.",
    "log.entry-damaged": "The entry with the index {index:count} was changed: it is not the one that was logged ({path}).",
    "log.journal-damaged": "The record at byte {byte:count} of {path} is not what was written.",
    "log.journal-of-another": "{path} does not continue this log from the index {index:count} on.",
    "log.rolled-back": (
        "The log holds {path}, which lies beyond its {size:count} {size:entry/entries}: an older checkpoint was put back."
    ),
    # the witness
    "witness.old-size-line": "The first line does not say the old size.",
    "witness.proof-line": "Line {line:count} of the proof is not a hash.",
    "witness.proof-too-long": "The proof has more than {limit:count} lines.",
    "witness.request-cut-short": "There is no empty line between proof and checkpoint.",
    "witness.request-too-large": "The request has {bytes:count} bytes; at most {limit:count} are read.",
    "witness.unknown-log": "The witness does not know this log.",
    "witness.not-signed-by-log": "The checkpoint is not signed with a key that the witness knows for this log.",
    "witness.old-size-too-large": "The old size, {old:count}, is not one from 0 to the checkpoint's, {size:count}.",
    "witness.old-size-differs": "The latest checkpoint that the witness cosigned is of size {size:count}.",
    "witness.root-differs": "The witness cosigned another root for the size {size:count}: the log shows two histories.",
    "witness.state-damaged": "What the witness kept of the log {origin} was changed ({path}).",
    "witness.clock-went-back": (
        "It is {now:count} s after 1970, but the witness cosigned at {latest:count} s: its clock went back."
    ),
    # the monitor
    "monitor.shrunk": (
        "The log shows {second:count} {second:entry/entries}, and has signed that it has {first:count}."
    ),
    "monitor.split-view": "The log has signed two roots for the size {size:count}: it shows two histories.",
    "monitor.not-continued": (
        "The tree of {second:count} {second:entry/entries} does not begin with the one of {first:count} that the log"
        " signed before: it has rewritten its history."
    ),
    "monitor.entry-wrong": (
        "The entry with the index {index:count} was changed: it is number {place:count} in {path}, counted from 0."
    ),
    "monitor.tile-wrong": "Hash {place:count} of {path}, counted from 0, was changed.",
    "monitor.entry-or-tile-wrong": (
        "The entry with the index {index:count} ({path}) and its hash differ, and neither gives the root that was signed."
    ),
    "monitor.root-wrong": (
        "The entries agree with their hashes, but not with the root that the log signed for the size {size:count}."
    ),
    "monitor.stray-file": "{path} is no file that a log has.",
    # contradictions
    "guilt.split-view": "{party} signed two roots for one size of the log.",
    "guilt.went-back": "{party} said of a smaller log, later, that it was the largest it had seen.",
}

HINTS: Final[Mapping[str, str]] = {
    "tile.missing": "Fetch it from another copy of the log.",
    "tile.hash-differs": "Fetch it from another copy of the log; a good one fits the same checkpoint.",
    "tile.root-differs": "Audit the log: that names what was changed.",
    "tile.entry-too-long": "Log a digest of it instead.",
    "log.not-a-log": "Begin one, or name its folder.",
    "log.already-there": "Name another folder.",
    "log.in-use": "Wait until it has finished.",
    "log.must-be-reopened": "Open it again: what was acknowledged is there.",
    "log.entry-damaged": "Fetch the bundle from another copy of the log; a good one fits the same checkpoint.",
    "log.journal-damaged": (
        "Do not cut the file by hand unless its records are known to be nowhere else: they were acknowledged."
    ),
    "log.journal-of-another": "Put the journal of this log back.",
    "log.rolled-back": "Put the latest checkpoint back; a log that goes on from an older one shows two histories.",
    "witness.old-size-differs": "Prove consistency from that size.",
    "witness.root-differs": "Keep both checkpoints: they convict the log.",
    "witness.state-damaged": "The witness must not guess: put its latest state back, or retire its key.",
    "witness.clock-went-back": "Set the clock of the witness.",
    "monitor.shrunk": "Ask for the latest checkpoint; keep both if the log stays with it.",
    "monitor.split-view": "Publish both checkpoints: they convict the log.",
    "monitor.not-continued": "Publish both checkpoints with a copy of the log.",
}
