"""The values of the model for two sources: learned from them by expectation maximisation, or as shipped.

The same people give the same values to the last digit, whatever order they come in and however many threads
work: samples are drawn by a hash of the keys, and what is learned is rounded far above the noise of adding
in another order. What was seen too rarely to be known leans on the shipped value, by :func:`leaning`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from assay.records.linkage.model import NOTHING, Level, Model

if TYPE_CHECKING:
    from splink import Linker

LEANS_ON = 5
"""A shipped value weighs as much as this many pairs seen at the level."""
DIGITS, CERTAIN = 6, 0.9999
LEFT, RIGHT = "left", "right"

Values = dict[tuple[str, str], dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The model to be used on two sources. ``prior`` is the chance that a record of the one and a record of
    the other, drawn blindly, are one person; ``sure_pairs`` were alike in name and birth date; ``learned`` is
    False where these were too few, and the shipped values stand."""

    model: Model
    prior: float
    sure_pairs: int
    learned: bool


def learn(connection: duckdb.DuckDBPyConnection, model: Model) -> Learned:
    """Learns from the tables ``left_people`` and ``right_people`` of the connection."""
    sizes = [_count(connection, f"SELECT count(*) FROM {side}_people") for side in (LEFT, RIGHT)]  # noqa: S608
    alike = " AND ".join(f"l.{each} = r.{each}" for each in model.sure)
    sure = _count(connection, f"SELECT count(*) FROM left_people l JOIN right_people r ON {alike}")  # noqa: S608
    pairs = max(sizes[0] * sizes[1], 1)
    prior = min(max(sure, 1) / model.sure_share / pairs, 0.5)
    if min(sizes) < model.learn_from.records or sure < model.learn_from.sure_pairs:
        return Learned(model=model, prior=prior, sure_pairs=sure, learned=False)
    model = model.with_values(_chances(connection, model, prior, pairs=pairs))
    model = model.with_values(_mistakes(connection, model, prior, sure=sure))
    return Learned(model=model, prior=prior, sure_pairs=sure, learned=True)


def _chances(connection: duckdb.DuckDBPyConnection, model: Model, prior: float, *, pairs: int) -> Values:
    """Each level's u, from pairs drawn blindly. Some of those are one person, and in small files these are
    most of the pairs that are alike: as many as the prior and the shipped m expect are taken out."""
    linker = linker_of(connection, model, prior)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=model.pairs_for_u, seed=model.seed, min_count_per_level=None, num_chunks=4
    )
    seen = min(pairs, model.pairs_for_u)
    return {
        key: {"u": _rounded(leaning(max(found - prior * level.m, 0.0) / (1 - prior), level.u, seen=seen))}
        for key, level, found in _found(model, linker, "u_probability")
        if level.m and level.u
    }


def _mistakes(connection: duckdb.DuckDBPyConnection, model: Model, prior: float, *, sure: int) -> Values:
    """Each level's m, by expectation maximisation in one block of pairs after the other."""
    linker = linker_of(connection, model, prior)
    for block in model.learn_in:
        # With each name's own frequency every round would read every pair, at twice the time; it changed nine
        # of 61,175 candidates of two national sources.
        linker.training.estimate_parameters_using_expectation_maximisation(
            block, estimate_without_term_frequencies=True, max_pairs=model.pairs_for_m
        )
    return {
        key: {"m": _rounded(max(leaning(found, level.m, seen=sure), model.least))}
        for key, level, found in _found(model, linker, "m_probability")
        if level.m and not level.fixed
    }


def _found(model: Model, linker: Linker, what: str) -> Iterator[tuple[tuple[str, str], Level, float]]:
    """What Splink holds for each level that is learned; 0 where it never saw one, which it says in words."""
    for comparison, given in zip(
        model.comparisons, linker.misc.save_model_to_json()["comparisons"], strict=True
    ):
        for level, said in zip(comparison.levels, given["comparison_levels"][1:], strict=True):
            value = said.get(what)
            if comparison.learned and level.counts:
                yield (comparison.name, level.when), level, value if isinstance(value, float) else 0.0


def linker_of(connection: duckdb.DuckDBPyConnection, model: Model, prior: float) -> Linker:
    """Splink over the two tables, with the model's values. It warns of levels never learned: we know."""
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI(connection)
    tables = [database.register(f"{side}_people", dataset_display_name=side) for side in (LEFT, RIGHT)]
    return Linker(tables, settings(model, prior), log_level=logging.ERROR)


def settings(model: Model, prior: float) -> dict[str, Any]:
    """The model in Splink's own terms."""
    return {
        "link_type": "link_only",
        "comparisons": [
            {
                "output_column_name": each.name,
                "comparison_levels": [
                    {"sql_condition": _not_comparable(each.needs), "is_null_level": True},
                    *(_level(level, fixed=level.fixed or not each.learned) for level in each.levels),
                ],
            }
            for each in model.comparisons
        ],
        "blocking_rules_to_generate_predictions": [each.when for each in model.blocks],
        "probability_two_random_records_match": prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "linker_uid": "assay",
    }


def _not_comparable(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"({each}_l IS NULL OR {each}_r IS NULL)" for each in columns)


def _level(level: Level, *, fixed: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "sql_condition": level.when,
        "label_for_charts": level.says,
        "m_probability": level.m or NOTHING,
        "u_probability": level.u or NOTHING,
    }
    if fixed:
        found["fix_m_probability"] = True
    if level.common:
        found |= {"tf_adjustment_column": level.common, "tf_adjustment_weight": 1.0}
    return found


def leaning(found: float, shipped: float, *, seen: int) -> float:
    """A share found among ``seen`` pairs, as if ``LEANS_ON`` more had been seen at the level, at the shipped
    rate: what is common is as found, what was seen a few times or never is near what we ship."""
    return (found * seen + LEANS_ON) / (seen + LEANS_ON / shipped)


def _rounded(value: float) -> float:
    return float(f"{min(value, CERTAIN):.{DIGITS}g}")


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.sql(query).fetchall()[0][0])
