"""The played installation: everybody it promises is there, its ledgers are whole, and its pages answer whoever signs in."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

import pytest
from tests.server import databases
from tests.server.works import browser

from standfirst.cli.assessing import assessed
from standfirst.cli.example import example
from standfirst.cli.opening import opened
from standfirst.records.package.package import Package
from standfirst.records.record import Record
from standfirst.server.accounts.models import Membership, User
from standfirst.server.beside import differing, differing_files
from standfirst.server.jobs import key_folder
from standfirst.server.organisations import OrganisationType, Purpose
from standfirst.server.organising import begin_installation
from standfirst.server.simulation.calendar import BEGUN, SPAN, TURN
from standfirst.server.simulation.cast import AUDITOR, CAST, DIRECTOR, ENGINEER, QUALITY_MANAGER, Part
from standfirst.server.simulation.company import company
from standfirst.server.simulation.installing import Installed, install
from standfirst.server.store.checking import check_organisation, from_outside
from standfirst.server.store.models import Organisation
from standfirst.server.workplace import open_store
from standfirst.standards.problems import Unusable

PASSWORD = "b92e-4b96-d0de-9a55"  # noqa: S105 - of the test's own database
TYPES = {
    "brightwell": OrganisationType.ORGANISATION,
    "quillhaven": OrganisationType.CERTIFICATION_BODY,
    "thornmere": OrganisationType.ACCREDITATION_BODY,
    "northmarch": OrganisationType.STANDARDS_BODY,
}


@pytest.fixture(scope="module")
def package() -> Package:
    return opened(example("quantum-computer"))


@pytest.fixture(scope="module")
def installed(package: Package) -> Iterator[Installed]:
    with databases.pointed_at(databases.fresh("sqlite")):
        begin_installation(Purpose.DEMONSTRATION)
        yield install(
            package,
            password=PASSWORD,
            assess=lambda client, day: assessed(client, at=day),
            step=lambda _: nullcontext(),
        )


def test_everybody_is_there(installed: Installed) -> None:
    types = dict(Organisation.objects.values_list("slug", "type"))
    assert types == {slug: each.value for slug, each in TYPES.items()}
    assert 400 <= installed.records["brightwell"] <= 700
    assert min(installed.records.values()) >= 20
    assert installed.left == 0
    assert {user.email for user in User.objects.all()} == {part.email for part in CAST}
    for member in Membership.objects.select_related("organisation", "user"):
        assert (member.organisation.slug, member.user.email) in {(p.organisation, p.email) for p in CAST}


def test_two_simulated_years_of_an_invented_company(installed: Installed) -> None:
    for organisation in Organisation.objects.select_related("head"):
        assert (organisation.head.simulation, organisation.head.fictional) == (True, True)
    history = list(open_store(Organisation.objects.get(slug="brightwell")).history())
    assert len(history) == installed.entries["brightwell"]
    assert (installed.last - BEGUN).days >= 2 * 365 - 10


def test_everything_is_there_that_happens_to_a_company(installed: Installed) -> None:
    store = open_store(Organisation.objects.get(slug="brightwell"))
    now = {record.number: record.current.content for record in store.records().values()}
    states = {(content.kind, content.state) for content in now.values()}
    assert {
        ("document", state) for state in ("draft", "in-review", "approved", "superseded", "withdrawn")
    } <= states
    assert {("nonconformity", s) for s in ("open", "corrected", "analysed", "acted", "closed")} <= states
    assert {("objective", s) for s in ("proposed", "agreed", "achieved", "missed", "withdrawn")} <= states
    assert {
        ("comment", "said"),
        ("read-grant", "active"),
        ("visit", "ended"),
        ("envelope", "received"),
    } <= states
    verdicts = {
        content.body["result"]["decision"]["verdict"]
        for content in now.values()
        if content.kind == "measurement"
    }
    assert {"conform", "nonconform"} <= verdicts
    own = (content for content in now.values() if content.kind != "sent-envelope")  # titled by what was sent
    titles = [content.body["title"] for content in own if "title" in content.body]
    assert len(set(titles)) == len(titles)
    reviews = sorted(c.body["review_by"] for c in now.values() if c.body.get("review_by"))
    today = installed.last.isoformat()
    assert sum(day < today for day in reviews) >= 5
    assert any(today <= day <= _plus(installed.last, 30) for day in reviews)
    reopened = [r for r in store.records(kinds=("nonconformity",)).values() if _moves(r, "reopen")]
    assert reopened


def _plus(day: date, days: int) -> str:
    return date.fromordinal(day.toordinal() + days).isoformat()


def _moves(record: Record, name: str) -> bool:
    return any(version.entry.transition == name for version in record.versions)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("slug", TYPES)
def test_every_ledger_is_whole(slug: str) -> None:
    organisation = Organisation.objects.get(slug=slug)
    store = open_store(organisation)
    vouched = from_outside(organisation.pk, key_folder())
    assert check_organisation(store, vouched).wrong == []
    assert list(differing(organisation, store)) == []
    assert list(differing_files(organisation, seen=lambda *_: None)) == []


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("part", CAST, ids=lambda part: part.handle)
def test_pages_answer_whoever_signs_in(part: Part) -> None:
    client = browser(User.objects.get(email=part.email))
    within = f"/o/{part.organisation}/"
    for address in (within, f"{within}kinds/document/", f"{within}readiness/", f"{within}exchange/"):
        assert client.get(address).status_code == 200, address


@pytest.mark.usefixtures("installed")
def test_the_auditor_finds_the_grant() -> None:
    client = browser(User.objects.get(email=AUDITOR.email))
    page = client.get(f"/o/{AUDITOR.organisation}/exchange/").content.decode()
    assert "before the first surveillance" in page
    assert client.get(f"/o/{QUALITY_MANAGER.organisation}/").status_code == 404


@pytest.mark.usefixtures("installed")
def test_what_is_settled_is_no_open_work_of_a_certifier() -> None:
    page = browser(User.objects.get(email=AUDITOR.email)).get(f"/o/{AUDITOR.organisation}/").content.decode()
    assert "/kinds/finding/?state=accepted" in page
    assert "/kinds/finding/?state=verified" not in page
    assert "/kinds/finding/?state=closed" not in page
    assert "/kinds/application/?state=accepted" not in page


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("part", [ENGINEER, QUALITY_MANAGER, DIRECTOR])
def test_what_is_given_to_a_function_is_told_to_who_holds_it(part: Part) -> None:
    page = browser(User.objects.get(email=part.email)).get(f"/o/{part.organisation}/").content.decode()
    assert "You answer for it." in page


@pytest.mark.usefixtures("installed")
def test_signatures_of_the_play_are_declared_and_nothing_else() -> None:
    for organisation in Organisation.objects.all():
        for record in open_store(organisation).records().values():
            for version in record.versions:
                assert version.entry.signature is None or version.entry.signature["assurance"] == "declared"


def test_a_play_that_would_end_too_early_is_not_played(package: Package) -> None:
    with pytest.raises(Unusable) as caught:
        company(package, date.fromordinal(TURN.toordinal() + SPAN - 1))
    assert caught.value.problems[0].reason.code == "play.too-early"


@pytest.mark.parametrize("last", [date(2027, 6, 30), date(2028, 12, 5)])
def test_it_can_be_played_in_later_years_too(package: Package, last: date) -> None:
    script, stage = company(package, last)
    script.play(stage)
    assert len(stage.store.records()) >= 400
