"""``standfirst collect``: measure, with the input's digest, the method and the uncertainty on record."""

import argparse
from pathlib import Path

from standfirst.cli.opening import a_moment, a_text, clock_option, filling, opened


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("collect", help="measure: turn technical input into a measurement result")
    verbs = parser.add_subparsers(title="collectors", metavar="COLLECTOR", required=True)
    integrity = verbs.add_parser(
        "calibration-integrity",
        help="one calibration record of a quantum processor: is it complete, fresh and physically possible?",
    )
    integrity.add_argument(
        "--input",
        required=True,
        type=Path,
        metavar="FILE",
        help="CSV in long form, or IBM backend properties JSON",
    )
    integrity.add_argument(
        "--snapshot", metavar="TIME", help="which snapshot of the file (default: the latest)"
    )
    integrity.add_argument("--device", type=a_text, help="which device of the file, if it holds several")
    integrity.add_argument("--name", type=a_text, help="what you call the device (default: as the file does)")
    integrity.add_argument(
        "--at", type=a_moment, metavar="TIME", help="ask how old the record is at this time"
    )
    integrity.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another limit; 'result' lists their names",
    )
    integrity.add_argument("--json", action="store_true", help="print the measurement result")
    integrity.add_argument("--picture", type=Path, metavar="SVG", help="write the picture")
    integrity.add_argument(
        "--into",
        type=Path,
        metavar="PACKAGE",
        help="put result and input into a package, to be recorded there",
    )
    integrity.add_argument(
        "--about",
        nargs="+",
        default=[],
        metavar="NUMBER",
        help="with --into: what was measured, such as PRD-0001",
    )
    integrity.add_argument(
        "--serves", nargs="+", default=[], metavar="ID", help="with --into: requirements it serves"
    )
    clock_option(integrity)
    integrity.set_defaults(run=_integrity)

    repeat = verbs.add_parser(
        "repeat", help="measure again what a package has on record, and compare the digests"
    )
    repeat.add_argument("package", type=Path)
    repeat.add_argument("number", help="such as MEA-0001")
    repeat.set_defaults(run=_repeat)


def _integrity(arguments: argparse.Namespace) -> int:
    import json

    from standfirst.cli.measuring import into_package, summary
    from standfirst.cli.output import clock
    from standfirst.cli.saving import save
    from standfirst.evidence.calibration.picture import declared_against_possible
    from standfirst.evidence.calibration_integrity import examine

    examined = examine(
        arguments.input,
        name=arguments.name or arguments.device or arguments.input.stem,
        device=arguments.device,
        snapshot=arguments.snapshot,
        at=arguments.at,
        parameters=_limits(arguments.limit),
        performed_at=arguments.clock or clock(),
    )
    result = examined.result
    if arguments.picture:
        save(
            arguments.picture,
            declared_against_possible(examined.two_qubit, device=result.subject.name).encode(),
        )
    if arguments.into:
        into_package(
            filling(arguments.into, at=arguments.clock),
            result,
            arguments.input,
            about=arguments.about,
            serves=arguments.serves,
        )
    if arguments.json:
        document = {
            "result": result.document(),
            "result_digest": result.result_digest,
            "envelope_digest": result.envelope_digest,
        }
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        summary(result)
    return 0


def _limits(pairs: list[str]) -> dict[str, object]:
    from standfirst.standards.problems import Unusable, problem

    chosen: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Unusable([problem("--limit", "limit.malformed", text=pair)])
        chosen[name] = value
    return chosen


def _repeat(arguments: argparse.Namespace) -> int:
    from standfirst.cli.output import out
    from standfirst.cli.pictures import repeated
    from standfirst.evidence.result import MeasurementResult
    from standfirst.standards.problems import Unusable, problem

    package = opened(arguments.package)
    found = package.store.records(package.store.numbered([arguments.number]).values(), kinds=("measurement",))
    if not found:
        raise Unusable([problem("NUMBER", "number.no-measurement", field=arguments.number)])
    body = next(iter(found.values())).current.content.body
    stored = MeasurementResult.model_validate(body["result"])
    files = {a["sha256"]: a["file"] for a in body.get("attachments", ())}
    source = files.get(stored.inputs[0].sha256)
    if source is None or source not in package.files.names():
        raise Unusable(
            [problem(arguments.number, "measurement.input-not-attached", name=stored.inputs[0].name)]
        )
    again = repeated(stored, package.files.read(source), stored.inputs[0].name)
    digest = again.result.result_digest if again else "input no longer usable"
    same = digest == body["result_digest"]
    out().print(
        f"{'REPEATED' if same else 'DIFFERENT'}: {arguments.number} {stored.method} {stored.method_version}",
        highlight=False,
    )
    out().print(f"  on record {body['result_digest']}\n  now       {digest}", highlight=False, soft_wrap=True)
    return 0 if same else 1
