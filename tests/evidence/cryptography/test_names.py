"""Names as generators, libraries and standards write them, read as one algorithm with its parameters."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.evidence.cryptography.algorithm import Algorithm
from standfirst.evidence.cryptography.names import LONGEST, names

READ = names()


def short(algorithm: Algorithm) -> str:
    """As in ``rsa:2048:sha-256`` or ``(xdh:curve25519 + ml-kem-768)``."""
    if algorithm.parts:
        return f"({' + '.join(sorted(short(part) for part in algorithm.parts))})"
    details = (algorithm.set, algorithm.size, algorithm.curve, algorithm.hash, algorithm.mode)
    return ":".join(str(part) for part in (algorithm.family, *details) if part is not None)


SAID: list[tuple[str, list[str]]] = [
    # RSA
    ("RSA", ["rsa"]),
    ("RSA-2048", ["rsa:2048"]),
    ("RSA2048", ["rsa:2048"]),
    ("rsa_4096", ["rsa:4096"]),
    ("RSASSA-PSS", ["rsa"]),
    ("RSASSA-PSS-SHA256", ["rsa:sha-256"]),
    ("RSASSA-PKCS1-v1_5", ["rsa"]),
    ("RSA-PKCS1-1.5-SHA512-2048", ["rsa:2048:sha-512"]),
    ("SHA256withRSA", ["rsa:sha-256"]),
    ("SHA1withRSA", ["rsa:sha-1"]),
    ("sha512WithRSAEncryption", ["rsa:sha-512"]),
    ("RSA/ECB/OAEPWithSHA-256AndMGF1Padding", ["rsa:sha-256"]),
    ("RS256", ["rsa:sha-256"]),
    ("PS384", ["rsa:sha-384"]),
    ("RSA-OAEP-256", ["rsa:sha-256"]),
    ("rsa_pss_rsae_sha256", ["rsa:sha-256"]),
    ("ssh-rsa", ["rsa:sha-1"]),
    ("rsa-sha2-512", ["rsa:sha-512"]),
    # elliptic curves
    ("EC", ["ecc"]),
    ("ECDSA-P256", ["ecc:p-256"]),
    ("ECDSA-P-256-SHA-256", ["ecc:p-256:sha-256"]),
    ("ecdsa_secp256r1_sha256", ["ecc:p-256:sha-256"]),
    ("SHA256withECDSA", ["ecc:sha-256"]),
    ("EC-secp521r1", ["ecc:p-521"]),
    ("secp256r1", ["ecc:p-256"]),
    ("prime256v1", ["ecc:p-256"]),
    ("P-384", ["ecc:p-384"]),
    ("brainpoolP256r1", ["ecc:brainpoolp256"]),
    ("ES256", ["ecc:p-256:sha-256"]),
    ("ES256K", ["ecc:secp256k1:sha-256"]),
    ("ECDH", ["ecc"]),
    ("ECDHE", ["ecc"]),
    ("ecdh-sha2-nistp256", ["ecc:p-256:sha-2"]),
    ("Ed25519", ["eddsa:curve25519"]),
    ("EdDSA", ["eddsa"]),
    ("ssh-ed25519", ["eddsa:curve25519"]),
    ("X25519", ["xdh:curve25519"]),
    ("curve25519-sha256@libssh.org", ["xdh:curve25519:sha-256"]),
    ("x448", ["xdh:curve448"]),
    # finite fields
    ("DH", ["dh"]),
    ("ffdhe3072", ["dh:3072"]),
    ("diffie-hellman-group14-sha256", ["dh:2048:sha-256"]),
    ("diffie-hellman-group1-sha1", ["dh:1024:sha-1"]),
    ("modp2048", ["dh:2048"]),
    ("DSA", ["dsa"]),
    ("SHA1withDSA", ["dsa:sha-1"]),
    # post-quantum, before and after its standards
    ("ML-KEM-768", ["ml-kem:ml-kem-768"]),
    ("mlkem1024", ["ml-kem:ml-kem-1024"]),
    ("ML_KEM", ["ml-kem"]),
    ("Kyber768", ["kyber:kyber-768"]),
    ("CRYSTALS-Kyber-512", ["kyber:kyber-512"]),
    ("ML-DSA-65", ["ml-dsa:ml-dsa-65"]),
    ("HashML-DSA-87-SHA512", ["ml-dsa:ml-dsa-87:sha-512"]),
    ("Dilithium3", ["dilithium:dilithium-3"]),
    ("SLH-DSA-SHA2-128s", ["slh-dsa:slh-dsa-128"]),
    ("SLH-DSA-SHAKE-256f", ["slh-dsa:slh-dsa-256"]),
    ("SPHINCS+-SHA2-128s-simple", ["sphincs:sphincs-128"]),
    ("FN-DSA-512", ["fn-dsa:fn-dsa-512"]),
    ("Falcon-1024", ["fn-dsa:fn-dsa-1024"]),
    ("HQC-256", ["hqc:hqc-256"]),
    ("LMS", ["lms"]),
    ("XMSS-SHA2_10_256", ["xmss"]),
    ("XMSSMT", ["xmss-mt"]),
    ("FrodoKEM-976-AES", ["frodokem:frodokem-976"]),
    ("Classic-McEliece-6688128", ["mceliece:mceliece-6688128"]),
    ("SIKEp434", ["post-quantum-broken"]),
    # both at once
    ("X25519MLKEM768", ["(ml-kem:ml-kem-768 + xdh:curve25519)"]),
    ("x25519mlkem768", ["(ml-kem:ml-kem-768 + xdh:curve25519)"]),
    ("SecP256r1MLKEM768", ["(ecc:p-256 + ml-kem:ml-kem-768)"]),
    ("SecP384r1MLKEM1024", ["(ecc:p-384 + ml-kem:ml-kem-1024)"]),
    ("X25519Kyber768Draft00", ["(kyber:kyber-768 + xdh:curve25519)"]),
    ("p384_mldsa65", ["(ecc:p-384 + ml-dsa:ml-dsa-65)"]),
    ("sntrup761x25519-sha512@openssh.com", ["(sntrup:sha-512 + xdh:curve25519:sha-512)"]),
    ("mlkem768x25519-sha256", ["(ml-kem:ml-kem-768 + xdh:curve25519:sha-256)"]),
    ("MLDSA65-ECDSA-P256-SHA512", ["(ecc:p-256:sha-512 + ml-dsa:ml-dsa-65:sha-512)"]),
    ("X-Wing", ["(ml-kem:ml-kem-768 + xdh:curve25519)"]),
    # symmetric
    ("AES", ["aes"]),
    ("AES128", ["aes:aes-128"]),
    ("AES-256", ["aes:aes-256"]),
    ("AES-128-GCM", ["aes:aes-128:gcm"]),
    ("AES128-CBC-PKCS5", ["aes:aes-128:cbc"]),
    ("AES/GCM/NoPadding", ["aes:gcm"]),
    ("id-aes256-GCM", ["aes:aes-256:gcm"]),
    ("A256GCM", ["aes:aes-256:gcm"]),
    ("AES-CMAC", ["aes"]),
    ("ChaCha20-Poly1305", ["chacha20"]),
    ("chacha20-poly1305@openssh.com", ["chacha20"]),
    ("Camellia-256", ["camellia:camellia-256"]),
    ("SM4-GCM", ["sm4:gcm"]),
    ("DES", ["des"]),
    ("DESede", ["3des"]),
    ("3DES", ["3des"]),
    ("TripleDES", ["3des"]),
    ("RC4", ["rc4"]),
    ("ARCFOUR", ["rc4"]),
    ("Blowfish", ["short-block"]),
    # hashes and what is made of them
    ("SHA-256", ["sha-2:sha-256"]),
    ("sha256", ["sha-2:sha-256"]),
    ("SHA-512/256", ["sha-2:sha-512-256"]),
    ("SHA3-384", ["sha-3:sha3-384"]),
    ("SHAKE256", ["sha-3:shake-256"]),
    ("SHA-1", ["sha-1"]),
    ("SHA", ["sha-1"]),
    ("MD5", ["md5"]),
    ("HMAC-SHA256", ["hmac:sha-256"]),
    ("HmacSHA1", ["hmac:sha-1"]),
    ("HMACSHA2", ["hmac:sha-2"]),
    ("hmac-sha2-256-etm@openssh.com", ["hmac:sha-256"]),
    ("HKDF-SHA256", ["hash-kdf:sha-256"]),
    ("PBKDF2WithHmacSHA1", ["pbkdf2:sha-1"]),
    ("PBEWithMD5AndDES", ["old-password-encryption", "des", "md5"]),
    ("ConcatenationKDF", ["hash-kdf"]),
    ("MGF1", ["mask-generation"]),
    # suites
    ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", ["ecc", "rsa", "aes:aes-256:gcm", "hmac:sha-384"]),
    ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", ["rsa", "3des:cbc", "hmac:sha-1"]),
    ("TLS_RSA_WITH_NULL_MD5", ["rsa", "no-cipher", "hmac:md5"]),
    ("ECDHE-ECDSA-AES128-GCM-SHA256", ["ecc", "aes:aes-128:gcm", "hmac:sha-256"]),
    ("TLS 1.0", ["broken-protocol"]),
    ("SSLv3", ["broken-protocol"]),
    # nothing
    ("TLS 1.3", []),
    ("TLSv1.2", []),
    ("WPA3", []),
    ("google.com", []),
    ("description", []),
    ("EC2", []),
    ("PRIVATE KEY", []),
    ("RAW", []),
    ("key@7fb15088-1d8d-4419-bdab-1d67d87700c9", []),
    ("", []),
]


@pytest.mark.parametrize(("name", "expected"), SAID, ids=[name or "empty" for name, _ in SAID])
def test_a_name_is_read(name: str, expected: list[str]) -> None:
    assert [short(one) for one in READ.read(name).algorithms] == expected


def test_an_ephemeral_suite_signs_with_its_certificate_and_a_static_one_carries_keys() -> None:
    ephemeral = READ.read("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256").algorithms[1]
    static = READ.read("TLS_RSA_WITH_AES_128_GCM_SHA256").algorithms[0]
    assert [purpose.value for purpose in ephemeral.purposes] == ["signature"]
    assert [purpose.value for purpose in static.purposes] == ["key-establishment"]


LOOKS_LIKE = [
    "\u0410ES-256",
    "AES\u2010256",
    "\uff32\uff33\uff21-2048",
    "RSA\u202e8402",
    "R\u200bSA",
    "RSA\x00",
]


@pytest.mark.parametrize("name", LOOKS_LIKE)
def test_a_name_that_only_looks_like_one_is_not_read(name: str) -> None:
    assert READ.read(name).algorithms == ()


def test_a_name_that_nobody_would_write_is_not_read() -> None:
    assert READ.read("RSA-2048" + "-" * LONGEST).algorithms == ()


def test_every_family_of_cyclonedx_1_7_is_known() -> None:
    schema = files("cyclonedx") / "schema" / "_res" / "cryptography-defs.SNAPSHOT.schema.json"
    families = json.loads(schema.read_text(encoding="utf-8"))["definitions"]["algorithmFamiliesEnum"]["enum"]
    assert len(families) > 80
    assert [family for family in families if not READ.read(family).algorithms] == []


@given(st.text(max_size=200))
def test_any_text_is_read_without_harm(name: str) -> None:
    assert READ.read(name) == READ.read(name)


@given(st.sampled_from([name for name, _ in SAID]), st.sampled_from(["-", "_", " ", "/", "--"]))
def test_case_and_separators_do_not_matter(name: str, separator: str) -> None:
    changed = name.swapcase().replace("-", separator)
    assert READ.read(changed).algorithms == READ.read(name).algorithms
