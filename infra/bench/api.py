"""Registrations through the API, in one thread of the whole WSGI application, beside the action alone."""

from __future__ import annotations

from infra.bench.figures import LEAST, Aim, Figure, figure
from infra.bench.rounds import interleaved
from infra.bench.web import Browser
from infra.testing.database import Databases
from tests.cases.making import register
from tests.people import actor

OFFICE = "990123"
ROUNDS, SIZE = 9, 40
BODY = {
    "channel": "VISIT",
    "text": "锦澜小区二期 3 号楼电梯停用，维修资金去向不明。",
    "demands": ["恢复 3 号楼电梯运行", "公示维修资金使用明细"],
    "people": [{"name": "赵晚舟", "phone": "13800000016", "address": "锦溆街道锦澜小区 3 号楼"}],
    "purpose": "04",
    "klass": "C",
    "persons": 1,
}


def measure(databases: Databases) -> list[Figure]:
    clerk = actor(OFFICE, "R2")
    browser = Browser(clerk)

    def through_api(count: int) -> None:
        for _ in range(count):
            browser.post("/api/v1/cases", BODY)

    def action(count: int) -> None:
        for _ in range(count):
            register(who=clerk)

    timed = interleaved({"api": through_api, "action": action}, rounds=ROUNDS, size=SIZE, warm=10)
    return [
        figure(
            "api: registrations by one core of the web process (its processor time, WSGI in process)",
            1 / timed.cpu_s("api"),
            "1/s",
            floor=1 / timed.cpu_s("action"),
            aims=[Aim("value", LEAST, 60)],
        ),
        figure(
            "api: the same by the clock, one thread, waits for PostgreSQL included",
            timed.rate("api"),
            "1/s",
            floor=timed.rate("action"),
            ratio=1 / timed.ratio("api", "action"),
        ),
    ]
