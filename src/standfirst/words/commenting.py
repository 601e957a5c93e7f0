"""The English of comments. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "comment.about-one": "A comment is about one record; this one is about {count:count}.",
    "comment.about-comment": "{comment} is a comment itself.",
    "comment.answers-one": "A comment answers one other; this one answers {count:count}.",
    "comment.answers-elsewhere": "{comment} is about another record.",
    "comment.serves": "A comment is no evidence, so it serves no requirement.",
    "comment.of-another": "A comment is withdrawn by the person who made it.",
    "comment.nobody": "Nobody here goes by {handles:all}.",
    "comment.mentions": "The comment calls {count:count} people; at most {limit:count} can be called.",
}

HINTS: Final[Mapping[str, str]] = {
    "comment.about-comment": "Answer it, under the record that it is about.",
    "comment.answers-elsewhere": "Answer it there, or say it here without answering.",
    "comment.serves": "Record what shows the requirement, and comment on that.",
    "comment.nobody": "Take the handle of somebody who is active here, or leave the @ away.",
}
