"""The shelf: published file sets, read once, whole or not at all, and only if their digest is the published one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import BaseModel

from standfirst.standards.catalogue import ClauseGroup, Edition, EditionHeader
from standfirst.standards.method import AssessmentMethod, MethodGroup, MethodHeader
from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.validation import Strict, read_model
from standfirst.trust.canonical import canonical_bytes
from standfirst.trust.digests import sha256_hex

CURRENT_EDITION = "qt-qms/2026.1"
CURRENT_METHOD = "method/2026.1"
SEALS = "seals.yaml"

Header = TypeVar("Header", bound=BaseModel)
Group = TypeVar("Group", bound=BaseModel)


class Seals(Strict):
    """``seals.yaml``: the digest under which each file set was published. A set that differs is refused."""

    seals: Mapping[str, str]


def content() -> Traversable:
    return files("standfirst.standards") / "content"


@lru_cache
def edition(name: str = CURRENT_EDITION) -> Edition:
    """Raises :class:`Unusable` with every fault of the files, or when they are not as published."""
    header, groups, digest = _read_set(name, "edition.yaml", EditionHeader, ClauseGroup)
    whole = Edition(header=header, groups=groups, digest=digest)
    _once_each(name, [requirement.id for requirement in whole])
    return whole


@lru_cache
def assessment_method(name: str = CURRENT_METHOD) -> AssessmentMethod:
    """Raises :class:`Unusable` also when a requirement of its edition has no criteria, or one is unknown."""
    header, groups, digest = _read_set(name, "method.yaml", MethodHeader, MethodGroup)
    _once_each(name, [requirement.id for group in groups for requirement in group.requirements])
    method = AssessmentMethod(header=header, groups=groups, digest=digest)
    asked, answered = set(edition(header.edition).by_id), set(method.by_id)
    _refuse(problem(name, "method.requirement-without-criteria", field=i) for i in sorted(asked - answered))
    _refuse(problem(name, "method.unknown-requirement", field=i) for i in sorted(answered - asked))
    return method


def set_digest(name: str) -> str:
    """SHA-256 over the canonical list of file names and digests of a file set."""
    return _digest(_set_files(name))


def sealed_text() -> str:
    """``seals.yaml`` as it has to be for the file sets as they are now."""
    lines = [f"  {name}: {set_digest(name)}" for name in (CURRENT_EDITION, CURRENT_METHOD)]
    return (
        "# The digests under which the file sets were published; `standfirst edition seal` writes them before a release.\nseals:\n"
        + "\n".join(lines)
        + "\n"
    )


def _read_set(
    name: str, header_file: str, header_model: type[Header], group_model: type[Group]
) -> tuple[Header, tuple[Group, ...], str]:
    texts = _set_files(name)
    digest = _digest(texts)
    sealed, _ = read_model(Seals, (content() / SEALS).read_bytes(), file=SEALS)
    if sealed.seals.get(name) != digest:
        raise Unusable(
            [problem(name, "edition.not-as-published", expected=sealed.seals.get(name, "-"), found=digest)]
        )
    if header_file not in texts:
        raise Unusable([problem(name, "edition.missing-file", field=header_file)])
    header, _ = read_model(header_model, texts[header_file], file=f"{name}/{header_file}")
    problems: list[Problem] = []
    groups: list[Group] = []
    for clause in header.clauses:  # type: ignore[attr-defined]
        file = f"{clause}.yaml"
        try:
            groups.append(read_model(group_model, texts[file], file=f"{name}/{file}")[0])
        except Unusable as error:
            problems += error.problems
        except KeyError:
            problems.append(problem(f"{name}/{header_file}", "edition.missing-file", field=file))
    _refuse(problems)
    return header, tuple(groups), digest


def _set_files(name: str) -> dict[str, bytes]:
    folder = content().joinpath(*name.split("/"))
    if not folder.is_dir():
        raise Unusable([problem(name, "edition.unknown")])
    return {item.name: item.read_bytes() for item in sorted(folder.iterdir(), key=lambda item: item.name)}


def _digest(texts: Mapping[str, bytes]) -> str:
    return sha256_hex(canonical_bytes([[file, sha256_hex(text)] for file, text in sorted(texts.items())]))


def _once_each(name: str, ids: Sequence[str]) -> None:
    repeated = sorted(id_ for id_, count in Counter(ids).items() if count > 1)
    _refuse(problem(name, "edition.duplicate-id", field=id_) for id_ in repeated)


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise Unusable(found)
