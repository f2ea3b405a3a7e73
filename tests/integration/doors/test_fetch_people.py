"""Who is in the extract and who must not be; what is known from the last fetch; whom a change asks about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from assay.core.errors import Refused, Unfit
from assay.records.cases import rules
from assay.records.cases.rules import Limit
from assay.records.checks import examine
from assay.records.sources import read_folder
from assay.records.sources.domain_events import Told
from assay.records.sources.external_api import Fetched, Wanted, fetch
from assay.records.sources.external_api.client import Patience
from assay.records.sources.external_api.fetching import building_folder
from assay.records.sources.external_api.people_file import read_people
from tests.factories import external_api
from tests.factories.external_api import Fault, Service, contact, person, sentence, supervision, supervisions

FIRST, NEXT = datetime(2026, 3, 30, 6, 30, tzinfo=UTC), datetime(2026, 3, 31, 6, 30, tzinfo=UTC)
ONE, TWO, THREE = "X900001", "X900002", "X900003"
QUICK = Patience(sleep=lambda seconds: None)


def fetched(api: Service, wanted: Wanted, *, at: datetime = FIRST, upstream: bool = False) -> Fetched:
    return fetch(wanted, connection=api.connection(upstream=upstream), at=at, patience=QUICK)


def wanted(folder: Path, lists: Path, *people: str, **more: Any) -> Wanted:
    return Wanted(
        folder=folder, provider="N52", people=people, lists=lists, **({"limit": Fraction(1)} | more)
    )


def rows(folder: Path, table: str, *columns: str) -> list[Any]:
    found = read_folder(folder).tables[table].to_pylist()
    return [tuple(row[name] for name in columns) for row in found]


def reasons(folder: Path) -> list[str]:
    return (folder / "quarantine.csv").read_text("utf-8").splitlines()[1:]


def limited(**more: Any) -> dict[str, Any]:
    return {"excludedFrom": [], "restrictedTo": [], **more}


def barred(folder: Path, username: str) -> frozenset[str]:
    found = read_folder(folder).tables["access_limitation"].to_pylist()
    limits = [
        Limit(**{name: row[name] for name in ("crn", "username", "kind", "closed_on")}) for row in found
    ]
    return rules.barred(limits, [username], on=date(2026, 3, 30))


def test_limits_are_kept_by_user_name_with_their_message(api: Service, lists: Path, tmp_path: Path) -> None:
    said = limited(
        excludedFrom=[{"email": "One@Service.invalid"}],
        exclusionMessage="Speak to the head of unit.",
        restrictedTo=[{"email": "two@service.invalid"}],
    )
    api.people = {ONE: person(ONE, access_limitations=said)}
    external_api.lists(lists, users=[("one@service.invalid", "PoOne"), ("two@service.invalid", "PoTwo")])

    fetched(api, wanted(tmp_path / "extract", lists, ONE))

    folder = tmp_path / "extract"
    assert sorted(rows(folder, "access_limitation", "kind", "username", "message", "opened_on")) == [
        ("excluded", "PoOne", "Speak to the head of unit.", date(2026, 3, 30)),
        ("restricted", "PoTwo", None, date(2026, 3, 30)),
    ]
    assert (barred(folder, "PoOne"), barred(folder, "PoTwo")) == (frozenset({ONE}), frozenset())


def test_an_excluded_address_of_no_known_user_closes_the_record_to_everyone(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    said = limited(
        excludedFrom=[{"email": "unknown@service.invalid"}], restrictedTo=[{"email": "one@service.invalid"}]
    )
    api.people = {ONE: person(ONE, access_limitations=said)}

    fetched(api, wanted(tmp_path / "extract", lists, ONE))

    assert rows(tmp_path / "extract", "access_limitation", "kind", "username") == [("restricted", "(nobody)")]
    assert barred(tmp_path / "extract", "PoOne") == {ONE}


@pytest.mark.parametrize(
    "more",
    [
        {"access_limitations": 403},
        {"access_limitations": 404},
        {"access_limitations": {"excludedFrom": None, "restrictedTo": []}},
        {"access_limitations": {}},
    ],
)
def test_a_person_whose_limits_are_not_known_is_left_out_whole(
    api: Service, lists: Path, tmp_path: Path, more: dict[str, Any]
) -> None:
    api.people = {ONE: person(ONE), TWO: person(TWO, **more)}

    done = fetched(api, wanted(tmp_path / "extract", lists, ONE, TWO))

    assert rows(tmp_path / "extract", "person", "crn") == [(ONE,)]
    assert rows(tmp_path / "extract", "contact", "crn") == [(ONE,)]
    assert done.facts["left_out"] == 1
    assert any(
        TWO in each and each.startswith("access-limitations,") for each in reasons(tmp_path / "extract")
    )


def test_a_mark_of_restriction_without_a_list_leaves_the_person_out(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    marked = person(TWO)
    marked["person"]["probationOffenderSearch"]["currentRestriction"] = True
    api.people = {ONE: person(ONE), TWO: marked}

    fetched(api, wanted(tmp_path / "extract", lists, ONE, TWO))

    assert rows(tmp_path / "extract", "person", "crn") == [(ONE,)]
    assert reasons(tmp_path / "extract") == [
        f'access-limitations,2,limits,"{TWO}: who may see the record is not known, so that nobody may."'
    ]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"contact_events": 403}, "contact-events,2,not-given"),
        ({"risks__dynamic": 403}, "risks-dynamic,2,not-given"),
        ({"contact_events": []}, "contact-events,2,no-contacts"),
        ({"person": {"probationOffenderSearch": None}}, "person,2,shape"),
        ({"person": 404}, "person,2,not-found"),
        ({"person": 403}, "person,2,not-given"),
    ],
)
def test_a_person_of_whom_the_service_gives_too_little_is_left_out(
    api: Service, lists: Path, tmp_path: Path, more: dict[str, Any], reason: str
) -> None:
    """A record without its contacts would say that nothing was done."""
    api.people = {ONE: person(ONE), TWO: person(TWO, **more)}

    fetched(api, wanted(tmp_path / "extract", lists, ONE, TWO))

    assert rows(tmp_path / "extract", "person", "crn") == [(ONE,)]
    assert [each.startswith(reason) and TWO in each for each in reasons(tmp_path / "extract")] == [True]


def test_more_bad_rows_than_the_limit_and_there_is_no_extract(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    bad = [contact(n, ONE, contactType="Unheard of") for n in range(30)]
    api.people = {ONE: person(ONE, contact_events=[contact(99, ONE), *bad])}
    given = wanted(tmp_path / "extract", lists, ONE, limit=Fraction(1, 10))

    with pytest.raises(Unfit) as unfit:
        fetched(api, given)

    # The person, a sentence, the holder and one contact are good.
    first, *others = unfit.value.problems
    assert first.message.worded() == "30 of 34 rows are bad; the limit is 10%."
    assert [each.row for each in others[:20]] == list(range(2, 22))
    assert not given.folder.exists()
    assert len((building_folder(given.folder) / "quarantine.csv").read_text("utf-8").splitlines()) == 31


def test_a_merged_number_points_to_the_record_it_became_and_has_nothing_else(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    merged = {ONE: person(ONE), TWO: person(TWO)}
    merged[ONE]["person"]["probationOffenderSearch"] = person(TWO)["person"]["probationOffenderSearch"]
    api.people = {**merged, THREE: person(THREE)}
    api.faults = [Fault(f"/persons/{THREE}", status=301, location=f"/v1/persons/{TWO}")]

    done = fetched(api, wanted(tmp_path / "extract", lists, ONE, THREE))

    folder = tmp_path / "extract"
    assert rows(folder, "person", "crn", "merged_into", "surname") == [
        (ONE, TWO, "Sample"),
        (TWO, None, "Sample"),
        (THREE, TWO, "Sample"),
    ]
    assert rows(folder, "contact", "crn") == [(TWO,)]
    assert (done.facts["asked"], done.facts["left_out"]) == (3, 0)
    assert examine(read_folder(folder)).problems == ()


def test_numbers_that_lead_in_a_ring_do_not_ask_for_ever(api: Service, lists: Path, tmp_path: Path) -> None:
    ring = {ONE: person(ONE), TWO: person(TWO), THREE: person(THREE)}
    ring[ONE]["person"] = person(TWO)["person"]
    ring[TWO]["person"] = person(ONE)["person"]
    api.people = ring

    fetched(api, wanted(tmp_path / "extract", lists, ONE, THREE))

    assert rows(tmp_path / "extract", "person", "crn") == [(THREE,)]
    assert {each.split(",")[2] for each in reasons(tmp_path / "extract")} == {"merged"}


def test_the_practitioner_must_be_one_of_the_regions_own(api: Service, lists: Path, tmp_path: Path) -> None:
    answers = person(TWO)
    answers["person-responsible-officer"]["communityOffenderManager"]["name"]["surname"] = "Unknown"
    api.people = {ONE: person(ONE), TWO: answers}

    fetched(api, wanted(tmp_path / "extract", lists, ONE, TWO))

    assert rows(tmp_path / "extract", "allocation", "crn", "staff_code") == [(ONE, "P1")]
    assert reasons(tmp_path / "extract") == [
        f"person-responsible-officer,1,unknown-staff,{TWO}: the practitioner or the team (N52A1T1) is not in "
        "the region's own lists."
    ]


def test_what_was_first_seen_keeps_its_day_and_what_is_gone_ends(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    registers = [{"code": "RCCO", "startDate": "2026-01-06"}, {"code": "RCPR", "startDate": "2026-01-07"}]
    harm = {"assessedOn": "2026-02-10T09:00:00", "summary": {"overallRiskLevel": "MEDIUM"}}
    answers = person(ONE, risks__dynamic=registers, risks__serious_harm=harm)
    answers["access-limitations"] = limited(excludedFrom=[{"email": "one@service.invalid"}])
    answers["sentences"] = [sentence(), sentence(dateOfSentencing="2026-02-02")]
    api.people = {ONE: answers}
    fetched(api, wanted(tmp_path / "extract", lists, ONE))

    answers["risks/dynamic"] = registers[:1]
    answers["risks/serious-harm"] = {
        "assessedOn": "2026-03-30T09:00:00",
        "summary": {"overallRiskLevel": "HIGH"},
    }
    answers["access-limitations"] = limited()
    answers["sentences"] = [sentence(isActive=False), sentence(dateOfSentencing="2026-02-02")]
    officer = answers["person-responsible-officer"]["communityOffenderManager"]
    officer["name"]["surname"], officer["team"]["code"] = "Two", "N52A1T2"
    fetched(api, wanted(tmp_path / "next", lists, ONE, since=tmp_path / "extract"), at=NEXT)

    folder, first, today = tmp_path / "next", FIRST, date(2026, 3, 31)
    assert rows(folder, "registration", "type", "closed_on", "recorded_at") == [
        ("RCCO", None, first),
        ("RCPR", today, first),
    ]
    assert rows(folder, "rosh", "level", "opened_on", "closed_on") == [
        ("medium", date(2026, 2, 10), date(2026, 3, 30)),
        ("high", date(2026, 3, 30), None),
    ]
    assert rows(folder, "access_limitation", "username", "opened_on", "closed_on") == [
        ("PoOne", date(2026, 3, 30), today)
    ]
    assert rows(folder, "sentence", "sentenced_on", "ended_on") == [
        (date(2026, 1, 5), today),
        (date(2026, 2, 2), None),
    ]
    assert rows(folder, "allocation", "staff_code", "reason", "opened_on", "closed_on") == [
        ("P1", "initial", date(2026, 1, 5), today),
        ("P2", "transfer", today, None),
    ]
    assert examine(read_folder(folder)).problems == ()


def test_an_event_tells_the_day_a_practitioner_took_over(api: Service, lists: Path, tmp_path: Path) -> None:
    answers = person(ONE)
    api.people = {ONE: answers}
    fetched(api, wanted(tmp_path / "extract", lists, ONE))
    answers["person-responsible-officer"]["communityOffenderManager"]["name"]["surname"] = "Two"

    given = wanted(tmp_path / "next", lists, ONE, since=tmp_path / "extract", handed={ONE: date(2026, 3, 27)})
    fetched(api, given, at=NEXT)

    assert rows(tmp_path / "next", "allocation", "staff_code", "reason", "opened_on", "closed_on") == [
        ("P1", "initial", date(2026, 1, 5), date(2026, 3, 27)),
        ("P2", "other", date(2026, 3, 27), None),
    ]


def test_registers_that_no_answer_holds_come_from_events_and_end_by_them(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE, risks__dynamic=[{"code": "RCCO", "startDate": "2026-01-06"}])}
    abuse = Told(type="ADVP", opened_on=date(2026, 2, 1), closed_on=None, level=None, category=None)
    known = replace(abuse, type="RCCO", opened_on=date(2026, 1, 6))
    strange = replace(abuse, type="NEWREG")
    given = wanted(tmp_path / "extract", lists, ONE, told={ONE: (abuse, known, strange)})

    fetched(api, given)
    again = wanted(tmp_path / "again", lists, ONE, since=tmp_path / "extract")
    fetched(api, again, at=NEXT)
    ended = replace(abuse, closed_on=date(2026, 3, 31))
    fetched(api, replace(again, folder=tmp_path / "next", told={ONE: (ended,)}), at=NEXT)

    columns = ("type", "opened_on", "closed_on", "recorded_at")
    child, first = ("RCCO", date(2026, 1, 6), None, FIRST), ("ADVP", date(2026, 2, 1), None, FIRST)
    assert rows(tmp_path / "extract", "registration", *columns) == [child, first]
    assert rows(tmp_path / "again", "registration", *columns) == [child, first]
    assert rows(tmp_path / "next", "registration", *columns) == [
        child,
        ("ADVP", date(2026, 2, 1), date(2026, 3, 31), FIRST),
    ]


def test_a_list_that_was_not_given_ends_nothing(api: Service, lists: Path, tmp_path: Path) -> None:
    api.people = {ONE: person(ONE, status_information=[{"code": "ASFO", "startDate": "2026-03-01"}])}
    fetched(api, wanted(tmp_path / "extract", lists, ONE))

    api.people = {ONE: person(ONE, status_information=403)}
    fetched(api, wanted(tmp_path / "next", lists, ONE, since=tmp_path / "extract"), at=NEXT)

    assert rows(tmp_path / "next", "registration", "type", "closed_on") == [("ASFO", None)]


def test_people_not_asked_about_stay_as_they_were_and_those_erased_go(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    people = {each: person(each, contact_events=[contact(int(each[1:]), each)]) for each in (ONE, TWO, THREE)}
    api.people = people
    fetched(api, wanted(tmp_path / "extract", lists, ONE, TWO, THREE))
    before = len(api.asked)
    people[ONE]["contact-events"].append(contact(7, ONE))

    given = wanted(tmp_path / "next", lists, ONE, since=tmp_path / "extract", gone=frozenset({THREE}))
    fetched(api, given, at=NEXT)

    assert {each.split("/")[3].partition("?")[0] for each in api.asked[before:]} == {ONE}
    assert sorted(rows(tmp_path / "next", "contact", "crn", "contact_id")) == [
        (ONE, "7"),
        (ONE, "900001"),
        (TWO, "900002"),
    ]
    assert rows(tmp_path / "next", "person", "crn") == [(ONE,), (TWO,)]
    assert examine(read_folder(tmp_path / "next")).problems == ()


def test_the_same_answers_a_day_later_are_the_same_rows(api: Service, lists: Path, tmp_path: Path) -> None:
    answers = person(ONE, risks__dynamic=[{"code": "RCCO", "startDate": "2026-01-06"}])
    answers["delius/supervisions"] = supervisions(supervision(1))
    answers["delius/contacts"] = [external_api.logged(1, ONE, "COAP")]
    api.people = {ONE: answers}
    fetched(api, wanted(tmp_path / "extract", lists, ONE), upstream=True)

    given = wanted(tmp_path / "next", lists, ONE, since=tmp_path / "extract")
    fetched(api, given, at=NEXT, upstream=True)

    def tables(folder: str) -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in (tmp_path / folder).glob("*.parquet")}

    assert tables("next") == tables("extract")


def test_an_extract_of_another_kind_is_no_last_fetch(api: Service, lists: Path, tmp_path: Path) -> None:
    with pytest.raises(Unfit) as unfit:
        fetched(api, wanted(tmp_path / "next", lists, ONE, since=lists))

    assert [(each.file, each.rule) for each in unfit.value.problems] == [("fetch.json", "last-fetch")]


def test_the_list_of_people_names_the_row_that_is_no_reference(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("\ufeffcrn,other\nx900001,a\n\nX900001,b\nX9,c\n", "utf-8")

    with pytest.raises(Unfit) as unfit:
        read_people(path)
    path.write_text("X900002\n x900001 \nX900002\n", "utf-8")

    assert [(each.file, each.row, each.value) for each in unfit.value.problems] == [("people.csv", 4, "X9")]
    assert read_people(path) == (TWO, ONE)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("email\nx@y.invalid\n", None),
        ("email,username\na@b.invalid,One\nA@b.invalid,Two\n", 2),
        ("email,username\n,One\n", 1),
    ],
)
def test_the_list_of_users_must_be_of_use(
    api: Service, lists: Path, tmp_path: Path, text: str, row: int
) -> None:
    (lists / "users.csv").write_text(text, "utf-8")

    with pytest.raises(Unfit) as unfit:
        fetched(api, wanted(tmp_path / "extract", lists, ONE))

    assert [(each.file, each.row) for each in unfit.value.problems] == [("users.csv", row)]
    assert api.asked == []


def test_nobody_to_ask_about_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    from rich.console import Console

    from assay.jobs.fetch import bring

    with pytest.raises(Refused, match="whom to ask about"):
        bring(
            tmp_path / "extract",
            provider="N52",
            staff=tmp_path,
            people=None,
            since=None,
            changed=True,
            needs=False,
            at_once=1,
            home=tmp_path,
            console=Console(stderr=True),
        )


def test_a_merge_into_somebody_who_must_be_left_out_leaves_both_out(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    merged = person(ONE)
    merged["person"] = person(TWO)["person"]
    api.people = {ONE: merged, TWO: person(TWO, access_limitations=403), THREE: person(THREE)}

    fetched(api, replace(wanted(tmp_path / "extract", lists), people=(ONE, THREE)))

    assert rows(tmp_path / "extract", "person", "crn") == [(THREE,)]
    assert [each.split(",")[2] for each in reasons(tmp_path / "extract")] == ["not-given", "merged"]
