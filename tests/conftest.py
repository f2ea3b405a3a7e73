"""What every test may ask for: a side, the cast, a record home, a browser.

The cast is the same everywhere: an SPO, a practitioner in his team, a practitioner of another PDU, an
inspector, and a stranger, who has signed in and may do nothing. They are the people of the demonstration,
made by its own actions, so that no test sets up a person that Assay itself could not.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# Said once for all tests and runs: the file's name is a hash of everything it depends on.
os.environ.setdefault("ASSAY_COMPILED", str(Path(__file__).parents[1] / "var" / "compiled"))

# The same cases on every run, few enough for two cores; `--hypothesis-profile=search` looks further.
hypothesis_settings.register_profile(
    "suite",
    derandomize=True,
    max_examples=50,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.register_profile("search", max_examples=1000, deadline=None)
hypothesis_settings.load_profile("suite")


# The library that says the duties makes objects by the million and keeps them: looking through them for
# rubbish every 700 was a fifth of the time.
gc.set_threshold(50_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that belong to another run are left out, not reported as skipped: the long ones, and on
    PostgreSQL those that never reach the application database, since they have run already."""
    out = [
        item
        for item in items
        if (item.get_closest_marker("long") and not config.getoption("--long"))
        or (ON_POSTGRESQL and not _reaches_database(item))
    ]
    if out:
        config.hook.pytest_deselected(items=out)
        left = set(out)
        items[:] = [item for item in items if item not in left]


ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


def _reaches_database(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    return bool(asked & {"db", "transactional_db"}) or item.get_closest_marker("django_db") is not None


def _take_side(side: str, settings: Any, home: Path) -> str:
    settings.SIDE = side
    settings.ROOT_URLCONF = f"assay.config.urls_{side}"
    settings.HOME = home / side
    settings.HOME.mkdir(parents=True, exist_ok=True)
    settings.DEMONSTRATION = True
    return side


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Nothing that a test writes has to outlive a power cut, and no test could see whether it did."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> str:
    """The service's pages, with a home of the test's own."""
    return _take_side("service", settings, tmp_path)


@pytest.fixture
def inspectorate(settings: Any, tmp_path: Path) -> str:
    """The inspectorate's pages, with a home of the test's own."""
    return _take_side("inspectorate", settings, tmp_path)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people every test knows. ``Any``, because the user model exists only once Django is set up."""

    spo: Any
    practitioner: Any
    practitioner_elsewhere: Any
    inspector: Any
    lead_inspector: Any
    publisher: Any
    stranger: Any


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    """The cast of both sides, in one database."""
    from assay.access.accounts import actions, demonstration
    from assay.access.accounts.models import User
    from assay.access.audit.types import SYSTEM
    from tests.factories.people import bring_everybody

    bring_everybody()

    def named(username: str) -> User:
        return User.objects.get(username=username)

    return Cast(
        spo=named("huw.example"),
        practitioner=named("priya.sample"),
        practitioner_elsewhere=named("tom.elsewhere"),
        inspector=named("ivan.inspector"),
        lead_inspector=named("ines.lead"),
        publisher=named("peter.publisher"),
        stranger=actions.create_user(
            "sam.stranger", name="Sam Stranger", password=demonstration.PASSWORD, by=SYSTEM
        ),
    )


def _chromium() -> str | None:
    """The browser the test command found, else one on the path, else None for Playwright's own."""
    on_path = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return os.environ.get("ASSAY_CHROMIUM") or next(filter(None, on_path), None)


# Chromium looks things up at every start unless told not to; tests stay on this machine.
QUIET = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium of this test process, which looks nothing up by itself."""
    from playwright.sync_api import sync_playwright

    # Playwright's event loop runs in this thread, and Django takes that for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(QUIET))
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True, scope="session")
def _log_can_be_emptied() -> Iterator[None]:
    """A test with real transactions empties every table at its end, which the log's triggers would refuse."""
    from django.db import connection
    from django.test import TransactionTestCase

    from assay.access.audit import triggers

    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def empty_the_log_too(self: TransactionTestCase) -> None:
        triggers.remove(connection)
        try:
            empty(self)
        finally:
            triggers.install(connection)

    TransactionTestCase._fixture_teardown = empty_the_log_too  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]
