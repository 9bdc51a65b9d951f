"""One form per verb that is done in place on the case page; the other verbs have pages of their own."""

from desk.forms import handling, records, reports, triage
from desk.forms.base import Effect, VerbForm

FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        triage.SignFor,
        triage.Allot,
        triage.Accept,
        triage.Study,
        triage.Route,
        triage.Decline,
        triage.Redirect,
        triage.Answer,
        handling.Notify,
        handling.RecordResult,
        handling.Contact,
        handling.Note,
        handling.Attach,
        handling.Extend,
        handling.ProveExecution,
        handling.Close,
        records.Complete,
        records.Correct,
        records.ReissueCode,
        reports.ForwardReport,
        reports.ApproveReport,
        reports.ReturnReport,
        reports.Defer,
        reports.TurnDown,
    )
}

__all__ = ["FORMS", "Effect", "VerbForm"]
