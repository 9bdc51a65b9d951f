"""Which matters are thought alike, and why: pure, on invented words."""

from cases.likeness import Matter, likeness

LIFT = Matter(
    "锦澜小区二期电梯停用",
    "锦澜小区二期 3 号楼的电梯停了三个月，维修资金批不下来，老人下不了楼。",
    "990123",
    "澄屿县 锦溆街道",
    "080400",
)


def test_one_matter_as_two_people_tell_it() -> None:
    other = Matter(
        "", "母亲住锦澜小区二期，３号楼电梯停用以后天天爬楼，物业说维修资金没批下来。", "990123", "", "080400"
    )
    found = likeness(LIFT, other)
    assert found.same
    assert (found.place, found.content) == (True, True)
    assert any("锦澜小区二期" in stretch for stretch in found.shared)


def test_the_same_kind_elsewhere_is_shown_but_not_taken_for_the_same() -> None:
    other = Matter("望溪苑电梯停用半年", "望溪苑 7 号楼电梯停用，维修资金没有人签字。", "990124", "", "080400")
    found = likeness(LIFT, other)
    assert found.kin
    assert not found.same
    assert not found.place


def test_what_every_letter_says_makes_nothing_alike() -> None:
    other = Matter("请求解决路灯问题", "尊敬的领导您好，希望有关部门解决路灯不亮的问题，严重影响居民出行。", "990123")
    found = likeness(LIFT, other)
    assert not found.kin
    assert found.shared == ()


def test_a_spot_within_the_region_tells_two_places_apart() -> None:
    there = Matter("", "电梯停用", "990123", "澄屿县 槐荫镇")
    assert not likeness(LIFT, there).place
    assert not likeness(Matter("", "电梯停用"), Matter("", "电梯停用")).place


def test_how_long_and_how_often_makes_nothing_alike() -> None:
    other = Matter("家中宽带三个月掉线二十次", "宽带装了三个月，掉线二十次，客服说等三天。", "990123", "", "120300")
    found = likeness(LIFT, other)
    assert not found.kin
    assert found.shared == ()
