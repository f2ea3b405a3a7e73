"""Every page says who may open it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import signature

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from assay.web.routes import permission_of

SIDES = ("service", "inspectorate")
Pattern = URLPattern | URLResolver


def routes(side: str) -> list[URLPattern]:
    return list(_walk(import_module(f"assay.config.urls_{side}").urlpatterns))


def _walk(patterns: list[Pattern]) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns)
        else:
            yield each


@pytest.mark.parametrize("side", SIDES)
def test_every_route_names_a_permission(side: str) -> None:
    assert routes(side)
    assert [str(each.pattern) for each in routes(side) if permission_of(each.callback) is None] == []


@pytest.mark.parametrize("side", SIDES)
def test_a_permission_takes_the_person_and_nothing_else(side: str) -> None:
    for each in routes(side):
        check = permission_of(each.callback)
        assert check is not None
        assert len(signature(check).parameters) >= 1, each.name


@pytest.mark.parametrize("side", SIDES)
def test_names_of_routes_are_unique(side: str) -> None:
    names = [each.name for each in routes(side)]
    assert all(names)
    assert sorted(names) == sorted(set(names))  # type: ignore[type-var]


def _plain(side: str) -> list[tuple[str, str]]:
    """Pages whose address needs no value, with the name of their check."""
    return [
        (f"/{each.pattern}", getattr(permission_of(each.callback), "__name__", ""))
        for each in routes(side)
        if "<" not in str(each.pattern) and "(" not in str(each.pattern)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("side", SIDES)
def test_signed_out_people_see_public_pages_only(
    side: str, client: Client, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(side)
    guarded = [address for address, check in _plain(side) if check != "check_public"]
    assert guarded
    answers = {address: client.get(address, secure=True) for address in guarded}
    open_ones = {
        address: answer.status_code
        for address, answer in answers.items()
        if not (answer.status_code == 302 and "sign-in" in answer["Location"])
    }
    assert open_ones == {}


@pytest.mark.django_db
def test_a_view_without_a_permission_is_refused(client: Client, settings: object, service: str) -> None:
    """The fault planted: a plain Django path among the routes."""
    from django.http import HttpResponse
    from django.urls import path, set_urlconf

    conf = import_module("assay.config.urls_service")
    conf.urlpatterns.append(path("forgotten", lambda request: HttpResponse("secret")))
    try:
        from django.urls import clear_url_caches

        clear_url_caches()
        set_urlconf(None)
        answer = client.get("/forgotten", secure=True)
        assert b"secret" not in answer.content
        assert answer.status_code in (302, 403)
    finally:
        conf.urlpatterns.pop()
        clear_url_caches()
