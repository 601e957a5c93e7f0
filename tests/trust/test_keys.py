"""Keys and signatures: published vectors, two independent implementations, and what may not verify."""

import copy
import hashlib
import json
import pickle
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dilithium_py.ml_dsa import ML_DSA_44, ML_DSA_65, ML_DSA_87
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto import jwk, jws

from standfirst.trust.keys import Algorithm, KeyFlaw, KeyRejected, PrivateKey, PublicKey, SignatureFailed

ML_DSA = [Algorithm.ML_DSA_44, Algorithm.ML_DSA_65, Algorithm.ML_DSA_87]
ORACLE = {Algorithm.ML_DSA_44: ML_DSA_44, Algorithm.ML_DSA_65: ML_DSA_65, Algorithm.ML_DSA_87: ML_DSA_87}
SEED = bytes(range(32))
CONTEXT = b"standfirst/certificate/v1"

# RFC 8032, 7.1: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_published_ed25519_vectors(seed: str, public: str, message: str, signature: str) -> None:
    key = PrivateKey.from_seed(Algorithm.ED25519, bytes.fromhex(seed))
    assert key.public.raw.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    key.public.verify(bytes.fromhex(signature), bytes.fromhex(message))


@pytest.mark.parametrize(
    ("algorithm", "begins", "digest"),
    [  # RFC 9881, appendix C: the keys of the seed 00 01 ... 1f
        (
            Algorithm.ML_DSA_44,
            "17K0clSq4NtF55MNSpjSyX2PE5fReJ2v",
            "9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46",
        ),
        (
            Algorithm.ML_DSA_65,
            "SGg9kZeOMes93biwRzSC0riKX2JZSf2P",
            "d666806e11cee19a7c989f7445f90dd419cf4d2d51db8c0fdb4c0f0a542238c9",
        ),
        (
            Algorithm.ML_DSA_87,
            "l5K87C8kMGhqgvzPPC9f9mXncderQbkC",
            "91dc389cfaa01470b7f66eee45a4ae9026d154817c754dfe22298b3fa241ffcd",
        ),
    ],
)
def test_published_ml_dsa_keys(algorithm: Algorithm, begins: str, digest: str) -> None:
    public = PrivateKey.from_seed(algorithm, SEED).public
    assert b64encode(public.raw).decode().startswith(begins)
    assert hashlib.sha256(public.raw).hexdigest() == digest
    assert ORACLE[algorithm].key_derive(SEED)[0] == public.raw


@pytest.mark.parametrize("algorithm", ML_DSA)
@pytest.mark.parametrize("context", [b"", CONTEXT, bytes(255)])
def test_ml_dsa_agrees_with_another_implementation_both_ways(algorithm: Algorithm, context: bytes) -> None:
    key, oracle = PrivateKey.from_seed(algorithm, SEED), ORACLE[algorithm]
    public, secret = oracle.key_derive(SEED)
    theirs = oracle.sign(secret, b"message", ctx=context, deterministic=True)
    key.public.verify(theirs, b"message", context=context)
    ours = key.sign(b"message", context=context)
    assert oracle.verify(public, b"message", ours, ctx=context)
    assert not oracle.verify(public, b"message", ours, ctx=context[:-1] if context else b"x")


