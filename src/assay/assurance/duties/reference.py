"""The slow twin: the six duties again, from their sentences, in plain loops over cases and days.

It shares nothing with the engine but the calendar, the merge of spans, the policy and the lapse's name. Give
it the record tables as lists of rows; it returns the night's ``obligation``, ``lapse`` and ``duty_state``.
Fit for tens of cases. Where it and the engine differ, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from assay.assurance.duties.catalogue import duty as duty_of
from assay.assurance.duties.identity import name_of, survivor
from assay.core.dates import FIRST_DAY, is_working_day, london_day
from assay.core.policy import Policy, Window
from assay.core.spans import FOREVER, Span, merge

Row = Mapping[str, Any]
ONE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A row: a span, or an event if ``end`` is not asked for."""

    row_id: str
    start: date
    known: date
    end: date = FOREVER
    row: Row = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, kw_only=True)
class Trigger:
    on: date
    known: date
    since: date
    table: str
    row_id: str
    clause: str
    window: str | None
    unsure: str | None = None


@dataclass(frozen=True, kw_only=True)
class Excuse:
    on: date
    known: date
    row_id: str
    clause: str
    first: date
    last: date
    anchor: str | None = None
    window: str | None = None


@dataclass(kw_only=True)
class Obligation:
    """One occurrence of a duty, and the days it was unmet on each clock."""

    duty: str
    case: str
    name: str
    anchor: str
    on: date
    known: date
    due: date | None
    window: Window | None
    life_end: date
    required: bool = True
    unsure: str | None = None
    met: date | None = None
    met_known: date | None = None
    excuse: date | None = None
    excuse_known: date | None = None
    excused_by: str | None = None
    days: dict[str, list[date]] = field(default_factory=lambda: {"date": [], "recorded": []})
    state: str = ""
    by: str | None = None
    because: str | None = None


