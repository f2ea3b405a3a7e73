from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from assay.core.errors import Refused
from assay.jobs.scores import fit_score

SOURCE = Path(__file__).parents[3] / "src"
UNTIL = date(2025, 12, 31)


def older(m: int = 80) -> tuple[Any, list[int]]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(m, 2))
    return x, (x[:, 0] - 0.5 * x[:, 1] + rng.normal(size=m) > 0).astype(int).tolist()


def fitted(**changes: Any) -> Any:
    x, y = older()
    given = {"signals": x, "judged": y, "ids": [f"o{i}" for i in range(80)], "names": ("a", "b")} | changes
    return fit_score(given.pop("signals"), given.pop("judged"), trained_until=UNTIL, **given)


def test_the_model_is_the_lowest_point_of_the_penalised_likelihood():
    x, y = older()
    made = fitted(l2=2.0)

    def loss(beta: Any) -> float:
        line = beta[0] + x @ beta[1:]
        return float(np.logaddexp(0, line).sum() - (np.array(y) * line).sum() + (beta[1:] ** 2).sum())

    expected = minimize(loss, np.zeros(3), tol=1e-12).x
    assert [made.intercept, *made.coef] == pytest.approx(expected.tolist(), abs=1e-4)
    assert (made.names, made.l2, made.trained_until) == (("a", "b"), 2.0, UNTIL)
    assert made.trained_on == frozenset(f"o{i}" for i in range(80))
    assert made.hash == fitted(l2=2.0).hash != fitted().hash


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"names": ("a",)}, "signals: one column is needed for each of 1 names."),
        ({"ids": ["o1"]}, "judged: a judgement and an id are needed for each row of signals."),
        (
            {"judged": [1] * 80},
            "judged: cases that count (1) and cases that do not (0) are needed, and no other.",
        ),
        ({"l2": 0.0}, "l2: 0.0 is not above 0."),
        ({"signals": np.full((80, 2), np.nan)}, "signals: every case needs a number in every column."),
        (
            {"signals": np.ones((39, 2)), "judged": [1] * 39, "ids": ["o"] * 39},
            "judged: 39 cases; 40 are the least.",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(changes, expected):
    with pytest.raises(Refused) as refused:
        fitted(**changes)
    assert refused.value.message.worded() == expected


def test_without_scikit_learn_fitting_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(Refused) as refused:
        fitted()
    assert refused.value.message.worded() == "Fitting a score needs scikit-learn, which is not installed."


def test_estimation_is_imported_without_django_databases_or_data_frames():
    """In a fresh process, every module of it and the room of fitting."""
    script = """
import importlib, pkgutil, sys
import assay.core.estimation as room
for each in pkgutil.iter_modules(room.__path__, "assay.core.estimation."):
    importlib.import_module(each.name)
import assay.jobs.scores
print(*sorted({name.split(".")[0] for name in sys.modules}))
print(*sorted(name for name in sys.modules if name in ("scipy.stats",)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )
    loaded, *slow = done.stdout.splitlines()
    assert "assay" in loaded.split()
    unwanted = {"django", "duckdb", "pandas", "pyarrow", "ibis", "sklearn", "statsmodels", "sqlite3"}
    assert set(loaded.split()) & unwanted == set()
    assert [each for each in slow if each] == []
