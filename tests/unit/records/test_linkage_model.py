"""The model as data: what it may say, and what it says of two sources."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pyarrow as pa
import pytest
from pydantic import ValidationError

from assay.records.linkage import model as models
from assay.records.linkage.learning import leaning
from assay.records.linkage.people import in_columns
from assay.records.linkage.preparing import prepared

TEXT = resources.files("assay.records.linkage").joinpath("model.yaml").read_text("utf-8")
STANDARD = frozenset({"record_id", "forename", "surname", "date_of_birth", "gender", "council"})


def test_every_comparison_and_block_says_why_and_every_level_what_it_means() -> None:
    model = models.shipped()
    assert [each.name for each in model.comparisons] == [
        "forename", "surname", "date_of_birth", "gender", "place", "relatives", "crn", "pnc",
    ]  # fmt: skip
    assert all(len(each.why) > 20 for each in model.comparisons)
    assert all(each.why for each in model.blocks)
    assert all(level.says for each in model.comparisons for level in each.levels)


def test_the_best_level_weighs_most_and_the_last_of_what_is_learned_speaks_against() -> None:
    for comparison in models.shipped().comparisons:
        weights = [level.weight for level in comparison.levels if level.counts]
        if comparison.learned:
            assert max(weights) > 0 > weights[-1], comparison.name


def test_conditions_name_columns_that_are_prepared() -> None:
    columns = set(prepared(in_columns(pa.table({}))).column_names)
    model = models.shipped()
    used = {
        name
        for each in model.comparisons
        for level in each.levels
        for name in re.findall(r"\b([a-z_]+)_[lr]\b", level.when)
    }
    used |= {name for each in model.blocks for name in re.findall(r"\b[lr]\.([a-z_]+)", each.when)}
    used |= {name for when in model.learn_in for name in re.findall(r"\b[lr]\.([a-z_]+)", when)}
    used |= {need for each in model.comparisons for need in each.needs} | set(model.sure)
    assert used - columns == set()


def test_what_neither_source_can_show_is_not_compared() -> None:
    over = models.shipped().over(STANDARD)
    assert [each.name for each in over.comparisons] == [
        "forename", "surname", "date_of_birth", "gender", "place", "relatives",
    ]  # fmt: skip
    assert [each.why for each in over.blocks if "crn" in each.when or "pnc" in each.when] == []
    assert len(over.blocks) == 7
    assert models.shipped().over(STANDARD | {"pnc", "postcode"}).comparison("pnc").label == "Police number"


def test_learned_values_take_the_place_of_shipped_ones_and_of_no_others() -> None:
    same = "gender_l = gender_r"
    changed = models.shipped().with_values({("gender", same): {"m": 0.5}})
    before, after = (each.comparison("gender").levels for each in (models.shipped(), changed))
    assert (after[0].m, after[0].u) == (0.5, before[0].u)
    assert after[1] == before[1]
    assert changed.hash != models.shipped().hash


@pytest.mark.parametrize(
    ("of", "to", "said"),
    [
        ("        counts: no\n", "        m: 0.5\n", "has m and u"),
        ("      - when: gender_l = gender_r", "      - when: ELSE", "ELSE"),
        ("version: 1", "version: 1\nstray: 2", "Extra inputs"),
        ("least: 0.001", "least: 2", "less than 1"),
    ],
)
def test_a_mistake_in_the_model_is_refused(of: str, to: str, said: str) -> None:
    assert of in TEXT
    with pytest.raises(ValidationError, match=said):
        models.read(TEXT.replace(of, to, 1))


def test_a_level_hardly_seen_leans_on_the_shipped_value() -> None:
    assert leaning(0.0, 0.001, seen=0) == pytest.approx(0.001)
    assert leaning(0.0, 0.001, seen=5_000) == pytest.approx(0.0005)
    assert leaning(0.02, 0.001, seen=5_000_000) == pytest.approx(0.02, rel=0.001)


def test_people_are_prepared_in_the_order_of_their_keys() -> None:
    rows = [
        {"record_id": "B", "forename": "Bill John", "surname": "O'Neal", "date_of_birth": date(1990, 3, 12),
         "gender": "N", "council": " Invented  Council 1", "postcode": "z1a 2bx", "pnc": "zz/12-3"},
        {"record_id": "A", "forename": "Ann", "postcode": "Z1", "gender": "F"},
    ]  # fmt: skip
    first, second = prepared(in_columns(pa.Table.from_pylist(rows))).to_pylist()
    assert (first["unique_id"], first["gender"], first["postcode"], first["surname_sound"]) == (
        "A",
        "F",
        None,
        None,
    )
    assert {name: value for name, value in second.items() if value is not None} == {
        "unique_id": "B",
        "forename": "bill",
        "forename_root": "william",
        "forename_sound": "flm",
        "surname": "oneal",
        "surname_sound": "anl",
        "date_of_birth": "1990-03-12",
        "birth_year": 1990,
        "birth_day": "03-12",
        "birth_swapped": "1990-12-03",
        "council": "invented council 1",
        "postcode": "Z1A2BX",
        "district": "Z1A",
        "pnc": "ZZ123",
    }
