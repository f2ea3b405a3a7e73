from __future__ import annotations

from typing import Any

import pytest

from tests.factories.oversight import World, place_cast


@pytest.fixture
def world(service: str, cast: Any, settings: Any) -> World:
    """An empty service with the cast in its teams."""
    place_cast(cast)
    return World(home=settings.HOME)
