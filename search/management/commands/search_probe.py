"""What the connected Elasticsearch is and has: version, modules, pieces of analysis, indexes; and does ours load?"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kernel.errors import HuiyinError
from search import client
from search.elastic import indices

SAMPLE = "东城街道拆迁补偿a栋12号"
PROBE = "probe"  # a province nobody lives in
PIECES = {
    "tokenizer": ("standard", "keyword", "whitespace", "ngram", "smartcn_tokenizer", "ik_max_word", "ik_smart"),
    "filter": ("lowercase", "shingle", "cjk_bigram", "cjk_width", "asciifolding", "synonym_graph"),
}


class Command(BaseCommand):
    help = "Print what the connected Elasticsearch has, and whether an index of ours loads there."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        if not client.wanted():
            raise CommandError("ELASTICSEARCH_URL is not set: search goes to PostgreSQL.")
        try:
            self._server()
            self._pieces()
            self._indexes()
            self._ours()
        except (HuiyinError, client.Rejected) as error:
            raise CommandError(f"{error.__cause__ or error}") from error

    def _server(self) -> None:
        health = client.work("GET", "/_cluster/health")
        self._say(
            "cluster", f"{health['cluster_name']}, {health['status']}, {health['number_of_data_nodes']} data nodes"
        )
        for node in client.work("GET", "/_nodes/plugins,jvm")["nodes"].values():
            self._say("node", f"{node['version']}, Java {node['jvm']['version']}")
            for kind in ("modules", "plugins"):
                self._say(f"  {kind}", ", ".join(sorted(one["name"] for one in node[kind])) or "none")

    def _pieces(self) -> None:
        for kind, names in PIECES.items():
            there = {name: self._has(kind, name) for name in names}
            self._say(f"{kind}s", ", ".join(name for name in names if there[name]))
            self._say("  absent", ", ".join(name for name in names if not there[name]) or "none")

    @staticmethod
    def _has(kind: str, name: str) -> bool:
        asked = {"tokenizer": name} if kind == "tokenizer" else {"tokenizer": "standard", "filter": [name]}
        try:
            client.work("POST", "/_analyze", {**asked, "text": SAMPLE})
        except client.Rejected:
            return False
        return True

    def _indexes(self) -> None:
        known = client.work("GET", f"/{settings.ELASTICSEARCH_PREFIX}-*", params={"features": "aliases"})
        for index, about in sorted(known.items()):
            count = client.work("GET", f"/{index}/_count")["count"]
            self._say(index, f"{count} documents, {', '.join(sorted(about['aliases'])) or 'no name'}")

    def _ours(self) -> None:
        """An index of ours, made and dropped again."""
        index = indices.create(PROBE)
        try:
            told = client.work("POST", f"/{index}/_analyze", {"analyzer": "han2", "text": SAMPLE})
            self._say("our index", f"loads; {' '.join(token['token'] for token in told['tokens'])}")
        finally:
            indices.drop(index)

    def _say(self, name: str, what: str) -> None:
        self.stdout.write(f"{name + ':':<14} {what}")
