"""Rates through the weeks, from the spans of one night: by team or PDU, never by a person.

State rate: cases in lapse on the week's day of cases in the population on it. What the records cannot say
stands apart, and the rate is also given with it counted as unmet.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from assay.core.figures import Count

Level = Literal["team", "pdu", "region", "all"]
LEVELS: tuple[Level, ...] = ("team", "pdu", "region", "all")
ROUTES = ("ended", "died", "transferred", "recalled", "exempt", "paused")
"""How a case left the population within ten working days of falling due: its sentence ended, the person died,
was transferred or recalled, an exemption began, or a time in which every clock stands still."""

LINE = """
WITH week AS (SELECT day::DATE AS day, row_number() OVER (ORDER BY day) - 1 AS n
              FROM generate_series(?::DATE, ?::DATE, INTERVAL 7 DAY) AS g(day)),
piece AS (
  SELECT DISTINCT p.{unit} AS unit, 'population' AS kind, p.case_id, p.opened_on, p.closed_on
  FROM n.population p WHERE p.duty = ? AND p.unknown_because IS NULL
  UNION ALL SELECT DISTINCT p.{unit}, 'unknown', p.case_id, p.opened_on, p.closed_on
  FROM n.population p WHERE p.duty = ? AND p.unknown_because IS NOT NULL
  UNION ALL SELECT DISTINCT l.{unit}, 'lapse', o.case_id, l.opened_on, l.closed_on
  FROM n.lapse l JOIN n.obligation o USING (obligation_id) WHERE o.duty = ? AND l.clock = ?),
