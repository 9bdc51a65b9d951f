"""Two hundred thousand documents in one office, written by SQL: texts of the demo's kind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

import psycopg

from cases.demo import texts
from infra.bench import crowded
from search.embedded.columns import MONTH, columns
from tenants.actors import Actor

DOCUMENTS, DISTINCT = 200_000, 5_000
# As people type: a matter, a street, two words, half a sentence, a phrase, one thing without another.
QUERIES = (
    *("物业费上涨", "锦澜小区", "宽带 栖霞里", "危房改造 名额", "预付卡", "“通村路塌方”", "校服 平板", "逾期交房"),
    *("安置费 分三期", "承包地 -校服", "优待金漏发", "违停抓拍没有提示标志"),
)

TEXTS = """
CREATE TEMP TABLE text (n int PRIMARY KEY, title text, narrative text, demands text, answers text, folded_title text,
  folded_shared text, folded_inner text, shared_terms text[], inner_terms text[])
"""
ROWS = """
INSERT INTO search_document ("case", revision, version, made_at, held, removed, offices, unit, department, number,
  klass, state, channel, content_class, place, spot, due_raw, due_kind, received_at, registered_at, closed_at, "group",
  urgent, title, narrative, demands, answers, papers, files, folded_title, folded_shared, folded_inner, shared_terms,
  inner_terms)
SELECT c.id, 1, c.version, now(), true, false, ARRAY[%(code)s], c.unit, c.department, c.number, c.klass, c.state,
  f.channel, f.content_class, f.place, '', c.due_raw, c.due_kind, f.received_at, f.registered_at, c.closed_at, false,
  false, t.title, t.narrative, t.demands, t.answers, '', '', t.folded_title, t.folded_shared, t.folded_inner,
  array_to_tsvector(t.shared_terms || m.lexeme), array_to_tsvector(t.inner_terms || m.lexeme)
  FROM cases_case c JOIN cases_filing f ON f.id = c.filing_id
  JOIN text t ON t.n = substr(c.number, 2)::int %% %(distinct)s
  CROSS JOIN LATERAL (SELECT to_char(f.registered_at AT TIME ZONE 'Asia/Shanghai', %(month)s) AS lexeme) AS m
  WHERE c.number LIKE 'B%%'
"""


def fill(owner_url: str, who: Actor, profile: object, now: datetime, code: str) -> None:
    crowded.fill(owner_url, who, profile, now, DOCUMENTS)
    with psycopg.connect(owner_url, options=f"-c search_path={who.schema},public") as owner:
        owner.execute(TEXTS)
        with owner.cursor() as cursor, cursor.copy("COPY text FROM STDIN") as copy:
            for row in _texts():
                copy.write_row(row)
        owner.execute(ROWS, {"code": code, "distinct": DISTINCT, "month": f"{MONTH}YYYYMM"})
    with psycopg.connect(owner_url, autocommit=True, options=f"-c search_path={who.schema}") as owner:
        owner.execute("VACUUM ANALYZE search_document")


def _texts() -> Iterator[tuple[object, ...]]:
    rng = random.Random(7)  # the same every time
    for n in range(DISTINCT):
        said = [texts.matter(rng) for _ in range(4)]
        shown = {
            "title": said[0].title,
            "narrative": "\n".join(one.text for one in said),
            "demands": "\n".join(said[0].demands),
            "answers": said[0].reply if n % 10 >= crowded.OPEN_SHARE * 10 else "",
        }
        yield (n, *shown.values(), *columns(f"{n:021d}", "", shown))
