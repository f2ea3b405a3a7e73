"""Rows of further tables for invented cases: each module's ``add`` takes a case and adds to it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

ADDED: tuple[Callable[[Any], None], ...] = tuple(
    import_module(f"{__name__}.{each.name}").add
    for each in sorted(iter_modules(__path__), key=lambda found: found.name)
)
