"""Working files and manifests that try something: each fault is told with file, line and field."""

import json
from pathlib import Path

import pytest
from tests.package.packages import ADA, PRODUCT, RISK, Door, Refuses, write

HEAD = b"kind: risk\n"
SOUND = RISK.format(about="PRD-0001").encode()


def field(text: str | bytes) -> bytes:
    """A sound risk whose last line, line 12, is this."""
    return SOUND + (text.encode() if isinstance(text, str) else text) + b"\n"


YAML: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "nothing": (b"", (":1", "list of fields")),
    "a list": (b"- a\n- b\n", (":1", "list of fields")),
    "a word": (b"risk\n", ("list of fields",)),
    "Latin 1": (field(b"remarks: f\xfcr"), (":12", "not UTF-8", "0xfc")),
    "UTF-16": (SOUND.decode().encode("utf-16"), (":1", "not UTF-8", "0xff")),
    "UTF-16 without a mark": (SOUND.decode().encode("utf-16-le"), (":1", "U+0000")),
    "NUL": (field(b"remarks: a\x00b"), (":12", "U+0000")),
    "bell": (field(b"remarks: a\x07b"), (":12", "U+0007")),
    "escape": (field(b"remarks: a\x1b[2Jb"), (":12", "U+001B")),
    "escaped escape": (field(r'remarks: "a\e[2Jb"'), (":12", "U+001B")),
    "escaped NUL": (field(r'remarks: "a\0b"'), (":12", "U+0000")),
    "escaped delete": (field(r'remarks: "a\x7fb"'), (":12", "U+007F")),
    "C1": (field("remarks: a\x9bb"), (":12", "U+009B")),
    "NEL": (field("remarks: a\x85owner: b"), (":12", "U+0085")),
    "line separator": (field("remarks: a\u2028b"), (":12", "U+2028")),
    "noncharacter": (field("remarks: a\uffffb"), (":12", "U+FFFF")),
    "escaped noncharacter": (field(r'remarks: "a\uffffb"'), (":12", "U+FFFF")),
    "noncharacter of a far plane": (field(r'remarks: "a\U0010ffffb"'), (":12", "U+10FFFF")),
    "lone surrogate": (field(r'remarks: "\ud800"'), (":12", "not YAML")),
    "carriage returns alone": (SOUND.replace(b"\n", b"\r"), ("carriage return",)),
    "tab for indentation": (field("causes:\n\t- a"), (":13", "not YAML", "a tab")),
    "open quote": (field('remarks: "a'), ("not YAML",)),
    "open bracket": (field("causes: [a"), ("not YAML",)),
    "colon in a text": (field("remarks: a: b"), (":12", "not YAML")),
    "a tag": (field("remarks: !!python/object/apply:os.system [id]"), (":12", "tag", "os.system")),
    "a tag of its own": (field("remarks: !x a"), (":12", "tag")),
    "an anchor": (field("remarks: &x a"), (":12", "Anchors and aliases")),
    "an alias": (field("remarks: &x a\ncauses: [*x]"), (":12", ":13", "Anchors and aliases")),
    "a billion laughs": (
        b"kind: risk\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(
            f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n".encode()
            for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        (":2", ":3", "Anchors and aliases"),
    ),
    "a merge key": (field("<<: {owner: eve}"), (":12", "<<", "no such field")),
    "a field twice": (field("owner: eve"), (":12", "owner stands twice")),
    "a key that is a list": (field("? [a, b]\n: c"), (":12", "name is text")),
    "a number for a key": (field("1: c"), (":12", "name is text")),
    "a second document": (field("---\nkind: risk"), (":12", "second")),
    "a later YAML": (b"%YAML 2.0\n---\n" + SOUND, ("not YAML",)),
    "too deep": (field("remarks: " + "[" * 100 + "]" * 100), (":12", "24 levels")),
    "deep enough to break a reader": (field("remarks: " + "[" * 900_000), (":12", "24 levels")),
    "a hundred thousand fields": (
        HEAD + b"".join(f"k{number}: v\n".encode() for number in range(100_000)),
        ("100000 values",),
    ),
    "a hundred thousand items": (field("causes: [" + "a," * 100_000 + "]"), (":12", "100000 values")),
    "a huge number": (field("severity: " + "9" * 5000), (":12", "too large")),
    "a number of zeros": (field("severity: " + "0" * 5000), (":12", "severity")),
    "a huge octal": (field("severity: 0o" + "7" * 5000), (":12", "too large")),
    "not a number": (field("severity: .nan"), (":12", "severity")),
    "infinity": (field("severity: .inf"), (":12", "severity")),
    "a fraction": (field("severity: 1.5"), (":12", "severity")),
    "a word for a number": (field("severity: five"), (":12", "severity")),
    "yes for a text": (SOUND.replace(b"owner: ada", b"owner: true"), (":11", "owner", "put quotes round")),
    "a date for a number": (field("severity: 2026-01-01"), (":12", "severity")),
    "no day": (field("assessed_on: 2026-02-30"), (":12", "assessed_on")),
    "a day to come": (field("assessed_on: 2999-01-01"), (":12", "assessed_on", "not happened yet")),
    "a day beyond reckoning": (field("assessed_on: 10000-01-01"), (":12", "assessed_on")),
    "an unknown field": (field("colour: red"), (":12", "colour", "no such field", "Check the spelling")),
    "a field of a kind that has none": (field("text: a"), (":12", "text", "no such field")),
    "a field left out": (SOUND.replace(b"owner: ada\n", b""), ("owner", "missing")),
    "a text for a list": (SOUND.replace(b"[operation]", b"operation"), (":9", "stages", "Write a list")),
    "an empty list": (SOUND.replace(b"[operation]", b"[]"), (":9", "stages")),
    "an unknown word": (SOUND.replace(b"[operation]", b"[holidays]"), (":9", "stages[0]")),
    "an empty text": (SOUND.replace(b"owner: ada", b'owner: "  "'), (":11", "owner")),
    "an endless text": (field("remarks: " + "x" * 5000), (":12", "remarks")),
    "no kind": (SOUND.replace(b"kind: risk\n", b""), (":1", "kind")),
    "an unknown kind": (SOUND.replace(b"kind: risk", b"kind: wish"), (":1", "no kind wish", "risk")),
    "a kind with a path": (SOUND.replace(b"kind: risk", b"kind: ../../risk"), (":1", "kind")),
    "a kind that is a list": (SOUND.replace(b"kind: risk", b"kind: [risk]"), (":1", "kind")),
    "a kind on two lines": (SOUND.replace(b"kind: risk", b"kind: >-\n  risk"), (":1", "kind", "one line")),
    "a kind in quotes": (SOUND.replace(b"kind: risk", b'"kind": risk'), (":1", "begins with kind:")),
    "fields in brackets": (b"{kind: risk}", (":1", "begins with kind:")),
    "fields in brackets, one a line": (b"{\nkind: risk,\nowner: ada\n}\n", ("kind",)),
    "a text that looks like a field": (
        SOUND.replace(b"title: The laser fails", b'title: "The\nstate: of the laser"'),
        (":7", "state", "looks like a field"),
    ),
    "an unknown state": (SOUND.replace(b"identified", b"done"), (":2", "state", "no state done", "assessed")),
    "a state with a path": (SOUND.replace(b"identified", b"../x"), (":2", "state")),
    "an unknown requirement": (SOUND.replace(b"6.1.3", b"99.9"), (":3", "serves[0]", "99.9")),
    "a requirement that is none": (SOUND.replace(b'"6.1.3"', b"../x"), (":3", "serves[0]")),
    "a number that is no id": (SOUND.replace(b'"6.1.3"', b"6"), (":3", "serves[0]")),
    "an unknown relation": (SOUND.replace(b"about:", b"beside:"), (":5", "links.beside", "about")),
    "an unknown target": (SOUND.replace(b"PRD-0001", b"PRD-9999"), (":5", "links.about[0]", "PRD-9999")),
    "a target with a path": (SOUND.replace(b"PRD-0001", b"../../x"), (":5", "links.about[0]")),
    "a target of the wrong kind": (SOUND.replace(b"PRD-0001", b"DOC-0001"), (":5", "document", "product")),
    "a number that is taken": (field("number: RSK-0001"), (":12", "number", "records/risks/laser.yaml")),
    "a number of another kind": (field("number: DOC-0007"), (":12", "number", "RSK-0001")),
    "a number with a path": (field("number: ../../x"), (":12", "number")),
    "no id": (field("id: ../../x"), (":12", "id")),
    "an attachment outside": (field("attachments: [{file: ../secret.txt}]"), (":12", "attachments[0].file")),
    "an attachment by its root": (
        field("attachments: [{file: /etc/passwd}]"),
        (":12", "attachments[0].file"),
    ),
    "an attachment through": (
        field("attachments: [{file: evidence/../../x}]"),
        (":12", "attachments[0].file"),
    ),
    "an attachment that is hidden": (
        field("attachments: [{file: evidence/.x}]"),
        (":12", "attachments[0].file"),
    ),
    "an attachment that is not there": (
        field("attachments: [{file: evidence/none.txt}]"),
        (":12", "attachments[0].file", "evidence/none.txt", "Put it below evidence/"),
    ),
    "an attachment of the ledger": (
        field("attachments: [{file: ledger/head.json}]"),
        (":12", "attachments[0].file"),
    ),
}

