"""``standfirst collect``: measure, with the input's digest, the method and the uncertainty on record."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path

from standfirst.cli.opening import a_day, a_moment, a_text, clock_option, filling, opened


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("collect", help="measure: turn technical input into a measurement result")
    verbs = parser.add_subparsers(title="collectors", metavar="COLLECTOR", required=True)
    _add_integrity(verbs)
    _add_posture(verbs)
    _add_volume(verbs)
    repeat = verbs.add_parser(
        "repeat", help="measure again what a package has on record, and compare the digests"
    )
    repeat.add_argument("package", type=Path)
    repeat.add_argument("number", help="such as MEA-0001")
    repeat.set_defaults(run=_repeat)


def _add_integrity(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser(
        "calibration-integrity",
        help="one calibration record of a quantum processor: is it complete, fresh and physically possible?",
    )
    parser.add_argument(
        "--input",
        required=True,
        type=Path,
        metavar="FILE",
        help="CSV in long form, or IBM backend properties JSON",
    )
    parser.add_argument("--snapshot", metavar="TIME", help="which snapshot of the file (default: the latest)")
    parser.add_argument("--device", type=a_text, help="which device of the file, if it holds several")
    parser.add_argument("--at", type=a_moment, metavar="TIME", help="ask how old the record is at this time")
    _add_common(parser)
    parser.set_defaults(run=_integrity)


def _add_posture(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser(
        "crypto-posture",
        help="an inventory of cryptography (CycloneDX CBOM): what does a jurisdiction still permit, until when?",
    )
    parser.add_argument(
        "--input",
        required=True,
        type=Path,
        metavar="CBOM",
        help="CycloneDX 1.6 or 1.7 as JSON, also an invalid one",
    )
    parser.add_argument(
        "--jurisdiction",
        required=True,
        metavar="J",
        help="whose rules: australia, canada, china, eu, france, germany, uk, us-federal, us-nist or us-nss",
    )
    parser.add_argument("--at", required=True, type=a_day, metavar="DATE", help="the day that is judged")
    parser.add_argument(
        "--compare", nargs="+", default=[], metavar="J", help="show where these jurisdictions' rules disagree"
    )
    _add_common(parser)
    parser.set_defaults(run=_posture)


def _add_volume(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser(
        "quantum-volume",
        help="quantum volume of some qubits, simulated with the noise that a real device declares",
    )
    parser.add_argument(
        "--backend",
        required=True,
        type=a_text,
        metavar="NAME",
        help="a device of qiskit-ibm-runtime, such as montreal",
    )
    parser.add_argument(
        "--qubits", required=True, type=_some_qubits, metavar="Q,Q,...", help="which of its qubits"
    )
    parser.add_argument("--circuits", type=int, default=100, metavar="N", help="at least 100 (default: 100)")
    parser.add_argument("--shots", type=int, default=1000, metavar="N", help="a circuit (default: 1000)")
    parser.add_argument(
        "--seed", type=int, default=42, metavar="N", help="draws circuits and shots (default: 42)"
    )
    _add_common(parser)
    parser.set_defaults(run=_volume)


def _add_common(parser: argparse.ArgumentParser) -> None:
    """What is done with every result."""
    parser.add_argument(
        "--name", type=a_text, help="what you call what is measured (default: as the input does)"
    )
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another limit or choice; the result lists their names",
    )
    parser.add_argument("--json", action="store_true", help="print the measurement result")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="write its pictures there, as SVG")
    parser.add_argument(
        "--into",
        type=Path,
        metavar="PACKAGE",
        help="put result and input into a package, to be recorded there",
    )
    parser.add_argument(
        "--about",
        nargs="+",
        default=[],
        metavar="NUMBER",
        help="with --into: what was measured, such as PRD-0001",
    )
    parser.add_argument(
        "--serves", nargs="+", default=[], metavar="ID", help="with --into: requirements it serves"
    )
    clock_option(parser)


def _some_qubits(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} names no qubits; write them like 0,1,2,3") from None


def _integrity(arguments: argparse.Namespace) -> int:
    chosen = {"device": arguments.device, "snapshot": arguments.snapshot}
    return _measure(
        arguments,
        "calibration-integrity",
        arguments.input,
        name=arguments.name or arguments.device or arguments.input.stem,
        parameters={name: value for name, value in chosen.items() if value is not None},
        at=arguments.at,
    )


def _posture(arguments: argparse.Namespace) -> int:
    return _measure(
        arguments,
        "crypto-posture",
        arguments.input,
        name=arguments.name or arguments.input.stem,
        parameters={"jurisdiction": arguments.jurisdiction, "compare": tuple(arguments.compare)},
        at=datetime.combine(arguments.at, time(), UTC),
    )


def _volume(arguments: argparse.Namespace) -> int:
    from standfirst.cli.progress import step

    with step(f"{arguments.circuits} circuits on {len(arguments.qubits)} qubits of {arguments.backend}"):
        return _measure(
            arguments,
            "quantum-volume",
            arguments.backend,
            name=arguments.name or arguments.backend,
            parameters={
                "qubits": arguments.qubits,
                "circuits": arguments.circuits,
                "shots": arguments.shots,
                "seed": arguments.seed,
            },
            at=None,
        )


def _measure(
    arguments: argparse.Namespace,
    method: str,
    source: Path | str,
    *,
    name: str,
    parameters: Mapping[str, object],
    at: datetime | None,
) -> int:
    """Measure, then do with the result what was asked."""
    import json

    from standfirst.cli.measuring import extra_absent, into_package, keep_pictures, summary
    from standfirst.cli.output import clock
    from standfirst.evidence.collectors import measure_with

    result = measure_with(
        method,
        source,
        subject=name,
        parameters={**parameters, **_limits(arguments.limit)},
        at=at,
        performed_at=arguments.clock or clock(),
    )
    if arguments.pictures:
        keep_pictures(result, source, arguments.pictures)
    if arguments.into:
        package = filling(arguments.into, at=arguments.clock)
        into_package(package, result, source, about=arguments.about, serves=arguments.serves)
    if arguments.json:
        document = {
            "result": result.document(),
            "result_digest": result.result_digest,
            "envelope_digest": result.envelope_digest,
        }
        if absent := extra_absent(result):
            document["says"] = absent
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
    from standfirst.cli.measuring import again
    from standfirst.cli.output import out
    from standfirst.words.render import sentence

    found = again(opened(arguments.package), arguments.number)
    same = found.now == found.on_record
    stored = found.stored
    out().print(
        f"{'REPEATED' if same else 'DIFFERENT'}: {arguments.number} {stored.method} {stored.method_version}",
        highlight=False,
    )
    now = found.now or (sentence(found.why) if found.why else "")
    out().print(f"  on record {found.on_record}\n  now       {now}", highlight=False, soft_wrap=True)
    return 0 if same else 1
