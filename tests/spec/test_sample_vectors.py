"""Our sampling gives the numbers that others have published."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.core.estimation.allocation import half_up, neyman
from assay.core.estimation.design import allocate_half_up, sample_size
from assay.core.estimation.nested import capped, shared_out

VECTORS = yaml.safe_load(Path(__file__).with_name("sample_vectors.yaml").read_text("utf-8"))
SAMPLER, HOUSE = VECTORS["sampler"], VECTORS["house"]


@pytest.mark.parametrize("given", SAMPLER["strata"], ids=str)
def test_strata_are_those_of_the_published_sampler(given: dict[str, Any]) -> None:
    sizes = dict(zip("abcdefgh", given["sizes"], strict=False))
    found = allocate_half_up(sizes, given["n"], buffer_percent=given["buffer"])
    assert list(found.values()) == given["gives"]


def test_the_first_stratum_is_reduced_from_55_for_rounding() -> None:
    steps = [
        (each.name, each.value)
        for each in half_up(dict(zip("abcde", (454, 138, 327, 129, 169), strict=True)), 148).steps
        if each.at == ("a",)
    ]
    assert steps[1:] == [("rounded", 55), ("for rounding", 54)]


@pytest.mark.parametrize("given", SAMPLER["clusters"], ids=str)
def test_clusters_are_those_of_the_published_example(given: dict[str, Any]) -> None:
    found = allocate_half_up(dict(zip("abc", given["sizes"], strict=True)), given["n"])
    assert list(found.values()) == given["gives"]


@pytest.mark.parametrize("n", range(10, 91))
@pytest.mark.parametrize("buffer", [0, 10])
def test_the_published_rule_always_gives_what_was_asked(n: int, buffer: int) -> None:
    found = allocate_half_up({"a": 60, "b": 30, "c": 30}, n, buffer_percent=buffer)
    assert sum(found.values()) == n + (n * buffer + 50) // 100


@pytest.mark.parametrize("given", SAMPLER["practitioners"], ids=str)
def test_practitioners_are_capped_as_in_the_published_sampler(given: dict[str, Any]) -> None:
    names = "abcde"[: len(given["asked"])]
    asked, sizes, held = (
        dict(zip(names, given.get(each, [0] * len(names)), strict=True)) for each in ("asked", "of", "held")
    )
    assert list(capped(asked, sizes, cap=6, held=held).values()) == given["gives"]


@pytest.mark.parametrize("given", SAMPLER["places"], ids=str)
def test_places_are_those_of_the_published_sampler(given: dict[str, Any]) -> None:
    sizes = {("all", *place.split("/")): size for place, size in given["cases"].items()}
    counts, _ = shared_out(sizes, {"all": given["n"]}, cap=6, published=True)
    assert {"/".join(place[1:]): count for place, count in counts.items()} == given["gives"]


def test_the_house_of_representatives_is_apportioned_as_it_was() -> None:
    sizes = {name: people for name, (people, _) in HOUSE["states"].items()}
    assert sum(sizes.values()) == HOUSE["population"]
    seats = {name: each for name, (_, each) in HOUSE["states"].items()}
    equal = dict.fromkeys(sizes, 0.5)
    assert neyman(sizes, HOUSE["seats"], spread=equal, least=1).counts == seats
    # New York was 89 people short of Minnesota's last seat.
    for more, expected in ((88, 26), (89, 27)):
        sizes["New York"] = HOUSE["states"]["New York"][0] + more
        found = neyman(sizes, HOUSE["seats"], spread=equal, least=1).counts
        assert found["New York"] == expected
        assert found["Minnesota"] == 34 - expected


@pytest.mark.parametrize(
    ("population", "n"), [(56, 42), (80, 54), (94, 60), (213, 93), (1217, 145), (1500, 148)]
)
def test_sizes_at_80_and_5_are_those_worked_out_for_published_inspections(population: int, n: int) -> None:
    """Worked out there to the nearest whole case; ours are rounded up, so that the margin is met."""
    found = sample_size(population, margin=0.05)
    assert round(found.n_fpc) == n
    assert found.n in (n, n + 1)
    assert found.n - 1 < found.n_fpc <= found.n


@pytest.mark.parametrize(
    ("population", "at_80", "at_95", "at_95_and_10"),
    [
        (100, 63, 80, 50),
        (200, 91, 132, 66),
        (300, 107, 169, 73),
        (500, 124, 218, 81),
        (1000, 142, 278, 88),
        (1200, 145, 292, 89),
        (2000, 152, 323, 92),
        (5000, 160, 357, 95),
        (20000, 163, 377, 96),
    ],
)
def test_sizes_are_those_of_the_table_of_the_design(
    population: int, at_80: int, at_95: int, at_95_and_10: int
) -> None:
    assert sample_size(population, margin=0.05).n == at_80
    assert sample_size(population, margin=0.05, level=0.95).n == at_95
    assert sample_size(population, margin=0.1, level=0.95).n == at_95_and_10


def test_shares_within_places_add_up() -> None:
    sizes = {("s", "c", "u", f"p{n}"): n + 1 for n in range(8)}
    counts, _ = shared_out(sizes, {"s": 20}, cap=None, published=False)
    assert sum(Counter(counts).values()) == 20
