from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assay.core.errors import Unfit
from assay.core.standards import frameworks, load
from assay.core.standards.loading import FOLDER
from assay.inspection.findings import definitions as made
from assay.inspection.findings.definitions import rule_from
from assay.inspection.findings.wording import in_words, intervals_in_words

FRAMEWORK = "dynamic-public-protection-2025"


def written() -> dict:
    return yaml.safe_load((FOLDER / FRAMEWORK / made.FILE).read_text("utf-8"))


def read(tmp_path: Path, whole: object):
    path = tmp_path / made.FILE
    path.write_text(yaml.safe_dump(whole), "utf-8")
    return made.read(path, framework=load(FRAMEWORK))


def says(unfit: pytest.ExceptionInfo[Unfit]) -> str:
    return " ".join(each.message.worded() for each in unfit.value.problems)


@pytest.mark.parametrize("framework", frameworks())
def test_every_shipped_file_is_fit_and_every_rule_can_be_said(framework):
    shipped = made.definitions(framework)
    assert shipped.findings
    for each in shipped.findings:
        assert in_words(each.denominator, load(framework))
        assert in_words(each.numerator, load(framework))
        assert each.sentence.format(numerator=1, denominator=2).endswith(".")


def test_the_hash_is_of_the_files_bytes(tmp_path):
    whole = written()
    before = read(tmp_path, whole)
    whole["findings"][0]["sentence"] = "Other words for {numerator} of {denominator}."
    assert read(tmp_path, whole).hash != before.hash
    assert read(tmp_path, written()).hash == before.hash


FAULTS = {
    "a question the framework has not": (
        lambda one: one.update(numerator={"answer": "Z9", "is": ["yes"]}),
        "no question Z9",
    ),
    "an answer the question never has": (
        lambda one: one.update(numerator={"answer": "E1", "is": ["does_not_apply"]}),
        "never answered 'does_not_apply'",
    ),
    "a YAML yes that became true": (
        lambda one: one.update(numerator={"answer": "E1", "is": [True]}),
        "never answered True",
    ),
    "a fact the framework has not": (
        lambda one: one.update(denominator={"fact": "shoe_size", "is": ["9"]}),
        "no fact shoe_size",
    ),
    "a value the fact never has": (
        lambda one: one.update(denominator={"fact": "sex", "is": ["man"]}),
        "never 'man'",
    ),
    "a rule of no known form": (lambda one: one.update(numerator={"exec": "1"}), "is not a rule"),
    "a rule with one key too many": (
        lambda one: one.update(numerator={"answer": "E1", "is": ["yes"], "or": 1}),
        "is not a rule",
    ),
    "a key nobody reads": (lambda one: one.update(weight=2), "not known: weight"),
    "no population": (lambda one: one.pop("population"), "missing: population"),
    "a place nobody fills": (lambda one: one.update(sentence="{percent} of all."), "has a place other"),
    "a group that is not there": (lambda one: one.update(group="none"), "no group 'none'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named(tmp_path, fault):
    change, sentence = FAULTS[fault]
    whole = written()
    change(whole["findings"][0])
    with pytest.raises(Unfit) as unfit:
        read(tmp_path, whole)
    assert sentence in says(unfit)


@pytest.mark.parametrize(
    "wrong", [{}, {"exact_below": 10}, {"exact_below": 10, "exact_above": 1.5, "source": "ours"}, "always"]
)
def test_a_rule_for_intervals_that_says_too_little_is_named(tmp_path, wrong):
    whole = written()
    whole["intervals"] = wrong
    with pytest.raises(Unfit) as unfit:
        read(tmp_path, whole)
    assert "is not `exact_below` (a count), `exact_above` (0.0 to 1.0) and `source`" in says(unfit)


def test_two_findings_cannot_have_one_id(tmp_path):
    whole = written()
    whole["findings"][1]["id"] = whole["findings"][0]["id"]
    with pytest.raises(Unfit) as unfit:
        read(tmp_path, whole)
    assert "another finding has this id" in says(unfit)


def test_a_file_that_is_not_yaml_and_one_for_another_framework_are_refused(tmp_path):
    path = tmp_path / made.FILE
    path.write_text("id: [", "utf-8")
    with pytest.raises(Unfit):
        made.read(path, framework=load(FRAMEWORK))
    whole = written()
    whole["id"] = "another"
    with pytest.raises(Unfit) as unfit:
        read(tmp_path, whole)
    assert "is for another" in says(unfit)


def test_a_rule_is_never_run_as_code():
    with pytest.raises(ValueError, match="is not a rule"):
        rule_from("__import__('os').system('true')")  # type: ignore[arg-type]


def test_a_rule_in_words_names_the_question_and_the_answer():
    one = made.definitions(FRAMEWORK).finding("effective-work")
    assert one is not None
    words = in_words(one.numerator, load(FRAMEWORK))
    assert words.endswith("(E1) is answered Yes")


def test_a_rule_in_words_is_put_into_another_language_part_by_part():
    one = made.definitions(FRAMEWORK).finding("information-analysed")
    assert one is not None
    seen: list[str] = []

    def translate(sentence: str) -> str:
        seen.append(sentence)
        return sentence

    in_words(one.denominator, load(FRAMEWORK), translate)
    assert {"{one} and {other}", "{one} or {other}", "“{fact}” is {values}", "Yes"} <= set(seen)


def test_the_rule_for_intervals_in_words_names_its_limits_and_whose_it_is():
    words = intervals_in_words(made.definitions(FRAMEWORK).intervals)
    assert "exact where fewer than 10 were counted, fewer than 10 were not, or more than 50%" in words
    assert words.endswith("(this rule: ours)")
