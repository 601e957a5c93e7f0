"""Markdown as plain values for paper: blocks with runs of text in them, read by the same reader as the page's."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from markdown_it.token import Token

from standfirst.server.pages.prose import tokens

Block = dict[str, Any]
Run = dict[str, Any]

DEEPEST: Final = 5
"""The deepest heading of a text on paper: the title of its section stands above all of them."""

_STYLES: Final = {"strong": "bold", "em": "italic"}


def blocks(text: str) -> list[Block]:
    """What a text says, block by block: heading, paragraph, list, table, code, quote or line."""
    return list(_blocks(_Walk(tokens(text))))


class _Walk:
    """Tokens from front to back."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        self._at = 0
        self._above: list[int] = []

    def next(self) -> Token | None:
        if self._at == len(self._found):
            return None
        self._at += 1
        return self._found[self._at - 1]

    def until(self, closing: str) -> Iterator[Token]:
        while (token := self.next()) is not None and token.type != closing:
            yield token

    def level(self, asked: int) -> int:
        """Of a heading, so that none is skipped, which nobody could follow who has the document read aloud."""
        while self._above and self._above[-1] >= asked:
            self._above.pop()
        self._above.append(asked)
        return min(len(self._above), DEEPEST)


def _blocks(walk: _Walk, closing: str = "") -> Iterator[Block]:
    for token in walk.until(closing):
        match token.type:
            case "heading_open":
                level = walk.level(int(token.tag[1:]))
                yield {"is": "heading", "level": level, "runs": _inline(walk, "heading_close")}
            case "paragraph_open":
                yield {"is": "paragraph", "runs": _inline(walk, "paragraph_close")}
            case "bullet_list_open" | "ordered_list_open":
                yield _list(walk, token)
            case "blockquote_open":
                yield {"is": "quote", "blocks": list(_blocks(walk, "blockquote_close"))}
            case "table_open":
                yield _table(walk)
            case "fence" | "code_block":
                yield {"is": "code", "text": token.content.rstrip("\n")}
            case "hr":
                yield {"is": "line"}
            case _:  # such as HTML, should the reader once not be told any more that it is text
                if token.content:
                    yield {"is": "paragraph", "runs": [_run(token.content)]}


def _list(walk: _Walk, opening: Token) -> Block:
    """``start`` is 0 for a list without numbers."""
    ordered = opening.type == "ordered_list_open"
    closing = opening.type.replace("_open", "_close")
    items = [
        list(_blocks(walk, "list_item_close"))
        for token in walk.until(closing)
        if token.type == "list_item_open"
    ]
    start = int(opening.attrGet("start") or 1) if ordered else 0
    return {"is": "list", "ordered": ordered, "start": start, "items": items}


def _table(walk: _Walk) -> Block:
    rows: list[list[list[Run]]] = []
    for token in walk.until("table_close"):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(_inline(walk, token.type.replace("_open", "_close")))
    return {"is": "table", "head": rows[0], "rows": rows[1:]}


# --- within a line ---------------------------------------------------------------------------------------------------


def _inline(walk: _Walk, closing: str) -> list[Run]:
    return [run for token in walk.until(closing) for run in _runs(token.children or ())]


def _run(text: str, **more: Any) -> Run:
    return {"text": text, **more}


def _runs(children: Sequence[Token]) -> Iterator[Run]:
    styles: list[str] = []
    link = ""
    for token in children:
        name, _, place = token.type.rpartition("_")
        if name == "link":
            link = str(token.attrGet("href")) if place == "open" else ""
        elif name in _STYLES and place == "open":
            styles.append(_STYLES[name])
        elif name in _STYLES:
            styles.remove(_STYLES[name])
        else:
            said = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
            style = dict.fromkeys((*styles, *(["code"] if token.type == "code_inline" else [])), True)
            yield _run(said, **style, **({"link": link} if link else {}))
