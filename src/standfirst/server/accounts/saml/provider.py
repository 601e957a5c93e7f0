"""The provider: an answer is believed only when it answers what this browser asked a moment ago."""

import logging
from typing import Any, Final, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from standfirst.server.accounts.saml.assertion import ASSERTION, refused_because

_log: Final = logging.getLogger(__name__)


class Provider(SAMLProvider):  # type: ignore[misc]  # allauth ships no types
    """As allauth's, but stricter about assertions (``assertion``). What it says of an e-mail address is asked by the adapter."""

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> SocialLogin:
        """``response``: of python3-saml, which has found it valid."""
        # It is the one assertion of the document, and the one that is signed: python3-saml has asked for both.
        (assertion,) = _tree(response).iter(f"{{{ASSERTION}}}Assertion")
        reason = refused_because(
            assertion,
            audience=self.app.settings["sp"]["entity_id"],
            recipient=request.build_absolute_uri(reverse("saml_acs", args=[self.app.client_id])),
            request=response.get_last_response_in_response_to() or "",
            names_subject="uid" in self._extract(response),
        )
        if reason is not None or not self.extract_uid(response):
            self._refuse(request, reason or "it names nobody")
        return super().sociallogin_from_response(request, response)

    def unstash_redirect_state(self, request: HttpRequest, state_id: str) -> dict[str, Any]:
        """What this browser asked for. Each request is answered once, so nothing can be played again."""
        try:
            return dict(super().unstash_redirect_state(request, state_id))
        except PermissionDenied:
            self._refuse(
                request, "this browser asked for no such thing, or it was answered, or it was long ago"
            )

    def _refuse(self, request: HttpRequest, reason: str) -> NoReturn:
        _log.warning("An assertion of %s is refused: %s", self.app.provider_id, reason)
        raise ImmediateHttpResponse(render_authentication_error(request, self))


def _tree(response: Any) -> Any:
    from onelogin.saml2.xml_utils import OneLogin_Saml2_XML  # noqa: PLC0415 - of the extra

    return OneLogin_Saml2_XML.to_etree(response.get_last_response_xml())


provider_classes = [Provider]