class Case:
    """One case's rows, as at the day."""

    def __init__(self, name: str, tables: Mapping[str, Sequence[Row]], policy: Policy, as_at: date) -> None:
        self.name, self.tables, self.policy, self.as_at = name, tables, policy, as_at
        died = [row["died_on"] for row in tables["person"] if row["died_on"] and row["died_on"] <= as_at]
        self.sentences = [
            replace(each, end=min([each.end, *died]))
            for each in self.spans("sentence", "sentence_id", "started_on", "ended_on")
        ]
        self.sentences = [each for each in self.sentences if each.start < each.end]
        self.died = min(died) if died else None
        self.life = merge(Span(each.start, each.end) for each in self.sentences)
        kinds = self.codes("supervised_sentences")
        self.supervised_rows = [each for each in self.sentences if each.row["type"] in kinds]
        self.supervised = merge(Span(each.start, each.end) for each in self.supervised_rows)
        self.absences = self.spans("absence", "absence_id")
        self.pauses = [each for each in self.absences if each.row["kind"] in self.codes("pauses")]
        self.registers = self.spans("registration", "registration_id")
        self.rosh = self.spans("rosh", "rosh_id")
        self.addresses = self.spans("address", "address_id")
        self.circle = self.spans("circle", "circle_id")
        self.children = [each for each in self.circle if each.row["role"] == "child"]
        self.contacts = self.events("contact", "contact_id", "happened_on")
        self.assessments = self.events("assessment", "assessment_id", "completed_on")
        self.enquiries = self.events("enquiry", "enquiry_id", "asked_on")

    def codes(self, name: str) -> frozenset[str]:
        return self.policy.codes(name, on=self.as_at)

    def length(self, name: str) -> int:
        return self.policy.window(name, on=self.as_at).length

    def number(self, name: str) -> int:
        return self.policy.window(name, on=self.as_at).value

    def spans(
        self, table: str, key: str, opened: str = "opened_on", closed: str = "closed_on"
    ) -> list[Thing]:
        found = []
        for row in self.tables[table]:
            start, end = row[opened], row[closed]
            if start is None or start > self.as_at:
                continue
            if end is None or end > self.as_at:
                end = FOREVER
            known = max(london_day(row["recorded_at"]), start)
            found.append(Thing(row_id=row[key], start=start, end=end, known=known, row=row))
        return found

    def events(self, table: str, key: str, on: str) -> list[Thing]:
        return [
            Thing(row_id=row[key], start=row[on], known=max(london_day(row["recorded_at"]), row[on]), row=row)
            for row in self.tables[table]
            if row[on] is not None and row[on] <= self.as_at
        ]

    def registered(self, codes: str) -> list[Thing]:
        return [each for each in self.registers if each.row["type"] in self.codes(codes)]

    def of_types(self, codes: str) -> list[Thing]:
        return [each for each in self.contacts if each.row["type"] in self.codes(codes)]

    @property
    def high(self) -> list[Thing]:
        return [each for each in self.rosh if each.row["level"] in self.codes("high_risk_levels")]

    @property
    def suspended(self) -> list[Thing]:
        """Suspensions that count: decided, or within the first eight weeks of supervision."""
        weeks = timedelta(days=self.length("adjusted_expectations"))
        counting = []
        for each in self.spans("suspension", "suspension_id"):
            begun = [span.opened_on for span in self.supervised if span.contains(each.start)]
            early = bool(begun) and each.start <= begun[0] + weeks
            if early or each.row["decided_by"] is not None:
                counting.append(each)
        return counting

    def is_supervised(self, day: date) -> bool:
        return any(span.contains(day) for span in self.supervised)

    def span_of(self, day: date, spans: Iterable[Span]) -> Span | None:
        return next((span for span in spans if span.contains(day)), None)

    def later(self, rows: Iterable[Thing], spans: Iterable[Span]) -> list[Thing]:
        """Rows that began within a span, after it did."""
        spans = list(spans)
        return [r for r in rows if (s := self.span_of(r.start, spans)) and r.start > s.opened_on]

    def re_releases(self) -> list[Thing]:
        began = {each.row_id: each.start for each in self.sentences}
        found = self.events("release", "release_id", "released_on")
        return [r for r in found if r.row["sentence_id"] in began and r.start > began[r.row["sentence_id"]]]

    def is_paused(self, day: date) -> bool:
        return any(each.holds(day) for each in self.pauses)

    def last_day(self, start: date, length: int, working: bool, *, pausing: bool = True) -> date | None:
        """Walks on from the start until the window has run out; None if it never does."""
        day = start
        while length:
            day += ONE
            if pausing and self.is_paused(day):
                if any(each.holds(day) and each.end == FOREVER for each in self.pauses):
                    return None
                continue
            length -= _works(day) if working else 1
        return day

    def holder(self, day: date) -> tuple[date | None, Row | None]:
        """Which allocation the case was under: the latest begun, if it had not ended."""
        rows = sorted(self.spans("allocation", "allocation_id"), key=lambda each: (each.start, each.row_id))
        begun = [each for each in rows if each.start <= day]
        if not begun:
            return None, None
        held = begun[-1]
        return (held.start, held.row) if held.holds(day) else (held.end, None)

    def is_heightened(self, day: date) -> bool:
        partner = any(each.row["role"] == "partner" and each.holds(day) for each in self.circle)
        abuse = any(each.holds(day) for each in self.registered("current_abuse_registers"))
        return (
            any(each.holds(day) for each in self.high)
            or any(each.holds(day) for each in self.registered("child_protection_registers"))
            or any(each.row["household"] and each.holds(day) for each in self.children)
            or (abuse and partner)
        )


def _works(day: date) -> bool:
    return is_working_day(day) if day >= FIRST_DAY else day.weekday() < 5


@dataclass(kw_only=True)
class Sentence:
    """A duty's sentence over one case, for the duties that are raised once."""

    applies: Callable[[date], bool]
    triggers: list[Trigger]
    evidence: list[Thing]
    excuses: list[Excuse] = field(default_factory=list)
    exempt: list[tuple[str, Thing]] = field(default_factory=list)
    unknown: Callable[[date], str | None] = lambda day: None
    severity: int
    severe: int = 0
    severe_on: Callable[[date], bool] = lambda day: False


