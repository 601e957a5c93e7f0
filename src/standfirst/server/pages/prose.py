"""Texts that people write as Markdown, as they are meant to be read.

What somebody types becomes paragraphs, lists, tables and links, and nothing that acts: HTML stays text, a picture (which
would tell its server who reads) becomes a link, and a link leads to the web or to a mailbox.
"""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from standfirst.management.comments import HANDLE
from standfirst.words.visible import visible

_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_FILLED_IN: Final = 200
"""Cells that a table may leave to be filled in: few rows of many columns would else cost much more than was typed."""

_BELOW: Final = 2
"""Headings of a text stand two levels below those of its page."""


def rendered(text: str, people: Mapping[str, str] | None = None) -> SafeString:
    """As HTML that may stand in any page. ``people``: names by handle of those whom the text calls."""
    html: str = _reader().render(visible(text), {"people": people or {}})
    return mark_safe(html)  # noqa: S308 - the reader escapes whatever it does not make itself


def tokens(text: str) -> Sequence[Token]:
    """What a text consists of, for doors that are no web page."""
    return _reader().parse(visible(text))


@cache
def _reader() -> MarkdownIt:
    tables: Any = import_module(
        "markdown_it.rules_block.table"
    )  # the package's own name for it is the rule's function
    tables.MAX_AUTOCOMPLETED_CELLS = _FILLED_IN  # the library has no option for it
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = _leads_out  # type: ignore[method-assign,assignment]  # as the library says to do
    for rule, render in _RULES.items():
        reader.add_render_rule(rule, render)
    return reader


def _leads_out(address: str) -> bool:
    try:
        return urlsplit(address).scheme in _SCHEMES
    except ValueError:
        return False


def _text(
    self: RendererHTML,  # noqa: ARG001 - as the library calls it
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,  # noqa: ARG001
    env: MutableMapping[str, Any],
) -> str:
    """Whom it calls stands out, with the name that goes with the handle."""
    people: Mapping[str, str] = env.get("people", {})

    def marked(found: re.Match[str]) -> str:
        name = people.get(found[1])
        return f'<mark class="mention" title="{escapeHtml(name)}">{found[0]}</mark>' if name else found[0]

    return HANDLE.sub(marked, escapeHtml(visible(tokens[index].content)))  # entities are characters by now


def _heading(
    self: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],  # noqa: ARG001 - as the library calls it
) -> str:
    tokens[index].tag = f"h{min(int(tokens[index].tag[1:]) + _BELOW, 6)}"
    return self.renderToken(tokens, index, options, {})


def _link(
    self: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],  # noqa: ARG001 - as the library calls it
) -> str:
    if title := tokens[index].attrGet("title"):
        tokens[index].attrSet("title", visible(str(title)))
    tokens[index].attrSet("rel", "nofollow noopener noreferrer")
    return self.renderToken(tokens, index, options, {})


def _table(*_given: Any) -> str:
    return f'<div class="table" tabindex="0" role="group" aria-label="{_("Table")}"><table>\n'


def _table_end(*_given: Any) -> str:
    return "</table></div>\n"


_RULES: Final = {
    "text": _text,
    "heading_open": _heading,
    "heading_close": _heading,
    "link_open": _link,
    "table_open": _table,
    "table_close": _table_end,
}
