from __future__ import annotations

from dataclasses import FrozenInstanceError
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from assay.core.errors import Unfit
from assay.core.ratings.checking import PARTS
from assay.core.ratings.loading import parsed, read, rules_for
from assay.core.ratings.types import sourced
from assay.core.standards import frameworks, load
from tests.factories.ratings import MEAN, TEXT, framework_of, small, standard

OWN = "  own: [{key_question: %s, sufficient: [%s], base: [%s], source: s, confidence: ours}%s]\n"
BASE = '  base: ["yes", "no"]\n'


def problems(text: str) -> list[tuple[str, str | None, str]]:
    with pytest.raises(Unfit) as refused:
        small(text)
    found = refused.value.problems
    assert all(each.file == "ratings.yaml" for each in found)
    assert {each.remedy.worded() for each in found} == {
        "Correct ratings.yaml and load it again; rules in use are never edited."
    }
    return [(each.rule, each.column, each.message.worded()) for each in found]


@pytest.mark.parametrize("id", frameworks())
def test_every_shipped_framework_has_rules_that_fit_it(id: str) -> None:
    rules = rules_for(id)
    assert rules.id == id
    assert rules.used is load(id).ratings.used
    assert all(source and confidence for source, confidence in sourced(rules).values())


def test_the_rules_are_frozen_and_named_by_the_hash_of_their_file() -> None:
    _, rules = small()
    assert rules.version == sha256(TEXT.encode()).hexdigest()[:12]
    with pytest.raises(FrozenInstanceError):
        rules.used = False  # type: ignore[misc]


def test_levels_are_found_by_code_and_ranked_from_the_lowest() -> None:
    _, rules = small()
    assert [rules.rank(each.code) for each in rules.levels] == [0, 1, 2, 3]
    assert rules.level("fine").score == 2
    assert rules.level("fine").names == {"fine", "e", "2"}
    for ask in (rules.level, rules.rank):
        with pytest.raises(KeyError):
            ask("middling")


def test_a_mean_may_be_banded_and_rounded_and_the_whole_left_unrated() -> None:
    assert small(MEAN)[1].composite is not None
    both = MEAN.replace("of: [key_question_percentage]", "of: [key_question_percentage, composite_mean]")
    assert small(both)[1].rounding is not None
    without = yaml.safe_load(TEXT)
    del without["composite"]
    assert small(yaml.safe_dump(without))[1].composite is None


def test_every_part_says_where_it_is_from() -> None:
    own = OWN.replace("source: s", "source: own") % ("q4", "'yes'", "'yes'", "")
    _, rules = small(TEXT.replace('  base: ["yes", "no"]\n', f'  base: ["yes", "no"]\n{own}'))
    assert sourced(rules) == {
        "ratings": ("these tests", "published"),
        "scale": ("the scale's source", "published"),
        "bands": ("the bands' source", "recalled_high"),
        "questions": ("the questions' source", "recalled_high"),
        "rounding": ("the rounding's source", "ours"),
        "composite": ("the composite's source", "derived"),
        "discretion": ("the discretion's source", "recalled_high"),
        "questions (q4)": ("own", "ours"),
        "discretion (near_boundary)": ("the first trigger's source", "recalled_high"),
        "discretion (one_case)": ("the second trigger's source", "recalled_high"),
        "discretion (small_base)": ("the third trigger's source", "ours"),
        "discretion (other_evidence)": ("the fourth trigger's source", "ours"),
    }
    unrated = rules_for("dynamic-public-protection-2025")
    assert list(sourced(unrated)) == ["ratings"]


def test_another_rounding_is_the_askers_own() -> None:
    _, rules = small()
    assert rules.rounded_by("half_up") is rules
    other = rules.rounded_by("none").rounding
    assert other is not None
    assert (other.how, other.source, other.confidence) == ("none", "Chosen for this run", "ours")
    assert (other.places, other.of) == (0, ("key_question_percentage",))


