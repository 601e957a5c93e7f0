"""Commitments: bound to domain, salt and content, in one unambiguous order."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standfirst.trust.digests import (
    DIGEST_SIZE,
    SALT_SIZE,
    BadCommitment,
    DigestFlaw,
    Domain,
    as_salt,
    commitment,
    new_salt,
    sha256_hex,
)

SALTS = st.binary(min_size=SALT_SIZE, max_size=SALT_SIZE)


def test_the_bytes_that_are_hashed() -> None:
    salt = bytes(range(32))
    expected = hashlib.sha256(b"standfirst/record/v1\x00" + salt + b'{"a":1}').digest()
    assert commitment("standfirst/record/v1", salt, b'{"a":1}') == expected
    assert expected.hex() == "f22540ee4cd4ce2aac1f6c38f3950d96d1c289a722a156b48474b578b0197a1f"


def test_domains_are_plain_and_none_begins_another() -> None:
    framed = [domain.encode("ascii") + b"\x00" for domain in Domain]
    assert all(frame.count(b"\x00") == 1 for frame in framed)
    assert not any(a != b and b.startswith(a) for a in framed for b in framed)


@given(st.sampled_from(Domain), SALTS, st.binary(max_size=64), st.data())
def test_any_change_changes_it(domain: Domain, salt: bytes, content: bytes, data: st.DataObject) -> None:
    whole = commitment(domain, salt, content)
    assert len(whole) == DIGEST_SIZE
    other_domain = data.draw(st.sampled_from([other for other in Domain if other is not domain]))
    bit = data.draw(st.integers(0, 8 * SALT_SIZE - 1))
    other_salt = (int.from_bytes(salt, "big") ^ (1 << bit)).to_bytes(SALT_SIZE, "big")
    others = [
        commitment(other_domain, salt, content),
        commitment(domain, other_salt, content),
        commitment(domain, salt, content + b"\x00"),
        commitment(domain, content[:SALT_SIZE].ljust(SALT_SIZE, b"\x01"), salt),
    ]
    assert whole not in others[:3]
    assert whole != others[3] or content == salt


def test_refusals() -> None:
    for domain, salt, flaw in (
        ("standfirst/record/v9", bytes(32), DigestFlaw.UNKNOWN_DOMAIN),
        ("standfirst/record/v1\x00", bytes(32), DigestFlaw.UNKNOWN_DOMAIN),
        ("", bytes(32), DigestFlaw.UNKNOWN_DOMAIN),
        (Domain.RECORD, bytes(31), DigestFlaw.SALT_SIZE),
        (Domain.RECORD, bytes(33), DigestFlaw.SALT_SIZE),
        (Domain.RECORD, b"", DigestFlaw.SALT_SIZE),
    ):
        with pytest.raises(BadCommitment) as caught:
            commitment(domain, salt, b"x")
        assert caught.value.code is flaw


def test_salts_are_fresh() -> None:
    salts = {new_salt() for _ in range(1000)}
    assert len(salts) == 1000
    assert all(as_salt(salt) == salt for salt in salts)


def test_plain_digest() -> None:
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
