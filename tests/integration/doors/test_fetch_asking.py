"""How the service is asked: whom we trust, who trusts us, what is asked again, and what nobody may see."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from assay.core.errors import Refused, Unfit
from assay.records.sources import read_folder
from assay.records.sources.external_api import Wanted, connection_from_environment, fetch
from assay.records.sources.external_api.client import Client, Patience, seconds_of
from assay.records.sources.external_api.fetching import building_folder
from assay.records.sources.external_api.journal import Journal
from assay.records.sources.external_api.routes import DYNAMIC
from tests.factories.external_api import KEY, PASSPHRASE, Fault, Service, contact, person

AT = datetime(2026, 3, 31, 6, 30, tzinfo=UTC)
ONE, TWO, THREE = "X900001", "X900002", "X900003"
COMMAND = "from assay.jobs.cli import main\nmain()\n"


class Waits(list[float]):
    """What was waited for, instead of waiting."""

    def patience(self) -> Patience:
        return Patience(sleep=self.append, draw=lambda: 1.0)


def wanted(folder: Path, lists: Path, *people: str) -> Wanted:
    return Wanted(
        folder=folder, provider="N52", people=people or (ONE,), lists=lists, limit=Fraction(0), at_once=1
    )


def test_pages_that_fail_are_asked_again_after_pauses_that_double(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE)}
    api.faults = [
        Fault("/contact-events", status=503),
        Fault("/contact-events", status=500),
        Fault("/contact-events", drop=True),
        Fault("/contact-events", cut=True),
        Fault("/contact-events", body=b"<html>not JSON</html>"),
    ]
    waits = Waits()

    fetch(wanted(tmp_path / "extract", lists), connection=api.connection(), at=AT, patience=waits.patience())

    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert sum("/contact-events" in each for each in api.asked) == 6
    assert read_folder(tmp_path / "extract").tables["contact"].num_rows == 1


def test_the_service_says_how_long_to_wait_and_is_kept_to(api: Service, lists: Path, tmp_path: Path) -> None:
    api.people = {ONE: person(ONE)}
    api.faults = [Fault("/addresses", status=429, retry_after="7"), Fault("/addresses", status=429)]
    waits = Waits()

    fetch(wanted(tmp_path / "extract", lists), connection=api.connection(), at=AT, patience=waits.patience())

    assert waits == [7.0, 1.0]


def test_a_wait_that_is_too_long_ends_the_fetch_and_keeps_the_pages(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE)}
    api.faults = [Fault("/addresses", status=429, retry_after="900")]
    given = wanted(tmp_path / "extract", lists)

    with pytest.raises(Refused, match="come back in"):
        fetch(given, connection=api.connection(), at=AT, patience=Waits().patience())
    asked = len(api.asked)
    assert not given.folder.exists()
    fetch(given, connection=api.connection(), at=AT, patience=Waits().patience())

    again = api.asked[asked:]
    assert set(again) & set(api.asked[: asked - 1]) == set()
    assert again[0] == f"/v1/persons/{ONE}/addresses"


def test_a_service_that_stays_away_is_asked_six_times_and_no_more(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE)}
    api.faults = [Fault(f"/persons/{ONE}", status=503) for _ in range(9)]
    waits = Waits()

    with pytest.raises(Refused) as refused:
        fetch(
            wanted(tmp_path / "extract", lists), connection=api.connection(), at=AT, patience=waits.patience()
        )

    assert (len(api.asked), len(waits)) == (6, 5)
    assert refused.value.message.values == {"attempts": 6, "reason": "503"}


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("", 0.0),
        ("5", 5.0),
        ("soon", 0.0),
        ("Tue, 31 Mar 2026 06:30:20 GMT", 20.0),
        ("Tue, 31 Mar 2026 06:00:00 GMT", 0.0),
    ],
)
def test_both_forms_of_retry_after_are_read(said: str, seconds: float) -> None:
    assert seconds_of(said, now=AT) == seconds


def test_a_caller_with_another_authoritys_certificate_gets_nothing(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE)}
    stranger = replace(
        api.connection(), certificate=api.certificates.stranger, private_key=api.certificates.stranger_key
    )
    waits = Waits()

    with pytest.raises(Refused):
        fetch(wanted(tmp_path / "extract", lists), connection=stranger, at=AT, patience=waits.patience())

    assert api.asked == []
    assert not (tmp_path / "extract").exists()


def test_a_service_whose_certificate_we_do_not_trust_is_told_nothing(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    mistrusting = replace(api.connection(), authorities=api.certificates.stranger)
    waits = Waits()

    with pytest.raises(Refused, match="not one we trust"):
        fetch(wanted(tmp_path / "extract", lists), connection=mistrusting, at=AT, patience=waits.patience())

    assert (api.asked, waits) == ([], [])


def test_a_wrong_key_is_said_at_once(api: Service, lists: Path, tmp_path: Path) -> None:
    waits = Waits()

    with pytest.raises(Refused, match="certificate or key"):
        fetch(
            wanted(tmp_path / "extract", lists),
            connection=replace(api.connection(), key="another"),
            at=AT,
            patience=waits.patience(),
        )

    assert (len(api.asked), waits) == (1, [])


def test_a_redirect_is_not_followed_with_our_key(api: Service) -> None:
    api.faults = [Fault("/addresses", status=302, location="https://elsewhere.invalid/")]

    with Client(api.connection(), patience=Waits().patience()) as client:
        answer = client.ask(f"{api.base}/v1/persons/{ONE}/addresses", {})

    assert (answer.status, answer.location, len(api.asked)) == (302, "https://elsewhere.invalid/", 1)


def test_no_log_and_no_word_of_ours_holds_a_secret_or_an_address_that_names_a_person(
    api: Service, lists: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.people = {ONE: person(ONE)}
    api.faults = [Fault("/addresses", status=503), Fault("/needs", status=418)]
    connection = api.connection()

    fetch(wanted(tmp_path / "extract", lists), connection=connection, at=AT, patience=Waits().patience())

    for secret in (KEY, PASSPHRASE, ONE):
        assert secret not in caplog.text
        assert secret not in repr(connection)


def test_the_connection_is_read_from_the_environment_and_files(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in api.environment(upstream=True).items():
        monkeypatch.setenv(name, value)

    assert connection_from_environment() == api.connection(upstream=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSAY_EXTERNAL_API", "http://127.0.0.1"),
        ("ASSAY_EXTERNAL_API", "https://key:secret@host"),
        ("ASSAY_EXTERNAL_API_CERTIFICATE", "/nowhere.pem"),
        ("ASSAY_EXTERNAL_API_PRIVATE_KEY", ""),
        ("ASSAY_EXTERNAL_API_KEY_FILE", ""),
    ],
)
def test_a_connection_that_cannot_hold_names_the_setting_and_not_its_value(
    api: Service, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for each, said in (api.environment() | {name: value}).items():
        monkeypatch.setenv(each, said)

    with pytest.raises(Unfit) as unfit:
        connection_from_environment()

    (problem,) = unfit.value.problems
    assert (problem.file, problem.column, problem.value) == ("environment", name, None)


def test_a_passphrase_that_does_not_open_the_key_is_a_sentence(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each, said in api.environment().items():
        monkeypatch.setenv(each, said)
    monkeypatch.delenv("ASSAY_EXTERNAL_API_PASSPHRASE_FILE")
    monkeypatch.setenv("ASSAY_EXTERNAL_API_PASSPHRASE", "wrong")

    with pytest.raises(Unfit) as unfit:
        connection_from_environment()

    assert unfit.value.problems[0].column == "ASSAY_EXTERNAL_API_CERTIFICATE"


def test_a_fetch_killed_in_the_middle_goes_on_and_asks_for_no_page_twice(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {
        each: person(each, contact_events=[contact(int(each[-1]) * 10 + n, each) for n in range(5)])
        for each in (ONE, TWO, THREE)
    }
    people = tmp_path / "people.csv"
    people.write_text("crn\n" + "\n".join(api.people) + "\n", "utf-8")
    api.faults = [Fault(f"{TWO}/contact-events", hold=True)]
    folder = tmp_path / "extract"
    command = [
        sys.executable, "-c", COMMAND, "fetch", str(folder), "--provider", "N52", "--people", str(people),
        "--staff", str(lists), "--home", str(tmp_path / "home"), "--at-once", "1",
    ]  # fmt: skip
    environment = {**os.environ, **api.environment()}
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        assert api.held.wait(60)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert not folder.exists()
    assert building_folder(folder).is_dir()
    with (building_folder(folder) / "pages.jsonl").open("ab") as torn:
        torn.write(b'{"route":"risks-dynamic","crn":"X9000')
    api.let_go.set()

    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    twice = {path: count for path, count in Counter(api.asked).items() if count > 1}
    assert set(twice) <= {f"/v1/persons/{TWO}/contact-events?page=1&perPage=100"}
    assert read_folder(folder).tables["contact"].num_rows == 15
    assert not building_folder(folder).exists()


def test_a_page_cut_short_spoils_neither_what_was_taken_nor_what_comes_after(tmp_path: Path) -> None:
    asked = {"for": "one", "as_at": "2026-03-31", "began_at": AT.isoformat()}
    first, second, torn = ("addresses", ONE, 0), ("addresses", TWO, 0), ("addresses", THREE, 0)
    with Journal(tmp_path, asked=asked) as journal:
        journal.take(first, {"status": 200, "body": {"data": ["é"]}, "location": None})
    with (tmp_path / "pages.jsonl").open("ab") as opened:
        opened.write(b'{"route":"addresses","crn":"X900003","page":0,"sta')
    with Journal(tmp_path, asked=asked) as journal:
        journal.take(second, {"status": 404, "body": None, "location": None})

    with Journal(tmp_path, asked={**asked, "as_at": "2026-04-01"}) as journal:
        assert [each in journal for each in (first, second, torn)] == [True, True, False]
        assert journal.page(first)["body"] == {"data": ["é"]}
        assert journal.page(second)["status"] == 404
        assert journal.asked["as_at"] == "2026-03-31"


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ({"page": 1, "isLastPage": True, "totalPages": 3}, True),
        ({"page": 1, "isLastPage": False, "totalPages": 3}, False),
        ({"page": 1, "totalPages": 1}, True),
        ({"totalPages": None}, True),
    ],
)
def test_the_last_page_is_the_one_the_service_calls_so(said: dict[str, object], last: bool) -> None:
    assert DYNAMIC.is_last({"data": [], "pagination": said}, 0) is last


@pytest.mark.parametrize("body", [{"data": []}, {"data": [], "pagination": {"page": 2, "totalPages": 9}}])
def test_a_service_that_loses_count_is_not_asked_for_ever(body: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        DYNAMIC.is_last(body, 0)


def test_a_fetch_for_others_does_not_go_on_with_these_pages(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    api.people = {ONE: person(ONE), TWO: person(TWO)}
    api.faults = [Fault("/addresses", status=429, retry_after="900")]
    given = wanted(tmp_path / "extract", lists)
    with pytest.raises(Refused):
        fetch(given, connection=api.connection(), at=AT, patience=Waits().patience())

    with pytest.raises(Refused, match="something else"):
        fetch(replace(given, people=(TWO,)), connection=api.connection(), at=AT, patience=Waits().patience())

    assert not given.folder.exists()
    assert (building_folder(given.folder) / "pages.jsonl").stat().st_mode & 0o777 == 0o600


def test_many_at_once_bring_the_same_extract_as_one_after_another(
    api: Service, lists: Path, tmp_path: Path
) -> None:
    crns = [f"X90010{n}" for n in range(8)]
    api.people = {each: person(each, contact_events=[contact(int(each[1:]), each)]) for each in crns}
    for folder, at_once in (("one", 1), ("many", 8)):
        given = replace(wanted(tmp_path / folder, lists, *crns), at_once=at_once)
        fetch(given, connection=api.connection(), at=AT, patience=Waits().patience())

    def content(folder: str) -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in sorted((tmp_path / folder).iterdir())}

    assert content("one") == content("many")


def test_a_folder_that_is_there_is_left_alone(api: Service, lists: Path, tmp_path: Path) -> None:
    (tmp_path / "extract").mkdir()

    with pytest.raises(Refused, match="there already"):
        fetch(wanted(tmp_path / "extract", lists), connection=api.connection(), at=AT)

    assert (api.asked, list((tmp_path / "extract").iterdir())) == ([], [])
