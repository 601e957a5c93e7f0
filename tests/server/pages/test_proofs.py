"""A proof for somebody who believes neither the page nor the file: by page, API and command line, on both engines."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.server.accounts.cast import PASSWORD
from tests.server.pages.test_pages import Reader
from tests.server.pages.test_signing import MOVE
from tests.server.works import POLICY, PRODUCT, Works, queries, works

from standfirst.cli.main import run
from standfirst.management.founding import found
from standfirst.server.access import Place
from standfirst.server.handing_over import handover
from standfirst.server.jobs import host, key_folder
from standfirst.server.organisations import Purpose
from standfirst.server.store import store
from standfirst.server.store.heads import sign_head
from standfirst.server.store.ledger_keys import KeyFolder
from standfirst.server.workplace import open_store
from standfirst.trust.note import Note
from standfirst.trust.tlog_proof import TlogProof

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
RECORD = "/records/PRD-0001"
LOGGED = f"{RECORD}/proof/entry.tlog-proof"
HANDOVER = f"{RECORD}/proof/handover.zip"


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    made = works()
    made.create("product", PRODUCT)
    return made


@pytest.fixture
def ada(there: Works) -> Reader:
    return Reader(there, there.client(there.ada))


def sign(there: Works) -> None:
    assert sign_head(there.firm.workspace, key_folder(), host=host(), now=NOW) is not None


@pytest.fixture
def keys(there: Works, tmp_path: Path) -> Path:
    """Signs the head, and gives the public keys as a file."""
    sign(there)
    return written_keys(key_folder(), there, tmp_path)


def written_keys(folder: KeyFolder, there: Works, tmp_path: Path) -> Path:
    public = folder.public(there.firm.workspace.organisation)
    assert public is not None
    file = tmp_path / "keys.json"
    file.write_bytes(public.to_bytes())
    return file


@pytest.fixture
def fetched(ada: Reader, tmp_path: Path) -> Callable[[str], Path]:
    def fetch(path: str) -> Path:
        file = tmp_path / path.rpartition("/")[2]
        file.write_bytes(ada.get(path).answer.content)
        return file

    return fetch


@pytest.fixture
def verified(keys: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[Path], tuple[int, str]]:
    def verify(file: Path) -> tuple[int, str]:
        code = run(["ledger", "verify", str(file), "--keys", str(keys)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return verify


# --- by page and API ---


def test_until_a_head_is_signed_there_is_no_proof_for_a_stranger(there: Works, ada: Reader) -> None:
    page = ada.get(f"{RECORD}/proof/")
    assert "No signed head covers it yet" in page.text
    assert "entry.tlog-proof" not in page.html
    assert "No signed head of the ledger covers this yet" in ada.get(LOGGED, 404).text
    answer = there.client(there.ada).get(f"/api/v1/o/{there.slug}{LOGGED}")
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (404, "proof.not-signed")
    with zipfile.ZipFile(io.BytesIO(ada.get(HANDOVER).answer.content)) as archive:
        assert archive.namelist() == ["handover.json"]


def test_what_was_recorded_since_is_covered_by_the_next_head(there: Works, ada: Reader) -> None:
    sign(there)
    ada.get(LOGGED)
    (record,) = there.firm.workspace.numbered(["PRD-0001"]).values()
    there.amend(there.record(record), remarks="Seen")
    ada.get(LOGGED, 404)
    sign(there)
    assert (
        TlogProof.parse(ada.get(LOGGED).answer.content).index == there.record(record).current.entry.sequence
    )


def test_page_and_api_give_the_same_proof(there: Works, ada: Reader) -> None:
    sign(there)
    page = ada.get(f"{RECORD}/proof/")
    assert "The keys of this ledger have signed a head that covers it" in page.text
    answer = ada.get(LOGGED).answer
    assert answer.headers["Content-Disposition"] == 'attachment; filename="PRD-0001-v1.tlog-proof"'
    asked = Client(SERVER_NAME="localhost").get(
        f"/api/v1/o/{there.slug}{LOGGED}",
        headers={"Authorization": f"Bearer {there.token(there.ada)}"},
    )
    assert asked.content == answer.content
    assert b"20 qubits" not in answer.content  # nothing of the content
    with zipfile.ZipFile(io.BytesIO(ada.get(HANDOVER).answer.content)) as archive:
        assert archive.read("entry.tlog-proof") == answer.content
        head = json.loads(archive.read("handover.json"))["head"]
        assert f"{head['size']}" in page.text


def test_nobody_else_gets_it(there: Works) -> None:
    sign(there)
    other = works("Another")
    for path in (LOGGED, HANDOVER):
        for base in (f"/o/{there.slug}", f"/api/v1/o/{there.slug}"):
            assert other.client(other.ada).get(f"{base}{path}").status_code == 404


def test_queries_of_proofs_stay_the_same_as_the_ledger_grows(there: Works, ada: Reader) -> None:
    sign(there)
    paths = (f"{RECORD}/proof/", LOGGED, HANDOVER)
    ada.get(paths[0])  # what the ledger is called is asked once, and then known
    before = {path: len(queries(lambda path=path: ada.get(path))) for path in paths}  # type: ignore[misc]
    for index in range(20):
        there.create("product", {**PRODUCT, "title": f"Product {index}"})
    sign(there)
    ada.get(paths[0])
    after = {path: len(queries(lambda path=path: ada.get(path))) for path in paths}  # type: ignore[misc]
    assert after == before
    assert max(before.values()) <= 12, before


# --- by a stranger ---


def test_a_stranger_proves_a_hand_over(
    there: Works, fetched: Callable[[str], Path], verified: Callable[[Path], tuple[int, str]]
) -> None:
    code, said = verified(fetched(HANDOVER))
    assert code == 0, said
    head = there.firm.workspace.head
    for words in (
        f"PROVED against the keys of {host()}/o/{there.firm.workspace.organisation}",
        "PRD-0001, version 1 (product), recorded",
        f"Signed head  {head}, 2026-11-23 12:30:00 UTC",
        "Says it is of  Qubit Works",
        "Content and files are to the bit what the entry commits to.",
        "That there is no later version",
        "Whose keys these are.",
    ):
        assert words in said, words


def test_a_stranger_proves_an_entry_alone(
    fetched: Callable[[str], Path], verified: Callable[[Path], tuple[int, str]]
) -> None:
    code, said = verified(fetched(LOGGED))
    assert code == 0, said
    assert "PRD-0001, version 1 (product), recorded" in said
    assert "What the record says: only the hand-over has that." in said
    assert "Whether the ledger's time is simulated: only the hand-over shows that." in said


def test_a_simulation_is_told_to_a_stranger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its ledger's first entry says so, and the hand-over proves that entry."""
    identity = uuid4()
    organisation = store.create(
        identity, slug=f"firm-{identity.hex[:8]}", name="Playground", type="organisation"
    )
    simulated = open_store(organisation)
    simulated.perform(found(name="Ada", handle="ada", simulation=True))
    (person,) = simulated.records(kinds=("person",)).values()
    place = Place(organisation, simulated, person.id, organisation.head, Purpose.OWN)
    assert sign_head(simulated, key_folder(), host=host(), now=NOW) is not None
    public = key_folder().public(identity)
    assert public is not None
    keys, file = tmp_path / "keys.json", tmp_path / "handover.zip"
    keys.write_bytes(public.to_bytes())
    file.write_bytes(handover(place, person).data)
    assert run(["ledger", "verify", str(file), "--keys", str(keys)]) == 0
    assert "a SIMULATION: its time is simulated" in capsys.readouterr().out