def _segment(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _jwk(key: PrivateKey) -> jwk.JWK:
    public, seed = _segment(key.public.raw), _segment(key.seed)
    if key.algorithm is Algorithm.ED25519:
        return jwk.JWK(kty="OKP", crv="Ed25519", x=public, d=seed)
    return jwk.JWK(kty="AKP", alg=key.algorithm.value, pub=public, priv=seed)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_signatures_agree_with_jose_both_ways(algorithm: Algorithm) -> None:
    key = PrivateKey.from_seed(algorithm, SEED)
    jose, name = _jwk(key), "EdDSA" if algorithm is Algorithm.ED25519 else algorithm.value
    token = jws.JWS(b"payload")
    token.allowed_algs = [name]
    token.add_signature(jose, name, json.dumps({"alg": name}))
    parts = json.loads(token.serialize())
    signed = f"{parts['protected']}.{parts['payload']}".encode()
    key.public.verify(_bytes(parts["signature"]), signed)

    parts["signature"] = _segment(key.sign(signed))
    ours = jws.JWS()
    ours.allowed_algs = [name]
    ours.deserialize(json.dumps(parts))
    ours.verify(jose)
    assert ours.payload == b"payload"


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_sizes(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm)
    assert len(key.public.raw) == algorithm.key_size
    assert len(key.sign(b"")) == algorithm.signature_size
    for size in (0, algorithm.key_size - 1, algorithm.key_size + 1):
        with pytest.raises(KeyRejected) as caught:
            PublicKey(algorithm, bytes(size))
        assert caught.value.code is KeyFlaw.KEY_SIZE
    for size in (0, 31, 33, 64):
        with pytest.raises(KeyRejected) as caught:
            PrivateKey.from_seed(algorithm, bytes(size))
        assert caught.value.code is KeyFlaw.SEED_SIZE


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_the_seed_is_the_whole_key(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm)
    again = PrivateKey.from_seed(algorithm, key.seed)
    assert again.public == key.public
    again.public.verify(key.sign(b"m"), b"m")
    assert PrivateKey.generate(algorithm).seed != key.seed


def test_a_key_id_names_algorithm_and_key() -> None:
    public = PrivateKey.from_seed(Algorithm.ED25519, SEED).public
    expected = hashlib.sha256(b"standfirst/key/v1\x00Ed25519\x00" + public.raw).hexdigest()[:32]
    assert public.id == expected == "1c661415a70d1b2639f59f5d231fda37"
    ids = {PrivateKey.from_seed(algorithm, SEED).public.id for algorithm in Algorithm}
    assert len(ids) == len(Algorithm)


# --- what may not verify ---


def _fails(public: PublicKey, signature: bytes, message: bytes, context: bytes = b"") -> None:
    with pytest.raises(SignatureFailed) as caught:
        public.verify(signature, message, context=context)
    assert caught.value.code is KeyFlaw.SIGNATURE
    assert caught.value.parameters == {"algorithm": public.algorithm.value, "key": public.id}


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_another_message_key_or_length_fails(algorithm: Algorithm) -> None:
    key, other = PrivateKey.generate(algorithm), PrivateKey.generate(algorithm)
    signature = key.sign(b"message")
    _fails(key.public, signature, b"massage")
    _fails(other.public, signature, b"message")
    for damaged in (b"", signature[:-1], signature + b"\x00", bytes(len(signature))):
        _fails(key.public, damaged, b"message")


@pytest.mark.parametrize("algorithm", ML_DSA)
def test_another_context_fails(algorithm: Algorithm) -> None:
    key = PrivateKey.generate(algorithm)
    signature = key.sign(b"message", context=CONTEXT)
    key.public.verify(signature, b"message", context=CONTEXT)
    _fails(key.public, signature, b"message")
    _fails(key.public, signature, b"message", b"standfirst/status-event/v1")
    _fails(key.public, key.sign(b"message"), b"message", CONTEXT)


KEYS = {algorithm: PrivateKey.from_seed(algorithm, SEED) for algorithm in Algorithm}
SIGNED = {algorithm: key.sign(b"message") for algorithm, key in KEYS.items()}


@settings(max_examples=60)
@given(st.sampled_from(Algorithm), st.data())
def test_any_changed_bit_fails(algorithm: Algorithm, data: st.DataObject) -> None:
    signature = bytearray(SIGNED[algorithm])
    bit = data.draw(st.integers(0, 8 * len(signature) - 1))
    signature[bit // 8] ^= 1 << bit % 8
    _fails(KEYS[algorithm].public, bytes(signature), b"message")


def test_ml_dsa_signatures_are_hedged() -> None:
    key = KEYS[Algorithm.ML_DSA_44]
    assert key.sign(b"message") != key.sign(b"message")


def test_contexts_that_no_algorithm_has() -> None:
    ed25519, ml_dsa = KEYS[Algorithm.ED25519], KEYS[Algorithm.ML_DSA_44]
    for key, context in ((ed25519, b"x"), (ml_dsa, bytes(256))):
        with pytest.raises(ValueError, match="context"):
            key.sign(b"m", context=context)
        with pytest.raises(ValueError, match="context"):
            key.public.verify(SIGNED[key.algorithm], b"m", context=context)


# --- Ed25519 at its edges ---

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


def test_a_signature_has_no_second_form() -> None:
    """RFC 8032, 5.1.7 step 1: s is below the order, else one signature would have several encodings."""
    signature = SIGNED[Algorithm.ED25519]
    s = int.from_bytes(signature[32:], "little") + ORDER
    _fails(KEYS[Algorithm.ED25519].public, signature[:32] + s.to_bytes(32, "little"), b"message")


def _double(point: tuple[int, int]) -> tuple[int, int]:
    x, y = point
    product = -121665 * pow(121666, -1, PRIME) * x * x * y * y
    return (
        2 * x * y * pow(1 + product, -1, PRIME) % PRIME,
        (y * y + x * x) * pow(1 - product, -1, PRIME) % PRIME,
    )


def _points(y: int) -> list[tuple[int, int]]:
    """RFC 8032, 5.1.3: the points at `y`."""
    d = -121665 * pow(121666, -1, PRIME)
    square = (y * y - 1) * pow(d * y * y + 1, -1, PRIME) % PRIME
    root = pow(square, (PRIME + 3) // 8, PRIME)
    if root * root % PRIME != square:
        root = root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    return [(root, y), (-root % PRIME, y)] if root * root % PRIME == square else []


def test_keys_of_small_order_are_refused() -> None:
    """All eight points that three doublings bring to the neutral element, in both signs and both spellings of y."""
    y_of_order_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    small = [0, 1, PRIME - 1, y_of_order_8, PRIME - y_of_order_8]
    points = {point for y in small for point in _points(y)}
    assert len(points) == 8
    assert {_double(_double(_double(point))) for point in points} == {(0, 1)}
    for y in small:
        for spelt in (y, y + PRIME):
            for sign in (0, 1 << 255):
                if spelt < 1 << 255:
                    with pytest.raises(KeyRejected) as caught:
                        PublicKey(Algorithm.ED25519, (spelt | sign).to_bytes(32, "little"))
                    assert caught.value.code is KeyFlaw.WEAK


def test_why_they_are_refused() -> None:
    neutral = (1).to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"whatever one likes")


@pytest.mark.parametrize("y", [PRIME + 2, PRIME + 18])
def test_keys_with_two_spellings_are_refused(y: int) -> None:
    with pytest.raises(KeyRejected):
        PublicKey(Algorithm.ED25519, y.to_bytes(32, "little"))


def test_a_key_that_is_no_point_verifies_nothing() -> None:
    assert _points(2) == []
    _fails(PublicKey(Algorithm.ED25519, (2).to_bytes(32, "little")), SIGNED[Algorithm.ED25519], b"message")


# --- secrets ---


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_the_seed_does_not_leak(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    shown = f"{key!r} {key} {key.public!r} {vars(key.public)}"
    for seed in (key.seed.hex(), repr(key.seed), b64encode(key.seed).decode()):
        assert seed not in shown
    for copier in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            copier(key)


def test_public_keys_compare_by_what_they_are() -> None:
    one = KEYS[Algorithm.ED25519].public
    assert one == PublicKey(Algorithm.ED25519, one.raw)
    assert len({one, PublicKey(Algorithm.ED25519, one.raw), KEYS[Algorithm.ML_DSA_44].public}) == 2