@pytest.mark.parametrize(
    ("old", "new", "rule", "place", "says"),
    [
        ("id: small", "id: other", "id is the framework", "id", "these are the rules of other, beside small"),
        ("id: small", "id: tiny", "id is the framework", "id", "these are the rules of tiny, beside small"),
        (
            "at_least: 0}",
            "at_least: -1}",
            "bands begin at 0",
            "bands",
            "the first band must begin at 0 per cent",
        ),
        ("at_most: 4}", "at_most: 0}", "bands rise", "composite", "each band must end above the one before"),
        (
            "at_least: 65}",
            "at_least: 40}",
            "bands rise",
            "bands",
            "each band must begin above the one before, and at 100 or below",
        ),
        (
            "near_boundary, value: 5,",
            "near_boundary, value: -5,",
            "a trigger has its value",
            "discretion",
            "near_boundary needs a value above 0",
        ),
        (
            "because: For",
            'version: "1"\nbecause: For',
            "version is the hash",
            "version",
            "it is worked out from the file, not written in it",
        ),
        ("short: F,", "short: p,", "words are unique", "scale", "'p' names more than one level"),
        ("short: F,", "short: '2',", "words are unique", "scale", "'2' names more than one level"),
        (
            "score: 2",
            "score: 4",
            "scores rise",
            "scale",
            "the scores must rise from the lowest level on, from 0 or more",
        ),
        (
            "score: 0",
            "score: -1",
            "scores rise",
            "scale",
            "the scores must rise from the lowest level on, from 0 or more",
        ),
        (
            "{rating: fair, at_least: 50}",
            "{rating: fine, at_least: 50}",
            "a band for each level",
            "bands",
            "a band is expected for each of poor, fair, fine, best, in order",
        ),
        (
            "{rating: fair, at_most: 4}",
            "{rating: fine, at_most: 4}",
            "a band for each level",
            "composite",
            "a band is expected for each of poor, fair, fine, best, in order",
        ),
        (
            "at_least: 0}",
            "at_least: 1}",
            "bands begin at 0",
            "bands",
            "the first band must begin at 0 per cent",
        ),
        (
            "at_least: 65}",
            "at_least: 50}",
            "bands rise",
            "bands",
            "each band must begin above the one before, and at 100 or below",
        ),
        (
            "at_least: 80}",
            "at_least: 101}",
            "bands rise",
            "bands",
            "each band must begin above the one before, and at 100 or below",
        ),
        ("at_most: 4}", "at_most: 1}", "bands rise", "composite", "each band must end above the one before"),
        (
            "at_most: 4}",
            "at_most: 4.5}",
            "totals are whole",
            "composite",
            "a band of a total ends at a whole number",
        ),
        (
            "at_most: 9}",
            "at_most: 10}",
            "bands end at the maximum",
            "composite",
            "the last band must end at 9",
        ),
        (
            'sufficient: ["yes"]',
            'sufficient: ["does_not_apply"]',
            "sufficient is in the base",
            "questions",
            "'does_not_apply' is sufficient and not in the base",
        ),
        (
            BASE,
            BASE + OWN % ("q9", "'yes'", "'yes'", ""),
            "key question exists",
            "q9",
            "it has a rule of its own and is not in the framework",
        ),
        (
            BASE,
            BASE + OWN % ("q1", "'no'", "'yes'", ""),
            "sufficient is in the base",
            "q1",
            "'no' is sufficient and not in the base",
        ),
        (
            BASE,
            BASE
            + OWN
            % (
                "q1",
                "'yes'",
                "'yes'",
                ", {key_question: q1, sufficient: ['yes'], base: ['yes'], source: s, confidence: ours}",
            ),
            "one rule a question",
            "q1",
            "it has more than one rule of its own",
        ),
        (
            "allowed: true",
            "allowed: false",
            "triggers where allowed",
            "discretion",
            "it has triggers where it is allowed, and only there",
        ),
        (
            "trigger: one_case,",
            "trigger: near_boundary,",
            "triggers are unique",
            "discretion",
            "near_boundary is there more than once",
        ),
        (
            "near_boundary, value: 5,",
            "near_boundary,",
            "a trigger has its value",
            "discretion",
            "near_boundary lacks its value, or has one",
        ),
        (
            "other_evidence,",
            "other_evidence, value: 1,",
            "a trigger has its value",
            "discretion",
            "other_evidence lacks its value, or has one",
        ),
        (
            "near_boundary, value: 5,",
            "near_boundary, value: 0,",
            "a trigger has its value",
            "discretion",
            "near_boundary needs a value above 0",
        ),
        (
            "standards: [M]",
            "standards: [Z]",
            "standard exists",
            "discretion",
            "other_evidence names Z, which is nowhere",
        ),
        (
            "of: [key_question_percentage]",
            "of: [key_question_percentage, key_question_percentage]",
            "named once",
            "rounding",
            "what is rounded is named twice",
        ),
        (
            "of: [key_question_percentage]",
            "of: [composite_mean]",
            "something to round",
            "rounding",
            "the mean is rounded where it is not what is banded",
        ),
    ],
)
def test_nonsense_is_refused_in_a_sentence(old: str, new: str, rule: str, place: str, says: str) -> None:
    assert old in TEXT
    assert problems(TEXT.replace(old, new)) == [(rule, place, f"ratings.yaml, {place}: {says}.")]


