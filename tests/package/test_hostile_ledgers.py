"""Ledgers whose every hash holds and whose content tries something: refused with file and line, in every command."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.package.packages import ADA, OLGA, Door, Refuses, Row, forge, row_of, write

ENTRIES, CONTENTS = "ledger/entries.jsonl", "ledger/contents.jsonl"
Change = Callable[[list[Row]], object]


def entry(kind: str, /, **values: object) -> Change:
    return lambda rows: row_of(rows, kind).entry.update(values)


def content(kind: str, /, **values: object) -> Change:
    return lambda rows: row_of(rows, kind).content.update(values)


def body(kind: str, /, **values: object) -> Change:
    return lambda rows: row_of(rows, kind).content["body"].update(values)


def raw(kind: str, data: bytes) -> Change:
    def change(rows: list[Row]) -> None:
        row_of(rows, kind).content = data

    return change


def without(kind: str, part: str, name: str) -> Change:
    return lambda rows: getattr(row_of(rows, kind), part).pop(name)


def same_number(rows: list[Row]) -> None:
    """Two people, one number."""
    people = [row for row in rows if row.entry["kind"] == "person"]
    people[1].entry["number"] = people[0].entry["number"]


def another_record(rows: list[Row]) -> None:
    """An entry about the risk commits to a content about the product."""
    row_of(rows, "risk").content["record"] = row_of(rows, "product").content["record"]


def doubled(rows: list[Row]) -> None:
    rows.append(row_of(rows, "risk"))


def many_versions(rows: list[Row]) -> None:
    """A second version under another number."""
    last = row_of(rows, "risk")
    rows.append(
        Row(
            {
                **last.entry,
                "sequence": len(rows),
                "version": 2,
                "number": "RSK-0009",
                "deed": "record:amended",
            },
            {**last.content, "version": 2},
            last.salt,
        )
    )


UNREADABLE = (f"{ENTRIES}:", "cannot be read")
SHAPE = (f"{CONTENTS}:", "does not fit its kind")

FORGED: dict[str, tuple[Change, tuple[str, ...]]] = {
    # entries
    "a sequence in words": (entry("risk", sequence="three"), UNREADABLE),
    "a sequence that is true": (entry("risk", sequence=True), UNREADABLE),
    "another sequence": (entry("risk", sequence=7), (f"{ENTRIES}:", "says it is entry 7")),
    "no time": (entry("risk", recorded_at="yesterday"), UNREADABLE),
    "a time without a zone": (entry("risk", recorded_at="2026-01-06T09:00:00"), UNREADABLE),
    "a time that is a number": (entry("risk", recorded_at=1767225600), UNREADABLE),
    "a time that goes back": (entry("risk", recorded_at="2001-01-01T00:00:00+00:00"), ("Time goes back",)),
    "an unknown deed": (entry("risk", deed="record:eaten"), UNREADABLE),
    "an actor that is a list": (entry("risk", actor=["ada"]), UNREADABLE),
    "a version in words": (entry("risk", version="1"), UNREADABLE),
    "a version that was skipped": (
        lambda rows: (entry("risk", version=5)(rows), content("risk", version=5)(rows)),
        (f"{ENTRIES}:", "version 5", "1 comes next"),
    ),
    "a transition that is a list": (entry("risk", transition=["x"]), UNREADABLE),
    "a signature that is a word": (entry("risk", signature="ada"), UNREADABLE),
    "a signature of unknown assurance": (
        entry("risk", signature={"meaning": "approval", "assurance": "absolute", "roles": []}),
        UNREADABLE,
    ),
    "a signature without roles": (
        entry("risk", signature={"meaning": "m", "assurance": "declared"}),
        UNREADABLE,
    ),
    "no commitment": (without("risk", "entry", "kind"), UNREADABLE),
    "a number with a path": (
        entry("risk", number="../../../evil"),
        (f"{ENTRIES}:", "../../../evil", "RSK-0001"),
    ),
    "a number that paints": (entry("risk", number="\x1b[2J"), (f"{ENTRIES}:", "[U+001B]")),
    "a number of another kind": (entry("risk", number="DOC-0099"), (f"{ENTRIES}:", "DOC-0099", "RSK-0001")),
    "one number for two": (same_number, (f"{ENTRIES}:", "belongs to another record")),
    "another number for the second version": (many_versions, (f"{ENTRIES}:6", "RSK-0009", "RSK-0001")),
    "an entry about another record": (another_record, UNREADABLE),
    "an entry about another kind": (entry("risk", kind="document"), UNREADABLE),
    "an entry twice": (doubled, (f"{ENTRIES}:6",)),
    # contents
    "content that is no JSON": (raw("risk", b"risk"), UNREADABLE),
    "content that is a list": (raw("risk", b"[]"), UNREADABLE),
    "content in another form": (raw("risk", b'{"content": 1}'), UNREADABLE),
    "a later shape": (content("risk", content=99), (f"{CONTENTS}:", "later release")),
    "a shape in words": (content("risk", content="1"), UNREADABLE),
    "a later schema": (content("risk", schema=99), ("later release",)),
    "schema 0": (content("risk", schema=0), SHAPE),
    "a schema before all": (content("risk", schema=-5), SHAPE),
    "a schema in words": (content("risk", schema="1"), UNREADABLE),
    "a schema that is true": (content("risk", schema=True), UNREADABLE),
    "an unknown kind": (
        lambda rows: (content("risk", kind="wish")(rows), entry("risk", kind="wish")(rows)),
        (f"{CONTENTS}:", "no kind wish"),
    ),
    "an unknown state": (content("risk", state="eaten"), (f"{CONTENTS}:", "no state eaten")),
    "a state that is a list": (content("risk", state=["identified"]), UNREADABLE),
    "a body that is a list": (content("risk", body=[]), UNREADABLE),
    "an empty body": (content("risk", body={}), SHAPE),
    "a field more": (body("risk", colour="red"), SHAPE),
    "a number in words": (body("risk", severity="3", likelihood=2), SHAPE),
    "true for a number": (body("risk", severity=True, likelihood=2), SHAPE),
    "a number for true": (body("product", duties_agreed=1), SHAPE),
    "a day in seconds": (body("risk", assessed_on=1767225600), SHAPE),
    "a day in seconds, in words": (body("risk", assessed_on="1767225600"), SHAPE),
    "a day with a time": (body("risk", assessed_on="2026-01-01T00:00:00"), SHAPE),
    "spaces round a text": (body("risk", title="  a  "), SHAPE),
    "nothing for a field": (body("risk", remarks=None), SHAPE),
    "serves that is a word": (content("risk", serves="6.1.3"), UNREADABLE),
    "serves a number": (content("risk", serves=[6]), UNREADABLE),
    "links that are a list": (content("risk", links=[]), UNREADABLE),
    "links to a word": (content("risk", links={"about": "PRD-0001"}), UNREADABLE),
    "a reason that is a number": (content("risk", why=7), UNREADABLE),
    "an attachment outside": (
        body("document", attachments=[{"file": "../../secret.txt", "sha256": "0" * 64}]),
        SHAPE,
    ),
    "an attachment without a digest": (
        lambda rows: row_of(rows, "document").content["body"]["attachments"][0].update(sha256="no"),
        SHAPE,
    ),
    "a handle with a path": (body("person", handle="../ada"), SHAPE),
    "a role that does not exist": (body("person", roles=["emperor"]), SHAPE),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_ledger_is_refused(what: str, package: Path, other: Path, refuses: Refuses) -> None:
    change, says = FORGED[what]
    forge(package, change)
    refuses("package", "check", package, says=says)
    refuses("assess", package, says=says)
    refuses("ledger", "show", package, says=says)
    refuses("package", "record", package, *ADA, says=says)
    refuses("package", "import", other, package, *OLGA, says=says)


def test_a_ledger_that_is_forged_to_nothing_is_read(package: Path, door: Door) -> None:
    before = door("package", "check", package)
    assert door("package", "check", forge(package, lambda _: None)) == before


SIMULATED_END = "9999-12-31T23:59:59+00:00"


def test_a_simulation_at_the_end_of_time(package: Path, door: Door) -> None:
    forge(package, lambda rows: rows[-1].entry.update(recorded_at=SIMULATED_END))
    assert door("package", "check", package).code == 0
    assert door("assess", package).code == 0


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+23:59"])
def test_a_ledger_from_before_all_years(time: str, package: Path, door: Door) -> None:
    forge(package, lambda rows: rows[0].entry.update(recorded_at=time))
    for command in (("package", "check"), ("assess",), ("ledger", "show"), ("ledger", "check")):
        assert door(*command, package).code in (0, 1, 2)


@pytest.mark.parametrize("time", ["2999-01-01T00:00:00+00:00", "9999-12-31T23:59:59-14:00"])
def test_a_ledger_from_the_future(time: str, package: Path, refuses: Refuses) -> None:
    def change(rows: list[Row]) -> None:
        rows[0].entry["simulation"] = False
        rows[-1].entry["recorded_at"] = time

    forge(package, change)
    refuses(
        "package",
        "check",
        package,
        says=(f"{ENTRIES}:5", "2999" if "2999" in time else "9999", "still to come"),
    )


def test_what_is_unknown_in_an_entry_is_not_passed_over(package: Path, door: Door) -> None:
    """Its hash covers it and nobody reads it: two readers could understand two things."""
    for change in (entry("risk", evil="1"), content("risk", evil="1"), entry("risk", transition="")):
        forge(package, change)
        assert door("package", "check", package).code == 2
        forge(
            package,
            lambda rows: [part.pop("evil", None) for row in rows for part in (row.entry, row.content)],
        )


# --- the files of a ledger -------------------------------------------------------------------------------------------


HEADS: dict[str, tuple[str, tuple[str, ...]]] = {
    "nothing": ("", ("ledger/head.json",)),
    "no JSON": ("x", ("ledger/head.json", "not JSON")),
    "a list": ("[]", ("ledger/head.json", "cannot be read")),
    "a size in words": ('{"size": "5", "root": "x"}', ("ledger/head.json", "cannot be read")),
    "a size that is true": ('{"size": true, "root": "x"}', ("ledger/head.json", "cannot be read")),
    "a size below nothing": ('{"size": -1, "root": "x"}', ("ledger/head.json", "cannot be read")),
    "a huge size": ('{"size": ' + "9" * 4000 + ', "root": "x"}', (ENTRIES,)),
    "a size beyond reading": ('{"size": ' + "9" * 9000 + ', "root": "x"}', ("ledger/head.json",)),
    "a size that is no number": ('{"size": NaN, "root": "x"}', ("ledger/head.json", "cannot be read")),
    "a root that is a number": ('{"size": 5, "root": 5}', ("ledger/head.json", "cannot be read")),
    "another root": ('{"size": 5, "root": "' + "0" * 64 + '"}', (ENTRIES, "root")),
    "deep": ("[" * 100_000, ("ledger/head.json",)),
    "lone surrogate": ('{"size": 5, "root": "\\ud800"}', (ENTRIES,)),
}


@pytest.mark.parametrize("what", HEADS)
def test_a_hostile_head_is_refused(what: str, package: Path, refuses: Refuses) -> None:
    text, says = HEADS[what]
    write(package / "ledger" / "head.json", text)
    refuses("package", "check", package, says=says)


def pending(**changed: Any) -> str:
    value: dict[str, Any] = {
        "sizes": {ENTRIES: 0, "ledger/leaves.txt": 0, CONTENTS: 0},
        "append": {ENTRIES: [], "ledger/leaves.txt": [], CONTENTS: []},
        "head": {"size": 0, "root": "x"},
    }
    return json.dumps({**value, **changed})


OUTSIDE = "../../outside.txt"
PENDING: dict[str, str] = {
    "no JSON": "x",
    "a list": "[]",
    "null": "null",
    "deep": "[" * 100_000,
    "a file outside": pending(append={OUTSIDE: ["evil"]}, sizes={OUTSIDE: 0}),
    "another file": pending(append={"standfirst.yaml": ["evil"]}, sizes={"standfirst.yaml": 0}),
    "a file outside besides": pending(
        append={ENTRIES: [], "ledger/leaves.txt": [], CONTENTS: [], OUTSIDE: ["evil"]}
    ),
    "a size below nothing": pending(sizes={ENTRIES: -1, "ledger/leaves.txt": 0, CONTENTS: 0}),
    "a size in words": pending(sizes={ENTRIES: "0", "ledger/leaves.txt": 0, CONTENTS: 0}),
    "lines that are numbers": pending(append={ENTRIES: [1], "ledger/leaves.txt": [], CONTENTS: []}),
    "a line that is two": pending(append={ENTRIES: ["a\nb"], "ledger/leaves.txt": [], CONTENTS: []}),
    "a lone surrogate": pending(append={ENTRIES: ["\udcff"], "ledger/leaves.txt": [], CONTENTS: []}),
    "no head": pending(head=None),
    "a head that is a list": pending(head=[]),
    "a stamp outside": pending(stamps={OUTSIDE: {"id": "x", "number": "RSK-0001"}}),
    "another ledger": pending(),
}


@pytest.mark.parametrize("what", PENDING)
@pytest.mark.parametrize("command", ["check", "record"])
def test_a_hostile_pending_change_is_refused(
    what: str, command: str, package: Path, refuses: Refuses
) -> None:
    write(package.parent / "outside.txt", "mine")
    write(package / "ledger" / "pending.json", PENDING[what])
    actor = ADA if command == "record" else ()
    refuses("package", command, package, *actor, says=("ledger/",))


def test_a_pending_stamp_stays_among_the_records(package: Path, door: Door) -> None:
    """A change that is pending and holds, with stamps for files that are no working files."""
    outside = write(package.parent / "outside.yaml", "kind: risk\n")
    ledger = package / "ledger"
    sizes = {name: (package / name).stat().st_size for name in (ENTRIES, "ledger/leaves.txt", CONTENTS)}
    stamp = {"id": "00000000-0000-4000-8000-000000000000", "number": "RSK-0009"}
    names = (
        "../outside.yaml",
        str(outside),
        "standfirst.yaml",
        "records/../../outside.yaml",
        "evidence/minutes.txt",
    )
    change = {
        "sizes": sizes,
        "append": {name: [] for name in sizes},
        "head": json.loads((ledger / "head.json").read_bytes()),
        "stamps": dict.fromkeys(names, stamp),
    }
    before = {name: (package / name).read_bytes() for name in ("standfirst.yaml", "evidence/minutes.txt")}
    write(ledger / "pending.json", json.dumps(change))
    assert door("package", "check", package).code in (0, 2)
    assert outside.read_text() == "kind: risk\n"
    assert {name: (package / name).read_bytes() for name in before} == before


def test_millions_of_lines(package: Path, other: Path, refuses: Refuses) -> None:
    for name in (ENTRIES, "ledger/leaves.txt", CONTENTS):
        write(package / name, b"\n" * 3_000_000)
    refuses("package", "check", package, says=("ledger/",))
    refuses("package", "import", other, package, *OLGA, says=("ledger/",))


@pytest.mark.parametrize("name", [ENTRIES, "ledger/leaves.txt", CONTENTS])
def test_a_ledger_that_is_no_text(name: str, package: Path, refuses: Refuses) -> None:
    write(package / name, bytes(range(256)) * 10)
    refuses("package", "check", package, says=("ledger/",))


@pytest.mark.parametrize("name", [ENTRIES, "ledger/leaves.txt", CONTENTS, "ledger/head.json"])
def test_a_ledger_without_one_of_its_files(name: str, package: Path, refuses: Refuses) -> None:
    (package / name).unlink()
    refuses("package", "check", package, says=("ledger/",))


def test_a_ledger_is_not_written_through_a_second_name(package: Path, door: Door) -> None:
    """A backup made of hard links, or a file of somebody else's: what stands under the other name stays."""
    copies = {}
    for file in (package / "ledger").iterdir():
        other = package.parent / f"backup-{file.name}"
        other.hardlink_to(file)
        copies[other] = other.read_bytes()
    laser = package / "records" / "risks" / "laser.yaml"
    write(laser, laser.read_text() + "causes: [age]\n")
    said = door("package", "record", package, *ADA)
    assert said.code == 0
    assert {other: other.read_bytes() for other in copies} == copies
