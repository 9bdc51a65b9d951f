"""Small files that come with demo cases: a picture, a page, a text. Made here, so that nothing has to be shipped."""

from __future__ import annotations

import random
import struct
import zlib

from cases.actions import Upload
from cases.demo.texts import say
from kernel import files

MIME = {"png": "image/png", "pdf": "application/pdf", "txt": "text/plain"}


def upload(rng: random.Random) -> Upload:
    """Kept in the current office's store."""
    name = say(rng, "files")
    ending = name.rpartition(".")[2]
    data = {"png": picture, "pdf": page, "txt": text}[ending](rng)
    return Upload(sha256=files.put(data), name=name, mime=MIME[ending], size=len(data))


def picture(rng: random.Random) -> bytes:
    """A PNG of 120 x 80: bands of one colour."""
    width, height = 120, 80
    base = [rng.randint(60, 200) for _ in range(3)]
    rows = b"".join(b"\0" + bytes((c + y) % 256 for c in base) * width for y in range(height))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def page(rng: random.Random) -> bytes:
    """A PDF of one page with a line of text."""
    drawing = f"BT /F1 18 Tf 72 720 Td (Scan {rng.randint(1000, 9999)}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def text(rng: random.Random) -> bytes:
    return f"{say(rng, 'remark')}\n{rng.randint(1, 10**6)}\n".encode()
