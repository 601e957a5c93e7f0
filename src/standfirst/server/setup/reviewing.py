"""The last step: what is proposed, to be read and changed before it is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standfirst.server.setup.markets import expectations
from standfirst.server.setup.proposing import Proposed
from standfirst.server.setup.step import LONG, Cards, Step, plain
from standfirst.standards.catalogue import ClauseGroup
from standfirst.standards.library import edition

REASON: Final = 2_000
"""Characters of a reason."""

_LINE: Final = 80
"""Characters of a line of the scope, as the page shows it: all of it is to be seen."""


class ReviewForm(Step):
    """What is proposed, to be read and changed before it is recorded. ``proposals``: what the annex requirements come to."""

    title = gettext_lazy("Review")
    why = gettext_lazy(
        "Nothing is recorded before you say so, and then as drafts: whoever answers for it approves the scope and the "
        "statement of applicability later, by signature."
    )
    scope = forms.CharField(
        label=gettext_lazy("The scope, as it would stand on a certificate"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 4, "class": "words"}),
    )
    look_by = forms.DateField(
        label=gettext_lazy("Obligations are looked at by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=gettext_lazy("Somebody then says of each whether it applies. It shows among what is due."),
    )

    def __init__(
        self,
        *args: Any,
        proposals: Sequence[Proposed] = (),
        markets: Sequence[str] = (),
        today: date,
        proposed: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed
        self.fields["scope"].widget.attrs["rows"] = max(4, len(proposed) // _LINE + 2)
        self.proposals = [each for each in proposals if not each.fixed]
        self.today = today
        self.expected = [each for each in expectations(markets) if each.coming(today)]
        if self.expected:
            self.fields["look_by"].initial = today + timedelta(days=30)
            self.fields["obligations"] = forms.MultipleChoiceField(
                label=_("Obligations to look at"),
                choices=[(each.id, each.profile.title) for each in self.expected],
                initial=[each.id for each in self.expected],
                widget=Cards,
                required=False,
            )
        else:
            del self.fields["look_by"]
        for each in self.proposals:
            self.fields[f"applies-{each.requirement.id}"] = forms.ChoiceField(
                label=_("Does %(requirement)s apply?") % {"requirement": each.requirement.id},
                choices=[("yes", _("applies")), ("no", _("does not apply"))],
                initial="yes",
                required=False,
            )
            self.fields[f"reason-{each.requirement.id}"] = forms.CharField(
                label=_("Why %(requirement)s applies, or not") % {"requirement": each.requirement.id},
                max_length=REASON,
                initial=each.reason,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "class": "words"}),
            )

    def clean_look_by(self) -> date:
        day: date = self.cleaned_data["look_by"]
        if day < self.today:
            raise forms.ValidationError(_("Choose a day to come."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for each in self.proposals:
            name = f"reason-{each.requirement.id}"
            said = cleaned.get(name, "").strip()
            if cleaned.get(f"applies-{each.requirement.id}") == "no" and said in {"", each.reason}:
                self.add_error(name, _("Say in your own words why it does not apply."))
        return cleaned

    def answered(self) -> dict[str, Any]:
        """Of the scope and the annex only where somebody departs from the proposal: the rest follows the answers, whatever becomes of them."""
        told = self.cleaned_data
        decided = {}
        for each in self.proposals:
            applies = told.get(f"applies-{each.requirement.id}") != "no"
            reason = told.get(f"reason-{each.requirement.id}", "").strip()
            if not applies or reason not in {"", each.reason}:
                decided[each.requirement.id] = {"applies": applies, "reason": reason}
        kept: dict[str, Any] = {
            name: plain(told[name]) for name in ("scope", "look_by", "obligations") if name in told
        }
        if kept["scope"].split() == self.proposed.split():
            del kept["scope"]  # it follows the answers
        return {**kept, "decided": decided}

    @staticmethod
    def initial_of(answered: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: answered[name] for name in ("scope", "look_by", "obligations") if name in answered}
        for requirement, said in answered.get("decided", {}).items():
            told |= {
                f"applies-{requirement}": "yes" if said["applies"] else "no",
                f"reason-{requirement}": said["reason"],
            }
        return told

    def groups(self) -> "list[Group]":
        """What has to be decided of each group of the annex."""
        found = []
        for group in edition().groups:
            rows = [
                (each, self[f"applies-{each.requirement.id}"], self[f"reason-{each.requirement.id}"])
                for each in self.proposals
                if each.requirement in group.requirements
            ]
            if rows:
                found.append(Group(group, rows))
        return found


@dataclass(frozen=True, slots=True)
class Group:
    """A clause of the annex: each requirement with whether it applies, and why."""

    clause: ClauseGroup
    rows: Sequence[tuple[Proposed, forms.BoundField, forms.BoundField]]

    @property
    def left_out(self) -> int:
        return sum(applies.value() == "no" for _proposed, applies, _reason in self.rows)

    @property
    def applying(self) -> int:
        return len(self.rows) - self.left_out

    @property
    def faulty(self) -> bool:
        return any(applies.errors or reason.errors for _proposed, applies, reason in self.rows)
