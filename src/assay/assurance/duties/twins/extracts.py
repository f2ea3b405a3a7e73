"""The slow twin's question whether an extract brought a table at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assay.assurance.duties.reference_cases import Case


def unbrought(case: Case, table: str, asked: Callable[[date], bool]) -> Callable[[date], str | None]:
    """Why nothing can be said on a day the duty would be asked about, where no row of the table came."""
    absent = not case.extract[table]
    return lambda day: f"no_{table}" if absent and asked(day) else None
