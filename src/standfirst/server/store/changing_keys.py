"""Other keys take over a ledger's heads: recorded in the ledger, and that signed by those who leave."""

from collections.abc import Callable
from datetime import datetime

from standfirst.management.ledger_keys import announce, announced
from standfirst.records.actor import Actor
from standfirst.records.change import Change, Refused
from standfirst.records.workspace import Workspace
from standfirst.server.store.heads import sign_alone
from standfirst.server.store.ledger_keys import KeyFolder, LedgerKeys
from standfirst.server.store.store import DatabaseStore
from standfirst.standards.reason import Reason
from standfirst.trust.checkpoint import Checkpoint


def change_keys(
    store: DatabaseStore,
    folder: KeyFolder,
    *,
    acting: Callable[[Workspace], Actor],
    why: str,
    host: str,
    now: datetime,
) -> LedgerKeys:
    """Fresh keys for the heads that come. Whoever is killed half-way does it again, with the same keys. Raises Refused."""
    organisation = store.organisation
    with folder.alone(organisation):
        known = folder.public(organisation)
        if known is None:
            raise Refused(Reason("head.keys-missing"))
        keys = [key.vkey for key in folder.next_keys(organisation, known.origin)]

        def deed(workspace: Workspace) -> Change:
            return announce(acting(workspace), origin=known.origin, keys=keys, today=now.date(), why=why)

        if announced(store, keys) is None:
            store.perform(deed)
        signed = sign_alone(store, folder, host=host, now=now)
        return folder.change(organisation, Checkpoint.parse(signed.text).size + 1)
