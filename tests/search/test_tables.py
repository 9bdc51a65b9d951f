"""Every office has its documents' table; the application fills it and never deletes from it."""

import uuid

import pytest
from django.db import ProgrammingError, transaction

from search.models import Document, FileText
from tenants.context import use
from tests.cases.making import COUNTY


@pytest.mark.django_db
def test_documents_are_kept_by_grant() -> None:
    with use(f"t_{COUNTY}"):
        row = Document.objects.create(case=uuid.uuid4())
        FileText.objects.create(sha256="0" * 64, outcome="read", text="x").delete()
        with pytest.raises(ProgrammingError), transaction.atomic():
            row.delete()
