"""Where an identity provider sends a browser back, and what it wants to know of us."""

from base64 import b64decode
from typing import Final, cast

from allauth.core import ratelimit
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.saml.utils import build_saml_config, get_app_or_404
from allauth.socialaccount.providers.saml.views import acs
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from lxml.etree import XMLSyntaxError
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from standfirst.records.change import Refused
from standfirst.standards.reason import Reason

LONGEST: Final = 200_000
"""Characters of an answer. It is kept in the database for the moment until the browser comes with its own session."""


@csrf_exempt  # the form is the provider's; its answer is held against what this browser asked for (``provider``)
@require_POST
def answered(request: HttpRequest, organization_slug: str) -> HttpResponse:
    app = get_app_or_404(request, organization_slug)
    if limited := ratelimit.consume_or_429(request, action="saml_answer"):
        return cast("HttpResponse", limited)
    if len(request.POST.get("SAMLResponse", "")) > LONGEST:
        raise Refused(Reason("saml.too-long", {"limit": LONGEST}))
    if not _is_document(request.POST.get("SAMLResponse", "")):
        return cast("HttpResponse", render_authentication_error(request, app.get_provider(request)))
    return cast("HttpResponse", acs(request, organization_slug=organization_slug))


def _is_document(text: str) -> bool:
    """XML in base64, without what could grow while it is read (document types and entities are forbidden)."""
    try:
        OneLogin_Saml2_XML.to_etree(b64decode(text))
    except (ValueError, XMLSyntaxError):
        return False
    return True


@require_GET
def metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """For the identity provider's administrator."""
    app = get_app_or_404(request, organization_slug)
    config = build_saml_config(request, app.settings, organization_slug)
    del config["sp"]["singleLogoutService"]  # see ``no_logout``
    said = OneLogin_Saml2_Settings(settings=config, sp_validation_only=True).get_sp_metadata()
    return HttpResponse(said, content_type="application/samlmetadata+xml")


def no_logout(request: HttpRequest, organization_slug: str) -> HttpResponse:  # noqa: ARG001 - allauth's name for them
    """Single logout is not offered: a link on any page could end somebody's session. allauth wants an address for it."""
    raise Http404
