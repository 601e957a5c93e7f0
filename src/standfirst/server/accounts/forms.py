"""What people fill in on our own pages of accounts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from standfirst.server.accounts.models import EMAIL_LENGTH, NAME_LENGTH, Scope, User
from standfirst.server.accounts.standing import standing_of
from standfirst.server.store.models import Organisation

SCOPES: dict[Scope, Promise] = {
    Scope.READ: _("Read records and the ledger"),
    Scope.WRITE: _("Write records"),
    Scope.FILES: _("Upload and download files"),
}
LIFETIMES: dict[int, Promise] = {30: _("30 days"), 90: _("90 days"), 180: _("180 days"), 365: _("one year")}


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As pages and letters show it. What you sign bears the name in your person record."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What uses it, such as “Nightly export”.")
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), empty_label=None
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope.value, text) for scope, text in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ.value],
        help_text=_("Never more than you may yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("Good for"), choices=list(LIFETIMES.items()), coerce=int, initial=90, empty_value=None
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stands = standing_of(user).values("organisation")
        mine = Organisation.objects.filter(pk__in=stands).order_by("name")
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
    person = forms.ChoiceField(label=_("Person"), help_text=_("Persons on record who have no account yet."))
    email = forms.EmailField(label=_("E-mail address"), max_length=EMAIL_LENGTH)

    def __init__(self, people: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


def _by_name(organisation: Organisation) -> str:
    return organisation.name
