"""What a library finds wrong with a value is told in our words, in every language, and not in its own."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from standfirst.certification.kinds import CERTIFICATION_KINDS
from standfirst.management.kinds import OWN_KINDS
from standfirst.standards.validation import Strict, faults_of
from standfirst.words.render import SENTENCES, sentence


class Part(Strict):
    name: str


FAULTS: tuple[tuple[Any, Any, str], ...] = (
    (Annotated[int, Field(ge=1)], 0, "The least here is 1."),
    (Annotated[int, Field(le=5)], 9, "The most here is 5."),
    (Annotated[int, Field(gt=1)], 1, "More than 1 is asked for here."),
    (Annotated[int, Field(lt=5)], 5, "Less than 5 is asked for here."),
    (int, 1.5, "A whole number is asked for here."),
    (int, "many", "A whole number is asked for here."),
    (Annotated[str, StringConstraints(max_length=3)], "four", "This is longer than 3 characters."),
    (Annotated[tuple[str, ...], Field(max_length=1)], ("a", "b"), "More than 1 are not taken here."),
    (Literal["low", "high"], "none", "One of these is asked for here: low, high."),
    (Literal[1, 2, 3], 4, "One of these is asked for here: 1, 2, 3."),
    (bool, [], "This is true or false."),
    (date, "never", "A day is asked for here, such as 2026-05-20."),
    (date, "2026-05-20T09:30:00", "A day is asked for here, such as 2026-05-20."),
    (datetime, "never", "Day and time are asked for here, such as 2026-05-20T09:30:00Z."),
    (datetime, [], "Day and time are asked for here, such as 2026-05-20T09:30:00Z."),
    (list[str], "a", "A list is asked for here."),
    (Part, 3, "Fields of its own are asked for here, one a line."),
)


@pytest.mark.parametrize(("asked", "given", "said"), FAULTS)
def test_a_fault_is_told_in_words_of_our_own(asked: Any, given: Any, said: str) -> None:
    with pytest.raises(ValidationError) as told:
        TypeAdapter(asked).validate_python(given)
    assert [sentence(reason) for _path, reason in faults_of(told.value)] == [said]


HOSTILE: tuple[Any, ...] = (
    "",
    "x" * 30_000,
    -1,
    10**9,
    1.5,
    True,
    None,
    [],
    ["", "x" * 30_000],
    {},
    {"a": 1},
)


def faults_of_every_kind() -> Iterator[str]:
    for kind in (*OWN_KINDS, *CERTIFICATION_KINDS):
        for name in kind.body.model_fields:
            for value in HOSTILE:
                try:
                    kind.body.model_validate({name: value})
                except ValidationError as error:
                    yield from (reason.code for _path, reason in faults_of(error))


def test_whatever_a_kind_finds_wrong_has_a_sentence_of_ours() -> None:
    codes = set(faults_of_every_kind())
    assert len(codes) > 8
    assert codes - SENTENCES.keys() == set()
