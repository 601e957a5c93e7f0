"""How ready the organisation is, as its first page tells it: the whole, clause by clause, and what changed since yesterday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from standfirst.conformity.readiness import Tally
from standfirst.server.access import Place
from standfirst.server.readiness import standing as stands
from standfirst.server.readiness.showing import SOON, Group, Share, groups, named, shares
from standfirst.server.readiness.standing import Row, Standing
from standfirst.standards.method import Status

_BETTER: Final = (
    Status.NOT_ASSESSABLE,
    Status.NOT_SHOWN,
    Status.PARTLY,
    Status.NEEDS_JUDGEMENT,
    Status.SHOWN,
)
"""From worse to better, as far as something may be called so."""


@dataclass(frozen=True, slots=True)
class Moved:
    row: Row
    better: bool
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
    moved = [_moved(row) for row in changed if Status.NOT_APPLICABLE not in {row.before, row.status}]
    soon = stood.today + timedelta(days=SOON)
    return Readiness(
        told.whole,
        groups(place, stood, told.clauses, members),
        shares(told.whole),
        [each for each in moved if each.better],
        [each for each in moved if not each.better],
        len(changed) - len(moved),
        sorted(
            (row for row in stood if row.until and stood.today < row.until <= soon),
            key=lambda row: (row.until, row.id),
        ),
    )


def _moved(row: Row) -> Moved:
    before = row.before or row.status
    better = _BETTER.index(row.status) > _BETTER.index(before)
    words = _("%(before)s → %(after)s") % {"before": named(before), "after": named(row.status)}
    return Moved(row, better, words)
