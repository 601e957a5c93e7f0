"""Witness policies: the text that is one, when a quorum is filled, and what a quorum is worth."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standfirst.trust import cosignature
from standfirst.trust.checkpoint import Checkpoint
from standfirst.trust.cosignature import CosignatureRejected, NoteKey, NoteSigner, NoteType
from standfirst.trust.keys import PrivateKey
from standfirst.trust.note import Note
from standfirst.trust.witness_policy import (
    MAX_DEFINED,
    MAX_QUORUMS,
    MAX_TEXT,
    WitnessPolicy,
    WitnessPolicyFlaw,
    WitnessPolicyRejected,
    WitnessPolicyTooComplex,
    blocs_to_split,
    can_split,
)


@cache
def signer(name: str, type: NoteType = NoteType.ED25519_COSIGNATURE) -> NoteSigner:  # noqa: A002 - the specification's word
    return NoteSigner(name, PrivateKey.from_seed(type.algorithm, sha256(name.encode()).digest()), type)


def key(name: str, type: NoteType = NoteType.ED25519_COSIGNATURE) -> NoteKey:  # noqa: A002 - the same
    return signer(name, type).key


LOG = key("log.example", NoteType.ED25519)
NORTH, EAST, SOUTH = (tuple(f"{bloc}{number}" for number in (1, 2, 3)) for bloc in "nes")
NINE = (*NORTH, *EAST, *SOUTH)
BLOCS = {"north": NORTH, "east": EAST, "south": SOUTH}
BLOC_KEYS = {name: [key(witness) for witness in bloc] for name, bloc in BLOCS.items()}


def policy(witnesses: Sequence[str], *rules: str) -> WitnessPolicy:
    """A policy of these witnesses, each with the key of its name; the last rule's group is the quorum."""
    lines = [f"witness {name} {key(name).vkey}" for name in witnesses]
    return WitnessPolicy.of_lines([*lines, *rules, f"quorum {rules[-1].split()[1]}"])


def flat(threshold: int) -> WitnessPolicy:
    return policy(NINE, f"group q {threshold} {' '.join(NINE)}")


def in_blocs(of_blocs: int, of_each: int, blocs: Mapping[str, Sequence[str]] = BLOCS) -> WitnessPolicy:
    groups = [f"group {name} {of_each} {' '.join(bloc)}" for name, bloc in blocs.items()]
    return policy([*chain(*blocs.values())], *groups, f"group q {of_blocs} {' '.join(blocs)}")


# --- reading ---

