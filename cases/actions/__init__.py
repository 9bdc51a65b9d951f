"""Every verb of the rule book, one function each; page, API, command and task call the same."""

from cases.actions.acceptance import accept, answer, decline, notify, record_result, redirect, route, study
from cases.actions.accessing import log_access
from cases.actions.corrections import complete, correct
from cases.actions.drafts import discard, save_draft
from cases.actions.handling import attach, contact, extend, note
from cases.actions.objections import consent, object, refuse
from cases.actions.opinions import check, draft, missing, send_back, sign, submit
from cases.actions.proposals import propose, turn_down
from cases.actions.reading import open_file, read_sealed, take_files, unmask
from cases.actions.recomputing import recompute
from cases.actions.registration import Entry, Registered, Upload, register, reissue_code
from cases.actions.reports import approve_report, defer, forward_report, report, return_report
from cases.actions.service import close, prove_execution, serve
from cases.actions.transfers import allot, assign, sign_for, transfer
from cases.actions.verifying import ask_verification

__all__ = [
    "Entry",
    "Registered",
    "Upload",
    "accept",
    "allot",
    "answer",
    "approve_report",
    "ask_verification",
    "assign",
    "attach",
    "check",
    "close",
    "complete",
    "consent",
    "contact",
    "correct",
    "decline",
    "defer",
    "discard",
    "draft",
    "extend",
    "forward_report",
    "log_access",
    "missing",
    "note",
    "notify",
    "object",
    "open_file",
    "propose",
    "prove_execution",
    "read_sealed",
    "recompute",
    "record_result",
    "redirect",
    "refuse",
    "register",
    "reissue_code",
    "report",
    "return_report",
    "route",
    "save_draft",
    "send_back",
    "serve",
    "sign",
    "sign_for",
    "study",
    "submit",
    "take_files",
    "transfer",
    "turn_down",
    "unmask",
]
