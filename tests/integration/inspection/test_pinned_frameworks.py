"""A reading stays with the version of the framework it was begun under, whatever is in force since."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from assay.core.errors import Unfit
from assay.core.standards import loading
from assay.core.standards.loading import EARLIER, FOLDER
from assay.inspection.assessments import actions, queries
from assay.inspection.assessments.models import Reading
from assay.inspection.samples.queries import drawn
from assay.web.programmes.forms import InspectionForm
from tests.factories import inspections as make

pytestmark = pytest.mark.django_db
NEW_WORDS = "Has the danger to other people been named?"


@pytest.fixture
def reading(cast: Any, inspectorate: str) -> Reading:
    draw = make.with_records(cast, settings.HOME)
    return actions.open_reading(drawn(draw)[0], by=cast.inspector)


@pytest.fixture
def moved_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Version 2 of the framework is in force, with other words and without C1b; version 1 lies earlier."""
    folder = Path(shutil.copytree(FOLDER / make.FRAMEWORK, tmp_path / "frameworks" / make.FRAMEWORK))
    shutil.copytree(FOLDER / make.FRAMEWORK, folder / EARLIER / "1")
    path = folder / "framework.yaml"
    path.write_text(path.read_text("utf-8").replace('version: "1"', 'version: "2"'), "utf-8")
    core = (folder / "core.yaml").read_text("utf-8").replace("code: C1b", "code: C1z")
    words = "Are the risks of harm to other people named, and is it worked out what they consist of?"
    assert words in core
    (folder / "core.yaml").write_text(core.replace(words, NEW_WORDS), "utf-8")
    monkeypatch.setattr(loading, "FOLDER", tmp_path / "frameworks")
    return folder


def test_it_is_read_answered_and_counted_by_its_own_version(
    reading: Reading, cast: Any, moved_on: Path
) -> None:
    assert loading.load(make.FRAMEWORK).version == "2"
    assert loading.load(make.FRAMEWORK).question("C1a").text == NEW_WORDS
    in_hand = queries.reading(reading.uuid, user=cast.inspector)
    assert in_hand is not None
    assert in_hand.framework_version == "1"
    codes = [each.question.code for each in in_hand.places]
    assert "C1b" in codes
    assert "C1z" not in codes
    assert in_hand.places[0].question.text != NEW_WORDS
    assert actions.answer(reading, question="C1b", value="yes", seen=0, by=cast.inspector) == 1


def test_without_its_version_it_is_shown_under_no_other(reading: Reading, cast: Any, moved_on: Path) -> None:
    shutil.rmtree(moved_on / EARLIER)
    with pytest.raises(Unfit) as refused:
        queries.reading(reading.uuid, user=cast.inspector)
    assert "version 1 is not here, only 2" in refused.value.problems[0].message.worded()


def test_a_new_inspection_is_offered_what_is_in_force_first(cast: Any, inspectorate: str) -> None:
    field: Any = InspectionForm().fields["framework"]
    assert [id for id, _ in field.choices] == [
        "dynamic-public-protection-2025",
        "pdu-2023",
        "region-2023",
        "pdu-2021",
        "crc-2018",
        "nps-2018",
    ]
