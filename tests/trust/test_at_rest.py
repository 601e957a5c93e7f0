"""What is encrypted is read with the same secret for the same purpose, and with nothing else."""

import pytest

from standfirst.trust.at_rest import NotReadable, decrypted, encrypted

KEPT = encrypted("JBSWY3DPEHPK3PXP", secret="one", purpose="second factors")  # noqa: S106


def test_it_comes_back() -> None:
    assert decrypted(KEPT, secret="one", purpose="second factors") == "JBSWY3DPEHPK3PXP"  # noqa: S106


def test_it_is_not_what_it_was_nor_twice_the_same() -> None:
    assert "JBSWY3DPEHPK3PXP" not in KEPT
    assert encrypted("JBSWY3DPEHPK3PXP", secret="one", purpose="second factors") != KEPT  # noqa: S106


@pytest.mark.parametrize(
    ("text", "secret", "purpose"),
    [
        (KEPT, "another", "second factors"),
        (KEPT, "one", "another"),
        (KEPT[:-2] + ("A=" if KEPT[-2] != "A" else "B="), "one", "second factors"),
        (KEPT[:40], "one", "second factors"),
        ("", "one", "second factors"),
        ("not encrypted", "one", "second factors"),
    ],
    ids=["another secret", "another purpose", "a letter changed", "cut short", "empty", "in the clear"],
)
def test_nothing_else_reads_it(text: str, secret: str, purpose: str) -> None:
    with pytest.raises(NotReadable):
        decrypted(text, secret=secret, purpose=purpose)
