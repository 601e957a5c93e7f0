"""What a reporter and a recipient write."""

from django import forms

from standfirst.records.actor import Role
from standfirst.server.sealed.cases import LONGEST_TEXT
from standfirst.words.render import title

_ROWS = {"rows": 10, "autocomplete": "off", "spellcheck": "false"}
"""No spell checker either: some send what is typed to whoever makes the browser."""


class ReportForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_TEXT, label="What happened", strip=False, widget=forms.Textarea(attrs=_ROWS)
    )
    concerned_people = forms.CharField(
        required=False,
        max_length=1_000,
        label="Whom it concerns",
        help_text="Names. Whoever may be meant never gets to see this case.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    concerned_roles = forms.TypedMultipleChoiceField(
        required=False,
        coerce=Role,
        choices=[(role.value, title(role.value)) for role in Role],
        label="Or whom it concerns by what they answer for",
        widget=forms.CheckboxSelectMultiple,
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=60,
        label="Your code",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class MessageForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_TEXT, label="Message", strip=False, widget=forms.Textarea(attrs=_ROWS)
    )


class ConcernedForm(forms.Form):
    names = forms.CharField(
        max_length=1_000, label="Whom else it concerns", help_text="They will not see the case any more."
    )
