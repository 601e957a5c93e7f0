"""What a new file can already say, because the package or the edition says it."""

from typing import TYPE_CHECKING

from standfirst.cli.assessing import profile_of
from standfirst.management.applicability import STATEMENT_OF_APPLICABILITY
from standfirst.records.package.starting import answered, quoted, template
from standfirst.standards.library import edition
from standfirst.words.render import sentence

if TYPE_CHECKING:
    from standfirst.records.kind import Kind
    from standfirst.records.package.package import Package


def prefilled(kind: "Kind", package: "Package") -> str:
    """The kind's template; a statement of applicability comes with an entry for every annex requirement."""
    text = template(kind)
    if kind is not STATEMENT_OF_APPLICABILITY:
        return text
    head = answered(text.partition("entries:")[0], "edition", edition().name)
    rest = text[text.index("effective_from:") :]
    return head + _entries(package) + rest


def _entries(package: "Package") -> str:
    whole, profile = edition(), profile_of(package, None)
    lines = ["entries:    # one for each annex requirement; status: planned, partly or implemented"]
    for requirement in whole:
        if not whole.may_be_excluded(requirement.id):
            continue
        left_out = profile.leaves_out(requirement, whole)
        reason = sentence(left_out) if left_out else f"[[Why {requirement.title} applies, or why not]]"
        lines += [
            f"  - requirement: {requirement.id}    # {requirement.title}",
            f"    applies: {'false' if left_out else 'true'}",
            f"    reason: {quoted(reason)}",
        ]
    return "\n".join(lines) + "\n"
