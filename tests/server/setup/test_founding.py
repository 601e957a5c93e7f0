"""An organisation begins in the browser: who may, which sorts there are here, and what its addresses are called."""

import pytest
from django.conf import settings
from tests.server.accounts.cast import Visitor, signed_in, user

from standfirst.server.organisations import Purpose
from standfirst.server.organising import begin_installation
from standfirst.server.store.models import Organisation

pytestmark = pytest.mark.usefixtures("own_database")

ACME = {"name": "Acme Quantum", "type": "organisation", "founder": "Ada Example"}


@pytest.fixture
def ada(own_database: str) -> Visitor:  # noqa: ARG001 - first this
    return signed_in(user("ada"))


def test_who_is_first_is_led_there(ada: Visitor) -> None:
    page = ada.get("/")
    assert page.path == "/organisations/new/"
    assert "An organisation with a management system" in page.text


def test_it_begins_with_its_ledger_and_its_first_person(ada: Visitor) -> None:
    page = ada.post("/organisations/new/", **ACME)
    assert page.path == "/o/acme-quantum/set-up/who/"
    made = Organisation.objects.get()
    assert (made.name, made.type, made.head.size) == ("Acme Quantum", "organisation", 2)
    assert ada.get("/").path == "/o/acme-quantum/"
    assert "Ada Example" in ada.get("/o/acme-quantum/kinds/person/").text


def test_sent_twice_it_is_one(ada: Visitor) -> None:
    ada.post("/organisations/new/", **ACME)
    assert ada.post("/organisations/new/", **ACME).path == "/o/acme-quantum/set-up/who/"
    assert Organisation.objects.count() == 1


def test_by_invitation_the_second_begins_at_the_command_line(ada: Visitor) -> None:
    ada.post("/organisations/new/", **ACME)
    eve = signed_in(user("eve"))
    page = eve.get("/organisations/new/")
    assert page.status == 403
    assert "at the command line" in page.text
    page = eve.post("/organisations/new/", **{**ACME, "name": "Eve Ltd"})
    assert page.status == 422
    assert "On this installation organisations begin at the command line." in page.text
    assert Organisation.objects.count() == 1
    assert "You belong to no organisation yet" in eve.get("/").text


def test_where_sign_up_is_open_anybody_begins_one(ada: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SIGNUP", "open")
    ada.post("/organisations/new/", **ACME)
    eve = signed_in(user("eve"))
    page = eve.post("/organisations/new/", **{**ACME, "founder": "Eve"})
    assert page.path == "/o/acme-quantum-2/set-up/who/"  # another one of the same name
    page = eve.post("/organisations/new/", **{**ACME, "name": "Other", "slug": "acme-quantum"})
    assert page.status == 422
    assert "acme-quantum" in page.text
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize(
    ("purpose", "stands", "never"),
    [
        (Purpose.OWN, "organisation", "certification-body"),
        (Purpose.CERTIFICATION_BODY, "certification-body", "organisation"),
        (Purpose.ACCREDITATION_BODY, "accreditation-body", "laboratory"),
    ],
)
def test_a_certifier_keeps_no_books_of_its_clients(
    ada: Visitor, purpose: Purpose, stands: str, never: str
) -> None:
    begin_installation(purpose)
    page = ada.get("/organisations/new/")
    assert f'value="{stands}"' in page.html
    assert f'value="{never}"' not in page.html
    assert ada.post("/organisations/new/", **{**ACME, "type": never}).status == 422
    assert not Organisation.objects.exists()
    page = ada.post("/organisations/new/", **{**ACME, "type": stands})
    assert page.path == ("/o/acme-quantum/set-up/who/" if stands == "organisation" else "/o/acme-quantum/")


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ({"name": "量子科技"}, "organisation"),
        ({"name": "Zürich Qubits & Co."}, "zurich-qubits-co"),
        ({"slug": "mine"}, "mine"),
        ({"founder": "李明"}, "acme-quantum"),
    ],
)
def test_names_in_any_script(ada: Visitor, given: dict[str, str], slug: str) -> None:
    assert ada.post("/organisations/new/", **{**ACME, **given}).path == f"/o/{slug}/set-up/who/"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"slug": "No Good"}, "No Good"),
        ({"handle": "Ada Lovelace"}, "Ada Lovelace"),
        ({"type": "kingdom"}, "kingdom is not one of the available choices"),
        ({"founder": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_will_not_do(ada: Visitor, wrong: dict[str, str], said: str) -> None:
    page = ada.post("/organisations/new/", **{**ACME, **wrong})
    assert page.status == 422
    assert said in page.html
    assert not Organisation.objects.exists()


def test_an_invented_one_says_so(ada: Visitor) -> None:
    page = ada.post("/organisations/new/", **{**ACME, "fictional": "on"})
    assert Organisation.objects.get().head.fictional
    assert "fictional" in page.text.lower() or "invented" in page.text.lower()
