"""A synthetic region to put questions to."""

from __future__ import annotations

from datetime import date

import duckdb

from assay.records.synthetic.region import Region, synthesise

AS_AT = date(2026, 2, 26)
PEOPLE = 5_000


class Asked:
    """A region, and questions put to it in SQL: its tables by name, its truth as ``true_<name>``."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.connection = duckdb.connect(":memory:")
        for name, rows in region.tables.items():
            self.connection.register(name, rows)
        for name, rows in region.truth.items():
            self.connection.register(f"true_{name}", rows)

    def one(self, sql: str) -> float:
        """The one value a query gives."""
        return float(self.connection.sql(sql).fetchall()[0][0])

    def shares(self, sql: str) -> dict[str, float]:
        """Shares from a query that gives a code for each row."""
        rows = self.connection.sql(f"SELECT code, count(*) FROM ({sql}) GROUP BY 1").fetchall()
        total = sum(count for _, count in rows)
        return {str(code): count / total for code, count in rows}


def west_midlands() -> Region:
    """Five thousand people: enough for the tolerances of the marginals."""
    return synthesise("West Midlands", people=PEOPLE, as_at=AS_AT, seed=1)
