"""One POST to an address that somebody else chose, without becoming their way into our network.

1 The address is https, on a port of a short list, without user or fragment. 2 Its name is resolved once. 3 Every address
that it has is one of the public internet, or nothing is sent. 4 The connection goes to one of exactly these addresses,
and no name is asked for again. 5 The certificate is checked against the name. 6 No redirect is followed, and no
proxy of the environment is asked. 7 All of it together takes no longer than ``TIMEOUT``, and of the answer only the head is
read, up to a limit: neither is shown to anybody.
"""

import re
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

from standfirst.records.change import Refused
from standfirst.standards.reason import Reason

TIMEOUT: Final = 10.0
"""Seconds. Standard Webhooks recommends 15 to 30; here a slow endpoint keeps others waiting."""

ANSWER: Final = 16_384
"""Bytes of an answer that are read at most."""

LONGEST: Final = 2_000
_ADDRESSES: Final = 4
"""Of a name's addresses, so many are tried at most."""

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
_Done = TypeVar("_Done")


class NotSent(Exception):
    """Nobody has answered; ``code`` says why. A message may have arrived all the same."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and after how many seconds one should ask again at the earliest."""

    status: int
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    scheme: str
    host: str
    port: int
    path: str


# --- which addresses -------------------------------------------------------------------------------------------------

_NOT_PUBLIC_4: Final = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's translation
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and where clouds tell a machine its secrets
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
_PUBLIC_6: Final = IPv6Network("2000::/3")
"""All that is given out. So loopback, mapped and compatible IPv4, NAT64, unique local, link-local and multicast are not."""

_NOT_PUBLIC_6: Final = [
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocols, Teredo among them, which carries an IPv4 address
        "2001:db8::/32",
        "2002::/16",  # 6to4, which carries an IPv4 address
        "3fff::/20",
    )
]


