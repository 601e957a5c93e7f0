"""What people fill in on our own pages of accounts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms

from standfirst.server.accounts.models import EMAIL_LENGTH, NAME_LENGTH, Scope, User
from standfirst.server.store.models import Organisation

SCOPES: dict[Scope, str] = {
    Scope.READ: "Read records and the ledger",
    Scope.WRITE: "Write records",
    Scope.FILES: "Upload and download files",
}
LIFETIMES: dict[int, str] = {30: "30 days", 90: "90 days", 180: "180 days", 365: "one year"}


class NameForm(forms.Form):
    name = forms.CharField(
        label="Your name",
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As pages and letters show it. What you sign bears the name in your person record.",
    )


class TokenForm(forms.Form):
    name = forms.CharField(label="Name", max_length=100, help_text="What uses it, such as “Nightly export”.")
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Organisation", empty_label=None)
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope.value, text) for scope, text in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ.value],
        help_text="Never more than you may yourself.",
    )
    days = forms.TypedChoiceField(
        label="Good for", choices=list(LIFETIMES.items()), coerce=int, initial=90, empty_value=None
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.filter(memberships__user=user).order_by("name")
        self.fields["organisation"].queryset = mine  # type: ignore[attr-defined]
        self.fields["organisation"].label_from_instance = _by_name  # type: ignore[attr-defined]

    def issued(self) -> dict[str, Any]:
        """What ``tokens.issue`` asks."""
        given = self.cleaned_data
        return {
            "organisation": given["organisation"],
            "name": given["name"],
            "scopes": [Scope(each) for each in given["scopes"]],
            "lifetime": timedelta(days=given["days"]),
        }


class InviteForm(forms.Form):
    person = forms.ChoiceField(label="Person", help_text="Persons on record who have no account yet.")
    email = forms.EmailField(label="E-mail address", max_length=EMAIL_LENGTH)

    def __init__(self, people: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


def _by_name(organisation: Organisation) -> str:
    return organisation.name
