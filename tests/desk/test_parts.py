"""Each part with the shapes its docstring names."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import trans_real

from desk import dates, fields, navigation, slots
from infra import messages
from kernel import clock
from kernel.errors import Conflict, Invalid


class Contact(forms.Form):
    channel = forms.ChoiceField(
        label="信访形式", choices=[("web", "网信"), ("visit", "来访"), ("call", "来电")], widget=forms.RadioSelect
    )
    phone = forms.CharField(label="联系电话", help_text="没有可不填")
    due = forms.DateField(label="反馈日期")
    place = forms.ChoiceField(label="问题属地", choices=[("a", "锦溆街道")])
    urgent = forms.BooleanField(label="重大紧急", required=False)

    def clean_phone(self) -> str:
        raise forms.ValidationError("少一位。补成 11 位，或留空。")


def filled() -> Contact:
    return Contact({"channel": "visit", "phone": "138 0000 001", "due": "2026-11-20", "place": "a", "urgent": "on"})


PARTS: dict[str, str] = {
    "clocks": "{% for c in clocks %}{% clock c %} {% endfor %}{% clock large large=True %}",
    "flags": "{% flags facts %}{% flag '重复3件' %}{% flag '督办' strong=True %}"
    "{% outcome '予以支持' %}{% outcome None %}",
    "custody": "{% custody line %}",
    "chain": "{% chain steps hops=1 returns=1 %}",
    "why": "{% why reasons %}",
    "history": "{% history events %}",
    "demands": "{% demands asked %}",
    "facts": "{% facts rows %}{% masked '赵**' %}",
    "reveal": "{% reveal '/cases/1/unmask' reasons_list minutes=15 %}",
    "tabs": "{% tabs tabs_list '按状态' %}",
    "seg": "{% seg seg_list '按期限' %}",
    "actbar": "{% actbar label='批量操作' %}<span><b>已选 3 件</b></span><span class='btn-row'>"
    "{% button '导出 3 件' kind='button' %}"
    "{% button '签收 3 件' primary=True key='S' name='act' value='sign_for' %}</span>{% endactbar %}",
    "todo": "{% todo '还差2项才能送审' missing %}",
    "notice": "{% notice shape='over' %}<b>没有保存：网络断了。</b>内容已存在本机。{% endnotice %}",
    "refusal": "{% refusal refused %}",
    "stale": "{% stale moved %}",
    "errors": "{% error_summary form %}<div class='fields'>{% field form.channel notes=notes %}"
    "{% field form.phone hint='可不填' width=6 %}"
    "{% field form.due width=6 %}{% field form.place width=6 %}{% field form.urgent %}</div>",
    "paper": "{% paper organ='澄屿县信访局' title='受理告知书' number='澄信〔2026〕受 3 号' %}"
    "<p>赵**：</p>{% endpaper %}",
    "receipt": "{% receipt receipt_items '已登记，分流期限自收到之日 11-23 起算' %}",
    "empty": "{% empty '没有要办的件' text='有新件转来，会出现在这里。' %}"
    "{% button '登记' url='/register' primary=True %}{% endempty %}",
    "no_match": "{% no_match '夜市油姻' suggestion=suggestion clear_url='?' %}",
    "no_right": "{% no_right '签发由分管领导办。' way_on='/worklist' way_on_text='回工作台' %}",
    "confirm": "{% button '提出异议' opens='object' %}"
    "{% confirm id='object' title='提出异议，退回县信访局？' url='/object' act='提出异议' stay='不退回' %}"
    "<p>告知期限<b>不停</b>。</p>{% endconfirm %}",
    "panel": "{% panel '诉求与答复' note='3 项' id='demands' %}<div class='panel-body'>正文</div>{% endpanel %}",
    "dates": "{{ due|day }} {{ due|short_day }} {{ seen|moment }} {{ seen|hour }} {% when due %} {% between due due %}",
}


def samples() -> dict[str, Any]:
    form = filled()
    form.is_valid()
    due = date(2026, 11, 28)
    return {
        "clocks": [
            {"level": "ok", "text": "11 个工作日"},
            {"level": "soon", "text": "2 个工作日"},
            {"level": "over", "text": "6 日"},
            {"level": "serious", "text": "17 日"},
            {"level": "grave", "text": "34 日"},
            {"level": "hold", "text": "复核听证"},
            {"level": "done", "text": "11-12"},
        ],
        "large": {"level": "soon", "text": "还剩", "strong": "4 个工作日"},
        "facts": ["群体14人", {"text": "重大紧急", "strong": True}],
        "line": {
            "holder": "物业管理科 江一苇",
            "holder_note": "县住房和城乡建设局 · 主办",
            "since": date(2026, 9, 7),
            "since_note": "分派到科室，已77日",
            "clock_name": "办理期限",
            "clock": {"level": "soon", "text": "还剩", "strong": "4 个工作日"},
            "due": due,
            "due_note": "已延期 15 日",
            "next": "答复第3项诉求，送办公室主任审核",
            "next_note": "送达信访人之日，期限才停",
        },
        "steps": [
            {"office": "临澜市信访局", "note": "登记，停留 3 日", "left": "转送 08-27"},
            {"office": "县城市管理局", "note": "提异议，停留 4 日", "left": "同意退回 09-04", "back": True},
            {"office": "物业管理科", "note": "现在在这里，77 日", "now": True},
        ],
        "reasons": {
            "due": due,
            "open": True,
            "rows": [
                {"label": "依据", "text": "《信访工作条例》第三十四条", "note": "自受理之日起 60 日内办结"},
                {"label": "起算", "text": "2026-09-14 周一 受理，当日不计"},
            ],
            "span": {
                "extended_at": 80.0,
                "today_at": 93.3,
                "marks": [
                    {"at": 0, "label": "09-14 受理"},
                    {"at": 80, "label": "11-13"},
                    {"at": 93.3, "label": "今天"},
                ],
            },
        },
        "events": [
            {
                "at": date(2026, 11, 20),
                "kind": "note",
                "actor": "江一苇",
                "text": "内部备注",
                "note": "本备注不随件移送。",
            },
            {
                "at": date(2026, 11, 10),
                "kind": "paper",
                "actor": "秦望舒",
                "text": "批准延期15日，",
                "paper": {"title": "《延期办理告知书》澄建信〔2026〕延 12 号", "url": "/papers/1"},
                "tail": "已送达信访人",
                "note": "累计 15 日，最多 30 日。",
            },
            {
                "at": datetime(2025, 9, 22, 2, tzinfo=UTC),
                "kind": "event",
                "actor": "陆行简",
                "text": "现场查看，附",
                "files": [{"title": "照片6张", "url": "#"}],
            },
        ],
        "asked": [
            {"text": "恢复3号楼电梯运行", "outcome": "予以支持", "reply": "12月15日前完成。"},
            {"text": "退还物业服务费", "missing": "不能送审。", "url": "/opinion#d3", "url_text": "写第3项答复"},
        ],
        "rows": [{"label": "主访人", "value": "赵**", "masked": True}, {"label": "其他", "value": "代表 3 人"}],
        "reasons_list": [("contact", "联系信访人"), ("serve", "送达文书")],
        "tabs_list": [
            {"url": "?s=all", "text": "全部在办", "count": 63, "current": True},
            {"url": "?s=1", "text": "待分流", "count": 0},
        ],
        "seg_list": [
            {"url": "?c=over", "text": "超期", "count": 3, "shape": "over"},
            {"url": "?", "text": "全部", "current": True},
        ],
        "missing": [{"text": "第3项诉求没有结论", "url": "#d3"}],
        "refused": Conflict("已过异议期（11-11 周三届满），不能再退回。", way_on="/disputes"),
        "moved": {"text": "陆行简 1 分钟前已签收这件。", "url": "?"},
        "form": form,
        "notes": {"visit": "当面记录"},
        "receipt_items": [
            {"label": "编号", "value": "990123 20261123 3 000016"},
            {"label": "查询码（只显示这一次）", "value": "M4TD-8HPC-2W"},
        ],
        "suggestion": {"text": "夜市油烟", "url": "?q=1", "count": 3},
        "due": due,
        "seen": datetime(2026, 11, 23, 7, 42, tzinfo=UTC),
    }


def draw(name: str) -> str:
    request = RequestFactory().get("/")
    return Template("{% load desk %}" + PARTS[name]).render(Context({"request": request, **samples()}))


@pytest.mark.parametrize("name", PARTS)
def test_every_part_draws_without_inline_style_or_script(name: str) -> None:
    with clock.as_of(datetime(2026, 11, 23, 9, tzinfo=clock.TZ)):
        drawn = draw(name)
    assert drawn.strip()
    assert "style=" not in drawn
    assert "<script" not in drawn
    assert " onclick" not in drawn


def test_a_clock_has_shape_word_and_number() -> None:
    drawn = draw("clocks")
    assert '<span class="clock" data-clock="over">超期 6 日</span>' in drawn
    assert '<span class="clock clock-lg" data-clock="soon">临期 还剩 <b>4 个工作日</b></span>' in drawn


def test_a_demand_without_a_conclusion_says_so() -> None:
    assert "还没有结论" in draw("demands")


def test_an_error_stands_at_the_field_and_in_the_summary_that_leads_there() -> None:
    drawn = draw("errors")
    assert 'href="#id_phone"' in drawn
    assert 'aria-describedby="id_phone_error id_phone_hint"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'value="138 0000 001"' in drawn


def test_a_refused_action_goes_back_to_its_fields() -> None:
    form = filled()
    form.is_valid()
    fields.take(form, Invalid(fields={"place": ["属地已撤销。选现在的街道。"], "elsewhere": ["材料没有上传完。"]}))
    assert form.errors["place"] == ["属地已撤销。选现在的街道。"]
    assert form.non_field_errors() == ["材料没有上传完。"]


def test_data_is_escaped() -> None:
    drawn = Template("{% load desk %}{% flag text %}{% clock chip %}{% button text %}").render(
        Context({"text": "<b>", "chip": {"level": "ok", "text": "<b>"}})
    )
    assert "<b>" not in drawn


def test_dates_read_as_the_office_writes_them() -> None:
    with clock.as_of(datetime(2026, 11, 23, 9, tzinfo=clock.TZ)):
        assert dates.day(date(2026, 11, 23)) == "2026-11-23 周一"
        assert dates.short_day(date(2026, 11, 23)) == "11-23 周一"
        assert dates.short_day(date(2027, 1, 11)) == "27-01-11 周一"
        assert dates.moment(datetime(2026, 11, 23, 7, 42, tzinfo=UTC)) == "2026-11-23 周一 15:42"
        assert dates.between(date(2026, 9, 15), date(2026, 11, 13)) == "09-15 至 11-13"


def test_a_thin_gap_between_han_and_digits_once_only() -> None:
    assert dates.gap("重复3件") == "重复 3 件"
    assert dates.gap("重复 3 件，A类96%准") == "重复 3 件，A 类 96% 准"


def test_a_slot_shows_what_was_put_there_and_nothing_else() -> None:
    from django.utils.safestring import mark_safe

    slots.fill("test.slot", lambda request, values: mark_safe(f"<p>{values['n']}</p>"))
    try:
        request = RequestFactory().get("/")
        drawn = Template('{% load desk %}{% slot "test.slot" n=3 %}{% slot "no.such" %}').render(
            Context({"request": request})
        )
    finally:
        slots.empty("test.slot")
    assert drawn == "<p>3</p>"


def test_entries_follow_the_role_and_appear_with_their_page() -> None:
    keys = navigation.keys_for({"R3"})
    assert {"worklist", "inbox", "register", "supervision"} <= set(keys) <= set(navigation.LABELS)
    assert navigation.keys_for({"R17"}) == []  # the archive has no page yet
    with pytest.raises(ValueError, match="No entry"):
        navigation.offer("cameras", "x:y")


def test_the_same_part_in_english() -> None:
    messages.compile_catalog()
    trans_real._translations.pop("en", None)  # what an earlier test read without it
    with translation.override("en"):
        assert "Overdue" in draw("clocks")
