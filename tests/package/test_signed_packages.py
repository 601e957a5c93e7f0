"""Signatures in packages, as the command line meets them: shown when they hold, refused when they are forged."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from tests.package.packages import ADA, Door, Refuses
from tests.trust.authenticator import ORIGIN, SITE, SoftPasskey, new_passkey

from standfirst.cli.kinds import KINDS
from standfirst.management.founding import acting
from standfirst.records.change import Change, Draft, Signing
from standfirst.records.ledger import Deed
from standfirst.records.package.door import FolderFiles
from standfirst.records.package.store import ENTRIES, PackageStore
from standfirst.records.pen import Pen
from standfirst.records.signing import Asserted, Proof, Statement, digest_of, statement_for
from standfirst.records.workspace import Workspace
from standfirst.standards.vocabulary import Assurance

WHEN = datetime.fromisoformat(ADA[-1])
SALT = bytes(range(32))


class Desk:
    """Grace approves the policy, with a proof: what a server does, here on a package's ledger."""

    def __init__(self, package: Path) -> None:
        self.store = PackageStore(FolderFiles(package), KINDS, clock=lambda: WHEN)
        self.policy = self.store.numbered(["DOC-0001"])["DOC-0001"]
        self.grace = acting(self.store, "grace")

    @property
    def statement(self) -> Statement:
        step = next(t for t in KINDS["document"].lifecycle.transitions if t.name == "approve")
        return statement_for(
            self.store.records([self.policy])[self.policy],
            step,
            ledger=self.store.ledger()[0].leaf,
            signer=self.grace.id,
            name="Grace Hopper",
            reason="Read and agreed",
            at=WHEN,
        )

    def register(self) -> SoftPasskey:
        key = new_passkey()
        body = {
            "title": "The blue key",
            "credential": "AAAA",
            "public_key": key.jwk,
            "rp_id": SITE,
            "registered_on": "2026-01-07",
        }

        def deed(workspace: Workspace) -> Change:
            made = Pen(
                workspace, self.grace, KINDS["passkey"], "5e1f0000-0000-4000-8000-00000000000f", None, "New"
            )
            made.write(body, serves=(), links={"of": (self.grace.id,)})
            return Change(self.grace, tuple(made.drafts))

        self.store.perform(deed)
        return key

    def approve(self, proof: Proof) -> None:
        def deed(workspace: Workspace) -> Change:
            known = workspace.records([self.policy])[self.policy]
            pen = Pen(
                workspace,
                self.grace,
                KINDS["document"],
                self.policy,
                known,
                "Read and agreed",
                ledger=self.store.ledger()[0].leaf,
            )
            pen.move_to("approved", proof.assurance, proof)
            return Change(self.grace, tuple(pen.drafts))

        self.store.perform(deed)

    def forge(self, signing: Signing) -> None:
        """Past the pen, as anybody can who writes the folder with their own code."""
        known = self.store.records([self.policy])[self.policy].current.content
        draft = Draft(
            deed=Deed.MOVED,
            record=self.policy,
            kind="document",
            expected=known.version,
            state="approved",
            body=known.body,
            why="Read and agreed",
            serves=known.serves,
            links=known.links,
            transition="approve",
            signing=signing,
        )
        self.store.perform(lambda _: Change(self.grace, (draft,)))


@pytest.fixture
def desk(package: Path, door: Door) -> Desk:
    assert door("package", "move", package, "DOC-0001", "--to", "in-review", *ADA).code == 0
    return Desk(package)


def by_password(desk: Desk) -> Proof:
    return Proof.by_reauthentication(desk.statement, SALT, ("password",))


def by_passkey(desk: Desk, key: SoftPasskey | None = None) -> Proof:
    used = key or desk.register()
    statement = desk.statement
    asserted = Asserted(used.answer(digest_of(statement, SALT)), b"\x00\x00\x00", ORIGIN, SITE)
    return Proof.by_passkey(statement, SALT, asserted, used.jwk)


def column(table: str, name: str, following: str) -> str:
    """What stands in one column, read on over the lines that it is broken into."""
    lines = table.splitlines()
    start, end = lines[0].index(name), lines[0].index(following)
    return " ".join(" ".join(line[start:end] for line in lines[1:]).split())


@pytest.mark.parametrize(("sign", "assurance"), [(by_password, "reauthenticated"), (by_passkey, "passkey")])
def test_a_signature_is_shown_with_its_name_and_meaning(
    package: Path, door: Door, desk: Desk, sign: Callable[[Desk], Proof], assurance: str
) -> None:
    desk.approve(sign(desk))
    assert door("package", "check", package).out.startswith("Sound.")
    said = door("ledger", "show", package, "DOC-0001").out
    signed = f"approve, signs approval on version 2 as Grace Hopper ({assurance})"
    assert column(said, "what", "record").endswith(signed)
    assert "2026-01-07T09:00:00+00:00" in column(said, "time", "who")
    assert "Read and agreed" in said


FORGED: dict[str, tuple[Callable[[Desk], Signing], str]] = {
    "a passkey that nothing shows": (
        lambda _: Signing("approval", Assurance.PASSKEY),
        "The entry claims a signature that is passkey, and nothing shows it.",
    ),
    "a passkey that is nobody's": (
        lambda desk: Signing("approval", Assurance.PASSKEY, by_passkey(desk, new_passkey()).as_json()),
        "The passkey was not one that Grace Hopper had registered here at that time.",
    ),
    "a meaning that nobody signed": (
        lambda desk: Signing("review", Assurance.REAUTHENTICATED, by_password(desk).as_json()),
        "The signature was made for something else: its meaning differs.",
    ),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_signature_is_named(package: Path, refuses: Refuses, desk: Desk, case: str) -> None:
    signing, says = FORGED[case]
    desk.forge(signing(desk))
    line = len(desk.store.ledger())
    for command in (("package", "check"), ("ledger", "show"), ("assess",)):
        refuses(*command, package, says=(f"{ENTRIES}:{line}: signature", says))
