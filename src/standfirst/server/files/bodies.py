"""What records say of files, held against the files that an organisation has."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from standfirst.server.files.models import FileUse
from standfirst.server.store.models import Organisation
from standfirst.standards.problems import Problem, Unusable, problem


def uses(organisation: Organisation, digests: Collection[str]) -> Mapping[str, tuple[FileUse, ...]]:
    """An organisation's own uses of these files by digest, the oldest first, in one query. Unknown digests are absent."""
    found: dict[str, list[FileUse]] = {}
    own = FileUse.objects.filter(organisation=organisation, file__in=list(digests)).select_related("file")
    for use in own.order_by("id"):
        found.setdefault(str(use.file_id), []).append(use)
    return {digest: tuple(those) for digest, those in found.items()}


def require_files(organisation: Organisation, body: Mapping[str, Any]) -> None:
    """Every attachment is a file of this organisation, under the name that it has here. Raises Unusable naming each that is not."""
    attachments = body.get("attachments") or ()
    if not attachments:
        return
    own = uses(organisation, {str(one["sha256"]) for one in attachments if one.get("sha256")})
    if problems := list(_missing(attachments, own)):
        raise Unusable(problems)


def _missing(
    attachments: Collection[Mapping[str, Any]], own: Mapping[str, tuple[FileUse, ...]]
) -> Iterator[Problem]:
    for index, one in enumerate(attachments):
        labels = {use.label for use in own.get(str(one.get("sha256")), ())}
        if one["file"] not in labels:
            yield problem("", "evidence.missing", field=f"attachments[{index}].file", file=one["file"])
