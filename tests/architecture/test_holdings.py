"""Every room with tables says what it holds about a person."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from assay.access.accounts.models import User

ROOMS = sorted(
    {
        each.name
        for each in apps.get_app_configs()
        if each.name.startswith("assay.") and list(each.get_models())
    }
)


def test_the_rooms_with_tables_are_found() -> None:
    assert {"assay.assurance.oversight", "assay.inspection.samples", "assay.access.audit"} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_with_tables_says_what_it_holds(room: str) -> None:
    holdings = import_module(f"{room}.holdings")
    models = list(apps.get_app_config(room.rsplit(".", 1)[-1]).get_models())
    names_case = any(_has(model, "crn") or _has(model, "key") for model in models)
    names_user = any(_points_at_user(model) for model in models)
    assert callable(getattr(holdings, "held", None)) or not names_case, "it names cases and does not say so"
    assert callable(getattr(holdings, "held_of_user", None)) or not names_user, "nor people who work here"


def _has(model: type[Model], name: str) -> bool:
    return any(each.name == name for each in model._meta.get_fields())


def _points_at_user(model: type[Model]) -> bool:
    return any(isinstance(each, ForeignKey) and each.related_model is User for each in model._meta.fields)
