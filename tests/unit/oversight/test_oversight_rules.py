"""The decisions of the queue, without clock or database."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from assay.assurance.oversight import rules
from assay.assurance.oversight.types import (
    Mover,
    Near,
    OpenItem,
    PersonRow,
    Scale,
    SeenContact,
    State,
    TextState,
    UsedWindow,
    WaitingText,
)

THURSDAY, FRIDAY, MONDAY, TUESDAY = (date(2026, 2, 26), date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 3))


def item(severity: int = 3, opened_on: date = date(2026, 1, 20), **more: object) -> OpenItem:
    given: dict[str, object] = {
        "matter": uuid4(),
        "lapse_id": "l",
        "obligation_id": "o",
        "duty": "S01",
        "state": State.OPEN,
        "is_backlog": False,
        "standing": "on",
        **more,
    }
    return OpenItem(severity=severity, opened_on=opened_on, **given)  # type: ignore[arg-type]


def person(
    crn: str, *items: OpenItem, rosh: str | None = "medium", registers: tuple[str, ...] = ()
) -> PersonRow:
    return PersonRow(
        crn=crn,
        reference=UUID(int=int(crn[1:])),
        name="Sam Invented",
        rosh=rosh,
        registers=registers,
        staff_code="P1",
        practitioner="Pat One",
        team="T1",
        items=items or (item(),),
    )


def ordered(*people: PersonRow) -> list[str]:
    return [each.crn for each in rules.split_queue(people).first]


def test_most_harm_comes_first_then_rosh_then_registers_then_age() -> None:
    assert ordered(person("X900001", item(3)), person("X900002", item(4))) == ["X900002", "X900001"]
    assert ordered(person("X900001"), person("X900002", rosh="very_high")) == ["X900002", "X900001"]
    assert ordered(person("X900001"), person("X900002", registers=("RCPR",))) == ["X900002", "X900001"]
    assert ordered(
        person("X900001", item(opened_on=date(2026, 2, 1))),
        person("X900002", item(opened_on=date(2026, 1, 1))),
    ) == ["X900002", "X900001"]


def test_a_level_nobody_recorded_does_not_put_a_person_last() -> None:
    assert ordered(person("X900001", rosh="low"), person("X900002", rosh=None)) == ["X900002", "X900001"]


def test_a_register_without_harm_moves_nobody_up() -> None:
    assert ordered(person("X900001"), person("X900002", registers=("KDUP",))) == ["X900001", "X900002"]


SCALE = Scale(rise=1, overdue=2, with_plan={"S04": 4, "S06": 4})
FIVE_DAYS = UsedWindow(name="police_enquiry", value=5, unit="working_days", confidence="sourced")


def test_the_delay_of_backlog_does_not_make_a_lapse_critical_and_that_of_a_later_one_does() -> None:
    # Due Tuesday 20 January: ten working days later is Tuesday 3 February.
    late = {"due_on": date(2026, 1, 20), "window": FIVE_DAYS}
    old, new = item(4, is_backlog=True, **late), item(4, is_backlog=False, **late)

    def harm(each: OpenItem, near: Near, on: date = THURSDAY) -> tuple[int, int]:
        found = rules.weighed(each, near, scale=SCALE, as_at=on)
        return found.severity, found.harm

    assert harm(old, Near()) == (3, 3)
    assert harm(new, Near()) == (4, 4)
    assert harm(old, Near(risk=True)) == (4, 4)  # risk alone raised it as well
    assert harm(old, Near(), on=date(2026, 2, 3)) == (4, 4)  # not yet long overdue: the delay raised nothing
    assert harm(old, Near(), on=date(2026, 2, 4)) == (3, 3)


def test_weeks_and_days_are_long_overdue_in_calendar_days() -> None:
    weeks = UsedWindow(name="home_visit_medium", value=6, unit="weeks", confidence="sourced")
    visit = item(3, due_on=date(2025, 11, 1), window=weeks)
    assert not rules.is_long_overdue(visit, scale=SCALE, as_at=date(2026, 1, 24))
    assert rules.is_long_overdue(visit, scale=SCALE, as_at=date(2026, 1, 25))


def test_a_child_protection_plan_comes_first_and_an_answer_nobody_worked_with_before_the_unasked() -> None:
    plan = Near(risk=True, plan=True)

    def weighed(crn: str, duty: str, near: Near) -> PersonRow:
        one = rules.weighed(item(4, duty=duty), near, scale=SCALE, as_at=THURSDAY)
        return person(
            crn, one, rosh="high", registers=("RCPR", "ADVP", "MAPP") if duty == "S04" else ("RCPR",)
        )

    visit, unasked, told = (
        weighed("X900001", "S15", plan),
        weighed("X900002", "S04", plan),
        weighed("X900003", "S06", plan),
    )
    assert [max(each.harm for each in who.items) for who in (visit, unasked, told)] == [4, 5, 5]
    assert ordered(visit, unasked, told) == ["X900003", "X900002", "X900001"]


def test_six_are_shown_and_the_critical_beyond_go_by_name() -> None:
    people = [person(f"X90000{n}", item(4)) for n in range(1, 9)] + [person("X900009", item(2))]
    queue = rules.split_queue(people)
    assert [each.crn for each in queue.first] == [f"X90000{n}" for n in range(1, 7)]
    assert [each.crn for each in queue.critical_beyond] == ["X900007", "X900008"]
    assert [each.crn for each in queue.rest] == ["X900009"]
    assert queue.people == 9


def test_an_assumed_window_enters_a_queue_only_once_adopted() -> None:
    assumed = UsedWindow(name="police_enquiry", value=5, unit="working_days", confidence="assumed")
    assert not item(window=assumed).may_enter_queue
    assert item(window=assumed, adopted_on=date(2026, 1, 3)).may_enter_queue
    sourced = UsedWindow(name="home_visit_high", value=15, unit="days", confidence="sourced")
    assert item(window=sourced).may_enter_queue
    assert not item(window=sourced, standing="trial").may_enter_queue


def text(**more: object) -> WaitingText:
    given: dict[str, object] = {
        "contact_type": "MO1",
        "happened_on": THURSDAY,
        "made_on": THURSDAY,
        "already": frozenset(),
        "state": TextState.WAITING,
        **more,
    }
    return WaitingText(**given)  # type: ignore[arg-type]


def contact(**more: object) -> SeenContact:
    given: dict[str, object] = {
        "contact_id": "c1",
        "type": "MO1",
        "happened_on": THURSDAY,
        "recorded_on": FRIDAY,
        **more,
    }
    return SeenContact(**given)  # type: ignore[arg-type]


def test_a_text_is_done_when_the_contact_is_seen() -> None:
    assert rules.text_after_night(text(), [contact()], as_at=FRIDAY) == (TextState.IN_RECORD, "c1")
    assert (
        rules.text_after_night(text(), [contact(happened_on=MONDAY)], as_at=MONDAY)[0] is TextState.IN_RECORD
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "C238"},
        {"happened_on": date(2026, 2, 25)},
        {"happened_on": TUESDAY},
        {"recorded_on": date(2026, 2, 25)},
    ],
)
def test_another_contact_is_not_taken_for_it(wrong: dict[str, object]) -> None:
    assert rules.text_after_night(text(), [contact(**wrong)], as_at=FRIDAY) == (TextState.WAITING, "")


def test_a_contact_that_was_there_before_is_not_taken_for_it() -> None:
    known = text(already=frozenset({"c1"}))
    assert rules.text_after_night(known, [contact()], as_at=FRIDAY) == (TextState.WAITING, "")


def test_a_text_comes_back_after_two_working_days_and_not_before() -> None:
    assert rules.text_after_night(text(), [], as_at=FRIDAY)[0] is TextState.WAITING
    assert rules.text_after_night(text(), [], as_at=date(2026, 3, 1))[0] is TextState.WAITING
    assert rules.text_after_night(text(), [], as_at=MONDAY)[0] is TextState.RETURNED


def test_a_text_that_came_back_is_still_done_when_seen() -> None:
    late = text(state=TextState.RETURNED)
    assert (
        rules.text_after_night(late, [contact(recorded_on=TUESDAY)], as_at=TUESDAY)[0] is TextState.IN_RECORD
    )


@pytest.mark.parametrize("state", list(State))
def test_what_leaves_the_records_is_kept_for_a_person_to_close(state: State) -> None:
    after = rules.after_night(state, is_open=False, is_in_records=False, until=None, as_at=FRIDAY)
    assert after is (state if state in (State.GONE, State.CLOSED) else State.GONE)


@pytest.mark.parametrize(
    "state", [State.PLANNED, State.DECIDED_NOT_TO, State.WAITING_FOR_PARTNER, State.ASKED]
)
def test_a_decision_comes_back_on_its_day(state: State) -> None:
    def after(as_at: date) -> State:
        return rules.after_night(state, is_open=True, is_in_records=True, until=FRIDAY, as_at=as_at)

    assert after(THURSDAY) is state
    assert after(FRIDAY) is State.OPEN


def test_only_the_record_meets_a_duty() -> None:
    met = {
        by for row in rules.STATES.values() for move in row.moves if move.to is State.MET for by in move.by
    }
    assert met == {Mover.NIGHT}


def test_what_two_people_found_wrong_stays_so() -> None:
    assert (
        rules.after_night(State.WRONG, is_open=True, is_in_records=True, until=None, as_at=FRIDAY)
        is State.WRONG
    )


def test_every_state_has_a_row_and_every_move_leads_to_one() -> None:
    assert set(rules.STATES) == set(State)
    assert set(rules.TEXT_STATES) == set(TextState)
    for table in (rules.STATES, rules.TEXT_STATES):
        for row in table.values():
            assert row.name
            assert all(move.to in table and move.by for move in row.moves)


def test_a_state_that_expects_something_of_nobody_has_no_owner() -> None:
    assert {state for state, row in rules.STATES.items() if row.owner is None} == rules.DONE


def test_the_same_person_is_drawn_again_and_another_month_may_draw_another() -> None:
    crns = [f"X90000{n}" for n in range(1, 9)]
    drawn = rules.drawn(crns, month=date(2026, 2, 1), salt="P1")
    assert drawn == rules.drawn(list(reversed(crns)), month=date(2026, 2, 1), salt="P1")
    assert len({rules.drawn(crns, month=date(2026, m, 1), salt="P1") for m in range(1, 13)}) > 3
    assert rules.drawn([], month=date(2026, 2, 1), salt="P1") is None


def test_the_first_night_of_a_duty_is_backlog() -> None:
    assert rules.is_backlog("S01", duties_seen=frozenset())
    assert rules.is_backlog("S04", duties_seen=frozenset({"S01"}))
    assert not rules.is_backlog("S01", duties_seen=frozenset({"S01"}))
