"""The replay through the ordinary machinery: what was loaded counts as what was only looked through."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from assay.access.audit.models import Entry
from assay.inspection.assessments.models import GivenAnswer
from assay.inspection.assessments.models import Reading as Row
from assay.inspection.findings.definitions import definitions
from assay.inspection.findings.rules import gather
from assay.inspection.outcomes import replaying
from assay.inspection.outcomes.loading import loaded
from assay.inspection.samples.models import Draw

NAME = "west-midlands-2026"


def counts(readings):
    found = gather(readings, definitions=definitions(replaying.facts(NAME).framework))
    return {each.id: (each.count.numerator, each.count.denominator) for each in found}


@pytest.mark.django_db
def test_what_was_loaded_counts_as_what_was_only_looked_through(inspectorate):
    written = replaying.shipped(NAME)
    in_memory = replaying.replay(NAME)
    readings = loaded(in_memory.facts, written)
    assert counts(readings) == counts(in_memory.readings)
    assert counts(readings)["effective-work"] == (41, 84)
    assert [each.agrees for each in replaying.counted(NAME, readings).compared] == [True] * 3
    assert (Draw.objects.get().size, Row.objects.exclude(signed_at=None).count()) == (84, 84)
    assert GivenAnswer.objects.count() == sum(len(each["answers"]) for each in written)
    assert Entry.objects.filter(what="Readings made elsewhere were brought in").count() == 1
    assert {each.pdu for each in readings} == {each["pdu"] for each in written}


def test_the_command_loads_changed_answers_and_leaves_the_installation_alone(tmp_path):
    readings = replaying.shipped(NAME)
    next(each for each in readings if each["answers"]["E1"] == "no")["answers"]["E1"] = "yes"
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(readings), "utf-8")
    home = tmp_path / "home"
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from assay.jobs.cli import main; main()"),
            *("replay", NAME, "--format", "json", "--answers", str(answers)),
        ],
        env={
            **os.environ,
            "ASSAY_SIDE": "service",
            "ASSAY_HOME": str(home),
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
            "DJANGO_SETTINGS_MODULE": "assay.config.settings",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = {each["id"]: (each["numerator"], each["denominator"]) for each in json.loads(done.stdout)}
    assert found == {
        "effective-work": (42, 84),
        "oversight-ineffective-or-absent": (49, 80),
        "information-analysed": (31, 62),
    }
    assert not home.exists()
