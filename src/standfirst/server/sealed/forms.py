"""What a reporter and a recipient write."""

from django import forms
from django.utils.translation import gettext_lazy as _

from standfirst.records.actor import Role
from standfirst.server.sealed.cases import LONGEST_TEXT
from standfirst.words.render import title

_ROWS = {"rows": 10, "autocomplete": "off", "spellcheck": "false"}
"""No spell checker either: some send what is typed to whoever makes the browser."""


def _roles() -> list[tuple[str, str]]:
    """Asked for each form anew: by whom it is read decides how roles are called."""
    return [(role.value, title(role.value)) for role in Role]


class ReportForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_TEXT, label=_("What happened"), strip=False, widget=forms.Textarea(attrs=_ROWS)
    )
    concerned_people = forms.CharField(
        required=False,
        max_length=1_000,
        label=_("Whom it concerns"),
        help_text=_("Names. Whoever may be meant never gets to see this case."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    concerned_roles = forms.TypedMultipleChoiceField(
        required=False,
        coerce=Role,
        choices=_roles,
        label=_("Or whom it concerns by what they answer for"),
        widget=forms.CheckboxSelectMultiple,
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=60,
        label=_("Your code"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class MessageForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_TEXT, label=_("Message"), strip=False, widget=forms.Textarea(attrs=_ROWS)
    )


class ConcernedForm(forms.Form):
    names = forms.CharField(
        max_length=1_000,
        label=_("Whom else it concerns"),
        help_text=_("They will not see the case any more."),
    )
