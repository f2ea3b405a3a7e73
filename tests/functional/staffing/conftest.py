from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.factories.oversight import place_cast


@pytest.fixture
def home(service: str, cast: Any, settings: Any) -> Path:
    """An installation of the service with the cast in its teams, and no record of anybody."""
    place_cast(cast)
    place: Path = settings.HOME / "records"
    return place
