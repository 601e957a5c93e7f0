"""What workers do with each topic of the outbox."""

import logging
from datetime import date, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from standfirst.records.change import Refused
from standfirst.server.clock import now
from standfirst.server.exchange.granting import carry_decision, carry_grant, carry_visit
from standfirst.server.exchange.receiving import answer, deliver
from standfirst.server.exchange.service import require_organisation
from standfirst.server.forgetting import forget
from standfirst.server.importing.keeping import KEPT
from standfirst.server.importing.models import Sheet
from standfirst.server.readiness import keeping, reporting
from standfirst.server.sealed.batching import WRITTEN_ANEW, forget_the_order, run_all
from standfirst.server.search.extracting import read_files
from standfirst.server.search.indexing import READ_FILES, follow
from standfirst.server.store import outbox
from standfirst.server.store.anchoring import AnchorLog, anchor
from standfirst.server.store.erasing import ERASED
from standfirst.server.store.following import (
    ACCESS_ENDED,
    ANSWERED,
    DECIDED,
    FILES,
    GRANTED,
    LEFT,
    READINESS,
    REPORT,
    SEARCH,
    SENT,
    TELLING,
    VISITED,
)
from standfirst.server.store.heads import is_signing, sign_head
from standfirst.server.store.ledger_keys import KeyFolder
from standfirst.server.store.models import LedgerHead, Organisation, SignedHead
from standfirst.server.store.outbox import Task, Topic, Topics
from standfirst.server.store.store import HEAD_MOVED
from standfirst.server.store.turn import turn
from standfirst.server.telling import daily as telling
from standfirst.server.telling import hearing, letters, sending
from standfirst.server.telling.sending import POST
from standfirst.server.withdrawing import leave, withdraw
from standfirst.server.workplace import open_store
from standfirst.trust.errors import Rejected

_log = logging.getLogger(__name__)


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


def daily(today: date) -> int:
    """What no commit leaves behind, once a day and when a worker starts. Returns how much of it could not be done."""
    with turn():
        Session.objects.filter(expire_date__lt=now()).delete()
        Sheet.objects.filter(brought_at__lt=now() - KEPT).delete()
    reporting.forget()
    outbox.forget(now())
    keeping.remind()
    return sign_what_was_left() + len(run_all(today=today).refused) + telling.tell_all()


def sign_what_was_left() -> int:
    """Heads that nobody signs although they moved: the outbox is a table, and whoever owns it could empty it.

    Returns how many could not be signed: of a ledger that does not continue the head that was signed before.
    """
    failed = 0
    last = (
        SignedHead.objects.filter(organisation=OuterRef("organisation")).order_by("-size").values("size")[:1]
    )
    heads = LedgerHead.objects.annotate(signed=Coalesce(Subquery(last), 0)).exclude(size=F("signed"))
    for head in heads.order_by("organisation"):
        if is_signing(head.organisation_id):
            continue
        _log.error("no worker was told of the newest head of %s; it is signed now", head.organisation_id)
        try:
            sign_and_anchor(Task(head.organisation_id, head.size, "{}"))
        except (Refused, Rejected) as flaw:
            _log.error("the head of %s is not signed: %s", head.organisation_id, flaw)
            failed += 1
    return failed


def assess_and_tell(task: Task) -> None:
    """What a commit has changed of what is shown; and who manages the system gets to know what was lost."""
    keeping.follow(task)
    telling.tell_readiness(require_organisation(task.organisation))


TOPICS: Final[Topics] = {
    HEAD_MOVED: Topic(sign_and_anchor, at_once=True),
    ERASED: Topic(forget),
    GRANTED: Topic(carry_grant),
    VISITED: Topic(carry_visit),
    DECIDED: Topic(carry_decision),
    SENT: Topic(deliver),
    ANSWERED: Topic(answer),
    SEARCH: Topic(follow, at_once=True),
    READINESS: Topic(assess_and_tell, at_once=True),
    TELLING: Topic(hearing.hear, at_once=True),
    FILES: Topic(keeping.look_at_files, at_once=True),
    READ_FILES: Topic(read_files, at_once=True),
    LEFT: Topic(leave),
    ACCESS_ENDED: Topic(withdraw),
    WRITTEN_ANEW: Topic(lambda _: forget_the_order()),
}

BESIDE: Final[Topics] = {
    POST: Topic(sending.deliver),
    REPORT: Topic(reporting.make),
}
"""What waits for servers of others or takes long, and keeps nothing else waiting: worked off in a thread of its own."""


def often(at: datetime) -> None:
    """What is due at an hour, beside the rest: letters."""
    letters.send_due(at)
