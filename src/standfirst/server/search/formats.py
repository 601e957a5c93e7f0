"""The text of a file, by what its bytes are. Runs in a child process of its own (``child``), since files are anybody's.

Nothing here is trusted: entities and document types of XML are refused, members of archives are read as a stream and only
as far as text is wanted, and what a library stumbles over is told as one of a few outcomes.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import BinaryIO, Final
from xml.sax import ContentHandler, SAXException
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

LOOKED_AT: Final = 4096
"""Bytes at the beginning that show what a file is."""

MEMBERS: Final = 2_000
"""Parts of an archive at most."""

UNPACKED: Final = 64 * 2**20
"""Bytes that are unpacked of one archive."""

RATIO: Final = 200
"""How many times its packed size a part may have. Office documents stay below 50."""

_CHUNK: Final = 2**16
_PAIRS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # controls that no text has


class Unread(Exception):
    """Why there is no text: an ``Outcome``."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class _Enough(Exception):
    """There is as much text as is wanted."""


class Text:
    """What has been read so far."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.length = 0
        self.parts: list[str] = []

    def add(self, text: str) -> None:
        """Raises _Enough."""
        self.parts.append(text)
        self.length += len(text)
        if self.length >= self.limit:
            raise _Enough

    def __str__(self) -> str:
        return "".join(self.parts)[: self.limit]


def text_of(file: BinaryIO, limit: int) -> str:
    """At most ``limit`` characters. ``file`` can seek. Raises Unread, and whatever else a hostile file may cause."""
    head = file.read(LOOKED_AT)
    file.seek(0)
    text = Text(limit)
    try:
        if head.startswith(b"PK\x03\x04"):
            _archive(file, text)
        elif b"%PDF-" in head[:1024]:
            _pdf(file, text)
        else:
            _plain(file, head, text)
    except _Enough:
        pass
    if not (found := str(text)).strip():
        raise Unread("nothing")
    return found


# --- plain text, HTML, JSON ------------------------------------------------------------------------------------------


def _plain(file: BinaryIO, head: bytes, text: Text) -> None:
    encoding = _encoding(head)
    said = file.read(4 * text.limit + LOOKED_AT).decode(encoding, "replace")
    start = said[:LOOKED_AT].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html", "<?xml", "<svg")):
        _Tagged(text).feed(said)
    elif start.startswith(("{", "[")):
        text.add(_json(said))
    else:
        text.add(said)


def _encoding(head: bytes) -> str:
    """Raises Unread for what is no text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return encoding
    if _PAIRS.search(head):
        raise Unread("nothing")
    try:
        head[:-4].decode() if len(head) == LOOKED_AT else head.decode()
    except UnicodeDecodeError as fault:
        if len(head) == LOOKED_AT and fault.start >= len(head) - 8:
            return "utf-8"  # a character is cut in two
        return "cp1252"
    return "utf-8"


def _json(said: str) -> str:
    """With its characters spelt out; what is no JSON after all stays as it is."""
    try:
        return json.dumps(json.loads(said), ensure_ascii=False)
    except (ValueError, RecursionError):
        return said


class _Tagged(HTMLParser):
    """What stands between tags, without what is for programs."""

    _UNSEEN: Final = frozenset({"script", "style", "template"})

    def __init__(self, text: Text) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text
        self.unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._UNSEEN:
            self.unseen = tag
        self.text.add(" ")
        for name, value in attrs:
            if name in {"alt", "title"} and value and not self.unseen:
                self.text.add(f"{value} ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.unseen:
            self.unseen = ""
        self.text.add(" ")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.text.add(data)


# --- PDF -------------------------------------------------------------------------------------------------------------


def _pdf(file: BinaryIO, text: Text) -> None:
    from pypdf import PdfReader  # noqa: PLC0415 - only where it is needed: it takes a while
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unread("locked")
        for page in reader.pages:
            text.add(page.extract_text() + "\n")
    except PyPdfError as error:
        if not text.length:
            raise Unread("damaged") from error


# --- archives of XML: Office Open XML (ISO/IEC 29500), OpenDocument (ISO/IEC 26300) -----------------------------------

_WORDS: Final = re.compile(
    r"word/(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|comments)\.xml"
    r"|xl/(?:sharedStrings|worksheets/sheet[0-9]+|comments[0-9]+)\.xml"
    r"|ppt/(?:slides/slide[0-9]+|notesSlides/notesSlide[0-9]+)\.xml"
    r"|content\.xml"
)
_KINDS: Final = ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml", "content.xml")

_BREAKS: Final = frozenset({"p", "h", "br", "tab", "tr", "row", "si", "c", "s", "line-break", "table-cell"})
"""Elements after which another word begins."""

_NUMBERS: Final[Mapping[str, frozenset[str]]] = {"xl/worksheets/": frozenset({"t"})}
"""Of a sheet only text in its cells: the numbers beside it are mostly places of shared strings."""


def _archive(file: BinaryIO, text: Text) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            for part in _parts(archive):
                _xml(archive, part, text)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        SAXException,
        DefusedXmlException,
    ) as e:
        if not text.length:
            raise Unread("damaged") from e


def _parts(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The parts with text, the main one first. Raises Unread."""
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if len(infos) > MEMBERS:
        raise Unread("too-large")
    if any(info.flag_bits & 1 for info in infos) or "EncryptedPackage" in names:
        raise Unread("locked")
    if not names.intersection(_KINDS):
        raise Unread("nothing")
    wanted = [info for info in infos if _WORDS.fullmatch(info.filename)]
    if sum(info.file_size for info in wanted) > UNPACKED or any(map(_too_dense, wanted)):
        raise Unread("too-large")
    yield from sorted(wanted, key=lambda info: (info.filename not in _KINDS, info.filename))


def _too_dense(info: zipfile.ZipInfo) -> bool:
    return info.file_size > 2**20 and info.file_size > RATIO * max(info.compress_size, 1)


def _xml(archive: zipfile.ZipFile, info: zipfile.ZipInfo, text: Text) -> None:
    """What an archive says of a part's size is not believed: it is read in pieces, and no further than ``UNPACKED``."""
    only = next((tags for start, tags in _NUMBERS.items() if info.filename.startswith(start)), frozenset())
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(_Handler(text, only))
    left = UNPACKED
    with archive.open(info) as part:
        while piece := part.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise Unread("too-large")
            parser.feed(piece)
    parser.close()


class _Handler(ContentHandler):
    def __init__(self, text: Text, only: frozenset[str]) -> None:
        super().__init__()
        self.text = text
        self.only = only
        self.depth: list[str] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802, ARG002 - of SAX
        self.depth.append(name.rpartition(":")[2])

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002 - of SAX
        if self.depth.pop() in _BREAKS:
            self.text.add("\n")

    def characters(self, content: str) -> None:
        if not self.only or (self.depth and self.depth[-1] in self.only):
            self.text.add(content)
