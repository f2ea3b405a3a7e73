"""Reading one case: what stands in it, what was known when, and promise 7 on every door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pytest

from assay.core.errors import Refused
from assay.records.cases import holdings, permissions, queries
from assay.records.cases.alerts import limits_without_manager
from assay.records.cases.types import CaseFile
from assay.records.holdings import held, words_held
from assay.records.store import Reader, build_snapshot, open_pair, put_in_force, write_night
from tests.factories import records
from tests.factories.records import AS_AT, CRN, OTHER_CRN

pytestmark = pytest.mark.django_db

THIRD = "X900003"


@dataclass(frozen=True)
class Someone:
    """As much of a user as limits depend on."""

    staff_code: str = ""
    delius_username: str = ""


SPO = Someone(staff_code="S1", delius_username="SpoOne")
ELSEWHERE = Someone(delius_username="Elsewhere")


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def in_force(home: Path, *, as_at: date = AS_AT, **rows: Any) -> Any:
    snapshot = build_snapshot(records.fit_tables(**rows), home=home, as_at=as_at, provider="N52")
    none = {"lapse": pa.table({"lapse_id": pa.array([], pa.string())})}
    night = write_night(none, home=home, snapshot=snapshot, as_at=as_at, versions={})
    return put_in_force(home, snapshot=snapshot, night=night)


WHOLE_CASE: dict[str, Any] = {
    "person": [
        {"crn": CRN, "forename": "New", "surname": "Name", "date_of_birth": date(1990, 4, 1)},
        {"crn": OTHER_CRN, "forename": "Old", "surname": "Former", "merged_into": CRN},
        {"crn": THIRD},
    ],
    "contact": [
        {"crn": CRN, "contact_id": "asked", "type": "SFGC", "happened_on": date(2026, 2, 3),
         "recorded_at": at(date(2026, 2, 3)), "staff_code": "P1"},
        {"crn": CRN, "contact_id": "answered", "type": "SFRR", "happened_on": date(2026, 2, 12),
         "recorded_at": at(date(2026, 2, 12))},
        {"crn": CRN, "contact_id": "oversight", "type": "MO1", "happened_on": date(2026, 2, 10),
         "recorded_at": at(date(2026, 3, 2)), "staff_code": "S1"},
        {"crn": CRN, "contact_id": "missed", "happened_on": date(2026, 2, 20), "outcome": "AFTA",
         "recorded_at": at(date(2026, 2, 20))},
    ],
    "enquiry": [
        {"crn": CRN, "enquiry_id": "e1", "agency": "childrens_services", "kind": "child_safeguarding",
         "asked_on": date(2026, 2, 3), "answered_on": date(2026, 2, 12), "reply": "known",
         "asked_contact_id": "asked", "answered_contact_id": "answered",
         "recorded_at": at(date(2026, 2, 3)), "answer_recorded_at": at(date(2026, 2, 12))},
    ],
    "registration": [{"crn": CRN, "registration_id": "r1", "type": "RCPR", "closed_on": date(2026, 3, 1)}],
    "assessment": [{"crn": CRN, "assessment_id": "a1", "staff_code": "P1", "signed_on": date(2026, 1, 20),
                    "completed_on": date(2026, 1, 20)}],
    "plan_row": [{"crn": CRN, "plan_row_id": "p1", "assessment_id": "a1", "owner_agency": "police"}],
    "words": [
        {"crn": CRN, "subject": "enquiry", "subject_id": "e1", "section": "reply", "flag": "do_not_disclose",
         "body": "Two children.\n\nThe neighbour said so.", "written_at": at(date(2026, 2, 12))},
        {"crn": CRN, "subject": "contact", "subject_id": "oversight", "body": "Discussed.",
         "written_at": at(date(2026, 3, 2))},
        {"crn": CRN, "subject": "assessment", "subject_id": "a1", "section": "who_is_at_risk",
         "body": "Children of the household.", "kind": "judgement", "written_at": at(date(2026, 1, 20))},
    ],
    "access_limitation": [{"crn": THIRD, "username": "SpoOne"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return in_force(tmp_path_factory.mktemp("home"), **WHOLE_CASE)


@pytest.fixture
def reader(made: Any) -> Iterator[Reader]:
    with open_pair(made) as opened:
        yield opened


def file_of(reader: Reader, crn: str = CRN, **more: Any) -> CaseFile:
    found = queries.case_file(reader, crn, user=ELSEWHERE, **more)
    assert found is not None
    return found


def test_a_case_has_its_people_risks_and_words(reader: Reader) -> None:
    case = file_of(reader)

    assert (case.identity.name, case.identity.age(AS_AT), case.identity.merged_from) == (
        "New Name",
        35,
        (OTHER_CRN,),
    )
    assert [(each.code, each.closed_on) for each in case.registers] == [("RCPR", date(2026, 3, 1))]
    assert case.holder is not None
    assert (case.holder.staff_code, case.holder.team, case.holder.pdu, case.holder.manager_code) == (
        "P1", "Ash team 1", "Ash PDU", "S1",
    )  # fmt: skip
    assert [each.paragraphs for each in case.first] == [("Two children.", "The neighbour said so.")]
    assert [each.paragraphs for each in case.assessments[0].words] == [("Children of the household.",)]
    assert [each.owner_agency for each in case.assessments[0].plan] == ["Police"]


def test_the_timeline_is_newest_first_and_each_entry_under_its_filter(reader: Reader) -> None:
    contacts = [each for each in file_of(reader).timeline if each.table == "contact"]

    assert [(each.row_id, each.group) for each in contacts] == [
        ("missed", "absences"),
        ("answered", "enquiries"),
        ("oversight", "oversight"),
        ("asked", "enquiries"),
    ]
    assert [each.by for each in contacts] == ["", "", "text Spo", "text One"]


def test_an_answer_stands_with_the_contact_that_records_it_and_only_there(reader: Reader) -> None:
    case = file_of(reader)

    assert not [each for each in case.timeline if each.table == "enquiry"]
    with_reply = [
        each.row_id for each in case.timeline if any(said.subject == "enquiry" for said in each.words)
    ]
    assert with_reply == ["answered"]


def test_what_was_written_up_late_says_so(reader: Reader) -> None:
    late = {each.row_id: each.late_by for each in file_of(reader).timeline if each.is_written_late}

    assert late == {"oversight": 20}


def test_as_known_on_a_day_nothing_later_is_seen(reader: Reader) -> None:
    case = file_of(reader, as_known_on=date(2026, 2, 11))

    assert {each.row_id for each in case.timeline if each.table == "contact"} == {"asked"}
    assert [(each.answered_on, each.reply) for each in case.enquiries] == [(None, "")]
    assert [each.closed_on for each in case.registers] == [None]
    assert case.first == ()
    assert [each.subject_id for each in case.words] == ["a1"]


def test_a_past_day_revives_no_former_name(reader: Reader) -> None:
    for crn in (CRN, OTHER_CRN):
        case = file_of(reader, crn, as_known_on=date(2026, 1, 6))
        assert (case.identity.crn, case.identity.name) == (CRN, "New Name")


def test_a_barred_and_an_absent_case_give_one_answer(reader: Reader) -> None:
    assert queries.case_file(reader, THIRD, user=SPO) is None
    assert queries.case_file(reader, "X999999", user=SPO) is None
    refusals = []
    for crn in (THIRD, "X999999"):
        with pytest.raises(Refused) as refused:
            permissions.check_may_see(reader, crn, user=SPO)
        refusals.append(refused.value.message)
    assert refusals[0] == refusals[1]


def test_someone_else_may_see_the_case_that_one_person_is_excluded_from(reader: Reader) -> None:
    assert file_of(reader, THIRD).identity.is_limited
    permissions.check_may_see(reader, THIRD, user=ELSEWHERE)


def test_an_account_without_its_delius_name_does_not_slip_past_an_exclusion(reader: Reader) -> None:
    assert permissions.is_barred(reader, THIRD, user=Someone(staff_code="S1"))
    assert queries.case_file(reader, THIRD, user=Someone(staff_code="S1")) is None


def test_lists_leave_barred_and_absent_cases_out_alike(reader: Reader) -> None:
    wanted = [THIRD, "X999999", CRN]

    assert set(queries.case_names(reader, wanted, user=SPO)) == {CRN}
    assert set(queries.case_names(reader, wanted, user=ELSEWHERE)) == {THIRD, CRN}
    assert queries.listed(reader, wanted, user=SPO) == ["X999999", CRN]


def test_a_limit_on_a_record_that_was_merged_away_holds_for_the_one_it_became(tmp_path: Path) -> None:
    people = [{"crn": CRN}, {"crn": OTHER_CRN, "merged_into": CRN}]
    pair = in_force(tmp_path, person=people, access_limitation=[{"crn": OTHER_CRN, "username": "SpoOne"}])

    with open_pair(pair) as reader:
        assert queries.case_file(reader, CRN, user=SPO) is None
        assert queries.case_file(reader, OTHER_CRN, user=SPO) is None
        assert queries.listed(reader, [CRN, OTHER_CRN], user=SPO) == []
        assert queries.case_file(reader, CRN, user=ELSEWHERE) is not None


def test_todays_limits_govern_the_view_of_a_past_night(tmp_path: Path) -> None:
    before = in_force(tmp_path)
    in_force(tmp_path, as_at=date(2026, 4, 1), access_limitation=[{"username": "SpoOne"}])

    with open_pair(before) as reader:
        assert reader.rows("SELECT * FROM r.access_limitation") == []
        assert queries.case_file(reader, CRN, user=SPO) is None


def test_an_exclusion_that_was_loaded_does_not_wait_for_the_night(tmp_path: Path) -> None:
    pair = in_force(tmp_path)
    limited = records.fit_tables(access_limitation=[{"username": "SpoOne"}])
    with open_pair(pair) as reader:
        assert queries.case_file(reader, CRN, user=SPO) is not None
        build_snapshot(limited, home=tmp_path, as_at=AS_AT, provider="N52")
        assert queries.case_file(reader, CRN, user=SPO) is None


def test_a_limit_in_force_holds_until_the_night_though_a_newer_load_has_lifted_it(tmp_path: Path) -> None:
    """Neither the past night looked at nor the newest load has the limit; the night in force has."""
    past = in_force(tmp_path)
    current = in_force(tmp_path, as_at=date(2026, 4, 1), access_limitation=[{"username": "SpoOne"}])
    lifted = build_snapshot(records.fit_tables(), home=tmp_path, as_at=date(2026, 4, 2), provider="N52")

    for pair in (past, current):
        with open_pair(pair) as reader:
            assert permissions.barred_for(reader, user=SPO) == {CRN}
            assert permissions.limited_crns(reader) == {CRN}
            assert queries.case_file(reader, CRN, user=SPO) is None
            assert queries.listed(reader, [CRN], user=SPO) == []
            assert queries.case_file(reader, CRN, user=ELSEWHERE) is not None

    none = {"lapse": pa.table({"lapse_id": pa.array([], pa.string())})}
    night = write_night(none, home=tmp_path, snapshot=lifted, as_at=date(2026, 4, 2), versions={})
    put_in_force(tmp_path, snapshot=lifted, night=night)
    with open_pair(past) as reader:
        assert queries.case_file(reader, CRN, user=SPO) is not None


def test_a_limit_that_only_a_past_night_had_does_not_govern_its_view(tmp_path: Path) -> None:
    before = in_force(tmp_path, access_limitation=[{"username": "SpoOne"}])
    in_force(tmp_path, as_at=date(2026, 4, 1))

    with open_pair(before) as reader:
        assert len(reader.rows("SELECT * FROM r.access_limitation")) == 1
        assert permissions.barred_for(reader, user=SPO) == set()
        assert queries.case_file(reader, CRN, user=SPO) is not None


def test_a_limit_the_newest_load_closes_holds_on_until_the_night(tmp_path: Path) -> None:
    """Its row stays, with the day it ended; each snapshot's limits are read as at its own day."""
    pair = in_force(tmp_path, access_limitation=[{"username": "SpoOne"}])
    closed = [{"username": "SpoOne", "closed_on": date(2026, 4, 1)}]
    loaded = records.fit_tables(access_limitation=closed)
    build_snapshot(loaded, home=tmp_path, as_at=date(2026, 4, 2), provider="N52")

    with open_pair(pair) as reader:
        assert queries.case_file(reader, CRN, user=SPO) is None

    in_force(tmp_path, as_at=date(2026, 4, 2), access_limitation=closed)
    with open_pair(pair) as reader:
        assert queries.case_file(reader, CRN, user=SPO) is not None


