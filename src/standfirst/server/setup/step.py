"""What the forms of all steps have in common: what is kept of an answer, and their widgets."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

LONG: Final = 4_000
"""Characters of an answer of some sentences."""

_TEMPLATE: Final = "[["


class Cards(forms.CheckboxSelectMultiple):
    """Several of a few choices, each with what it means."""


class Card(forms.RadioSelect):
    """One of a few choices, each with what it means."""


class Lines(forms.CharField):
    """Several short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in str(value or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        for line in value:
            super().run_validators(line)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)


class Step(forms.Form):
    """``title`` is what the step is about; ``why`` why it is asked; ``needed``: the set-up cannot be finished without it."""

    title: str | Promise = ""
    why: str | Promise = ""
    needed = True

    use_required_attribute = False  # a step may be left half-filled; what is missing is told beside it

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and _TEMPLATE in value:
                self.add_error(
                    name, _("[[ marks what still has to be written; it cannot stand in an answer.")
                )
        return cleaned

    def answered(self) -> dict[str, Any]:
        """What is kept of it, as JSON values."""
        return {name: plain(value) for name, value in self.cleaned_data.items()}


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