def test_a_hand_over_under_a_head_that_nobody_signed_is_unknown(
    ada: Reader, there: Works, tmp_path: Path, verified: Callable[[Path], tuple[int, str]]
) -> None:
    """Recorded after the head was signed: what the sender says alone."""
    there.create("product", PRODUCT)
    file = tmp_path / "unsigned.zip"
    file.write_bytes(ada.get("/records/PRD-0002/proof/handover.zip").answer.content)
    code, said = verified(file)
    assert code == 3, said
    assert "UNKNOWN: no head is signed in it" in said
    assert run(["package", "check", str(file)]) == 0


def repacked(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file


def other_content(files: dict[str, bytes]) -> None:
    files["handover.json"] = files["handover.json"].replace(b"20 qubits", b"99 qubits")


def shorter_path(files: dict[str, bytes]) -> None:
    proof = TlogProof.parse(files["entry.tlog-proof"])
    files["entry.tlog-proof"] = replace(proof, path=proof.path[:-1]).format()


def other_place(files: dict[str, bytes]) -> None:
    proof = TlogProof.parse(files["entry.tlog-proof"])
    files["entry.tlog-proof"] = replace(proof, index=0).format()


def one_signature(files: dict[str, bytes]) -> None:
    proof = TlogProof.parse(files["entry.tlog-proof"])
    files["entry.tlog-proof"] = replace(proof, note=Note(proof.note.text, proof.note.signatures[:1])).format()


@pytest.mark.parametrize("change", [other_content, shorter_path, other_place, one_signature])
def test_a_changed_hand_over_is_not_proved(
    fetched: Callable[[str], Path],
    verified: Callable[[Path], tuple[int, str]],
    change: Callable[[dict[str, bytes]], None],
) -> None:
    code, said = verified(repacked(fetched(HANDOVER), change))
    assert code == 1, said
    assert "NOT PROVED" in said


@pytest.mark.parametrize("change", [shorter_path, other_place, one_signature])
def test_a_changed_proof_is_not_proved(
    fetched: Callable[[str], Path],
    verified: Callable[[Path], tuple[int, str]],
    change: Callable[[dict[str, bytes]], None],
) -> None:
    file = fetched(LOGGED)
    files = {"entry.tlog-proof": file.read_bytes()}
    change(files)
    file.write_bytes(files["entry.tlog-proof"])
    code, said = verified(file)
    assert code == 1, said
    assert "NOT PROVED" in said


def test_another_entry_in_the_proof_is_not_proved(
    fetched: Callable[[str], Path], verified: Callable[[Path], tuple[int, str]]
) -> None:
    file = fetched(LOGGED)
    proof = TlogProof.parse(file.read_bytes())
    assert proof.extra is not None
    file.write_bytes(replace(proof, extra=proof.extra.replace(b"PRD-0001", b"PRD-0009")).format())
    assert verified(file)[0] == 1


def test_the_head_of_another_hand_over_does_not_pass(
    there: Works, ada: Reader, fetched: Callable[[str], Path], verified: Callable[[Path], tuple[int, str]]
) -> None:
    old = ada.get(LOGGED).answer.content
    there.create("product", PRODUCT)
    sign(there)

    def with_old(files: dict[str, bytes]) -> None:
        files["entry.tlog-proof"] = old

    code, said = verified(repacked(fetched(HANDOVER), with_old))
    assert code == 1, said
    assert "the keys have signed" in said


def test_the_keys_of_somebody_else_prove_nothing(
    fetched: Callable[[str], Path],
    verified: Callable[[Path], tuple[int, str]],
    keys: Path,
    tmp_path: Path,
) -> None:
    other = works("Another")
    sign(other)
    files = (fetched(HANDOVER), fetched(LOGGED))
    assert written_keys(key_folder(), other, tmp_path) == keys
    for file in files:
        assert verified(file)[0] == 1


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"c2sp.org/tlog-proof@v1\nindex x\n\nnothing\n", b"PK\x05\x06"]
)
def test_what_is_no_proof_is_told_as_such(
    data: bytes, tmp_path: Path, verified: Callable[[Path], tuple[int, str]]
) -> None:
    file = tmp_path / "something"
    file.write_bytes(data)
    assert verified(file)[0] == 2


