"""The keys of the demonstration. They are public: whoever reads this can sign in the name of every demonstration body.

A key is derived from its name, so that nobody has to keep, ship or lose one; and so that nobody can mistake a certificate
that they signed for one that means something. The policy that trusts them says DEMO wherever it is used.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from standfirst.certification.signers import BODY_ALGORITHMS, Signers
from standfirst.standards.library import CURRENT_EDITION
from standfirst.trust.cosignature import NoteKey, NoteSigner, NoteType
from standfirst.trust.keys import Algorithm, PrivateKey
from standfirst.trust.spelling import base64_text

ACCREDITATION_BODY_ID: Final = "ab.demo.standfirst.example"
ACCREDITATION_BODY_NAME: Final = "Thornmere Accreditation (fictional)"
CERTIFICATION_BODY_ID: Final = "cb.demo.standfirst.example"
LOG: Final = "log.demo.standfirst.example/2026"
BLOCS: Final = ("north", "east", "south")
WITNESSES_IN_A_BLOC: Final = 3

ROOT_ALGORITHMS: Final = (Algorithm.ED25519, Algorithm.ML_DSA_87)

_SEED: Final = "standfirst DEMO key, worthless on purpose: "


@lru_cache
def demo_key(name: str, algorithm: Algorithm) -> PrivateKey:
    """The private key of a demonstration body, log or witness. Everybody has it."""
    return PrivateKey.from_seed(
        algorithm, sha256(f"{_SEED}{name}/{algorithm.value}".encode("ascii")).digest()
    )


def demo_signers() -> Signers:
    return Signers(
        accreditation_body=tuple(demo_key(ACCREDITATION_BODY_ID, one) for one in ROOT_ALGORITHMS),
        certification_body=tuple(demo_key(CERTIFICATION_BODY_ID, one) for one in BODY_ALGORITHMS),
        origin=LOG,
        log=demo_key(LOG, Algorithm.ED25519),
        witnesses={name: demo_key(name, Algorithm.ML_DSA_44) for name in witness_names()},
    )


def witness_names() -> tuple[str, ...]:
    return tuple(_witness(bloc, one) for bloc in BLOCS for one in _numbers())


def demo_policy() -> bytes:
    """The policy that trusts the demonstration: public keys only, the same bytes every time."""
    roots = [demo_key(ACCREDITATION_BODY_ID, one).public for one in ROOT_ALGORITHMS]
    policy: dict[str, Any] = {
        "form": "standfirst-policy/1",
        "name": "DEMO trust roots",
        "status": "draft scheme",
        "specimen": True,
        "roots": [
            {
                "id": ACCREDITATION_BODY_ID,
                "name": ACCREDITATION_BODY_NAME,
                "keys": [{"algorithm": k.algorithm.value, "public": base64_text(k.raw)} for k in roots],
                "required": [key.algorithm.value for key in roots],
            }
        ],
        "body_required": [algorithm.value for algorithm in BODY_ALGORITHMS],
        "schemes": [CURRENT_EDITION],
        "witnessing": list(_witnessing()),
        "max_age_hours": 168,
        "snapshot_max_age_hours": 168,
    }
    return (json.dumps(policy, indent=1) + "\n").encode()


def _witnessing() -> Iterator[str]:
    """C2SP tlog-policy: two of three in every bloc, and all blocs, so that no history is shown to one of them alone."""
    yield f"log {NoteSigner(LOG, demo_key(LOG, Algorithm.ED25519), NoteType.ED25519).key.vkey}"
    for bloc in BLOCS:
        for one in _numbers():
            name = _witness(bloc, one)
            public = demo_key(name, Algorithm.ML_DSA_44).public
            yield f"witness {bloc}-{one} {NoteKey(name, NoteType.ML_DSA_44_COSIGNATURE, public).vkey}"
        yield f"group {bloc} 2 {' '.join(f'{bloc}-{one}' for one in _numbers())}"
    yield f"group all-blocs all {' '.join(BLOCS)}"
    yield "quorum all-blocs"


def _witness(bloc: str, number: int) -> str:
    return f"witness-{bloc}-{number}.demo.standfirst.example"


def _numbers() -> range:
    return range(1, WITNESSES_IN_A_BLOC + 1)
