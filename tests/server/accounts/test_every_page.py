"""What every page says and costs: notices, sessions, the log, and rates that all processes count together."""

import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from tests.server import databases
from tests.server.accounts.cast import Firm, Visitor, firm, signed_in, user

from standfirst.server import urls
from standfirst.server.store.models import Installation, LedgerHead

pytestmark = pytest.mark.usefixtures("here")

DEMONSTRATION = "demonstration installation"


@contextmanager
def for_demonstrations() -> Iterator[None]:
    known = Installation.objects.filter(id=1).values_list("purpose", flat=True).first()
    Installation.objects.update_or_create(id=1, defaults={"purpose": "demonstration"})
    try:
        yield
    finally:
        Installation.objects.filter(id=1).update(purpose=known or "own")


def banners(visitor: Visitor, address: str) -> int:
    """How many notices the page tells in whole sentences."""
    banner = re.search(r'<aside class="banner print-only".*?</aside>', visitor.get(address).html, re.DOTALL)
    return banner[0].count("<span>") if banner else 0


# --- notices ---------------------------------------------------------------------------------------------------------

ACCOUNT = ("/", "/account/", "/account/tokens/", "/accounts/email/", "/accounts/2fa/", "/accounts/sessions/")
OURS = ("/", "/files/", "/files/upload", "/invitations/")


@pytest.mark.parametrize("address", [*ACCOUNT, "/accounts/login/", "/nothing/here/"])
def test_a_demonstration_says_so_where_nobody_is_in_an_organisation(address: str) -> None:
    visitor = Visitor() if "login" in address else signed_in(user())
    assert banners(visitor, address) == 0
    with for_demonstrations():
        assert banners(visitor, address) == 1


@pytest.mark.parametrize("within", OURS)
def test_time_and_organisation_that_are_not_what_they_seem_are_told_on_each_of_its_pages(within: str) -> None:
    there = firm()
    ada = signed_in(there.account(there.ada, "ada"))
    address = f"/o/{there.organisation.slug}{within}"
    assert ada.get(address).status == 200
    assert banners(ada, address) == 0
    LedgerHead.objects.filter(organisation=there.organisation).update(simulation=True, fictional=True)
    assert banners(ada, address) == 2
    with for_demonstrations():
        assert banners(ada, address) == 3


def asked_of_installation(there: Firm, address: str) -> int:
    ada = signed_in(there.account(there.ada, "ada"))
    with CaptureQueriesContext(connection) as asked:
        ada.get(address)
    return sum("installation" in query["sql"] for query in asked)


@pytest.mark.parametrize("within", OURS)
def test_a_page_of_an_organisation_asks_nothing_more_for_it(within: str) -> None:
    """The door has asked already, in its one query."""
    there = firm()
    assert asked_of_installation(there, f"/o/{there.organisation.slug}{within}") == 1


# --- sessions --------------------------------------------------------------------------------------------------------


def test_sessions_are_listed_in_as_many_queries_however_many_there_are() -> None:
    somebody = user()

    def queries() -> int:
        visitor = signed_in(somebody)
        with CaptureQueriesContext(connection) as asked:
            assert visitor.get("/accounts/sessions/").status == 200
        return len(asked)

    few = queries()
    for _ in range(6):
        signed_in(somebody)
    assert queries() == few
    assert signed_in(somebody).get("/accounts/sessions/").html.count("the session of") == 8


# --- the log ---------------------------------------------------------------------------------------------------------


def fails(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    raise RuntimeError("our own fault")


class Failing:
    urlpatterns = (path("fails/", fails), *urls.urlpatterns)


@contextmanager
def heard() -> Iterator[io.StringIO]:
    """What the installation's own handler would write."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    logging.getLogger().addHandler(handler)
    try:
        yield told
    finally:
        logging.getLogger().removeHandler(handler)


def test_a_refusal_is_no_event_and_a_fault_of_ours_is_told_whole() -> None:
    visitor = Client(SERVER_NAME="localhost", raise_request_exception=False, enforce_csrf_checks=True)
    with heard() as told, override_settings(ROOT_URLCONF=Failing):
        assert visitor.get("/nothing/here/").status_code == 404
        assert visitor.post("/accounts/login/").status_code == 403
        assert visitor.get("/", SERVER_NAME="elsewhere.example").status_code == 400
        assert Client(SERVER_NAME="localhost").put("/").status_code == 405
        assert told.getvalue() == ""
        assert visitor.get("/fails/").status_code == 500
    assert "RuntimeError: our own fault" in told.getvalue()
    assert "Traceback" in told.getvalue()


# --- rates -----------------------------------------------------------------------------------------------------------

GUESSES = """
import django; django.setup()
from django.test import Client
print(*(Client(SERVER_NAME="localhost").post("/accounts/login/", {"login": f"nobody{i}@example.org", "password": "x"}).status_code
        for i in range(16)))
"""


def test_two_processes_count_one_rate(own_database: str) -> None:
    """Thirty sign-ins a minute from one address (allauth's own limit), whichever process is asked."""
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "DJANGO_SETTINGS_MODULE": "standfirst.server.settings",
    }
    environment["STANDFIRST_DATA"] = str(databases.set_up())
    said = [
        subprocess.run(
            [sys.executable, "-c", GUESSES],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout.split()
        for _ in range(2)
    ]
    assert said[0] == ["200"] * 16
    assert said[1] == ["200"] * 14 + ["429"] * 2


# --- where passkeys work ---------------------------------------------------------------------------------------------

ASKED = "from standfirst.server import settings; print(settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN)"


@pytest.mark.parametrize(
    ("address", "without_tls"),
    [("http://localhost:8000", True), ("https://qms.example.org", False), ("http://qms.example.org", False)],
)
def test_passkeys_ask_for_a_secure_context_which_localhost_is(address: str, without_tls: bool) -> None:
    """W3C Secure Contexts, 3.1. ``test_in_a_browser`` uses one on http://localhost."""
    environment = {**os.environ, "STANDFIRST_URL": address, "STANDFIRST_DATA": str(databases.set_up())}
    said = subprocess.run(
        [sys.executable, "-c", ASKED],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert said.stdout.strip() == str(without_tls)
