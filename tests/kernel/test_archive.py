"""Several files as one zip: written while it is read, safe names, unlike each other."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from kernel.archive import Member, zipped

AT = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


def _member(name: str, content: bytes) -> Member:
    return Member(name, AT, lambda: iter([content]))


def test_names_are_safe_unlike_each_other_and_dated_as_the_office_reads_the_clock() -> None:
    given = ["照片.jpg", "照片.JPG", "../../etc/passwd", "CON.txt", "a/b\\c?.pdf"]
    made = b"".join(zipped(_member(name, name.encode()) for name in given))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        names = [entry.filename for entry in archive.infolist()]
        assert names == ["照片.jpg", "照片 (2).jpg", "passwd", "_CON.txt", "c_.pdf"]
        assert [archive.read(name).decode() for name in names] == given
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 23, 1, 30, 0)}


def test_what_is_large_goes_through_piece_by_piece() -> None:
    def pieces() -> Iterator[bytes]:
        for _number in range(400):
            yield b"x" * 65536

    tracemalloc.start()
    size = sum(len(part) for part in zipped([Member("大.bin", AT, pieces)]))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 400 * 65536
    assert peak < 3 * 1024 * 1024


def test_nothing_of_the_second_is_asked_for_before_its_turn() -> None:
    asked: list[str] = []

    def content(name: str) -> Iterator[bytes]:
        asked.append(name)
        yield b"x"

    parts = zipped([Member("a", AT, lambda: content("a")), Member("b", AT, lambda: content("b"))])
    next(parts)
    assert asked == ["a"]
