"""Indexes of a province and the names they go by. Whoever reads or writes uses a name; no index appears by itself.

`…-r-P` is what is searched, `…-w-P` where changes go, `…-b-P` what is being built beside it and takes changes too.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from search import client
from search.elastic import mapping

FILLING = {"refresh_interval": "-1"}


def read_name(province: str) -> str:
    return f"{settings.ELASTICSEARCH_PREFIX}-r-{province}"


def write_name(province: str) -> str:
    return f"{settings.ELASTICSEARCH_PREFIX}-w-{province}"


def build_name(province: str) -> str:
    return f"{settings.ELASTICSEARCH_PREFIX}-b-{province}"


def create(province: str) -> str:
    """A new index, empty, that takes writes under the building name; returns its own name. It does not refresh:
    nobody looks into it before it is swapped in."""
    index = _next(province)
    filling = {**mapping.SETTINGS, **FILLING}
    ours = {**mapping.MAPPING, "_meta": {"shape": mapping.SHAPE}}
    body = {"settings": filling, "mappings": ours, "aliases": {build_name(province): {}}}
    client.work("PUT", f"/{index}", body)
    return index


def swap(province: str, index: str) -> list[str]:
    """What was built is searched and written from now on, in one step; returns the indexes it stands in for."""
    client.work("PUT", f"/{index}/_settings", {"index": {name: mapping.SETTINGS[name] for name in FILLING}})
    client.work("POST", f"/{index}/_refresh")
    before = [name for name in live(province) if name != index]
    actions: list[dict[str, Any]] = [
        {"add": {"index": index, "alias": read_name(province)}},
        {"add": {"index": index, "alias": write_name(province), "is_write_index": True}},
        {"remove": {"index": index, "alias": build_name(province), "must_exist": False}},
        *({"remove": {"index": old, "alias": read_name(province), "must_exist": False}} for old in before),
        *({"remove": {"index": old, "alias": write_name(province), "must_exist": False}} for old in before),
    ]
    client.work("POST", "/_aliases", {"actions": actions})
    return before


def drop(index: str) -> None:
    """Gone, whether or not it was there."""
    client.work("DELETE", f"/{index}", params={"ignore_unavailable": "true"})


def live(province: str) -> list[str]:
    """The indexes that are searched: one, or none before the first was built."""
    return _behind(read_name(province))


def shapes() -> dict[str, str]:
    """Of each province that is searched the mapping's shape (mapping.SHAPE), "" where the index does not say."""
    known = client.work("GET", f"/{read_name('*')}", params={"features": "aliases,mappings"})
    stem = read_name("")
    return {
        alias.removeprefix(stem): about["mappings"].get("_meta", {}).get("shape", "")
        for about in known.values()
        for alias in about["aliases"]
        if alias.startswith(stem)
    }


def building(province: str) -> list[str]:
    return _behind(build_name(province))


def refresh(province: str) -> None:
    """What was written is found from now on; for tests and for comparing. A second later it would be anyway."""
    client.work("POST", f"/{read_name(province)}/_refresh")


def _behind(alias: str) -> list[str]:
    try:
        return sorted(client.work("GET", f"/_alias/{alias}"))
    except client.Rejected as error:
        if error.status == 404:
            return []
        raise


def _next(province: str) -> str:
    stem = f"{settings.ELASTICSEARCH_PREFIX}-{province}-v"
    known = client.work("GET", f"/{stem}*", params={"features": "aliases"})
    return f"{stem}{max((int(name[len(stem) :]) for name in known), default=0) + 1}"