marked AS (
  SELECT *, coalesce(opened_on > max(coalesce(closed_on, DATE '9999-12-31')) OVER before, TRUE) AS begins
  FROM piece WINDOW before AS (PARTITION BY unit, kind, case_id
    ORDER BY opened_on, closed_on NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
run AS (
  SELECT *, sum(begins::INT) OVER (PARTITION BY unit, kind, case_id
    ORDER BY opened_on, closed_on NULLS LAST ROWS UNBOUNDED PRECEDING) AS run FROM marked),
span AS (
  SELECT unit, kind, case_id, min(opened_on) AS opened_on,
         max(coalesce(closed_on, DATE '9999-12-31')) AS closed_on
  FROM run GROUP BY unit, kind, case_id, run),
step AS (
  SELECT unit, kind, greatest(0, (opened_on - ?::DATE + 6) // 7) AS n, 1 AS step FROM span
  UNION ALL SELECT unit, kind, greatest(0, (closed_on - ?::DATE + 6) // 7), -1 FROM span),
line AS (
  SELECT g.unit, g.kind, w.day,
         sum(coalesce(s.step, 0)) OVER (PARTITION BY g.unit, g.kind ORDER BY w.n) AS cases
  FROM (SELECT DISTINCT unit, kind FROM step) g CROSS JOIN week w
  LEFT JOIN (SELECT unit, kind, n, sum(step) AS step FROM step GROUP BY ALL) s
    ON s.unit IS NOT DISTINCT FROM g.unit AND s.kind = g.kind AND s.n = w.n)
SELECT unit, day,
       coalesce(max(cases) FILTER (kind = 'population'), 0)::BIGINT AS population,
       coalesce(max(cases) FILTER (kind = 'unknown'), 0)::BIGINT AS unknown,
       coalesce(max(cases) FILTER (kind = 'lapse'), 0)::BIGINT AS lapsed
FROM line GROUP BY unit, day ORDER BY unit, day
"""

ON_DAY = """
WITH piece AS (
  SELECT {unit} AS unit, case_id, opened_on, closed_on,
         CASE WHEN unknown_because IS NULL THEN 'population' ELSE 'unknown' END AS kind
  FROM n.population WHERE duty = $duty AND {only}
  UNION ALL SELECT {unit}, case_id, opened_on, closed_on, 'lapse'
  FROM n.lapse WHERE duty = $duty AND clock = $clock AND {only}),
now AS (SELECT *, opened_on <= $day AND (closed_on IS NULL OR closed_on > $day) AS holds FROM piece)
SELECT unit, $day AS day,
       count(DISTINCT case_id) FILTER (holds AND kind = 'population') AS population,
       count(DISTINCT case_id) FILTER (holds AND kind = 'unknown') AS unknown,
       count(DISTINCT case_id) FILTER (holds AND kind = 'lapse') AS lapsed
FROM now GROUP BY unit ORDER BY unit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One unit on one day: ``lapsed`` of ``population``, and ``unknown`` beside them."""

    unit: str | None
    day: date
    lapsed: int
    population: int
    unknown: int

    @property
    def rate(self) -> Count:
        return Count(self.lapsed, self.population, "case", "cases in the duty's population on the day")

    @property
    def rate_with_unknown(self) -> Count:
        """The same with every unknown case counted as in lapse."""
        return Count(
            self.lapsed + self.unknown,
            self.population + self.unknown,
            "case",
            "cases in the duty's population on the day, and those of which the records cannot say",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRates:
    """One unit in one week. Cases on the week's day: ``population``, ``unknown`` beside it, ``lapsed`` by
    the day a thing happened, ``lapsed_recorded`` by what was known. Obligations that fell due in the seven
    days up to it: ``in_time``, ``late``, ``missed``, ``excused``, ``unknown_due``; and ``left``, by route,
    the unmet ones whose case left the population within ten working days."""

    unit: str | None
    day: date
    population: int
    unknown: int
    lapsed: int
    lapsed_recorded: int
    in_time: int
    late: int
    missed: int
    excused: int
    unknown_due: int
    left: tuple[tuple[str, int], ...]

    def state(self, *, recorded: bool = False, unknown_as_unmet: bool = False) -> Count:
        """Cases in lapse of cases in the population, on the week's day."""
        lapsed = self.lapsed_recorded if recorded else self.lapsed
        more = self.unknown if unknown_as_unmet else 0
        return Count(lapsed + more, self.population + more, "case", _OF_CASES)

    def flow(self, *, unknown_as_unmet: bool = False) -> Count:
        """Obligations missed or met late of those that fell due within the week and were not excused."""
        more = self.unknown_due if unknown_as_unmet else 0
        unmet = self.late + self.missed + more
        return Count(unmet, unmet + self.in_time, "obligation", "obligations that fell due within the week")


_OF_CASES = "cases in the duty's population on the day"


def rates(reader: Any, *, duty: str, by: Level, of: str | None = None) -> tuple[WeekRates, ...]:
    """The 104 weeks of every unit, or ``of`` one, from what the night counted. ``reader`` is open on a pair.
    Never by practitioner: the team is the smallest unit that is counted."""
    assert by in LEVELS, "the team is the smallest unit there is a rate for"
    unit = "'all'" if by == "all" else by
    only, of_one = ("TRUE", ()) if of is None else (f"{unit} = ?", (of,))
    counts = [each.name for each in fields(WeekRates) if each.type == "int"]
    columns = [*counts, *(f"left_{route}" for route in ROUTES)]
    summed = ", ".join(f"sum({name})::BIGINT AS {name}" for name in columns)
    rows = reader.rows(
        f"SELECT {unit} AS unit, week_on, {summed} FROM n.week WHERE duty = ? "  # noqa: S608 - names of ours
        f"AND {only} GROUP BY 1, 2 ORDER BY 1, 2",
        (duty, *of_one),
    )
    return tuple(
        WeekRates(
            unit=row["unit"],
            day=row["week_on"],
            left=tuple((route, row[f"left_{route}"]) for route in ROUTES),
            **{name: row[name] for name in counts},
        )
        for row in rows
    )


def history(
    reader: Any, *, duty: str, first: date, last: date, by: Level = "pdu", clock: str = "date"
) -> tuple[Week, ...]:
    """Every seventh day from ``first`` to ``last``, straight from the spans: what :func:`rates` must equal.
    +1 where a span begins, -1 where it ends, a running sum. ``reader`` is open on a pair."""
    assert by in ("team", "pdu", "all"), "the team is the smallest unit there is a rate for"
    sql = _whole() if by == "all" else LINE.format(unit=by)
    params = (first, last, duty, duty, duty, clock, first, first)
    return tuple(Week(**row) for row in reader.rows(sql, params))


def on_day(
    reader: Any, *, duty: str, day: date, by: Level = "pdu", of: str | None = None, clock: str = "date"
) -> tuple[Week, ...]:
    """Every unit, or ``of`` one, as at any one day, straight from the spans: what :func:`history` gives for
    that day alone, without weaving the weeks."""
    assert by in ("team", "pdu", "all"), "the team is the smallest unit there is a rate for"
    unit = "'all'" if by == "all" else by
    sql = ON_DAY.format(unit=unit, only="TRUE" if of is None else f"{unit} = $of")
    params = {"duty": duty, "clock": clock, "day": day} | ({} if of is None else {"of": of})
    return tuple(Week(**row) for row in reader.rows(sql, params))


def _whole() -> str:
    return LINE.replace("p.{unit}", "'all'").replace("l.{unit}", "'all'")


def flow(reader: Any, *, duty: str, first: date, last: date) -> dict[str, int]:
    """The obligations due from ``first`` to ``last``, both counted, by state."""
    rows = reader.rows(
        "SELECT state, count(*) AS obligations FROM n.obligation "
        "WHERE duty = ? AND due_on BETWEEN ? AND ? GROUP BY state ORDER BY state",
        (duty, first, last),
    )
    return {row["state"]: row["obligations"] for row in rows}
