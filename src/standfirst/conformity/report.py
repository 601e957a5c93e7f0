"""The report for people: one HTML file that needs nothing else, for whoever has two minutes and for whoever has an hour.

The same assessment gives the same bytes. Nothing is fetched and nothing runs but the filter of this file: a content
security policy says so to the browser. Whatever comes from outside is escaped, and what no reader could see in it is
written out (``words.visible``). Pictures are drawn here, from specifications that our own collectors made.
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from standfirst import __version__
from standfirst.conformity import attention, telling
from standfirst.conformity.applicability import statement
from standfirst.conformity.document import Assessed
from standfirst.conformity.measured import by_label, cell_words, drawings, found_words, verdict_words
from standfirst.conformity.register import Cited, register
from standfirst.pictures.drawing import Medium
from standfirst.pictures.measured import Measured
from standfirst.pictures.palette import declarations
from standfirst.standards.evaluate import Outcome
from standfirst.words import render
from standfirst.words.asking import asking
from standfirst.words.language import ENGLISH, speaking
from standfirst.words.visible import visible


@speaking(ENGLISH)
def html(assessed: Assessed, *, measured: Mapping[str, Measured] = {}, remedies: bool = True) -> str:
    """The report as one HTML page. ``measured``: the current measurements by the label of their record.

    Without ``remedies`` it says nowhere what would make a no a yes: the form that may leave the organisation.
    """
    ready = assessed.readiness()
    cited = register(assessed, named=measured)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            it=assessed,
            ready=ready,
            remedies=remedies,
            verdict=telling.verdict(ready.whole),
            marks=telling.marks(assessed),
            order=telling.ORDER,
            groups=telling.groups(assessed),
            cited=cited,
            cited_at_most=telling.CITED,
            edits_at_most=telling.EDITS,
            against=attention.against(assessed.results),
            lapsing=attention.lapsing(assessed.results, assessed.facts, assessed.at),
            soon=attention.SOON,
            steps=attention.next_steps(assessed.results)[: telling.STEPS] if remedies else (),
            applicability=statement(assessed.edition, assessed.results),
            measurements=[
                (label, cited.get(label), it, [(d, Markup(d.svg)) for d in drawings(label, it, Medium.PAGE)])  # noqa: S704 - drawn by us just now
                for label, it in by_label(measured)
            ],
            measured=measured,
            release=__version__,
            profile_digest=telling.profile_digest(assessed.profile),
            command=telling.command(assessed, remedies=remedies),
            script=Markup(asset("report.js")),  # noqa: S704 - our own file
            script_hash=b64encode(sha256(asset("report.js").encode()).digest()).decode(),
        )
    )


# --- the template's tools --------------------------------------------------------------------------------------------


@lru_cache
def environment() -> Environment:
    """Jinja with everything that the templates of this room use."""
    environment = Environment(
        loader=PackageLoader("standfirst.conformity", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        sentence=render.sentence,
        title=render.title,
        status=render.status,
        state=render.state,
        kind=lambda name: render.kind(name).one,
        cap=telling.capital,
        long_day=telling.long_day,
        sign=lambda outcome: telling.sign(outcome).value,
        linked=_linked,
        coded=_coded,
        reach=telling.reach,
        verdict_words=verdict_words,
        found_words=found_words,
        cell_words=cell_words,
    )
    environment.globals.update(
        style=Markup(asset("report.css")),  # noqa: S704 - our own file
        figure_colours={"light": declarations(dark=False), "dark": declarations(dark=True)},
        lapses=telling.lapses,
        days=telling.days,
        worth_saying=telling.worth_saying,
        wishes=telling.wishes,
        asking=asking,
        met=Outcome.MET,
        not_met=Outcome.NOT_MET,
        not_assessable=Outcome.NOT_ASSESSABLE,
    )
    return environment


@lru_cache
def asset(name: str) -> str:
    return files("standfirst.conformity").joinpath("templates", name).read_text(encoding="utf-8")


def _coded(text: str) -> Markup:
    """Text in which `names` stand between backticks, as files write them."""
    parts = escape(visible(text)).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in enumerate(parts)
    )


def _shown(value: Any) -> Any:
    """The last thing before escaping: text from outside keeps nothing that cannot be seen."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@pass_context
def _linked(context: Context, text: str) -> Markup:
    """Text in which every label of a record leads to the register of records."""
    cited: Mapping[str, Cited] = context["cited"]
    return Markup("").join(
        Markup('<a href="#rec-{0}">{0}</a>').format(part) if is_label else escape(visible(part))
        for part, is_label in telling.split_at_labels(text, cited)
    )
