"""What workers do with each topic of the outbox."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from standfirst.server.clock import now
from standfirst.server.exchange.granting import carry_decision, carry_grant, carry_visit
from standfirst.server.exchange.receiving import answer, deliver
from standfirst.server.forgetting import forget
from standfirst.server.store.anchoring import AnchorLog, anchor
from standfirst.server.store.erasing import ERASED
from standfirst.server.store.following import ANSWERED, DECIDED, GRANTED, SENT, VISITED
from standfirst.server.store.heads import sign_head
from standfirst.server.store.ledger_keys import KeyFolder
from standfirst.server.store.models import Organisation
from standfirst.server.store.outbox import Task, Topic, Topics
from standfirst.server.store.store import HEAD_MOVED
from standfirst.server.workplace import open_store


def sign_and_anchor(task: Task) -> None:
    """The newest head, whichever one the task is about. In the public log, where one is set."""
    store = open_store(Organisation.objects.get(id=task.organisation))
    note = sign_head(store, key_folder(), host=host(), now=now())
    if note is not None and (log := anchor_log()) is not None:
        anchor(task.organisation, note, log, host=host())


def key_folder() -> KeyFolder:
    return KeyFolder(Path(settings.KEYS))


def anchor_log() -> AnchorLog | None:
    return AnchorLog(Path(settings.ANCHOR)) if settings.ANCHOR else None


def host() -> str:
    """What the names of ledgers and logs begin with."""
    return urlsplit(settings.ADDRESS).hostname or "localhost"


TOPICS: Final[Topics] = {
    HEAD_MOVED: Topic(sign_and_anchor, at_once=True),
    ERASED: Topic(forget),
    GRANTED: Topic(carry_grant),
    VISITED: Topic(carry_visit),
    DECIDED: Topic(carry_decision),
    SENT: Topic(deliver),
    ANSWERED: Topic(answer),
}
