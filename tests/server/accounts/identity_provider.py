"""A SAML identity provider without a network: it reads what our form asks, and signs what the test wants it to say."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from xml.etree import ElementTree
from zlib import decompress

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from xmlsec import constants as known

SLUG = "works-saml"
ENTITY = "https://idp.example.org/saml"
SSO = "https://idp.example.org/sso"
US = "http://localhost:8000/accounts/saml/works-saml/metadata/"
ACS = "http://localhost/accounts/saml/works-saml/acs/"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
NAME = "urn:oid:2.16.840.1.113730.3.1.241"


@dataclass(frozen=True)
class Keys:
    private: bytes
    certificate: str


@cache
def keys(number: int) -> Keys:
    """RSA, as identity providers have; with a certificate signed by itself."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"idp {number}")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(number)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Keys(pem, certificate.public_bytes(Encoding.PEM).decode())


def settings() -> dict[str, Any]:
    """As an installation's ``STANDFIRST_SAML`` has it."""
    return {
        "slug": SLUG,
        "name": "Works SAML",
        "entity_id": ENTITY,
        "sso_url": SSO,
        "certificate": keys(1).certificate,
    }


@dataclass(frozen=True)
class Says:
    """An answer to the request of that id, sound unless the test makes it otherwise. None leaves a statement out."""

    request: str
    email: str
    subject: str = field(default_factory=lambda: uuid4().hex)
    name: str = "Mila Müller"
    format: str = PERSISTENT
    issuer: str = ENTITY
    audience: str | None = US
    recipient: str | None = ACS
    destination: str = ACS
    confirms: str | None = ""
    """In answer to which request the signed part says it is; empty for ``request``."""
    begins: timedelta = timedelta(minutes=-1)
    ends: timedelta = timedelta(minutes=5)
    confirmation_ends: timedelta | None = timedelta(minutes=5)
    signed: str = "Assertion"
    key: int = 1
    digest: str = "sha256"

    def but(self, **otherwise: Any) -> "Says":
        return replace(self, **otherwise)

    def document(self) -> bytes:
        tree = etree.fromstring(self._text().encode())
        if self.signed:
            _sign(tree, self.signed, keys(self.key), self.digest)
        return bytes(etree.tostring(tree))

    def posted(self) -> str:
        return b64encode(self.document()).decode()

    def _text(self) -> str:
        def at(shift: timedelta) -> str:
            return (datetime.now(UTC) + shift).strftime("%Y-%m-%dT%H:%M:%SZ")

        now, begins, ends = at(timedelta()), at(self.begins), at(self.ends)
        answers = self.request if self.confirms == "" else self.confirms
        data = {
            "InResponseTo": answers,
            "Recipient": self.recipient,
            "NotOnOrAfter": None if self.confirmation_ends is None else at(self.confirmation_ends),
        }
        confirmation = " ".join(f'{name}="{value}"' for name, value in data.items() if value is not None)
        restriction = (
            f"<saml:AudienceRestriction><saml:Audience>{self.audience}</saml:Audience></saml:AudienceRestriction>"
            if self.audience
            else ""
        )
        attributes = "".join(
            f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
            for name, value in ((MAIL, self.email), (NAME, self.name))
            if value
        )
        return f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{uuid4().hex}" Version="2.0" IssueInstant="{now}"
 Destination="{self.destination}" InResponseTo="{self.request}"><saml:Issuer>{self.issuer}</saml:Issuer>\
<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>\
<saml:Assertion ID="_{uuid4().hex}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{self.issuer}</saml:Issuer>\
<saml:Subject><saml:NameID Format="{self.format}">{self.subject}</saml:NameID>\
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
<saml:SubjectConfirmationData {confirmation}/></saml:SubjectConfirmation></saml:Subject>\
<saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}">{restriction}</saml:Conditions>\
<saml:AuthnStatement AuthnInstant="{now}"><saml:AuthnContext><saml:AuthnContextClassRef>\
urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>"""


def _sign(tree: Any, what: str, by: Keys, digest: str) -> None:
    """Enveloped, after the issuer, as the schema has it."""
    node = tree if what == "Response" else tree.find(f"{{*}}{what}")
    signing = {"sha256": known.TransformRsaSha256, "sha1": known.TransformRsaSha1}[digest]
    hashing = {"sha256": known.TransformSha256, "sha1": known.TransformSha1}[digest]
    signature = xmlsec.template.create(node, known.TransformExclC14N, signing, ns="ds")
    node[0].addnext(signature)
    xmlsec.tree.add_ids(node, ["ID"])
    reference = xmlsec.template.add_reference(signature, hashing, uri=f"#{node.get('ID')}")
    xmlsec.template.add_transform(reference, known.TransformEnveloped)
    xmlsec.template.add_transform(reference, known.TransformExclC14N)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(by.private, known.KeyDataFormatPem, None)
    context.sign(signature)


def asked(target: str) -> ElementTree.Element:
    """The request that the browser brings."""
    (packed,) = parse_qs(urlsplit(target).query)["SAMLRequest"]
    return ElementTree.fromstring(decompress(b64decode(packed), -15))  # noqa: S314 - what we wrote ourselves
