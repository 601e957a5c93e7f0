"""What this installation lets allauth do: who may sign up, whose word about an address counts, how secrets are kept."""

from typing import Any, Final
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest

from standfirst.server.accounts import joining
from standfirst.server.accounts.models import NAME_LENGTH, User
from standfirst.server.clock import now
from standfirst.trust.at_rest import decrypted, encrypted

_PURPOSE: Final = "second factors"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sign-up is open, or for those who hold an invitation; for these at the address it was sent to (``signup``)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open" or joining.invited(request, now=now()) is not None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links lead to the address that people know, whatever the request said of its host."""
        ours = {
            name: settings.ADDRESS + urlsplit(value)._replace(scheme="", netloc="").geturl()
            for name, value in context.items()
            if name.endswith("_url") and isinstance(value, str)
        }
        super().send_mail(template_prefix, email, {**context, **ours})


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-on by OpenID Connect. An address that has an account here already is never joined to it silently: allauth
    writes to that address instead (``SOCIALACCOUNT_EMAIL_AUTHENTICATION`` is off).
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        if settings.SIGNUP == "open":
            return True
        invited = joining.invited(request, now=now())
        said = {address.email.lower() for address in sociallogin.email_addresses}
        # Without an address allauth asks for one, in the form that holds it against the invitation.
        return invited is not None and (not said or invited in said)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        self._require_one_subject(request, sociallogin)
        for address in sociallogin.email_addresses:
            # A provider's own "email_verified" is not enough: it could claim anybody's address, and with it their
            # invitations. Whoever runs this installation says so (``verified_email`` of the provider's settings).
            address.verified = self.is_email_verified(sociallogin.provider, address.email)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        name = data.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        user.name = name.strip()[:NAME_LENGTH]
        return user

    def _require_one_subject(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """OpenID Connect Core 1.0, 5.3.2: what the UserInfo endpoint says of another subject must not be used."""
        said = sociallogin.account.extra_data
        subjects = {part["sub"] for part in (said.get("userinfo"), said.get("id_token")) if part}
        if len(subjects) > 1:
            raise ImmediateHttpResponse(render_authentication_error(request, sociallogin.provider))


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors. Their secrets are encrypted under the installation's secret key, which lies beside the database
    and not in it: who can read the database alone has no code of anybody.
    """

    def encrypt(self, text: str) -> str:
        return encrypted(text, secret=settings.SECRET_KEY, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text, secret=settings.SECRET_KEY, purpose=_PURPOSE)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        have = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {have + 1}" if have else "Passkey"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}
