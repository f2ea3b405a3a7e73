"""What the rates through the weeks need of each obligation: who held the case when it fell due, and whether
the case left the population soon after, unmet. :mod:`.rollups` counts them. Rows name the team and never a
practitioner.
"""

from __future__ import annotations

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rollups import SOON, Route
from assay.assurance.duties.verbs import Table, first_of, union

ENDED = {"died": Route.DIED, "transferred": Route.TRANSFERRED, "recalled": Route.RECALLED}


def with_team_and_route(records: Records, states: Table) -> Table:
    """The obligations with ``team``, which held the case on the day they fell due, and ``left_by``, the route
    by which the case left within ten working days of an unmet one: both empty where there is none."""
    held = records.holders.select("team", holder_case="case_id", held_from="opened", held_to="closed")
    held = held.filter(held.team.notnull())
    placed = states.left_join(
        held,
        [states.case_id == held.holder_case, held.held_from <= states.due, states.due < held.held_to],
    ).drop("holder_case", "held_from", "held_to")
    left = _left(records, states)
    return placed.left_join(left, placed.obligation_id == left.left_id).drop("left_id")


def _left(records: Records, states: Table) -> Table:
    """Of what was unmet when it fell due and whose case left within ten working days: the first of the ways
    it left by."""
    due = states.filter(states.required, states.met.isnull() | (states.met > states.due))
    due = due.select("obligation_id", "key", "case_id", "due", "life_closed")
    days = records.calendar.select(from_day="day", worked_then="worked")
    soon = records.workdays.select(soon_worked="worked", soon="first_day")
    due = due.join(days, due.due == days.from_day)
    due = records.keep(due.join(soon, due.worked_then + SOON == soon.soon_worked))
    ends = records.sentences.filter(records.sentences.closed < FOREVER)
    ends = ends.group_by(end_case="case_id", end_day="closed").agg(reason=ends.end_reason.min())
    over = due.filter(due.life_closed > due.due, due.life_closed <= due.soon)
    over = over.left_join(ends, [over.case_id == ends.end_case, over.life_closed == ends.end_day])
    ways = [(over.reason == reason, route.value) for reason, route in ENDED.items()]
    over = over.mutate(route=ibis.cases(*ways, else_=Route.ENDED.value), left=over.life_closed)
    exempt = records.shared("exempt").select(gone_key="key", left="opened")
    excused = due.join(exempt, [due.key == exempt.gone_key, exempt.left > due.due, exempt.left <= due.soon])
    excused = excused.mutate(route=ibis.literal(Route.EXEMPT.value))
    pauses = records.pauses.select(gone_case="case_id", left="opened")
    paused = due.join(
        pauses, [due.case_id == pauses.gone_case, pauses.left > due.due, pauses.left <= due.soon]
    )
    paused = paused.mutate(route=ibis.literal(Route.PAUSED.value))
    columns = ("obligation_id", "left", "route")
    found = union(*[each.select(*columns).cast({"route": "int64"}) for each in (over, excused, paused)])
    first = first_of(found, by="obligation_id", order=[found.left, found.route])
    names = [(first.route == route.value, route.name.lower()) for route in Route]
    return first.select(left_id="obligation_id", left_by=ibis.cases(*names))
