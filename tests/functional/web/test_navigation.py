from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.test import Client

from assay.access.accounts import demonstration
from assay.access.accounts.models import User
from assay.web.navigation import PAGES, first_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("side", ["service", "inspectorate"])
def test_every_page_offered_is_a_route_of_its_side_and_offered_once(side: str) -> None:
    names = [name for name, _ in PAGES[side]]
    routes = {each.name for each in import_module(f"assay.config.urls_{side}").urlpatterns}
    assert [name for name in names if name not in routes] == []
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("side", "username", "first"),
    [
        ("service", "huw.example", "today"),
        ("service", "priya.sample", "today"),
        ("service", "helen.placeholder", "today"),
        ("service", "rhys.region", "policy-values"),
        ("service", "lara.limited", "limited-access"),
        ("service", "rekha.records", None),
        ("inspectorate", "ines.lead", "inspections"),
        ("inspectorate", "ivan.inspector", "readings"),
        ("inspectorate", "peter.publisher", "inspections"),
    ],
)
def test_where_each_persons_work_begins(
    side: str, username: str, first: str | None, request: pytest.FixtureRequest
) -> None:
    from django.urls import reverse

    request.getfixturevalue(side)
    demonstration.create(side=side)
    user = User.objects.get(username=username)
    assert first_page(user) == (reverse(first) if first else None)


def test_nobody_is_offered_a_page_that_would_refuse_them(client: Client, service: str, cast: Any) -> None:
    client.force_login(cast.practitioner)
    page = client.get("/account/").content.decode()
    assert "Policy values" not in page
    assert "Limited access" not in page
