"""Steps 1 to 4: the file, the root that the relying party knows, and the two documents that are signed from there."""

from enum import StrEnum

from standfirst.trust import bundle
from standfirst.trust.accreditation import Accreditation
from standfirst.trust.certificate import Certificate
from standfirst.trust.digests import Domain
from standfirst.trust.envelope import Envelope, opened
from standfirst.trust.lookalikes import deceptions, look_alike
from standfirst.trust.members import BODY_ID
from standfirst.trust.steps.case import Case, Contradiction
from standfirst.trust.texts import in_plain_sight
from standfirst.trust.verdict import Status

_TOLD = 120  # characters of a name that nobody has vouched for


class SignedFlaw(StrEnum):
    ROOT_UNKNOWN = "root.not-in-policy"
    ROOT_LOOKS_LIKE = "root.looks-like"
    ROOT_OTHER_KEYS = "root.keys-of-another"
    ROOT_NAMED_OTHERWISE = "root.named-otherwise"
    KEYS_SHARED = "accreditation.keys-of-the-root"
    OTHER_ACCREDITATION = "certificate.other-accreditation"
    OTHER_NUMBER = "certificate.other-accreditation-number"
    OTHER_BODY = "certificate.other-body"


def read(case: Case) -> None:
    """1. The bytes are exactly a bundle: canonical, complete, unharmed, of the form that is known."""
    case.bundle = bundle.read(case.data)


def find_root(case: Case) -> None:
    """2. The accreditation body that the accreditation names is in the policy, under exactly this id.

    The name is read before its signature is verified: a lie leads to the wrong keys, and step 3 refuses it. An id that
    no root has, over signatures that name a root's keys, is no other body's: it was changed, or is a lie.
    """
    body_id, name = _named(case.bundle.accreditation)
    root = case.policy.root(body_id)
    if root is None:
        _tell_resemblance(case, body_id, name)
        told = {"id": body_id if BODY_ID.fullmatch(body_id) else "", "name": in_plain_sight(name)}
        _refuse_borrowed_keys(case, told["id"])
        case.doubt(Status.UNRECOGNISED, SignedFlaw.ROOT_UNKNOWN, **told)
        return
    case.root = root
    if root.name != name:
        case.tell(SignedFlaw.ROOT_NAMED_OTHERWISE, name=in_plain_sight(name), known=root.name)
        _tell_resemblance(case, body_id, name)


def _named(accreditation: Envelope) -> tuple[str, str]:
    """Id and name as the payload claims them; empty where there is no text."""
    body = (accreditation.said or {}).get("accreditation_body")
    claimed = [body.get(member) if isinstance(body, dict) else None for member in ("id", "name")]
    first, second = (each[:_TOLD] if isinstance(each, str) else "" for each in claimed)
    return first, second


def _refuse_borrowed_keys(case: Case, body_id: str) -> None:
    signers = {signature.key for signature in case.bundle.accreditation.signatures}
    for root in case.policy.roots:
        if signers & {key.id for key in root.keys}:
            raise Contradiction(SignedFlaw.ROOT_OTHER_KEYS, {"id": body_id, "known": root.id})


def _tell_resemblance(case: Case, body_id: str, name: str) -> None:
    for root in case.policy.roots:
        for which, found, known in (("id", body_id, root.id), ("name", name, root.name)):
            if look_alike(found, known):
                case.tell(SignedFlaw.ROOT_LOOKS_LIKE, which=which, found=in_plain_sight(found), known=known)


def open_accreditation(case: Case) -> None:
    """3. The accreditation is signed by the root, with every algorithm that the policy requires of it."""
    root = case.root
    payload = opened(
        case.bundle.accreditation, root.keys, required=root.required, domain=Domain.ACCREDITATION
    )
    accreditation = Accreditation.read(payload)
    # Whoever holds a key of both could accredit itself: then neither signature says what it seems to.
    if {key.id for key in accreditation.keys} & {key.id for key in root.keys}:
        raise Contradiction(SignedFlaw.KEYS_SHARED, {"id": accreditation.body.id})
    case.accreditation = case.shown.accreditation = accreditation
    case.shown.root = root


def open_certificate(case: Case) -> None:
    """4. The certificate is signed by the accredited body, with that accreditation's keys, and names both."""
    accreditation = case.accreditation
    payload = opened(
        case.bundle.certificate,
        accreditation.keys,
        required=case.policy.body_required,
        domain=Domain.CERTIFICATE,
    )
    certificate = Certificate.read(payload)
    if certificate.accreditation_digest != case.bundle.accreditation_digest:
        raise Contradiction(SignedFlaw.OTHER_ACCREDITATION)
    if certificate.accreditation_number != accreditation.number:
        numbers = {"found": certificate.accreditation_number, "expected": accreditation.number}
        raise Contradiction(SignedFlaw.OTHER_NUMBER, numbers)
    if certificate.body != accreditation.body:
        bodies = {"found": certificate.body.id, "expected": accreditation.body.id}
        raise Contradiction(SignedFlaw.OTHER_BODY, bodies)
    case.certificate = case.shown.certificate = certificate
    case.shown.certificate_digest = case.bundle.certificate_digest
    _tell_deceptions(case, certificate)


def _tell_deceptions(case: Case, certificate: Certificate) -> None:
    organisation, scope = certificate.organisation, certificate.scope
    names = (
        ("organisation", organisation.name),
        ("country", organisation.country),
        ("body", certificate.body.name),
        ("country", certificate.body.country),
        ("statement", scope.statement),
        *(("site", site) for site in certificate.sites),
        *(("exclusion", text) for each in scope.exclusions for text in (each.what, each.reason)),
    )
    told = ((deception, field, word) for field, text in names for deception, word in deceptions(text))
    for deception, field, word in dict.fromkeys(told):
        case.tell(deception, field=field, word=word)
    for root in case.policy.roots:
        if look_alike(certificate.body.name, root.name):
            case.tell(SignedFlaw.ROOT_LOOKS_LIKE, which="body", found=certificate.body.name, known=root.name)
