"""Which column of a foreign spreadsheet is which field: a small TOML file, checked whole before any row is read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cases.codes.channels import Channel, Source
from cases.codes.purposes import Purpose
from cases.imports.tables import header
from cases.states import Class
from kernel.errors import Invalid

NEEDED = ("number", "received", "text")
COLUMNS = (*NEEDED, "title", "name", "phone", "address", "reply", "replied")
CHOICES: dict[str, tuple[str, ...]] = {
    "channel": tuple(Channel.values),
    "source": ("", *Source.values),
    "purpose": ("", *Purpose.values),
    "klass": ("", *Class.values),
}
FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
SHIPPED = Path(__file__).parent / "mappings"


@dataclass(frozen=True)
class Mapping:
    """`columns`: our field -> their header. `fixed`: for every row. `place`: fields that may name it."""

    columns: dict[str, str]
    fixed: dict[str, Any] = field(default_factory=dict)
    formats: tuple[str, ...] = FORMATS
    place: tuple[str, ...] = ("title", "text")
    aliases: dict[str, str] = field(default_factory=dict)

    def places(self, path: Path) -> dict[str, int]:
        """Our field -> the index of its column in this file. Invalid names every column that is not there."""
        names = header(path)
        missing = [name for name in self.columns.values() if name not in names]
        if missing:
            text = _("表里没有这些栏：%(missing)s。表里有：%(have)s。改栏名，或改对应文件的 [columns]。")
            have = "、".join(name for name in names if name)
            raise Invalid(text % {"missing": "、".join(missing), "have": have}, code="bad-file")
        return {ours: names.index(theirs) for ours, theirs in self.columns.items()}


def read(path: Path) -> Mapping:
    """A path, or the name of one that ships (answered, messages). Invalid tells what in it cannot stand."""
    if not path.exists() and (SHIPPED / f"{path.name}.toml").exists():
        path = SHIPPED / f"{path.name}.toml"
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid(_("打不开对应文件 %(name)s。") % {"name": path.name}) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(_("对应文件 %(name)s 写法不对：%(why)s") % {"name": path.name, "why": error}) from error
    faults = list(_faults(given))
    if faults:
        raise Invalid(_("对应文件 %(name)s：%(what)s") % {"name": path.name, "what": "；".join(faults)})
    place = given.get("place", {})
    return Mapping(
        columns=given["columns"],
        fixed=given.get("fixed", {}),
        formats=tuple(given.get("times", {}).get("formats", FORMATS)),
        place=tuple(place.get("in", ("title", "text"))),
        aliases=place.get("aliases", {}),
    )


def _faults(given: dict[str, Any]) -> list[str]:
    columns = given.get("columns", {})
    fixed = given.get("fixed", {})
    found = [_("[columns] 缺少 %(name)s") % {"name": name} for name in NEEDED if name not in columns]
    found += [_("[columns] 不认识 %(name)s") % {"name": name} for name in columns if name not in COLUMNS]
    found += [_("[columns] %(name)s 应是栏名") % {"name": k} for k, v in columns.items() if not isinstance(v, str)]
    if ("reply" in columns) != ("replied" in columns):
        found.append(_("reply 和 replied 要一起写"))
    if fixed.get("channel") not in Channel.values:
        found.append(_("[fixed] channel 应是 %(choices)s 之一") % {"choices": "、".join(Channel.values)})
    for name, value in fixed.items():
        if name == "counted":
            if not isinstance(value, bool):
                found.append(_("[fixed] counted 应是 true 或 false"))
        elif name not in CHOICES:
            found.append(_("[fixed] 不认识 %(name)s") % {"name": name})
        elif value not in CHOICES[name] and name != "channel":
            found.append(_("[fixed] %(name)s 没有 %(value)s 这个代码") % {"name": name, "value": value})
    if columns.get("reply") and fixed.get("klass", "C") not in ("", "C"):
        found.append(_("有答复的件按申诉求决导入，[fixed] klass 应是 C"))
    wrong = [name for name in given.get("place", {}).get("in", ()) if name not in COLUMNS]
    found += [_("[place] in 不认识 %(name)s") % {"name": name} for name in wrong]
    return found
