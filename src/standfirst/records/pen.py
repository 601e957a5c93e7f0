"""Writing to one record within a change: the rules of who may, in which state, with which signature, in one place.

Every door (hand edits, import, later pages and API) writes through a pen, so that none is laxer than another.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from standfirst.records.actor import Actor
from standfirst.records.change import Draft, Refused, Signing
from standfirst.records.kind import Body, Kind
from standfirst.records.ledger import Deed
from standfirst.records.lifecycle import Attempt, Transition
from standfirst.records.record import Content, Record
from standfirst.records.signature import Basis, Site, keys_in, refused_because
from standfirst.records.signing import Proof
from standfirst.records.workspace import Workspace
from standfirst.standards.reason import Parameter, Reason
from standfirst.standards.vocabulary import Assurance

Links = Mapping[str, tuple[str, ...]]


class Pen:
    """Collects the drafts of one record, each following the one before. ``known`` is None for a new record.

    ``least`` is what a signature must come up to here. A proof is held against ``ledger``, the leaf of its first entry,
    and ``site``, where assertions are made (None: wherever they say).
    """

    def __init__(  # noqa: PLR0917
        self,
        workspace: Workspace,
        actor: Actor,
        kind: Kind,
        record: str,
        known: Record | None,
        why: str,
        *,
        least: Assurance = Assurance.DECLARED,
        ledger: str = "",
        site: Site | None = None,
    ) -> None:
        self.workspace, self.actor, self.kind, self.record = workspace, actor, kind, record
        self.why = unicodedata.normalize("NFC", why)
        self.drafts: list[Draft] = []
        self.content = _as_now(known.current.content, kind) if known else None
        self.least, self.ledger, self.site = least, ledger, site
        self.recorded = known.current.entry if known else None
        self._known = known
        self._done: list[tuple[str, Deed, str]] = []  # by this pen, on top of what is recorded

    @property
    def version(self) -> int:
        return self.content.version if self.content else 0

    @property
    def state(self) -> str:
        return self.content.state if self.content else self.kind.lifecycle.initial

    def write(
        self,
        body: Body,
        *,
        serves: tuple[str, ...],
        links: Links,
        number: str = "",
        origin: Mapping[str, Any] | None = None,
    ) -> None:
        """Create or amend. Raises Refused: not an author of this kind, or the state is one that is not edited."""
        if (reason := self.unwritable()) is not None:
            raise Refused(reason)
        for field in self.kind.unique:
            if body.get(field) is None:
                continue
            holders = self.workspace.holding(self.kind.name, field, body[field])
            if others := [number for i, number in holders.items() if i != self.record]:
                raise self._refused("record.not-unique", field=field, other=others[0])
        self._ask_before_writing(body, serves, links, origin)
        deed = Deed.IMPORTED if origin else Deed.AMENDED if self.content else Deed.CREATED
        self._done.append((self.actor.id, deed, ""))
        self._draft(deed, self.state, body, serves, links, number=number, origin=origin)

    def unwritable(self) -> Reason | None:
        """What keeps the actor from writing here, whatever it would be."""
        if self.kind.authors and not self.actor.roles & set(self.kind.authors):
            return self._reason("deed.role", asked=tuple(self.kind.authors))
        if self.content is not None and self.state in self.kind.lifecycle.frozen:
            return self._reason("deed.frozen", state=self.state)
        return None

    def _ask_before_writing(
        self, body: Body, serves: tuple[str, ...], links: Links, origin: Mapping[str, Any] | None
    ) -> None:
        """The kind's own guards, of the content as it would be. Raises Refused."""
        kind = self.kind
        wanted = Content(
            self.record,
            kind.name,
            kind.schema,
            self.version + 1,
            self.state,
            body,
            serves,
            links,
            self.why,
            origin,
        )
        for guard in kind.writes:
            if (reason := guard(Attempt(wanted, self.actor, self.workspace))) is not None:
                raise Refused(reason)

    def move_to(self, target: str, assurance: Assurance, proof: Proof | None = None) -> None:
        """Take the shortest way to ``target``, each step by its own rule. Raises Refused at the first that does not hold.

        ``assurance`` and ``proof`` are those of the signature that the last step leaves. Where several people have to
        sign, the record stays where it is until the last of them has.
        """
        if target not in self.kind.lifecycle.states:
            raise self._refused("deed.unknown-state", state=target, states=self.kind.lifecycle.states)
        way = self.kind.lifecycle.path(self.state, target)
        if way is None:
            open_ = tuple(t.target for t in self.kind.lifecycle.transitions if self.state in t.sources)
            raise self._refused("deed.no-way", state=self.state, asked=target, open=open_)
        if proof is not None and not (way and way[-1].signs):
            raise self._refused("deed.signature-other-content", field="transition")
        for transition in way:
            self._move(transition, assurance, proof)

    def outlook(self) -> Sequence[tuple[Transition, Reason | None]]:
        """The moves that lead on from here, each with what keeps the actor from it; None for one that is free.

        Whether a signature will do is asked when it is there.
        """
        moves = self.kind.lifecycle.transitions
        return [(move, self._obstacle(move)) for move in moves if self.state in move.sources]

    def _obstacle(self, transition: Transition) -> Reason | None:
        if self.content is None:
            raise ValueError("a record is written before it is moved")
        if (reason := self.barred(transition)) is not None:
            return reason
        for guard in transition.guards:
            if (reason := guard(Attempt(self.content, self.actor, self.workspace))) is not None:
                return Reason(reason.code, {**reason.parameters, "transition": transition.name})
        return None

    def barred(self, transition: Transition) -> Reason | None:
        """What keeps this actor from a move, whatever else holds. Asks nothing of the workspace."""
        if transition.roles and not self.actor.roles & set(transition.roles):
            return self._reason("deed.role", transition=transition.name, asked=tuple(transition.roles))
        if transition.second_person and self.actor.id in self._writers().ids:
            return self._reason("deed.second-person", transition=transition.name)
        if transition.signs and (self.actor.id, transition.name) in self._signers():
            return self._reason("deed.signed-already", transition=transition.name)
        return None

    def _move(self, transition: Transition, assurance: Assurance, proof: Proof | None) -> None:
        if self.content is None:
            raise ValueError("a record is written before it is moved")
        if (reason := self._obstacle(transition)) is not None:
            raise Refused(reason)
        c = self.content
        signing = self._signing(transition, assurance, proof) if transition.signs else None
        signed = sum(name == transition.name for _, name in self._signers()) if transition.signers > 1 else 0
        last = signed + 1 >= transition.signers
        deed, state = (Deed.MOVED, transition.target) if last else (Deed.SIGNED, c.state)
        self._done.append((self.actor.id, deed, transition.name))
        self._draft(
            deed,
            state,
            c.body,
            c.serves,
            c.links,
            transition=transition.name,
            signing=signing,
            erases=self._erased_by(transition) if last else (),
        )

    def _erased_by(self, transition: Transition) -> tuple[int, ...]:
        """The sequences of all versions of the records that its relation leads to. Raises Refused where none is left."""
        if not transition.erases or self.content is None:
            return ()
        targets = self.workspace.records(self.content.links.get(transition.erases, ()))
        found = sorted(version.entry.sequence for record in targets.values() for version in record.versions)
        if not found:
            raise self._refused("erasure.nothing-left", transition=transition.name)
        return tuple(found)

    def _signing(self, transition: Transition, assurance: Assurance, proof: Proof | None) -> Signing:
        """The signature as it is claimed, and shown to be. Raises Refused."""
        if assurance.rank < self.least.rank:
            raise self._refused("deed.assurance", needs=self.least.value, have=assurance.value)
        if proof is None:
            if assurance is not Assurance.DECLARED:
                raise self._refused("deed.signature-missing", assurance=assurance.value)
            return Signing(transition.signs, assurance)
        if self.recorded is None or self.drafts:  # 21 CFR 11.70: what is signed stands in the ledger already
            raise self._refused("deed.signature-not-recorded", transition=transition.name)
        expected = {
            "organisation": self.ledger,
            "record": self.record,
            "number": self.recorded.number,
            "kind": self.kind.name,
            "version": self.recorded.version,
            "commitment": self.recorded.commitment,
            "transition": transition.name,
            "meaning": transition.signs,
            "reason": self.why,
            "signer": self.actor.id,
            **self._printed_name(),
        }
        basis = Basis(self.ledger, keys_in(self.workspace), self.site)
        if (reason := refused_because(proof, basis, expected, assurance)) is not None:
            raise self._refused(reason.code, **reason.parameters)
        return Signing(transition.signs, assurance, proof.as_json())

    def _printed_name(self) -> Mapping[str, str]:
        """21 CFR 11.50(a)(1): the name that the actor's own record gives them, where there is one."""
        person = self.workspace.records([self.actor.id]).get(self.actor.id)
        if person is None:
            return {}
        kind, content = self.workspace.kinds[person.kind], person.current.content
        return {"name": str(kind.upcast(content.body, content.schema).get(kind.titled_by, ""))}

    def _deeds(self) -> Iterator[tuple[str, Deed, str]]:
        """Who did what to each version, by its transition. Read where it is asked: a record may have thousands of them."""
        recorded = self._known.entries if self._known else ()
        for entry in recorded:  # who wrote what is erased wrote it all the same
            yield entry.actor, entry.deed, entry.transition
        yield from self._done

    def _writers(self) -> "_Writers":
        writers = _Writers(self.kind)
        for actor, deed, transition in self._deeds():
            if deed is not Deed.SIGNED:
                writers.saw(actor, transition)
        return writers

    def _signers(self) -> list[tuple[str, str]]:
        """Who has signed for which move of the content as it stands: whatever is not a signing voids those before it."""
        signers: list[tuple[str, str]] = []
        for actor, deed, transition in self._deeds():
            signers = [*signers, (actor, transition)] if deed is Deed.SIGNED else []
        return signers

    def _draft(
        self,
        deed: Deed,
        state: str,
        body: Body,
        serves: tuple[str, ...],
        links: Links,
        *,
        number: str = "",
        origin: Mapping[str, Any] | None = None,
        transition: str = "",
        signing: Signing | None = None,
        erases: tuple[int, ...] = (),
    ) -> None:
        draft = Draft(
            deed=deed,
            record=self.record,
            kind=self.kind.name,
            expected=self.version,
            state=state,
            body=body,
            why=self.why,
            serves=serves,
            links=links,
            transition=transition,
            signing=signing,
            wanted_number=number,
            origin=origin,
            erases=erases,
        )
        self.drafts.append(draft)
        self.content = Content(
            self.record,
            self.kind.name,
            self.kind.schema,
            draft.expected + 1,
            state,
            body,
            serves,
            links,
            self.why,
            origin,
            signing.proof if signing else None,
        )

    def _refused(self, code: str, **parameters: Parameter) -> Refused:
        return Refused(self._reason(code, **parameters))

    def _reason(self, code: str, **parameters: Parameter) -> Reason:
        return Reason(code, {"kind": self.kind.name, **parameters})


class _Writers:
    """Whose content it is: those who wrote since a second person last vouched for it.

    Content that nobody has touched since then is still that of the same writers, so that its author cannot take it back
    and approve it again alone.
    """

    def __init__(self, kind: Kind) -> None:
        self.ids: set[str] = set()
        self._vouching = {t.name for t in kind.lifecycle.transitions if t.second_person}
        self._vouched = False

    def saw(self, actor: str, transition: str) -> None:
        """The next version: a move by its name, or a writing."""
        if transition:
            self._vouched = self._vouched or transition in self._vouching
        elif self._vouched:
            self.ids, self._vouched = {actor}, False
        else:
            self.ids.add(actor)


def _as_now(content: Content, kind: Kind) -> Content:
    """What was written under an older schema, as the next version will say it."""
    return replace(content, body=kind.upcast(content.body, content.schema), schema=kind.schema)
