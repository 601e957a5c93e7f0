"""Turns of phrase that every form of a report shares."""

from standfirst.conformity.telling import together
from standfirst.standards.reason import Reason


def state(record: str, found: str = "draft") -> Reason:
    return Reason("record.state", {"record": record, "state": found, "asked": ("approved",)})


def test_the_same_of_several_records_is_one_reason() -> None:
    stale = Reason("record.stale", {"record": "DOC-0003", "age": 40, "limit": 30})
    found = together([state("DOC-0001"), stale, state("DOC-0002"), state("DOC-0004", "retired")])
    assert found == [
        Reason(
            "record.state", {"record": ("DOC-0001", "DOC-0002"), "state": "draft", "asked": ("approved",)}
        ),
        stale,
        state("DOC-0004", "retired"),
    ]


def test_what_cannot_be_said_of_several_stays_apart() -> None:
    begun = [Reason("record.not-begun", {"record": name, "from": "2026-12-01"}) for name in ("a", "b")]
    assert together(begun) == begun
