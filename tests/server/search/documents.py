"""Files to be read: small ones of every form, and hostile ones."""

import io
import zipfile
import zlib
from collections.abc import Mapping

DOCX = '<?xml version="1.0"?><w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>'
ODT = '<?xml version="1.0"?><o:document xmlns:o="urn:o" xmlns:t="urn:t"><t:p>{}</t:p></o:document>'
SHARED = '<?xml version="1.0"?><sst xmlns="urn:s"><si><t>{}</t></si></sst>'
SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="urn:s"><row><c t="s"><v>0</v></c>'
    '<c t="inlineStr"><is><t>inline words</t></is></c></row></worksheet>'
)


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return held.getvalue()


def docx(text: str) -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": DOCX.format(text)})


def xlsx(text: str) -> bytes:
    parts = {"xl/workbook.xml": "<workbook/>", "xl/sharedStrings.xml": SHARED.format(text)}
    return archive({**parts, "xl/worksheets/sheet1.xml": SHEET})


def odt(text: str) -> bytes:
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ODT.format(text)})


def pdf(text: str, *, stream: bytes | None = None) -> bytes:
    """One page; with ``stream``, what draws it is this, packed."""
    content = zlib.compress(
        stream if stream is not None else f"BT /F1 12 Tf 20 20 Td ({text}) Tj ET".encode()
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >> stream\n" % len(content) + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def laughs() -> bytes:
    """Entities within entities: a gigabyte from a few lines."""
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    return archive({"word/document.xml": f"<!DOCTYPE w [{entities}]><w>&j;</w>"})


def outside(path: str) -> bytes:
    """Asks for a file of ours."""
    return archive(
        {"word/document.xml": f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{path}">]><w><p>&x;</p></w>'}
    )


def dense(size: int) -> bytes:
    """Unpacks to much more than it is."""
    return archive({"word/document.xml": b"<w><p>" + b"a" * size + b"</p></w>"})