MEASUREMENT = """\
kind: measurement
title: A measurement
result_digest: "{digest}"
state_of: {moment}
result: {result}
"""


def measurement(moment: str = "2026-01-01T00:00:00Z", **values: object) -> bytes:
    result = {
        "method": "x",
        "method_version": "1",
        "subject": {"name": "q", "identifier": "q", "what": "qpu", "snapshot": "2026-01-01T00:00:00Z"},
        "inputs": [{"name": "a.csv", "sha256": "0" * 64, "size": 1}],
        "decision": {"verdict": "conform", "rule": "all", "source": "ours"},
        **values,
    }
    return MEASUREMENT.format(digest="0" * 64, moment=moment, result=json.dumps(result)).encode()


MEASURED: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "another digest": (measurement(), (":3", "result_digest")),
    "a time before all years": (measurement("0001-01-01T00:00:00+14:00"), (":4", "state_of")),
    "a time after all years": (measurement("9999-12-31T23:59:59-14:00"), (":4", "state_of")),
    "a time without a zone": (measurement("2026-01-01T00:00:00"), ("state_of", "result_digest")),
    "seconds since 1970": (measurement("1767225600"), ("result_digest",)),
    "a snapshot of no zone": (measurement(performed_at="2026-01-01T00:00:00"), (":5", "result.performed_at")),
    "digits beyond reckoning": (
        measurement(
            values=[{"name": "v", "value": "1" * 80, "unit": "1", "resolution": "0." + "0" * 70 + "1"}]
        ),
        (":3", "result_digest"),
    ),
    "an endless interval": (
        measurement(
            values=[
                {
                    "name": "v",
                    "value": "1",
                    "unit": "1",
                    "resolution": "1",
                    "interval": {"lower": "9" * 80, "upper": "1", "coverage": "1", "method": "x"},
                }
            ]
        ),
        (":5", "result"),
    ),
}


