"""The slow twin: the duties again, from their sentences, in plain loops over cases and days.

It shares nothing with the engine but the calendar, the merge of spans, the policy and the lapse's name. Give
it the record tables as lists of rows; it returns the night's ``obligation``, ``lapse`` and ``duty_state``.
Fit for tens of cases. Where it and the engine differ, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assay.assurance.duties.catalogue import duty as duty_of
from assay.assurance.duties.identity import name_of, survivor
from assay.assurance.duties.reference_cases import ONE, Case, Obligation, Row, Thing, Trigger, works
from assay.assurance.duties.reference_recurring import Demanded, Recurring
from assay.assurance.duties.reference_sentences import Sentence
from assay.assurance.duties.twins import ONCE, ROLLING
from assay.core.policy import Policy, Window
from assay.core.spans import FOREVER, Span


class Region:
    """What is the same for every case of an extract."""

    def __init__(self, tables: Mapping[str, Sequence[Row]], policy: Policy, as_at: date) -> None:
        self.tables, self.policy, self.as_at = tables, policy, as_at
        days = sorted(row["happened_on"] for row in tables["contact"])
        self.begins = days[len(days) // 1000] if days else FOREVER

    def unsure(self, code: str, own: str | None, on: date, *, early: bool = True) -> str | None:
        for name in duty_of(code).tables:
            if not self.tables[name]:
                return f"no_{name}"
        return own or ("before_records" if early and on < self.begins else None)

    def window(self, name: str, trigger: date, met: date | None, life_end: date) -> Window:
        chosen = self.policy.window(name, on=trigger)
        for each in self.policy.windows[name]:
            began = each.in_force_from
            if (
                each.applies_to == "open"
                and began > max(trigger, chosen.in_force_from)
                and life_end > began
                and (met is None or met >= began)
            ):
                chosen = each
        return chosen


def _once(region: Region, case: Case, code: str) -> tuple[list[Obligation], Sentence]:
    said = ONCE[code](case)
    candidates: dict[str, list[tuple[tuple[bool, date, str], Obligation]]] = {}
    for trigger in said.triggers:
        life = case.span_of(trigger.on, case.life if said.life is None else said.life)
        required = life is not None and said.applies(trigger.on)
        if life is None or not (required or said.unknown(trigger.on)):
            continue
        made = _obligation(region, case, code, said, trigger, life, required)
        rank = (not required, made.due or FOREVER, trigger.clause)
        candidates.setdefault(made.name, []).append((rank, made))
    chosen = [min(each, key=lambda pair: pair[0])[1] for each in candidates.values()]
    for each in chosen:
        if each.required and each.unsure is None and each.due is not None:
            _walk(case, said, each)
    return chosen, said


def _obligation(
    region: Region, case: Case, code: str, said: Sentence, trigger: Trigger, life: Span, required: bool
) -> Obligation:
    fitting = [each for each in said.evidence if each.start >= trigger.since]
    met = min((each.start for each in fitting), default=None)
    window = due = None
    if trigger.window is not None:
        window = region.window(trigger.window, trigger.on, met, life.end)
        due = case.last_day(trigger.on, window.length, window.in_working_days)
    excuses = sorted(
        (
            max(each.on, trigger.on),
            each.clause,
            each.row_id,
            max(each.known, trigger.known, each.on, trigger.on),
        )
        for each in said.excuses
        if each.first <= trigger.on <= each.last
        and each.anchor in (None, trigger.row_id)
        and each.window in (None, trigger.window)
    )
    best = excuses[0] if excuses else None
    return Obligation(
        duty=code,
        case=case.name,
        name=name_of(code, case.name, trigger.table, trigger.row_id),
        table=trigger.table,
        anchor=trigger.row_id,
        on=trigger.on,
        known=max(trigger.known, trigger.on),
        due=due,
        window=window,
        life_end=life.end,
        required=required,
        unsure=region.unsure(code, trigger.unsure, trigger.on),
        met=met,
        met_known=min((each.known for each in fitting), default=None),
        excuse=best[0] if best else None,
        excuse_known=best[3] if best else None,
        excused_by=f"{best[1]}:{best[2]}" if best else None,
    )


def _walk(case: Case, said: Sentence, each: Obligation) -> None:
    """Day by day from the one after it was due: was it unmet, and could that have been known?"""
    assert each.due is not None
    assert each.window is not None
    day = each.due + ONE
    while day <= case.as_at and day < each.life_end:
        counts = (
            said.applies(day)
            and not any(thing.holds(day) for _, thing in said.exempt)
            and (each.window.length == 0 or not case.is_paused(day))
        )
        if counts and day < (each.met or FOREVER) and day < (each.excuse or FOREVER):
            each.days["date"].append(day)
        unknown_yet = day < (each.met_known or FOREVER) and day < (each.excuse_known or FOREVER)
        if counts and unknown_yet and day >= each.known:
            each.days["recorded"].append(day)
        day += ONE


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A day the person was seen, or supervision began: what the window of a rolling duty counts from."""

    day: date
    row_id: str
    known: date
    seen: bool


