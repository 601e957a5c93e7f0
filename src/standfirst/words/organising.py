"""The English of setting up a workplace and its organisations. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "workplace.no-data": "Nothing was set up in this folder.",
    "demo.another": "Somebody else starts or stops the demonstration of this folder just now.",
    "demo.no-answer": "The server did not answer; it said last: {said}",
    "demo.no-port": "All ports from {first} to {last} are taken.",
    "demo.not-ended": "The server (process {process}) does not end.",
    "workplace.extra-absent": "The workplace needs the extra {extra}, which is not installed.",
    "workplace.half-migrated": "The database lacks {count:count} {count:step/steps} of this release.",
    "workplace.empty-key": "The secret key is empty: with it anybody could sign in as anybody.",
    "workplace.open-to-others": "Others on this machine may read this, and it belongs to somebody else.",
    "workplace.database": "The database cannot be used: {detail}.",
    "setting.address": "This is no address of a web site: {value}.",
    "setting.database": "This is no address of a database.",
    "setting.mail": "This is no address of a mail server.",
    "setting.one-of": "This is {allowed:or}, not {value}.",
    "setting.megabytes": "This is a whole number of megabytes, not {value}.",
    "setting.not-json": "This is no JSON file with a list of providers.",
    "setting.command": "This is no command line: a quotation mark is not closed.",
    "organisation.name": "A name has 1 to {most:count} characters; this one has {characters:count}.",
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
    "workplace.empty-key": "Put the file back from a backup, or delete it and set up again: then everybody signs in anew.",
    "workplace.open-to-others": "Its owner takes that right away: chmod -R go-rwx.",
    "setting.address": "Such as https://quality.example.org or http://localhost:8000.",
    "setting.database": "Such as postgres://user:password@host/name.",
    "setting.mail": "Such as smtp+tls://user:password@host:587.",
    "workplace.extra-absent": "In a checkout: make demo, or pip install -r requirements-extras.lock.",
    "workplace.half-migrated": "Whoever runs this installation brings it up to this release.",
    "installation.not-here": (
        "Who judges does not keep the books of those judged (ISO/IEC 17021-1, 5.2): use an installation of its own, "
        "or a demonstration."
    ),
    "organisation.slug": "It is 1 to 60 small letters, digits and hyphens.",
    "organisation.there-already": "Choose another short name.",
}
