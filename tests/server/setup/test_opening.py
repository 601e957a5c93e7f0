"""The first account of an installation: made by the link that ``standfirst serve`` printed, once, and by nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from tests.server.accounts.cast import PASSWORD, Visitor, user

from standfirst.records.change import Refused
from standfirst.server.accounts import secret
from standfirst.server.accounts.models import User
from standfirst.server.clock import now
from standfirst.server.setup import opening
from standfirst.server.setup.models import Opening

pytestmark = pytest.mark.usefixtures("own_database")

ADA = {"name": "Ada", "email": "Ada@Example.org", "password1": PASSWORD, "password2": PASSWORD}


def link() -> str:
    text = opening.fresh(now=now())
    assert text is not None
    return f"/begin/{text}/"


def test_the_front_door_of_a_new_installation_says_how_to_get_in() -> None:
    page = Visitor().get("/")
    assert page.status == 200
    assert "Nobody has an account here yet" in page.text
    assert "standfirst serve" in page.text


def test_where_sign_up_is_open_the_front_door_leads_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings  # noqa: PLC0415

    monkeypatch.setattr(settings, "SIGNUP", "open")
    assert Visitor().get("/").path == "/accounts/signup/"


def test_the_link_makes_the_first_account_and_signs_it_in() -> None:
    visitor, there = Visitor(), link()
    assert "you are the first" in visitor.get(there).text
    page = visitor.post(there, **ADA)
    assert page.path == "/organisations/new/"
    made = User.objects.get()
    assert (made.email, made.name) == ("ada@example.org", "Ada")
    assert made.check_password(PASSWORD)
    assert visitor.client.session["_auth_user_id"] == str(made.pk)


def test_its_address_counts_as_proved() -> None:
    Visitor().post(link(), **ADA)
    assert not Visitor().sign_in(User.objects.get()).path.startswith("/accounts/")


def test_it_opens_once() -> None:
    there = link()
    Visitor().post(there, **ADA)
    for page in (Visitor().get(there), Visitor().post(there, **{**ADA, "email": "eve@example.org"})):
        assert page.status == 404
        assert "opens nothing here" in page.text
    assert User.objects.count() == 1
    assert Opening.objects.count() == 0


def test_nobody_guesses_it() -> None:
    link()
    other = secret.fresh(secret.OPENING)
    for text in ("sfo_nobody-was-sent-this", other, other[:-1], "x" * 5000):
        assert Visitor().get(f"/begin/{text}/").status == 404
        assert Visitor().post(f"/begin/{text}/", **ADA).status == 404
    assert not User.objects.exists()


def test_a_newer_link_takes_its_place() -> None:
    first, second = link(), link()
    assert Visitor().get(first).status == 404
    assert Visitor().get(second).status == 200


def test_after_a_day_it_opens_nothing() -> None:
    text = opening.fresh(now=now() - timedelta(hours=24))
    assert text is not None
    assert Visitor().get(f"/begin/{text}/").status == 404
    with pytest.raises(Refused):
        opening.take(text, email="a@example.org", name="A", password=PASSWORD, now=now())


def test_no_link_is_made_where_somebody_has_an_account() -> None:
    there = link()
    user("somebody")
    assert opening.fresh(now=now()) is None
    assert Opening.objects.count() == 0
    assert Visitor().get(there).status == 404


def test_an_account_made_elsewhere_meanwhile_closes_it() -> None:
    there = link()
    user("somebody")
    assert Visitor().post(there, **ADA).status == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password1": "short", "password2": "short"}, "This password is too short"),
        ({"password2": "something else entirely"}, "The two passwords differ."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"name": ""}, "This field is required."),
        ({"password1": "password1234", "password2": "password1234"}, "too common"),
    ],
)
def test_what_will_not_do_is_told_and_the_link_stays_good(wrong: dict[str, str], said: str) -> None:
    visitor, there = Visitor(), link()
    page = visitor.post(there, **{**ADA, **wrong})
    assert page.status == 422
    assert said in page.text
    if "email" not in wrong:
        assert 'value="Ada@Example.org"' in page.html
    assert not User.objects.exists()
    assert visitor.post(there, **ADA).path == "/organisations/new/"


def test_of_two_at_once_one_is_first() -> None:
    text, start = opening.fresh(now=now()), Barrier(2)
    assert text is not None

    def take(number: int) -> str:
        start.wait()
        try:
            opening.take(text, email=f"p{number}@example.org", name="P", password=PASSWORD, now=now())
        except Refused as refused:
            return refused.reason.code
        finally:
            connections.close_all()
        return "in"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, range(2))) == ["in", "opening.missing"]
    assert User.objects.count() == 1


def test_the_secret_is_nowhere() -> None:
    text = opening.fresh(now=now())
    assert text is not None
    assert text not in str(Opening.objects.values())
