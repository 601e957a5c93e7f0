"""What offline verification costs beyond the signatures that it cannot do without.

Measured is `verify` on a good bundle of the demonstration's form (two hybrid documents, two events, two snapshots, one log,
nine ML-DSA-44 witnesses) against exactly the signature checks that its policy requires: the same keys, signatures and
messages, each checked once, with all keys already loaded. Everything else (reading 70 kB strictly, canonical form, hashes,
proofs, replaying, the rules) has to fit into the difference. Both are taken in turns, in CPU time, in several processes
(where things come to lie in memory makes a twentieth), and of each the least counts: whatever else the machine does only
adds. Exits with 1 when their ratio is over its limit.
"""

import subprocess
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
PROCESSES, ROUNDS = 5, 200
ONCE = "--once"  # what one of the processes is called with

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


def once() -> int:
    """One process: seconds of complete verification and of the signature checks alone, the least of each."""
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
    print(*(min(each[which] for each in rounds) for which in (0, 1)))
    return 0


def main() -> int:
    bundle, policy = honest_bundle(), read_policy()
    checks = required_checks(lambda: verify(bundle, policy, AT))
    counted = Counter(key.algorithm.value for key, *_ in checks)
    named = ", ".join(f"{count} {algorithm}" for algorithm, count in sorted(counted.items()))
    print(f"bundle of {len(bundle)} bytes; {len(checks)} signature checks required: {named}")
    processes = [
        subprocess.run([sys.executable, __file__, ONCE], capture_output=True, text=True, check=True)
        for _ in range(PROCESSES)
    ]
    told = [[float(number) for number in process.stdout.split()] for process in processes]
    spent, least = (min(each[which] for each in told) for which in (0, 1))
    print(f"complete verification  {spent * 1000:6.2f} ms CPU, the least of {PROCESSES} times {ROUNDS}")
    print(f"signature checks alone {least * 1000:6.2f} ms")
    print(f"ratio {spent / least:.2f} (limit {LIMIT})")
    reading = min(seconds(lambda: read_policy(**policy_document())) for _ in range(20))
    print(f"reading the policy     {reading * 1000:6.2f} ms, once for any number of bundles")
    return int(spent / least > LIMIT)


if __name__ == "__main__":
    sys.exit(once() if ONCE in sys.argv else main())
