"""What teams carry, by who asks; nothing here needs a case record, and nothing is of one practitioner."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client

from assay.access.accounts import actions
from assay.access.accounts.models import User
from assay.access.accounts.roles import Role
from assay.access.audit.models import Entry, EntrySubject
from assay.access.audit.types import SYSTEM
from assay.jobs.workbook import take_in
from tests.factories.workbooks import CONTACT, DAY, HEADINGS, REPORTS, Officer, sheets, written
from tests.functional.oversight.asking import lines, page

pytestmark = pytest.mark.django_db

TEAM, OTHER, FAR = "N52A1T1", "N52A1T2", "N52B1T1"
HEAVY, LIGHT = {"LicenceTierA3": 11}, {"LicenceTierA3": 10}  # 2,409 and 2,190 points; over is above 2,393
OFFICERS = [
    Officer(key="P1", surname="Able", tiers=HEAVY),
    Officer(key="P2", surname="Baker", tiers=LIGHT),
    Officer(key="P3", surname="Cook", grade="PSQ", tiers=LIGHT),
    Officer(key="P4", surname="Dyer", grade="PSQ", tiers={}, people=0),
    Officer(key="S1", surname="Manager", grade="PSC", tiers={"CommTierD0": 1}),
    Officer(key="P5", surname="zzEllis (Left)", tiers={"CommTierD1": 7}),
    Officer(key="P6", surname="Fisher (Maternity)", tiers={"CommTierD1": 4}),
    Officer(key=f"{TEAM}U", surname="Unallocated", forename="Staff", grade="DMY", tiers={"CommTier0": 2}),
    Officer(key="Q1", team=OTHER, surname="Gardener", tiers=HEAVY),
    Officer(key="Q2", team=OTHER, surname="Harper", tiers=LIGHT),
    *(Officer(key=f"R{n}", team=FAR, pdu="N52B", surname=f"Innkeeper{n}", tiers=HEAVY) for n in range(3)),
    Officer(key="K1", team="N57A1T1", pdu="N57A", region="N57", tiers={"CommTierD1": 3}),
]


@pytest.fixture
def taken(home: Path, tmp_path: Path) -> Path:
    take_in(written(tmp_path / "in.xlsx", sheets(OFFICERS)), home=home)
    return home


def named(username: str) -> User:
    return User.objects.get(username=username)


def status(user: User | None, path: str) -> int:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(path).status_code


PATHS = ("/staffing/", f"/staffing/teams/{TEAM}/", "/staffing/workbooks/")


@pytest.mark.parametrize(
    ("username", "answers"),
    [
        ("huw.example", (200, 200, 403)),
        ("helen.placeholder", (200, 200, 403)),
        ("rhys.region", (200, 200, 200)),
        ("priya.sample", (403, 403, 403)),
        ("tom.elsewhere", (403, 403, 403)),
        ("lara.limited", (403, 403, 403)),
        ("rekha.records", (403, 403, 403)),
        ("sam.stranger", (403, 403, 403)),
    ],
)
def test_who_may_open_which_page(taken: Path, username: str, answers: tuple[int, ...]) -> None:
    assert tuple(status(named(username), path) for path in PATHS) == answers


def test_the_signed_out_are_led_to_sign_in(taken: Path) -> None:
    assert [status(None, path) for path in PATHS] == [302, 302, 302]


def test_another_team_and_no_team_are_one_and_the_same_page(taken: Path) -> None:
    huw, helen, rhys = named("huw.example"), named("helen.placeholder"), named("rhys.region")
    asked = [f"/staffing/teams/{code}/" for code in (OTHER, FAR, "N57A1T1", "NOWHERE")]
    assert [status(huw, each) for each in asked] == [404, 404, 404, 404]
    assert [status(helen, each) for each in asked] == [200, 404, 404, 404]
    assert [status(rhys, each) for each in asked] == [200, 200, 404, 404]


def test_before_the_first_workbook_the_page_says_so(home: Path) -> None:
    assert "No workload workbook has been taken in yet" in page(named("huw.example"), "/staffing/")
    assert "with one command" not in page(named("huw.example"), "/staffing/")
    assert "with one command" in page(named("rhys.region"), "/staffing/")


def test_the_spo_sees_the_team_and_the_reasons_to_be_careful(taken: Path) -> None:
    body = page(named("huw.example"), "/staffing/")
    assert f"Team {TEAM}" in lines(body)[1]
    # Everybody held; four practitioners; all points of the team beside four full weeks; who is over; signals.
    # 2,409 + 2 x 2,190 + 29 + 11 x 29 = 7,137
    found = lines(body)
    line = found[found.index("Held by nobody") + 1 :][:8]
    assert line == [
        f"Team {TEAM}",
        "45",
        "4",
        "7,137 beside 8,704",
        "1 of 4",
        "7 of 45",
        "4 of 45",
        "2 of 45",
    ]
    assert "2 cases are in tiers for which no source gives points. They count for none here." in found
    assert any("Everybody is set beside a full week of 2,176 points" in each for each in found)
    assert OTHER not in body
    assert FAR not in body


def test_by_grade_nobody_stands_alone(taken: Path) -> None:
    found = lines(page(named("huw.example"), "/staffing/"))
    at = found.index("Probation officers and Probation services officers")
    assert found[at + 1 : at + 5] == ["31", "4", "6,789 beside 8,704", "1 of 4"]
    assert "Trainee probation officers" not in found


def test_a_team_of_two_has_no_points_of_its_own_nor_by_what_is_left(taken: Path) -> None:
    found = lines(page(named("helen.placeholder"), "/staffing/"))
    at = found.index(f"Team {OTHER}")
    few = "Fewer than 3 practitioners"
    assert found[at : at + 8] == [
        f"Team {OTHER}", "21", "2", few, few, "0 of 21", "0 of 21", "0 of 21",
    ]  # fmt: skip
    together = found.index("Together")
    assert found[together + 1 : together + 5] == ["66", "6", "7,137 beside 8,704", "1 of 4"]
    assert any(
        each.startswith("Teams with fewer than 3 practitioners (1 here) are left out") for each in found
    )


def test_the_region_sees_pdus_then_the_teams_of_one(taken: Path) -> None:
    rhys = named("rhys.region")
    body = page(rhys, "/staffing/")
    found = lines(body)
    assert found[found.index("PDU N52B") :][:5] == ["PDU N52B", "33", "3", "7,227 beside 6,528", "3 of 3"]
    assert f"Team {FAR}" not in found
    assert 'href="/staffing/?pdu=N52B"' in body
    inside = lines(page(rhys, "/staffing/?pdu=N52B"))
    assert f"Team {FAR}" in inside
    assert f"Team {TEAM}" not in inside
    assert "By grade, over all these teams" in found
    assert "By grade, over all these teams" not in inside, (
        "one table by grade, or one could be taken from another"
    )
    assert "?pdu=N57" not in body


def test_names_and_counts_are_for_the_teams_own_spo_alone(taken: Path) -> None:
    huw = named("huw.example")
    before = Entry.objects.count()
    body = page(huw, f"/staffing/teams/{TEAM}/")
    found = lines(body)
    table = found[found.index("Mark") + 1 : found.index("Mark") + 20]
    assert table[:4] == ["Pat Able", "11", "Pat Baker", "10"]
    assert table[table.index("Pat zzEllis (Left)") :][:3] == [
        "Pat zzEllis (Left)",
        "7",
        "Marked as having left",
    ]
    assert "7 of the team’s people stand under somebody marked as having left." in body
    assert Entry.objects.count() == before + 1
    entry = Entry.objects.latest("pk")
    assert entry.what == "who holds how many people in a team"
    seen = set(EntrySubject.objects.filter(entry=entry).values_list("kind", "key"))
    assert ("staff", "P1") in seen
    assert ("staff", "Q1") not in seen
    for username in ("helen.placeholder", "rhys.region"):
        other = page(named(username), f"/staffing/teams/{TEAM}/")
        assert "Able" not in other
        assert "Who holds how many people" not in other


def test_an_spo_over_the_whole_pdu_sees_its_teams_but_no_names(taken: Path) -> None:
    spo = actions.create_user("paula.pdu", name="Paula Pdu", by=SYSTEM)
    actions.grant(spo, role=Role.SPO, unit_code="N52A", by=SYSTEM, on=DAY)
    body = page(spo, f"/staffing/teams/{TEAM}/")
    assert "45" in lines(body)
    assert "Able" not in body


def test_no_page_shows_points_beside_a_name(taken: Path) -> None:
    """Promise 6: somebody's own points, or whether that person is over, are on no page for anybody."""
    for username in ("huw.example", "helen.placeholder", "rhys.region"):
        for path in ("/staffing/", "/staffing/?pdu=N52A", "/staffing/?pdu=N52B", f"/staffing/teams/{TEAM}/"):
            body = page(named(username), path)
            assert "2,409" not in body
            assert "2,190" not in body


