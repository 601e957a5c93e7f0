"""What signing up asks beyond allauth's fields. Apart from ``forms``, because allauth's forms are made from this."""

from allauth.core import context
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from standfirst.server.accounts import joining
from standfirst.server.accounts.models import NAME_LENGTH, User
from standfirst.server.clock import now


class SignupForm(forms.Form):
    """``ACCOUNT_SIGNUP_FORM_CLASS``: below allauth's forms for new accounts, with a password or by OpenID Connect."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As pages and letters show it."),
    )
    field_order = ("name", "email", "password1", "password2")

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        invited = joining.invited(context.request, now=now())
        if settings.SIGNUP != "open" and "email" in cleaned and cleaned["email"] != invited:
            self.add_error("email", _("Use the address that the invitation was sent to."))
        return cleaned

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002 - allauth's signature
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