EXAMPLE = f"""
log {LOG.vkey}

# three of one house
witness X1 {key("x1").vkey}
witness X2 {key("x2").vkey}  https://x2.example/
 witness\tX3\t {key("x3").vkey}
group X-witnesses 2 X1 X2 X3

witness Y1 {key("y1").vkey}
witness Y2 {key("y2").vkey}
witness Y3 {key("y3", NoteType.ML_DSA_44_COSIGNATURE).vkey}
   # and three of another
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_the_specifications_example() -> None:
    read = WitnessPolicy.read(EXAMPLE)
    assert read.logs == (LOG,)
    assert list(read.witnesses) == ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    assert read.witnesses["Y3"].type is NoteType.ML_DSA_44_COSIGNATURE
    assert [(group.threshold, len(group.members)) for group in read.groups.values()] == [
        (2, 3),
        (1, 3),
        (2, 2),
    ]
    assert read.quorum == "X-and-Y"
    assert read.witnessed_by(["X1", "X3", "Y2"])
    assert not read.witnessed_by(["X1", "X2", "X3"])
    assert not read.witnessed_by(["X1", "Y1", "Y2", "Y3"])
    assert read.blocs() == {
        "X-witnesses": frozenset(("X1", "X2", "X3")),
        "Y-witnesses": frozenset(("Y1", "Y2", "Y3")),
    }
    assert read.quorum_count() == 9


def test_a_text_and_its_lines_are_one_policy() -> None:
    assert WitnessPolicy.read(EXAMPLE) == WitnessPolicy.of_lines(EXAMPLE.split("\n"))
    assert WitnessPolicy.read(EXAMPLE.rstrip("\n")) == WitnessPolicy.read(EXAMPLE)
    assert hash(WitnessPolicy.read(EXAMPLE).logs)


def test_a_policy_may_ask_for_no_witness() -> None:
    read = WitnessPolicy.read("quorum none\n")
    assert read == WitnessPolicy((), {}, {}, None)
    assert read.witnessed_by([])
    assert read.minimal_quorums() == {frozenset()}
    assert (read.quorum_count(), read.can_stall(), read.fewest_of(["a"])) == (1, None, 0)
    assert read.blocs() == {}
    assert read.quorum_time({}) is None
    assert can_split(read, read) == 0
    assert can_split(read, flat(9)) == 0


def test_a_policy_may_ask_for_one_witness() -> None:
    read = WitnessPolicy.read(f"witness w {key('w').vkey}\nquorum w\n")
    assert read.witnessed_by(["w"])
    assert not read.witnessed_by([])
    assert (can_split(read, read), read.can_stall()) == (1, 1)


def test_names_are_not_understood() -> None:
    """Two names that look alike are two, and what Unicode calls a space belongs to a name."""
    kelvin, wide = "\u212a", "a\u00a0b"
    lines = [f"witness {name} {key(f'k{index}').vkey}" for index, name in enumerate(("K", kelvin, wide))]
    read = WitnessPolicy.of_lines([*lines, f"group g all K {kelvin} {wide}", "quorum g"])
    assert list(read.witnesses) == ["K", kelvin, wide]


W = f"witness w {key('w').vkey}"
V = f"witness v {key('v').vkey}"

NO_POLICIES: dict[str, tuple[list[str], WitnessPolicyFlaw, int | None]] = {
    "no quorum": ([W], WitnessPolicyFlaw.QUORUM_MISSING, None),
    "nothing": ([""], WitnessPolicyFlaw.QUORUM_MISSING, None),
    "two quorums": ([W, "quorum w", "quorum w"], WitnessPolicyFlaw.QUORUM_REPEATED, 3),
    "a quorum of nobody": ([W, "quorum v"], WitnessPolicyFlaw.NAME_UNKNOWN, 2),
    "a quorum before its witness": (["quorum w", W], WitnessPolicyFlaw.NAME_UNKNOWN, 1),
    "a quorum of two": ([W, V, "quorum w v"], WitnessPolicyFlaw.WRONG_ITEMS, 3),
    "a quorum without a name": (["quorum"], WitnessPolicyFlaw.WRONG_ITEMS, 1),
    "an unknown word": (["", "# x", "mirror x"], WitnessPolicyFlaw.UNKNOWN_LINE, 3),
    "a word in capitals": (
        [W.replace("witness", "Witness"), "quorum none"],
        WitnessPolicyFlaw.UNKNOWN_LINE,
        1,
    ),
    "a comment behind a line": ([W, "quorum w # x"], WitnessPolicyFlaw.WRONG_ITEMS, 2),
    "a log without a key": (["log"], WitnessPolicyFlaw.WRONG_ITEMS, 1),
    "a log with too much": ([f"log {LOG.vkey} url x"], WitnessPolicyFlaw.WRONG_ITEMS, 1),
    "a log with a bad key": ([f"log {LOG.vkey}="], WitnessPolicyFlaw.KEY, 1),
    "a log with a witness's key": ([f"log {key('w').vkey}"], WitnessPolicyFlaw.KEY_TYPE, 1),
    "a witness with a log's key": ([f"witness w {LOG.vkey}"], WitnessPolicyFlaw.KEY_TYPE, 1),
    "a witness without a key": (["witness w"], WitnessPolicyFlaw.WRONG_ITEMS, 1),
    "a name twice": ([W, V.replace(" v ", " w ")], WitnessPolicyFlaw.NAME_TAKEN, 2),
    "a group with a witness's name": ([W, "group w any w"], WitnessPolicyFlaw.NAME_TAKEN, 2),
    "a witness with a group's name": ([W, "group v any w", V], WitnessPolicyFlaw.NAME_TAKEN, 3),
    "a witness called none": ([W.replace(" w ", " none ")], WitnessPolicyFlaw.NAME_RESERVED, 1),
    "a group called none": ([W, "group none any w"], WitnessPolicyFlaw.NAME_RESERVED, 2),
    "none as a member": ([W, "group g any w none"], WitnessPolicyFlaw.NAME_UNKNOWN, 2),
    "a group without members": ([W, "group g any"], WitnessPolicyFlaw.WRONG_ITEMS, 2),
    "a group of itself": ([W, "group g any w g"], WitnessPolicyFlaw.NAME_UNKNOWN, 2),
    "a member that comes later": ([W, "group g any w v", V], WitnessPolicyFlaw.NAME_UNKNOWN, 2),
    "a member twice in one group": ([W, "group g 2 w w"], WitnessPolicyFlaw.MEMBER_TWICE, 2),
    "a member of two groups": ([W, V, "group g any w v", "group h any w"], WitnessPolicyFlaw.MEMBER_TWICE, 4),
    "a threshold of 0": ([W, "group g 0 w"], WitnessPolicyFlaw.THRESHOLD, 2),
    "a threshold above all": ([W, "group g 2 w"], WitnessPolicyFlaw.THRESHOLD, 2),
    "a threshold with zeros": ([W, "group g 01 w"], WitnessPolicyFlaw.THRESHOLD, 2),
    "a threshold with a sign": ([W, "group g +1 w"], WitnessPolicyFlaw.THRESHOLD, 2),
    "a threshold with other digits": ([W, "group g ١ w"], WitnessPolicyFlaw.THRESHOLD, 2),
    "a threshold in capitals": ([W, "group g ALL w"], WitnessPolicyFlaw.THRESHOLD, 2),
    "a huge threshold": ([W, "group g " + "9" * 5000 + " w"], WitnessPolicyFlaw.THRESHOLD, 2),
    "a carriage return": ([W + "\r", "quorum w"], WitnessPolicyFlaw.CHARACTER, 1),
    "a vertical tab": (["quorum\x0bnone"], WitnessPolicyFlaw.CHARACTER, 1),
    "a delete": (["# \x7f"], WitnessPolicyFlaw.CHARACTER, 1),
    "a NUL": (["quorum none\x00"], WitnessPolicyFlaw.CHARACTER, 1),
    "two lines in one": ([W + "\nquorum w"], WitnessPolicyFlaw.CHARACTER, 1),
    "a surrogate": (["# \ud800"], WitnessPolicyFlaw.CHARACTER, 1),
    "another space": (["quorum\u00a0none"], WitnessPolicyFlaw.UNKNOWN_LINE, 1),
}


@pytest.mark.parametrize(("lines", "flaw", "line"), NO_POLICIES.values(), ids=NO_POLICIES)
def test_what_is_not_a_policy(lines: list[str], flaw: WitnessPolicyFlaw, line: int | None) -> None:
    with pytest.raises(WitnessPolicyRejected) as caught:
        WitnessPolicy.of_lines(lines)
    assert caught.value.code is flaw
    assert caught.value.parameters.get("line") == line


def renamed(of: NoteKey, name: str, type: NoteType | None = None) -> str:  # noqa: A002 - the specification's word
    return NoteKey(name, type or of.type, of.public).vkey


@pytest.mark.parametrize(
    ("lines", "flaw"),
    [
        ([f"log {LOG.vkey}", f"log {LOG.vkey}"], WitnessPolicyFlaw.KEY_REPEATED),
        ([f"log {LOG.vkey}", f"log {renamed(LOG, 'other.example')}"], WitnessPolicyFlaw.KEY_REPEATED),
        ([W, W.replace(" w ", " v ")], WitnessPolicyFlaw.KEY_REPEATED),
        ([W, f"witness v {renamed(key('w'), 'v')}"], WitnessPolicyFlaw.KEY_REPEATED),
        (
            [f"log {LOG.vkey}", f"witness l {renamed(LOG, 'l', NoteType.ED25519_COSIGNATURE)}"],
            WitnessPolicyFlaw.LOG_AS_WITNESS,
        ),
        ([W, f"log {renamed(key('w'), 'l', NoteType.ED25519)}"], WitnessPolicyFlaw.LOG_AS_WITNESS),
    ],
)
def test_one_key_stands_for_one(lines: list[str], flaw: WitnessPolicyFlaw) -> None:
    with pytest.raises(WitnessPolicyRejected) as caught:
        WitnessPolicy.of_lines([*lines, "quorum none"])
    assert caught.value.code is flaw
    assert caught.value.parameters["line"] == 2


def test_keys_that_cannot_be_told_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cosignature, "key_id", lambda *_: b"same")
    keys = [NoteKey("w.example", NoteType.ED25519_COSIGNATURE, key(name).public) for name in ("v", "w")]
    with pytest.raises(WitnessPolicyRejected) as caught:
        WitnessPolicy.of_lines([f"witness {name} {one.vkey}" for name, one in zip("vw", keys, strict=True)])
    assert caught.value.code is WitnessPolicyFlaw.KEY_CLASH


def test_a_bad_key_says_what_is_bad() -> None:
    with pytest.raises(WitnessPolicyRejected) as caught:
        WitnessPolicy.read(f"witness w {key('w').vkey.replace('w+', 'v+', 1)}\n")
    assert caught.value.parameters == {"line": 1, "flaw": "cosignature.key-id", "name": "v"}


def test_as_many_as_promised_and_not_many_more() -> None:
    logs = [f"log {key(f'log{number}', NoteType.ED25519).vkey}" for number in range(32)]
    names = [f"w{number}" for number in range(MAX_DEFINED)]
    witnesses = [f"witness {name} {key(name).vkey}" for name in names]
    groups = [f"group g{number} any {name}" for number, name in enumerate(names)]
    read = WitnessPolicy.of_lines([*logs, *witnesses, *groups, "quorum none"])
    assert (len(read.logs), len(read.witnesses), len(read.groups)) == (32, 100, 100)
    over = [f"witness over {key('over').vkey}", "group over any g0", f"log {LOG.vkey}"]
    logs = [f"log {key(f'log{number}', NoteType.ED25519).vkey}" for number in range(MAX_DEFINED)]
    for line in over:
        with pytest.raises(WitnessPolicyRejected) as caught:
            WitnessPolicy.of_lines([*logs, *witnesses, *groups, line, "quorum none"])
        assert caught.value.code is WitnessPolicyFlaw.TOO_MANY
    with pytest.raises(WitnessPolicyRejected) as caught:
        WitnessPolicy.read("#" * (MAX_TEXT + 1))
    assert caught.value.code is WitnessPolicyFlaw.TOO_LONG


def test_a_deep_policy_is_answered() -> None:
    chained = ["group g0 any w", *(f"group g{number} any g{number - 1}" for number in range(1, MAX_DEFINED))]
    read = WitnessPolicy.of_lines([W, *chained, f"quorum g{MAX_DEFINED - 1}"])
    assert read.witnessed_by(["w"])
    assert can_split(read, read) == 1


# --- cosignatures ---

CHECKPOINT = Checkpoint("log.example", 3, bytes(32))


def test_cosignatures_are_counted_by_the_policys_names() -> None:
    read = WitnessPolicy.read(EXAMPLE)
    lines = [signer(name).cosign(CHECKPOINT, 100 + index) for index, name in enumerate(("x1", "x2", "y1"))]
    pq = signer("y3", NoteType.ML_DSA_44_COSIGNATURE).cosign(CHECKPOINT, 50)
    whole = Note(CHECKPOINT.text, (*lines, pq, signer("stranger").cosign(CHECKPOINT, 1)))
    assert read.cosigned(whole) == {"X1": 100, "X2": 101, "Y1": 102, "Y3": 50}
    assert read.witnessed_by(read.cosigned(whole))
    bad = Note(CHECKPOINT.text, (signer("x1").cosign(Checkpoint("log.example", 4, bytes(32)), 1),))
    with pytest.raises(CosignatureRejected):
        read.cosigned(bad)


@pytest.mark.parametrize(
    ("cosigned", "time"),
    [
        ({"X1": 10, "X2": 20, "Y1": 30}, 10),
        ({"X1": 10, "X2": 20, "X3": 30, "Y1": 40}, 20),
        ({"X1": 2**60, "X2": 20, "X3": 30, "Y1": 40}, 30),  # one clock far ahead
        ({"X1": 10, "X2": 20, "Y1": 5, "Y2": 15}, 10),
        ({"X1": 10, "Y1": 20}, None),
        ({"X1": 0, "X2": 0, "Y1": 9}, 0),
        ({}, None),
    ],
)
def test_the_time_of_a_quorum(cosigned: dict[str, int], time: int | None) -> None:
    assert WitnessPolicy.read(EXAMPLE).quorum_time(cosigned) == time


def test_names_that_the_policy_does_not_define_count_for_nothing() -> None:
    read = WitnessPolicy.read(EXAMPLE)
    assert not read.witnessed_by(["x1", "x2", "y1", "X-witnesses", "Y-witnesses", "X-and-Y"])


# --- what a policy is worth: the table of the design ---


@dataclass(frozen=True)
class Worth:
    """Corrupt witnesses for a split, blocs that have to be corrupt for it, silent witnesses to stall."""

    witnesses: int
    blocs: int
    silent: int


TABLE = {
    "any 1 of 9": (flat(1), Worth(0, 0, 9)),
    "2 of 9": (flat(2), Worth(0, 0, 8)),
    "5 of 9, a majority": (flat(5), Worth(1, 1, 5)),
    "7 of 9": (flat(7), Worth(5, 2, 3)),
    "all 3 blocs, 2 of 3 each": (in_blocs(3, 2), Worth(3, 3, 2)),
    "2 of 3 blocs, 2 of 3 each": (in_blocs(2, 2), Worth(1, 1, 4)),
    "2 of 3 blocs, 3 of 3 each": (in_blocs(2, 3), Worth(3, 1, 2)),
}


@pytest.mark.parametrize(("judged", "worth"), TABLE.values(), ids=TABLE)
def test_what_a_policy_is_worth(judged: WitnessPolicy, worth: Worth) -> None:
    found = Worth(
        can_split(judged, judged),
        blocs_to_split(judged, judged, BLOC_KEYS) or 0,
        judged.can_stall() or 0,
    )
    assert found == worth
    assert brute_force(judged, judged) == (worth.witnesses, worth.blocs)


def brute_force(a: WitnessPolicy, b: WitnessPolicy) -> tuple[int, int]:
    """Every pair of minimal quorums: the smallest overlap, and the fewest blocs that an overlap lies in."""
    overlaps = [one & other for one in a.minimal_quorums() for other in b.minimal_quorums()]
    return (
        min(len(overlap) for overlap in overlaps),
        min(sum(bool(overlap & set(bloc)) for bloc in BLOCS.values()) for overlap in overlaps),
    )


def of_groups(**thresholds: int) -> WitnessPolicy:
    """For instance `n=2, e=1`: two of the north's witnesses and one of the east's."""
    blocs = {"n": NORTH, "e": EAST, "s": SOUTH}
    groups = [f"group {name} {threshold} {' '.join(blocs[name])}" for name, threshold in thresholds.items()]
    witnesses = [witness for name in thresholds for witness in blocs[name]]
    return policy(witnesses, *groups, f"group q all {' '.join(thresholds)}")


CROSS = {
    "each its own": (of_groups(n=2), of_groups(e=2), 0),
    "each its own and one of the other": (of_groups(n=2, e=1), of_groups(e=2, n=1), 0),
    "each its own and two neutral ones": (of_groups(n=2, s=2), of_groups(e=2, s=2), 1),
    "two of each on both sides": (of_groups(n=2, e=2), of_groups(n=2, e=2), 2),
    "the same, and neutral ones on one side": (of_groups(n=2, e=2), of_groups(n=2, e=2, s=2), 2),
    "a reduced policy and the full one": (in_blocs(2, 3), in_blocs(3, 2), 4),
}


@pytest.mark.parametrize(("a", "b", "corrupt"), CROSS.values(), ids=CROSS)
def test_what_two_policies_are_worth_together(a: WitnessPolicy, b: WitnessPolicy, corrupt: int) -> None:
    assert can_split(a, b) == can_split(b, a) == brute_force(a, b)[0] == corrupt
    assert blocs_to_split(a, b, BLOC_KEYS) == blocs_to_split(b, a, BLOC_KEYS) == brute_force(a, b)[1]


def test_witnesses_are_the_same_by_their_keys() -> None:
    """Another policy's names for them change nothing; another key under the same name is another witness."""
    other_names = {name: f"their-{name}" for name in NORTH}
    lines = [f"witness {other_names[name]} {key(name).vkey}" for name in NORTH]
    theirs = WitnessPolicy.of_lines([*lines, f"group q 2 {' '.join(other_names.values())}", "quorum q"])
    assert can_split(of_groups(n=2), theirs) == 1
    lines = [f"witness {name} {key(f'other-{name}').vkey}" for name in NORTH]
    strangers = WitnessPolicy.of_lines([*lines, f"group q 2 {' '.join(NORTH)}", "quorum q"])
    assert can_split(of_groups(n=2), strangers) == 0


