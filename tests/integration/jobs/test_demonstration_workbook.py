"""A demonstration has a workload workbook to look at, once, in the teams of its people."""

from __future__ import annotations

from typing import Any

import pytest

from assay.access.accounts.demonstration import create
from assay.access.accounts.models import User
from assay.access.audit.models import Entry
from assay.assurance.staffing import queries
from assay.jobs.demonstrate import AS_AT, _places, _take_workbook
from assay.records.store.workloads import kept_workloads

pytestmark = pytest.mark.django_db


def test_the_demonstrations_spo_finds_the_team_in_the_workbook(service: str, settings: Any) -> None:
    create(side="service", places=_places())
    told: list[str] = []
    for _ in range(2):
        _take_workbook(told.append)
    assert told == ["Taking in a workload workbook"]
    (kept,) = kept_workloads(settings.HOME / "records")
    assert (kept.as_at, kept.synthetic, kept.regions) == (AS_AT, True, ("Z52",))
    entry = Entry.objects.get(what="A workload workbook was taken in")
    assert entry.verb == "collection"
    spo = User.objects.get(username="huw.example")
    page = queries.staffing(user=spo)
    assert page is not None
    assert [each.code for each in page.lines] == ["Z52T0102"]
    holders = queries.team_page("Z52T0102", user=spo)
    assert holders is not None
    assert {"Z52A001", "Z52A002"} <= {each.staff_code for each in holders.holders}
