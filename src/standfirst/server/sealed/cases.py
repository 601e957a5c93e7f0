"""Speak-up cases: opened by anybody, followed up with a code, read and answered by people whom they do not concern.

The code is the only tie between a reporter and a case. Of it a digest is kept; whoever loses the code has lost the case.
"""

import json
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from standfirst.management.organisation import PERSON
from standfirst.management.sealed import SEALED_BATCH, Purpose
from standfirst.records.actor import Actor, Role
from standfirst.records.change import Refused
from standfirst.records.record import Record
from standfirst.records.workspace import Workspace
from standfirst.server.sealed.models import Case, SealedItem
from standfirst.server.sealed.people import may_read, named, recipients
from standfirst.server.sealed.sealing import Receipt, alone, kept, put
from standfirst.server.store.models import Organisation
from standfirst.standards.reason import Reason

LONGEST_TEXT: Final = 20_000  # characters of a message: ten pages
MOST_MESSAGES: Final = 200

REPORTER, RECIPIENT = "reporter", "recipient"

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_MISREAD: Final = str.maketrans("ILO", "110")
_LETTERS, _GROUP = 26, 5  # 26 letters of 32: 130 bits


@dataclass(frozen=True, slots=True)
class Message:
    """``by`` is reporter or recipient; ``batch`` the ledger's number, once its commitment is there.

    ``receipt`` is for whoever may know all that was sealed: an answer's tells who gave it, which reporters do not see.
    """

    by: str
    text: str
    batch: str
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A case as its reporter and its recipients see it. Messages in the order of the conversation."""

    case: Case
    messages: Sequence[Message]

    @property
    def waits_for_answer(self) -> bool:
        return self.messages[-1].by == REPORTER

    @property
    def told(self) -> str:
        """All that the reporter said."""
        return "\n".join(message.text for message in self.messages if message.by == REPORTER)

    @property
    def concerns(self) -> Mapping[str, Any]:
        """Roles and names, as the reporter told them."""
        opening = self.messages[0].receipt
        told: Mapping[str, Any] = json.loads(opening.content)["content"]["concerns"] if opening else {}
        return told


# --- the reporter ----------------------------------------------------------------------------------------------------


def is_open_to(workspace: Workspace) -> bool:
    """Whether somebody here has the task of receiving cases."""
    return SEALED_BATCH.name in workspace.kinds and any(recipients(_people(workspace).values()))


def open_case(
    organisation: Organisation,
    workspace: Workspace,
    *,
    text: str,
    concerned_roles: Collection[Role] = (),
    concerned_people: str = "",
    today: date,
) -> str:
    """A new case. Returns its code, which is nowhere else and comes never again.

    Raises Refused where nobody would be left to read it: then nothing is kept.
    """
    said = _clean(text)
    people = _people(workspace)
    concerned = named(people, concerned_people, said)
    roles = sorted(role.value for role in concerned_roles)
    _require_reader(people.values(), concerned, roles)
    code = new_code()
    with alone(organisation):
        case = Case.objects.create(
            organisation=organisation,
            code=_digest(code),
            concerned=json.dumps(sorted(concerned)),
            concerned_roles=json.dumps(roles),
        )
        more = {"concerns": {"roles": roles, "people": _clean_line(concerned_people)}}
        _say(case, {"by": REPORTER, "place": 1, "text": said, **more}, today)
    return code


def read_case(organisation: Organisation, code: str) -> CaseRead:
    """Raises Refused for a code that opens no case here."""
    case = _by_code(organisation, code)
    told = _messages(organisation.pk, [case])[str(case.pk)]
    return CaseRead(case, [one if one.by == REPORTER else replace(one, receipt=None) for one in told])


def add(organisation: Organisation, workspace: Workspace, code: str, *, text: str, today: date) -> None:
    """A further message of the reporter's. Whom it names reads the case no more. Raises Refused where nobody is left."""
    said = _clean(text)
    people = _people(workspace)
    with alone(organisation):
        case = _by_code(organisation, code)
        _keep_out(case, people, named(people, "", said))
        _say(case, {"by": REPORTER, "place": _next_place(case), "text": said}, today)


# --- the recipients --------------------------------------------------------------------------------------------------


def cases_for(organisation: Organisation, workspace: Workspace, actor: Actor) -> Sequence[CaseRead]:
    """Those that the actor may read, in no order that tells anything. Whoever may read none sees none."""
    return _readable(Case.objects.filter(organisation=organisation).order_by("pk"), workspace, actor)


def read_for(organisation: Organisation, workspace: Workspace, actor: Actor, case: UUID) -> CaseRead:
    """Raises Refused as if there were no such case, also to whom it concerns."""
    found = _readable(Case.objects.filter(organisation=organisation, pk=case), workspace, actor)
    if not found:
        raise Refused(Reason("speak-up.missing"))
    return found[0]


