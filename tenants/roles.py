"""The roles of domain §2.2, composed of the verbs of domain §4.2: what a role may ever do.

A row "A + B" of §4.2 gives A the right to propose and B the verb. This table says nothing of states, seats or clocks:
the transition table in `cases` decides whether a verb is open on a case now. The seed of `tenants.Role`.
"""

from __future__ import annotations

from typing import NamedTuple

SYSTEM_VERBS = frozenset({"close", "execute", "unlink_repeat"})  # T28, T27, T2b: rows that name the system


class RoleRow(NamedTuple):
    """`reads`: none, sealed (accusations only), dept (own section), office (the whole body one sits in: at the desk the
    office, in a unit the unit and its sections)."""

    code: str
    name: str
    reads: str
    verbs: str = ""
    proposes: str = ""

    def rights(self) -> list[str]:
        return sorted({*self.verbs.split(), *(f"propose:{verb}" for verb in self.proposes.split())})


_HOLDER = "note attach unmask "  # T19n, T38: the holder's people

ROLES: tuple[RoleRow, ...] = (
    RoleRow(
        "R2",
        "登记员 / 接谈员",
        "office",
        _HOLDER + "save_draft discard register complete correct reissue_code link_repeat",
        "correct",
    ),
    RoleRow(
        "R3",
        "办信 / 办访 / 网信",
        "office",
        _HOLDER
        + "save_draft discard register complete correct reissue_code circulate link_repeat unlink_repeat transfer "
        + "sign_for allot notify record_receipt dispute forward_report return_report withdraw",
        "correct transfer assign pass_on redirect decline answer object report",
    ),
    RoleRow(
        "R4",
        "信访局审批人",
        "office",
        _HOLDER
        + "transfer assign refer_up pass_on report_urgent endorse redirect decline answer object consent refuse rule "
        + "report approve_report return_report defer supervise",
    ),
    RoleRow(
        "R5",
        "单位信访专干",
        "office",
        _HOLDER
        + "save_draft discard register complete correct reissue_code sign_for allot dispute accept route study notify "
        + "record_result contact hold_hearing serve prove_execution close",
        "correct object transfer take_short decline redirect report",
    ),
    RoleRow(
        "R6",
        "承办人",
        "dept",
        _HOLDER + "contact draft submit mediate conclude_mediation",
        "extend",
    ),
    RoleRow("R7", "办公室主任", "office", _HOLDER + "check send_back"),
    RoleRow(
        "R8",
        "分管领导",
        "office",
        _HOLDER + "sign send_back object transfer take_short decline redirect report",
    ),
    RoleRow("R9", "单位负责人", "office", _HOLDER + "sign send_back extend hold_hearing", "defer"),
    RoleRow("R10", "复查人员", "dept", _HOLDER + "accept_review decline_review decide_review"),
    RoleRow("R11", "复核人员", "dept", _HOLDER + "accept_rereview decide_rereview"),
    RoleRow("R12", "听证主持人", "dept", "conclude_hearing"),
    RoleRow("R13", "督查专员", "office", "supervise"),
    RoleRow("R14", "接访 / 包案领导", "office", "endorse supervise"),
    RoleRow("R15", "联席会议秘书", "office", "rule supervise"),
    RoleRow("R16", "统计员", "none"),
    RoleRow("R17", "档案员", "office", "archive"),
    RoleRow("R18", "检举控告专人", "sealed", _HOLDER + "transfer_sealed record_receipt"),
    RoleRow("R19", "管理员", "none"),
    RoleRow("R20", "审计员", "none"),
    RoleRow("R21", "信访信息员", "none"),
)

BY_CODE = {row.code: row for row in ROLES}
KNOWN = frozenset(BY_CODE)
ADMIN = "R19"
BESIDE_ADMIN = frozenset({ADMIN, "R16", "R21"})  # what an administrator may hold too; the auditor R20 watches R19
NEEDS_SECOND_ADMIN = frozenset({"R4", "R8", "R9", "R18"})  # design §8
READS = ("none", "sealed", "dept", "office")  # narrow to wide; sealed text itself is R18's alone, whatever the width


def widest(reads: list[str]) -> str:
    return max(reads, key=READS.index, default="none")