def _recurring(region: Region, case: Case, code: str) -> tuple[list[Obligation], Recurring]:
    said = ROLLING[code](case)
    marks = _marks(case, said.evidence)
    made = []
    for place, mark in enumerate(marks):
        life = case.span_of(mark.day, case.supervised)
        if life is None:
            continue
        onward = marks[place + 1 :]
        each = _rolling(region, case, code, mark, onward, life, said.demands)
        if each is not None:
            made.append(each)
    return made, said


def _marks(case: Case, evidence: list[Thing]) -> list[Mark]:
    by_day: dict[date, list[Thing]] = {}
    for each in evidence:
        by_day.setdefault(each.start, []).append(each)
    seen = [(day, rows, True) for day, rows in by_day.items()]
    begun: dict[date, list[Thing]] = {}
    for each in case.supervised_rows:
        if any(span.opened_on == each.start for span in case.supervised) and each.start not in by_day:
            begun.setdefault(each.start, []).append(each)
    starts = [(day, rows, False) for day, rows in begun.items()]
    return [
        Mark(day=day, row_id=min(r.row_id for r in rows), known=min(r.known for r in rows), seen=was)
        for day, rows, was in sorted(seen + starts, key=lambda each: each[0])
    ]


def _rolling(
    region: Region,
    case: Case,
    code: str,
    mark: Mark,
    onward: list[Mark],
    life: Span,
    demands: list[Demanded],
) -> Obligation | None:
    next_on = onward[0].day if onward else FOREVER
    superseded = min((each.known for each in onward), default=FOREVER)
    options = []
    days: dict[str, set[date]] = {"date": set(), "recorded": set()}
    for demand in demands:
        span = demand.span
        if not (mark.day < span.end and max(next_on, superseded) > span.opened_on < life.end):
            continue
        for window in case.policy.windows[demand.window]:
            until = window.in_force_to or FOREVER
            if not (window.in_force_from < span.end and span.opened_on < until):
                continue
            first = max(window.in_force_from, span.opened_on)
            last = min(until, span.end, life.end)
            due = case.last_day(max(mark.day, span.opened_on), window.length, window.in_working_days)
            good = None if due is None else max(due, first - ONE)
            reachable = good is not None and good + ONE < last
            rank = (next_on <= first, not reachable, good or FOREVER, demand.clause, first, span.opened_on)
            options.append((rank, good, window))
            day = FOREVER if good is None else good + ONE
            while day < last and day <= case.as_at:
                if not case.is_paused(day):
                    if day < next_on:
                        days["date"].add(day)
                    if mark.known <= day < superseded:
                        days["recorded"].add(day)
                day += ONE
    if not options:
        return None
    _, due, window = min(options, key=lambda each: each[0])
    met = bool(onward) and onward[0].seen and onward[0].day < life.end
    table = "contact" if mark.seen else "sentence"
    unsure = region.unsure(code, None, mark.day, early=not mark.seen)
    return Obligation(
        duty=code,
        case=case.name,
        name=name_of(code, case.name, table, mark.row_id),
        table=table,
        anchor=mark.row_id,
        on=mark.day,
        known=mark.known,
        due=due,
        window=window,
        life_end=life.end,
        unsure=unsure,
        met=next_on if met else None,
        days={clock: sorted(each) if unsure is None else [] for clock, each in days.items()},
    )


