"""Texts, values and damage for the tests that try anything at all, and what any answer has to look like."""

import json
import re
import unicodedata
from typing import Any

from hypothesis import strategies as st
from tests.package.packages import Said

WORDS = (
    "kind: risk\n", "kind: ", "state: closed\n", "id: ", "number: RSK-0001\n", "serves: [", "links:\n  about: [PRD-0001]\n",
    "attachments:\n  - file: evidence/minutes.txt\n", "text: ", "title: '[[x]]'\n", "- ", "? ", ": ", ", ", "{", "[", "]", "}",
    '"', "'", "|\n", ">-\n", "&a ", "*a", "!!python/name:os ", "!x ", "<<: ", "---\n", "...\n", "%YAML 1.2\n", "# ",
    "\n", "\r", "\r\n", "\t", "  ", "\x85", "\u2028", "\ufeff", "\x00", "\x1b[2J", "\u202e", "e\u0301", "\uffff", "\\", "\\u",
    "~", "null", "true", "no", ".nan", "-.inf", "1e999", "0x", "0o7", "0" * 5000, "9" * 40, "-1", "2026-01-01", "2999-12-31",
    "0001-01-01T00:00:00+14:00", "../../x", "/etc/passwd", "evidence/../x", "PRD-0001", "a" * 5000,
)  # fmt: skip

text_like_yaml = st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=30).map("".join)
pieces = st.binary(max_size=8) | st.sampled_from(WORDS).map(lambda word: word.encode("utf-8", "replace"))


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A few bytes replaced, taken out, put in, doubled or moved."""
    data = whole
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from((0, 1, 2, 7, 40, 300))))
        to = draw(st.integers(0, len(data)))
        how = draw(st.sampled_from(("put", "put", "take", "double", "move", "cut")))
        if how == "put":
            data = data[:start] + draw(pieces) + data[end:]
        elif how == "take":
            data = data[:start] + data[end:]
        elif how == "double":
            data = data[:to] + data[start:end] + data[to:]
        elif how == "move":
            rest = data[:start] + data[end:]
            data = rest[:to] + data[start:end] + rest[to:]
        else:
            data = data[:start]
    return data


odd_texts = st.sampled_from(tuple(unicodedata.normalize("NFC", word) for word in WORDS if word != "\uffff"))
odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.sampled_from((0, 1, -1, 6, 2**53 - 1))
    | odd_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def disturbed(draw: st.DrawFn, whole: Any) -> Any:
    """One place of a JSON value given another value, taken out, or something put beside it."""
    value = json.loads(json.dumps(whole))
    at: Any = value
    parent: Any = None
    key: Any = None
    while isinstance(at, dict | list) and at and (parent is None or draw(st.integers(0, 3))):
        parent, key = (
            at,
            draw(st.sampled_from(sorted(at)) if isinstance(at, dict) else st.integers(0, len(at) - 1)),
        )
        at = at[key]
    if parent is None:
        return draw(odd_values)
    how = draw(st.sampled_from(("other", "other", "gone", "more")))
    if how == "other":
        parent[key] = draw(odd_values)
    elif how == "gone":
        del parent[key]
    elif isinstance(parent, dict):
        parent[draw(odd_texts)] = draw(odd_values)
    else:
        parent.append(draw(odd_values))
    return value


def sound_or_refused(said: Said, *, no: bool = False) -> bool:
    """Whether it opened. A refusal names a place and counts its problems; a "no" is an answer for some commands."""
    assert "Traceback" not in said.err
    assert "\x1b" not in said.out + said.err
    if said.code == 2:
        assert re.match(r"\S[^\n]*: [^\n]+", said.err), said.err
        assert re.search(r"^[0-9]+ problems?; nothing was changed\.$", said.err, re.MULTILINE), said.err
    assert said.code in ((0, 1, 2) if no else (0, 2))
    return said.code != 2
