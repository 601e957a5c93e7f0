"""To be written."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {}

HINTS: Final[Mapping[str, str]] = {}
