"""Addresses of supervision under /api/v1, and their words in the schema file."""

from __future__ import annotations

from rest_framework.views import APIView

from cases.api import routing
from cases.api.bodies.filings import Body
from cases.api.office.acts import both
from cases.api.routing import Route, one, paged, posted
from supervision import advice as letters
from supervision import orders
from supervision.api import answers, bodies, views
from supervision.api.views import step

TAG, FIGURES = "supervision", "figures"


def _step(name: str, said: str, words: str, view: type[APIView]) -> type[APIView]:
    return posted(view, name, said, words, TAG)


def _order(call: views.Call, body: type[Body], said: str, words: str) -> Route:
    name = call.__name__
    return f"orders/<uuid:order_id>/{name}", _step(name, said, words, step(call, body, answers.OrderOut))


ORDERS: list[Route] = [
    (
        "orders",
        both(
            paged(views.Orders, "orders", "督办", "Orders by what is to be done with them.", TAG),
            _step(
                "issue_order",
                "发出督办",
                "T35: one order about cases.",
                step(orders.issue, bodies.IssueBody, answers.OrderOut, made=True),
            ),
        ),
    ),
    (
        "orders/<uuid:order_id>",
        one(views.OrderInFull, "order", "一份督办", "One order, its cases and steps.", answers.OrderInFullOut, TAG),
    ),
    _order(orders.sign_for_order, bodies.NothingBody, "签收督办", "The body has seen it."),
    _order(orders.report_progress, bodies.ProgressBody, "报告进展", "Before the reply, as often as needed."),
    _order(orders.reply, bodies.ProgressBody, "书面反馈", "Stops K15."),
    _order(orders.accept_reply, bodies.AcceptBody, "认可反馈", "Verified."),
    _order(orders.return_reply, bodies.ReturnBody, "退回重办", "With a reason and a new day."),
    _order(orders.escalate, bodies.EscalateBody, "升级督办", "Another order follows; it is the answer."),
    _order(orders.refer_up, bodies.ReasonBody, "提请上级督办", "To the next upper office's clues."),
    _order(orders.lift, bodies.ReasonBody, "解除督办", "With a reason."),
]
ADVICE: list[Route] = [
    (
        "advice",
        both(
            paged(views.Advices, "advice_letters", "建议书", "Letters not yet closed, first due first.", TAG),
            _step(
                "advise",
                "发出建议书",
                "R 40: to a unit or a body outside.",
                step(letters.advise, bodies.AdviseBody, answers.AdviceOut, made=True),
            ),
        ),
    ),
    (
        "advice/<uuid:advice_id>",
        one(views.AdviceInFull, "advice", "一份建议书", "One letter and what followed.", answers.AdviceInFullOut, TAG),
    ),
    *(
        (f"advice/<uuid:advice_id>/{call.__name__}", _step(call.__name__, said, words, view))
        for call, said, words, view in (
            (
                letters.answer_advice,
                "反馈是否采纳",
                "R 40(4): in writing.",
                step(letters.answer_advice, bodies.AnswerAdviceBody, answers.AdviceOut),
            ),
            (
                letters.follow_up,
                "记录跟进",
                "What became of it.",
                step(letters.follow_up, bodies.FollowUpBody, answers.AdviceNoteOut),
            ),
            (
                letters.close_advice,
                "了结建议书",
                "Nothing more is to be followed up.",
                step(letters.close_advice, bodies.NothingBody, answers.AdviceOut),
            ),
        )
    ),
]
NUMBERS: list[Route] = [
    (
        "figures/wall",
        one(views.Wall, "wall", "态势", "Now or on a past day.", answers.WallOut, FIGURES, bodies.WallQuery),
    ),
    (
        "figures/indicators",
        one(
            views.Indicators,
            "indicators",
            "统计指标",
            "Each with its parts.",
            answers.IndicatorsOut,
            FIGURES,
            bodies.IndicatorsQuery,
        ),
    ),
]


def register() -> None:
    """While the app loads."""
    routing.FURTHER += [*ORDERS, *ADVICE, *NUMBERS]
