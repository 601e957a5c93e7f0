"""``standfirst certificate``: suspend, restore or withdraw a demonstration's certificate, or bundle its state of now."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.opening import a_text

if TYPE_CHECKING:
    from standfirst.certification.publication import Published

VERBS = {
    "suspend": "not valid for the time being",
    "restore": "valid again after a suspension",
    "withdraw": "ended, for good",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "certificate", help="change the status of a demonstration's certificate, and bundle it again"
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for verb, help_ in VERBS.items():
        changing = verbs.add_parser(verb, help=help_)
        _common(changing)
        changing.add_argument(
            "--actor", required=True, type=a_text, metavar="WHO", help="who decides, by handle"
        )
        changing.add_argument(
            "--why", required=True, type=a_text, help="the reason, kept in the body's books"
        )
        changing.set_defaults(run=_change, verb=verb)
    bundle = verbs.add_parser(
        "bundle", help="the same certificate with the log's and the witnesses' state of now"
    )
    _common(bundle)
    bundle.set_defaults(run=_bundle)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the bodies' folder, such as demo-out/bodies")
    parser.add_argument(
        "--number", default="", metavar="NUMBER", help="such as CRT-0001, where there are several"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where the bundle goes (default: certificate.bundle in the folder)",
    )


def _change(arguments: argparse.Namespace) -> int:
    from standfirst.certification import standing
    from standfirst.cli.output import clock
    from standfirst.cli.saving import require_writable

    deed = {"suspend": standing.suspend, "restore": standing.restore, "withdraw": standing.withdraw}
    require_writable(_target(arguments))  # before anything is recorded
    published = deed[arguments.verb](
        arguments.folder, actor=arguments.actor, why=arguments.why, now=clock(), number=arguments.number
    )
    return _saved(arguments, published)


def _bundle(arguments: argparse.Namespace) -> int:
    from standfirst.certification import standing
    from standfirst.cli.output import clock
    from standfirst.cli.saving import require_writable

    require_writable(_target(arguments))
    return _saved(arguments, standing.fresh(arguments.folder, now=clock(), number=arguments.number))


def _target(arguments: argparse.Namespace) -> Path:
    from standfirst.certification.publication import BUNDLE

    path: Path = arguments.out or arguments.folder / BUNDLE
    return path


def _saved(arguments: argparse.Namespace, published: "Published") -> int:
    """1 where a witness did not cosign: what was done stands, and who verifies may not believe it."""
    from standfirst.cli.output import errors, say
    from standfirst.cli.saving import save
    from standfirst.standards.reason import Reason
    from standfirst.words.render import sentence

    path = _target(arguments)
    save(path, published.bundle)
    for name, detail in published.refused.items():
        told = sentence(Reason("publication.unwitnessed", {"witness": name, "detail": detail}))
        errors().print(told, style="yellow", highlight=False, soft_wrap=True)
    say(f"{path}\nNow: standfirst verify {path}")
    return 1 if published.refused else 0
