"""Agreement and the area under the curve beside another library's, on generated judgements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from assay.core.errors import Refused
from assay.core.estimation.agreement import cohen
from assay.core.estimation.score import auc_delong

ONE_CATEGORY = "ratings: with one category alone there is no chance to agree beyond."


def said(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.message.worded()


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=5, max_size=60))
@settings(max_examples=15, deadline=None)
def test_cohens_kappa_is_that_of_another_library(weights, pairs):
    table = np.zeros((4, 4), dtype=int)
    for one, other in pairs:
        table[one, other] += 1
    if len({each for pair in pairs for each in pair}) < 2:
        assert said(lambda: cohen(table.tolist(), weights=weights)) == ONE_CATEGORY
        return
    expected = cohen_kappa_score(
        [one for one, _ in pairs],
        [other for _, other in pairs],
        weights=None if weights == "none" else weights,
        labels=range(4),
    )
    assert cohen(table.tolist(), weights=weights).value == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=6, max_size=80))
@settings(max_examples=30, deadline=None)
def test_the_area_is_that_of_another_library(rows):
    y, score = [each for each, _ in rows], [float(each) for _, each in rows]
    if not 2 <= sum(y) <= len(y) - 2:
        refused = said(lambda: auc_delong(y, score))
        assert refused == "y: two cases that count and two that do not are the least."
        return
    made = auc_delong(y, score)
    assert made.value == pytest.approx(roc_auc_score(y, score), abs=1e-12)
    assert made.value == pytest.approx(1 - auc_delong(y, [-each for each in score]).value)