def answer(
    organisation: Organisation, workspace: Workspace, actor: Actor, case: UUID, *, text: str, today: date
) -> None:
    """Who answered is sealed with the answer, and not told to the reporter."""
    said = _clean(text)
    with alone(organisation):
        found = read_for(organisation, workspace, actor, case).case
        more = {"person": actor.id}
        _say(found, {"by": RECIPIENT, "place": _next_place(found), "text": said, **more}, today)


def add_concerned(
    organisation: Organisation, workspace: Workspace, actor: Actor, case: UUID, *, names: str
) -> int:
    """A reader found that it concerns people whom nobody had named: they read it no more. Returns how many.

    Raises Refused where that leaves nobody, or where nobody is meant.
    """
    people = _people(workspace)
    with alone(organisation):
        found = read_for(organisation, workspace, actor, case).case
        added = _keep_out(found, people, named(people, names, ""))
        if not added:
            raise Refused(Reason("speak-up.nobody-named"))
    return added


# --- codes -----------------------------------------------------------------------------------------------------------


def new_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LETTERS, _GROUP))


def _digest(code: str) -> bytes:
    """Of a code as a person may write it. Plain SHA-256 suffices: with 130 random bits there is nothing to guess."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum()).translate(_MISREAD)
    return sha256(b"standfirst/speak-up-code/v1\x00" + letters.encode()).digest()


def _by_code(organisation: Organisation, code: str) -> Case:
    found = Case.objects.filter(organisation=organisation, code=_digest(code)).first()
    if found is None:
        raise Refused(Reason("speak-up.unknown-code"))
    return found


# --- what all of these do --------------------------------------------------------------------------------------------


def _people(workspace: Workspace) -> Mapping[str, Record]:
    return workspace.records(kinds=(PERSON.name,))


def _require_reader(people: Iterable[Record], concerned: Collection[str], roles: Collection[str]) -> None:
    if not any(may_read(actor, concerned, roles) for actor in recipients(people)):
        raise Refused(Reason("speak-up.nobody-reads"))


def _keep_out(case: Case, people: Mapping[str, Record], meant: Collection[str]) -> int:
    """How many more are kept out. For whoever is ``alone``."""
    known = frozenset(json.loads(case.concerned))
    new = frozenset(meant) - known
    if new:
        _require_reader(people.values(), known | new, json.loads(case.concerned_roles))
        case.concerned = json.dumps(sorted(known | new))
        case.save(update_fields=["concerned"])
    return len(new)


def _readable(cases: Iterable[Case], workspace: Workspace, actor: Actor) -> Sequence[CaseRead]:
    """Asked anew at every reading: who was recorded, renamed or given the task later may be meant as well."""
    open_ = [
        case
        for case in cases
        if may_read(actor, json.loads(case.concerned), json.loads(case.concerned_roles))
    ]
    if not open_:
        return []
    person, messages = workspace.records([actor.id]), _messages(open_[0].organisation_id, open_)
    read = (CaseRead(case, messages[str(case.pk)]) for case in open_)
    return [one for one in read if not named(person, str(one.concerns["people"]), one.told)]


def _say(case: Case, said: Mapping[str, Any], today: date) -> None:
    put(case.organisation, Purpose.SPEAK_UP, str(case.pk), said, today=today)


def _next_place(case: Case) -> int:
    before = SealedItem.objects.filter(
        organisation=case.organisation_id, purpose=Purpose.SPEAK_UP.value, subject=str(case.pk)
    ).count()
    if before >= MOST_MESSAGES:
        raise Refused(Reason("speak-up.too-many", {"limit": MOST_MESSAGES}))
    return before + 1


def _messages(organisation: UUID, cases: Collection[Case]) -> Mapping[str, Sequence[Message]]:
    """By case, in one query."""
    told: dict[str, list[tuple[int, Message]]] = {str(case.pk): [] for case in cases}
    for item in kept(organisation, Purpose.SPEAK_UP, told) if told else ():
        said = json.loads(bytes(item.content))["content"]
        message = Message(said["by"], said["text"], item.batch, Receipt.of(item))
        told[item.subject].append((said["place"], message))
    return {
        case: [message for _, message in sorted(those, key=lambda one: one[0])]
        for case, those in told.items()
    }


def _clean(text: str) -> str:
    """As it is kept. Raises Refused for what says nothing, or too much."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    said = "".join(
        c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cn", "Cs"}
    ).strip()
    if not said:
        raise Refused(Reason("speak-up.empty"))
    if len(said) > LONGEST_TEXT:
        raise Refused(Reason("speak-up.too-long", {"limit": LONGEST_TEXT}))
    return said


def _clean_line(text: str) -> str:
    return _clean(text) if text.strip() else ""
