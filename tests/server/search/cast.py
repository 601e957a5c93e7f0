"""A firm whose records are found, and what a worker does for that."""

from datetime import UTC, datetime

from tests.server.works import Works

from standfirst.server.access import Place, place_for
from standfirst.server.jobs import TOPICS
from standfirst.server.search.finding import Hit, search
from standfirst.server.search.indexing import READ_FILES
from standfirst.server.store.following import SEARCH
from standfirst.server.store.models import Outbox
from standfirst.server.store.outbox import drain

FOLLOWED = {name: TOPICS[name] for name in (SEARCH, READ_FILES)}


def worked(*, failing: int = 0) -> None:
    """What a worker does after commits, as far as it is about search."""
    passed = drain(FOLLOWED, clock=lambda: datetime.now(UTC))
    assert passed.failed == failing, list(Outbox.objects.exclude(trouble="").values_list("topic", "trouble"))


def place_in(house: Works) -> Place:
    return place_for(house.accounts[house.ada.id], house.slug)


def hits(house: Works, query: str, *kinds: str, limit: int = 20) -> list[Hit]:
    return search(place_in(house), query, kinds=kinds, limit=limit)


def found(house: Works, query: str, *kinds: str, limit: int = 20) -> list[str]:
    """Numbers, the best first."""
    return [hit.label.number for hit in hits(house, query, *kinds, limit=limit)]
