"""Which logs and witnesses a reader believes, and how many of them it takes (C2SP tlog-policy, untagged,
github.com/C2SP/C2SP at 13027ee) - and how many witnesses would have to lie for a log to show two histories.

A witness never cosigns two histories of one log. Whoever sees a quorum's cosignatures and whoever sees another's
therefore see one history, unless every witness that is in both quorums is corrupt. The smallest such overlap,
over all pairs of quorums, is what a policy is worth (`can_split`).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from types import MappingProxyType
from typing import Final

from standfirst.trust.cosignature import (
    LOG_TYPES,
    CosignatureRejected,
    NoteKey,
    cosignatures,
)
from standfirst.trust.errors import Rejected
from standfirst.trust.note import Note, NoteRejected
from standfirst.trust.spelling import Misspelt, read_decimal

MAX_DEFINED: Final = 100
"""Most logs, most witnesses and most groups. The specification asks for at least 32 of each."""

MAX_TEXT: Final = 1 << 20
"""Most characters in a policy: room for the keys of all of them."""

MAX_QUORUMS: Final = 20_000
"""Most minimal quorums that are listed: three blocs of five witnesses have 1,000, eight of fifteen 6,435."""

MAX_BLOCS: Final = 12
"""Most blocs that `blocs_to_split` tries in all combinations."""

NO_QUORUM: Final = "none"


class WitnessPolicyFlaw(StrEnum):
    """Why a text is not a policy, or a question about one is not answered."""

    TOO_LONG = "witness-policy.too-long"
    CHARACTER = "witness-policy.character"
    UNKNOWN_LINE = "witness-policy.unknown-line"
    WRONG_ITEMS = "witness-policy.wrong-items"
    TOO_MANY = "witness-policy.too-many"
    KEY = "witness-policy.key"
    KEY_TYPE = "witness-policy.key-type"
    KEY_REPEATED = "witness-policy.key-repeated"
    KEY_CLASH = "witness-policy.key-clash"
    LOG_AS_WITNESS = "witness-policy.log-as-witness"
    NAME_TAKEN = "witness-policy.name-taken"
    NAME_RESERVED = "witness-policy.name-reserved"
    NAME_UNKNOWN = "witness-policy.name-unknown"
    MEMBER_TWICE = "witness-policy.member-twice"
    THRESHOLD = "witness-policy.threshold"
    QUORUM_MISSING = "witness-policy.quorum-missing"
    QUORUM_REPEATED = "witness-policy.quorum-repeated"
    TOO_COMPLEX = "witness-policy.too-complex"


class WitnessPolicyRejected(Rejected):
    """Parameter `line` counts the lines of the text from 1, empty lines and comments included."""


class WitnessPolicyTooComplex(Rejected):
    """A question about a policy has more cases than are tried."""


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses a checkpoint once at least `threshold` of `members`, witnesses or other groups, have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class WitnessPolicy:
    """A policy as read. `quorum` is the name of a witness or a group; None asks for no cosignature at all.

    Names are those of the policy, not those in the keys. The groups are trees: no name is a member twice.
    """

    logs: tuple[NoteKey, ...]
    witnesses: Mapping[str, NoteKey]
    groups: Mapping[str, Group]
    quorum: str | None

    @classmethod
    def read(cls, text: str) -> "WitnessPolicy":
        """The policy that `text` is. A newline at the very end may be missing. Raises `WitnessPolicyRejected`."""
        if len(text) > MAX_TEXT:
            raise WitnessPolicyRejected(WitnessPolicyFlaw.TOO_LONG, {"limit": MAX_TEXT})
        return cls.of_lines(text.removesuffix("\n").split("\n"))

    @classmethod
    def of_lines(cls, lines: Sequence[str]) -> "WitnessPolicy":
        """The policy of these lines, none of which holds a newline. Raises `WitnessPolicyRejected`."""
        reading = _Reading()
        for number, line in enumerate(lines, 1):
            try:
                reading.take(line)
            except WitnessPolicyRejected as found:
                raise WitnessPolicyRejected(found.code, {"line": number, **found.parameters}) from None
        return reading.policy()

    # --- cosignatures ---

    def cosigned(self, note: Note) -> Mapping[str, int]:
        """Which witnesses cosigned, by their names here, and when (seconds since 1970).

        Raises what `cosignature.cosignatures` raises: a known key's line that does not verify spoils the note.
        """
        times = cosignatures(note, self.witnesses.values())
        return {name: times[key] for name, key in self.witnesses.items() if key in times}

    def witnessed_by(self, names: Collection[str]) -> bool:
        """Whether these witnesses fill the quorum. Names that the policy does not define count for nothing."""
        return self.quorum is None or self._witnesses(self.quorum, frozenset(names))

    def quorum_time(self, cosigned: Mapping[str, int]) -> int | None:
        """The latest time since which cosignatures still fill the quorum; None where they do not at all.

        A few witnesses whose clocks run ahead cannot make it later than the quorum allows. A policy without a
        quorum has no time either: nobody stated one.
        """
        for time in sorted(set(cosigned.values()), reverse=True):
            if self.quorum is not None and self.witnessed_by(
                [name for name, at in cosigned.items() if at >= time]
            ):
                return time
        return None

    def _witnesses(self, name: str, names: frozenset[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._witnesses(member, names) for member in group.members) >= group.threshold

    # --- what the policy is worth ---

    def blocs(self) -> Mapping[str, frozenset[str]]:
        """The innermost groups that the quorum rests on: those with witnesses only, and who they are."""
        return {
            name: frozenset(self.groups[name].members)
            for name in self._below(self.quorum)
            if name in self.groups and all(member in self.witnesses for member in self.groups[name].members)
        }

    def quorum_count(self) -> int:
        """How many minimal quorums there are, without listing them."""
        return 1 if self.quorum is None else self._count(self.quorum)

    def minimal_quorums(self) -> frozenset[frozenset[str]]:
        """The sets of witnesses that fill the quorum and of which nobody can be missing.

        Raises `WitnessPolicyTooComplex` where there are more than `MAX_QUORUMS`.
        """
        count = self.quorum_count()
        if count > MAX_QUORUMS:
            raise WitnessPolicyTooComplex(WitnessPolicyFlaw.TOO_COMPLEX, {"limit": MAX_QUORUMS})
        return frozenset(self._quorums(self.quorum)) if self.quorum is not None else frozenset((frozenset(),))

    def can_stall(self) -> int | None:
        """The least number of witnesses that can keep the quorum from ever being filled, by silence.

        None where the policy asks for no cosignature.
        """
        return None if self.quorum is None else self._stall(self.quorum)

    def fewest_of(self, names: Collection[str]) -> int:
        """The least number of these witnesses in any quorum: 0 where a quorum can do without them."""
        return 0 if self.quorum is None else self._fewest(self.quorum, frozenset(names))

    def _below(self, name: str | None) -> Iterator[str]:
        if name is None:
            return
        yield name
        if name in self.groups:
            for member in self.groups[name].members:
                yield from self._below(member)

    def _count(self, name: str) -> int:
        """Choices of `threshold` members, each with its own quorums: an elementary symmetric polynomial."""
        group = self.groups.get(name)
        if group is None:
            return 1
        choices = [1] + [0] * group.threshold
        for member in group.members:
            each = self._count(member)
            for size in range(group.threshold, 0, -1):
                choices[size] += choices[size - 1] * each
        return choices[group.threshold]

    def _quorums(self, name: str) -> Iterator[frozenset[str]]:
        group = self.groups.get(name)
        if group is None:
            yield frozenset((name,))
            return
        listed = [list(self._quorums(member)) for member in group.members]
        for chosen in combinations(listed, group.threshold):
            for parts in product(*chosen):
                yield frozenset().union(*parts)

    def _stall(self, name: str) -> int:
        group = self.groups.get(name)
        if group is None:
            return 1
        needed = len(group.members) - group.threshold + 1
        return sum(sorted(map(self._stall, group.members))[:needed])

    def _fewest(self, name: str, names: frozenset[str]) -> int:
        group = self.groups.get(name)
        if group is None:
            return int(name in names)
        return sum(sorted(self._fewest(member, names) for member in group.members)[: group.threshold])


def can_split(a: WitnessPolicy, b: WitnessPolicy) -> int:
    """The least number of corrupt witnesses with which a log can show readers of `a` and of `b` two histories.

    0 says that the log needs nobody's help. Witnesses are the same where their public keys are; one operator with
    two keys counts as two, which can only make the answer smaller. Of the policy with fewer quorums each is tried
    against the other's cheapest. Raises `WitnessPolicyTooComplex` where that are more than `MAX_QUORUMS`.
    """
    a, b = sorted((a, b), key=WitnessPolicy.quorum_count)
    same = _same_witnesses(a, b)
    return min(b.fewest_of(_translated(quorum, same)) for quorum in a.minimal_quorums())


def blocs_to_split(
    a: WitnessPolicy, b: WitnessPolicy, blocs: Mapping[str, Collection[NoteKey]]
) -> int | None:
    """The least number of `blocs` that have to be corrupt, in any number of their witnesses, for a split.

    None where even all of them together are not enough, since witnesses outside the blocs would have to lie.
    Raises `WitnessPolicyTooComplex` as `can_split` does, and for more than `MAX_BLOCS` blocs.
    """
    if len(blocs) > MAX_BLOCS:
        raise WitnessPolicyTooComplex(WitnessPolicyFlaw.TOO_COMPLEX, {"limit": MAX_BLOCS})
    a, b = sorted((a, b), key=WitnessPolicy.quorum_count)
    same = _same_witnesses(a, b)
    quorums = a.minimal_quorums()
    for count in range(len(blocs) + 1):
        for corrupt in combinations(blocs.values(), count):
            liars = frozenset(key.public for bloc in corrupt for key in bloc)
            honest = {name: there for name, there in same.items() if a.witnesses[name].public not in liars}
            if any(b.fewest_of(_translated(quorum, honest)) == 0 for quorum in quorums):
                return count
    return None


def _same_witnesses(a: WitnessPolicy, b: WitnessPolicy) -> Mapping[str, str]:
    """What a witness of `a` is called in `b`, where it is there too."""
    names = {key.public: name for name, key in b.witnesses.items()}
    return {name: names[key.public] for name, key in a.witnesses.items() if key.public in names}


def _translated(quorum: frozenset[str], same: Mapping[str, str]) -> frozenset[str]:
    return frozenset(same[name] for name in quorum if name in same)


# --- reading ---

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_WHITESPACE: Final = " \t"
_BETWEEN_ITEMS: Final = re.compile("[ \t]+")


class _Reading:
    """A policy while its lines are read, top to bottom: a line may use only what stands above it."""

    def __init__(self) -> None:
        self.logs: list[NoteKey] = []
        self.witnesses: dict[str, NoteKey] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorums: list[str | None] = []

    def take(self, line: str) -> None:
        # Character set; surrogates stand for no character at all.
        if _FORBIDDEN.search(line):
            raise WitnessPolicyRejected(WitnessPolicyFlaw.CHARACTER)
        # Structure: only spaces and tabs separate, whatever else Unicode calls a space.
        stripped = line.strip(_WHITESPACE)
        if not stripped or stripped.startswith("#"):
            return
        match _BETWEEN_ITEMS.split(stripped):
            case ["log", vkey] | ["log", vkey, _]:  # a URL is for whoever goes online
                self._log(vkey)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._witness(name, vkey)
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, members)
            case ["quorum", name]:
                self._quorum(name)
            case ["log" | "witness" | "group" | "quorum", *_]:
                raise WitnessPolicyRejected(WitnessPolicyFlaw.WRONG_ITEMS)
            case _:
                raise WitnessPolicyRejected(WitnessPolicyFlaw.UNKNOWN_LINE)

    def policy(self) -> WitnessPolicy:
        # Defining the quorum: exactly one line; more than one is noticed where it stands.
        if not self.quorums:
            raise WitnessPolicyRejected(WitnessPolicyFlaw.QUORUM_MISSING)
        return WitnessPolicy(
            tuple(self.logs),
            MappingProxyType(self.witnesses),
            MappingProxyType(self.groups),
            self.quorums[0],
        )

    def _log(self, vkey: str) -> None:
        """Defining a log."""
        key = _key(vkey)
        if key.type not in LOG_TYPES:
            raise WitnessPolicyRejected(WitnessPolicyFlaw.KEY_TYPE, {"name": key.name})
        _refuse_full(self.logs)
        _refuse_known(key, self.logs)
        self._refuse_own_witness(key, self.witnesses.values())
        self.logs.append(key)

    def _witness(self, name: str, vkey: str) -> None:
        """Defining a witness."""
        self._refuse_taken(name)
        key = _key(vkey)
        if not key.type.cosigns:
            raise WitnessPolicyRejected(WitnessPolicyFlaw.KEY_TYPE, {"name": name})
        _refuse_full(self.witnesses)
        _refuse_known(key, self.witnesses.values())
        self._refuse_own_witness(key, self.logs)
        self.witnesses[name] = key

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        """Defining a witness group."""
        self._refuse_taken(name)
        _refuse_full(self.groups)
        for member in members:
            self._refuse_undefined(member)
            if member in self.members or members.count(member) > 1:
                raise WitnessPolicyRejected(WitnessPolicyFlaw.MEMBER_TWICE, {"name": member})
        self.groups[name] = Group(name, _threshold(threshold, len(members)), tuple(members))
        self.members.update(members)

    def _quorum(self, name: str) -> None:
        """Defining the quorum."""
        if self.quorums:
            raise WitnessPolicyRejected(WitnessPolicyFlaw.QUORUM_REPEATED)
        if name != NO_QUORUM:
            self._refuse_undefined(name)
        self.quorums.append(None if name == NO_QUORUM else name)

    def _refuse_taken(self, name: str) -> None:
        """What is a policy: witnesses and groups share their names, and one is predefined."""
        if name == NO_QUORUM:
            raise WitnessPolicyRejected(WitnessPolicyFlaw.NAME_RESERVED)
        if name in self.witnesses or name in self.groups:
            raise WitnessPolicyRejected(WitnessPolicyFlaw.NAME_TAKEN, {"name": name})

    def _refuse_undefined(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise WitnessPolicyRejected(WitnessPolicyFlaw.NAME_UNKNOWN, {"name": name})

    @staticmethod
    def _refuse_own_witness(key: NoteKey, others: Collection[NoteKey]) -> None:
        """Not in the specification: a log that is its own witness lies as both, and `can_split` would be wrong."""
        if any(key.public == other.public for other in others):
            raise WitnessPolicyRejected(WitnessPolicyFlaw.LOG_AS_WITNESS, {"name": key.name})


def _key(vkey: str) -> NoteKey:
    try:
        return NoteKey.read(vkey)
    except (CosignatureRejected, NoteRejected) as found:
        raise WitnessPolicyRejected(
            WitnessPolicyFlaw.KEY, {"flaw": found.code.value, **found.parameters}
        ) from None


def _refuse_full(defined: Collection[object]) -> None:
    if len(defined) >= MAX_DEFINED:
        raise WitnessPolicyRejected(WitnessPolicyFlaw.TOO_MANY, {"limit": MAX_DEFINED})


def _refuse_known(key: NoteKey, known: Collection[NoteKey]) -> None:
    """Public key representation: one public key under two names is a duplicate. So is one pointer to two keys."""
    if any(key.public == other.public for other in known):
        raise WitnessPolicyRejected(WitnessPolicyFlaw.KEY_REPEATED, {"name": key.name})
    if any((key.name, key.key_id) == (other.name, other.key_id) for other in known):
        raise WitnessPolicyRejected(WitnessPolicyFlaw.KEY_CLASH, {"name": key.name})


def _threshold(text: str, members: int) -> int:
    if text == "any":
        return 1
    if text == "all":
        return members
    try:
        threshold = read_decimal(text)
    except Misspelt:
        raise WitnessPolicyRejected(WitnessPolicyFlaw.THRESHOLD) from None
    if not 1 <= threshold <= members:
        raise WitnessPolicyRejected(WitnessPolicyFlaw.THRESHOLD)
    return threshold
