"""What offline verification costs beyond the signatures that it cannot do without.

Measured is `verify` on a good bundle of the demonstration's form (two hybrid documents, two events, two snapshots, one log,
nine ML-DSA-44 witnesses) against exactly the signature checks that its policy requires: the same keys, signatures and
messages, each checked once, with all keys already loaded. Everything else (reading 70 kB strictly, canonical form, hashes,
proofs, replaying, the rules) has to fit into the difference. Both are taken in turns, in CPU time, and of each the least
counts: whatever else the machine does only adds. Exits with 1 when their ratio is over its limit.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))  # the world of the tests makes the bundle

from tests.verification.world import AT, honest_bundle, policy_document
from tests.verification.world import policy as read_policy

from standfirst.trust.keys import PublicKey
from standfirst.trust.verdict import Status
from standfirst.trust.verification import verify

LIMIT = 1.5
ROUNDS = 400

Check = tuple[PublicKey, bytes, bytes, bytes]


def required_checks(work: Callable[[], object]) -> list[Check]:
    """Every signature check that ``work`` makes, each once: key, signature, message, context."""
    seen: list[Check] = []
    real = PublicKey.verify

    def noted(key: PublicKey, signature: bytes, message: bytes, *, context: bytes = b"") -> None:
        seen.append((key, signature, message, context))
        real(key, signature, message, context=context)

    with mock.patch.object(PublicKey, "verify", noted):
        work()
    return list(dict.fromkeys(seen))


def seconds(work: Callable[[], object]) -> float:
    """Of CPU."""
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> int:
    bundle, policy = honest_bundle(), read_policy()

    def complete() -> None:
        if verify(bundle, policy, AT).status is not Status.VALID:
            raise RuntimeError("the bundle is not valid")

    checks = required_checks(complete)

    def signatures() -> None:
        for key, signature, message, context in checks:
            key.verify(signature, message, context=context)

    complete()
    signatures()
    rounds = [(seconds(complete), seconds(signatures)) for _ in range(ROUNDS)]
    spent, least = (min(each[which] for each in rounds) for which in (0, 1))
    ratio = spent / least
    counted = Counter(key.algorithm.value for key, *_ in checks)
    named = ", ".join(f"{count} {algorithm}" for algorithm, count in sorted(counted.items()))
    print(f"bundle of {len(bundle)} bytes; {len(checks)} signature checks required: {named}")
    print(f"complete verification  {spent * 1000:6.2f} ms CPU, the least of {ROUNDS}")
    print(f"signature checks alone {least * 1000:6.2f} ms")
    print(f"ratio {ratio:.2f} (limit {LIMIT})")
    reading = min(seconds(lambda: read_policy(**policy_document())) for _ in range(20))
    print(f"reading the policy     {reading * 1000:6.2f} ms, once for any number of bundles")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
