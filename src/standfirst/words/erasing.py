"""The English of erasure as the record engine sees it. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # what the ledger shows
    "ledger.erased-content-there": "What entry {by:count} (counted from 0) has erased is still there.",
    "ledger.erased-twice": "The entry erases what was erased before: entry {erased:count}, counted from 0.",
    "ledger.erases-erasure": "The entry erases an erasure: entry {erased:count}, counted from 0.",
    # what a store refuses
    "erasure.nothing-left": "All that the erasure leads to is erased already.",
    "erasure.gone": "There is no content to erase at entry {entry:count}, counted from 0.",
    "erasure.of-erasure": "Entry {entry:count} (counted from 0) erases others, so what it says stays.",
    "erasure.in-part": "A record is erased with all its versions; only older ones can go alone.",
    "erasure.written-too": "A record is not written and erased in one change.",
    "record.erased": "{record} was erased; it is not written again.",
    # a package
    "unrecorded.erased": "{record} was erased, and its file {file} is still there: delete it, and the evidence that only it names.",
}

HINTS: Final[Mapping[str, str]] = {
    "record.erased": "Delete its file if there is one, and what comes back from a copy; begin a new record if one is needed.",
}
