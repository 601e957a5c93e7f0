"""Texts that people write as Markdown, as they are meant to be read.

What somebody types becomes paragraphs, lists, tables and links, and nothing that acts: HTML stays text, a picture (which
would tell its server who reads) becomes a link, and a link leads to the web or to a mailbox.
"""

from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from standfirst.words.visible import visible

_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_BELOW: Final = 2
"""Headings of a text stand two levels below those of its page."""


def rendered(text: str) -> SafeString:
    """As HTML that may stand in any page."""
    html: str = _reader().render(visible(text))
    return mark_safe(html)  # noqa: S308 - the reader escapes whatever it does not make itself


@cache
def _reader() -> MarkdownIt:
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
    tokens[index].attrSet("rel", "nofollow noopener noreferrer")
    return self.renderToken(tokens, index, options, {})


def _table(*_given: Any) -> str:
    return f'<div class="table" tabindex="0" role="group" aria-label="{_("Table")}"><table>\n'


def _table_end(*_given: Any) -> str:
    return "</table></div>\n"


_RULES: Final = {
    "heading_open": _heading,
    "heading_close": _heading,
    "link_open": _link,
    "table_open": _table,
    "table_close": _table_end,
}
