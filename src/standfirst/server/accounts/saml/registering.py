"""Whom an installation believes: its file of SAML identity providers (``STANDFIRST_SAML``), read and checked.

Asks nothing of Django: the settings are made from it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, RootModel, StrictBool, StringConstraints

from standfirst.standards.problems import Problem, Unusable, problem
from standfirst.standards.reason import Reason
from standfirst.standards.validation import Name, Strict, Text, dotted, read_model

EXTRA: Final = "saml"

Address = Annotated[
    str, StringConstraints(pattern=r"^(?:https://|http://(?:localhost|127\.0\.0\.1)[:/])\S+$")
]
"""A browser is sent there with a request that must not be changed on its way."""
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(?:\.[a-z0-9-]+)+$")]
Attribute = Literal["uid", "email", "name", "first_name", "last_name"]

USUAL: Final[dict[Attribute, tuple[str, ...]]] = {
    "uid": ("urn:oasis:names:tc:SAML:attribute:subject-id",),
    "email": (
        "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    ),
    "name": ("urn:oid:2.16.840.1.113730.3.1.241", "http://schemas.microsoft.com/identity/claims/displayname"),
    "first_name": (
        "urn:oid:2.5.4.42",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    ),
    "last_name": ("urn:oid:2.5.4.4", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname"),
}
"""Where identity providers say who somebody is: the OASIS subject identifier, LDAP attributes (RFC 4519, RFC 2798) by their
object identifiers, and the claims of Microsoft's. Without a ``uid`` it is the name of the assertion's subject."""


class IdentityProvider(Strict):
    """``slug`` stands in our addresses. ``verified_email``: the domains whose addresses the provider may vouch for;
    ``true`` is all of them. ``attributes``: in which of its attributes it tells what, where these are not the usual ones.
    """

    slug: Name
    name: Text
    entity_id: Text
    sso_url: Address
    certificate: Text
    verified_email: StrictBool | tuple[Domain, ...] = False
    attributes: Mapping[Attribute, tuple[Text, ...]] = Field(default_factory=dict)


class IdentityProviders(RootModel[tuple[IdentityProvider, ...]]):
    """The file is a list."""


def is_installed() -> bool:
    return find_spec("onelogin") is not None and find_spec("xmlsec") is not None


def read(path: str, *, address: str, taken: Collection[str] = ()) -> list[dict[str, Any]]:
    """The file, in the form of django-allauth's APPS. ``address``: ours; ``taken``: ids of other providers.

    Raises OSError for a file that cannot be read, and Unusable naming the place of every fault.
    """
    if not path:
        return []
    if not is_installed():
        raise Unusable([problem("STANDFIRST_SAML", "workplace.extra-absent", extra=EXTRA)])
    listed, source = read_model(IdentityProviders, Path(path).read_bytes(), file=path)
    faults = [
        Problem(path, source.line(place), dotted(place), reason)
        for place, reason in _faults(listed.root, taken)
    ]
    if faults:
        raise Unusable(faults)
    return [_app(each, address) for each in listed.root]


def _faults(
    listed: Iterable[IdentityProvider], taken: Collection[str]
) -> Iterator[tuple[tuple[str | int, ...], Reason]]:
    slugs: set[str] = set()
    ids = set(taken)
    for index, each in enumerate(listed):
        # Accounts are known by provider and subject: of two that share an id, one could sign in as the other's people.
        for field, value, known in (("slug", each.slug, slugs), ("entity_id", each.entity_id, ids)):
            if value in known:
                yield (index, field), Reason("saml.twice", {"value": value})
            known.add(value)
        if not _is_certificate(each.certificate):
            yield (index, "certificate"), Reason("saml.certificate")


def _is_certificate(text: str) -> bool:
    """PEM, or its base64 alone, as it stands in a provider's metadata."""
    import xmlsec  # noqa: PLC0415 - of the extra
    from onelogin.saml2.utils import OneLogin_Saml2_Utils  # noqa: PLC0415 - of the extra

    try:
        xmlsec.Key.from_memory(
            OneLogin_Saml2_Utils.format_cert(text), xmlsec.constants.KeyDataFormatCertPem, None
        )
    except (xmlsec.Error, ValueError):
        return False
    return True


def _app(each: IdentityProvider, address: str) -> dict[str, Any]:
    vouches = each.verified_email if isinstance(each.verified_email, bool) else list(each.verified_email)
    return {
        "provider_id": each.entity_id,
        "client_id": each.slug,
        "name": each.name,
        "settings": {
            "attribute_mapping": {
                what: list(each.attributes.get(what, names)) for what, names in USUAL.items()
            },
            "verified_email": vouches,
            "idp": {"entity_id": each.entity_id, "sso_url": each.sso_url, "x509cert": each.certificate},
            # Ours is named by the address that people know, not by whatever a request said of its host.
            "sp": {"entity_id": f"{address}/accounts/saml/{each.slug}/metadata/"},
            "advanced": {
                "strict": True,
                "want_assertion_signed": True,
                "want_name_id": True,
                "want_attribute_statement": False,  # an address may be the name itself
                "reject_deprecated_algorithm": True,
                "metadata_valid_until": "",  # what an administrator took over does not end after two days
                "metadata_cache_duration": "",
                "reject_idp_initiated_sso": True,
                "allow_single_label_domains": True,  # http://localhost, and hosts of a works network
            },
        },
    }