@pytest.mark.parametrize("what", [*YAML, *MEASURED])
def test_a_hostile_record_is_refused(what: str, package: Path, refuses: Refuses) -> None:
    data, says = {**YAML, **MEASURED}[what]
    folder = "measurements" if what in MEASURED else "risks"
    write(package / "records" / folder / "x.yaml", data)
    refuses("package", "check", package, says=(f"records/{folder}/x.yaml", *says))
    refuses("package", "record", package, *ADA, says=())


JSON: dict[str, tuple[str, tuple[str, ...]]] = {
    "YAML": ("kind: risk\n", (":1", "not JSON")),
    "nothing": ("", ("not JSON",)),
    "a list": ("[]", ("list of fields",)),
    "a comma too many": ('{"kind": "risk",\n"causes": [1,],\n}', (":2", "not JSON")),
    "a comment": ('{"kind": "risk" # of fire\n}', (":1", "not JSON")),
    "a field twice": ('{"kind": "risk",\n"kind": "risk"}', (":2", "kind stands twice")),
    "deep": ("[" * 100_000, (":1", "24 levels")),
    "lone surrogate": ('{"kind": "\\ud83d"}', ("not YAML",)),
    "NaN": ('{"kind": "risk", "severity": NaN}', ("severity",)),
    "a huge number": ('{"kind": "risk", "severity": ' + "9" * 9000 + "}", ("too large",)),
    "a control character": ('{"kind": "risk",\n"owner": "\\u001b[2J"}', (":2", "U+001B")),
}


