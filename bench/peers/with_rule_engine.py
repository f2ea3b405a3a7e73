"""rule-engine: rules in its own language over one object for each trigger, with the case's evidence and the
spans that may excuse it as lists. The due day is worked out beforehand, since it knows no working days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import rule_engine

from bench.peers.definitions import DUTIES, Rows, Simple, Spans
from bench.peers.measuring import READING, Costs, Task, contend
from bench.peers.with_pandas import Records, due_days, events, holding, read, spans, write

Thing = dict[str, Any]

HELD = "[each.row for each in unless if each.opened <= on and on < each.closed]"
MET = "[each for each in evidence if each.on >= since]"
BEFORE = "[each for each in evidence if each.on < on]"
STATES = (
    ("excused", "excused_by != null"),
    ("late", "met != null and met > due"),
    ("in_time", "met != null"),
    ("missed", "due < as_at"),
)
REASONS = {"late": "met_late", "in_time": "met", "waiting": "waiting"}


class Rules:
    """The rules, parsed once."""

    def __init__(self) -> None:
        context = rule_engine.Context(resolver=rule_engine.resolve_item)
        self.held, self.met, self.before = (
            rule_engine.Rule(text, context=context) for text in (HELD, MET, BEFORE)
        )
        self.states = [(state, rule_engine.Rule(text, context=context)) for state, text in STATES]

    def judge(self, thing: Thing) -> Thing:
        """The thing with what its evidence comes to. Lists of evidence are in order of day and row."""
        held, met = self.held.evaluate(thing), self.met.evaluate(thing)
        thing["excused_by"] = min(held) if held else None
        thing["met"], thing["row_id"] = (met[0]["on"], met[0]["row"]) if met else (None, None)
        thing["state"] = next((state for state, rule in self.states if rule.matches(thing)), "waiting")
        thing["reason"] = REASONS.get(thing["state"])
        if thing["state"] == "excused":
            thing["reason"], thing["row_id"] = thing["excuse"], thing["excused_by"]
        elif thing["state"] == "missed":
            self._last(thing)
        return thing

    def _last(self, thing: Thing) -> None:
        before = self.before.evaluate(thing)
        days = [each["on"] for each in before]
        thing["reason"] = "last_before" if before else "none"
        thing["row_id"] = before[days.index(days[-1])]["row"] if before else None


def load(task: Task, costs: Costs) -> Callable[[], None]:
    """Reading the tables and making the objects are told apart, within the run."""
    rules = Rules()

    def run() -> None:
        import pandas as pd

        with costs.part(READING):
            records = read(task)
        with costs.part("  of it objects"):
            things = [each for duty in DUTIES for each in _things(records, duty)]
        for each in things:
            rules.judge(each)
        frame = pd.DataFrame(things).sort_values(["duty", "anchor"], ignore_index=True)
        write(frame, task)

    return run


def _things(records: Records, duty: Simple) -> Iterator[Thing]:
    rows = events(records, duty.trigger)
    rows = rows[rows["on"] >= records.since]
    if duty.during is not None:
        within = holding(rows.rename(columns={"row": "anchor"}), spans(records, duty.during))
        rows = rows[rows["row"].isin(within.index)]
    evidence, unless = _evidence(records, duty.evidence), _unless(records, duty.unless)
    due = due_days(records, rows["on"].to_numpy(), duty)
    for case, crn, anchor, on, last in zip(
        rows["case"], rows["crn"], rows["row"], rows["on"], due, strict=True
    ):
        yield {
            "duty": duty.code,
            "crn": crn,
            "anchor": anchor,
            "on": on,
            "since": on + duty.after,
            "due": int(last),
            "as_at": records.as_at,
            "excuse": duty.unless.table if duty.unless else None,
            "evidence": evidence.get(case, ()),
            "unless": unless.get(case, ()),
        }


def _evidence(records: Records, part: Rows) -> dict[int, list[Thing]]:
    rows = events(records, part).sort_values(["on", "row"])
    found: dict[int, list[Thing]] = defaultdict(list)
    for case, row, on in zip(rows["case"], rows["row"], rows["on"], strict=True):
        found[case].append({"row": row, "on": on})
    return found


def _unless(records: Records, part: Spans | None) -> dict[int, list[Thing]]:
    found: dict[int, list[Thing]] = defaultdict(list)
    if part is not None:
        rows = spans(records, part)
        for case, row, opened, closed in zip(*(rows[name] for name in rows.columns), strict=True):
            found[case].append({"row": row, "opened": opened, "closed": closed})
    return found


if __name__ == "__main__":
    contend(load)
