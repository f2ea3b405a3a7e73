"""Putting the rooms' routes together. Which rooms a side serves is said in the two modules beside this."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

Patterns = list[URLPattern | URLResolver]


def of_rooms(*rooms: str) -> Patterns:
    """The routes of the named rooms of ``web``, in order. Names are flat and stay unique."""
    return [
        pattern
        for room in rooms
        if find_spec(f"assay.web.{room}") and find_spec(f"assay.web.{room}.urls")
        for pattern in import_module(f"assay.web.{room}.urls").urlpatterns
    ]
