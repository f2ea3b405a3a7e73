"""Two sources in, candidate pairs out, each with its weight and what every comparison added, in words."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from math import log2
from pathlib import Path

import duckdb
import pyarrow as pa

from assay.records.linkage import learning
from assay.records.linkage.learning import LEFT, RIGHT, Learned
from assay.records.linkage.model import Comparison, Level, Model, shipped
from assay.records.linkage.people import Source, check_pair, in_common
from assay.records.linkage.preparing import prepared

FROM_WEIGHT = 0.0
NEVER_CERTAIN = 0.999999
NOT_COMPARED = "not compared: at least one record has none"
RARE, COMMON = "rare in these files, which counts for more", "common in these files, which counts for less"
TELLING = 1.0
"""From this many steps of weight on, the words say that a name is rare or common."""
SHOWN_OF_BOTH = ("forename", "surname", "date_of_birth", "gender", "council", "postcode", "crn", "pnc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run found. ``candidates`` has a row for each pair of ``from_weight`` or more, heaviest first."""

    candidates: pa.Table
    learned: Learned
    from_weight: float
    left: Source
    right: Source

    @property
    def model(self) -> Model:
        return self.learned.model


def match(
    left: Source, right: Source, *, from_weight: float = FROM_WEIGHT, model: Model | None = None
) -> Found:
    """The candidate pairs of two sources; nobody is joined. ``Unfit`` where they must not be linked."""
    check_pair(left, right)
    over = (model or shipped()).over(in_common(left, right))
    with _database() as connection:
        for side, source in ((LEFT, left), (RIGHT, right)):
            connection.register("given", prepared(source.people))
            connection.execute(f"CREATE TABLE {side}_people AS SELECT * FROM given")  # noqa: S608
            connection.unregister("given")
        learned = learning.learn(connection, over)
        linker = learning.linker_of(connection, learned.model, learned.prior)
        # Splink adds in full precision, and we round each part: one step below, so that none is lost by it.
        scored = linker.inference.predict(threshold_match_weight=from_weight - 1, warning_mode="never")
        connection.register("left_given", left.people)
        connection.register("right_given", right.people)
        query = _candidates(scored.physical_name, learned, left=left.name, right=right.name)
        found = connection.sql(query, params=[from_weight]).to_arrow_table()
    return Found(candidates=found, learned=learned, from_weight=from_weight, left=left, right=right)


def pair_key(left: str, left_id: str, right: str, right_id: str) -> str:
    """What a pair is known by from run to run: the two records by source and key, in either order."""
    ends = sorted((f"{left}\x1f{left_id}", f"{right}\x1f{right_id}"))
    return sha256("\x1e".join(ends).encode()).hexdigest()[:16]


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    settings = {
        "memory_limit": os.environ.get("ASSAY_DUCKDB_MEMORY", "1GB"),
        "threads": os.environ.get("ASSAY_DUCKDB_THREADS", "2"),
        "temp_directory": str(Path(tempfile.gettempdir()) / f"assay-duckdb-{os.getpid()}"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection


def _candidates(scored: str, learned: Learned, *, left: str, right: str) -> str:
    """The statement that makes the rows: parts rounded first, so that they add up to the weight shown."""
    comparisons = learned.model.comparisons
    prior = round(_log2_odds(learned.prior), 2)
    parts = ", ".join(
        f"{_part(each)} AS {each.name}_weight, {_says(each)} AS {each.name}_says" for each in comparisons
    )
    total = " + ".join([str(prior), *(f"{each.name}_weight" for each in comparisons)])
    shown = ", ".join(
        f"{side[0]}.{each} AS {side}_{each}" for each in SHOWN_OF_BOTH for side in (LEFT, RIGHT)
    )
    columns = ", ".join(f"{each.name}_weight, {each.name}_says" for each in comparisons)
    return f"""
        WITH parts AS (SELECT unique_id_l AS left_id, unique_id_r AS right_id, {parts} FROM {scored}),
        weighed AS (SELECT *, round({total}, 2) AS match_weight FROM parts),
        kept AS (SELECT * FROM weighed WHERE match_weight >= ?)
        SELECT {_key(left, right)} AS pair, left_id, right_id,
            match_weight,
            least(round(1 / (1 + pow(2.0, -match_weight)), 6), {NEVER_CERTAIN}) AS match_probability,
            rank() OVER (PARTITION BY left_id ORDER BY match_weight DESC)::INTEGER AS rank_left,
            rank() OVER (PARTITION BY right_id ORDER BY match_weight DESC)::INTEGER AS rank_right,
            {prior}::DOUBLE AS before_weight, {columns}, {shown}
        FROM kept JOIN left_given l ON l.record_id = left_id JOIN right_given r ON r.record_id = right_id
        ORDER BY match_weight DESC, left_id, right_id
    """  # noqa: S608


def _key(left: str, right: str) -> str:
    """:func:`pair_key` in the database's words."""
    one, other = (f"{_text(name)} || chr(31) || {side}_id" for name, side in ((left, LEFT), (right, RIGHT)))
    return f"left(sha256(least({one}, {other}) || chr(30) || greatest({one}, {other})), 16)"


def _part(comparison: Comparison) -> str:
    rarity = f" + coalesce(mw_tf_adj_{comparison.name}, 0)" if _has_common(comparison) else ""
    return f"round(coalesce(mw_{comparison.name}, 0){rarity}, 2)"


def _has_common(comparison: Comparison) -> bool:
    return any(each.common for each in comparison.levels)


def _says(comparison: Comparison) -> str:
    cases = " ".join(
        f"WHEN {comparison.top - place} THEN {_level_says(comparison, level)}"
        for place, level in enumerate(comparison.levels)
    )
    return f"CASE gamma_{comparison.name} {cases} ELSE {_text(NOT_COMPARED)} END"


def _level_says(comparison: Comparison, level: Level) -> str:
    if not level.common:
        return _text(level.says)
    rarity = f"mw_tf_adj_{comparison.name}"
    return (
        f"CASE WHEN {rarity} >= {TELLING} THEN {_text(f'{level.says}, and {RARE}')} "
        f"WHEN {rarity} <= {-TELLING} THEN {_text(f'{level.says}, and {COMMON}')} "
        f"ELSE {_text(level.says)} END"
    )


def _log2_odds(chance: float) -> float:
    return log2(chance / (1 - chance))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
