"""How ready the organisation is, as its first page tells it: the whole, clause by clause, and what changed since yesterday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from standfirst.conformity.readiness import Tally
from standfirst.server.access import Place
from standfirst.server.readiness import standing as stands
from standfirst.server.readiness.showing import SOON, Group, Share, groups, named, shares
from standfirst.server.readiness.standing import Row, Standing


@dataclass(frozen=True, slots=True)
class Moved:
    row: Row
    words: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """How ready the organisation is. ``lost`` and ``won`` are requirements that changed since yesterday; ``rescoped``: how many
    became asked, or no longer are, which is neither.
    """

    whole: Tally
    clauses: Sequence[Group]
    bar: Sequence[Share]
    won: Sequence[Moved]
    lost: Sequence[Moved]
    rescoped: int
    lapsing: Sequence[Row]

    @property
    def spoken(self) -> str:
        """What the bar says, for who does not see it."""
        return ", ".join(f"{share.count} {share.word}" for share in self.bar if share.count)


def readiness(place: Place, stood: Standing) -> Readiness:
    told = stands.tallies(stood)
    members = {
        group.clause: [stood.by_id[each.id] for each in group.requirements if each.id in stood.by_id]
        for group in stood.edition.groups
    }
    since = stood.today - timedelta(days=1)
    changed = [row for row in stood if row.changed_on and row.changed_on >= since and row.before]
    ways = [(row, stands.way(row.before or row.status, row.status)) for row in changed]
    soon = stood.today + timedelta(days=SOON)
    return Readiness(
        told.whole,
        groups(place, stood, told.clauses, members),
        shares(told.whole),
        [_moved(row) for row, going in ways if going > 0],
        [_moved(row) for row, going in ways if going < 0],
        sum(going == 0 for row, going in ways),
        sorted(
            (row for row in stood if row.until and stood.today < row.until <= soon),
            key=lambda row: (row.until, row.id),
        ),
    )


def _moved(row: Row) -> Moved:
    said = {"before": named(row.before or row.status), "after": named(row.status)}
    return Moved(row, _("%(before)s → %(after)s") % said)
