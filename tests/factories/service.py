"""A whole synthetic service at a hundredth of its size, to put questions to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from assay.jobs.national_synthesis import write_service
from assay.records import standard

AS_AT = date(2026, 6, 30)
"""After the change of rules on 31 March 2026, so that both sides of it are there."""

PEOPLE = 2_440
SEED = 1


class Service:
    """Twelve extracts, and questions put to all of them in SQL: tables by name, truth as ``true_<name>``. The
    column ``folder`` is the provider whose extract a row is of."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.written = list(write_service(place, people=PEOPLE, as_at=AS_AT, seed=SEED, processes=1))
        self.connection = duckdb.connect(":memory:")
        for name in standard.BY_NAME:
            self._view(name, f"*/{name}.parquet", "parse_path(filename)[-2]")
        for path in sorted((self.written[0].folder / "truth").glob("*.parquet")):
            self._view(f"true_{path.stem}", f"*/truth/{path.name}", "parse_path(filename)[-3]")

    def _view(self, name: str, files: str, folder: str) -> None:
        self.connection.execute(
            f"CREATE VIEW {name} AS SELECT * EXCLUDE (filename), {folder} AS folder "
            f"FROM read_parquet('{self.place / files}', filename = true)"
        )

    def one(self, sql: str) -> float:
        """The one value a query gives."""
        return float(self.connection.sql(sql).fetchall()[0][0])

    def shares(self, sql: str) -> dict[str, float]:
        """Shares from a query that gives a code for each row."""
        rows = self.connection.sql(f"SELECT code, count(*) FROM ({sql}) GROUP BY 1").fetchall()
        total = sum(count for _, count in rows)
        return {str(code): count / total for code, count in rows}