def is_public(address: Address) -> bool:
    """Source: IANA's registries of special-purpose addresses (RFC 6890), as of 2026."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def resolved(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, as the machine's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True)
class Rules:
    """Where messages may go. Others than these are for tests, which have no public address to post to."""

    schemes: frozenset[str] = frozenset({"https"})
    ports: frozenset[int] = frozenset({443, 8443})
    is_allowed: Callable[[Address], bool] = is_public
    resolve: Resolve = resolved
    context: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)


RULES = Rules()


def target_of(url: str, rules: Rules | None = None) -> Target:
    """Raises Refused for an address that nothing is posted to, whatever its name resolves to."""
    rules = rules or RULES
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise _refused("webhook.not-an-address", url)
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        raise _refused("webhook.not-an-address", url) from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in rules.schemes:
        raise _refused("webhook.not-https", url)
    if not _HOST.fullmatch(host) or parts.username is not None or parts.password is not None or "#" in url:
        raise _refused("webhook.not-an-address", url)
    if port not in rules.ports:
        raise Refused(Reason("webhook.port", {"port": port, "allowed": tuple(map(str, sorted(rules.ports)))}))
    literal = _literal(host)
    if literal is not None and not rules.is_allowed(literal):
        raise _refused("webhook.private-address", host)
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


_HOST: Final = re.compile(r"[0-9a-z]([0-9a-z.-]*[0-9a-z])?|[0-9a-f:.]+", re.IGNORECASE)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _refused(code: str, address: str) -> Refused:
    return Refused(Reason(code, {"address": address[:200]}))


def _vetted(target: Target, rules: Rules) -> Sequence[Address]:
    """All addresses of the target's name, each of them allowed. One that is not spoils them all: it is nobody's mistake."""
    try:
        found = [ip_address(text.partition("%")[0]) for text in rules.resolve(target.host, target.port)]
    except (OSError, ValueError, UnicodeError):
        raise NotSent("webhook.no-such-host") from None
    if not found:
        raise NotSent("webhook.no-such-host")
    if not all(rules.is_allowed(address) for address in found):
        raise NotSent("webhook.private-address")
    return found[:_ADDRESSES]


# --- the request -----------------------------------------------------------------------------------------------------


def post(url: str, headers: Mapping[str, str], body: bytes, rules: Rules | None = None) -> Answer:
    """Raises NotSent, and Refused as ``target_of``."""
    rules = rules or RULES
    target = target_of(url, rules)
    deadline = time.monotonic() + TIMEOUT
    trouble = NotSent("webhook.no-connection")
    for address in _vetted(target, rules):
        try:
            connection = _connected(address, target.port, deadline)
        except NotSent as error:
            trouble = error
            continue
        with closing(connection), _faults():
            return _exchanged(connection, target, _request(target, headers, body), rules, deadline)
    raise trouble


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    name = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"https": 443, "http": 80}[target.scheme]
    lines = {
        "Host": name if target.port == usual else f"{name}:{target.port}",
        "User-Agent": "Standfirst-Webhooks/1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _connected(address: Address, port: int, deadline: float) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.settimeout(0)
        made.connect_ex((str(address), port))
        _wait(made, selectors.EVENT_WRITE, deadline)
        refused = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    except (NotSent, OSError) as error:
        made.close()
        raise error if isinstance(error, NotSent) else NotSent("webhook.no-connection") from None
    if refused:
        made.close()
        raise NotSent("webhook.no-connection")
    return made


def _exchanged(plain: socket.socket, target: Target, request: bytes, rules: Rules, deadline: float) -> Answer:
    if target.scheme != "https":
        return _asked(plain, request, deadline)
    context = rules.context()
    secured = context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
    with closing(secured):
        _until(secured, secured.do_handshake, deadline)
        return _asked(secured, request, deadline)


def _asked(stream: socket.socket, request: bytes, deadline: float) -> Answer:
    left = memoryview(request)
    while left:
        left = left[_until(stream, partial(stream.send, left), deadline) :]
    return _answer(_received(stream, deadline))


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise NotSent("webhook.certificate") from None
    except ssl.SSLError:
        raise NotSent("webhook.tls") from None
    except (OSError, UnicodeError):  # also a name that TLS cannot ask for
        raise NotSent("webhook.cut-off") from None


def _until(
    stream: socket.socket, step: Callable[[], _Done], deadline: float, *, blocked: int = selectors.EVENT_WRITE
) -> _Done:
    """A step of a socket that does not block, until it is done. ``blocked``: what a plain one waits for."""
    while True:
        try:
            return step()
        except ssl.SSLWantReadError:
            wants = selectors.EVENT_READ
        except ssl.SSLWantWriteError:
            wants = selectors.EVENT_WRITE
        except BlockingIOError:
            wants = blocked
        _wait(stream, wants, deadline)


def _wait(stream: socket.socket, wants: int, deadline: float) -> None:
    left = deadline - time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(stream, wants)
        if left <= 0 or not selector.select(left):
            raise NotSent("webhook.too-slow")


_HEAD: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])(?: [^\r\n]*)?\r?\n")
_RETRY: Final = re.compile(rb"(?im)^retry-after:[ \t]*([0-9]{1,6})[ \t]*\r?$")
_END: Final = re.compile(rb"\r?\n\r?\n")


def _received(stream: socket.socket, deadline: float) -> bytes:
    """The head of the answer, without those that only say that one is to come."""
    held = b""
    while len(held) < ANSWER:
        while (end := _END.search(held)) is not None:
            if not (held.startswith(b"HTTP/1.") and held[9:10] == b"1"):
                return held[: end.end()]
            held = held[end.end() :]
        piece = _until(stream, lambda: stream.recv(4096), deadline, blocked=selectors.EVENT_READ)
        if not piece:
            return held
        held += piece
    return held


def _answer(head: bytes) -> Answer:
    found = _HEAD.match(head)
    if found is None:
        raise NotSent("webhook.no-answer")
    retry = _RETRY.search(head)
    return Answer(int(found[1]), int(retry[1]) if retry else 0)
