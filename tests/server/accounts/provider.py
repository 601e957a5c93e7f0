"""A small OpenID provider in a thread: strict about what it is asked, and told what to say."""

import hashlib
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Thread
from time import time
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

CLIENT, SECRET = "standfirst", "between the two of us"


@dataclass
class Provider:
    """``claims`` are what UserInfo says, ``token_claims`` what the ID token says otherwise."""

    claims: dict[str, Any]
    token_claims: dict[str, Any] = field(default_factory=dict)
    cancels: bool = False
    address: str = ""
    key: JWK = field(
        default_factory=lambda: JWK.generate(kty="EC", crv="P-256", kid="1", alg="ES256", use="sig")
    )
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # by code
    granted: set[str] = field(default_factory=set)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes next. Somebody is always signed in here and always agrees."""
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert {"openid", "email"} <= set(asked["scope"].split())
        assert asked["code_challenge_method"] == "S256"
        if self.cancels:
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            answer = {"code": token_urlsafe(), "state": asked["state"]}
            self.asked[answer["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, asked: dict[str, str], authorization: str) -> dict[str, Any]:
        assert [unquote(part) for part in b64decode(authorization.split()[1]).decode().split(":")] == [
            CLIENT,
            SECRET,
        ]
        before = self.asked.pop(asked["code"])  # good once
        challenge = (
            urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        assert challenge == before["code_challenge"]
        assert asked["redirect_uri"] == before["redirect_uri"]
        now = int(time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims}
        token = JWT(header={"alg": "ES256", "kid": "1"}, claims=said | self.token_claims)
        token.make_signed_token(self.key)
        access = token_urlsafe()
        self.granted.add(access)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": token.serialize(),
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [self.key.export_public(as_dict=True)]}

    @property
    def settings(self) -> dict[str, Any]:
        """As an installation's ``STANDFIRST_OIDC`` has it."""
        return {
            "provider_id": "works",
            "name": "Works Identity",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": {"server_url": self.address},
        }


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                self._json(provider.configuration())
            elif parts.path == "/jwks":
                self._json(provider.keys())
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(_single(parts.query)))
                self.end_headers()
            elif parts.path == "/userinfo":
                assert self.headers["Authorization"].removeprefix("Bearer ") in provider.granted
                self._json(provider.claims)
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._json(provider.token(_single(body), self.headers["Authorization"]))

        def _json(self, value: object) -> None:
            data = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
