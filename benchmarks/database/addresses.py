"""Which pages are measured, by what they are called. For ``benchmarks/web.py`` and the steps that it starts."""

from collections.abc import Mapping
from typing import Final

CATALOGUE: Final = "sp800-53"
EMAIL: Final = "ada@example.org"
PASSWORD: Final = "a long password for a benchmark"  # noqa: S105 - of a database that is thrown away

PAGES: Final = {
    "home": "/o/{slug}/",
    "list": "/o/{slug}/kinds/risk/",
    "list, filtered and sorted": "/o/{slug}/kinds/risk/?state=assessed&sort=-level",
    "record": "/o/{slug}/records/RSK-0500/",
    "history": "/o/{slug}/records/RSK-0500/history/",
    "search": "/o/{slug}/search?q=calibrations",
    "readiness": "/o/{slug}/readiness/",
    "catalogue, one family": f"/o/{{slug}}/catalogues/{CATALOGUE}/",
    "one query (JSON)": "/api/v1/o/{slug}/ledger/head",
    "all results (JSON)": f"/api/v1/o/{{slug}}/catalogues/{CATALOGUE}",
}


def pages(slug: str) -> Mapping[str, str]:
    return {name: pattern.format(slug=slug) for name, pattern in PAGES.items()}