def test_a_reference_is_opaque_and_stays_the_same(reader: Reader) -> None:
    first = queries.reference_for([CRN, OTHER_CRN])
    again = queries.reference_for([OTHER_CRN, CRN, CRN])

    assert first == again
    assert len(set(first.values())) == 2
    assert queries.crn_of(first[CRN]) == queries.crn_of(str(first[CRN])) == CRN
    assert queries.crn_of(uuid4()) is None
    assert queries.crn_of("not a reference") is None
    assert [each.reference for each in holdings.held(CRN)] == [first[CRN]]
    assert all(isinstance(each, UUID) for each in first.values())


def test_references_for_many_cases_are_issued_in_portions() -> None:
    crns = [f"X9{number:05}" for number in range(1203)]
    assert len(set(queries.reference_for(crns).values())) == 1203


def test_a_limited_case_without_a_permitted_manager_alerts_the_desk_alone(tmp_path: Path, cast: Any) -> None:
    from assay.access.accounts.models import User

    limits = [
        {"crn": CRN, "username": "SpoOne"},
        {"crn": OTHER_CRN, "username": "SpoOne", "kind": "restricted"},
        {"crn": THIRD, "username": "PoOne", "kind": "restricted"},
    ]
    pair = in_force(tmp_path, access_limitation=limits)
    desk = User.objects.get(username="lara.limited")

    with open_pair(pair) as reader:
        found = limits_without_manager(reader, user=desk)
        for other in (cast.spo, cast.practitioner, cast.stranger, cast.inspector):
            with pytest.raises(Refused):
                limits_without_manager(reader, user=other)

    assert [(each.crn, each.staff_code, each.manager_code) for each in found] == [
        (CRN, "P1", "S1"),
        (THIRD, "P1", "S1"),
    ]


def test_what_is_held_of_a_person_is_counted_in_every_snapshot_kept(made: Any, reader: Reader) -> None:
    found = {each.table: each.rows for each in held(reader.home, CRN)}

    assert found["contact"] == 4
    assert found["words"] == 3
    assert held(reader.home, "X999999") == ()
    counted = words_held(made.snapshot, CRN)
    assert (counted.ready, counted.to_be_redacted) == (2, 1)
