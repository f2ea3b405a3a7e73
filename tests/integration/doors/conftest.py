"""A service on loopback for each test, and certificates made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import external_api
from tests.factories.external_api import Certificates, Service


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return external_api.make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def api(certificates: Certificates) -> Iterator[Service]:
    with Service(certificates) as service:
        yield service


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    return external_api.lists(tmp_path / "lists")
