"""The English of lists: what an address asks that cannot be meant, saved views, deeds on several records. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "list.unknown": "The address asks for {parameter:all}[ “{value:all}”], which this list does not know; it is left out.",
    "list.no-bound": "“{value:all}” is neither a day, such as 2026-05-20, nor a number; {parameter:all} is left out.",
    "view.name": "A view needs a name of at most {limit:count} characters.",
    "view.too-many": "You keep {limit:count} views of this kind already.",
    "view.not-yours": "This view is somebody else's.",
    "bulk.nothing": "No record is chosen.",
    "bulk.too-many": "More than {limit:count} records at once are not moved.",
    "bulk.signs": "The move “{transition}” leaves a signature, and each record is signed by itself.",
    "bulk.there": "It is {state:state} already.",
    "bulk.one-cannot": "Not all of them can be moved: {records:all}. So none was.",
}

HINTS: Final[Mapping[str, str]] = {
    "view.too-many": "Delete one that you no longer need.",
    "view.not-yours": "Save one of your own under another name.",
    "bulk.nothing": "Tick the boxes of the records, or choose all that match.",
    "bulk.too-many": "Narrow the list, and move the rest afterwards.",
    "bulk.signs": "Open each record to sign it: what is signed is the record as you have read it.",
}
