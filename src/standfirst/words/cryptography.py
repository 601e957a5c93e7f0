"""The English of inventories that cannot be measured and profiles that cannot be read. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # a bill of materials
    "cbom.not-json": "The text stops being JSON at column {column:count}.",
    "cbom.too-deep": "The JSON is nested more than {limit:count} levels deep.",
    "cbom.wrong-type": "Here belongs a JSON {expected}; found: {found}.",
    "cbom.not-cyclonedx": "The file does not say that it is a CycloneDX bill of materials.",
    "cbom.no-components": "The bill of materials lists no components and describes none.",
    # what was chosen
    "jurisdiction.unknown": "There is no profile of algorithms of this name.",
    "addressee.unknown": "The profile does not speak of this addressee.",
    "posture.no-date": "The date of judgement is missing or cannot be read.",
    "posture.no-name": "The name is empty, longer than {limit:count} characters or not printable.",
    # measuring again
    "posture.other-profile": "The facts of the profile have changed since the result was made (now {found}, then {expected}).",
    # profiles and the table of algorithms
    "cryptography.repeated": "{id} stands twice.",
    "cryptography.unknown-reference": "There is no {id} that this could mean.",
    "cryptography.other-name": "The file is named for another profile than {id}.",
}

HINTS: Final[Mapping[str, str]] = {
    "cbom.not-json": "Export the bill of materials again, as CycloneDX in JSON.",
    "cbom.too-deep": "Export it again; components need not be nested so deeply.",
    "cbom.wrong-type": "Compare with the CycloneDX specification, 1.6 or 1.7.",
    "cbom.not-cyclonedx": "Other formats have to be converted first: its member bomFormat must be CycloneDX.",
    "cbom.no-components": "Export it again with its components.",
    "jurisdiction.unknown": "There are: {known:all}.",
    "addressee.unknown": "There are: {known:all}.",
    "posture.no-date": "Give the day on which the inventory is judged, such as 2026-11-22.",
    "posture.no-name": "Give the product a short name.",
    "posture.other-profile": "Repeat it with the release that it was made with, or measure the inventory anew.",
    "cryptography.repeated": "Keep the one that is right.",
    "cryptography.unknown-reference": "Check the spelling, or add it.",
    "cryptography.other-name": "The file is called as its id.",
}
