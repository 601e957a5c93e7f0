"""``standfirst verify``: whether a certificate is valid, from its bundle and a policy alone, without asking anybody."""

import argparse
import stat
import sys
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from standfirst.cli.opening import a_moment

if TYPE_CHECKING:
    from standfirst.standards.problems import Unusable
    from standfirst.trust.errors import Rejected
    from standfirst.trust.policy import Policy
    from standfirst.trust.verdict import Verification

DEMO_POLICY = "policies/demo.json"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "verify",
        help="whether a certificate is valid, offline, from its bundle and a policy",
        description="Whether the certificate in BUNDLE is valid for whoever trusts POLICY. Asks no server.",
        epilog="Exit: 0 valid; 1 not valid; 2 input that cannot be used; 3 unknown (stale, too few witnesses); "
        "4 unrecognised (root, log, scheme, scope or date).",
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the certificate's bundle")
    parser.add_argument(
        "--policy",
        type=Path,
        metavar="P",
        help="whom you trust (default: the demonstration's policy, whose private keys are public)",
    )
    parser.add_argument(
        "--at",
        type=a_moment,
        metavar="TIME",
        help="the time asked about (default: now), such as 2026-06-01T09:00Z",
    )
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON, every step listed")
    parser.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    from standfirst.cli import verdicts
    from standfirst.cli.output import wall_clock

    now = wall_clock()
    verification, data = asked(arguments.bundle, arguments.policy, at=arguments.at or now, now=now)
    try:
        if arguments.json:
            sys.stdout.flush()
            sys.stdout.buffer.write(verdicts.to_bytes(verification, data))
        else:
            verdicts.show(verification)
        sys.stdout.flush()
    except BrokenPipeError:  # a reader who has left does not change the answer
        from standfirst.cli.main import hush

        hush()
    return verification.status.exit


def asked(bundle: Path, policy: Path | None, *, at: datetime, now: datetime) -> "tuple[Verification, bytes]":
    """The verdict, and the bytes that it is about. Raises Unusable with every problem of file, policy and time."""
    from standfirst.trust.bundle import MAX_BYTES, NotABundle
    from standfirst.trust.verification import Unaskable, verify

    trusted = policy_of(policy)
    data = _bytes(bundle, MAX_BYTES, "bundle")
    try:
        return verify(data, trusted, at, now=now), data
    except NotABundle as error:
        raise _unusable(str(bundle), error) from None
    except Unaskable as error:
        raise _unusable("--at", error) from None


def _unusable(place: str, error: "Rejected") -> "Unusable":
    from standfirst.standards.problems import Problem, Unusable
    from standfirst.standards.reason import Reason

    return Unusable([Problem(place, 0, "", Reason(error.code.value, error.parameters))])


def policy_of(path: Path | None) -> "Policy":
    """The policy in a file, or the demonstration's. Raises Unusable with every problem."""
    from standfirst.standards.problems import Problem, Unusable
    from standfirst.standards.reason import Reason
    from standfirst.trust.policy import MAX_BYTES, Policy, PolicyUnusable

    if path is None:
        return Policy.read(files("standfirst.trust").joinpath(DEMO_POLICY).read_bytes())
    try:
        return Policy.read(_bytes(path, MAX_BYTES, "policy"))
    except PolicyUnusable as error:
        raise Unusable(
            Problem(str(path), 0, fault.where, Reason(fault.code.value, fault.parameters))
            for fault in error.faults
        ) from None


def _bytes(path: Path, limit: int, what: str) -> bytes:
    """A regular file's content, at most a byte beyond ``limit``: whoever reads it refuses that."""
    from standfirst.standards.problems import Unusable, problem

    place = str(path)
    try:
        mode = path.stat().st_mode
        content = _start_of(path, limit + 1) if stat.S_ISREG(mode) else None
    except FileNotFoundError:
        raise Unusable([problem(place, "bundle.no-file")]) from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        detail = getattr(error, "strerror", None) or str(error)
        raise Unusable([problem(place, f"{what}.unreadable", detail=detail)]) from None
    if content is None:  # a pipe would be waited for, a device read for ever
        code = "bundle.folder" if stat.S_ISDIR(mode) else "bundle.no-plain-file"
        raise Unusable([problem(place, code)])
    return content


def _start_of(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)
