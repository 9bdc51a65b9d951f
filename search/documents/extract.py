"""Runs as a process of its own: a PDF, Word or Excel file on standard input, its text on standard output.

Knows nothing of the rest: it bounds its own memory and time, and ends with a code where it cannot read.
"""

from __future__ import annotations

import contextlib
import io
import resource
import sys
import warnings
from collections.abc import Iterator

BROKEN, TOO_LARGE = 3, 4
MOST_CHARS = 40_000
MOST_PAGES, MOST_ROWS, MOST_SHEETS = 200, 5_000, 20
MEMORY_BYTES = 768 * 1024 * 1024
CPU_S = 15


def pdf(data: bytes) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415  only the library that is needed is loaded

    reader = PdfReader(io.BytesIO(data))
    for number, page in enumerate(reader.pages):
        if number == MOST_PAGES:
            return
        yield page.extract_text()


def docx(data: bytes) -> Iterator[str]:
    from docx import Document  # noqa: PLC0415
    from docx.table import Table  # noqa: PLC0415

    for block in Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield "\t".join(cell.text for cell in row.cells)
        else:
            yield block.text


def xlsx(data: bytes) -> Iterator[str]:
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets[:MOST_SHEETS]:
        yield sheet.title
        for row in sheet.iter_rows(max_row=MOST_ROWS, values_only=True):
            yield "\t".join(str(cell) for cell in row if cell is not None)


KINDS = {"pdf": pdf, "docx": docx, "xlsx": xlsx}


def bounded(pieces: Iterator[str]) -> str:
    found: list[str] = []
    left = MOST_CHARS
    for piece in pieces:
        if piece.strip():
            found.append(piece[:left])
            left -= len(piece) + 1
        if left <= 0:
            break
    return "\n".join(found)


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    try:
        with contextlib.redirect_stdout(sys.stderr):
            text = bounded(KINDS[sys.argv[1]](sys.stdin.buffer.read()))
    except (MemoryError, RecursionError):
        return TOO_LARGE
    except Exception:
        return BROKEN
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
