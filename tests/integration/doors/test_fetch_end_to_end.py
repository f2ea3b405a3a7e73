"""From a service over HTTPS to a snapshot: what it says, in the record standard, through the one door."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from assay.jobs import cli
from assay.records.checks import examine
from assay.records.sources import read_folder
from assay.records.sources.external_api import Fetched, Wanted, fetch
from assay.records.sources.external_api.client import Patience
from assay.records.store import latest_snapshot, open_snapshot
from tests.factories.domain_events import event, lines, message
from tests.factories.external_api import Service, contact, logged, person, sentence, supervision, supervisions

AT = datetime(2026, 3, 31, 6, 30, tzinfo=UTC)
ONE, TWO = "X900001", "X900002"
QUICK = Patience(sleep=lambda seconds: None)
RUNNER = CliRunner()
cli.add_commands(["load", "fetch", "events"])


def fetched(
    api: Service,
    folder: Path,
    lists: Path,
    *,
    people: tuple[str, ...] = (ONE,),
    upstream: bool = False,
    **more: Any,
) -> Fetched:
    at = more.pop("at", AT)
    wanted = Wanted(
        folder=folder,
        provider="N52",
        people=people,
        lists=lists,
        **({"limit": Fraction(1, 2)} | more),
    )
    return fetch(wanted, connection=api.connection(upstream=upstream), at=at, patience=QUICK)


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_folder(folder).tables[table].to_pylist()
    return found


def only(folder: Path, table: str, *columns: str) -> list[Any]:
    return [
        tuple(row[name] for name in columns) if len(columns) > 1 else row[columns[0]]
        for row in rows(folder, table)
    ]


RISKY = {
    "risks/dynamic": [
        {
            "code": "RVRH",
            "description": "Very high RoSH",
            "startDate": "2026-01-20",
            "reviewDate": "2026-07-20",
        },
        {
            "code": "RCCO",
            "description": "Child Concerns",
            "startDate": "2026-01-06",
            "reviewDate": None,
            "new": 1,
        },
        {"code": "RCPR", "description": "Child Protection", "startDate": "2026-01-07"},
    ],
    "status-information": [{"code": "ASFO", "description": "SFO", "startDate": "2026-03-01"}],
    "risks/mappadetail": {
        "level": 1,
        "levelDescription": "MAPPA Level 1",
        "category": 2,
        "startDate": "2026-01-08",
        "reviewDate": "2026-05-08",
        "notes": "not kept",
    },
    "risks/serious-harm": {
        "assessedOn": "2026-02-10T23:30:00",
        "summary": {
            "whoIsAtRisk": "not kept",
            "overallRiskLevel": "VERY_HIGH",
            "riskInCommunity": {
                "children": "HIGH ",
                "public": "LOW",
                "knowAdult": "VERY_HIGH",
                "staff": None,
            },
        },
    },
    "risks/scores": [
        {
            "completedDate": "2026-02-10T23:30:00",
            "assessmentStatus": "COMPLETE",
            "riskOfSeriousRecidivism": {"score": 7.25},
            "groupReconviction": {"scoreLevel": "HIGH"},
            "allReoffendingPredictor": {"score": 30, "staticOrDynamic": "DYNAMIC"},
        }
    ],
    "risk-management-plan": [
        {
            "assessmentId": 4711,
            "initiationDate": "2026-02-02T09:00:00",
            "dateCompleted": "2026-02-10T23:30:00",
            "latestSignLockDate": "2026-02-09T12:00:00",
            "latestCompleteDate": "2026-02-10T23:30:00",
            "assessmentStatus": "COMPLETE",
            "assessmentType": "LAYER3",
            "supervision": "Weekly.",
            "monitoringAndControl": "",
            "victimSafetyPlanning": "*** REDACTED ***",
        }
    ],
    "assessment-summary": {
        "initiationDate": "2026-02-02T09:00:00",
        "completedDate": "2026-02-10T23:30:00",
        "assessmentType": "LAYER3",
        "status": "COMPLETE",
        "assessorName": "text One",
        "countersignerName": "Nobody Known",
    },
}


def test_what_the_service_says_of_a_person_is_loaded_by_the_door_of_every_extract(
    api: Service, lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in api.environment().items():
        monkeypatch.setenv(name, value)
    api.people = {ONE: person(ONE), TWO: person(TWO, contact_events=[contact(2, TWO)])}
    people = tmp_path / "people.csv"
    people.write_text(f"name,crn\nnobody,{ONE}\nnobody,{TWO}\n{''},\n", "utf-8")
    folder, home = tmp_path / "extract", tmp_path / "home"

    options = ["--provider", "N52", "--people", str(people), "--staff", str(lists), "--home", str(home)]
    done = RUNNER.invoke(cli.app, ["fetch", str(folder), *options])
    loaded = RUNNER.invoke(cli.app, ["load", str(folder), "--home", str(home)])

    assert (done.exit_code, loaded.exit_code) == (0, 0), done.output + loaded.output
    assert "Asked about 2 people; 0 left out, 0 bad rows set apart in quarantine.csv." in done.output
    assert "Loaded 2 people and 2 contacts" in loaded.output
    snapshot = latest_snapshot(home)
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        found = reader.rows("SELECT crn, type, outcome, staff_code FROM r.contact ORDER BY crn")
    assert found == [
        {"crn": ONE, "type": "COAP", "outcome": "ATTC", "staff_code": "P1"},
        {"crn": TWO, "type": "COAP", "outcome": "ATTC", "staff_code": "P1"},
    ]
    assert not list(tmp_path.glob(".*"))


def test_an_extract_of_everything_the_service_can_say_is_fit(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE) | RISKY}

    done = fetched(api, tmp_path / "extract", lists)

    found = examine(read_folder(tmp_path / "extract"))
    assert (found.problems, found.warnings) == ((), ())
    assert done.facts["rows_refused"] == 0
    label = read_folder(tmp_path / "extract").label
    assert (label.provider, label.as_at, label.synthetic) == ("N52", date(2026, 3, 31), True)


def test_registers_come_from_three_answers_and_the_older_spelling_is_brought_to_ours(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE) | RISKY}

    fetched(api, tmp_path / "extract", lists)

    columns = ("type", "level", "category", "opened_on", "closed_on", "next_review_on")
    assert only(tmp_path / "extract", "registration", *columns) == [
        ("RCCO", None, None, date(2026, 1, 6), None, None),
        ("RCPR", None, None, date(2026, 1, 7), None, None),
        ("MAPP", "M1", "M2", date(2026, 1, 8), None, date(2026, 5, 8)),
        ("RVHR", None, None, date(2026, 1, 20), None, date(2026, 7, 20)),
        ("ASFO", None, None, date(2026, 3, 1), None, None),
    ]


def test_levels_scores_assessments_and_plans_keep_the_days_the_service_gives(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    """A time without a zone is London's: half past eleven at night in February is that day's."""
    api.people = {ONE: person(ONE) | RISKY}

    fetched(api, tmp_path / "extract", lists)

    folder, done = tmp_path / "extract", datetime(2026, 2, 10, 23, 30, tzinfo=UTC)
    assert only(folder, "rosh", "level", "children", "public", "known_adult", "staff", "opened_on") == [
        ("very_high", "high", "low", "very_high", None, date(2026, 2, 10))
    ]
    assert sorted(only(folder, "predictor", "name", "score", "basis", "scored_on", "recorded_at")) == [
        ("ARP", 30.0, "dynamic", date(2026, 2, 10), done),
        ("RSR", 7.25, None, date(2026, 2, 10), done),
    ]
    (assessment,) = rows(folder, "assessment")
    assert assessment == {
        "assessment_id": f"{ONE}-4711",
        "crn": ONE,
        "type": "LAYER3",
        "status": "COMPLETE",
        "staff_code": "P1",
        "started_on": date(2026, 2, 2),
        "signed_on": date(2026, 2, 9),
        "locked_on": date(2026, 2, 9),
        "completed_on": date(2026, 2, 10),
        "countersigned_on": date(2026, 2, 10),
        "countersigned_by": None,
        "risk_children": "high",
        "domestic_abuse": None,
        "recorded_at": done,
    }
    assert only(folder, "plan_row", "kind") == ["supervision", "victim_safety"]
    assert only(folder, "words", "subject_id", "section", "flag", "body") == [
        (f"{ONE}-4711-supervision", "supervision", "sensitive", "Weekly.")
    ]


def test_what_no_answer_holds_is_an_empty_table_and_not_a_guess(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE) | RISKY}

    fetched(api, tmp_path / "extract", lists)

    empty = {name for name, table in read_folder(tmp_path / "extract").tables.items() if not table.num_rows}
    assert empty >= {"offence", "requirement", "licence_condition", "release", "recall", "tier", "plan_need"}
    (one,) = rows(tmp_path / "extract", "person")
    assert (one["preferred_language"], one["religion"], one["disability"]) == ("not_recorded", None, None)


def test_needs_are_asked_for_only_where_the_region_says_that_its_plans_take_them_up(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    needs = {
        "assessedOn": "2026-02-10T23:30:00",
        "needs": [
            {"type": "DRUG_MISUSE", "riskOfHarm": False, "riskOfReoffending": True},
            {"type": "FINANCE", "riskOfHarm": False, "riskOfReoffending": False},
        ],
    }
    api.people = {ONE: person(ONE) | RISKY | {"needs": needs}}

    fetched(api, tmp_path / "without", lists)
    assert not [each for each in api.asked if each.endswith("/needs")]
    fetched(api, tmp_path / "with", lists, needs=True)

    assert only(tmp_path / "without", "plan_need", "need") == []
    assert only(tmp_path / "with", "plan_need", "need", "assessment_id", "planned_on") == [
        ("drugs", f"{ONE}-4711", date(2026, 2, 10))
    ]


def test_contacts_come_page_by_page_each_once_and_none_of_a_later_day(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    """Contacts move to another page while pages are turned, so one comes twice."""
    later = contact(
        9, ONE, creationDateTime="2026-04-01T00:00:00+01:00", contactDateTime="2026-03-31T09:00:00Z"
    )
    last = contact(
        8, ONE, creationDateTime="2026-03-31T23:59:59+01:00", contactDateTime="2026-04-09T00:00:00+01:00"
    )
    api.people = {ONE: person(ONE, contact_events=[contact(n, ONE) for n in (1, 2, 2, 3)] + [last, later])}

    fetched(api, tmp_path / "extract", lists)

    pages = [each for each in api.asked if "/contact-events" in each]
    assert pages == [f"/v1/persons/{ONE}/contact-events?page={n}&perPage=100" for n in (1, 2, 3)]
    assert only(tmp_path / "extract", "contact", "contact_id", "happened_on", "start_time", "recorded_at")[
        -2:
    ] == [
        ("3", date(2026, 1, 12), time(10, 0), datetime(2026, 1, 12, 10, 5, 0, 123456, tzinfo=UTC)),
        ("8", date(2026, 4, 9), None, datetime(2026, 3, 31, 22, 59, 59, tzinfo=UTC)),
    ]
    assert len(rows(tmp_path / "extract", "contact")) == 4


def test_the_service_behind_gives_codes_numbers_and_releases(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    answers = person(ONE)
    answers["delius/supervisions"] = supervisions(
        supervision(2, custodial=True, description="Adult Custody < 12m", length=8),
        supervision(1, length=2, lengthUnits="Years"),
        supervision(3, active=False),
        {"number": 4, "active": True, "date": "2026-03-01", "sentence": None},
        mappaDetail={"level": 2, "category": None, "startDate": "2026-02-01"},
    )
    answers["details/2"] = {
        "sentence": {
            "date": "2025-09-01",
            "sentencingCourt": {"name": "Invented Crown Court"},
            "releaseDate": "2026-02-20",
        }
    }
    answers["delius/contacts"] = [
        logged(
            1, ONE, "C369", contactDate="2026-01-08T09:00:00Z", outcome={"code": "DAOTH", "description": "x"}
        ),
        logged(2, ONE, "C515", contactDate="2026-01-15T09:00:00Z"),
        logged(3, ONE, "SFGC", contactDate="2026-01-09T09:00:00Z"),
        logged(
            4,
            ONE,
            "SFRR",
            contactDate="2026-01-20T09:00:00Z",
            outcome={"code": "?", "description": "Known to social services"},
        ),
        logged(5, ONE, "C369", contactDate="2026-02-01T09:00:00Z", outcome={"code": "NSUD"}, officer=None),
    ]
    api.people = {ONE: answers}

    done = fetched(api, tmp_path / "extract", lists, upstream=True)

    folder = tmp_path / "extract"
    assert not [each for each in api.asked if "contact-events" in each or each.endswith("/sentences")]
    columns = ("sentence_id", "event_number", "type", "sentenced_on", "started_on", "length_months", "court")
    assert only(folder, "sentence", *columns) == [
        (f"{ONE}-1", 1, "community_order", date(2026, 1, 5), date(2026, 1, 5), 24, None),
        (f"{ONE}-2", 2, "licence", date(2026, 1, 5), date(2026, 2, 20), 8, "Invented Crown Court"),
    ]
    assert only(folder, "registration", "type", "level", "category") == [("MAPP", "M2", None)]
    columns = ("agency", "kind", "outcome", "asked_on", "answered_on", "reply")
    assert sorted(only(folder, "enquiry", *columns), key=str) == [
        ("childrens_services", "child_safeguarding", "sent", date(2026, 1, 9), date(2026, 1, 20), "known"),
        ("police", "domestic_abuse", "not_sent_up_to_date", date(2026, 2, 1), None, None),
        ("police", "domestic_abuse_and_other", "sent", date(2026, 1, 8), date(2026, 1, 15), None),
    ]
    assert only(folder, "contact", "contact_id", "staff_code", "team_code")[-1] == ("5", None, None)
    assert only(folder, "allocation", "staff_code", "team_code", "reason", "opened_on") == [
        ("P1", "N52A1T1", "initial", date(2026, 1, 5))
    ]
    assert (examine(read_folder(folder)).problems, done.facts["rows_refused"]) == ((), 0)


def test_an_answer_belongs_to_the_latest_request_before_it_that_has_none(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    days = {1: "C369", 5: "C369", 9: "C515", 12: "C515", 14: "C515", 20: "C369"}
    answers = person(ONE)
    answers["delius/supervisions"] = supervisions(supervision(1))
    answers["delius/contacts"] = [
        logged(day, ONE, code, contactDate=f"2026-02-{day:02d}T09:00:00Z") for day, code in days.items()
    ]
    api.people = {ONE: answers}

    fetched(api, tmp_path / "extract", lists, upstream=True)

    found = only(tmp_path / "extract", "enquiry", "asked_on", "answered_on", "kind")
    assert [(asked.day, answered and answered.day, kind) for asked, answered, kind in found] == [
        (1, 12, "domestic_abuse"),
        (5, 9, "domestic_abuse"),
        (20, None, "domestic_abuse"),
    ]


def test_words_that_are_not_ours_to_keep_never_reach_the_folder(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    answers = person(ONE)
    answers["delius/supervisions"] = supervisions(supervision(1))
    answers["delius/contacts"] = [
        logged(number, ONE, code, notes=f"note {code}")
        for number, code in enumerate(["COAP", "CVIC", "VINC", "CCMM"], start=1)
    ]
    api.people = {ONE: answers}

    fetched(api, tmp_path / "extract", lists, upstream=True)

    # The file itself: whoever reads an extract leaves such words out once more.
    found = pq.read_table(tmp_path / "extract" / "words.parquet").to_pylist()
    columns = ("subject_id", "body", "author", "flag")
    assert [tuple(row[name] for name in columns) for row in found] == [("1", "note COAP", "P1", "sensitive")]
    assert len(rows(tmp_path / "extract", "contact")) == 4


def test_bad_rows_are_set_apart_with_their_place_and_the_rest_is_loaded(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    registers = [
        {"code": "NEWREG", "description": "A register to come", "startDate": "2026-01-06"},
        {"code": "RCCO", "description": "Child Concerns", "startDate": "06/01/2026"},
        {"code": "RCPR", "description": "Child Protection", "startDate": "2026-01-07"},
        "not an object",
    ]
    contacts = [
        contact(1, ONE),
        contact(2, ONE, contactType="Completed"),
        contact(3, ONE, outcome="Unheard of"),
    ]
    api.people = {ONE: person(ONE, risks__dynamic=registers, contact_events=contacts)}

    done = fetched(api, tmp_path / "extract", lists)

    text = (tmp_path / "extract" / "quarantine.csv").read_text("utf-8")
    assert text.splitlines() == [
        "file,row,rule,sentence",
        f"risks-dynamic,1,unknown-code,{ONE}: register NEWREG is not in our list.",
        f"risks-dynamic,2,shape,{ONE}: startDate is missing or not as the service describes it.",
        f"risks-dynamic,4,shape,{ONE}: the row is missing or not as the service describes it.",
        f"contact-events,2,unknown-code,{ONE}: contactType Completed is not in our list.",
        f"contact-events,3,unknown-code,{ONE}: outcome Unheard of is not in our list.",
    ]
    assert only(tmp_path / "extract", "registration", "type") == ["RCPR"]
    assert only(tmp_path / "extract", "contact", "contact_id") == ["1"]
    assert examine(read_folder(tmp_path / "extract")).problems == ()
    assert json.loads((tmp_path / "extract" / "fetch.json").read_text("utf-8"))["refused"] == {
        "shape": 2,
        "unknown-code": 3,
    }
    assert done.facts["left_out"] == 0


def test_sentences_of_the_prisons_record_and_those_that_ended_are_not_ours(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {
        ONE: person(
            ONE,
            sentences=[
                sentence(serviceSource="NOMIS", description="Imprisonment", isCustodial=True),
                sentence(dateOfSentencing="2020-01-06", isActive=False),
                sentence(description="ORA Suspended Sentence Order", length=None),
            ],
        )
    }

    fetched(api, tmp_path / "extract", lists)

    assert only(tmp_path / "extract", "sentence", "type", "event_number", "length_months", "ended_on") == [
        ("suspended_sentence", 2, None, None)
    ]


def test_events_say_whom_to_ask_about_again(
    api: Service, lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three people, an event tells of one, another of somebody of no concern to us, and one was erased."""
    for name, value in api.environment().items():
        monkeypatch.setenv(name, value)
    three, home = "X900003", tmp_path / "home"
    api.people = {
        each: person(each, contact_events=[contact(int(each[1:]), each)]) for each in (ONE, TWO, three)
    }
    people = tmp_path / "people.csv"
    people.write_text("\n".join(["crn", *api.people]), "utf-8")
    options = ["--provider", "N52", "--staff", str(lists), "--home", str(home)]
    first = RUNNER.invoke(cli.app, ["fetch", str(tmp_path / "first"), "--people", str(people), *options])
    before = len(api.asked)
    tier, gone = "tier.calculation.complete", "probation-case.deleted.gdpr"
    said = lines(
        message(1, event(tier, crn=ONE, facts={})),
        message(2, event(tier, crn="X900009", facts={})),
        message(3, event(gone, crn=three, facts={})),
    )
    told = RUNNER.invoke(cli.app, ["events", "-", "--home", str(home)], input=said)
    more = ["--since", str(tmp_path / "first"), "--changed", *options]

    done = RUNNER.invoke(cli.app, ["fetch", str(tmp_path / "next"), *more])

    assert (first.exit_code, told.exit_code, done.exit_code) == (0, 0, 0), done.output
    assert {each.split("/")[3].partition("?")[0] for each in api.asked[before:]} == {ONE}
    assert only(tmp_path / "next", "contact", "crn") == [ONE, TWO]
    assert examine(read_folder(tmp_path / "next")).problems == ()
    facts = json.loads((tmp_path / "next" / "fetch.json").read_text("utf-8"))
    assert (facts["asked"], facts["events_read"]) == (1, 3)
    more = ["--since", str(tmp_path / "next"), "--changed", *options]
    last = RUNNER.invoke(cli.app, ["fetch", str(tmp_path / "last"), *more])
    assert last.exit_code == 0, last.output
    assert json.loads((tmp_path / "last" / "fetch.json").read_text("utf-8"))["asked"] == 0
    assert only(tmp_path / "last", "contact", "crn") == [ONE, TWO]


