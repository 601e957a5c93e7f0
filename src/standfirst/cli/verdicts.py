"""How the verdict on a certificate looks: the answer first, then what it is about, what it covers and what it does not."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from standfirst.cli.output import out
from standfirst.standards.reason import Parameter, Reason
from standfirst.trust.digests import sha256_hex
from standfirst.trust.moments import instant_text
from standfirst.trust.verdict import NotCovered, Notice, Objection, Outcome, Status, StepId, Verification
from standfirst.words.render import SENTENCES, hint, sentence, title
from standfirst.words.verifying import STEPS
from standfirst.words.visible import visible

if TYPE_CHECKING:
    from standfirst.trust.certificate import Certificate

SPECIMEN = (
    "SPECIMEN: a demonstration of a draft scheme. Fictional bodies; not accredited by any real body; the private keys"
    " of the demonstration are public."
)
SPECIMEN_OF_OTHERS = (
    "SPECIMEN: a draft scheme; no certificate that this release can read is issued by a real body."
)
SHOWN = 12  # of a list; --json has all of it
LONGEST = 300  # characters of one item of a list, or of a name
_STATE_RESTS_ON = frozenset({StepId.INCLUSION, StepId.SNAPSHOTS, StepId.WITNESSES})
STYLES = {
    Status.VALID: "bold green",
    Status.NOT_VALID: "bold red",
    Status.UNKNOWN: "bold yellow",
    Status.UNRECOGNISED: "bold magenta",
}


# --- for people ------------------------------------------------------------------------------------------------------


def headline(verification: Verification) -> str:
    """``VALID against DEMO trust roots; draft scheme``."""
    policy = verification.policy
    return f"{verification.status.value} against {policy.name}; {policy.status}"


def show(verification: Verification) -> None:
    out().print(Text(headline(verification), STYLES[verification.status]), soft_wrap=True)
    out().print(Text(specimen(verification), "dim"))
    out().print()
    reason = verification.reason
    if reason is not None:
        _refusal(verification, reason)
    _notices(verification.notices)
    if verification.shown.certificate is not None:
        _identity(verification, verification.shown.certificate)
    if verification.status is Status.VALID:
        _list("What this covers", covering(verification))
        _list("What it does not cover", not_covering())


def specimen(verification: Verification) -> str:
    """Whoever trusts the demonstration's keys is told that they are public, whatever the policy calls itself."""
    from standfirst.cli.verify import policy_of

    public = {key for root in policy_of(None).roots for key in root.keys}
    trusted = {key for root in verification.policy.roots for key in root.keys}
    return SPECIMEN if verification.policy.specimen or public & trusted else SPECIMEN_OF_OTHERS


def _refusal(verification: Verification, reason: Objection) -> None:
    """Why, naming the step; what else was found; what was not looked at any more."""
    grid = _grid()
    grid.add_row("Why", f"{_step(verification, reason)}. {because(reason)}")
    if advice := hint(_reason(reason), at_command_line=True):
        grid.add_row("", Text(advice, "dim"))
    for other in verification.objections:
        if other is not reason:
            step = "" if other.step is reason.step else f"{_step(verification, other)}. "
            grid.add_row("Also", f"{step}{because(other)}")
    unreached = [
        f"{step.number} {STEPS[step.id]}"
        for step in verification.steps
        if step.outcome is Outcome.NOT_REACHED
    ]
    if unreached:
        grid.add_row("Not reached", Text("; ".join(unreached), "dim"))
    out().print(grid)
    out().print()


def _step(verification: Verification, objection: Objection) -> str:
    number = next(step.number for step in verification.steps if step.id is objection.step)
    return f"Step {number} of {len(verification.steps)} ({STEPS[objection.step]})"


def because(objection: Objection | Notice) -> str:
    """The sentence, with that of the flaw below it where there is one."""
    told = sentence(_reason(objection))
    cause = SENTENCES.get(str(objection.parameters.get("flaw", "")), "")
    return _clean(f"{told} {cause}".strip())


def _reason(found: Objection | Notice) -> Reason:
    return Reason(found.code, found.parameters)


def _notices(notices: Sequence[Notice]) -> None:
    if not notices:
        return
    grid = _grid()
    for notice in notices[:SHOWN]:
        grid.add_row(Text("Look twice", "yellow"), because(notice))
    if len(notices) > SHOWN:
        grid.add_row("", _more(len(notices) - SHOWN))
    out().print(grid)
    out().print()