@pytest.mark.parametrize("what", JSON)
def test_a_hostile_json_record_is_refused(what: str, package: Path, refuses: Refuses) -> None:
    text, says = JSON[what]
    write(package / "records" / "risks" / "x.json", text)
    refuses("package", "check", package, says=("records/risks/x.json", *says))


MARKDOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "no fences": ("kind: document\n", (":1", "three dashes")),
    "no closing fence": ("---\nkind: document\n\nText\n", (":1", "three dashes")),
    "no fields": ("---\n---\nText\n", (":2", "list of fields")),
    "kind in the prose": ('---\n"kind": document\n---\nkind: risk\n', (":1", "kind")),
    "text twice": ("---\nkind: document\ntext: a\n---\nText\n", (":3", "text", "below the fields")),
    "broken fields": ("---\nkind: document\ntitle: [\n---\nText\n", ("not YAML",)),
    "an endless text": ("---\nkind: document\n---\n" + "x" * 500_000, (":4", "text")),
}


@pytest.mark.parametrize("what", MARKDOWN)
def test_a_hostile_markdown_record_is_refused(what: str, package: Path, refuses: Refuses) -> None:
    text, says = MARKDOWN[what]
    write(package / "records" / "documents" / "x.md", text)
    refuses("package", "check", package, says=("records/documents/x.md", *says))


MANIFESTS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "nothing": (b"", ("standfirst.yaml",)),
    "a list": (b"- form\n", ("standfirst.yaml:1",)),
    "Latin 1": (b"form: standfirst-package/1\norganisation: \xfc\n", ("standfirst.yaml:2", "not UTF-8")),
    "another form": (b"form: standfirst-package/2\norganisation: A\n", ("standfirst.yaml:1", "form")),
    "no organisation": (b"form: standfirst-package/1\n", ("standfirst.yaml:1", "organisation", "missing")),
    "a field more": (
        b"form: standfirst-package/1\norganisation: A\nevil: 1\n",
        ("standfirst.yaml:3", "evil"),
    ),
    "two lines": (b'form: standfirst-package/1\norganisation: "A\\nB"\n', ("standfirst.yaml:2", "one line")),
    "a terminal escape": (
        b'form: standfirst-package/1\norganisation: "\\e[2J"\n',
        ("standfirst.yaml:2", "U+001B"),
    ),
    "a list for a name": (
        b"form: standfirst-package/1\norganisation: [A]\n",
        ("standfirst.yaml:2", "organisation"),
    ),
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_a_hostile_manifest_is_refused(what: str, package: Path, refuses: Refuses) -> None:
    data, says = MANIFESTS[what]
    write(package / "standfirst.yaml", data)
    refuses("package", "check", package, says=says)


def test_every_problem_of_every_file_is_told_at_once(package: Path, refuses: Refuses) -> None:
    write(package / "standfirst.yaml", b"form: standfirst-package/1\n")
    told = ["standfirst.yaml"]
    for number, (data, says) in enumerate(YAML.values()):
        write(package / "records" / "risks" / f"x{number:03}.yaml", data)
        told.append(f"records/risks/x{number:03}.yaml")
        assert says
    said = refuses("package", "check", package, says=(" problems; nothing was changed",))
    # A number that is unknown may stand in one of the files that did not read.
    excused = {name for name in told[1:] if name not in said.err}
    assert excused == {f"records/risks/x{list(YAML).index('an unknown target'):03}.yaml"}


