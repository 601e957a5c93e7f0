"""Whatever is refused here is told in a sentence."""

from pathlib import Path

import pytest
from tests.words.test_render import codes

import standfirst.server.exchange
from standfirst.words import exchanging
from standfirst.words.render import HINTS, SENTENCES

HERE = Path(standfirst.server.exchange.__file__).parent


@pytest.mark.parametrize("file", sorted(HERE.glob("*.py")), ids=lambda file: str(file.stem))
def test_every_code_has_a_sentence(file: Path) -> None:
    assert [code for code in codes(file) if code not in SENTENCES] == []


def test_no_sentence_is_left_over_and_each_hint_has_one() -> None:
    text = "".join(file.read_text("utf-8") for file in HERE.glob("*.py"))
    assert [code for code in exchanging.SENTENCES if f'"{code}"' not in text] == []
    assert set(exchanging.HINTS) <= set(exchanging.SENTENCES)
    assert set(exchanging.HINTS) <= set(HINTS)
