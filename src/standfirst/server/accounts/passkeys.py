"""The form for a new passkey."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """As allauth's, but what is registered signs in by itself unless somebody says otherwise."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=100,
        help_text="To tell your passkeys apart, such as “Work laptop”.",
    )
    passwordless = forms.BooleanField(
        label="Sign in with it alone",
        required=False,
        initial=True,
        help_text="The device then asks for your fingerprint, face or PIN. Without this it only confirms a password.",
    )
