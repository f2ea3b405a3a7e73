"""What may be shown outside: small numbers leave as a mark, never as zero, and cannot be worked out again.

Public tables pass here on their way out. The rules are starting values of ours, not a published standard:

* a number from 1 to 5 is suppressed; a true zero is shown;
* where exactly one number of a row or column with a shown total is suppressed, a second one is too;
* no percentage on a base below 20;
* none by delivery unit where fewer than 20 of its cases were inspected.

The n of N of a finding about a whole region stays: it is published as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay.core.figures import Count

SMALLEST_SHOWN = 6
SMALLEST_BASE = 20
MARK = "too few to show"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it may be shown; ``value`` is None where it is suppressed, and ``mark`` stands instead."""

    value: int | None

    @property
    def mark(self) -> str:
        return "" if self.value is not None else MARK

    @property
    def shown(self) -> str:
        """The number, or the mark: never nothing, and never a zero that is not one."""
        return MARK if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class Table:
    """A public table: cells by row and column, with what may be shown of each total."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    row_totals: Mapping[str, Cell]
    column_totals: Mapping[str, Cell]
    total: Cell


def is_small(number: int) -> bool:
    """1 to 5: too few to show. Zero is not small."""
    return 0 < number < SMALLEST_SHOWN


def suppressed(numbers: Mapping[str, int]) -> dict[str, Cell]:
    """One row of numbers whose total is shown: small ones suppressed, and a second where one would not do.

    The second is the smallest number left above zero, or a zero where nothing else is left, so that what
    is taken away is least. The order of ``numbers`` breaks ties and is kept.
    """
    hidden = {name for name, number in numbers.items() if is_small(number)}
    hidden |= _second(numbers, hidden)
    return {name: Cell(None if name in hidden else number) for name, number in numbers.items()}


def suppressed_table(counts: Mapping[tuple[str, str], int]) -> Table:
    """A table with totals of rows and columns: suppressed until no row or column gives a cell away.

    A total is shown unless it is itself small; a suppressed total is then one more unknown of the margin.
    """
    rows = tuple(dict.fromkeys(row for row, _ in counts))
    columns = tuple(dict.fromkeys(column for _, column in counts))
    whole = {(r, c): counts.get((r, c), 0) for r in rows for c in columns}
    grid = _with_totals(whole, rows, columns)
    hidden = {place for place, number in grid.items() if is_small(number)}
    lines = [[(r, c) for c in (*columns, None)] for r in (*rows, None)]
    lines += [[(r, c) for r in (*rows, None)] for c in (*columns, None)]
    while added := _completed(grid, hidden, lines):
        hidden |= added
    shown = {place: Cell(None if place in hidden else number) for place, number in grid.items()}
    return Table(
        rows=rows,
        columns=columns,
        cells={(r, c): shown[r, c] for r in rows for c in columns},
        row_totals={r: shown[r, None] for r in rows},
        column_totals={c: shown[None, c] for c in columns},
        total=shown[None, None],
    )


def may_show_percentage(count: Count) -> bool:
    """Whether the base carries a percentage on a public page; the n of N is shown either way."""
    return count.denominator >= SMALLEST_BASE


def may_show_unit(inspected: int) -> bool:
    """Whether anything is shown for a delivery unit, of whose cases ``inspected`` were read."""
    return inspected >= SMALLEST_BASE


Place = tuple[str | None, str | None]


def _with_totals(
    whole: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str]
) -> dict[Place, int]:
    grid: dict[Place, int] = {(r, c): whole[r, c] for r in rows for c in columns}
    grid |= {(r, None): sum(whole[r, c] for c in columns) for r in rows}
    grid |= {(None, c): sum(whole[r, c] for r in rows) for c in columns}
    grid[None, None] = sum(whole.values())
    return grid


def _completed(grid: Mapping[Place, int], hidden: set[Place], lines: Sequence[Sequence[Place]]) -> set[Place]:
    """The first place to be hidden beside a place that stands alone in its line; empty when all is well."""
    for line in lines:
        alone = [place for place in line if place in hidden]
        if len(alone) == 1:
            left = [place for place in line if place not in hidden]
            # A cell goes before a total, a number above zero before a zero, the smaller before the larger.
            left.sort(key=lambda place: (None in place, grid[place] == 0, grid[place]))
            return {left[0]}
    return set()


def _second(numbers: Mapping[str, int], hidden: set[str]) -> set[str]:
    if len(hidden) != 1:
        return set()
    left = sorted((n for n in numbers if n not in hidden), key=lambda n: (numbers[n] == 0, numbers[n]))
    return set(left[:1])
