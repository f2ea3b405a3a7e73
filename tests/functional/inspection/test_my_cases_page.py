"""My cases: what is shown and in what order is in the address, and works without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from assay.inspection.assessments import actions
from assay.inspection.samples.models import Draw
from assay.inspection.samples.queries import drawn
from tests.factories import inspections as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draw(cast: Any, inspectorate: str) -> Draw:
    """Four cases drawn; the second is being read, the others are not begun."""
    made = make.with_records(cast, settings.HOME)
    actions.open_reading(drawn(made)[1], by=cast.inspector)
    return made


def page(person: Any, **query: str) -> str:
    client = Client()
    client.force_login(person)
    return str(client.get(reverse("readings"), query).content.decode())


def cases(body: str) -> list[str]:
    return re.findall(r"<h2[^>]*>(Case \d of 4) · ", body)


def links(body: str) -> dict[str, str]:
    """The address of each filter and order by its words; the one that is on begins with its mark."""
    found = re.findall(r'<a href="([^"]+)" class="assay-chip[^>]*>(.*?)</a>', body)
    return {re.sub(r"<[^>]+>", "", text): href.replace("&amp;", "&") for href, text in found}


def test_every_case_is_shown_by_number_with_a_link_for_each_state_and_order(draw: Draw, cast: Any) -> None:
    body = page(cast.inspector)
    assert cases(body) == ["Case 1 of 4", "Case 2 of 4", "Case 3 of 4", "Case 4 of 4"]
    assert links(body) == {
        "✓ All (4)": "/my-cases/",
        "Not begun (3)": "/my-cases/?show=new",
        "Being read (1)": "/my-cases/?show=open",
        "✓ By number": "/my-cases/",
        "By PDU": "/my-cases/?order=pdu",
        "Last saved first": "/my-cases/?order=saved",
    }


def test_one_state_is_shown_and_the_order_is_kept(draw: Draw, cast: Any) -> None:
    body = page(cast.inspector, show="new", order="saved")
    assert cases(body) == ["Case 1 of 4", "Case 3 of 4", "Case 4 of 4"]
    assert links(body)["All (4)"] == "/my-cases/?order=saved"
    assert links(body)["By number"] == "/my-cases/?show=new"


def test_the_case_saved_last_comes_first(draw: Draw, cast: Any) -> None:
    body = page(cast.inspector, order="saved")
    assert cases(body) == ["Case 2 of 4", "Case 1 of 4", "Case 3 of 4", "Case 4 of 4"]


def test_pdus_stand_together_and_numbers_in_order_within_them(draw: Draw, cast: Any) -> None:
    pdus = {each.number: each.pdu_name for each in drawn(draw)}
    by_pdu = sorted(pdus, key=lambda number: (pdus[number], number))
    assert cases(page(cast.inspector, order="pdu")) == [f"Case {number} of 4" for number in by_pdu]


def test_a_state_nothing_is_in_and_one_we_do_not_know(draw: Draw, cast: Any) -> None:
    signed = page(cast.inspector, show="signed")
    assert cases(signed) == []
    assert "None of your cases is in this state now." in signed
    assert len(cases(page(cast.inspector, show="nonsense", order="nonsense"))) == 4