def _raise(rows: Iterable[Thing], clause: str, table: str, window: str, **more: Any) -> list[Trigger]:
    return [
        Trigger(
            on=each.start,
            known=each.known,
            since=more.get("since", lambda r: r.start)(each),
            table=table,
            row_id=each.row_id,
            clause=clause,
            window=window,
            unsure=more.get("unsure", lambda r: None)(each),
        )
        for each in rows
    ]


def _s01(case: Case) -> Sentence:
    registers = case.registered("domestic_abuse_registers")
    orders = case.registered("restraining_registers")
    answers = sorted(
        (each for each in case.assessments if each.row["domestic_abuse"] is not None),
        key=lambda each: (each.start, each.row_id),
    )
    flagged = {row["sentence_id"] for row in case.tables["offence"] if row["domestic_abuse"]}

    def indicated(day: date) -> bool:
        last = [each for each in answers if each.start <= day]
        return (
            any(each.holds(day) for each in (*registers, *orders))
            or any(each.row_id in flagged and each.holds(day) for each in case.sentences)
            or bool(last and last[-1].row["domestic_abuse"])
        )

    def applies(day: date) -> bool:
        asked = any(each.start <= day for each in answers)
        return any(span.contains(day) for span in case.life) and (indicated(day) or not asked)

    arrivals = [
        each
        for each in case.spans("allocation", "allocation_id")
        if each.row["reason"] in case.codes("arrivals_from_a_region")
    ]
    found = case.later((*registers, *orders), case.life)

    def start_of_life(each: Thing) -> date:
        span = case.span_of(each.start, case.life)
        assert span is not None
        return span.opened_on

    asked = [
        each
        for each in case.enquiries
        if each.row["agency"] == "police" and each.row["kind"] in case.codes("police_enquiries")
    ]
    sent = [each for each in asked if each.row["outcome"] == "sent"]
    age = timedelta(days=case.length("police_already_up_to_date"))
    excuses = []
    for each in asked:
        if each.row["outcome"] != "not_sent_up_to_date":
            continue
        answered = [_answered(other, case.as_at) for other in sent]
        if any(day is not None and day <= each.start <= day + age for day in answered):
            excuses.append(_excuse(each, "already_up_to_date", first=date.min, last=each.start))
    for each in case.sentences:
        low = any(r.row["level"] in case.codes("low_risk_levels") and r.holds(each.start) for r in case.rosh)
        alone = each.row["type"] in case.codes("unpaid_work_sentences")
        if alone and low and not indicated(each.start):
            excuses.append(
                _excuse(each, "unpaid_work_low", first=date.min, last=each.start, anchor=each.row_id)
            )
    return Sentence(
        applies=applies,
        triggers=[
            *_raise(case.sentences, "start", "sentence", "police_enquiry"),
            *_raise(case.re_releases(), "release", "release", "police_enquiry"),
            *_raise(arrivals, "arrival", "allocation", "police_enquiry"),
            *_raise(found, "sign_found", "registration", "police_enquiry", since=start_of_life),
        ],
        evidence=sent,
        excuses=excuses,
        severity=case.number("police_enquiry_severity"),
    )


def _answered(enquiry: Thing, as_at: date) -> date | None:
    day: date | None = enquiry.row["answered_on"]
    return day if day is not None and day <= as_at else None


def _excuse(each: Thing, clause: str, *, first: date, last: date, **more: str | None) -> Excuse:
    return Excuse(
        on=each.start, known=each.known, row_id=each.row_id, clause=clause, first=first, last=last, **more
    )