def test_two_levels_of_one_score_are_two_faults() -> None:
    assert [rule for rule, _, _ in problems(TEXT.replace("score: 2", "score: 1"))] == [
        "words are unique",
        "scores rise",
    ]


def test_a_first_band_is_needed() -> None:
    none = TEXT.replace(
        TEXT[TEXT.index("    - {rating: poor, at_least") : TEXT.index("  source: the bands'")], ""
    )
    found = problems(none.replace("bands:\n  levels:\n", "bands:\n  levels: []\n"))
    assert [rule for rule, _, _ in found] == ["a band for each level", "bands begin at 0"]


def test_a_last_band_is_needed() -> None:
    none = TEXT.replace(
        TEXT[TEXT.index("    - {rating: poor, at_most") : TEXT.index("  source: the comp")], ""
    )
    found = problems(none.replace("of: total\n  bands:\n", "of: total\n  bands: []\n"))
    assert [rule for rule, _, _ in found] == ["a band for each level", "bands end at the maximum"]


def test_an_answer_must_be_one_of_the_frameworks() -> None:
    framework = framework_of((standard("L", "q1"),))
    object.__setattr__(framework, "scale", framework.scale[:1])
    with pytest.raises(Unfit) as refused:
        parsed(TEXT.replace("at_most: 9}", "at_most: 8}").encode(), framework)
    rules = [(each.rule, each.column, each.message.worded()) for each in refused.value.problems]
    assert (
        "answer exists",
        "questions",
        "ratings.yaml, questions: 'no' is not an answer of the framework's scale.",
    ) in rules


def test_a_standard_by_its_lowest_has_something_that_is_lowest() -> None:
    with pytest.raises(Unfit) as refused:
        small(TEXT, L=standard("L", "q6"), M=standard("M", "q4"), J=standard("J", rule="judgement"))
    assert [each.message.worded() for each in refused.value.problems] == [
        "ratings.yaml, L: it is rated by its lowest key question, and none of them is rated by its share."
    ]


def test_something_must_count() -> None:
    with pytest.raises(Unfit) as refused:
        small(TEXT, M=standard("M", "q4", counts=False))
    assert "no standard of the framework counts" in [
        each.message.worded().split(": ", 1)[1].rstrip(".") for each in refused.value.problems
    ]


def test_a_mean_ends_at_the_top_score_and_is_all_that_can_be_rounded_to() -> None:
    assert problems(MEAN.replace("at_most: 3}", "at_most: 9}")) == [
        ("bands end at the maximum", "composite", "ratings.yaml, composite: the last band must end at 3.")
    ]


@pytest.mark.parametrize("part", ["scale", "bands", "questions", "rounding", "discretion"])
def test_with_ratings_every_part_is_written(part: str) -> None:
    cut = yaml.safe_load(TEXT)
    del cut[part]
    assert problems(yaml.safe_dump(cut)) == [
        (
            "every rule is written",
            part,
            f"ratings.yaml, {part}: ratings are used, and this part is missing.",
        )
    ]


@pytest.mark.parametrize("part", ["scale", "bands", "questions", "rounding", "discretion", "composite"])
def test_without_ratings_no_part_is_written(part: str) -> None:
    whole = yaml.safe_load(TEXT)
    bare = {key: whole[key] for key in ("id", "because", "source", "confidence", part)} | {"used": False}
    assert problems(yaml.safe_dump(bare)) == [
        ("one answer", "used", "ratings.yaml, used: ratings are not used here and used in framework.yaml."),
        (
            "no rules without ratings",
            part,
            f"ratings.yaml, {part}: ratings are not used, so there is nothing to rule.",
        ),
    ]


def test_ratings_are_not_used_where_the_framework_says_so() -> None:
    text = TEXT.replace("id: small", "id: dynamic-public-protection-2025")
    with pytest.raises(Unfit) as refused:
        parsed(text.encode(), load("dynamic-public-protection-2025"))
    assert (
        refused.value.problems[0].message.worded()
        == "ratings.yaml, used: ratings are used here and not used in framework.yaml."
    )


def test_what_the_schema_refuses_is_named_by_its_place() -> None:
    assert problems(TEXT.replace("at_least: 50", "at_least: half")) == [
        (
            "decimal_parsing",
            "bands > levels > 1 > at_least",
            "ratings.yaml, bands > levels > 1 > at_least: input should be a valid decimal.",
        )
    ]
    assert problems(TEXT.replace("places: 0", "places: 0\n  digits: 3"))[0][:2] == (
        "unexpected_keyword_argument",
        "rounding > digits",
    )
    assert problems("[]")[0][1] is None


