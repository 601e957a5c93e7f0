"""A controlled copy: the same bytes for the same version, with version, state and signatures on every page."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from tests.server.works import POLICY, RISK, Works, works

from standfirst.paper import typesetting
from standfirst.records.record import Record

pytestmark = pytest.mark.usefixtures("database")

LONG = "\n\n".join(
    [
        "# Purpose",
        "### Skipped a level",
        "We *keep* what **we promise**, see [the law](https://law.example/).",
    ]
    + [f"{n}. Promise `{n}` <script>alert({n})</script>" for n in range(1, 120)]
    + [
        "| limit | value |\n|---|---|\n| drift | 0.1 % |",
        "> Nobody is above it.",
        "```\n#panic()\n```",
        "---",
    ]
)


@pytest.fixture
def there(database: str) -> Works:  # noqa: ARG001 - first this
    return works()


def approved(there: Works) -> Record:
    policy = there.create("document", {**POLICY, "text": LONG})
    there.move(policy, "in-review")
    return there.move(policy, "approved", by=there.ben)


def copy(there: Works, label: str, query: str = "", *, status: int = 200) -> bytes:
    answer = there.client(there.ada).get(f"/o/{there.slug}/records/{label}/copy.pdf{query}")
    assert answer.status_code == status, answer.content[:300]
    return bytes(answer.content)


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_every_page_names_version_state_and_signature(there: Works) -> None:
    approved(there)
    said = pages(copy(there, "DOC-0001"))
    assert len(said) > 2
    for number, page in enumerate(said, 1):
        assert "DOC-0001, version 3, approved" in page
        assert re.search(r"signed by Ben Okri \d{4}-\d\d-\d\d", page)
        assert f"{number} / {len(said)}" in page


def test_the_same_version_gives_the_same_bytes_whatever_comes_later(there: Works) -> None:
    found = approved(there)
    first = copy(there, "DOC-0001")
    there.move(found, "withdrawn")
    assert copy(there, "DOC-0001", "?version=3") == first == copy(there, "DOC-0001", "?version=3")
    assert "DOC-0001, version 4, withdrawn" in pages(copy(there, "DOC-0001"))[0]


def test_a_signature_on_other_content_is_none_on_this_copy(there: Works) -> None:
    approved(there)
    draft = " ".join(pages(copy(there, "DOC-0001", "?version=1")))
    assert "not signed" in draft
    assert "Ben Okri" not in draft
    assert "Nobody has signed what this version says." in draft


def test_a_text_is_set_and_never_obeyed(there: Works) -> None:
    approved(there)
    pdf = copy(there, "DOC-0001")
    said = " ".join(pages(pdf))
    assert "<script>alert(1)</script>" in said
    assert "#panic()" in said
    assert "**" not in said
    titles = [str(entry["/Title"]) for entry in _flat(PdfReader(BytesIO(pdf)).outline)]
    assert titles[titles.index("Purpose") + 1] == "Skipped a level"


def _flat(outline: Sequence[Any]) -> list[Any]:
    return [each for entry in outline for each in (_flat(entry) if isinstance(entry, list) else [entry])]


def test_any_record_can_be_printed(there: Works) -> None:
    there.create("risk", RISK)
    said = " ".join(pages(copy(there, "RSK-0001")))
    assert "Risk RSK-0001" in said
    assert str(RISK["title"]) in said


def test_the_page_of_a_record_leads_to_the_copy_of_the_version_that_it_shows(there: Works) -> None:
    approved(there)
    for query, version in (("", 3), ("?version=1", 1)):
        page = there.client(there.ada).get(f"/o/{there.slug}/records/DOC-0001/{query}").content.decode()
        assert f'/records/DOC-0001/copy.pdf?version={version}"' in page


def test_what_is_not_there_is_not_printed(there: Works) -> None:
    there.create("document", POLICY)
    assert b"/Type" not in copy(there, "DOC-0001", "?version=9", status=404)
    copy(there, "DOC-0009", status=404)


def test_without_the_extra_it_says_which(there: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    there.create("document", POLICY)
    monkeypatch.setattr(typesetting, "_MODULE", "a_module_that_is_not_there")
    assert b"report" in copy(there, "DOC-0001", status=403)