def _settle(case: Case, each: Obligation, said: Sentence | Recurring) -> None:
    """What the obligation is in on the as-at day, in the words of the common rules."""
    day = each.due or each.on
    because = each.unsure or _unclear(said, day)
    late = bool(each.days["date"])
    excused = each.excuse is not None and (each.due is None or each.excuse <= each.due)
    held = sorted((t.start, clause, t.row_id) for clause, t in said.exempt if t.holds(day))
    ended = each.life_end <= case.as_at
    if each.met is not None and (each.due is None or each.met <= each.due):
        each.state = "met"
    elif excused and each.required:
        each.state = "exempt"
    elif each.met is not None and (late or _next_day(each)):
        each.state = "met_late"
    elif each.met is not None and each.required:
        each.state = "met"
    elif each.met is None and late:
        each.state = "missed"
    elif because is not None:
        each.state = "unknown"
    elif not each.required or (ended and (each.due is None or each.due >= case.as_at)):
        each.state = "not_applicable"
    elif each.due is not None and each.due < case.as_at:
        each.state = "exempt" if held else "not_applicable"
    else:
        soon = each.due is not None and _working_days_ahead(case, each.due)
        each.state = "due" if soon else "not_due"
    if each.excuse is not None and (each.met is None or each.excuse < each.met):
        each.by = each.excused_by
    elif each.state == "exempt" and held:
        each.by = f"{held[0][1]}:{held[0][2]}"
    elif each.state == "not_applicable" and each.required and ended:
        each.by = f"left:{_why_ended(case, each.life_end)}"
    each.because = because if each.state == "unknown" else None


def _unclear(said: Sentence | Recurring, day: date) -> str | None:
    return said.unknown(day) if isinstance(said, Sentence) else None


def _next_day(each: Obligation) -> bool:
    """Met on the very day after: no day was unmet, and it is late all the same."""
    assert each.due is not None
    return each.met == each.due + ONE and each.required and each.unsure is None


def _working_days_ahead(case: Case, due: date) -> bool:
    """Whether the day lies at most as many working days ahead as count as soon."""
    ahead, day = 0, case.as_at
    while day < due:
        day += ONE
        ahead += works(day)
    return ahead <= case.length("due_soon")


def _why_ended(case: Case, day: date) -> str:
    if case.died == day:
        return "died"
    reasons = sorted(s.row["end_reason"] for s in case.sentences if s.end == day and s.row["end_reason"])
    return reasons[0] if reasons else "not recorded"


def _parts(case: Case, each: Obligation, clock: str, said: Sentence | Recurring) -> list[Row]:
    """The unmet days as spans, cut where the case changed hands."""
    runs: list[list[date]] = []
    holder: object = object()
    for day in each.days[clock]:
        now = case.holder(day)[0]
        if not runs or day - runs[-1][-1] != ONE or now != holder:
            runs.append([])
        runs[-1].append(day)
        holder = now
    rows: list[Row] = []
    for part, run in enumerate(runs, start=1):
        row = case.holder(run[0])[1]
        last = run[-1]
        rows.append(
            {
                "lapse_id": each.name,
                "obligation_id": each.name,
                "duty": each.duty,
                "case_id": each.case,
                "part": part,
                "clock": clock,
                "opened_on": run[0],
                "closed_on": None if last == case.as_at else last + ONE,
                "practitioner": row["staff_code"] if row else None,
                "team": row["team_code"] if row else None,
                "severity": _severity(case, each, said, last),
            }
        )
    return rows


