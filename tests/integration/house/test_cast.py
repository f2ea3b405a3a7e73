"""The cast that every test may ask for is what the page of the demonstration says it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.urls import get_urlconf, reverse

from assay.access.accounts.models import Grant
from assay.access.accounts.roles import Role


def roles(person: Any) -> set[str]:
    return {str(each.role) for each in Grant.objects.filter(user=person, closed_on=None)}


@pytest.mark.django_db
def test_everyone_has_the_role_the_tests_count_on(service: str, cast: Any) -> None:
    assert roles(cast.spo) == {Role.SPO}
    assert roles(cast.practitioner) == roles(cast.practitioner_elsewhere) == {Role.PRACTITIONER}
    assert roles(cast.inspector) == {Role.INSPECTOR}
    assert roles(cast.lead_inspector) == {Role.LEAD_INSPECTOR}
    assert roles(cast.publisher) == {Role.PUBLISHER}
    assert roles(cast.stranger) == set()


def test_a_side_has_its_own_pages_and_a_home_of_the_tests_own(inspectorate: str, tmp_path: Any) -> None:
    assert settings.SIDE == "inspectorate"
    assert settings.ROOT_URLCONF == "assay.config.urls_inspectorate"
    assert tmp_path / "inspectorate" == settings.HOME
    assert get_urlconf() is None
    assert reverse("account_login")