def test_blocs_that_are_not_enough() -> None:
    assert blocs_to_split(in_blocs(3, 2), in_blocs(3, 2), {"north": BLOC_KEYS["north"]}) is None
    assert blocs_to_split(flat(1), flat(1), {}) == 0
    with pytest.raises(WitnessPolicyTooComplex):
        blocs_to_split(flat(1), flat(1), {str(number): [] for number in range(13)})


def test_three_blocs_of_five_are_answered() -> None:
    five = {bloc: [f"{bloc}-{number}" for number in range(5)] for bloc in ("north", "east", "south")}
    fifteen = [*chain(*five.values())]
    strict, reduced = in_blocs(3, 3, five), in_blocs(2, 4, five)
    flat_majority = policy(fifteen, f"group q 8 {' '.join(fifteen)}")
    assert (strict.quorum_count(), reduced.quorum_count(), flat_majority.quorum_count()) == (1000, 75, 6435)
    assert can_split(strict, strict) == 3
    assert can_split(reduced, reduced) == 3
    assert can_split(flat_majority, flat_majority) == 1
    assert can_split(flat_majority, strict) == can_split(strict, flat_majority) == 2


def test_what_would_take_too_long_is_refused_and_counted_all_the_same() -> None:
    names = [f"w{number}" for number in range(32)]
    wide = policy(names, f"group q 16 {' '.join(names)}")
    assert wide.quorum_count() == 601_080_390 > MAX_QUORUMS
    assert wide.witnessed_by(names[:16])
    assert wide.can_stall() == 17
    for question in (wide.minimal_quorums, lambda: can_split(wide, wide)):
        with pytest.raises(WitnessPolicyTooComplex) as caught:
            question()
        assert caught.value.code is WitnessPolicyFlaw.TOO_COMPLEX
    # Against a policy with few quorums only those are listed.
    assert can_split(wide, policy(names[:2], "group q all w0 w1")) == 0


