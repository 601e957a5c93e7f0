"""What nobody may overlook stands on every page: asked of every address of the router, so that a new page is covered by itself."""

from collections.abc import Iterator

import pytest
from tests.server import databases
from tests.server.test_isolation import Address, Victim, addresses, victim

from standfirst.server.store.models import Installation, LedgerHead

SIMULATED = "Simulation: time in this organisation&#x27;s ledger is simulated."
FICTIONAL = "Fictional: this organisation is invented."
DEMONSTRATION = "Demonstration: nothing on this installation is real"


@pytest.fixture(scope="module")
def simulated() -> Iterator[Victim]:
    """One for all addresses: they are only read."""
    with databases.pointed_at(databases.fresh("sqlite")):
        found = victim()
        organisation = found.there.firm.organisation
        LedgerHead.objects.filter(organisation=organisation).update(simulation=True, fictional=True)
        Installation.objects.update_or_create(id=1, defaults={"purpose": "demonstration"})
        yield found


def all_addresses() -> list[Address]:
    databases.set_up()
    return [address for address in addresses() if address.name not in FOR_SCRIPTS]


FOR_SCRIPTS = {"mfa_reauthenticate_webauthn", "mfa_login_webauthn", "mfa_signup_webauthn"}
"""What allauth asks for a passkey by, which no key of this walk is."""

ADDRESSES = all_addresses()
pages_seen: set[str] = set()


@pytest.mark.parametrize("address", ADDRESSES, ids=repr)
def test_every_page_says_what_is_not_real(simulated: Victim, address: Address) -> None:
    """Those of an organisation that it is simulated and invented, all of them that the installation is for show."""
    path = address.path(simulated.things)
    answer = simulated.there.client(simulated.there.ada).get(path)
    if answer.streaming:
        answer.close()  # a file of its own may wait behind it
        return
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return
    if answer.status_code in {301, 302, 405}:
        return
    html = answer.content.decode()
    pages_seen.add(address.name)
    assert DEMONSTRATION in html, (address, answer.status_code)
    if path.startswith(f"/o/{simulated.things.slug}/"):
        assert SIMULATED in html, (address, answer.status_code)
        assert FICTIONAL in html, (address, answer.status_code)


def test_pages_were_asked() -> None:
    """After all of the others: so that a walk that finds nothing does not pass."""
    assert {
        "organisation",
        "records",
        "record",
        "record-compare",
        "record-proof",
        "files",
        "exchange",
    } <= pages_seen
    assert len(pages_seen) > 40
