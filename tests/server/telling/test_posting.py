"""One POST to an address that somebody else chose: where it goes, where it never goes, and how long it takes at most."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from tests.server.telling.receiver import HOST, Receiver, answering, receiving

from standfirst.records.change import Refused
from standfirst.server.telling import posting
from standfirst.server.telling.posting import Answer, NotSent, Rules, is_public, post, target_of

BODY = '{"type":"record.created","data":{"who":"Zoë"}}'.encode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def sent(receiver: Receiver, *addresses: str, **rules: object) -> Answer:
    return post(receiver.url, {"webhook-id": "msg_1"}, BODY, receiver.rules(*addresses, **rules))  # type: ignore[arg-type]


def refused(url: str) -> str:
    with pytest.raises(Refused) as caught:
        target_of(url)
    return caught.value.reason.code


def not_sent(receiver: Receiver, *addresses: str, **rules: object) -> str:
    with pytest.raises(NotSent) as caught:
        sent(receiver, *addresses, **rules)
    return caught.value.code


# --- where it goes ---------------------------------------------------------------------------------------------------


def test_it_arrives_as_it_was_sent(receiver: Receiver) -> None:
    assert sent(receiver) == Answer(204)
    (request,) = receiver.requests
    assert request.line == "POST /in?key=1 HTTP/1.1"
    assert request.body == BODY
    assert request.headers["host"] == f"{HOST}:{receiver.port}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == "msg_1"


def test_the_next_address_is_tried_where_the_first_takes_no_connection(receiver: Receiver) -> None:
    rules = receiver.rules()
    both = Rules(
        rules.schemes, rules.ports, lambda _: True, lambda *_: ("127.0.0.2", "127.0.0.1"), rules.context
    )
    with socket.create_server(("127.0.0.2", 0)) as taken:
        taken.close()  # so that nobody listens there
    assert post(receiver.url, {}, BODY, both) == Answer(204)


def test_a_name_is_asked_for_once_and_the_connection_goes_where_it_led(receiver: Receiver) -> None:
    """DNS rebinding: a name whose first answer is harmless, and whose second is not."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.3"]

    rules = receiver.rules()
    changing = Rules(rules.schemes, rules.ports, rules.is_allowed, resolve, rules.context)
    assert post(receiver.url, {}, BODY, changing) == Answer(204)
    assert asked == [HOST]
    with pytest.raises(NotSent, match=r"webhook\.private-address"):
        post(receiver.url, {}, BODY, changing)
    assert receiver.connections == 1


def test_one_forbidden_address_among_several_is_enough(receiver: Receiver) -> None:
    for addresses in (("127.0.0.1", "10.0.0.7"), ("10.0.0.7", "127.0.0.1"), ("127.0.0.1", "::1")):
        assert not_sent(receiver, *addresses) == "webhook.private-address"
    assert receiver.connections == 0


def test_no_address_at_all(receiver: Receiver) -> None:
    rules = receiver.rules()

    def fails(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    for resolve in (fails, lambda *_: [], lambda *_: ["nonsense"]):
        with pytest.raises(NotSent, match=r"webhook\.no-such-host"):
            post(receiver.url, {}, BODY, Rules(rules.schemes, rules.ports, rules.is_allowed, resolve))


def test_proxies_of_the_environment_are_not_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert sent(receiver) == Answer(204)


# --- what is no public address ---------------------------------------------------------------------------------------

INSIDE = {
    "this network": "0.0.0.0",  # noqa: S104 - as somebody would give it
    "loopback": "127.8.9.1",
    "private 10": "10.255.0.1",
    "private 172": "172.31.255.254",
    "private 192": "192.168.1.1",
    "behind a carrier": "100.64.0.1",
    "link-local": "169.254.1.1",
    "metadata of clouds": "169.254.169.254",
    "documentation": "192.0.2.1",
    "benchmarks": "198.18.0.1",
    "multicast": "224.0.0.1",
    "reserved": "250.1.2.3",
    "broadcast": "255.255.255.255",
    "loopback 6": "::1",
    "unspecified 6": "::",
    "mapped": "::ffff:127.0.0.1",
    "mapped public": "::ffff:8.8.8.8",
    "compatible": "::10.0.0.1",
    "NAT64": "64:ff9b::a9fe:a9fe",
    "NAT64, local": "64:ff9b:1::1",
    "unique local": "fd00:ec2::254",
    "link-local 6": "fe80::1",
    "site-local": "fec0::1",
    "multicast 6": "ff02::1",
    "6to4": "2002:a00:1::",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "documentation 6": "2001:db8::1",
    "documentation 6, new": "3fff::1",
    "discard": "100::1",
}


@pytest.mark.parametrize("address", INSIDE.values(), ids=INSIDE)
def test_inside(address: str, receiver: Receiver) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(NotSent, match=r"webhook\.private-address"):
        post(f"https://{HOST}", {}, BODY, Rules(resolve=lambda *_: [address]))
    literal = f"[{address}]" if ":" in address else address
    assert refused(f"https://{literal}/") == "webhook.private-address"
    assert receiver.connections == 0


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111"]
)
def test_outside(address: str) -> None:
    assert is_public(ip_address(address))


