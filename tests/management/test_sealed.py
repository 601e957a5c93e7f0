"""What a batch lists: commitments that stand for sealed content and for nothing else."""

import hashlib

from standfirst.management.sealed import Purpose, commitment_of, content_of, is_in
from standfirst.trust.digests import Domain, commitment

SALT = bytes(range(32))
SEALED = (
    b'{"content":{"message":"The log was rewritten"},"form":"standfirst-sealed/1",'
    b'"purpose":"speak-up","subject":"a-case"}'
)


def test_the_bytes_that_are_committed_to() -> None:
    content = content_of(Purpose.SPEAK_UP, "a-case", {"message": "The log was rewritten"})
    assert content == SEALED
    expected = hashlib.sha256(b"standfirst/sealed/v1\x00" + SALT + SEALED).hexdigest()
    assert commitment_of(SALT, SEALED) == expected
    assert expected == "74a9a9247e6975750f5d02471c5950eafcfe0c565fadf89cf6f22b81aae44a43"


def test_what_is_sealed_is_not_taken_for_anything_else_that_is_committed_to() -> None:
    listed = {"commitments": [commitment_of(SALT, SEALED)]}
    assert is_in(listed, salt=SALT, content=SEALED)
    for domain in Domain:
        other = {"commitments": [commitment(domain, SALT, SEALED).hex()]}
        assert is_in(other, salt=SALT, content=SEALED) is (domain is Domain.SEALED), domain
