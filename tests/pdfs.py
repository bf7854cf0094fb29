"""PDF files made by hand: a page is a list of lines, each at its place and in its size."""

import zlib
from typing import NamedTuple


class Printed(NamedTuple):
    """A line of print: its text, its place in points from the lower left, its size, bold or not."""

    text: str
    y: float
    x: float = 72
    size: float = 10
    is_bold: bool = False


def pdf(*pages: list[Printed], properties: str = "", content: bytes | None = None) -> bytes:
    """Return a PDF of these pages. `content` stands in for the drawing instructions of each of them."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", _font("Helvetica"), _font("Helvetica-Bold")]
    kids = []
    for lines in pages:
        drawn = zlib.compress(_drawn(lines) if content is None else content)
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (len(objects) + 2)
        )
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(drawn), drawn))
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    objects.append(f"<< {properties} >>".encode())
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>" % (len(objects) + 1, len(objects))
    out += b"xref\n0 %d\n0000000000 65535 f \n%b%b\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        trailer,
        len(out),
    )
    return bytes(out)


def column(text: str, top: float, *, size: float = 10, width: int = 60, leading: float = 12) -> list[Printed]:
    """Return a paragraph set in lines of up to `width` characters, a hyphenated word never parted."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [Printed(each, top - n * leading, size=size) for n, each in enumerate([*lines, line])]


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def _drawn(lines: list[Printed]) -> bytes:
    drawn = []
    for text, y, x, size, is_bold in lines:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        drawn.append(f"BT /F{2 if is_bold else 1} {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET")
    return "\n".join(drawn).encode("cp1252")
