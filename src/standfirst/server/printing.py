"""What keeps a PDF from being made, as a refusal that every door can tell."""

from collections.abc import Iterator
from contextlib import contextmanager

from standfirst.paper.typesetting import Unprinted
from standfirst.records.change import Refused
from standfirst.standards.reason import Reason


@contextmanager
def printing() -> Iterator[None]:
    """Raises Refused ``report.no-extra`` or ``report.unprinted`` where what is done within raises Unprinted."""
    try:
        yield
    except Unprinted as unprinted:
        if unprinted.extra:
            raise Refused(Reason("report.no-extra", {"extra": unprinted.extra})) from None
        raise Refused(Reason("report.unprinted", {"detail": unprinted.detail})) from None
