"""A receiver of webhooks on this machine, with a certificate of its own for ``hooks.example.org``."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from standfirst.server.telling.posting import Rules

HOST = "hooks.example.org"
OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def answering(status: int, *lines: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in lines)
    return f"HTTP/1.1 {status} So\r\n{head}Content-Length: 0\r\n\r\n".encode()


@dataclass
class Request:
    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """``answers``: what the next requests get, the last of them all the others too. ``during`` is called before each."""

    port: int
    answers: list[bytes] = field(default_factory=lambda: [OK])
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    during: Callable[[], None] = lambda: None
    speaks_first: bytes = b""
    drips: bool = False  # a byte now and then, for as long as somebody listens
    over: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/in?key=1"

    def rules(self, *addresses: str, trusted: bool = True, schemes: str = "https") -> Rules:
        """Those of the product, but for this machine's address and port. Every name leads to ``addresses``."""
        return Rules(
            schemes=frozenset({schemes}),
            ports=frozenset({self.port}),
            is_allowed=lambda address: address == ip_address("127.0.0.1"),
            resolve=lambda _host, _port: addresses or ("127.0.0.1",),
            context=lambda: _trusting() if trusted else ssl.create_default_context(),
        )


@contextmanager
def receiving(*, host: str = HOST, tls: bool = True) -> Iterator[Receiver]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Receiver(listening.getsockname()[1])
        worker = Thread(target=_serve, args=(listening, made, host if tls else ""), daemon=True)
        worker.start()
        yield made
        made.over.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", made.port), timeout=5).close()
        worker.join()


def _serve(listening: socket.socket, made: Receiver, host: str) -> None:
    while True:
        plain, _ = listening.accept()
        if made.over.is_set():
            plain.close()
            return
        made.connections += 1
        with suppress(OSError), plain:
            plain.settimeout(10)
            if made.speaks_first:
                plain.sendall(made.speaks_first)
                continue
            stream = _context(host).wrap_socket(plain, server_side=True) if host else plain
            with stream:
                made.requests.append(_read(stream))
                made.during()
                while made.drips and not made.over.wait(0.05):
                    stream.sendall(b"X")
                stream.sendall(made.answers.pop(0) if len(made.answers) > 1 else made.answers[0])


def _read(stream: socket.socket) -> Request:
    held = b""
    while b"\r\n\r\n" not in held:
        held += stream.recv(65_536)
    head, _, body = held.partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in rest)}
    while len(body) < int(headers["content-length"]):
        body += stream.recv(65_536)
    return Request(line, headers, body)


# --- certificates ----------------------------------------------------------------------------------------------------


@cache
def _made(host: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), secret


@cache
def _context(host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(b"".join(_made(host)))
        context.load_cert_chain(path)
    return context


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    for host in (HOST, "other.example.org"):
        context.load_verify_locations(cadata=_made(host)[0].decode())
    return context