def _s04(case: Case) -> Sentence:
    risky = case.codes("child_risk_levels")
    registers = case.registered("child_registers")
    levels = [each for each in case.rosh if each.row["children"] in risky]
    stated = sorted(
        (each for each in case.assessments if each.row["risk_children"] is not None),
        key=lambda each: (each.start, each.row_id),
    )

    def concern(day: date) -> bool:
        last = [each for each in stated if each.start <= day]
        return any(each.holds(day) for each in (*case.children, *registers, *levels)) or bool(
            last and last[-1].row["risk_children"] in risky
        )

    first_word = [each.start for each in (*case.children, *registers, *stated)]
    first_word += [each.start for each in case.rosh if each.row["children"] is not None]

    def applies(day: date) -> bool:
        return case.is_supervised(day) and concern(day)

    def unknown(day: date) -> str | None:
        silent = not first_word or day < min(first_word)
        return "nothing_recorded" if silent and case.is_supervised(day) else None

    lived = [each for each in case.addresses if each.row["type"] in case.codes("lived_at_addresses")]
    newly = [each for each in levels if applies(each.start) and not applies(each.start - ONE)]
    asked = [
        each
        for each in case.enquiries
        if each.row["agency"] == "childrens_services"
        and each.row["kind"] in case.codes("child_enquiries")
        and each.row["outcome"] == "sent"
    ]
    good = timedelta(days=case.length("child_enquiry_still_good"))
    excuses = []
    for each in asked:
        new = [other.start for other in (*case.children, *lived) if other.start > each.start]
        last = min([each.start + good, *(day - ONE for day in new)])
        excuses.append(_excuse(each, "recent_enquiry", first=each.start + ONE, last=last))
        if (about := each.row["address_id"]) is not None:
            excuses.append(
                _excuse(each, "address_asked", first=each.start + ONE, last=each.start + good, anchor=about)
            )
    window = "child_enquiry"
    return Sentence(
        applies=applies,
        unknown=unknown,
        triggers=[
            *_raise(case.sentences, "start", "sentence", window),
            *_raise(case.re_releases(), "release", "release", window),
            *_raise(case.later(lived, case.supervised), "move", "address", window),
            *_raise(case.later(case.children, case.supervised), "child_known", "circle", window),
            *_raise(case.later(registers, case.supervised), "concern", "registration", window),
            *_raise(case.later(newly, case.supervised), "risk_found", "rosh", window),
        ],
        evidence=asked,
        excuses=excuses,
        severity=case.number("child_enquiry_severity"),
        severe=case.number("child_enquiry_severity_child_protection"),
        severe_on=lambda day: any(r.holds(day) for r in case.registered("child_protection_registers")),
    )


def _s06(case: Case) -> Sentence:
    answers = []
    for each in case.enquiries:
        day = _answered(each, case.as_at)
        ours = each.row["agency"] == "childrens_services" and each.row["kind"] in case.codes(
            "child_enquiries"
        )
        if ours and day is not None and each.row["reply"] not in case.codes("answers_without_content"):
            written = each.row["answer_recorded_at"] or each.row["recorded_at"]
            answers.append(replace(each, start=day, known=max(london_day(written), day)))
    window = "assessment_after_answer"
    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *_raise(
                answers,
                "answered",
                "enquiry",
                window,
                unsure=lambda r: "reply_not_recorded" if r.row["reply"] is None else None,
            ),
            *_raise(case.of_types("child_protection_documents"), "document", "contact", window),
        ],
        evidence=[each for each in case.assessments if each.row["type"] in case.codes("risk_assessments")],
        severity=case.number("assessment_after_answer_severity"),
        severe=case.number("assessment_after_answer_severity_child_protection"),
        severe_on=lambda day: any(r.holds(day) for r in case.registered("child_protection_registers")),
    )


