"""What is handed onward cannot be changed, and takes its parts by name alone."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from assay.core.ratings import checking, path, types

VALUES = sorted(
    {
        each
        for module in (path, types, checking)
        for each in vars(module).values()
        if is_dataclass(each) and isinstance(each, type) and each.__module__ == module.__name__
    },
    key=lambda each: (each.__module__, each.__name__),
)


def test_the_values_are_found() -> None:
    assert len(VALUES) == 23


@pytest.mark.parametrize("value", VALUES, ids=lambda each: each.__name__)
def test_a_value_is_frozen(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    if value.__module__ != checking.__name__:
        assert all(each.kw_only for each in fields(value))
    if value.__module__ != types.__name__:
        assert "__slots__" in vars(value)
    else:
        assert value.__pydantic_config__["extra"] == "forbid"  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", VALUES, ids=lambda each: each.__name__)
def test_a_value_says_what_it_is(value: type) -> None:
    assert value.__doc__
    assert not value.__doc__.startswith(f"{value.__name__}(")
