"""Great Expectations: a frame joined beforehand by pandas, and an expectation for each duty.

It has no expectation that says "no row within so many days of a row elsewhere", so the next row, the last
before, the due day and what excuses are worked out beforehand, as for pandas. What is left to it is whether
``met_by``, the day the duty was met or else the as-at day, is after ``due``; the rows that it calls
unexpected are late or missed.
"""

from __future__ import annotations

import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # it would tell its makers of every run

from collections.abc import Callable
from typing import Any

import great_expectations as gx
import pandas as pd

from bench.peers.definitions import DUTIES
from bench.peers.measuring import Costs, Task, contend
from bench.peers.with_pandas import every_obligation, judge, read, write

RESULT = {"result_format": "COMPLETE", "unexpected_index_column_names": ["anchor"]}


def load(task: Task, costs: Costs) -> Callable[[], None]:
    """Joining is told apart, within the run."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("records").add_dataframe_asset("obligations")
    whole = asset.add_batch_definition_whole_dataframe("whole")

    def run() -> None:
        with costs.part("  of it joining"):
            frame = every_obligation(read(task))
        unmet = pd.Series(False, index=frame.index)
        for duty in DUTIES:
            rows = frame[(frame["duty"] == duty.code) & frame["excuse"].isna()]
            found = _unexpected(whole, rows[["anchor", "due", "met_by"]])
            unmet[rows.index[rows["anchor"].isin(found)]] = True
        judge(frame, unmet)
        write(frame, task)

    return run


def _unexpected(whole: Any, rows: pd.DataFrame) -> set[str]:
    expectation = gx.expectations.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="due", column_B="met_by", or_equal=True
    )
    batch = whole.get_batch(batch_parameters={"dataframe": rows})
    found = batch.validate(expectation, result_format=RESULT)
    assert not found.exception_info.get("raised_exception"), found
    return {each["anchor"] for each in found.result.get("unexpected_index_list") or ()}


if __name__ == "__main__":
    contend(load)
