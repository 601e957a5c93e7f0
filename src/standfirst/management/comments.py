"""Comments: what people say to each other about a record. Part of the ledger, and never evidence of anything.

What was said is not edited: its author withdraws it and says it anew. A comment belongs to the organisation, so nobody
from outside reads it along with the record that it is about (``sharing.NOT_BY_AUDIT``), unless comments are granted by name.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import Field

from standfirst.records.body import Body
from standfirst.records.kind import ANY_KIND, Kind, LinkRule
from standfirst.records.lifecycle import Attempt, Lifecycle, Transition
from standfirst.records.record import Content
from standfirst.records.view import Family, View, Widget
from standfirst.records.writing import Wish
from standfirst.standards.problems import Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Text

ABOUT: Final = "about"
MENTIONS: Final = "mentions"
ANSWERS: Final = "answers"
SAID: Final = "said"
WITHDRAWN: Final = "withdrawn"

MOST_MENTIONS: Final = 20
"""People whom one comment may call; more are called by a record that says who does what."""


class CommentBody(Body):
    text: Text = Field(description="What you want to say; @ and a handle calls somebody")


def about_one_record(attempt: Attempt) -> Reason | None:
    """Exactly one, and not another comment: that is answered, under the record that both are about."""
    links = attempt.content.links
    about, answered = links.get(ABOUT, ()), links.get(ANSWERS, ())
    if len(about) != 1:
        return Reason("comment.about-one", {"count": len(about)})
    if len(answered) > 1:
        return Reason("comment.answers-one", {"count": len(answered)})
    found = attempt.workspace.records([*about, *answered])
    if about[0] in found and found[about[0]].kind == COMMENT.name:
        return Reason("comment.about-comment", {"comment": found[about[0]].number})
    elsewhere = [found[i] for i in answered if i in found and _about(found[i].current.content) != about]
    return Reason("comment.answers-elsewhere", {"comment": elsewhere[0].number}) if elsewhere else None


def shows_nothing(attempt: Attempt) -> Reason | None:
    """A comment serves no requirement: evidence is a record that somebody answers for."""
    return Reason("comment.serves") if attempt.content.serves else None


def by_its_author(attempt: Attempt) -> Reason | None:
    """What somebody said is taken back by nobody else."""
    own = attempt.workspace.records([attempt.content.record])[attempt.content.record]
    return None if own.entries[0].actor == attempt.actor.id else Reason("comment.of-another")


def _about(content: Content) -> tuple[str, ...]:
    return content.links.get(ABOUT, ())


COMMENT: Final = Kind(
    name="comment",
    prefix="CMT",
    folder="comments",
    title="Comment",
    body=CommentBody,
    titled_by="text",
    lifecycle=Lifecycle(
        states=(SAID, WITHDRAWN),
        transitions=(Transition("withdraw", (SAID,), WITHDRAWN, guards=(by_its_author,)),),
        frozen=(SAID, WITHDRAWN),
    ),
    links=(
        LinkRule(ABOUT, ANY_KIND),
        LinkRule(MENTIONS, ("person",)),
        LinkRule(ANSWERS, ("comment",)),
    ),
    writes=(about_one_record, shows_nothing),
    view=View(Family.KEEPING, widgets={"text": Widget.MARKDOWN}),
)


# --- whom it calls ---------------------------------------------------------------------------------------------------

_CODE: Final = re.compile(r"(?s)```.*?(?:```|\Z)|`[^`\n]*`")
HANDLE: Final = re.compile(r"(?<![\w@./-])@([a-z][a-z0-9-]{1,39})(?![\w@-])")
"""As ``PersonBody`` spells handles. An address of a mailbox calls nobody."""


def handles_in(text: str) -> Sequence[str]:
    """Whom a text calls by ``@handle``, each once, in the order of the text. What stands in code calls nobody."""
    return tuple(dict.fromkeys(HANDLE.findall(_CODE.sub(" ", text))))


def wish_of_comment(text: str, *, about: str, people: Mapping[str, str], answers: str = "") -> Wish:
    """What is to be recorded. ``about`` and ``answers`` are numbers or ids, ``people`` ids by handle: those who are here.

    Raises Unusable, at the text, for handles of nobody and for too many of them.
    """
    called = handles_in(text)
    if unknown := tuple(handle for handle in called if handle not in people):
        raise Unusable([problem("comment", "comment.nobody", field="body.text", handles=unknown)])
    if len(called) > MOST_MENTIONS:
        told = {"count": len(called), "limit": MOST_MENTIONS}
        raise Unusable([problem("comment", "comment.mentions", field="body.text", **told)])
    return Wish(
        body={"text": text},
        links={
            ABOUT: (about,),
            MENTIONS: tuple(people[handle] for handle in called),
            ANSWERS: (answers,) if answers else (),
        },
    )