def test_an_address_with_a_zone_is_inside() -> None:
    with pytest.raises(NotSent, match=r"webhook\.private-address"):
        post(f"https://{HOST}", {}, BODY, Rules(resolve=lambda *_: ["fe80::1%eth0"]))


# --- which addresses are taken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.org/", "webhook.not-https"),
        ("ftp://hooks.example.org/", "webhook.not-https"),
        ("file:///etc/passwd", "webhook.not-https"),
        ("hooks.example.org", "webhook.not-https"),
        ("https://hooks.example.org:22/", "webhook.port"),
        ("https://hooks.example.org:6379/", "webhook.port"),
        ("https://hooks.example.org:99999/", "webhook.not-an-address"),
        ("https://ada:secret@hooks.example.org/", "webhook.not-an-address"),
        ("https://@hooks.example.org/", "webhook.not-an-address"),
        ("https://hooks.example.org/#part", "webhook.not-an-address"),
        ("https://hooks.example.org/a b", "webhook.not-an-address"),
        ("https://hooks.example.org/\r\nHost: inside", "webhook.not-an-address"),
        ("https://höoks.example.org/", "webhook.not-an-address"),
        ("https:///path", "webhook.not-an-address"),
        ("https://hooks_example/..", "webhook.not-an-address"),
        ("https://[::1", "webhook.not-an-address"),
        (f"https://hooks.example.org/{'x' * 2000}", "webhook.not-an-address"),
        ("https://2130706433x..%00/", "webhook.not-an-address"),
    ],
)
def test_addresses_that_nothing_is_posted_to(url: str, code: str) -> None:
    assert refused(url) == code


@pytest.mark.parametrize(
    "spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "localhost."]
)
def test_other_spellings_of_this_machine(spelling: str) -> None:
    """They are no addresses by themselves; the machine's own resolver makes them some, and then they are looked at."""
    with pytest.raises(NotSent) as caught:
        post(f"https://{spelling}/", {}, BODY, Rules())
    assert caught.value.code in {"webhook.private-address", "webhook.no-such-host"}


# --- the answer ------------------------------------------------------------------------------------------------------


def test_redirects_are_answers_and_are_not_followed(receiver: Receiver) -> None:
    receiver.answers = [answering(302, "Location: https://127.0.0.1/inside")]
    assert sent(receiver) == Answer(302)
    assert receiver.connections == 1


def test_when_to_ask_again(receiver: Receiver) -> None:
    receiver.answers = [answering(503, "Retry-After: 120"), answering(503, "Retry-After: Fri, 31 Dec 2027")]
    assert sent(receiver) == Answer(503, retry_after=120)
    assert sent(receiver) == Answer(503)


def test_answers_that_only_say_that_one_is_to_come(receiver: Receiver) -> None:
    receiver.answers = [b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answering(200)]
    assert sent(receiver) == Answer(200)


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 20", b"x" * 40_000, b"HTTP/2 200\r\n\r\n"]
)
def test_what_is_no_answer(receiver: Receiver, answer: bytes) -> None:
    receiver.answers = [answer]
    assert not_sent(receiver) in {"webhook.no-answer", "webhook.cut-off"}


def test_an_endless_answer_is_not_read(receiver: Receiver) -> None:
    receiver.answers = [b"HTTP/1.1 200 OK\r\n" + b"X-Long: y\r\n" * 1_000_000]
    assert sent(receiver) == Answer(200)


def test_a_certificate_for_another_name(receiver: Receiver) -> None:
    with receiving(host="other.example.org") as other:
        assert not_sent(other) == "webhook.certificate"
    assert not_sent(receiver, trusted=False) == "webhook.certificate"
    assert receiver.requests == []


def test_a_server_without_tls() -> None:
    with receiving(tls=False) as plain:
        plain.speaks_first = b"HTTP/1.1 400 Bad Request\r\n\r\n"
        assert not_sent(plain) in {"webhook.tls", "webhook.cut-off"}


def test_nobody_listens(receiver: Receiver) -> None:
    rules = receiver.rules()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = Rules(rules.schemes, frozenset({port}), rules.is_allowed, rules.resolve)
    with pytest.raises(NotSent, match=r"webhook\.no-connection"):
        post(f"https://{HOST}:{port}/", {}, BODY, nobody)


def test_whoever_takes_the_connection_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        rules = Rules(frozenset({"https"}), frozenset({port}), lambda _: True, lambda *_: ["127.0.0.1"])
        with pytest.raises(NotSent, match=r"webhook\.too-slow"):
            post(f"https://{HOST}:{port}/", {}, BODY, rules)


def test_whoever_drips_is_left_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes before any pause would be too long; all of them together do not."""
    monkeypatch.setattr(posting, "TIMEOUT", 0.5)
    with receiving() as slow:
        slow.drips = True
        assert not_sent(slow) == "webhook.too-slow"