def _identity(verification: Verification, certificate: "Certificate") -> None:
    grid = _grid()
    if verification.status is not Status.VALID:
        out().print(Text(f"What the signed certificate says ({_clean(certificate.number)}):", "dim"))
    for label, text in identity(verification, certificate):
        grid.add_row(label, _clean(text))
    out().print(grid)
    out().print()


def identity(verification: Verification, certificate: "Certificate") -> Iterable[tuple[str, str]]:
    """Label and text of each line: whose management system, where, how long, and on whose word."""
    shown, scope = verification.shown, certificate.scope
    yield "Organisation", _cut(f"{certificate.organisation.name}, {certificate.organisation.country}")
    kind = "simulation: its days are those of a simulated clock" if certificate.simulation else ""
    yield (
        "Certificate",
        ", ".join(part for part in (certificate.number, f"version {certificate.version}", kind) if part),
    )
    yield "Certified", f"management system, against {certificate.edition} ({certificate.edition_status})"
    yield "Scope", scope.statement
    yield "", f"domains: {', '.join(scope.domains)}; stages: {', '.join(scope.stages)}"
    yield "Sites", "; ".join(_few(certificate.sites))
    yield "Valid", f"from {certificate.effective_from} to {certificate.expires_on}, both included"
    yield "Decided", f"on {certificate.decided_on}, after {certificate.audit_days} audit days"
    yield (
        "Issued by",
        f"{_cut(f'{certificate.body.name}, {certificate.body.country}')} ({certificate.body.id})",
    )
    if shown.accreditation is not None and shown.root is not None:
        held = shown.accreditation
        yield (
            "Accredited by",
            f"{shown.root.name} ({shown.root.id}): {held.number}, from {held.valid_from} until before {held.valid_until}",
        )
    if shown.state is not None:
        yield "Status", _status(verification, title(shown.state.value))
    if shown.log is not None:
        yield "Log", f"{shown.log}, {shown.log_size} entries"
    if shown.blocs:
        blocs = ", ".join(f"{b.name} {len(b.cosigned)} of {b.of} ({b.needed} needed)" for b in shown.blocs)
        seen = f"not before {_time(shown.witnessed)}, " if shown.witnessed else ""
        yield "Witnessed", f"{seen}by {blocs}"


def _few(items: Sequence[str]) -> list[str]:
    """The first of a list that somebody else wrote, each cut short: a flood would push the answer off the screen."""
    more = len(items) - SHOWN
    return [_cut(item) for item in items[:SHOWN]] + ([f"and {_more(more)}"] if more > 0 else [])


def _more(count: int) -> str:
    return f"{count} more (--json lists all)"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def state_is_shown(verification: Verification) -> bool:
    """Whether the log, the issuers' snapshots and the witnesses stand behind the state.

    Without them it is what the events in the bundle say, and whoever made the bundle chose which those are.
    """
    passed = {step.id for step in verification.steps if step.outcome is Outcome.PASSED}
    return passed >= _STATE_RESTS_ON


def _status(verification: Verification, state: str) -> str:
    """By whose word and of when. Where that is not enough, the state is what was last known."""
    if not state_is_shown(verification):
        return f"not shown at {_time(verification.at)}; {state} by the events in the bundle alone"
    as_of = verification.shown.snapshot_as_of
    source = f"; the body's snapshot is of {_time(as_of)}" if as_of else ""
    if verification.status is Status.UNKNOWN:
        return f"unknown at {_time(verification.at)}; {state} by the events shown{source}"
    return f"{state} at {_time(verification.at)}{source}"


def covering(verification: Verification) -> list[str]:
    """What a valid certificate says is certified."""
    certificate = verification.shown.certificate
    if certificate is None:
        return []
    organisation, scope = certificate.organisation, certificate.scope
    sites = len(certificate.sites)
    digest = certificate.applicability_digest
    statement = f"the statement of applicability of {certificate.applicability_date} (commitment {digest})"
    lines = [
        f"The management system of {_cut(organisation.name)}, at the {sites} sites listed"
        if sites > 1
        else f"The management system of {_cut(organisation.name)}, at the site listed",
        f"The scope as stated, in the domains {', '.join(scope.domains)} and the stages {', '.join(scope.stages)}",
        f"The requirements {certificate.edition}, by {statement}",
    ]
    excluded = [f"{exclusion.what} ({exclusion.reason.rstrip('.')})" for exclusion in scope.exclusions]
    lines += [f"Excluded: {each}" for each in _few(excluded)]
    if certificate.not_applicable:
        lines.append(f"Not applicable: {', '.join(_few(certificate.not_applicable))}")
    return [_clean(line) for line in lines]


