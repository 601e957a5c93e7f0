"""How often somebody may knock: counted in memory, by a keyed digest of the address that this process alone can make.

Elsewhere rates are counted in the database's cache, with addresses and times. That is what must not be kept here. So the
count is one process's own, and several let in as many times more.
"""

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Final

from standfirst.records.change import Refused
from standfirst.standards.reason import Reason

_MOST_ADDRESSES: Final = 10_000
_NETWORK: Final = 64  # bits of an IPv6 address that one household has


class Turnstile:
    """Lets an address in ``most`` times ``within``."""

    def __init__(self, most: int, within: timedelta) -> None:
        self.most, self.within = most, within
        self._key = secrets.token_bytes(32)
        self._seen: OrderedDict[bytes, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def admit(self, address: str, at: datetime) -> None:
        """Raises Refused."""
        mark = blake2b(_whose(address), key=self._key, digest_size=16).digest()
        with self._lock:
            times = [time for time in self._seen.pop(mark, []) if at - time < self.within]
            self._seen[mark] = times  # the last in line to be forgotten
            if len(self._seen) > _MOST_ADDRESSES:
                self._seen.popitem(last=False)
            if len(times) >= self.most:
                raise Refused(Reason("speak-up.too-often"))
            times.append(at)

    def clear(self) -> None:
        with self._lock:
            self._seen.clear()


def _whose(address: str) -> bytes:
    try:
        found = ip_address(address)
    except ValueError:
        return address.encode()
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _NETWORK), strict=False)).encode()
    return str(found).encode()
