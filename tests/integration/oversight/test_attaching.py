"""A matter stays with its lapse through whatever happens to the rows behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

from assay.assurance.oversight.models import Matter, Round, StatusRow
from assay.assurance.oversight.types import State
from tests.factories.oversight import AS_AT, NEXT_DAY, OTHER_TEAM, TEAM, TWO_LATER, Lapse, World

EARLIER = date(2025, 12, 1)


def only() -> Matter:
    return Matter.objects.get()


def test_new_lapses_become_matters_and_closed_ones_do_not(world: World) -> None:
    done = world.attach([Lapse(), Lapse(duty="S04", closed_on=date(2026, 2, 1))])
    assert (done.new, Matter.objects.count()) == (1, 1)
    matter = only()
    assert (matter.duty, matter.state, matter.team, matter.region) == ("S01", State.OPEN, TEAM, "N52")
    assert matter.first_seen_on == AS_AT
    assert list(StatusRow.objects.values_list("state", "because", "by_kind")) == [("open", "seen", "system")]


def test_the_first_night_is_backlog_and_later_lapses_are_not(world: World) -> None:
    world.attach([Lapse()])
    world.attach([Lapse(), Lapse(crn="X900002")], as_at=NEXT_DAY)
    assert dict(Matter.objects.values_list("crn", "is_backlog")) == {"X900001": True, "X900002": False}


def test_a_night_attached_twice_changes_nothing(world: World) -> None:
    world.attach([Lapse()])
    before = list(Matter.objects.values())
    from assay.assurance.oversight.tasks import attach_night

    assert attach_night(world.home / "records").already
    assert (list(Matter.objects.values()), Round.objects.count()) == (before, 1)


def test_an_older_night_is_not_attached_over_a_newer_one(world: World) -> None:
    world.attach([Lapse()], as_at=NEXT_DAY)
    assert world.attach([], as_at=AS_AT).already
    assert only().state == State.OPEN


def test_a_back_dated_row_moves_the_days_and_not_the_matter(world: World) -> None:
    world.attach([Lapse()])
    uuid = only().uuid
    world.attach([Lapse(opened_on=EARLIER)], as_at=NEXT_DAY)
    assert (only().uuid, only().opened_on) == (uuid, EARLIER)


def test_an_edited_row_with_another_key_takes_the_matter_along(world: World) -> None:
    world.attach([Lapse()])
    uuid = only().uuid
    world.attach([Lapse(anchor="sentence-2")], as_at=NEXT_DAY)
    assert (only().uuid, only().anchor_id, only().state) == (uuid, "sentence-2", State.OPEN)


def test_a_deleted_row_leaves_a_matter_for_a_person_to_close(world: World, cast: Any) -> None:
    from assay.assurance.oversight.actions import close_matter

    world.attach([Lapse()])
    assert world.attach([], as_at=NEXT_DAY).gone == 1
    assert only().state == State.GONE
    world.attach([], as_at=TWO_LATER)
    assert only().state == State.GONE
    with world.reader() as reader:
        close_matter(reader, by=cast.spo, matter=only().uuid)
    assert only().state == State.CLOSED
    world.attach([Lapse()], as_at=date(2026, 3, 3))
    assert only().state == State.OPEN


def test_a_transfer_moves_the_matter_to_the_other_team(world: World) -> None:
    world.attach([Lapse()])
    uuid = only().uuid
    world.cases["X900001"] = "P2"
    world.attach([Lapse(practitioner="P2", team=OTHER_TEAM)], as_at=NEXT_DAY)
    assert (only().uuid, only().team) == (uuid, OTHER_TEAM)


def test_a_merged_record_takes_its_matter_along(world: World) -> None:
    world.attach([Lapse()])
    uuid = only().uuid
    world.rows["person"] = [{"crn": "X900001", "merged_into": "X900002"}, {"crn": "X900002"}]
    del world.cases["X900001"]
    world.attach([Lapse(crn="X900002")], as_at=NEXT_DAY)
    assert (only().uuid, only().crn) == (uuid, "X900002")


def test_two_matters_that_come_to_one_lapse_become_one_in_the_lists(world: World) -> None:
    world.attach([Lapse(), Lapse(crn="X900002")])
    world.rows["person"] = [{"crn": "X900001", "merged_into": "X900002"}, {"crn": "X900002"}]
    del world.cases["X900001"]
    world.attach([Lapse(crn="X900002")], as_at=NEXT_DAY)
    assert sorted(Matter.objects.values_list("state", flat=True)) == ["joined", "open"]


def test_what_the_records_show_as_done_is_met_and_open_again_if_they_take_it_back(world: World) -> None:
    world.attach([Lapse()])
    assert world.attach([Lapse(closed_on=NEXT_DAY)], as_at=NEXT_DAY).met == 1
    assert only().state == State.MET
    world.attach([Lapse()], as_at=TWO_LATER)
    assert only().state == State.OPEN


def test_one_person_per_caseload_is_drawn_once_a_month(world: World) -> None:
    from assay.assurance.oversight.models import ShortRead

    world.cases |= {"X900003": "P1", "X900004": "P2"}
    assert world.attach([Lapse()]).short_reads == 2
    drawn = set(ShortRead.objects.values_list("crn", "staff_code"))
    assert drawn in ({("X900002", "P1"), ("X900004", "P2")}, {("X900003", "P1"), ("X900004", "P2")})
    world.attach([Lapse()], as_at=NEXT_DAY)
    assert ShortRead.objects.count() == 2
    world.attach([Lapse()], as_at=TWO_LATER)
    assert ShortRead.objects.count() == 4
