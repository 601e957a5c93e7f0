"""What an uploaded file is called: the name it came with, made harmless. Pure.

The rules are those of ``records.body.EvidencePath`` and of the file systems on which a package may be unpacked.
"""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

EVIDENCE: Final = "evidence"
NAME_LENGTH: Final = 200
"""In bytes of UTF-8: file systems take 255, and room is left for what tells two files of one name apart."""

_UNNAMED: Final = "file"
_SUFFIX_LENGTH: Final = 20
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories that no name needs: controls, direction marks, unassigned and private characters, line ends."""
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')  # to Windows
_DEVICE: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE
)


def safe_name(claimed: str) -> str:
    """The last part of a claimed path, without what could mislead a person or a file system. Never empty."""
    last = unicodedata.normalize("NFC", claimed).replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in _UNSEEN)
    plain = _trimmed(_FORBIDDEN.sub("_", " ".join(seen.split())))
    if _DEVICE.match(plain):
        plain = f"_{plain}"
    return _cut(plain, NAME_LENGTH) or _UNNAMED


def folded(name: str) -> str:
    """Names that some file system takes for one give the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())[:NAME_LENGTH]


def apart(name: str, digest: str) -> str:
    """Another name for a file whose own is taken by another file: the same every time."""
    mark = f"-{digest[:12]}"
    path = PurePosixPath(name)
    suffix = path.suffix if len(path.suffix) <= _SUFFIX_LENGTH else ""
    stem = name.removesuffix(suffix)
    return f"{_cut(stem, NAME_LENGTH - len(f'{mark}{suffix}'.encode()))}{mark}{suffix}"


def _trimmed(name: str) -> str:
    """Leading dots hide a file, trailing dots and spaces are lost on Windows."""
    return name.lstrip(". ").rstrip(". ")


def _cut(name: str, limit: int) -> str:
    """At most ``limit`` bytes, with the suffix kept where it is short."""
    if len(name.encode()) <= limit:
        return name
    suffix = PurePosixPath(name).suffix
    suffix = suffix if 0 < len(suffix.encode()) <= _SUFFIX_LENGTH else ""
    stem = name.removesuffix(suffix).encode()[: limit - len(suffix.encode())]
    return f"{_trimmed(stem.decode('utf-8', 'ignore'))}{suffix}"
