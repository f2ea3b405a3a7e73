"""Estimation equals the references of its field to the digits stated; a convention that differs is named."""

from __future__ import annotations

import csv
from datetime import date
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa
from statsmodels.stats.proportion import confint_proportions_2indep

from assay.core.estimation.agreement import cohen, fleiss, gwet_ac1, krippendorff
from assay.core.estimation.compare import change
from assay.core.estimation.estimate import (
    Selection,
    design_effect,
    domain,
    model_assisted,
    plain_proportion,
    proportion,
)
from assay.core.estimation.intervals import student_quantile, wilson
from assay.core.estimation.rating import bands_from, misclassification, rating, rating_probability
from assay.core.estimation.score import Score, auc_delong
from assay.core.estimation.small_area import fay_herriot
from assay.core.figures import Count, Estimate

HERE = Path(__file__).parent / "estimation"
BANDS = bands_from([(0, "inadequate"), (50, "requires improvement"), (65, "good"), (80, "outstanding")])


def rows(name: str) -> list[dict[str, str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


CASES = rows("cases.csv")
JUDGED = [row for row in CASES if row["y"]]
REFERENCE = {row["name"]: float(row["value"]) for row in rows("references.csv")}
TABLES: dict[str, Any] = yaml.safe_load((HERE / "agreement.yaml").read_text("utf-8"))
Y = [int(row["y"]) for row in JUDGED]
CLUSTER = [row["cluster"] for row in JUDGED]
SAMPLE = Selection(
    ids=tuple(row["id"] for row in JUDGED),
    stratum=tuple(row["stratum"] for row in JUDGED),
    sizes={"a": 160, "b": 120, "c": 80, "d": 40},
)
SCORE = Score(
    ids=tuple(row["id"] for row in CASES),
    values=[float(row["score"]) for row in CASES],
    frozen_on=date(2026, 1, 1),
)
ANNOUNCED = date(2026, 2, 1)


@pytest.mark.parametrize("ci", ["logit", "beta"])
@pytest.mark.parametrize("percent", [80, 95])
@pytest.mark.parametrize(("design", "cluster"), [("strata", None), ("clusters", CLUSTER)])
def test_rates_of_strata_and_of_clusters_are_those_of_svy(ci, percent, design, cluster):
    made = proportion(Y, SAMPLE, ci=ci, level=percent / 100, cluster=cluster)
    assert made.value == pytest.approx(REFERENCE[f"{design} value"], abs=1e-12)
    assert made.se == pytest.approx(REFERENCE[f"{design} se"], abs=1e-12)
    assert made.lower == pytest.approx(REFERENCE[f"{design} {ci} {percent} lower"], abs=1e-12)
    assert made.upper == pytest.approx(REFERENCE[f"{design} {ci} {percent} upper"], abs=1e-12)


@pytest.mark.parametrize("percent", [80, 95])
@pytest.mark.parametrize(("design", "cluster", "df"), [("strata", None, 86), ("clusters", CLUSTER, 28)])
def test_wilsons_differs_from_svys_by_its_second_allowance_for_the_degrees_of_freedom(
    percent, design, cluster, df
):
    """svy takes Student's t and also shortens the effective size as Korn and Graubard do; we take t alone."""
    level = percent / 100
    made = proportion(Y, SAMPLE, level=level, cluster=cluster)
    t = student_quantile(level, df=df)
    theirs = wilson(made.value, n=made.n_eff * (student_quantile(level, df=89) / t) ** 2, quantile=t)
    assert made.df == df
    assert theirs == (
        pytest.approx(REFERENCE[f"{design} wilson {percent} lower"], abs=1e-12),
        pytest.approx(REFERENCE[f"{design} wilson {percent} upper"], abs=1e-12),
    )
    assert (made.lower, made.upper) == wilson(made.value, n=made.n_eff, quantile=t)


def test_rates_of_parts_are_those_of_svy():
    parts = ["high" if float(row["score"]) > 0.3 else "low" for row in JUDGED]
    made = domain(Y, SAMPLE, parts)
    assert list(made) == ["high", "low"]
    for name, each in made.items():
        assert isinstance(each, Estimate)
        assert each.value == pytest.approx(REFERENCE[f"part {name} value"], abs=1e-12)
        assert each.se == pytest.approx(REFERENCE[f"part {name} se"], abs=1e-12)


def test_the_regression_estimate_is_that_of_svy_but_for_the_factor_for_the_covariate():
    """svy and R's survey take nothing off for covariates; ours has (n - H) / (n - H - p) in the variance."""
    made = model_assisted(Y, SAMPLE, SCORE, announced_on=ANNOUNCED)
    assert made.fallback_reason is None
    assert made.value == pytest.approx(REFERENCE["greg value"], abs=1e-12)
    theirs = REFERENCE["greg se without the factor for covariates"]
    assert made.se == pytest.approx(theirs * sqrt(86 / 85), abs=1e-12)
    assert made.df == 85


def test_the_design_effect_is_that_of_svy():
    assert design_effect(Y, CLUSTER).deff == pytest.approx(REFERENCE["deff of clusters"], abs=1e-12)


def test_fay_and_herriots_model_is_that_of_samplics_and_of_rs_sae():
    areas = rows("milk.csv")
    x = [[1.0, *(float(row["major_area"] == name) for name in "234")] for row in areas]
    made = fay_herriot(
        [float(row["direct"]) for row in areas], [float(row["std_error"]) ** 2 for row in areas], x
    )
    for name, found in (("eblup", made.eblup), ("mse", made.mse)):
        assert found == pytest.approx(np.array([float(row[name]) for row in areas]), abs=1e-10)
        assert found == pytest.approx(np.array([float(row[f"{name}_r"]) for row in areas]), abs=1e-6)
    assert made.coef == pytest.approx(np.array([0.9681890, 0.1327801, 0.2269462, -0.2413011]), abs=1e-6)
    assert made.sigma2 == pytest.approx(0.018550334762, abs=1e-9)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_krippendorffs_alpha_is_the_published_one(metric):
    table = TABLES["krippendorff"]
    made = krippendorff(table["ratings"], metric=metric, seed=1, n_draws=50)
    assert round(made.value, 3) == table["published"][metric]
    assert made.value == pytest.approx(table["computed"][metric], abs=1e-12)


def test_gwets_ac1_and_fleisss_kappa_are_those_of_irrcac_with_their_intervals():
    raw = [[k for k, times in enumerate(row) for _ in range(times)] for row in TABLES["fleiss"]["counts"]]
    pairs = [
        (gwet_ac1(TABLES["krippendorff"]["ratings"]), TABLES["krippendorff"]["gwet"]),
        (gwet_ac1(raw), TABLES["fleiss"]["gwet"]),
        (fleiss(TABLES["fleiss"]["counts"]), TABLES["fleiss"]["computed"]),
    ]
    for made, expected in pairs:
        for name, value in expected.items():
            assert getattr(made, name) == pytest.approx(value, abs=1e-9), name


def test_fleisss_kappa_is_statsmodels_and_the_published_one():
    made = fleiss(TABLES["fleiss"]["counts"])
    assert round(made.value, 3) == TABLES["fleiss"]["published"]
    assert made.value == pytest.approx(fleiss_kappa(np.array(TABLES["fleiss"]["counts"])), abs=1e-12)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
@pytest.mark.parametrize("table", [[[20, 5], [10, 15]], [[30, 4, 1], [6, 22, 5], [2, 7, 23]]])
def test_cohens_kappa_is_statsmodels_with_its_error(table, weights):
    made = cohen(table, weights=weights)
    wt = None if weights == "none" else weights
    theirs = cohens_kappa(np.array(table), wt=wt)
    assert made.value == pytest.approx(theirs.kappa, abs=1e-12)
    assert made.se == pytest.approx(theirs.std_kappa, abs=1e-12)
    assert (made.lower, made.upper) == (
        pytest.approx(theirs.kappa_low, abs=1e-9),
        pytest.approx(theirs.kappa_upp, abs=1e-9),
    )


def test_delongs_error_is_that_of_another_library():
    made = auc_delong(Y, [float(row["score"]) for row in JUDGED])
    assert made.value == pytest.approx(TABLES["delong"]["area"], abs=1e-9)
    assert made.se == pytest.approx(TABLES["delong"]["se"], abs=2e-9)


def test_a_change_has_newcombes_interval_as_statsmodels_makes_it():
    first, second = (plain_proportion(Count(k, 84, "case", "all")) for k in (41, 50))
    assert first is not None
    assert second is not None
    made = change(first, second)
    expected = confint_proportions_2indep(50, 84, 41, 84, method="newcomb", compare="diff")
    assert (made.lower, made.upper) == (
        pytest.approx(expected[0], abs=1e-9),
        pytest.approx(expected[1], abs=1e-9),
    )


# The design's own table of wrong ratings: of 20,000, both percentages rounded half up. True percentage, then
# the chance in per cent of a wrong one with 40, 70, 84, 165 and 330 cases.
WRONG = """
45 31.5 23.5 20.8 12.7 4.7
49 51.2 48.1 47.0 45.9 42.1
52 40.7 33.8 32.5 25.1 18.4
55 34.5 21.3 18.4 8.0 2.3
60 39.1 23.1 20.5 11.8 5.0
64 54.3 44.1 44.0 44.5 44.2
66 41.6 43.2 41.4 34.3 26.6
70 30.3 22.0 18.2 6.6 1.3
75 35.4 23.5 20.8 8.0 2.5
78 48.7 41.3 41.0 30.3 24.9
82 28.6 27.0 24.4 21.7 12.2
"""


@pytest.mark.parametrize("line", WRONG.strip().splitlines())
def test_wrong_ratings_are_those_of_the_table(line):
    percent, *expected = map(float, line.split())
    found = [
        misclassification(percent / 100, n, 20_000, BANDS, rounding="half_up").wrong
        for n in (40, 70, 84, 165, 330)
    ]
    assert [round(100 * each, 1) for each in found] == expected


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [
        (41, 84, {"inadequate": 0.586, "requires improvement": 0.412, "good": 0.001}),
        (162, 330, {"inadequate": 0.629, "requires improvement": 0.371}),
        (52, 80, {"requires improvement": 0.501, "good": 0.495}),
        (56, 70, {"good": 0.509, "outstanding": 0.488}),
    ],
)
def test_chances_of_a_rating_are_those_of_the_design(k, n, expected):
    made = plain_proportion(Count(k, n, "case", "all"))
    assert made is not None
    chances = rating_probability(made, BANDS).chances
    assert {name: chances[name] for name in expected} == pytest.approx(expected, abs=1e-3)


def test_the_published_49_per_cent_is_inadequate_and_50_is_not():
    assert rating(Count(41, 84, "case", "all"), BANDS, rounding="half_up") == "inadequate"
    assert rating(Count(42, 84, "case", "all"), BANDS, rounding="half_up") == "requires improvement"
