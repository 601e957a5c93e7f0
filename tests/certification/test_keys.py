"""Keys: the demonstration's, which everybody has, and a body's own in a file."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import standfirst.trust
from standfirst.certification.demo_keys import (
    ACCREDITATION_BODY_ID,
    BLOCS,
    LOG,
    demo_key,
    demo_policy,
    demo_signers,
    witness_names,
)
from standfirst.certification.keyring import MODE, Keyring, KeyringRejected
from standfirst.certification.signers import BODY_ALGORITHMS
from standfirst.trust.errors import Rejected
from standfirst.trust.keys import Algorithm
from standfirst.trust.policy import Policy

SHIPPED = Path(standfirst.trust.__file__).parent / "policies" / "demo.json"


def test_a_demonstration_key_is_that_of_its_name_for_ever() -> None:
    key = demo_key(ACCREDITATION_BODY_ID, Algorithm.ED25519)
    assert (
        key.seed
        == sha256(b"standfirst DEMO key, worthless on purpose: ab.demo.standfirst.example/Ed25519").digest()
    )
    assert key.seed == demo_key(ACCREDITATION_BODY_ID, Algorithm.ED25519).seed
    assert key.seed != demo_key(ACCREDITATION_BODY_ID, Algorithm.ML_DSA_87).seed
    assert key.seed != demo_key(LOG, Algorithm.ED25519).seed


def test_no_two_of_the_demonstration_share_a_key() -> None:
    signers = demo_signers()
    keys = [
        *signers.accreditation_body,
        *signers.certification_body,
        signers.log,
        *signers.witnesses.values(),
    ]
    assert len({key.public.id for key in keys}) == len(keys) == 14


def test_the_policy_asks_for_two_of_three_in_every_bloc() -> None:
    policy = Policy.read(demo_policy())
    names = [name for bloc in BLOCS for name in (f"{bloc}-1", f"{bloc}-3")]
    assert policy.witnessing.witnessed_by(names)
    assert not any(policy.witnessing.witnessed_by([n for n in names if n != gone]) for gone in names)
    assert len(policy.witnessing.witnesses) == len(witness_names()) == 9


def test_the_policy_says_demo_and_holds_no_secret() -> None:
    text = demo_policy().decode()
    assert json.loads(text)["name"] == "DEMO trust roots"
    for signer in (*demo_signers().accreditation_body, demo_signers().log):
        assert signer.seed.hex() not in text


def test_the_shipped_policy_is_the_one_that_the_seeds_give() -> None:
    assert SHIPPED.read_bytes() == demo_policy()


# --- keyring ---


def test_a_keyring_comes_back_as_it_was() -> None:
    ring = Keyring.generate("cb.example.org", BODY_ALGORITHMS)
    again = Keyring.from_bytes(ring.to_bytes())
    assert [key.public for key in again.keys] == [key.public for key in ring.keys]
    assert again.to_bytes() == ring.to_bytes()
    assert MODE == 0o600


def test_a_keyring_shows_no_seed() -> None:
    ring = Keyring.generate("cb.example.org", BODY_ALGORITHMS)
    assert not any(key.seed.hex() in f"{ring!r}{ring}" for key in ring.keys)


@pytest.mark.parametrize("owner", ["", "ab", "CB.example.org", "cb example", "cb.example\n"])
def test_an_owner_that_is_no_name(owner: str) -> None:
    with pytest.raises(KeyringRejected):
        Keyring(owner, ())


def test_a_keyring_has_one_key_an_algorithm() -> None:
    with pytest.raises(KeyringRejected):
        Keyring.generate("cb.example.org", [Algorithm.ED25519, Algorithm.ED25519])


@given(st.data())
def test_a_damaged_keyring_is_refused_and_tells_no_seed(data: st.DataObject) -> None:
    whole = RING.to_bytes()
    at = data.draw(st.integers(0, len(whole) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    damaged = whole[:at] + bytes((byte,)) + whole[at + 1 :]
    told = ""
    try:  # one digit of a seed or of the name is another keyring, and a good one
        assert Keyring.from_bytes(damaged).to_bytes() == damaged
    except Rejected as refused:
        told = str(refused)
    assert not any(key.seed.hex()[:16] in told for key in RING.keys)


RING = Keyring("cb.example.org", tuple(demo_key("a test", algorithm) for algorithm in BODY_ALGORITHMS))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b'{"form":"standfirst-keyring/1","keys":[],"owner":"cb.example.org"}\n',
        b'{"form":"standfirst-keyring/2","keys":[],"owner":"cb.example.org"}\n',
        b'{"form": "standfirst-keyring/1","keys":[],"owner":"cb.example.org"}\n',
    ],
)
def test_what_is_no_keyring(text: bytes) -> None:
    with pytest.raises(Rejected):
        Keyring.from_bytes(text)
