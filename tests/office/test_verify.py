"""The auditor has the whole history checked: the worker does it, how it went stays, nobody can change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.urls import reverse

from cases import actions, jobs
from cases.actions import verifying
from cases.actions.verifying import carry_out_verification
from cases.models import Verification
from cases.queries import verifications
from cases.queries.verifications import Run
from kernel.errors import Conflict, Refused
from tenants import context
from tenants.actors import Actor
from tests.cases.making import COUNTY, do, register, served
from tests.people import actor, client_for, tenant

URL = "/readings/verify/"


def auditor() -> Actor:
    return actor(COUNTY, "R20")


def asked() -> UUID:
    with context.use(tenant(COUNTY)):
        return actions.ask_verification(auditor())


def carried_out(run: UUID) -> None:
    jobs.verify_office(str(tenant(COUNTY).pk), str(run))


def runs(who: Actor | None = None) -> list[Run]:
    with context.use(tenant(COUNTY)):
        return verifications.runs(who or auditor())


@pytest.mark.django_db
def test_a_whole_history_is_said_to_be_whole() -> None:
    served()
    with context.use(tenant(COUNTY)):
        jobs.seal_history(tenant(COUNTY))
    run = asked()
    assert runs()[0].step == "asked"
    carried_out(run)
    (found,) = runs()
    assert found.whole
    assert (found.cases, found.seals, found.who) == (1, 1, auditor().name)
    assert found.events > 5
    assert found.done_at is not None
    shown = client_for(auditor()).get(URL).content.decode()
    assert "无误" in shown


@pytest.mark.django_db
def test_only_the_auditor_and_one_at_a_time() -> None:
    for role in ("R19", "R4", "R18"):
        with context.use(tenant(COUNTY)), pytest.raises(Refused):
            actions.ask_verification(actor(COUNTY, role))
        assert client_for(actor(COUNTY, role)).post(URL).status_code == 403
    run = asked()
    with pytest.raises(Conflict):
        asked()
    assert client_for(auditor()).post(URL).status_code == 409
    carried_out(run)
    asked()
    assert len(runs()) == 2


@pytest.mark.django_db(transaction=True)
def test_the_first_break_is_named_and_a_sealed_case_is_not(owner: psycopg.Connection[Any]) -> None:
    case, sealed = register().case, register(klass="B", purpose="02").case
    do(actor(COUNTY, "R3"), "note", case.id, text="备注")
    schema = tenant(COUNTY).schema_name
    owner.execute(f"UPDATE {schema}.cases_event SET kind = 'signed' WHERE case_id = %s AND seq = 2", [case.id])
    run = asked()
    carried_out(run)
    found = runs()[0]
    assert (found.breaks, found.whole) == (1, False)
    assert "第 2 条" in found.place
    assert "内容与当时写下的不同" in found.fault
    owner.execute(f"UPDATE {schema}.cases_event SET kind = 'noted' WHERE case_id = %s AND seq = 2", [case.id])
    owner.execute(f"UPDATE {schema}.cases_event SET kind = 'signed' WHERE case_id = %s", [sealed.id])
    carried_out(asked())
    place = runs()[0].place
    assert "封存件" in place
    assert str(sealed.number)[-4:] not in place


@pytest.mark.django_db
def test_a_lost_run_is_taken_up_and_two_workers_do_not_both_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    served()
    run = asked()
    sent: list[Any] = []
    monkeypatch.setattr(jobs, "send", lambda task, *arguments: sent.append(arguments))
    assert not jobs.take_up_verification(tenant(COUNTY)), "not silent for long enough"
    monkeypatch.setattr(verifying, "LOST_AFTER_S", -1.0)
    assert jobs.take_up_verification(tenant(COUNTY))
    assert sent == [(tenant(COUNTY).pk, run)]
    with context.use(tenant(COUNTY)):
        # Somebody else writes the next step first.
        Verification.objects.create(run=run, seq=2, step="going", by=auditor().user)
        before = verifying.Verification.objects.filter(run=run).order_by("-seq").first()
        assert before is not None
    carried_out(run)
    carried_out(run)
    with context.use(tenant(COUNTY)):
        assert Verification.objects.filter(run=run, step="done").count() == 1
        carry_out_verification(UUID(int=1))  # a run nobody asked for is nothing


@pytest.mark.django_db
def test_progress_is_told_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from cases import history

    for _ in range(3):
        register()
    monkeypatch.setattr(verifying, "TOLD_EACH_S", 0.0)
    monkeypatch.setattr(history, "HEARD_EACH", 1)
    run = asked()
    carried_out(run)
    with context.use(tenant(COUNTY)):
        steps = list(Verification.objects.filter(run=run).order_by("seq").values_list("step", "events"))
    assert steps[0] == ("asked", 0)
    assert [events for step, events in steps if step == "going"] == [0, 1, 2, 3]
    assert steps[-1][0] == "done"


def test_the_address() -> None:
    assert reverse("desk:verify", urlconf="config.urls") == URL
