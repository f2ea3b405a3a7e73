"""Tables point upstream, and the migrations say all that the models say."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Field, ForeignObject, Model
from django.db.models.fields.related import RelatedField

# A room may point at rooms before it, and at itself.
ORDER = (
    "assay.access.audit",
    "assay.access.accounts",
    "assay.access.notices",
    "assay.records.cases",
    "assay.assurance.oversight",
    "assay.inspection.programmes",
    "assay.inspection.samples",
    "assay.inspection.assessments",
    "assay.inspection.findings",
    "assay.inspection.recommendations",
    "assay.inspection.reports",
    "assay.inspection.outcomes",
)


def our_models() -> list[type[Model]]:
    return [
        model for model in apps.get_models(include_auto_created=True) if _room(model).startswith("assay.")
    ]


def _room(model: type[Model]) -> str:
    return apps.get_app_config(model._meta.app_label).name


def relations() -> list[tuple[type[Model], RelatedField]]:  # type: ignore[type-arg]
    return [
        (model, field)
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, Field) and isinstance(field, RelatedField | ForeignObject)
    ]


def test_every_room_is_in_the_order() -> None:
    rooms = {each.name for each in apps.get_app_configs() if each.name.startswith("assay.")}
    assert rooms == set(ORDER)
    assert our_models()


def test_foreign_keys_point_upstream() -> None:
    found = {
        f"{model.__name__}.{field.name} -> {field.related_model}"
        for model, field in relations()
        if _room(field.related_model) in ORDER and not _may_point(_room(model), _room(field.related_model))
    }
    assert found == set()


def _may_point(room: str, other: str) -> bool:
    wings = {room.split(".")[1], other.split(".")[1]}
    return ORDER.index(other) <= ORDER.index(room) and wings != {"assurance", "inspection"}


def test_rooms_upstream_do_not_see_who_points_at_them() -> None:
    found = {
        f"{model.__name__}.{field.name}"
        for model, field in relations()
        if _room(model) != _room(field.related_model)
        and not field.remote_field.hidden
        # Django's own groups and permissions name themselves; no room of ours reads them.
        and _room(field.related_model).startswith("assay.")
    }
    assert found == set()


def test_nothing_is_removed_with_something_else_across_rooms() -> None:
    found = {
        f"{model.__name__}.{field.name}"
        for model, field in relations()
        if _room(field.related_model).startswith("assay.")
        and _room(model) != _room(field.related_model)
        and getattr(field.remote_field, "on_delete", None).__name__ != "PROTECT"  # type: ignore[union-attr]
    }
    assert found == set()


def test_the_audit_log_points_at_nothing_but_itself() -> None:
    pointed = {_room(field.related_model) for model, field in relations() if _room(model) == ORDER[0]}
    assert pointed <= {ORDER[0]}


def test_labels_are_room_names() -> None:
    for config in apps.get_app_configs():
        if config.name.startswith("assay."):
            assert config.label == config.name.split(".")[-1]


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(f"models have changed without a migration:\n{said.getvalue()}")