def _s15(case: Case) -> Sentence:
    urgent = case.registered("urgent_visit_registers")

    def window(day: date) -> str | None:
        rows = sorted((r for r in case.rosh if r.end > day), key=lambda r: (r.start, r.row_id))
        level = rows[0].row["level"] if rows else None
        if any(r.holds(day) for r in urgent) or level in case.codes("high_risk_levels"):
            return "home_visit_high"
        if level is None:
            return None
        return "home_visit_medium" if level in case.codes("medium_risk_levels") else "home_visit_low"

    def rated(rows: Iterable[Thing], clause: str, table: str) -> list[Trigger]:
        return [
            replace(each, window=(w := window(each.on)), unsure=None if w else "no_level")
            for each in _raise(rows, clause, table, "")
        ]

    attended = case.codes("attended_outcomes")
    checks = case.of_types("home_visit_assessments")
    approved = [each for each in checks if each.row["outcome"] in case.codes("home_visit_approved")]
    good = timedelta(days=case.length("home_visit_assessment_good_for"))
    visits = []
    for each in case.of_types("home_visits"):
        before = [other for other in approved if other.start <= each.start <= other.start + good]
        if each.row["outcome"] in attended and before:
            visits.append(replace(each, known=max(each.known, min(other.known for other in before))))
    homes = [each for each in case.addresses if each.row["type"] in case.codes("home_addresses")]
    no_home = [each for each in case.addresses if each.row["type"] in case.codes("no_home_addresses")]
    concerns = case.registered("concern_registers")
    return Sentence(
        applies=case.is_supervised,
        unknown=lambda day: (
            "no_address"
            if case.is_supervised(day) and not any(each.holds(day) for each in case.addresses)
            else None
        ),
        triggers=[
            *rated(case.sentences, "start", "sentence"),
            *rated(case.later(homes, case.supervised), "move", "address"),
            *_raise(case.later(concerns, case.supervised), "concern", "registration", "home_visit_concern"),
        ],
        evidence=visits,
        excuses=[
            _excuse(each, "visit_excused", first=date.min, last=each.start)
            for each in checks
            if each.row["outcome"] in case.codes("home_visit_excused")
        ],
        exempt=[
            *(("no_home", each) for each in no_home),
            *(("suspended", each) for each in case.suspended),
        ],
        severity=case.number("home_visit_severity"),
        severe=case.number("home_visit_severity_high"),
        severe_on=lambda day: any(each.holds(day) for each in (*case.high, *urgent)),
    )


def _s21(case: Case) -> Sentence:
    high = case.codes("high_risk_levels")
    rose, before = [], None
    for each in sorted(case.rosh, key=lambda r: (r.start, r.row_id)):
        level = each.row["level"]
        if level in high and (before not in high or (level == "very_high" and before != "very_high")):
            rose.append(each)
        before = level
    staff = {row["staff_code"]: row for row in case.tables["practitioner"]}
    allocations = case.spans("allocation", "allocation_id")
    changed, green, above = [], [], []
    for each in allocations:
        holder = staff[each.row["staff_code"]]
        support = holder["grade"] in case.codes("support_grades")
        qualified, accredited = holder["qualified_on"], holder["accredited_on"]
        new_until = timedelta(days=case.length("newly_qualified"))
        if each.row["reason"] in case.codes("changes_of_holder"):
            changed.append(each)
        if (
            holder["grade"] in case.codes("trainee_grades")
            or (
                holder["grade"] in case.codes("qualified_grades")
                and qualified is not None
                and each.start < qualified + new_until
            )
            or (support and (accredited is None or each.start < accredited))
        ):
            green.append(each)
        if support and any(r.holds(each.start) for r in case.high):
            above.append(each)
    abuse = case.registered("current_abuse_registers")
    arrests = [c for c in case.of_types("escalation_contacts") if any(r.holds(c.start) for r in abuse)]
    mappa = [
        r for r in case.registered("mappa_registers") if r.row["level"] in case.codes("active_mappa_levels")
    ]
    overseen = case.of_types("oversight_contacts")
    good = timedelta(days=case.length("oversight_still_good"))
    soon, now = "oversight", "oversight_same_day"
    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *_raise(rose, "risk_rose", "rosh", soon),
            *_raise(mappa, "mappa", "registration", soon),
            *_raise(case.registered("child_protection_registers"), "child_protection", "registration", soon),
            *_raise(case.registered("near_miss_registers"), "near_miss", "registration", soon),
            *_raise(case.spans("suspension", "suspension_id"), "suspension", "suspension", soon),
            *_raise(changed, "new_holder", "allocation", soon),
            *_raise(green, "inexperienced", "allocation", soon),
            *_raise(above, "above_grade", "allocation", soon),
            *_raise(arrests, "escalation", "contact", now),
            *_raise(case.events("recall", "recall_id", "recalled_on"), "recall", "recall", now),
            *_raise(case.of_types("recall_decisions"), "recall_decision", "contact", now),
        ],
        evidence=overseen,
        excuses=[
            _excuse(each, "recent_oversight", first=each.start + ONE, last=each.start + good, window=soon)
            for each in overseen
        ],
        severity=case.number("oversight_severity"),
    )


