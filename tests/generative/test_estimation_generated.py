from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from assay.core.disclosure.suppression import is_small, suppressed, suppressed_table
from assay.core.estimation import counted, intervals, reference
from assay.core.figures import Count

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@st.composite
def counts(draw):
    n = draw(st.integers(1, 400))
    return Count(draw(st.integers(0, n)), n, "case", "all")


@given(count=counts(), extra=st.integers(0, 2000), level=LEVELS, method=st.sampled_from(counted.METHODS))
def test_every_interval_contains_its_estimate_and_stays_within_nought_and_one(count, extra, level, method):
    for population in (None, count.denominator + extra):
        made = counted.plain_proportion(count, population=population, level=level, method=method)
        assert made is not None
        assert 0 <= made.lower <= made.value <= made.upper <= 1


@given(count=counts(), level=LEVELS, method=st.sampled_from(counted.METHODS))
def test_everyone_judged_leaves_no_width(count, level, method):
    made = counted.plain_proportion(count, population=count.denominator, level=level, method=method)
    assert made is not None
    assert made.lower == made.upper == made.value


@given(count=counts(), extra=st.integers(0, 500))
def test_a_smaller_population_never_widens_wilsons_interval(count, extra):
    small = counted.plain_proportion(count, population=count.denominator + extra)
    large = counted.plain_proportion(count, population=count.denominator + extra + 100)
    assert small is not None
    assert large is not None
    assert small.upper - small.lower <= large.upper - large.lower + 1e-12


@given(count=counts(), level=LEVELS)
@settings(deadline=None)
def test_wilson_agrees_with_the_slow_twin(count, level):
    share, n = count.numerator / count.denominator, count.denominator
    quantile = intervals.normal_quantile(level)
    expected = reference.wilson(share, n=n, quantile=quantile)
    assert intervals.wilson(share, n=n, quantile=quantile) == (
        pytest.approx(expected[0], abs=1e-9),
        pytest.approx(expected[1], abs=1e-9),
    )


@given(st.integers(1, 12), st.integers(0, 15), st.data())
@settings(deadline=None)
def test_the_exact_interval_agrees_with_the_slow_twin(n, extra, data):
    k = data.draw(st.integers(0, n))
    population = n + extra
    # .95 as a float is a hair off 95/100; a tail exactly on the edge would then be taken both ways.
    expected = reference.hypergeometric(k, n, population=population, level=Fraction(95, 100))
    assert intervals.hypergeometric(k, n, population=population, level=0.95) == tuple(map(float, expected))


@given(n=st.integers(1, 120), extra=st.integers(0, 400), level=LEVELS, data=st.data())
@settings(deadline=None)
def test_the_exact_interval_is_scipys_distribution_inverted(n, extra, level, data):
    k, population, tail = data.draw(st.integers(0, n)), n + extra, (1 - level) / 2
    possible = np.arange(k, population - (n - k) + 1)
    tails = np.minimum(
        stats.hypergeom.sf(k - 1, population, possible, n), stats.hypergeom.cdf(k, population, possible, n)
    )
    assume(np.abs(tails - tail).min() > 1e-9)  # on the edge itself scipy's rounding decides
    kept = possible[tails > tail]
    expected = (kept[0] / population, kept[-1] / population)
    assert intervals.hypergeometric(k, n, population=population, level=level) == expected


@given(
    st.dictionaries(
        st.sampled_from("abcd"),
        st.tuples(st.lists(st.sampled_from([True, False, None]), min_size=2, max_size=9), st.integers(0, 30)),
        min_size=1,
    )
)
def test_strata_agree_with_the_slow_twin(drawn):
    judged = {name: answers for name, (answers, _) in drawn.items()}
    sizes = {name: len(answers) + extra for name, (answers, extra) in drawn.items()}
    inside = [each for answers in judged.values() for each in answers if each is not None]
    assume(len(inside) > len(judged))
    value, variance = reference.stratified(judged, sizes)
    assume(variance > 0)
    made = counted.stratified_proportion(judged=judged, sizes=sizes, unit="case", population="all")
    assert made.value == pytest.approx(float(value), abs=1e-9)
    assert made.se == pytest.approx(sqrt(variance), abs=1e-9)
    assert made.lower <= made.value <= made.upper


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=2))
def test_no_small_number_leaves_and_none_can_be_taken_from_the_total(numbers):
    cells = suppressed(numbers)
    hidden = [name for name, cell in cells.items() if cell.value is None]
    assert all(cells[name].value is None for name, number in numbers.items() if is_small(number))
    assert len(hidden) != 1
    assert all(cell.value in (None, numbers[name]) for name, cell in cells.items())


@given(
    st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 40), min_size=1)
)
def test_no_line_of_a_table_has_one_hidden_number_alone(numbers):
    table = suppressed_table(numbers)
    for row in table.rows:
        line = [table.cells[row, c] for c in table.columns] + [table.row_totals[row]]
        assert sum(cell.value is None for cell in line) != 1
    for column in table.columns:
        line = [table.cells[r, column] for r in table.rows] + [table.column_totals[column]]
        assert sum(cell.value is None for cell in line) != 1
    assert sum(c.value is None for c in [*table.row_totals.values(), table.total]) != 1
