"""What the forms about one person offer, as matters move on."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from assay.assurance.oversight import actions
from assay.assurance.oversight.models import Ask, Matter
from assay.records.cases.queries import reference_for
from tests.factories.oversight import Lapse, World

CRN = "X900001"
MOVED_ON = "This has moved on since you opened the page. Look at it again before you decide."


@pytest.fixture
def manager(cast: Any) -> Client:
    """The browser of the SPO."""
    client = Client()
    client.force_login(cast.spo)
    return client


@pytest.fixture
def matters(world: World, cast: Any) -> dict[str, str]:
    """By anchor: two open things about one person, the second of them said to be wrong."""
    world.attach([Lapse(anchor="first"), Lapse(anchor="second")])
    found = {each.anchor_id: each for each in Matter.objects.all()}
    with world.reader() as reader:
        actions.dispute(reader, by=cast.spo, matter=found["second"].uuid, reason="Another person's visit.")
    return {anchor: str(each.uuid) for anchor, each in found.items()}


def path(deed: str) -> str:
    return f"/people/{reference_for([CRN])[CRN]}/{deed}/"


@pytest.mark.parametrize("deed", ["discussion", "ask", "not-now", "wrong"])
def test_a_form_offers_only_what_it_can_move(manager: Client, matters: dict[str, str], deed: str) -> None:
    page = manager.get(path(deed)).content.decode()
    assert re.findall(r'name="matters?"[^>]*value="([^"]+)"', page) == [matters["first"]]


def test_a_question_is_about_what_is_open_and_leaves_the_rest(
    manager: Client, matters: dict[str, str]
) -> None:
    sent = manager.post(path("ask"), {"matters": [matters["first"]], "question": "Who opened the door?"})
    assert sent.status_code == 302
    assert [each.anchor_id for each in Ask.objects.get().matters.all()] == ["first"]
    assert Matter.objects.get(anchor_id="second").state == "said_wrong"


def test_a_page_opened_before_says_that_it_has_moved_on(manager: Client, matters: dict[str, str]) -> None:
    both = f"{matters['first']},{matters['second']}"
    answer = manager.post(path("ask"), {"matters": [both], "question": "Who opened the door?"})
    assert answer.status_code == 422
    assert MOVED_ON in html.unescape(answer.content.decode())
    assert not Ask.objects.exists()


def test_the_question_goes_to_who_holds_the_case(manager: Client, matters: dict[str, str]) -> None:
    said = html.unescape(manager.get(path("ask")).content.decode())
    assert re.findall(r">([^<>]+) sees the question", said) == ["text One"]
    assert "Nobody holds this case" not in said


@pytest.mark.parametrize("deed", ["discussion", "ask", "not-now", "wrong"])
def test_a_form_says_when_all_that_is_open_waits(
    manager: Client, cast: Any, world: World, matters: dict[str, str], deed: str
) -> None:
    with world.reader() as reader:
        actions.dispute(reader, by=cast.spo, matter=UUID(matters["first"]), reason="Another person's visit.")
    said = html.unescape(manager.get(path(deed)).content.decode())
    assert "All that is open about this person waits already" in said
    assert not re.findall(r'name="matters?"', said)
