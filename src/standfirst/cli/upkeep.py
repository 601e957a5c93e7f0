"""What is asked, in full, and the upkeep of its files: requirements, OSCAL, the method's check, generated docs."""

import argparse
from pathlib import Path


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ask = commands.add_parser(
        "requirements", help="what is asked: all requirements, or one with its guidance"
    )
    ask.add_argument("id", nargs="?", help="such as A.1.2")
    ask.add_argument("--profile", metavar="P", help="only those asked by this profile")
    ask.set_defaults(run=_requirements)

    oscal = commands.add_parser("oscal", help="write the catalogue and its profiles as OSCAL")
    oscal.add_argument("--out", required=True, type=Path, metavar="DIR")
    oscal.set_defaults(run=_oscal)

    method = commands.add_parser("method", help="the assessment method").add_subparsers(
        metavar="VERB", required=True
    )
    lint = method.add_parser(
        "lint", help="does every criterion name what exists? which cannot be assessed yet?"
    )
    lint.set_defaults(run=_lint)

    edition = commands.add_parser("edition", help="the published file sets").add_subparsers(
        metavar="VERB", required=True
    )
    seal = edition.add_parser("seal", help="write the digests of the file sets, before a release")
    seal.set_defaults(run=_seal)

    docs = commands.add_parser("docs", help="write the generated pages of the documentation")
    docs.add_argument("--check", action="store_true", help="only say whether they are up to date")
    docs.add_argument("--folder", type=Path, default=Path("docs"))
    docs.set_defaults(run=_docs)


def _requirements(arguments: argparse.Namespace) -> int:
    from rich.table import Table
    from rich.text import Text

    from standfirst.cli.output import out, say
    from standfirst.standards.library import assessment_method, edition
    from standfirst.standards.problems import Unusable, problem
    from standfirst.standards.profile import profile_named
    from standfirst.words.asking import asking
    from standfirst.words.render import title

    whole = edition()
    say(f"{whole.header.title}. {whole.header.status}", style="dim")
    if arguments.id is None:
        table = Table(box=None, show_header=False, pad_edge=False)
        for requirement in profile_named(arguments.profile or "all").asked(whole):
            table.add_row(requirement.id, requirement.title)
        out().print(table)
        return 0
    if arguments.id not in whole.by_id:
        raise Unusable([problem("ID", "record.unknown-requirement", requirement=arguments.id)])
    requirement = whole.by_id[arguments.id]
    out().print(Text(f"\n{requirement.id} {requirement.title}", "bold"))
    for text in (requirement.sentence, requirement.intent, requirement.guidance):
        out().print(Text(text + "\n"))
    out().print(Text("What is checked", "bold"))
    for criterion in assessment_method().by_id[requirement.id].criteria:
        out().print(Text(f"  · {criterion.says}"))
        out().print(Text(f"    {asking(criterion, requirement.id)}", "dim"))
    out().print(Text("\nTypical evidence: " + "; ".join(requirement.typical_evidence)))
    for related in requirement.related:
        out().print(
            Text(f"  {title(related.relation)}: {related.document} (confidence {related.confidence})", "dim")
        )
    return 0


def _oscal(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import say
    from standfirst.cli.saving import save
    from standfirst.standards.library import edition
    from standfirst.standards.oscal import exports

    for name, data in exports(edition()).items():
        save(arguments.out / name, data)
        say(str(arguments.out / name))
    return 0


def _lint(_: argparse.Namespace) -> int:
    from standfirst.cli.assessing import built
    from standfirst.cli.output import say
    from standfirst.conformity.built import unassessable, unresolved
    from standfirst.conformity.cases import outcome_of
    from standfirst.standards.library import assessment_method
    from standfirst.standards.problems import Unusable
    from standfirst.words.render import sentence

    method = assessment_method()
    faults = unresolved(method, built())
    if faults:
        raise Unusable(faults)
    wrong = 0
    for requirement in method.by_id.values():
        expected = (requirement.cases.meets.expect, requirement.cases.fails.expect)
        found = outcome_of(requirement, method.header.adverse)
        if found != expected:
            wrong += 1
            say(f"{requirement.id}: its cases come to {found}, not {expected}")
    waiting = unassessable(method, built())
    criteria = sum(len(requirement.criteria) for requirement in method.by_id.values())
    say(f"{method.name}: {criteria} criteria, {2 * len(method.by_id)} example cases, {wrong} wrong.")
    say(f"{len(waiting)} criteria are not assessable in this release:")
    for requirement_id, criterion, reason in waiting:
        say(f"  {requirement_id:<7} {criterion.id}: {sentence(reason)}")
    return 1 if wrong else 0


def _seal(_: argparse.Namespace) -> int:
    from standfirst.cli.output import say
    from standfirst.cli.saving import save
    from standfirst.standards.library import SEALS, content, sealed_text

    path = Path(str(content() / SEALS))
    save(path, sealed_text().encode())
    say(f"{path}\n{sealed_text()}")
    return 0


def _docs(arguments: argparse.Namespace) -> int:
    from standfirst.cli.documentation import pages
    from standfirst.cli.output import say
    from standfirst.cli.saving import save

    stale = 0
    for name, text in pages().items():
        path = arguments.folder / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale += 1
        if arguments.check:
            say(f"{path} is not up to date", style="red")
        else:
            save(path, text.encode())
            say(f"wrote {path}")
    return 1 if stale and arguments.check else 0
