"""The English of setting up a workplace and its organisations. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "workplace.no-data": "Nothing was set up in this folder.",
    "workplace.extra-absent": "The workplace needs the extra {extra}, which is not installed.",
    "workplace.half-migrated": "The database lacks {count:count} {count:step/steps} of this release.",
    "installation.begun": "This installation is for another purpose: {purpose:name}.",
    "installation.not-here": (
        "No {type:name} has a workspace on this installation, which is for the purpose {purpose:name}."
    ),
    "organisation.there-already": "There is an organisation {slug} already.",
    "organisation.unknown": "There is no organisation {slug}.",
    "organisation.slug": "This is no name for addresses: {slug}.",
    "organisation.foreign-kinds": "Such an organisation keeps no records of these kinds: {kinds:all}.",
}

HINTS: Final[Mapping[str, str]] = {
    "workplace.no-data": "Set it up with 'standfirst init --data DIR', or name another folder with --data.",
    "workplace.extra-absent": "In a checkout: make demo, or pip install -r requirements-extras.lock.",
    "workplace.half-migrated": "Bring it up to this release with 'standfirst init', while no server runs on it.",
    "installation.not-here": (
        "Who judges does not keep the books of those judged (ISO/IEC 17021-1, 5.2): use an installation of its own, "
        "or a demonstration."
    ),
    "organisation.slug": "It is 1 to 60 small letters, digits and hyphens.",
    "organisation.there-already": "Choose another --slug.",
}
