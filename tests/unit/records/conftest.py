from __future__ import annotations

import pytest

from tests.factories.synthetic import Asked, west_midlands


@pytest.fixture(scope="session")
def asked() -> Asked:
    """One region for every test that asks what it is like."""
    return Asked(west_midlands())
