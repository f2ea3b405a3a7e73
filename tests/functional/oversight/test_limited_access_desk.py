"""Promise 7: who sees which limited case, and the desk that alone is told when nobody looks after one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from assay.access.accounts.models import User
from assay.access.audit.models import Entry, EntrySubject
from tests.factories.oversight import Lapse, World
from tests.functional.oversight.asking import client, lines, page, person

EXCLUDED, MANAGED, ALONE, FREE, NOBODYS = (f"X90000{number}" for number in range(1, 6))


@pytest.fixture
def limited(world: World) -> World:
    """The SPO is excluded from one case and alone allowed to another; a third admits the practitioner alone;
    a fourth has no limit; a fifth, restricted, is held by nobody."""
    world.cases = dict.fromkeys((EXCLUDED, MANAGED, ALONE, FREE), "P1")
    world.rows["person"] = [
        {"crn": crn, "forename": "Sam", "surname": f"Invented{crn[-1]}"}
        for crn in (EXCLUDED, MANAGED, ALONE, FREE, NOBODYS)
    ]
    world.rows["allocation"] = [
        {
            "allocation_id": f"allocation-{crn}",
            "crn": crn,
            "closed_on": date(2026, 2, 2) if crn == NOBODYS else None,
        }
        for crn in (EXCLUDED, MANAGED, ALONE, FREE, NOBODYS)
    ]
    world.rows["access_limitation"] = [
        {"crn": EXCLUDED, "username": "SpoOne", "kind": "excluded"},
        {"crn": MANAGED, "username": "SpoOne", "kind": "restricted"},
        {"crn": ALONE, "username": "PoOne", "kind": "restricted"},
        {"crn": NOBODYS, "username": "SpoOne", "kind": "restricted"},
    ]
    world.attach([Lapse(crn=crn) for crn in (EXCLUDED, MANAGED, ALONE, FREE)])
    return world


def crns(body: str) -> set[str]:
    return set(re.findall(r"X9\d{5}", body))


def named(username: str) -> User:
    return User.objects.get(username=username)


def test_the_desk_is_told_which_cases_no_permitted_manager_looks_after(limited: World, cast: Any) -> None:
    found = lines(page(named("lara.limited"), "/limited-access/"))
    start = found.index("CRN")
    assert found[start : start + 4] == ["CRN", "Held by", "Manager", "What is wrong"]
    assert found[start + 4 : start + 16] == [
        EXCLUDED,
        "text One",
        "text Spo",
        "The manager of this limited case may not see it.",
        ALONE,
        "text One",
        "text Spo",
        "The manager of this limited case may not see it.",
        NOBODYS,
        "Nobody",
        "Nobody",
        "Nobody holds this limited case.",
    ]


def test_the_desk_sees_nothing_of_what_is_in_the_cases(limited: World, cast: Any) -> None:
    desk = named("lara.limited")
    body = page(desk, "/limited-access/")
    assert "Invented" not in body
    assert "/people/" not in body
    for path in ("/today/", "/open-work/", "/people/", person(EXCLUDED), person(EXCLUDED) + "discussion/"):
        assert client(desk).get(path).status_code == 403


@pytest.mark.parametrize(
    "username", ["huw.example", "priya.sample", "helen.placeholder", "rhys.region", "rekha.records"]
)
def test_nobody_else_is_told(limited: World, cast: Any, username: str) -> None:
    response = client(named(username)).get("/limited-access/")
    assert response.status_code == 403
    assert crns(response.content.decode()) == set()


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("huw.example", {MANAGED, FREE}),
        ("priya.sample", {EXCLUDED, ALONE, FREE}),
        ("helen.placeholder", {EXCLUDED, FREE}),
        ("tom.elsewhere", set()),
    ],
)
def test_who_sees_whom(limited: World, cast: Any, username: str, seen: set[str]) -> None:
    user = named(username)
    assert crns(page(user, "/people/")) == seen
    opened = {
        crn
        for crn in (EXCLUDED, MANAGED, ALONE, FREE, NOBODYS)
        if client(user).get(person(crn)).status_code == 200
    }
    assert opened == seen


def test_what_the_desk_was_told_is_in_the_log(limited: World, cast: Any) -> None:
    page(named("lara.limited"), "/limited-access/")
    entry = Entry.objects.filter(verb="consultation").latest("pk")
    assert entry.what == "limited cases without a manager"
    subjects = EntrySubject.objects.filter(entry=entry).values_list("key", flat=True)
    assert sorted(subjects) == [EXCLUDED, ALONE, NOBODYS]


def test_where_every_manager_is_permitted_the_desk_is_told_so(world: World, cast: Any) -> None:
    world.attach([Lapse()])
    assert "Every limited case has a permitted manager." in lines(
        page(named("lara.limited"), "/limited-access/")
    )