def _severity(case: Case, each: Obligation, said: Sentence | Recurring, last: date) -> int:
    weight = said.severe if isinstance(said, Sentence) and said.severe_on(last) else said.severity
    assert each.due is not None
    assert each.window is not None
    times = case.number("severity_overdue")
    long = case.last_day(
        each.due, max(each.window.length, 1) * times, each.window.in_working_days, pausing=False
    )
    worse = case.is_heightened(last) or (long is not None and last > long)
    return min(weight + case.number("severity_rise") * worse, case.number("severity_cap"))


ORDER = ("missed", "unknown", "due", "not_due", "exempt", "met_late", "met")


def _case_state(
    case: Case, code: str, obligations: list[Obligation], said: Sentence | Recurring
) -> Row | None:
    today = case.as_at
    own = said.life or [] if isinstance(said, Sentence) else []
    if not any(span.contains(today) for span in [*case.life, *own]):
        return None
    voices = []
    for each in obligations:
        if each.life_end <= today or each.state == "not_applicable":
            continue
        days = each.days["date"]
        state, since = each.state, each.met or each.excuse or each.on
        if days and days[-1] == today:
            since = _opened(case, days)
        elif state == "missed":
            state = "not_due"
        settled = state in ("met", "met_late", "exempt")
        age = -since.toordinal() if settled else since.toordinal()
        rank = (ORDER.index(state), age, each.table, each.anchor)
        voices.append((rank, state, since, each))
    row: dict[str, Any] | None = None
    if voices:
        _, state, since, each = min(voices, key=lambda voice: voice[0])
        row = {"state": state, "since": since, "due_on": each.due, "unknown_because": each.because}
    clause = _unclear(said, today)
    if clause is not None and (row is None or row["state"] not in ("missed", "due")):
        day = today
        while _unclear(said, day - ONE) is not None:
            day -= ONE
        row = {"state": "unknown", "since": day, "due_on": None, "unknown_because": clause}
    return None if row is None else {"case_id": case.name, "duty": code, **row}


def _opened(case: Case, days: list[date]) -> date:
    """The first of the run of days that reaches the last."""
    first = days[-1]
    for day in reversed(days[:-1]):
        if first - day != ONE:
            break
        first = day
    return first


def run(
    tables: Mapping[str, Sequence[Row]], *, policy: Policy, as_at: date, only: Collection[str] = ()
) -> dict[str, list[Row]]:
    """The night's ``obligation``, ``lapse`` (without ``pdu``) and ``duty_state`` as rows, in no order: of the
    duties with these codes, or of all."""
    region = Region(tables, policy, as_at)
    merged = {row["crn"]: row["merged_into"] for row in tables["person"] if row["merged_into"]}
    night: dict[str, list[Row]] = {"obligation": [], "lapse": [], "duty_state": []}
    names = sorted({survivor(row["crn"], merged) for row in tables["person"]})
    everybody = [Case(name, _of_case(tables, name, merged), policy, as_at) for name in names]
    for case in everybody:
        case.extract, case.everybody = tables, everybody
        for code in (*ONCE, *ROLLING):
            if not only or code in only:
                _add(night, region, case, code)
    return night


def _of_case(
    tables: Mapping[str, Sequence[Row]], name: str, merged: Mapping[str, str]
) -> dict[str, list[Row]]:
    return {
        table: [row for row in rows if "crn" not in row or survivor(row["crn"], merged) == name]
        for table, rows in tables.items()
    }


def _add(night: dict[str, list[Row]], region: Region, case: Case, code: str) -> None:
    said: Sentence | Recurring
    obligations, said = (_once if code in ONCE else _recurring)(region, case, code)
    for each in obligations:
        _settle(case, each, said)
        night["obligation"].append(_obligation_row(each))
        for clock in ("date", "recorded"):
            night["lapse"] += _parts(case, each, clock, said)
    state = _case_state(case, code, obligations, said)
    if state is not None:
        night["duty_state"].append(state)


def _obligation_row(each: Obligation) -> Row:
    return {
        "obligation_id": each.name,
        "duty": each.duty,
        "case_id": each.case,
        "anchor_id": each.anchor,
        "triggered_on": each.on,
        "due_on": each.due,
        "met_on": each.met,
        "state": each.state,
        "excused_by": each.by,
        "unknown_because": each.because,
    }
