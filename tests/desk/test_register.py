"""Registration by page: never refused, typed once, kept on the server, sealed on save, told once."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Attachment, Case, Demand, Draft, Filing, Petitioner
from cases.states import State
from kernel.clock import now
from tests.cases.making import at
from tests.people import actor, client_for

COUNTY, OTHER = "990123", "990124"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64

pytestmark = pytest.mark.django_db


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "action": "register",
        "once": str(uuid4()),
        "channel": "VISIT",
        "name": "赵晚舟",
        "phone": "138 0000 0016",
        "persons": "3",
        "place": "澄屿县 锦溆街道锦澜小区",
        "text": "锦澜小区二期 3 号楼电梯停用，维修资金去向不明。",
        "demand": ["恢复 3 号楼电梯运行", "公示维修资金使用明细", ""],
        **changes,
    }


@pytest.fixture
def clerk() -> Client:
    return client_for(actor(COUNTY, "R2"))


def only() -> Case:
    with at(actor(COUNTY, "R2")):
        return Case.objects.select_related("filing").get()


def test_the_page_asks_little_first_and_holds_no_inline_code(clerk: Client) -> None:
    page = clerk.get("/register/").content.decode()
    assert "登记信访件" in page
    assert "收到时间" in page
    assert "这是检举控告" in page
    assert "style=" not in page
    assert "onclick" not in page


def test_a_filing_is_registered_with_its_demands_people_and_place(clerk: Client) -> None:
    answer = clerk.post("/register/", typed())
    case = only()
    assert answer.status_code == 302
    assert answer.url == f"/register/{case.id}/"
    with at(actor(COUNTY, "R2")):
        assert [d.text for d in Demand.objects.filter(case=case)] == ["恢复 3 号楼电梯运行", "公示维修资金使用明细"]
        assert Petitioner.objects.get(case=case).particulars["name"] == "赵晚舟"
    assert case.state == State.S10
    assert case.due_kind == "K1"
    assert (case.filing.place, case.filing.place_detail) == (COUNTY, "锦溆街道锦澜小区")


def test_the_query_code_is_shown_once_and_stored_nowhere_in_clear(clerk: Client) -> None:
    url = clerk.post("/register/", typed()).url
    first, second = clerk.get(url).content.decode(), clerk.get(url).content.decode()
    code = re.search(r"<dd>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{2})</dd>", first)
    assert code is not None
    assert "信访件收件回执" in first
    assert code[1] not in second
    assert "补发查询码" in second
    assert code[1] not in str(dict(clerk.session))


def test_a_second_click_registers_nothing_more(clerk: Client) -> None:
    form = typed()
    first, second = clerk.post("/register/", form), clerk.post("/register/", form)
    assert first.url == second.url
    assert only().id


def test_the_page_sent_again_with_other_words_says_so(clerk: Client) -> None:
    form = typed()
    clerk.post("/register/", form)
    answer = clerk.post("/register/", {**form, "text": "另一件事。"})
    assert answer.status_code == 422
    assert "已经登记过一件" in answer.content.decode()
    assert only().id


def test_anonymous_and_nearly_empty_filings_are_registered(clerk: Client) -> None:
    bare = {"name": "", "phone": "", "persons": "", "place": "", "demand": [""]}
    assert clerk.post("/register/", typed(**bare)).status_code == 302
    assert only().filing.anonymous


def test_what_is_wrong_is_said_at_its_field_and_everything_typed_stays(clerk: Client) -> None:
    wrong = {"phone": "1380000001", "received_at": "9999-12-31T23:59", "content": "没有这类", "p_name": ["钱一"]}
    answer = clerk.post("/register/", typed(**wrong, p_role=["rep"], p_phone=["abc"], demand=["x" * 501]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有“没有这类”这个分类" in page
    assert "联系电话少一位" in page, "in the same round"
    answer = clerk.post(
        "/register/", typed(**{**wrong, "content": ""}, p_role=["rep"], p_phone=["abc"], demand=["x" * 501])
    )
    page = answer.content.decode()
    for text in ("联系电话少一位", "收到时间不能晚于", "一项诉求最多 500 字", "联系电话只能是数字"):
        assert text in page, text
    for kept in ("锦澜小区二期 3 号楼", "1380000001", "钱一", "abc", "x" * 501):
        assert kept in page, kept
    with at(actor(COUNTY, "R2")):
        assert not Case.objects.exists()


@pytest.mark.parametrize("hostile", ["'; DROP TABLE cases_case; --", "<script>alert(1)</script>", "\x00", "＜" * 300])
def test_bad_input_in_every_field_breaks_nothing(clerk: Client, hostile: str) -> None:
    names = (
        "name",
        "phone",
        "place",
        "address",
        "text",
        "addressee",
        "foreign_number",
        "content",
        "persons",
        "received_at",
    )
    answer = clerk.post("/register/", typed(**dict.fromkeys(names, hostile), channel="VISIT", demand=[hostile]))
    assert answer.status_code in (302, 422)
    assert "<script>alert(1)" not in answer.content.decode()


def test_an_accusation_is_sealed_on_save_and_gone_from_the_clerks_eyes(clerk: Client) -> None:
    answer = clerk.post("/register/", typed(accusation="on", text="举报某局工作人员收受财物。", demand=[""]))
    receipt = clerk.get(answer.url).content.decode()
    case = only()
    assert case.sealed
    assert case.klass == "B"
    assert case.filing.text == ""
    assert "按检举控告封存" in receipt
    assert "收受财物" not in receipt
    assert clerk.get(answer.url).status_code == 404  # the second look: the case is not the clerk's any more


def test_a_unit_registers_what_came_to_it_directly() -> None:
    clerk = client_for(actor(COUNTY, "R5", unit="住建局"))
    page = clerk.get(clerk.post("/register/", typed()).url).content.decode()
    case = only()
    assert case.state == State.S30
    assert case.due_kind == "K2"
    assert "告知期限" in page
    assert "去分流" not in page


def test_who_may_not_register_gets_no_form() -> None:
    assert client_for(actor(COUNTY, "R8", unit="住建局")).get("/register/").status_code == 403
    assert client_for(actor(COUNTY, "R6", unit="住建局")).post("/register/", typed()).status_code == 403


def test_a_draft_is_saved_found_again_and_gone_once_registered(clerk: Client) -> None:
    assert clerk.post("/register/draft/", {"channel": "VISIT", "draft": "", "demand": [""]}).status_code == 204
    kept = clerk.post("/register/draft/", typed(draft="", text="写到一半")).json()
    assert "草稿已保存" in kept["said"]
    other = client_for(actor(COUNTY, "R2"))
    page = other.get("/register/").content.decode()
    assert "恢复 3 号楼电梯运行" in page  # in the list of own drafts
    opened = other.get(f"/register/?draft={kept['draft']}").content.decode()
    assert "写到一半" in opened
    assert "公示维修资金使用明细" in opened
    clerk.post("/register/", typed(draft=kept["draft"]))
    with at(actor(COUNTY, "R2")):
        assert not Draft.objects.exists()


def test_a_draft_saved_in_another_window_is_not_overwritten(clerk: Client) -> None:
    kept = clerk.post("/register/draft/", typed(draft="")).json()
    same = {"draft": kept["draft"], "draft_version": str(kept["version"])}
    assert clerk.post("/register/draft/", typed(**same, text="窗口一")).status_code == 200
    answer = clerk.post("/register/draft/", typed(**same, text="窗口二"))
    assert answer.status_code == 412
    assert "另一个窗口" in answer.json()["error"]
    with at(actor(COUNTY, "R2")):
        assert Draft.objects.get().body["text"] == ["窗口一"]


def test_a_draft_is_its_writers_alone(clerk: Client) -> None:
    kept = clerk.post("/register/draft/", typed(draft="")).json()
    colleague = client_for(actor(COUNTY, "R3"))
    assert "恢复 3 号楼" not in colleague.get(f"/register/?draft={kept['draft']}").content.decode()
    assert colleague.post(f"/register/draft/{kept['draft']}/discard/").status_code == 404
    assert clerk.post(f"/register/draft/{kept['draft']}/discard/").status_code == 302
    with at(actor(COUNTY, "R2")):
        assert not Draft.objects.exists()


def test_files_are_kept_at_once_and_attached_on_registering(clerk: Client) -> None:
    answer = clerk.post("/register/files/", {"upload": SimpleUploadedFile("现场.png", PNG)})
    assert answer.status_code == 201
    token = re.search(r'name="file" value="([^"]+)"', answer.content.decode())
    assert token is not None
    refused = clerk.post("/register/files/", {"upload": SimpleUploadedFile("a.exe", b"MZ\0\0" * 20)})
    assert refused.status_code == 422
    clerk.post("/register/", typed(file=[token[1], "made-up"], upload=[SimpleUploadedFile("b.png", PNG + b"2")]))
    with at(actor(COUNTY, "R2")):
        assert {row.name for row in Attachment.objects.all()} == {"现场.png", "b.png"}


def test_a_token_of_another_person_attaches_nothing(clerk: Client) -> None:
    answer = clerk.post("/register/files/", {"upload": SimpleUploadedFile("现场.png", PNG)})
    token = re.search(r'name="file" value="([^"]+)"', answer.content.decode())
    assert token is not None
    client_for(actor(COUNTY, "R3")).post("/register/", typed(file=[token[1]]))
    with at(actor(COUNTY, "R2")):
        assert not Attachment.objects.exists()


def test_without_a_script_the_buttons_add_lines_and_keep_all(clerk: Client) -> None:
    page = clerk.post("/register/", typed(action="add_demand")).content.decode()
    assert page.count('name="demand"') == 5  # three typed, one more, one in the template of the script
    page = clerk.post("/register/", typed(action="add_person")).content.decode()
    assert page.count('name="p_name"') == 2
    assert "赵晚舟" in page
    saved = clerk.post("/register/", typed(action="draft", draft=""))
    assert saved.url.startswith("/register/?draft=")


def test_the_next_of_the_same_visit_keeps_the_visit_and_no_person(clerk: Client) -> None:
    clerk.post("/register/", typed(received_at=f"{now() - timedelta(days=1):%Y-%m-%dT%H:%M}"))
    page = clerk.get(f"/register/?same={only().id}").content.decode()
    assert 'value="VISIT" checked' in page
    assert "锦溆街道锦澜小区" in page
    assert "赵晚舟" not in page
    assert "电梯停用" not in page


def test_the_form_d1_is_masked_until_a_reason_is_given(clerk: Client) -> None:
    clerk.post("/register/", typed())
    url = f"/cases/{only().id}/registration/"
    masked, clear = clerk.get(url).content.decode(), clerk.post(url, {"reason": "identify"}).content.decode()
    assert "赵**" in masked
    assert "赵晚舟" not in masked
    assert "赵晚舟" in clear
    with at(actor(COUNTY, "R2")):
        assert only().events.filter(kind="read").count() == 1
    assert client_for(actor(OTHER, "R2")).get(url).status_code == 404


def test_more_people_and_the_rest_of_the_particulars(clerk: Client) -> None:
    rest = {
        "p_role": ["rep", "agent", "cosigner"],
        "p_name": ["钱一", "孙二", ""],
        "p_phone": ["13900000017", "", ""],
        "id_type": "1",
        "id_number": "110101199003070011",
        "content": "080400",
        "purpose": "04",
        "source": "own",
        "in_court": "0",
        "joint": "on",
        "urgent": "on",
        "postmark_date": f"{now():%Y-%m-%d}",
    }
    assert clerk.post("/register/", typed(**rest)).status_code == 302
    case = only()
    with at(actor(COUNTY, "R2")):
        roles = [row.role for row in Petitioner.objects.filter(case=case)]
        filing = Filing.objects.get()
    assert roles == ["main", "rep", "agent"]
    assert (filing.content_class, filing.purpose, filing.in_court, filing.joint) == ("080400", "04", False, True)
    assert case.urgent
    assert case.klass == "C"


@pytest.mark.parametrize(
    "said", ["080400", "物业管理和维修资金", "wyglhwxzj", "wuyeguanliheweixiuzijin", "wuye", "物业"]
)
def test_a_subject_is_understood_by_name_code_and_sound(clerk: Client, said: str) -> None:
    assert clerk.post("/register/", typed(content=said)).status_code == 302
    assert only().filing.content_class == "080400"


def test_a_subject_that_may_be_several_names_them(clerk: Client) -> None:
    answer = clerk.post("/register/", typed(content="工"))
    assert answer.status_code == 422
    assert "可能是" in answer.content.decode()


@pytest.mark.parametrize("said", ["chengyuxian 锦澜小区", "cyx 锦澜小区", "990123 锦澜小区", "澄屿县锦澜小区"])
def test_a_place_is_understood_by_name_code_and_sound(clerk: Client, said: str) -> None:
    assert clerk.post("/register/", typed(place=said)).status_code == 302
    filing = only().filing
    assert (filing.place, filing.place_detail) == (COUNTY, "锦澜小区")


def test_the_options_carry_the_ways_they_are_found(clerk: Client) -> None:
    page = clerk.get("/register/").content.decode()
    option = re.search(r'<option value="物业管理和维修资金"[^>]*>', page)
    assert option is not None
    for way in ('data-code="080400"', 'data-letters="wyglhwxzj"', 'data-sound="wuyeguanliheweixiuzijin"'):
        assert way in option[0]


def test_the_script_is_told_where_the_receipt_is_and_sees_no_code(clerk: Client) -> None:
    answer = clerk.post("/register/", typed(), headers={"accept": "application/json"})
    assert answer.status_code == 201
    assert answer.json() == {"url": f"/register/{only().id}/"}
    assert "查询码（只显示这一次）" in clerk.get(answer.json()["url"]).content.decode()
    wrong = clerk.post("/register/", typed(phone="1380000001"), headers={"accept": "application/json"})
    assert wrong.status_code == 422


def test_what_is_saved_twice_is_one_draft_and_no_conflict(clerk: Client) -> None:
    words = typed(draft="", text="离开页面时又存了一次")
    first, second = clerk.post("/register/draft/", words).json(), clerk.post("/register/draft/", words).json()
    assert first["draft"] == second["draft"]
    late = typed(draft=first["draft"], draft_version=str(first["version"] + 5), text="离开页面时又存了一次")
    assert clerk.post("/register/draft/", late).status_code == 200
    with at(actor(COUNTY, "R2")):
        assert Draft.objects.count() == 1


def test_too_many_representatives_are_told_at_the_last_of_them(clerk: Client) -> None:
    six = [f"代表{n}" for n in range(6)]
    blank = [""] * 6
    answer = clerk.post(
        "/register/",
        typed(persons="12", p_role=["rep"] * 6, p_name=six, p_phone=blank, p_id_type=blank, p_id_number=blank),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('<fieldset class="person invalid">') == 1
    assert "第 6 位其他信访人：代表最多 5 人" in page
    assert all(name in page for name in six)


def test_no_browser_is_told_to_cut_what_is_pasted(clerk: Client) -> None:
    form = clerk.get("/register/").content.decode().partition("<main")[2]
    assert form
    assert "maxlength" not in form


def test_the_order_of_the_files_is_kept(clerk: Client) -> None:
    tokens = []
    for name in ("第一页.png", "第二页.png", "第三页.png"):
        answer = clerk.post("/register/files/", {"upload": SimpleUploadedFile(name, PNG + name.encode())})
        found = re.search(r'name="file" value="([^"]+)"', answer.content.decode())
        assert found is not None
        tokens.append(found[1])
    clerk.post("/register/", typed(file=[tokens[2], tokens[0], tokens[1]]))
    with at(actor(COUNTY, "R2")):
        assert [row.name for row in Attachment.objects.all()] == ["第三页.png", "第一页.png", "第二页.png"]