def test_a_proof_without_its_entry_cannot_be_used(
    fetched: Callable[[str], Path], verified: Callable[[Path], tuple[int, str]]
) -> None:
    file = fetched(LOGGED)
    file.write_bytes(replace(TlogProof.parse(file.read_bytes()), extra=None).format())
    code, said = verified(file)
    assert (code, "does not hold the entry" in said) == (2, True)


def test_keys_that_are_none_cannot_be_used(
    fetched: Callable[[str], Path], verified: Callable[[Path], tuple[int, str]], keys: Path
) -> None:
    file = fetched(LOGGED)
    keys.write_text("{}")
    assert verified(file)[0] == 2
    keys.unlink()
    assert verified(file)[0] == 2


# --- signatures in a hand-over ---


@pytest.fixture
def approved(there: Works) -> str:
    """A policy that Ben signed on its page. Returns where its hand-over is."""
    there.create("document", POLICY, state="in-review")
    ben = Reader(there, there.client(there.ben))
    page = ben.post(MOVE, **ben.get(MOVE).fields() | {"why": "I have read it"})
    ben.post(str(page.answer.headers["Location"]).removeprefix(ben.base), password=PASSWORD)
    return "/records/DOC-0001/proof/handover.zip"


def test_signatures_in_a_hand_over_are_verified_and_what_cannot_be_is_told(
    there: Works, approved: str, fetched: Callable[[str], Path], capsys: Any, tmp_path: Path
) -> None:
    sign(there)
    file = fetched(approved)
    capsys.readouterr()
    commands = (
        ["package", "check", str(file)],
        ["ledger", "verify", str(file), "--keys", str(written_keys(key_folder(), there, tmp_path))],
    )
    for command in commands:
        assert run(command) == 0
        said = capsys.readouterr().out
        for words in (
            "DOC-0001, version 2, signed by Ben Okri, ",
            " UTC: approval. Reason: I have read it",
            "The server says that the signer gave the password again",
            "Not looked at: version 2, which was signed, is not in here.",
            "Signatures that stand in other versions of a record are not in a hand-over.",
        ):
            assert words in said, words


def test_a_hand_over_without_a_signature_says_so(fetched: Callable[[str], Path], capsys: Any) -> None:
    assert run(["package", "check", str(fetched(HANDOVER))]) == 0
    assert "No version in it was signed." in capsys.readouterr().out
