"""What a worker does before it answers anybody."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from assay.assurance.oversight.at_hand import TABLES
from assay.web import rendering
from assay.web.warming import warm
from tests.factories.oversight import Lapse, World


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    """Nothing that other tests make is kept from the collector."""
    yield
    gc.unfreeze()


def test_a_worker_begins_with_its_templates_compiled_and_the_tables_of_the_night_made(world: World) -> None:
    world.night([Lapse()])
    rendering._jinja().cache.clear()
    warm()
    compiled = {name for _loader, name in rendering._jinja().cache}
    assert {"oversight/today.jinja", "components/page.jinja"} <= compiled
    assert gc.get_freeze_count() > 0
    with world.reader() as reader:
        made = reader.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'")
    assert {each["table_name"] for each in made} == set(TABLES)


def test_before_the_first_night_there_is_nothing_to_open(service: str, db: None) -> None:
    warm()
    assert gc.get_freeze_count() > 0