def not_covering() -> list[str]:
    return [sentence(Reason(item.value)) for item in NotCovered]


def _list(heading: str, lines: Sequence[str]) -> None:
    out().print(Text(heading, "bold"))
    for line in lines:
        out().print(Padding(Text(f"- {line}"), (0, 0, 0, 2)))
    out().print()


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True, min_width=13)
    grid.add_column(overflow="fold")
    return grid


def _time(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "an unknown time"


def _clean(text: str) -> str:
    """One line of what may come from outside: no run of spaces moves its end to where a line of ours would begin."""
    return " ".join(visible(text).split())


# --- for programs ----------------------------------------------------------------------------------------------------


def to_bytes(verification: Verification, bundle: bytes) -> bytes:
    """The verdict as JSON: members in order of their names, ASCII, the same bytes for the same question."""
    text = json.dumps(document(verification, bundle), sort_keys=True, indent=1, ensure_ascii=True)
    return f"{text}\n".encode("ascii")


def document(verification: Verification, bundle: bytes) -> dict[str, Any]:
    """Everything that `show` tells and every step, with codes beside the sentences."""
    policy, valid = verification.policy, verification.status is Status.VALID
    certificate = verification.shown.certificate
    return {
        "form": "standfirst-verification/1",
        "specimen": True,
        "notice": specimen(verification),
        "status": verification.status.value,
        "exit": verification.status.exit,
        "headline": headline(verification),
        "at": instant_text(verification.at),
        "policy": {"name": policy.name, "status": policy.status, "sha256": policy.digest},
        "bundle": {"sha256": sha256_hex(bundle), "bytes": len(bundle)},
        "steps": [
            {
                "number": step.number,
                "id": step.id.value,
                "title": STEPS[step.id],
                "source": step.source,
                "outcome": step.outcome.value,
            }
            for step in verification.steps
        ],
        "reasons": [
            {"status": found.status.value, "step": found.step.value, **_told(found)}
            for found in verification.objections
        ],
        "notices": [_told(notice) for notice in verification.notices],
        "certificate": _certificate(verification, certificate) if certificate else None,
        "covered": covering(verification) if valid else [],
        "not_covered": [{"code": item.value, "sentence": sentence(Reason(item.value))} for item in NotCovered]
        if valid
        else [],
    }


def _told(found: Objection | Notice) -> dict[str, Any]:
    parameters: Mapping[str, Parameter] = found.parameters
    return {"code": found.code, "parameters": dict(parameters), "sentence": because(found)}


def _certificate(verification: Verification, certificate: "Certificate") -> dict[str, Any]:
    """What the signed certificate says, and what is shown about it. Absent before its signatures are verified."""
    shown, scope = verification.shown, certificate.scope
    held, root = shown.accreditation, shown.root
    return {
        "digest": shown.certificate_digest,
        "number": certificate.number,
        "version": certificate.version,
        "simulation": certificate.simulation,
        "certified": "management system",
        "organisation": {
            "name": certificate.organisation.name,
            "country": certificate.organisation.country,
            "identifier": certificate.organisation.identifier,
        },
        "sites": list(certificate.sites),
        "scope": {
            "statement": scope.statement,
            "domains": list(scope.domains),
            "stages": list(scope.stages),
            "exclusions": [{"what": each.what, "reason": each.reason} for each in scope.exclusions],
        },
        "requirements": {
            "edition": certificate.edition,
            "digest": certificate.edition_digest,
            "status": certificate.edition_status,
            "not_applicable": list(certificate.not_applicable),
        },
        "decided_on": certificate.decided_on.isoformat(),
        "effective_from": certificate.effective_from.isoformat(),
        "expires_on": certificate.expires_on.isoformat(),
        "body": _body(certificate.body.id, certificate.body.name),
        "accreditation": held
        and {
            "number": held.number,
            "valid_from": held.valid_from.isoformat(),
            "valid_until": held.valid_until.isoformat(),
            "body": root and _body(root.id, root.name),
        },
        "state": shown.state.value if shown.state and state_is_shown(verification) else None,
        "status_as_of": shown.snapshot_as_of and instant_text(shown.snapshot_as_of),
        "witnessed": shown.witnessed and instant_text(shown.witnessed),
        "blocs": [
            {"name": bloc.name, "cosigned": list(bloc.cosigned), "of": bloc.of, "needed": bloc.needed}
            for bloc in shown.blocs
        ],
        "log": {"origin": shown.log, "size": shown.log_size},
    }


def _body(id: str, name: str) -> dict[str, str]:  # noqa: A002 - what bodies have
    return {"id": id, "name": name}