CIRCLES = {
    "a circle of one": {"a": "a"},
    "a circle of two": {"a": "b", "b": "a"},
    "a circle of three, with a tail": {"a": "b", "b": "c", "c": "a", "d": "a"},
}


@pytest.mark.parametrize("what", CIRCLES)
def test_links_that_lead_round_in_a_circle(what: str, package: Path, refuses: Refuses) -> None:
    for name, target in CIRCLES[what].items():
        write(
            package / "records" / "products" / f"{name}.yaml", PRODUCT + f"links: {{part-of: [{target}]}}\n"
        )
    refuses(
        "package", "check", package, says=("records/products/a.yaml:9", "circle", "Take one of the links out")
    )


def test_a_long_chain_of_links_is_no_circle(package: Path, door: Door) -> None:
    for number in range(2000):
        more = f"links: {{part-of: [p{number + 1:04}]}}\n" if number < 1999 else ""
        write(package / "records" / "products" / f"p{number:04}.yaml", PRODUCT + more)
    assert door("package", "check", package).code == 0


def test_two_files_of_one_record(package: Path, refuses: Refuses) -> None:
    laser = package / "records" / "risks" / "laser.yaml"
    write(laser.with_name("copy.yaml"), laser.read_bytes())
    refuses(
        "package",
        "check",
        package,
        says=(
            "laser.yaml:",
            "copy.yaml has the same number RSK-0001",
            "copy.yaml has the same id",
            "delete the lines",
        ),
    )


ACCEPTED: dict[str, bytes] = {
    "a mark at the beginning": b"\xef\xbb\xbf" + SOUND,
    "line ends of Windows": SOUND.replace(b"\n", b"\r\n"),
    "no line end at the end": SOUND.rstrip(b"\n"),
    "octal, hexadecimal and zeros": field("severity: 0o5\nlikelihood: 0x2\nresidual_severity: 0003"),
    "quotes and comments": SOUND.replace(b"kind: risk", b"kind: 'risk'   # of fire").replace(
        b"state: identified", b'state: "identified"'
    ),
    "decomposed text": field("remarks: e\u0301"),
    "a text that looks like fields": field("remarks: |\n  id: a\n  number: b\n  state: c"),
    "an escaped line separator": field(r'remarks: "a\u2028b\tc"'),
    "a document start": b"---\n" + SOUND + b"...\n",
    "right to left": field("remarks: \u202egnp.exe \u05d0"),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_what_is_odd_but_sound_is_recorded_and_reads_again(what: str, package: Path, door: Door) -> None:
    file = write(package / "records" / "risks" / "x.yaml", ACCEPTED[what])
    assert door("package", "record", package, *ADA).code == 0
    assert b"RSK-0002" in file.read_bytes()
    assert door("package", "move", package, "RSK-0002", "--to", "assessed", *ADA).code in (0, 2)
    said = door("package", "check", package)
    assert said.code == 0
    assert "Not recorded" not in said.out


def test_json_as_programs_write_it(package: Path, door: Door) -> None:
    """Escapes for everything, characters beyond U+FFFF in two, slashes escaped, and on one line."""
    fields = {
        "kind": "risk",
        "title": "\U0001f600 \u2028 \\ud83d\\ude00 é a/b",
        "hazard": "h",
        "domains": ["computing"],
        "stages": ["operation"],
        "categories": ["technical"],
        "owner": "ada",
        "links": {"about": ["qpu"]},
    }
    text = json.dumps(fields, separators=(",", ":")).replace("/", "\\/")
    file = write(package / "records" / "risks" / "x.json", text)
    assert door("package", "record", package, *ADA).code == 0
    assert json.loads(file.read_bytes()) == {**fields, **json.loads(file.read_bytes())}
    said = door("package", "check", package)
    assert said.code == 0
    assert "Not recorded" not in said.out
