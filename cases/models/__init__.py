from cases.models.access import Access, Verification
from cases.models.case import Case, Demand, Draft, Filing
from cases.models.clock import Clock
from cases.models.handover import Handover, Proposal, Report
from cases.models.history import Counter, Event, Note, Seal
from cases.models.paper import Answer, Notice, Opinion, Service
from cases.models.person import Attachment, Petitioner
from cases.models.wording import Presence, Wording

__all__ = [
    "Access",
    "Answer",
    "Attachment",
    "Case",
    "Clock",
    "Counter",
    "Demand",
    "Draft",
    "Event",
    "Filing",
    "Handover",
    "Note",
    "Notice",
    "Opinion",
    "Petitioner",
    "Presence",
    "Proposal",
    "Report",
    "Seal",
    "Service",
    "Verification",
    "Wording",
]
