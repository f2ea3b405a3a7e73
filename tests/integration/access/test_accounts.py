from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from assay.access.accounts import actions, demonstration, permissions, queries
from assay.access.accounts.models import Grant, Unit, User
from assay.access.accounts.roles import INSPECTORATE_ROLES, NAMES, SERVICE_ROLES, Role
from assay.access.accounts.types import UnitDetails
from assay.access.audit.models import Entry
from assay.access.audit.types import SYSTEM
from assay.core.errors import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)


def units() -> None:
    actions.set_units(
        [
            UnitDetails(code="N54", name="Invented Midlands", kind="region"),
            UnitDetails(code="N54A", name="Invented North", kind="pdu", parent_code="N54"),
            UnitDetails(code="N54A1", name="Team 1", kind="team", parent_code="N54A"),
            UnitDetails(code="N54A2", name="Team 2", kind="team", parent_code="N54A"),
        ],
        by=SYSTEM,
    )


def person(username: str = "huw", role: Role | None = Role.SPO, unit_code: str = "") -> User:
    user = actions.create_user(username, name=username.title(), by=SYSTEM)
    if role:
        actions.grant(user, role=role, unit_code=unit_code, by=SYSTEM, on=DAY)
    return user


def test_every_role_belongs_to_one_side_and_has_a_name() -> None:
    assert sorted((*SERVICE_ROLES, *INSPECTORATE_ROLES)) == sorted(Role)
    assert set(NAMES) == set(Role)


def test_a_person_without_a_grant_may_nothing() -> None:
    user = person(role=None)
    assert not permissions.has_role(user, *Role)
    with pytest.raises(Refused) as refusal:
        permissions.check_role(user, *Role)
    assert refusal.value.message == permissions.NOT_YOUR_ROLE


def test_a_signed_out_person_is_asked_to_sign_in() -> None:
    with pytest.raises(Refused) as refusal:
        permissions.check_role(AnonymousUser(), Role.SPO)
    assert refusal.value.message == permissions.NOT_SIGNED_IN
    permissions.check_public(AnonymousUser())


@pytest.mark.parametrize(
    ("granted", "asked", "may"),
    [
        ("N54A1", "N54A1", True),
        ("N54A1", "N54A2", False),
        ("N54A1", "N54A", False),
        ("N54A", "N54A2", True),
        ("N54", "N54A2", True),
        ("", "N54A2", True),
        ("", "unheard-of", True),
        ("N54A1", "unheard-of", False),
    ],
)
def test_a_grant_covers_its_unit_and_those_below(granted: str, asked: str, may: bool) -> None:
    units()
    user = person(unit_code=granted)
    assert permissions.has_role(user, Role.SPO, unit_code=asked, on=DAY) is may
    assert permissions.has_role(user, Role.REGION, unit_code=asked, on=DAY) is False


def test_a_grant_holds_from_its_first_day_until_the_day_it_ends() -> None:
    user = person()
    given = Grant.objects.get()
    actions.revoke(given, by=SYSTEM, on=date(2026, 3, 9))
    days = {day: permissions.has_role(user, Role.SPO, on=date(2026, 3, day)) for day in (4, 5, 8, 9)}
    assert days == {4: False, 5: True, 8: True, 9: False}


def test_a_closed_account_may_nothing() -> None:
    user = person()
    actions.deactivate(user, by=SYSTEM)
    assert not permissions.has_role(user, Role.SPO, on=DAY)


def test_an_open_grant_is_not_given_twice_and_nothing_is_logged_for_it() -> None:
    user = person()
    before = Entry.objects.count()
    with pytest.raises(Refused):
        actions.grant(user, role=Role.SPO, by=SYSTEM, on=DAY)
    assert (Grant.objects.count(), Entry.objects.count()) == (1, before)


def test_user_names_are_not_told_apart_by_case() -> None:
    person("huw", role=None)
    with pytest.raises(Refused):
        actions.create_user("HUW", name="Another", by=SYSTEM)
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "password1234", "huw.example.huw"])
def test_a_weak_password_is_refused_and_nobody_is_made(password: str) -> None:
    with pytest.raises(Refused):
        actions.create_user("huw.example.huw", name="Huw", by=SYSTEM, password=password)
    assert (User.objects.count(), Entry.objects.count()) == (0, 0)


def test_each_action_leaves_one_entry() -> None:
    user = person()
    actions.revoke(Grant.objects.get(), by=SYSTEM, on=DAY)
    actions.deactivate(user, by=SYSTEM)
    assert list(Entry.objects.values_list("what", flat=True)) == [
        "A person was given an account",
        "A role was granted",
        "A role was ended",
        "An account was closed",
    ]
    assert set(Entry.objects.values_list("subjects__key", flat=True)) == {str(user.uuid)}


def test_units_are_brought_up_to_date_and_none_removed() -> None:
    units()
    changed = actions.set_units(
        [UnitDetails(code="N54A1", name="Team One", kind="team", parent_code="N54A")], by=SYSTEM
    )
    assert changed == 1
    assert Unit.objects.count() == 4
    assert queries.names_of_units(["N54A1"]) == {"N54A1": "Team One"}
    assert queries.units_below("N54") == ("N54", "N54A", "N54A1", "N54A2")
    units()
    entries = Entry.objects.count()
    units()
    assert Entry.objects.count() == entries


def test_people_with_a_role() -> None:
    units()
    person("ana", Role.PRACTITIONER, "N54A1")
    person("bob", Role.PRACTITIONER, "N54A2")
    person("eve", Role.SPO, "N54A1")
    person("zoe", Role.PRACTITIONER)
    named = [each.name for each in queries.people_with_role(Role.PRACTITIONER, unit_code="N54A1")]
    assert named == ["Ana", "Zoe"]


@pytest.mark.parametrize(("side", "count"), [("service", 7), ("inspectorate", 5)])
def test_demonstration_people_are_made_once(side: str, count: int, settings: object) -> None:
    made = demonstration.create(side=side)
    assert len(made) == count
    entries = Entry.objects.count()
    demonstration.create(side=side)
    assert (User.objects.count(), Grant.objects.count(), Entry.objects.count()) == (count, count, entries)
    assert all(each.check_password(demonstration.PASSWORD) for each in made)


def test_a_demonstration_person_moves_to_a_new_place() -> None:
    demonstration.create(side="service", places={"huw.example": demonstration.Place(unit_code="N54A1")})
    place = demonstration.Place(unit_code="N54A2", staff_code="S01", delius_username="HuwExample")
    demonstration.create(side="service", places={"huw.example": place})
    huw = User.objects.get(username="huw.example")
    assert [each.unit_code for each in permissions.open_grants(huw)] == ["N54A2"]
    assert queries.user_by_staff_code("S01") == huw


def test_demonstration_people_are_never_made_in_earnest(settings: object) -> None:
    settings.DEMONSTRATION = False  # type: ignore[attr-defined]
    with pytest.raises(AssertionError):
        demonstration.create(side="service")
    assert User.objects.count() == 0
