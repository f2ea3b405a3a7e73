from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from math import inf, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.estimation import counted, estimate, intervals
from assay.core.estimation.assembly import ASSISTED, BY_CLUSTERS, BY_STRATA, without_spread
from assay.core.estimation.design import draw
from assay.core.estimation.effects import design_effect
from assay.core.estimation.estimate import Selection, Withheld, domain, model_assisted, proportion
from assay.core.estimation.frame import Frame
from assay.core.estimation.judgements import judgements
from assay.core.estimation.score import Model, Score, check_frozen
from assay.core.figures import Count, Estimate

BEFORE, ANNOUNCED = date(2026, 1, 31), date(2026, 2, 1)


def said(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.message.worded()


def one_stratum(n: int, size: int) -> Selection:
    return Selection(tuple(f"c{i}" for i in range(n)), ("all",) * n, {"all": size})


def two_strata() -> tuple[list[int], Selection]:
    ids = tuple(f"c{i}" for i in range(10))
    return [1, 1, 0, 1, 0, 1, 0, 0, 0, 1], Selection(ids, ("a",) * 6 + ("b",) * 4, {"a": 60, "b": 20})


def scored(
    n: int = 60, size: int = 200, *, seed: int = 1, columns: int = 1
) -> tuple[list[int], Selection, Score]:
    """The first n of a frame of one stratum, whose scores say something of what was judged."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(size, columns))
    y = (values[:, 0] + rng.normal(size=size) > 0).astype(int)
    score = Score(ids=tuple(f"c{i}" for i in range(size)), values=values, frozen_on=BEFORE)
    return y[:n].tolist(), one_stratum(n, size), score


# The plain rate


@pytest.mark.parametrize(("ci", "method"), [("wilson", "wilson"), ("exact", "exact")])
def test_one_stratum_has_the_textbooks_interval_of_the_count(ci, method):
    made = proportion([1] * 7 + [0] * 23, one_stratum(30, 90), ci=ci)
    plain = counted.plain_proportion(Count(7, 30, "case", estimate.EVERY_CASE), population=90, method=method)
    assert plain is not None
    assert replace(made, inputs_hash="") == replace(plain, inputs_hash="")


def test_clopper_and_pearsons_knows_no_population():
    made = proportion([1] * 7 + [0] * 23, one_stratum(30, 90), ci="clopper-pearson")
    assert (made.lower, made.upper) == intervals.clopper_pearson(7, 30, level=0.95)
    assert made.method == "exact binomial"


def test_a_wald_interval_is_the_error_either_way():
    made = proportion([1] * 12 + [0] * 18, one_stratum(30, 90), ci="wald")
    error = sqrt((1 - 30 / 90) * 0.4 * 0.6 / 29)
    half = intervals.student_quantile(0.95, df=29) * error
    assert made.se == pytest.approx(error, abs=1e-15)
    assert (made.lower, made.upper) == (pytest.approx(0.4 - half), pytest.approx(0.4 + half))
    assert (made.df, made.method) == (29, "Wald, by strata")
    assert made.n_eff == pytest.approx(29 / (1 - 30 / 90))
    assert made.gain == pytest.approx(29 / (60 / 90) / (30 * 89 / 60))


def test_strata_are_those_of_the_form_for_counts():
    y, sample = two_strata()
    made = proportion(y, sample, unit="assignment", population="all")
    expected = counted.stratified_proportion(
        judged={"a": [True, True, False, True, False, True], "b": [False, False, False, True]},
        sizes={"a": 60, "b": 20},
        unit="assignment",
        population="all",
    )
    assert made.value == pytest.approx((60 * 4 / 6 + 20 / 4) / 80)
    for name in ("value", "se", "lower", "upper", "n_eff", "df", "gain"):
        assert getattr(made, name) == pytest.approx(getattr(expected, name), abs=1e-12), name
    assert (made.method, made.of, made.warnings) == (expected.method, expected.of, ("small base",))


@pytest.mark.parametrize("ci", ["exact", "clopper-pearson"])
def test_an_exact_interval_needs_one_stratum_and_no_clusters(ci):
    y, sample = two_strata()
    expected = f"ci: {ci} needs a sample of one stratum and no clusters."
    assert said(lambda: proportion(y, sample, ci=ci)) == expected
    assert said(lambda: proportion([1, 0], one_stratum(2, 9), ci=ci, cluster=["x", "y"])) == expected


def test_an_unknown_interval_is_refused_with_those_there_are():
    expected = "ci: cube is not one of wilson, exact, clopper-pearson, logit, beta, wald."
    assert said(lambda: proportion([1], one_stratum(1, 2), ci="cube")) == expected


@pytest.mark.parametrize("ci", estimate.CIS)
def test_everyone_judged_leaves_no_width(ci):
    made = proportion([1, 0, 0], one_stratum(3, 3), ci=ci)
    assert (made.lower, made.upper, made.method) == (1 / 3, 1 / 3, estimate.WHOLE)


def test_without_variance_within_the_strata_the_weighted_rate_keeps_an_interval_of_its_own():
    sample = Selection(("a", "b", "c", "d"), ("x", "x", "z", "z"), {"x": 10, "z": 30})
    made = proportion([1, 1, 0, 0], sample)
    assert made.value == 0.25
    assert made.fallback_reason == "no variance within the strata"
    assert made.n_eff == pytest.approx(4 * 39 / 36)
    assert (made.lower, made.upper) == pytest.approx(
        intervals.wilson(0.25, n=made.n_eff, quantile=intervals.normal_quantile(0.95))
    )
    assert (made.df, made.gain, made.method) == (inf, 1.0, counted.FINITE_WILSON)
    assert made.se == pytest.approx(sqrt(0.25 * 0.75 / made.n_eff))


def test_all_alike_in_one_stratum_has_wilsons_though_another_was_asked_for():
    made = proportion([1] * 20, one_stratum(20, 50), ci="logit")
    assert (made.value, made.upper, made.fallback_reason) == (1.0, 1.0, counted.NO_VARIANCE)
    assert made.lower < 0.95


def test_no_spread_of_a_whole_population_is_no_fallback():
    made = without_spread(Count(2, 4, "case", "all"), 0.5, population=4, level=0.95)
    assert (made.lower, made.upper, made.se, made.gain) == (0.5, 0.5, 0.0, inf)
    assert (made.method, made.fallback_reason) == (estimate.WHOLE, None)


def test_clusters_have_the_variance_of_their_sums():
    y, cluster = [1, 1, 0, 0, 1, 0], ["p", "p", "q", "q", "r", "r"]
    made = proportion(y, one_stratum(6, 600), cluster=cluster)
    # The rate is a half; the clusters' sums of (y - 1/2)/6 are 1/6, -1/6 and 0.
    assert made.se == pytest.approx(sqrt(3 / 2 * 2 / 36))
    assert (made.df, made.method) == (2, "Wilson, by clusters")


def test_a_cluster_alone_in_its_stratum_is_set_against_all():
    sample = Selection(tuple("abcdef"), ("x",) * 4 + ("z",) * 2, {"x": 4000, "z": 2000})
    made = proportion([1, 1, 0, 1, 0, 0], sample, cluster=["p", "p", "q", "q", "r", "r"])
    sums = [1 / 6, 0, -1 / 6]
    assert made.value == 0.5
    assert made.se == pytest.approx(sqrt(2 * (2 * (1 / 12) ** 2) + sums[2] ** 2))
    assert made.df == 1


def test_one_cluster_in_every_stratum_leaves_nothing_to_compare():
    made = proportion([1, 0, 1], one_stratum(3, 30), cluster=["p", "p", "p"])
    assert made.fallback_reason == counted.NO_VARIANCE


@pytest.mark.parametrize("table", [BY_STRATA, BY_CLUSTERS, ASSISTED])
def test_every_interval_has_a_name_of_its_own(table):
    assert list(table) == ["wilson", "logit", "beta", "wald"]
    assert len(set(table.values())) == 4


def test_an_interval_is_called_by_its_level():
    made = proportion([1, 0, 0], one_stratum(3, 9), level=0.8)
    assert (made.level, made.interval_name.worded()) == (0.8, "80% confidence interval")
    assert proportion([1, 0], one_stratum(2, 9)).interval_name.worded() == "95% confidence interval"


def test_the_hash_is_over_everything_the_rate_was_made_from():
    y, sample = two_strata()
    hashes = [
        proportion(y, sample),
        proportion([0, *y[1:]], sample),
        proportion([None, *y[1:]], sample),
        proportion(y, replace(sample, sizes={"a": 61, "b": 20})),
        proportion(y, sample, level=0.8),
        proportion(y, sample, ci="logit"),
        proportion(y, sample, cluster=list("abcdefghij")),
    ]
    assert len({each.inputs_hash for each in hashes}) == len(hashes)
    assert proportion(y, sample).inputs_hash == proportion(y, sample).inputs_hash


def test_the_exact_interval_by_its_own_name():
    assert estimate.hypergeometric_ci(7, 30, 90) == intervals.hypergeometric(7, 30, population=90, level=0.95)
    assert estimate.hypergeometric_ci(7, 30, 90, level=0.8) == intervals.hypergeometric(
        7, 30, population=90, level=0.8
    )


# What is made ready before


def test_a_case_nobody_judged_gives_its_weight_to_its_stratum():
    y, sample = two_strata()
    made = judgements([None, *y[1:]], sample)
    assert made.weight.tolist() == [12.0] * 5 + [5.0] * 4
    assert (made.n, made.population, made.counted) == (9, 80, 4)
    assert made.judged.tolist() == [5, 4]
    assert made.kept.tolist() == [False] + [True] * 9


@pytest.mark.parametrize(("missing", "warns"), [(2, False), (3, True)])
def test_more_than_one_in_ten_not_judged_is_said(missing, warns):
    made = proportion(
        [None] * missing + [1, 0] * ((20 - missing) // 2) + [1] * (missing % 2), one_stratum(20, 99)
    )
    assert ("more than 10% of the cases drawn were not judged" in made.warnings) is warns


def test_replacements_and_clusters_that_were_not_given_are_said():
    sample = one_stratum(30, 90)
    y = [1, 0] * 15
    assert proportion(y, sample).warnings == ()
    assert proportion(y, replace(sample, replaced=("x for c1",))).warnings == (
        "some cases were drawn in place of others",
    )
    clustered = replace(sample, cluster_of={"c1": "p"})
    assert proportion(y, clustered).warnings == ("cases were drawn by clusters, and none was given",)
    assert proportion(y, clustered, cluster=["p", "q"] * 15).warnings == ()


@pytest.mark.parametrize(("n", "warns"), [(19, True), (20, False)])
def test_a_small_base_is_said(n, warns):
    made = proportion([1, 0] * (n // 2) + [1] * (n % 2), one_stratum(n, 99))
    assert (made.warnings == ("small base",)) is warns


def test_what_does_not_fit_the_sample_is_refused_by_name():
    y, sample = two_strata()
    assert said(lambda: proportion(y[1:], sample)) == "y: 9 values were given for 10 cases of the sample."
    assert (
        said(lambda: proportion(y, sample, cluster=["p"]))
        == "cluster: 1 values were given for 10 cases of the sample."
    )
    assert said(lambda: proportion([2, *y[1:]], sample)) == "y: 2 is neither 0, nor 1, nor empty."
    assert said(lambda: proportion([None] * 10, sample)) == "y: no case of the sample was judged."
    assert (
        said(lambda: proportion([*y[:6], None, None, None, None], sample))
        == "stratum: no case of b was judged, and none can speak for it."
    )
    assert said(lambda: proportion(y, replace(sample, sizes={"a": 60}))) == "stratum: b is not in the frame."
    assert (
        said(lambda: proportion(y, replace(sample, sizes={"a": 5, "b": 20})))
        == "stratum: 6 cases were drawn from a, which has 5."
    )


def test_a_real_draw_is_estimated_as_it_is():
    frame = Frame(tuple(f"c{i}" for i in range(50)), ("a",) * 30 + ("b",) * 20)
    sample = draw(frame, {"a": 6, "b": 4}, seed="tea")
    made = proportion([1, 0, 1, 0, 1, 0, 1, 1, 1, 0], sample)
    assert made.value == pytest.approx((30 * 3 / 6 + 20 * 3 / 4) / 50)


def test_unequal_weights_within_one_stratum_are_counted():
    @dataclass(frozen=True)
    class Uneven:
        ids: tuple[str, ...] = ("a", "b", "c")
        stratum: tuple[str, ...] = ("x", "x", "x")
        weight: tuple[float, ...] = (10.0, 10.0, 20.0)
        sizes: dict[str, int] = field(default_factory=lambda: {"x": 40})
        replaced: tuple[str, ...] = ()
        cluster_of: None = None

    made = proportion([1, 0, 1], Uneven())
    assert made.value == pytest.approx(0.75)
    assert made.method == "Wilson, by strata"
    part = domain([1, 0, 1], Uneven(), ["x", "x", "x"], least=1)["x"]
    assert isinstance(part, Estimate)
    assert part.value == pytest.approx(0.75)


# With a score


def test_the_score_moves_the_rate_by_what_the_frame_has_more_of():
    y, sample, score = scored()
    made = model_assisted(y, sample, score, announced_on=ANNOUNCED)
    s = score.columns[:60, 0]
    slope = np.polyfit(s, y, 1)[0]
    assert made.value == pytest.approx(np.mean(y) + slope * (score.columns.mean() - s.mean()))
    assert made.rho2 == pytest.approx(np.corrcoef(s, y)[0, 1] ** 2)
    assert made.df == 58
    assert made.fallback_reason is None
    assert made.gain > 1
    assert made.method == "regression on a frozen score, Wilson at the effective size"
    assert (made.lower, made.upper) == pytest.approx(
        intervals.wilson(made.value, n=made.n_eff, quantile=intervals.student_quantile(0.95, df=58))
    )


def test_the_judged_rate_and_its_interval_stand_beside():
    y, sample, score = scored()
    made = model_assisted(y, sample, score, announced_on=ANNOUNCED)
    assert made.plain == proportion(y, sample)
    assert made.of == Count(sum(y), 60, "case", estimate.EVERY_CASE)
    few = model_assisted(y[:39], one_stratum(39, 200), score, announced_on=ANNOUNCED)
    assert few.plain == proportion(y[:39], one_stratum(39, 200))


def test_a_rate_is_not_made_from_scores_alone():
    _, sample, score = scored()
    refused = said(lambda: model_assisted([None] * 60, sample, score, announced_on=ANNOUNCED))
    assert refused == "y: no case was judged, and a rate is not made from scores alone."


@pytest.mark.parametrize("ci", ["exact", "clopper-pearson"])
def test_a_score_has_no_exact_interval(ci):
    y, sample, score = scored()
    refused = said(lambda: model_assisted(y, sample, score, announced_on=ANNOUNCED, ci=ci))
    assert refused == f"ci: {ci} cannot be made with a score."


def test_another_interval_is_made_at_the_same_error():
    y, sample, score = scored()
    made = model_assisted(y, sample, score, announced_on=ANNOUNCED, ci="logit", level=0.8)
    quantile = intervals.student_quantile(0.8, df=58)
    assert (made.lower, made.upper) == intervals.logit(made.value, se=made.se, quantile=quantile)
    assert made.level == 0.8
    assert made.plain is not None
    assert (made.plain.method, made.plain.level) == ("logit, by strata", 0.8)


@pytest.mark.parametrize(
    ("n", "counting", "reason"),
    [
        (39, 20, "too few cases were judged for a score to help"),
        (40, 20, None),
        (60, 9, "too few cases count, or too few do not, for a score to help"),
        (60, 10, None),
        (60, 50, None),
        (60, 51, "too few cases count, or too few do not, for a score to help"),
        (200, 100, "none, since everyone was counted"),
    ],
)
def test_where_little_was_judged_the_plain_rate_stands(n, counting, reason):
    _, _, score = scored()
    y = [1] * counting + [0] * (n - counting)
    made = model_assisted(y, one_stratum(n, 200), score, announced_on=ANNOUNCED)
    assert made.fallback_reason == reason
    if reason:
        plain = proportion(y, one_stratum(n, 200))
        assert (made.value, made.lower, made.upper, made.rho2) == (
            plain.value,
            plain.lower,
            plain.upper,
            None,
        )


def test_the_guards_can_be_set():
    _, _, score = scored()
    y = [1] * 5 + [0] * 25
    made = model_assisted(y, one_stratum(30, 200), score, announced_on=ANNOUNCED, min_count=5, min_n=30)
    assert made.fallback_reason is None


@pytest.mark.parametrize("value", [0.5, 0.0, 1 / 3, 0.1 + 0.2, 1e9 / 7])
def test_a_score_that_does_not_differ_gives_no_slope(value):
    """Equal numbers less their mean may leave some 1e-17, and no slope is to be made of that."""
    y, sample, _ = scored()
    flat = Score(ids=tuple(f"c{i}" for i in range(200)), values=[value] * 200, frozen_on=BEFORE)
    part = domain(
        y, sample, ["a", "b"] * 30, score=flat, frame_parts=["a", "b"] * 100, announced_on=ANNOUNCED
    )["a"]
    assert isinstance(part, Estimate)
    assert part.fallback_reason in (estimate.TOO_FEW, estimate.NO_SLOPE)
    made = model_assisted(y, sample, flat, announced_on=ANNOUNCED)
    assert made.fallback_reason == "the score does not differ among the judged cases"


def test_a_rate_beyond_one_or_without_variance_is_not_shown():
    ids = tuple(f"c{i}" for i in range(200))
    y, sample = [1] * 30 + [0] * 30, one_stratum(60, 200)
    perfect = Score(ids=ids, values=[1.0] * 30 + [0.0] * 30 + [1.0] * 140, frozen_on=BEFORE)
    far = Score(ids=ids, values=[1.0] * 29 + [0.0] * 31 + [9.0] * 140, frozen_on=BEFORE)
    for score in (perfect, far):
        made = model_assisted(y, sample, score, announced_on=ANNOUNCED)
        assert made.fallback_reason == "with the score the rate would lie beyond 0 or 1, or have no variance"


def test_twenty_judged_cases_bear_one_covariate():
    y, sample, score = scored(columns=4)
    refused = said(lambda: model_assisted(y, sample, score, announced_on=ANNOUNCED))
    assert refused == "score: it has 4 columns, and 60 judged cases bear 3."
    made = model_assisted(y, sample, score, announced_on=ANNOUNCED, max_covariates=4)
    assert made.df == 55
    three = Score(ids=score.ids, values=score.columns[:, :3], frozen_on=BEFORE)
    assert model_assisted(y, sample, three, announced_on=ANNOUNCED).df == 56


def test_the_scale_of_a_score_changes_nothing():
    y, sample, score = scored()
    thousands = Score(ids=score.ids, values=1e6 + 1e3 * score.columns, frozen_on=BEFORE)
    first, second = (model_assisted(y, sample, each, announced_on=ANNOUNCED) for each in (score, thousands))
    assert second.value == pytest.approx(first.value, abs=1e-9)
    assert second.se == pytest.approx(first.se, abs=1e-9)


def test_clusters_widen_an_assisted_rate_too():
    y, sample, score = scored()
    made = model_assisted(y, sample, score, announced_on=ANNOUNCED, cluster=[f"p{i // 3}" for i in range(60)])
    assert made.df == 18
    assert made.se != model_assisted(y, sample, score, announced_on=ANNOUNCED).se


def test_the_hash_knows_the_score():
    y, sample, score = scored()
    other = Score(ids=score.ids, values=score.columns * 2, frozen_on=BEFORE)
    hashes = {
        model_assisted(y, sample, score, announced_on=ANNOUNCED).inputs_hash,
        model_assisted(y, sample, other, announced_on=ANNOUNCED).inputs_hash,
        model_assisted(y, sample, score, announced_on=ANNOUNCED, min_n=41).inputs_hash,
        proportion(y, sample).inputs_hash,
    }
    assert len(hashes) == 4


# When a score may be used


def frozen(**changes: Any) -> Score:
    given = {"ids": ("c0", "c1", "c2"), "values": [0.1, 0.2, 0.3], "frozen_on": BEFORE}
    return Score(**given | changes)


@pytest.mark.parametrize(
    ("score", "announced_on", "expected"),
    [
        (
            frozen(),
            BEFORE,
            "score: it was fixed on 2026-01-31, not before the announcement on 2026-01-31.",
        ),
        (
            frozen(trained_on=frozenset({"c1", "x"})),
            ANNOUNCED,
            "score: it was fitted on 1 of the cases sampled.",
        ),
        (
            frozen(shown_for=frozenset({"c0", "c1"})),
            ANNOUNCED,
            "score: it was shown for 2 of the cases sampled.",
        ),
        (
            frozen(ids=("c0", "c1"), values=[0.1, 0.2]),
            ANNOUNCED,
            "score: it covers 2 cases, and the frame has 3.",
        ),
    ],
)
def test_a_score_is_refused_that_could_know_or_lead(score, announced_on, expected):
    sample = one_stratum(2, 3)
    assert said(lambda: check_frozen(score, sample, announced_on=announced_on)) == expected
    assert said(lambda: model_assisted([1, 0], sample, score, announced_on=announced_on)) == expected


def test_a_score_that_learned_from_others_and_was_shown_for_others_may_be_used():
    score = frozen(trained_on=frozenset({"x"}), shown_for=frozenset({"c2"}), trained_until=BEFORE)
    check_frozen(score, one_stratum(2, 3), announced_on=ANNOUNCED)
    assert score.of(["c2", "c0"]).tolist() == [[0.3], [0.1]]
    assert score.mean.tolist() == pytest.approx([0.2])
    assert said(lambda: score.of(["nobody"])) == "score: nobody has none."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"values": [0.1]}, "score: 1 values were given for 3 ids."),
        ({"ids": ("c0", "c0", "c1")}, "score: an id stands twice."),
        ({"values": [0.1, float("nan"), 0.2]}, "score: every case of the frame needs a number."),
        (
            {"trained_until": ANNOUNCED},
            "score: it learned from judgements until 2026-02-01, after it was fixed on 2026-01-31.",
        ),
    ],
)
def test_a_score_that_cannot_be_one_is_refused(changes, expected):
    assert said(lambda: frozen(**changes)) == expected


def test_the_hash_of_a_score_is_over_all_it_is():
    scores = [
        frozen(),
        frozen(ids=("c0", "c2", "c1")),
        frozen(values=[0.1, 0.2, 0.4]),
        frozen(frozen_on=date(2026, 1, 30)),
        frozen(trained_on=frozenset({"x"})),
        frozen(shown_for=frozenset({"x"})),
        frozen(trained_until=BEFORE),
        frozen(values=[[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]]),
    ]
    assert len({each.hash for each in scores}) == len(scores)
    assert frozen().hash == frozen().hash
    with pytest.raises(ValueError, match="read-only"):
        frozen().columns[0] = 1


def test_a_model_scores_a_frame_and_says_what_it_learned_from():
    model = Model(
        names=("a", "b"),
        coef=(1.0, -2.0),
        intercept=0.5,
        l2=1.0,
        trained_on=frozenset({"old"}),
        trained_until=BEFORE,
    )
    score = model.over(["c0", "c1"], np.array([[0.0, 0.0], [1.0, 1.0]]), frozen_on=BEFORE)
    assert score.columns[:, 0].tolist() == pytest.approx([1 / (1 + np.exp(-0.5)), 1 / (1 + np.exp(0.5))])
    assert (score.trained_on, score.trained_until) == (model.trained_on, BEFORE)
    assert replace(model, coef=(1.0, -2.5)).hash != model.hash != replace(model, intercept=0.6).hash


# Parts


def test_a_part_with_fewer_than_twenty_judged_cases_is_withheld():
    y = [1, 0] * 20
    parts = ["small"] * 19 + ["large"] * 21
    made = domain(y, one_stratum(40, 400), parts)
    withheld, shown = made["small"], made["large"]
    assert isinstance(withheld, Withheld)
    assert (withheld.part, withheld.of) == ("small", Count(10, 19, "case", "small"))
    assert withheld.reason.worded() == "19 judged cases: a part needs 20."
    assert isinstance(shown, Estimate)
    assert (shown.part, shown.n, shown.of) == ("large", 21, Count(10, 21, "case", "large"))


def test_exactly_twenty_are_enough():
    made = domain([1, 0] * 10, one_stratum(20, 400), ["all"] * 20)
    assert isinstance(made["all"], Estimate)


def test_a_part_that_is_a_stratum_has_the_interval_of_its_own_draw():
    ids = tuple(f"c{i}" for i in range(50))
    sample = Selection(ids, ("a",) * 30 + ("b",) * 20, {"a": 90, "b": 40})
    made = domain([1, 0] * 25, sample, list(sample.stratum))
    expected = counted.plain_proportion(Count(15, 30, "case", "a"), population=90)
    assert expected is not None
    part = made["a"]
    assert isinstance(part, Estimate)
    assert replace(part, inputs_hash="", part=None) == replace(expected, inputs_hash="")
    mixed = domain([1, 0] * 25, sample, ["a"] * 29 + ["b"] * 21)["a"]
    assert isinstance(mixed, Estimate)
    assert mixed.method == "Wilson, by strata"


def test_a_part_across_strata_is_a_ratio():
    ids = tuple(f"c{i}" for i in range(60))
    sample = Selection(ids, ("a",) * 40 + ("b",) * 20, {"a": 400, "b": 100})
    y = [1, 0, 0, 1] * 15
    parts = (["in"] * 25 + ["out"] * 15) + (["in"] * 10 + ["out"] * 10)
    made = domain(y, sample, parts)["in"]
    assert isinstance(made, Estimate)
    judged = {
        name: [bool(y[i]) if parts[i] == "in" else None for i in range(60) if sample.stratum[i] == name]
        for name in "ab"
    }
    expected = counted.stratified_proportion(judged=judged, sizes=sample.sizes, unit="case", population="in")
    for name in ("value", "se", "lower", "upper", "n_eff", "df", "gain", "method"):
        assert getattr(made, name) == pytest.approx(getattr(expected, name)), name


def test_a_part_of_everyone_judged_has_no_width():
    made = domain([1, 0] * 15, one_stratum(30, 30), ["a"] * 20 + ["b"] * 10)["a"]
    assert isinstance(made, Estimate)
    assert (made.lower, made.upper, made.method) == (0.5, 0.5, estimate.WHOLE)


def test_a_part_all_alike_keeps_a_width():
    made = domain([1] * 25 + [0] * 15, one_stratum(40, 400), ["a"] * 25 + ["b"] * 15)["a"]
    assert isinstance(made, Estimate)
    assert (made.value, made.fallback_reason) == (1.0, counted.NO_VARIANCE)
    expected = intervals.wilson(1.0, n=25 * 249 / 225, quantile=intervals.normal_quantile(0.95))
    assert (made.lower, made.upper) == pytest.approx(expected)


def test_small_parts_say_so_where_they_are_let_through():
    made = domain([1, 0] * 15, one_stratum(30, 300), ["a"] * 19 + ["b"] * 11, least=5)
    assert [isinstance(each, Estimate) and each.warnings for each in made.values()] == [("small base",)] * 2


def test_parts_share_one_slope():
    y, sample, score = scored(100, 400)
    parts = ["odd" if i % 2 else "even" for i in range(400)]
    made = domain(y, sample, parts[:100], score=score, frame_parts=parts, announced_on=ANNOUNCED)
    s, values = score.columns[:100, 0], np.array(y, dtype=float)
    odd = np.arange(100) % 2 == 1
    centred = s - np.where(odd, s[odd].mean(), s[~odd].mean())
    slope = (centred * values).sum() / (centred**2).sum()
    frame_odd = score.columns[1::2, 0].mean()
    each = made["odd"]
    assert isinstance(each, Estimate)
    assert each.value == pytest.approx(values[odd].mean() + slope * (frame_odd - s[odd].mean()))
    level = np.where(odd, values[odd].mean(), values[~odd].mean())
    left = values - level - slope * centred
    around = np.where(odd, left * 4 / 200, 0.0)
    within = (1 - 100 / 400) * 100 / 99 * (around**2).sum() * 98 / 97
    slope_variance = ((centred * left) ** 2).sum() / (centred**2).sum() ** 2
    expected = within + (frame_odd - s[odd].mean()) ** 2 * slope_variance
    assert each.se == pytest.approx(sqrt(expected))
    assert (each.df, each.part, each.fallback_reason) == (49, "odd", None)
    assert each.plain is not None
    assert each.plain.value == pytest.approx(values[odd].mean())
    assert each.rho2 == pytest.approx(
        1 - (left[odd] ** 2).sum() / ((values[odd] - values[odd].mean()) ** 2).sum()
    )


def test_a_part_with_little_stays_without_the_score():
    _, sample, score = scored(100, 400)
    parts = ["a"] * 39 + ["b"] * 61
    y = [1, 0] * 19 + [1] + [1] * 9 + [0] * 52
    frame_parts = ["a" if i % 2 else "b" for i in range(400)]
    made = domain(y, sample, parts, score=score, frame_parts=frame_parts, announced_on=ANNOUNCED)
    plain = domain(y, sample, parts)
    reasons = ["too few cases were judged for a score to help"]
    reasons += ["too few cases count, or too few do not, for a score to help"]
    for name, reason in zip("ab", reasons, strict=True):
        found, alone = made[name], plain[name]
        assert isinstance(found, Estimate)
        assert isinstance(alone, Estimate)
        assert (found.fallback_reason, found.value, found.lower) == (reason, alone.value, alone.lower)
        assert found.plain is not None


def test_a_part_without_slope_or_without_cases_in_the_frame_stays_without_the_score():
    y, sample, score = scored(100, 400)
    flat = Score(ids=score.ids, values=[0.5] * 400, frozen_on=BEFORE)
    for given_score, frame_parts in ((flat, ["a"] * 400), (score, ["elsewhere"] * 400)):
        made = domain(
            y, sample, ["a"] * 100, score=given_score, frame_parts=frame_parts, announced_on=ANNOUNCED
        )
        found = made["a"]
        assert isinstance(found, Estimate)
        assert found.fallback_reason == "the score does not differ among the judged cases"


def test_a_part_beyond_one_stays_without_the_score():
    ids = tuple(f"c{i}" for i in range(400))
    score = Score(ids=ids, values=[1.0] * 49 + [0.0] * 51 + [9.0] * 300, frozen_on=BEFORE)
    made = domain(
        [1] * 50 + [0] * 50,
        one_stratum(100, 400),
        ["a"] * 100,
        score=score,
        frame_parts=["a"] * 400,
        announced_on=ANNOUNCED,
    )["a"]
    assert isinstance(made, Estimate)
    assert made.fallback_reason == "with the score the rate would lie beyond 0 or 1, or have no variance"


def test_parts_with_a_score_need_the_frames_parts_and_the_announcement():
    y, sample, score = scored(100, 400)
    parts = ["a"] * 100
    assert said(lambda: domain(y, sample, parts[1:])) == "parts: 99 values were given for 100 cases."
    assert (
        said(lambda: domain(y, sample, parts, score=score, frame_parts=["a"] * 400))
        == "announced_on: a score needs the day of the announcement."
    )
    assert (
        said(lambda: domain(y, sample, parts, score=score, announced_on=ANNOUNCED))
        == "frame_parts: a score needs the part of every case of the frame."
    )
    assert (
        said(lambda: domain(y, sample, parts, score=score, frame_parts=["a"], announced_on=ANNOUNCED))
        == "frame_parts: 1 values were given for 400 cases."
    )
    assert "fixed on" in said(
        lambda: domain(y, sample, parts, score=score, frame_parts=["a"] * 400, announced_on=BEFORE)
    )


# The design effect


def test_the_design_effect_by_hand():
    made = design_effect([1, 1, 0, 0, 1, 0], ["p", "p", "q", "q", "r", "r"])
    assert made.deff == pytest.approx((3 / 2 * 2 / 36) / (0.25 / 5))
    assert (made.kish, made.size, made.n, made.clusters) == (1.0, 2.0, 6, 3)
    # Between clusters 2 x (1/4 + 1/4) / 2 = 1/2, within (1/4 + 1/4) / 3 = 1/6.
    assert made.icc == pytest.approx((1 / 2 - 1 / 6) / (1 / 2 + 1 / 6))
    assert made.expected == pytest.approx(1 + made.icc)
    assert made.n_eff == pytest.approx(6 / made.deff)


def test_weights_alone_have_kishs_effect():
    made = design_effect([1, 0, 1, 0], ["p", "p", "q", "q"], [1, 1, 3, 3])
    assert made.kish == pytest.approx(4 * 20 / 64)


def test_clusters_of_unequal_size():
    made = design_effect([1, 1, 0, 0, 0, 1], ["p", "p", "p", "q", "q", "r"])
    sizes, means = np.array([3, 2, 1]), np.array([2 / 3, 0, 1])
    between = (sizes * (means - 0.5) ** 2).sum() / 2
    within = (2 / 3) / 3
    typical = (6 - 14 / 6) / 2
    assert made.icc == pytest.approx((between - within) / (between + (typical - 1) * within))


@pytest.mark.parametrize(
    ("y", "cluster", "weight", "expected"),
    [
        ([1, 0], ["p"], None, "cluster: one is needed for each judged case, and a weight too."),
        ([1, 0], ["p", "q"], [1.0], "cluster: one is needed for each judged case, and a weight too."),
        ([1, 0], ["p", "p"], None, "cluster: two clusters at least, and one with two cases, are needed."),
        ([1, 0], ["p", "q"], None, "cluster: two clusters at least, and one with two cases, are needed."),
        ([1, 1, 1], ["p", "p", "q"], None, "y: all judgements are the same, so no effect can be seen."),
    ],
)
def test_no_effect_can_be_seen(y, cluster, weight, expected):
    assert said(lambda: design_effect(y, cluster, weight)) == expected


# What holds whatever the numbers


@given(st.lists(st.booleans(), min_size=45, max_size=60), st.randoms())
@settings(max_examples=25, deadline=None)
def test_order_and_names_do_not_matter(y, random):
    n = len(y)
    rng = np.random.default_rng(5)
    values = rng.normal(size=150)
    ids = [f"c{i}" for i in range(150)]
    stratum = ["a" if i % 3 else "b" for i in range(150)]
    sizes = {"a": 100, "b": 50}
    score = Score(ids=tuple(ids), values=values, frozen_on=BEFORE)
    first = model_assisted(
        y, Selection(tuple(ids[:n]), tuple(stratum[:n]), sizes), score, announced_on=ANNOUNCED
    )
    order = list(range(n))
    random.shuffle(order)
    renamed = {"a": "south", "b": "north"}
    other = Score(ids=tuple("x" + each for each in reversed(ids)), values=values[::-1], frozen_on=BEFORE)
    second = model_assisted(
        [y[i] for i in order],
        Selection(
            tuple("x" + ids[i] for i in order),
            tuple(renamed[stratum[i]] for i in order),
            {renamed[name]: size for name, size in sizes.items()},
        ),
        other,
        announced_on=ANNOUNCED,
    )
    for name in ("value", "se", "lower", "upper"):
        assert getattr(first, name) == pytest.approx(getattr(second, name), abs=1e-9)
    assert first.lower <= first.value <= first.upper


@given(st.integers(1, 29), st.sampled_from(estimate.CIS))
@settings(max_examples=40, deadline=None)
def test_one_more_that_counts_never_lowers_a_limit(k, ci):
    fewer, more = (
        proportion([1] * each + [0] * (30 - each), one_stratum(30, 120), ci=ci) for each in (k - 1, k)
    )
    assert fewer.value < more.value
    if 1 < k < 29:
        assert fewer.lower <= more.lower
        assert fewer.upper <= more.upper
