from __future__ import annotations

import copy
import json

import pytest
import typer
from typer.testing import CliRunner

from assay.core.errors import Unfit
from assay.core.standards import load
from assay.inspection.findings.types import Basis
from assay.inspection.outcomes import replaying
from assay.jobs.replay import replay

NAME = "west-midlands-2026"
app = typer.Typer()
app.command()(replay)


def run(*arguments: str):
    """Counted only. What loading makes of it: ``tests/integration/inspection/test_replay_loaded.py``."""
    return CliRunner().invoke(app, [*arguments, "--no-load"])


def as_json(*arguments: str):
    result = run(NAME, "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    return {each["id"]: each for each in json.loads(result.stdout)}


def test_the_published_numbers_come_out_of_the_ordinary_rules():
    found = as_json()
    assert {id: (each["numerator"], each["denominator"], each["unit"]) for id, each in found.items()} == {
        "effective-work": (41, 84, "assignment"),
        "oversight-ineffective-or-absent": (49, 80, "case"),
        "information-analysed": (31, 62, "assessment"),
    }
    assert {id: each["basis"] for id, each in found.items()} == {
        "effective-work": "inferred",
        "oversight-ineffective-or-absent": "published",
        "information-analysed": "published",
    }
    assert all(each["published"]["agrees"] and each["readings"] == "synthetic" for each in found.values())
    assert found["effective-work"]["interval"] == {
        "lower": 0.3841,
        "upper": 0.5931,
        "level": 0.95,
        "method": "Wilson",
    }


def test_one_changed_answer_gives_one_more(tmp_path):
    dumped = tmp_path / "answers.json"
    assert run(NAME, "--dump-answers", str(dumped)).exit_code == 0
    readings = json.loads(dumped.read_text("utf-8"))
    assert as_json("--answers", str(dumped)) == as_json()
    next(each for each in readings if each["answers"]["E1"] == "no")["answers"]["E1"] = "yes"
    dumped.write_text(json.dumps(readings), "utf-8")
    found = as_json("--answers", str(dumped))
    assert (found["effective-work"]["numerator"], found["effective-work"]["denominator"]) == (42, 84)
    assert found["effective-work"]["published"]["agrees"] is False
    assert found["oversight-ineffective-or-absent"]["numerator"] == 49
    assert "differs" in run(NAME, "--answers", str(dumped)).stdout


def test_the_table_says_what_is_synthetic_inferred_and_not_in_our_source(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    printed = " ".join(run(NAME).stdout.split())
    assert "84 synthetic readings over 11 units" in printed
    assert "41 of 84 (49%)" in printed
    assert "inferred) │" in printed
    assert printed.count("not in our source") >= 12
    assert "Available from children's services: published only as" in printed
    assert "the eleventh is a placeholder" in printed


def test_seven_recommendations_four_and_three_and_no_text_made_up():
    facts = replaying.facts(NAME)
    assert [each.addressee for each in facts.recommendations] == ["region"] * 4 + ["hmpps"] * 3
    assert [each.text for each in facts.recommendations] == [None] * 7
    assert sum(each.theme is not None for each in facts.recommendations) == 2
    assert {each.addressee_basis for each in facts.recommendations if each.theme} == {Basis.INFERRED}


def test_no_figure_is_given_that_no_source_has():
    made = replaying.replay(NAME)
    shown = {each.finding.definition.short for each in made.compared}
    assert len(shown) == 3
    assert shown & set(made.others) == set()
    assert [each.numerator for each in made.facts.not_in_source] == [None]


def test_every_reading_is_marked_synthetic_and_the_eleventh_unit_a_placeholder():
    readings = replaying.shipped(NAME)
    assert len(readings) == 84
    assert all(each["synthetic"] is True and "SYNTHETIC" in each["case"] for each in readings)
    units = {each["pdu"]: each["pdu_name"] for each in readings}
    assert len(units) == 11
    assert [name for name in units.values() if "placeholder" in name] == [units["N52-ELEVENTH"]]


def test_the_statements_that_cannot_be_nested_both_hold_among_the_invented_readings():
    from assay.inspection.findings.definitions import definitions
    from assay.inspection.findings.rules import gather

    made = replaying.replay(NAME)
    found = {each.id: each for each in gather(made.readings, definitions=definitions(made.facts.framework))}
    available = found["children-available"].count
    assert available.share is not None
    assert 0.5 < available.share < 2 / 3
    assert found["information-analysed"].count.denominator > available.numerator


BAD = {
    "an answer the scale has not": (lambda one: one["answers"].update(E1="perhaps"), "E1 is not answered"),
    "a question nobody asks": (lambda one: one["answers"].update(Z1="yes"), "no question Z1"),
    "an answer taken away": (lambda one: one["answers"].pop("E1"), "Not answered: E1"),
    "a fact nobody knows": (lambda one: one["facts"].update(shoe=9), "no fact shoe"),
    "a key nobody knows": (lambda one: one.update(name="A. Person"), "not known: name"),
    "a key too few": (lambda one: one.pop("pdu"), "missing: pdu"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_reading_that_cannot_be_counted_is_named_by_row(fault, tmp_path):
    change, sentence = BAD[fault]
    readings = copy.deepcopy(replaying.shipped(NAME))
    change(readings[4])
    with pytest.raises(Unfit) as unfit:
        replaying.replay(NAME, brought=readings)
    assert [(each.row, sentence in each.message.worded()) for each in unfit.value.problems] == [(5, True)]
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(readings), "utf-8")
    assert run(NAME, "--format", "json", "--answers", str(path)).exit_code == 2


@pytest.mark.parametrize("content", ["", "{}", "[1]", "[]", '[{"case": 1}'])
def test_a_file_without_readings_is_refused(content, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text(content, "utf-8")
    result = run(NAME, "--answers", str(path))
    assert (result.exit_code, result.exception.__class__) == (2, SystemExit)


def test_one_assignment_cannot_be_brought_twice():
    readings = replaying.shipped(NAME)
    with pytest.raises(Unfit) as unfit:
        replaying.readings_from([readings[0], readings[0]], framework=load("dynamic-public-protection-2025"))
    assert unfit.value.problems[0].row == 2


def test_there_is_no_other_replay():
    assert run("nowhere-2026").exit_code == 2
    with pytest.raises(KeyError):
        replaying.replay("nowhere-2026")
