"""The English catalogue: `update` gathers the Chinese msgids of code and templates, `check` fails on what is missing,
`compile` writes what Django reads. Babel alone; no gettext on the machine.
"""

import argparse
import ast
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CODE = ("platform", "tenants", "cases", "supervision", "search", "realtime")
PO = ROOT / "platform" / "desk" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = (
    "# English texts of Huiyin. The msgids are the Chinese texts; `python infra/messages.py update` keeps the list."
)


def _templatize(path: Path) -> io.BytesIO:
    """A template as the Python source that would ask for the same texts; how its lines are indented says nothing."""
    from django.utils.translation.template import templatize

    source: str = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return io.BytesIO("\n".join(line.lstrip() for line in source.splitlines()).encode())


def _inside_f_strings(code: str) -> io.BytesIO:
    """What f-strings compute, one expression a line: before Python 3.12 the tokenizer takes an f-string whole."""
    found = [ast.unparse(node.value) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FormattedValue)]
    return io.BytesIO("\n".join(found).encode())


def _sources() -> Iterator[tuple[Path, io.BytesIO]]:
    for top in CODE:
        for path in sorted((ROOT / top).rglob("*")):
            if "vendor" in path.parts or "migrations" in path.parts:
                continue
            if path.suffix == ".py":
                yield path, io.BytesIO(path.read_bytes())
                yield path, _inside_f_strings(path.read_text(encoding="utf-8"))
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                yield path, _templatize(path)


def gather() -> Catalog:
    """Every msgid in use, with the files that use it; line numbers are left out, they only make differences."""
    found = Catalog(domain="django")
    for path, source in _sources():
        for _line, texts, _comments, context in extract("python", source, KEYWORDS, options={"encoding": "utf-8"}):
            msgid = texts if isinstance(texts, str) else texts[:2]
            if msgid and msgid != "":
                found.add(msgid, None, [(str(path.relative_to(ROOT)), 0)], context=context)
    return found


def read() -> Catalog:
    if not PO.exists():
        return Catalog(locale="en", domain="django", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def update() -> int:
    """Add what is new without a translation, drop what nobody asks for, keep every translation still in use."""
    old = read()
    known = {(message.id, message.context): message.string for message in old if message.id}
    fresh = Catalog(
        locale="en",
        domain="django",
        charset="utf-8",
        header_comment=HEADER,
        project="Huiyin",
        version="",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        fuzzy=False,
    )
    fresh.revision_date = fresh.creation_date = old.creation_date
    for message in gather():
        if not message.id:
            continue
        files = sorted({(name, 0) for name, _line in message.locations})
        string = known.get((message.id, message.context))
        fresh.add(message.id, string, files, context=message.context)
    body = io.BytesIO()
    write_po(body, fresh, sort_output=True, width=120, include_lineno=False, ignore_obsolete=True)
    kept = [line for line in body.getvalue().decode().splitlines() if not _is_date(line)]
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text("\n".join(kept).strip() + "\n", encoding="utf-8")
    print(f"{len(fresh)} texts, {len(_empty(fresh))} without English.")
    return 0


def _is_date(line: str) -> bool:
    return line.startswith(('"POT-Creation-Date', '"PO-Revision-Date'))


def _empty(catalog: Catalog) -> list[Message]:
    return [m for m in catalog if m.id and not all([m.string] if isinstance(m.string, str) else m.string or [""])]


def faults() -> list[str]:
    """What keeps the catalogue from being complete: one line each."""
    catalog = read()
    have = {(m.id, m.context) for m in catalog if m.id}
    want = {(m.id, m.context) for m in gather() if m.id}
    found = [f"not in the catalogue: {_name(key)}" for key in sorted(want - have, key=str)]
    found += [f"nobody asks for it any more: {_name(key)}" for key in sorted(have - want, key=str)]
    found += [f"no English: {_name((m.id, m.context))}" for m in _empty(catalog)]
    found += [f"fuzzy: {_name((m.id, m.context))}" for m in catalog if m.id and m.fuzzy]
    found += [f"{error}: {_name((m.id, m.context))}" for m, errors in catalog.check() for error in errors if m.id]
    return found


def _name(key: tuple[object, object]) -> str:
    first = key[0] if isinstance(key[0], str) else key[0][0]  # type: ignore[index]
    return str(first).replace("\n", " ")[:80]


def check() -> int:
    found = faults()
    for line in found:
        print(line)
    print(
        "The English catalogue is complete."
        if not found
        else f"{len(found)} faults. Run: python infra/messages.py update"
    )
    return 1 if found else 0


def compile_catalog() -> int:
    """Write django.mo beside the .po, whole or not at all."""
    target = PO.with_suffix(".mo")
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as file:
        write_mo(file, read())
    os.replace(fresh, target)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=["update", "check", "compile"])
    return {"update": update, "check": check, "compile": compile_catalog}[parser.parse_args().act]()


if __name__ == "__main__":
    sys.exit(main())
