"""Promise 3: blind means blind. What was written after the announcement says so, and readers see no lapse."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

import assay
from assay.inspection.assessments import actions, queries
from assay.inspection.assessments.models import CitedEvidence, Reading
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.queries import is_blind
from assay.inspection.programmes.rules import STATES
from assay.inspection.samples.models import Draw
from assay.inspection.samples.queries import drawn
from tests.factories import inspections as make

pytestmark = pytest.mark.django_db
ROOT = Path(assay.__file__).parent


@pytest.fixture
def draw(cast: Any, inspectorate: str) -> Draw:
    sealed = make.with_records(cast, settings.HOME)
    make.brought_up_to_date(sealed, cast, settings.HOME)
    return sealed


@pytest.fixture
def reading(draw: Draw, cast: Any) -> Reading:
    return actions.open_reading(drawn(draw)[0], by=cast.inspector)


def test_what_was_written_after_the_announcement_says_so_and_is_counted(reading: Reading, cast: Any) -> None:
    record = queries.case_record(reading, user=cast.inspector)
    assert record is not None
    late = [each for each in record.timeline if each.after_announcement]
    # A visit of 10 January, written up on 5 March: three days after the announcement of 2 March.
    assert [(each.code, each.written_days_late) for each in late] == [("COHV", 54)]
    assert record.written_after == 1
    client = Client()
    client.force_login(cast.inspector)
    page = client.get(reverse("reading", args=[reading.uuid])).content.decode()
    assert page.count("Written after the announcement") == 1
    assert "1 written after the announcement" in page
    assert "Written up 54 days later" in page


def test_evidence_written_after_the_announcement_keeps_that_mark(reading: Reading, cast: Any) -> None:
    crn = reading.case.crn
    actions.cite(reading, question="C3a", key=f"contact:c3-{crn}:0", by=cast.inspector)
    actions.cite(reading, question="C3a", key=f"contact:c1-{crn}:0", by=cast.inspector)
    marks = dict(CitedEvidence.objects.values_list("source_id", "after_announcement"))
    assert marks == {f"c3-{crn}": True, f"c1-{crn}": False}


def test_the_frame_is_not_moved_by_what_is_recorded_later(draw: Draw, cast: Any) -> None:
    from assay.inspection.samples import store

    kept, receipt = store.kept_frame(draw.inspection.uuid), draw.receipt
    make.brought_up_to_date(draw, cast, settings.HOME, [*make.CRNS, "X900010"])
    assert store.kept_frame(draw.inspection.uuid) == kept
    assert Draw.objects.get().receipt == receipt


def test_readers_stay_blind_until_the_last_case_is_signed_and_moderated(draw: Draw, cast: Any) -> None:
    hidden = [each.code for each in STATES if each.hidden]
    assert hidden == ["draft", "announced", "sealed", "reading", "signed"]
    inspection = Inspection.objects.get()
    for state in STATES:
        inspection.state = state.code
        assert is_blind(inspection) is (state.code in hidden)


def test_the_copy_an_inspector_reads_holds_no_night_and_no_lapse(draw: Draw) -> None:
    from assay.inspection.samples import store

    with store.open_records(draw.inspection.uuid) as reader:
        assert reader is not None
        assert reader.pair is None
        tables = reader.rows("SELECT table_schema, table_name FROM information_schema.tables")
    assert "n" not in {each["table_schema"] for each in tables}
    names = {each["table_name"] for each in tables}
    assert not names & {"lapse", "obligation", "reason", "ladder", "duty_state", "matter"}


def modules_reached(start: str) -> Iterator[tuple[str, str]]:
    """Every module of ours that importing ``start`` brings in, with who asks for it."""
    waiting, seen = [(start, "")], set()
    while waiting:
        name, asker = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name, asker
        place = ROOT.parent / Path(*name.split("."))
        path = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
        if not path.exists():
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("assay"):
                waiting += [(node.module or "", name)]
                waiting += [(f"{node.module}.{each.name}", name) for each in node.names]
            elif isinstance(node, ast.Import):
                waiting += [(each.name, name) for each in node.names if each.name.startswith("assay")]


@pytest.mark.parametrize("page", ["views", "about_views", "presenters", "urls"])
def test_no_page_of_a_reading_can_reach_duties_lapses_or_the_manager_s_queue(page: str) -> None:
    reached = dict(modules_reached(f"assay.web.assessments.{page}"))
    forbidden = [
        (name, asker)
        for name, asker in reached.items()
        if name.startswith(("assay.assurance", "assay.records.synthetic"))
    ]
    assert forbidden == []


def test_no_reader_learns_what_others_answered_while_cases_are_open(draw: Draw, cast: Any) -> None:
    case = drawn(draw)[0]
    actions.import_readings(Inspection.objects.get(), readings=[make.brought(case)], by=cast.lead_inspector)
    inspection = Inspection.objects.get()
    assert inspection.state == "reading"
    assert queries.signed_readings(inspection, user=cast.inspector) == ()
    assert len(queries.signed_readings(inspection, user=cast.lead_inspector)) == 1