@pytest.mark.parametrize(
    ("part", "key", "value", "rule"),
    [
        *((part, "source", "", "string_too_short") for part in yaml.safe_load(TEXT) if part in PARTS),
        ("scale", "levels", [{"code": "a", "label": "A", "short": "A", "score": 0}], "too_short"),
        ("questions", "sufficient", [], "too_short"),
        ("questions", "base", [], "too_short"),
        ("rounding", "places", -1, "greater_than_equal"),
        ("rounding", "places", 7, "less_than_equal"),
        ("discretion", "at_most_bands", 0, "greater_than_equal"),
    ],
)
def test_a_part_holds_at_least_and_at_most_so_much(part: str, key: str, value: object, rule: str) -> None:
    whole = yaml.safe_load(TEXT)
    whole[part][key] = value
    ((found, place, _),) = problems(yaml.safe_dump(whole))
    assert (found, place) == (rule, f"{part} > {key}")


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("rounding", "places", 6),
        ("discretion", "at_most_bands", 1),
        ("scale", "source", "s"),
        ("bands", "source", "s"),
        ("questions", "source", "s"),
        ("rounding", "source", "s"),
        ("composite", "source", "s"),
        ("discretion", "source", "s"),
    ],
)
def test_a_part_may_hold_just_so_much(part: str, key: str, value: object) -> None:
    whole = yaml.safe_load(TEXT)
    whole[part][key] = value
    assert getattr(getattr(small(yaml.safe_dump(whole))[1], part), key) == value


def test_the_best_may_need_every_case() -> None:
    rules = small(TEXT.replace("at_least: 80", "at_least: 100"))[1]
    assert rules.bands is not None
    assert rules.bands.levels[-1].at_least == 100


def test_two_levels_are_enough() -> None:
    whole = yaml.safe_load(TEXT)
    whole["scale"]["levels"] = whole["scale"]["levels"][:2]
    whole["bands"]["levels"] = whole["bands"]["levels"][:2]
    whole["composite"]["bands"] = [{"rating": "poor", "at_most": 1}, {"rating": "fair", "at_most": 3}]
    assert [each.code for each in small(yaml.safe_dump(whole))[1].levels] == ["poor", "fair"]


@pytest.mark.parametrize("key", ["because", "source"])
def test_the_whole_says_why_and_where_from(key: str) -> None:
    whole = yaml.safe_load(TEXT)
    whole[key] = ""
    assert [(rule, place) for rule, place, _ in problems(yaml.safe_dump(whole))] == [
        ("string_too_short", key)
    ]
    whole[key] = "s"
    assert getattr(small(yaml.safe_dump(whole))[1], key) == "s"


def test_a_trigger_and_an_own_rule_say_where_they_are_from() -> None:
    own = OWN.replace("source: s", "source: ''") % ("q4", "'yes'", "'yes'", "")
    assert [(rule, place) for rule, place, _ in problems(TEXT.replace(BASE, BASE + own))] == [
        ("string_too_short", "questions > own > 0 > source")
    ]
    for place in ("sufficient", "base"):
        own = (OWN % ("q4", "'yes'", "'yes'", "")).replace(f"{place}: ['yes']", f"{place}: []")
        assert [(rule, where) for rule, where, _ in problems(TEXT.replace(BASE, BASE + own))] == [
            ("too_short", f"questions > own > 0 > {place}")
        ]
    nameless = TEXT.replace("source: the first trigger's source", "source: ''")
    assert [(rule, place) for rule, place, _ in problems(nameless)] == [
        ("string_too_short", "discretion > triggers > 0 > source")
    ]
    short = TEXT.replace("source: the first trigger's source", "source: s")
    assert sourced(small(short)[1])["discretion (near_boundary)"] == ("s", "recalled_high")


def test_a_panel_moves_by_one_band_where_nothing_else_is_said() -> None:
    rules = small(TEXT.replace("  at_most_bands: 1\n", ""))[1]
    assert rules.discretion is not None
    assert rules.discretion.at_most_bands == 1


def test_what_is_not_yaml_is_refused() -> None:
    ((rule, place, said),) = problems("a: [")
    assert (rule, place) == ("not YAML", "the file")
    assert said.startswith("ratings.yaml, the file: while parsing a flow")
    assert "\n" not in said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unfit) as refused:
        read(tmp_path, load("pdu-2023"))
    assert [(each.rule, each.message.worded()) for each in refused.value.problems] == [
        ("missing file", "ratings.yaml, the file: it is missing from the folder.")
    ]


def test_an_unknown_framework_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        rules_for("no-such-framework")
