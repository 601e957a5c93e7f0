"""The English of electronic signatures and passkeys: code -> sentence, and what to do about it. Read as ``english``."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # how a signature is bound to its signer
    "signature.is-declared": "Declared: nothing shows who signed but the entry itself.",
    "signature.is-reauthenticated": (
        "The server says that the signer gave {means:means} again when signing; nothing else shows it."
    ),
    "signature.is-by-passkey": "Signed with a passkey of the signer; anyone can verify it.",
    # what cannot be looked at where there is one version alone
    "signature.unseen-version": "Not looked at: version {version:count}, which was signed, is not in here.",
    "signature.unseen-key": "Not looked at: whether {name} had registered this passkey at that time.",
    # signing
    "deed.signature-missing": "A signature that is {assurance:name} has to be shown with the deed, and is not.",
    "deed.signature-other-content": "What was signed is something else: its {field:field} differs.",
    "deed.signature-not-recorded": "Only what is recorded can be signed: record it first, then sign it.",
    "deed.assurance": "A signature here has to be {needs:name}; this one is {have:name}.",
    "deed.signed-already": "You have signed this already; somebody else has to sign as well.",
    # signatures that do not hold
    "signature.unproved": "The entry claims a signature that is {assurance:name}, and nothing shows it.",
    "signature.unclaimed": "The content holds a signature that its entry does not tell of.",
    "signature.other-content": "The signature was made for something else: its {field:field} differs.",
    "signature.signed-version-gone": "What was signed, version {version:count}, is erased; the signature can no longer be verified.",
    "signature.content-differs": "The content is not that of version {version:count}, which was signed.",
    "signature.before-it-was-shown": "It is recorded at {recorded}, before it was shown for signing at {at}.",
    "signature.too-late": "It was shown for signing at {at} and recorded at {recorded}, more than {minutes:count} minutes later.",
    "signature.other-site": "The passkey was used at [{origin}|another site], which is not where this is signed.",
    "signature.key-not-registered": "The passkey was not one that {name} had registered here at that time.",
    # assertions
    "passkey.client-data": "What the browser says about the signing cannot be read.",
    "passkey.client-data-size": "What the browser says about the signing has {bytes:count} bytes; at most {limit:count} are read.",
    "passkey.repeated-member": "What the browser says about the signing says something twice.",
    "passkey.type": "The passkey was used for something else than signing.",
    "passkey.challenge": "The passkey has signed something else.",
    "passkey.origin": "The passkey was used at [{origin}|another site].",
    "passkey.framed": "The passkey was used in a frame within another site.",
    "passkey.authenticator-data": "What the authenticator says cannot be read ({bytes:count} bytes).",
    "passkey.attested": "What the authenticator says belongs to the making of a passkey, not to signing.",
    "passkey.extensions": "What the authenticator adds cannot be read.",
    "passkey.site": "The passkey was not made for {site}.",
    "passkey.absent": "The authenticator did not ask whether anybody was there.",
    "passkey.not-verified": "The authenticator did not ask who was there, by PIN, fingerprint or face.",
    "passkey.backup": "The authenticator contradicts itself about copies of the passkey.",
    "passkey.key": "The public key is not written as it has to be, or is none.",
    "passkey.key-unknown": "Passkeys of this sort are not read.",
    "passkey.key-size": "The key has {bits:count} bits; keys of {least:count} to {most:count} are read.",
    "passkey.signature": "The signature is not one of this passkey.",
}

HINTS: Final[Mapping[str, str]] = {
    "deed.signature-missing": "Sign it with a passkey, or by giving your password again.",
    "deed.signature-other-content": "Look at it as it stands now, and sign that.",
    "deed.assurance": "Sign it with a passkey, or by giving your password again if that is enough here.",
    "signature.before-it-was-shown": "To sign it, look at the clocks of the machines first.",
    "signature.too-late": "To sign it, have it shown again.",
    "signature.other-site": "To sign it, open it at the address of this installation.",
    "signature.key-not-registered": "To sign it, register the passkey first, or use one that is.",
    "passkey.not-verified": "Set a PIN, fingerprint or face on the authenticator.",
    "passkey.key-unknown": "Read are ES256, ES384, RS256 and EdDSA.",
}
