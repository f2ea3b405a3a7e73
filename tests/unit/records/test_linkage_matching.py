"""Two sources in, candidate pairs out: the weights of a handful of people by hand, and those of a trial."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import log2
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from assay.core.errors import Unfit
from assay.records.linkage import model as models
from assay.records.linkage.matching import COMMON, NOT_COMPARED, RARE, Found, match, pair_key
from assay.records.linkage.measuring import At, measured
from assay.records.linkage.people import SCHEMA, Source, in_columns
from assay.records.linkage.trials import Trial, invent

AS_AT = date(2026, 2, 26)
NEVER = models.LearnFrom(records=10**9, sure_pairs=10**9, why="Values given are used as they are.")
NOBODY = {"record_id": "N", "forename": "Zara", "surname": "Figment", "date_of_birth": date(1970, 5, 6)}


def source(name: str, *rows: dict[str, Any], synthetic: bool = True) -> Source:
    return Source(
        name=name,
        as_at=AS_AT,
        synthetic=synthetic,
        people=in_columns(pa.Table.from_pylist(list(rows), schema=SCHEMA)),
    )


def person(record_id: str, **more: Any) -> dict[str, Any]:
    known = {"forename": "Ann", "surname": "Sample", "date_of_birth": date(1990, 2, 3), "gender": "F"}
    return {"record_id": record_id, **known, "council": "Invented council 1", **more}


def weights(left: dict[str, Any], right: dict[str, Any], *, from_weight: float = -30.0) -> dict[str, Any]:
    """The only pair of two people, each beside somebody else of whom the other source knows nothing."""
    found = match(source("one", left, NOBODY), source("other", right), from_weight=from_weight)
    rows = [row for row in found.candidates.to_pylist() if row["left_id"] != "N"]
    assert len(rows) == 1
    return rows[0]


def test_the_weight_of_a_pair_is_what_can_be_worked_out_by_hand() -> None:
    found = weights(person("L1"), person("R1", date_of_birth=date(1990, 3, 2)))
    # No pair is surely one person, so one is taken to be, and 0.55 of all true ones: 1 / 0.55 of 2 pairs.
    prior = min(1 / 0.55 / 2, 0.5)
    common = 2 / 3  # two of the three forenames of both sources are Ann, two of the three surnames Sample
    parts = {
        "before_weight": log2(prior / (1 - prior)),
        "forename_weight": log2(0.78 / common),
        "surname_weight": log2(0.82 / common),
        "date_of_birth_weight": log2(0.045 / 0.00002),
        "gender_weight": log2(0.99 / 0.75),
        "place_weight": log2(0.3 / 0.01),
        "relatives_weight": 0.0,
    }
    assert {name: found[name] for name in parts} == {name: round(part, 2) for name, part in parts.items()}
    assert found["match_weight"] == round(sum(round(part, 2) for part in parts.values()), 2)
    assert found["match_probability"] == pytest.approx(1 / (1 + 2.0 ** -found["match_weight"]), abs=1e-6)
    assert found["forename_says"] == f"the same, and {COMMON}"
    assert found["date_of_birth_says"] == "day and month exchanged"


# Of each: what is compared, what the first and the second record hold otherwise, and what is said of it.
LEVELS: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    ("forename", {"forename": "Will"}, {"forename": "Bill"}, "one is a short form of the other"),
    ("forename", {"forename": "Mohammed"}, {"forename": "Muhammad"}, "sounds the same"),
    ("forename", {"forename": "Chantelle"}, {"forename": "Chantelxe"}, "nearly the same letters"),
    ("forename", {"forename": "Ann"}, {"forename": "A."}, "one is only an initial, and it fits"),
    ("forename", {"forename": "Ann"}, {"forename": "Kim"}, "different"),
    ("forename", {"forename": None}, {}, NOT_COMPARED),
    ("forename", {}, {"forename": "Sample", "surname": "Ann"}, "forename and surname exchanged"),
    (
        "surname",
        {},
        {"forename": "Sample", "surname": "Ann"},
        "exchanged with the forename, and counted there",
    ),
    ("surname", {"surname": "SAMPLE"}, {"surname": "Sámple"}, "the same"),
    ("surname", {}, {"surname": "Sample-Unreal"}, "one is part of the other"),
    ("surname", {"surname": "Chowdrey"}, {"surname": "Chaudhry"}, "sounds the same"),
    ("surname", {}, {"surname": "Unreal"}, "different; women's surnames change more often"),
    ("surname", {"gender": "M"}, {"surname": "Unreal", "gender": "M"}, "different"),
    (
        "date_of_birth",
        {},
        {"date_of_birth": date(1990, 1, 1)},
        "the same year, and 1 January in one of them",
    ),
    (
        "date_of_birth",
        {},
        {"date_of_birth": date(1990, 2, 8)},
        "one digit differs, or two stand exchanged",
    ),
    (
        "date_of_birth",
        {},
        {"date_of_birth": date(1909, 2, 3)},
        "one digit differs, or two stand exchanged",
    ),
    ("date_of_birth", {}, {"date_of_birth": date(1984, 11, 27)}, "different"),
    ("date_of_birth", {}, {"date_of_birth": None}, NOT_COMPARED),
    ("gender", {}, {"gender": "N"}, NOT_COMPARED),
    ("place", {}, {"council": None}, NOT_COMPARED),
    ("place", {}, {"council": "invented  COUNCIL 1"}, "the same council"),
    ("place", {}, {"council": "Invented council 2"}, "different"),
    ("place", {"postcode": "Z1A 2BX"}, {"postcode": "z1a2bx"}, "the same postcode"),
    ("place", {"postcode": "Z1A 2BX"}, {"postcode": "Z1A 9XX"}, "the same postcode district"),
    ("pnc", {"pnc": "ZZ01/23"}, {"pnc": "zz0123"}, "the same"),
    ("pnc", {"pnc": "ZZ0123"}, {"pnc": "ZZ0124"}, "one character differs"),
    ("crn", {"crn": "X900001"}, {"crn": "X900002"}, "different"),
)
MADE_UP = {"date_of_birth": date(1990, 1, 1)}


@pytest.fixture(scope="module")
def weighed() -> dict[str, dict[str, Any]]:
    """Every pair of ``LEVELS`` by its number, and some by name, in one run: those of one person are weighed
    with others about, which changes how common their names are and nothing else."""
    pairs = {str(number): (left, right) for number, (_, left, right, _) in enumerate(LEVELS)}
    pairs |= {"alike": ({}, {}), "made up": (MADE_UP, MADE_UP), "twin": ({}, {"forename": "Kim"})}
    pairs |= {"mother": ({}, {"date_of_birth": date(1964, 8, 9)})}
    left = [person(f"L{name}", **one) for name, (one, _) in pairs.items()]
    right = [person(f"R{name}", **other) for name, (_, other) in pairs.items()]
    found = match(source("one", *left), source("other", *right), from_weight=-30.0).candidates.to_pylist()
    return {row["left_id"][1:]: row for row in found if row["left_id"][1:] == row["right_id"][1:]}


@pytest.mark.parametrize("number", range(len(LEVELS)), ids=[f"{each[0]}: {each[3]}" for each in LEVELS])
def test_each_thing_compared_stands_at_the_level_that_describes_it(
    number: int, weighed: dict[str, dict[str, Any]]
) -> None:
    comparison, _, _, says = LEVELS[number]
    assert weighed[str(number)][f"{comparison}_says"].removesuffix(f", and {COMMON}") == says


def test_1_january_on_both_sides_says_less_than_another_day(weighed: dict[str, dict[str, Any]]) -> None:
    made_up, known = weighed["made up"], weighed["alike"]
    assert made_up["date_of_birth_says"].startswith("the same, but 1 January")
    assert made_up["date_of_birth_weight"] == round(log2(0.005 / 0.00002), 2)
    assert known["date_of_birth_weight"] == round(log2(0.84 / 0.00006), 2)


def test_a_place_that_relatives_share_does_not_count(weighed: dict[str, dict[str, Any]]) -> None:
    said = {
        name: (weighed[name]["place_weight"], weighed[name]["relatives_weight"])
        for name in ("twin", "mother")
    }
    assert said == {"twin": (0.0, -4.0), "mother": (0.0, 0.0)}
    assert weighed["alike"]["place_weight"] == round(log2(0.3 / 0.01), 2)


def test_a_rare_name_says_more_than_a_common_one() -> None:
    others = [
        person(f"P{n}", date_of_birth=date(1980, 1, 2 + n), surname=f"Other{'abcdefgh'[n]}") for n in range(8)
    ]
    left = [person("L1"), person("L2", forename="Zebedee", surname="Unreal"), *others]
    right = [person("R1"), person("R2", forename="Zebedee", surname="Unreal")]
    rows = match(source("one", *left), source("other", *right)).candidates.to_pylist()
    said = {(row["left_id"], row["right_id"]): row["forename_weight"] for row in rows}
    assert said["L1", "R1"] == round(log2(0.78 / (10 / 12)), 2)
    assert said["L2", "R2"] == round(log2(0.78 / (2 / 12)), 2)


def test_only_candidates_of_the_weight_asked_for_are_given(found: Found, trial: Trial) -> None:
    kept = found.candidates.filter(pc.greater_equal(found.candidates["match_weight"], 9.9))
    of_those = kept["pair"].to_pylist()
    again = match(
        *trial.sources(), from_weight=9.9, model=found.model.model_copy(update={"learn_from": NEVER})
    )
    assert again.candidates.num_rows > 0
    assert min(again.candidates["match_weight"].to_pylist()) >= 9.9
    assert set(again.candidates["pair"].to_pylist()) == set(of_those)


def test_empty_sources_have_no_candidates_and_mixed_ones_are_refused() -> None:
    nobody = Source(name="none", as_at=AS_AT, synthetic=True, people=in_columns(pa.table({})))
    assert match(source("one", person("L1")), nobody).candidates.num_rows == 0
    with pytest.raises(Unfit):
        match(source("one", person("L1")), source("other", person("R1"), synthetic=False))
    with pytest.raises(Unfit) as unfit:
        match(
            source("one", person("L1")),
            source("other", {"record_id": "R1", "forename": "Ann", "gender": "F"}),
        )
    assert [each.rule for each in unfit.value.problems] == ["in-common"]


def test_a_pair_is_known_by_the_same_key_whichever_source_comes_first() -> None:
    assert pair_key("a", "1", "b", "2") == pair_key("b", "2", "a", "1")
    assert (
        len({pair_key("a", "1", "b", "2"), pair_key("a", "2", "b", "1"), pair_key("a1", "", "b", "2")}) == 3
    )
    one, other = source("it's one", person("L1"), NOBODY), source("another", person("R1"))
    keys = {match(*given).candidates["pair"].to_pylist()[0] for given in ((one, other), (other, one))}
    assert keys == {pair_key("another", "R1", "it's one", "L1")}


# A trial: who is who is known


@pytest.fixture(scope="module")
def trial() -> Trial:
    return invent(left=3_000, right=2_400, shared=1_400, seed=5)


@pytest.fixture(scope="module")
def found(trial: Trial) -> Found:
    """What is found in it, with values learned from it; fewer pairs are drawn than in earnest."""
    return match(*trial.sources(), from_weight=-4.0, model=quick())


@pytest.fixture(scope="module")
def by_weight(found: Found, trial: Trial) -> dict[float, At]:
    return {each.weight: each for each in measured(found.candidates, trial, weights=(-4.0, 0.0, 4.0, 10.0))}


def quick() -> models.Model:
    return models.shipped().model_copy(update={"pairs_for_u": 150_000})


def share(count: Any) -> float:
    assert count.share is not None
    return float(count.share)


def test_the_values_are_learned_where_there_are_enough_people(found: Found) -> None:
    assert found.learned.learned
    assert found.learned.sure_pairs > 700
    born = found.model.comparison("date_of_birth").levels
    assert born[1].m == pytest.approx(0.84, abs=0.04)
    # Were pairs that are one person left among those drawn blindly, this would be 0.00025.
    assert 0.00003 < (born[1].u or 0) < 0.00015
    fixed = [(each.name, level.m) for each in found.model.comparisons for level in each.levels if level.fixed]
    assert fixed == [("forename", 0.02), ("date_of_birth", 0.02)]
    assert found.model.comparison("relatives") == models.shipped().comparison("relatives")


def test_precision_and_recall_at_each_weight(by_weight: dict[float, At]) -> None:
    """Bounds a little below what was seen: 0.967 and 0.991, 0.997 and 0.971, 1.000 and 0.936."""
    least = {0.0: (0.95, 0.98), 4.0: (0.985, 0.955), 10.0: (0.995, 0.91)}
    for weight, (precision, recall) in least.items():
        at = by_weight[weight]
        assert share(at.precision) >= precision, at
        assert share(at.recall) >= recall, at
    assert by_weight[0.0].recall.denominator == 1_400


def test_recall_by_what_differs(by_weight: dict[float, At]) -> None:
    found_at_0 = {kind: share(count) for kind, count in by_weight[0.0].found.items()}
    for kind in (
        "nothing differs",
        "moved",
        "day and month exchanged",
        "forename and surname exchanged",
        "double-barrelled surname",
        "1 January in place of the birth date",
        "forename an initial only",
    ):
        assert found_at_0[kind] >= 0.98, kind
    for kind in ("name respelt from another script", "typing mistake", "one digit of the birth date wrong"):
        assert found_at_0[kind] >= 0.93, kind
    assert found_at_0["surname changed"] >= 0.80
    assert found_at_0["two of these at once"] < 0.95, (
        "two mistakes at once are missed at times, and the manual says so"
    )


def test_who_is_easily_taken_for_somebody_else(by_weight: dict[float, At]) -> None:
    wrong = by_weight[4.0].wrong
    assert "sibling a year apart" not in by_weight[0.0].wrong
    assert "parent or child of the same name" not in wrong
    assert "twin" not in wrong
    assert by_weight[0.0].wrong["twin"] > 0, "twins come up for a person to decide, with little weight"
    assert set(by_weight[10.0].wrong) <= {"somebody else of the same name", "nothing but chance"}


def test_parts_add_up_and_ranks_follow_weights(found: Found) -> None:
    rows = found.candidates.to_pylist()
    parts = ["before_weight", *(f"{each.name}_weight" for each in found.model.comparisons)]
    assert [row for row in rows if round(sum(row[part] for part in parts), 2) != row["match_weight"]] == []
    order = [(-row["match_weight"], row["left_id"], row["right_id"]) for row in rows]
    assert order == sorted(order)
    for side in ("left", "right"):
        heaviest: dict[str, float] = {}
        for row in rows:
            best = heaviest.setdefault(row[f"{side}_id"], row["match_weight"])
            assert (row[f"rank_{side}"] == 1) is (row["match_weight"] == best)


def test_rare_and_common_names_are_said_to_be_so(found: Found) -> None:
    assert f"the same, and {COMMON}" in found.candidates["surname_says"].to_pylist()
    assert {f"the same, and {RARE}", f"the same, and {COMMON}"} <= set(
        found.candidates["forename_says"].to_pylist()
    )


def test_the_same_people_in_another_order_and_with_one_thread_give_the_same_rows(
    found: Found, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_DUCKDB_THREADS", "1")
    left, right = (
        replace(each, people=each.people.sort_by([("surname", "descending"), ("record_id", "descending")]))
        for each in trial.sources()
    )
    assert match(left, right, from_weight=-4.0, model=quick()).candidates == found.candidates


def test_few_people_are_weighed_with_the_shipped_values() -> None:
    small = invent(left=500, right=400, shared=200, seed=5)
    found = match(*small.sources())
    assert not found.learned.learned
    assert found.model == models.shipped().over(small.sources()[0].filled)
    (at,) = measured(found.candidates, small, weights=(4.0,))
    assert share(at.precision) >= 0.97
    assert share(at.recall) >= 0.94


def test_a_police_number_in_both_finds_nearly_everybody() -> None:
    small = invent(left=500, right=400, shared=200, seed=6)
    (with_number,), (without,) = (
        measured(match(*small.sources(without=out)).candidates, small, weights=(4.0,))
        for out in (("postcode",), ("postcode", "pnc"))
    )
    assert share(with_number.recall) >= share(without.recall)
    assert share(with_number.precision) >= 0.99
    assert share(with_number.recall) >= 0.97


def test_a_trial_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    one, again, other = (invent(left=200, right=150, shared=80, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one.left != other.left
    assert (one.left.num_rows, one.right.num_rows, one.truth.num_rows) == (200, 150, 80)
    assert (
        len(set(one.truth["right_id"].to_pylist()) | set(one.lookalikes["right_id"].to_pylist())) == 80 + 12
    )
