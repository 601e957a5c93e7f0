"""Ids and references within a file of cryptographic facts."""

from collections.abc import Iterable

from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.yaml_text import Located


class References:
    """Ids that stand once, and references that lead somewhere: every fault with its line."""

    def __init__(self, file: str, located: Located) -> None:
        self._file, self._located = file, located
        self._found: list[Problem] = []

    def once(self, place: tuple[str | int, ...], ids: list[str]) -> set[str]:
        repeated = {one for one in ids if ids.count(one) > 1}
        for one in sorted(repeated):
            self._add(place, "cryptography.repeated", id=one)
        return set(ids)

    def known(
        self,
        place: tuple[str | int, ...],
        ids: Iterable[str | None],
        there: set[str],
    ) -> None:
        for one in ids:
            if one is not None and one not in there:
                self._add(place, "cryptography.unknown-reference", id=one)

    def refuse(self) -> None:
        if self._found:
            raise Unusable(self._found)

    def _add(self, place: tuple[str | int, ...], code: str, **parameters: str) -> None:
        field = ".".join(map(str, place))
        self._found.append(
            problem(self._file, code, line=self._located.line(place), field=field, **parameters)
        )