ONCE: Mapping[str, Callable[[Case], Sentence]] = {
    "S01": _s01,
    "S04": _s04,
    "S06": _s06,
    "S15": _s15,
    "S21": _s21,
}


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
        life = case.span_of(trigger.on, case.life)
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


@dataclass(frozen=True, kw_only=True)
class Demanded:
    span: Span
    window: str
    clause: str


def _s16(region: Region, case: Case) -> list[Obligation]:
    leave = [each for each in case.absences if each.row["kind"] in case.codes("agreed_leave")]
    off = [*leave, *case.suspended]

    def expected(day: date) -> bool:
        return case.is_supervised(day) and not any(each.holds(day) for each in off)

    phase = timedelta(days=case.length("contact_early_phase"))

    def weekly(day: date) -> bool:
        span = case.span_of(day, case.supervised)
        early = span is not None and day < span.opened_on + phase
        return expected(day) and early and any(each.holds(day) for each in case.high)

    demands = [
        *(Demanded(span=s, window="contact_monthly", clause="monthly") for s in _runs(case, expected)),
        *(Demanded(span=s, window="contact_early_high", clause="weekly") for s in _runs(case, weekly)),
    ]
    marks = _marks(case)
    made = []
    for place, mark in enumerate(marks):
        life = case.span_of(mark.day, case.supervised)
        if life is None:
            continue
        onward = marks[place + 1 :]
        each = _rolling(region, case, mark, onward, life, demands)
        if each is not None:
            made.append(each)
    return made


def _runs(case: Case, holds: Callable[[date], bool]) -> list[Span]:
    """The runs of days on which it holds, walked day by day; one that reaches the as-at day is open, if
    nothing on record ends it."""
    horizon = case.as_at + timedelta(days=1)
    found: list[Span] = []
    for life in case.supervised:
        day, opened = life.opened_on, None
        while day < life.end and day <= horizon:
            if holds(day) and opened is None:
                opened = day
            if not holds(day) and opened is not None:
                found.append(Span(opened, day))
                opened = None
            day += ONE
        if opened is not None:
            found.append(Span(opened, _end_of_run(day, life, holds)))
    return found


def _end_of_run(day: date, life: Span, holds: Callable[[date], bool]) -> date | None:
    """Beyond the as-at day only the early phase ends: within a year, or not at all."""
    for ahead in range(366):
        if day + timedelta(days=ahead) >= life.end:
            return life.closed_on if life.end != FOREVER else None
        if not holds(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    return None if life.end == FOREVER else life.closed_on


def _marks(case: Case) -> list[Mark]:
    by_day: dict[date, list[Thing]] = {}
    for each in case.of_types("face_to_face_appointments"):
        if each.row["outcome"] in case.codes("attended_outcomes"):
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
    region: Region, case: Case, mark: Mark, onward: list[Mark], life: Span, demands: list[Demanded]
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
    unsure = region.unsure("S16", None, mark.day, early=not mark.seen)
    return Obligation(
        duty="S16",
        case=case.name,
        name=name_of("S16", case.name, table, mark.row_id),
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


def _settle(case: Case, each: Obligation, said: Sentence | None, exempt: list[tuple[str, Thing]]) -> None:
    """What the obligation is in on the as-at day, in the words of the common rules."""
    day = each.due or each.on
    because = each.unsure or (said.unknown(day) if said is not None else None)
    late = bool(each.days["date"])
    excused = each.excuse is not None and (each.due is None or each.excuse <= each.due)
    held = sorted((t.start, clause, t.row_id) for clause, t in exempt if t.holds(day))
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


def _next_day(each: Obligation) -> bool:
    """Met on the very day after: no day was unmet, and it is late all the same."""
    assert each.due is not None
    return each.met == each.due + ONE and each.required and each.unsure is None


def _working_days_ahead(case: Case, due: date) -> bool:
    """Whether the day lies at most as many working days ahead as count as soon."""
    ahead, day = 0, case.as_at
    while day < due:
        day += ONE
        ahead += _works(day)
    return ahead <= case.length("due_soon")


def _why_ended(case: Case, day: date) -> str:
    if case.died == day:
        return "died"
    reasons = sorted(s.row["end_reason"] for s in case.sentences if s.end == day and s.row["end_reason"])
    return reasons[0] if reasons else "not recorded"


def _parts(case: Case, each: Obligation, clock: str, said: Sentence | None, base: int) -> list[Row]:
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
                "part": part,
                "clock": clock,
                "opened_on": run[0],
                "closed_on": None if last == case.as_at else last + ONE,
                "practitioner": row["staff_code"] if row else None,
                "team": row["team_code"] if row else None,
                "severity": _severity(case, each, said, base, last),
            }
        )
    return rows