def test_the_command_says_why_there_is_no_extract_and_what_is_kept(
    api: Service, lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two people is not known to the service; then the key is withdrawn."""
    for name, value in api.environment().items():
        monkeypatch.setenv(name, value)
    api.people = {ONE: person(ONE)}
    people = tmp_path / "people.csv"
    people.write_text(f"{ONE}\n{TWO}\n", "utf-8")
    options = ["--provider", "N52", "--people", str(people), "--staff", str(lists), "--home", str(tmp_path)]

    unfit = RUNNER.invoke(cli.app, ["fetch", str(tmp_path / "extract"), *options])
    monkeypatch.setenv("ASSAY_QUARANTINE_LIMIT", "1/2")
    asked = len(api.asked)
    fit = RUNNER.invoke(cli.app, ["fetch", str(tmp_path / "extract"), *options])
    again = len(api.asked) - asked
    monkeypatch.delenv("ASSAY_EXTERNAL_API_KEY_FILE")
    monkeypatch.setenv("ASSAY_EXTERNAL_API_KEY", "withdrawn")
    refused = RUNNER.invoke(cli.app, ["fetch", str(tmp_path / "other"), *options])

    assert (unfit.exit_code, fit.exit_code, refused.exit_code) == (2, 0, 3), fit.output
    assert "quarantine-limit" in unfit.output
    assert "The pages taken and quarantine.csv are kept in" in unfit.output
    assert again == 0
    assert only(tmp_path / "extract", "person", "crn") == [ONE]
    assert "does not accept our certificate or key" in refused.output
    assert not (tmp_path / "other").exists()
