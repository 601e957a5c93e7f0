"""Asking for a refusal, and for nothing else that would look like one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from standfirst.records.change import Refused
from standfirst.standards.reason import Reason
from standfirst.words.render import hint, sentence


class Told:
    """The reason that was given, once the block is over."""

    reason: Reason = Reason("none")


@contextmanager
def refused(code: str) -> Iterator[Told]:
    """What is inside is refused for exactly this reason, which has a sentence."""
    told = Told()
    with pytest.raises(Refused) as found:
        yield told
    told.reason = found.value.reason
    assert told.reason.code == code
    assert sentence(told.reason)
    hint(told.reason)
