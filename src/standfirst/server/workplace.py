"""From a row to a workspace: the store of an organisation, with the kinds that its type keeps."""

from standfirst.server.clock import now
from standfirst.server.organisations import OrganisationType, kinds_of
from standfirst.server.store.models import Organisation
from standfirst.server.store.store import DatabaseStore


def open_store(organisation: Organisation) -> DatabaseStore:
    """At the real time. A simulation's clock is its script's affair, which opens the store itself."""
    return DatabaseStore(organisation.id, kinds_of(OrganisationType(organisation.type)), clock=now)