def test_reports_transition_and_support_are_in_the_points(home: Path, tmp_path: Path) -> None:
    officers = [Officer(key=f"P{n}", tiers={"CommTierD0": 1}) for n in range(1, 4)]
    content = sheets(
        officers,
        Court_Reports=[list(REPORTS), ["N52A1T1", "P1", 2, 5, 1, 7]],
        T2A=[list(HEADINGS), officers[1].row({"LicenceTierA3": 2})],
        CMS=[
            list(CONTACT),
            [1, "X900001", DAY, "CMS06", "P9", "P1", ""],
            [2, "X900001", DAY, "CMS40", "P2", "P1", ""],
        ],
    )
    take_in(written(tmp_path / "in.xlsx", content), home=home)
    # 3 x 29 for cases, 2 x 138 + 65 for reports, 2 x 75 in transition, less 26 for what P9, elsewhere, did.
    assert "552 beside 6,528" in lines(page(named("huw.example"), "/staffing/"))


def test_somebody_in_two_teams_is_counted_once_with_the_points_of_both(home: Path, tmp_path: Path) -> None:
    officers = [
        *(Officer(key=f"P{n}", tiers={"CommTierD0": 2}) for n in range(1, 4)),
        Officer(key="P4", tiers={"LicenceTierA3": 8}),
        Officer(key="P4", team=OTHER, tiers={"LicenceTierA3": 3}),
        *(Officer(key=f"Q{n}", team=OTHER, tiers={"CommTierD0": 2}) for n in range(1, 4)),
    ]
    take_in(written(tmp_path / "in.xlsx", sheets(officers)), home=home)
    found = lines(page(named("helen.placeholder"), "/staffing/"))
    first, second = found.index(f"Team {TEAM}"), found.index(f"Team {OTHER}")
    assert found[first + 1 : first + 5] == ["14", "4", "1,926 beside 8,704", "1 of 4"]
    assert found[second + 1 : second + 5] == ["9", "3", "831 beside 6,528", "0 of 3"]


def test_where_nobody_is_marked_the_page_says_that_it_may_not_say(home: Path, tmp_path: Path) -> None:
    officers = [Officer(key=f"P{n}") for n in range(1, 4)]
    take_in(written(tmp_path / "in.xlsx", sheets(officers)), home=home)
    said = "The workbook may simply not say so."
    assert said in page(named("huw.example"), "/staffing/")
    assert said in page(named("huw.example"), f"/staffing/teams/{TEAM}/")


def test_the_history_says_what_became_of_every_workbook(home: Path, tmp_path: Path) -> None:
    for days in range(2):
        content = sheets([Officer(day=DAY + timedelta(days)), Officer(key="", day=DAY)])
        take_in(written(tmp_path / "in.xlsx", content), home=home, limit=Fraction(1))
    body = lines(page(named("rhys.region"), "/staffing/workbooks/"))
    at = body.index("Hash of the file") + 1
    assert body[at : at + 5] == ["27 February 2026", "N52", "2", "2", "0"]
    assert body[at + 6] == "26 February 2026"
    said = lines(page(named("huw.example"), "/staffing/"))
    assert any(each.startswith("2 of 4 rows of the workbook could not be read") for each in said)