# --- properties ---


@st.composite
def policies(draw: st.DrawFn) -> WitnessPolicy:
    """Some of six witnesses, in some tree."""
    names = draw(st.lists(st.sampled_from(NINE[:6]), min_size=1, max_size=6, unique=True))
    loose = list(names)
    rules: list[str] = []
    while len(loose) > 1 or not rules:
        size = draw(st.integers(1 if len(loose) == 1 else 2, len(loose)))
        threshold = draw(st.integers(1, size))
        name = f"g{len(rules)}"
        rules.append(f"group {name} {threshold} {' '.join(loose[:size])}")
        loose = [*loose[size:], name]
    return policy(names, *rules)


def subsets(names: Collection[str]) -> list[frozenset[str]]:
    listed = sorted(names)
    return [frozenset(some) for size in range(len(listed) + 1) for some in combinations(listed, size)]


@given(policies())
@settings(max_examples=60)
def test_minimal_quorums_are_what_the_tree_says(judged: WitnessPolicy) -> None:
    filling = [some for some in subsets(judged.witnesses) if judged.witnessed_by(some)]
    minimal = {some for some in filling if not any(other < some for other in filling)}
    assert judged.minimal_quorums() == minimal
    assert judged.quorum_count() == len(minimal)


@given(policies())
@settings(max_examples=60)
def test_silence_stalls_as_computed(judged: WitnessPolicy) -> None:
    everyone = frozenset(judged.witnesses)
    assert judged.can_stall() == min(
        len(silent) for silent in subsets(everyone) if not judged.witnessed_by(everyone - silent)
    )


@given(policies(), policies())
@settings(max_examples=60)
def test_a_split_takes_the_smallest_overlap(a: WitnessPolicy, b: WitnessPolicy) -> None:
    corrupt, blocs = brute_force(a, b)
    assert can_split(a, b) == can_split(b, a) == corrupt
    assert blocs_to_split(a, b, BLOC_KEYS) == blocs


@given(policies(), st.lists(st.sampled_from(NINE[:6]), unique=True))
@settings(max_examples=60)
def test_how_few_of_some_witnesses_a_quorum_holds(judged: WitnessPolicy, some: list[str]) -> None:
    assert judged.fewest_of(some) == min(len(quorum & set(some)) for quorum in judged.minimal_quorums())