def _severity(case: Case, each: Obligation, said: Sentence | None, base: int, last: date) -> int:
    weight = said.severe if said is not None and said.severe_on(last) else base
    assert each.due is not None
    assert each.window is not None
    times = case.number("severity_overdue")
    long = case.last_day(
        each.due, max(each.window.length, 1) * times, each.window.in_working_days, pausing=False
    )
    worse = case.is_heightened(last) or (long is not None and last > long)
    return min(weight + case.number("severity_rise") * worse, case.number("severity_cap"))


ORDER = ("missed", "unknown", "due", "not_due", "exempt", "met_late", "met")


def _case_state(case: Case, code: str, obligations: list[Obligation], said: Sentence | None) -> Row | None:
    today = case.as_at
    if not any(span.contains(today) for span in case.life):
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
        voices.append((ORDER.index(state), age, each.name, state, since, each))
    row: dict[str, Any] = {"case_id": case.name, "duty": code, "state": "not_applicable"}
    row |= {"since": None, "due_on": None, "unknown_because": None}
    if voices:
        _, _, _, state, since, each = min(voices, key=lambda voice: voice[:3])
        row |= {"state": state, "since": since, "due_on": each.due, "unknown_because": each.because}
    clause = said.unknown(today) if said is not None else None
    if clause is not None and row["state"] not in ("missed", "due"):
        day = today
        while said is not None and said.unknown(day - ONE) is not None:
            day -= ONE
        row |= {"state": "unknown", "since": day, "due_on": None, "unknown_because": clause}
    return row


def _opened(case: Case, days: list[date]) -> date:
    """The first of the run of days that reaches the last."""
    first = days[-1]
    for day in reversed(days[:-1]):
        if first - day != ONE:
            break
        first = day
    return first


def run(tables: Mapping[str, Sequence[Row]], *, policy: Policy, as_at: date) -> dict[str, list[Row]]:
    """The night's ``obligation``, ``lapse`` (without ``pdu``) and ``duty_state`` as rows, in no order."""
    region = Region(tables, policy, as_at)
    merged = {row["crn"]: row["merged_into"] for row in tables["person"] if row["merged_into"]}
    night: dict[str, list[Row]] = {"obligation": [], "lapse": [], "duty_state": []}
    for name in sorted({survivor(row["crn"], merged) for row in tables["person"]}):
        case = Case(name, _of_case(tables, name, merged), policy, as_at)
        for code in (*ONCE, "S16"):
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
    said: Sentence | None = None
    if code == "S16":
        obligations, base = _s16(region, case), case.number("contact_severity")
        leave = [each for each in case.absences if each.row["kind"] in case.codes("agreed_leave")]
        exempt = [("suspended", each) for each in case.suspended]
        exempt += [("agreed_leave", each) for each in leave]
    else:
        obligations, said = _once(region, case, code)
        base, exempt = said.severity, said.exempt
    for each in obligations:
        _settle(case, each, said, exempt)
        night["obligation"].append(_obligation_row(each))
        for clock in ("date", "recorded"):
            night["lapse"] += _parts(case, each, clock, said, base)
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
