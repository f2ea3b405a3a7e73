"""S19, slowly: the steps of a recall, and of a decision not to recall."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from assay.assurance.duties.reference_cases import ONE, Case, Excuse, Thing
from assay.assurance.duties.reference_sentences import Sentence, raised
from assay.core.dates import london_day
from assay.core.spans import FOREVER, Span, merge


def sentence(case: Case) -> Sentence:
    rows = []
    for row in case.tables["recall_step"]:
        day = london_day(row["agreed_at"])
        if day <= case.as_at:
            known = max(london_day(row["recorded_at"]), day)
            rows.append(Thing(row_id=row["recall_step_id"], start=day, known=known, row=row))

    def happened(at: datetime | None) -> bool:
        return at is not None and london_day(at) <= case.as_at

    def done(each: Thing) -> date:
        row = each.row
        if not row["reasons"]:
            return FOREVER
        if row["choice"] == "no_recall":
            letter: date | None = row["letter_on"]
            sent = letter is not None and each.start <= letter <= case.as_at
            return letter if sent and letter else FOREVER
        if not (happened(row["endorsed_at"]) and happened(row["sent_at"])):
            return FOREVER
        last = max(row["endorsed_at"], row["sent_at"])
        limit = each.start + ONE
        if last - row["agreed_at"] <= timedelta(hours=case.number("recall_hours")):
            return min(london_day(last), limit)
        return max(london_day(last), limit + ONE)

    weeks = timedelta(days=case.length("recall_followed"))
    followed = [Span(each.start, each.start + weeks) for each in rows]
    if case.died is not None:
        followed = [
            Span(span.opened_on, min(span.end, case.died)) for span in followed if span.opened_on < case.died
        ]
    life = merge([*case.life, *followed])
    recalls = [replace(each, start=each.start + ONE) for each in rows if each.row["choice"] == "recall"]
    days = {each.row_id: done(each) for each in rows}
    decided = [each for each in rows if each.row["choice"] == "no_recall"]
    raising = [each for each in recalls if each.start <= case.as_at]
    urgent = [(each.start, days[each.row_id]) for each in (*recalls, *decided) if each.row["emergency"]]
    return Sentence(
        applies=lambda day: any(span.contains(day) for span in life) and any(r.start <= day for r in rows),
        life=life,
        triggers=[
            *raised(raising, "recall_agreed", "recall_step", "recall_steps", since=lambda r: days[r.row_id]),
            *raised(
                decided,
                "no_recall_agreed",
                "recall_step",
                "no_recall_letter",
                since=lambda r: days[r.row_id],
            ),
        ],
        evidence=[
            replace(each, start=days[each.row_id], known=max(each.known, days[each.row_id]))
            for each in rows
            if days[each.row_id] < FOREVER
        ],
        excuses=[
            Excuse(
                on=each.start,
                known=each.known,
                row_id=each.row_id,
                clause="outage",
                first=date.min,
                last=date.max,
                anchor=each.row_id,
            )
            for each in rows
            if each.row["outage"]
        ],
        severity=case.number("recall_steps_severity"),
        severe=case.number("recall_steps_severity_emergency"),
        severe_on=lambda day: any(first <= day < last for first, last in urgent),
    )
