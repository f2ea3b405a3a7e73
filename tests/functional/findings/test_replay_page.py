"""The replay on the public site: what was published told apart from what we count from invented readings."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
NAME = "west-midlands-2026"
TITLE = "Dynamic Inspection of Public Protection, West Midlands region, 2026"


@pytest.fixture
def client(client, inspectorate):
    return client


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def rows_of(response) -> list[str]:
    table = response.content.decode().split('id="figures"', 1)[1].split("</table>", 1)[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in table.split("<tr")[2:]]


def test_each_figure_stands_beside_what_was_published_with_its_basis(client):
    response = client.get(reverse("replay", args=(NAME,)))
    assert response.status_code == 200
    assert TITLE in text_of(response)
    rows = rows_of(response)
    assert len(rows) == 4
    for row, words in zip(
        rows,
        (
            ("41 of 84", "49% of assignments", " Inferred "),
            ("49 of 80", "49 of 80 relevant cases", " Published "),
            ("31 of 62", "31 of 62 assessments", " Published "),
            (
                "Available from children&#39;s services",
                "Not counted",
                "in fewer than two-thirds of relevant cases",
                " Not in our source ",
            ),
        ),
        strict=True,
    ):
        assert [each for each in words if each not in row] == [], row
        assert "Differs" not in row


def test_the_readings_are_said_to_be_invented(client):
    response = client.get(reverse("replay", args=(NAME,)))
    shown = text_of(response)
    assert "Synthetic: the readings behind the counted figures are invented. No real case was read." in shown
    assert "84 invented readings over 11 delivery units." in shown
    assert "No reading is of a real case" in shown
    assert "style=" not in response.content.decode().split("<main", 1)[1]


def test_the_seven_recommendations_stand_by_addressee_without_an_invented_text(client):
    page = client.get(reverse("replay", args=(NAME,))).content.decode()
    part = page.split('id="recommendations"', 1)[1]
    region, hmpps = part.split("HM Prison and Probation Service", 1)
    assert [re.findall(r'<li value="(\d)"', each) for each in (region, hmpps)] == [
        ["1", "2", "3", "4"],
        ["5", "6", "7"],
    ]
    assert part.count("The text is not in our source.") == 7
    assert part.count("Its theme is not in our source.") == 5
    assert part.count("To whom it was made is inferred.") == 2


def test_it_is_taken_away_as_json_with_the_mark_inside(client):
    response = client.get(reverse("replay-file", args=(NAME,)))
    assert response["Content-Disposition"] == 'attachment; filename="west-midlands-2026-replay.json"'
    data = json.loads(response.content)
    assert data["synthetic"].startswith("Synthetic")
    assert [(each["numerator"], each["denominator"], each["basis"]) for each in data["findings"]] == [
        (41, 84, "inferred"),
        (49, 80, "published"),
        (31, 62, "published"),
    ]
    assert [each["id"] for each in data["not_in_our_source"]] == ["children-available"]
    assert [each["addressee"] for each in data["recommendations"]] == ["region"] * 4 + ["hmpps"] * 3
    assert {each["text"] for each in data["recommendations"]} == {"not in our source"}


def test_the_outcome_and_the_home_lead_to_it(client):
    href = f'href="{reverse("replay", args=(NAME,))}"'
    assert client.get(reverse("public-home")).content.decode().count(href) == 1
    page = client.get(reverse("outcomes")).content.decode()
    assert page.count(href) == 1
    row = next(each for each in page.split("<tr") if href in each)
    assert "West Midlands" in row
    assert "26 February 2026" in row
    assert href not in client.get(reverse("outcomes"), {"words": "Warwickshire"}).content.decode()


def test_only_a_demonstration_has_it(client, settings):
    """Elsewhere nothing invented stands under a real region's name."""
    settings.DEMONSTRATION = False
    assert client.get(reverse("replay", args=(NAME,))).status_code == 404
    assert client.get(reverse("replay-file", args=(NAME,))).status_code == 404
    for address in ("public-home", "outcomes"):
        assert NAME not in client.get(reverse(address)).content.decode()


@pytest.mark.parametrize("name", ["nonsense", "facts"])
def test_there_is_no_page_of_a_replay_there_is_none_of(client, name):
    assert client.get(reverse("replay", args=(name,))).status_code == 404
    assert client.get(reverse("replay-file", args=(name,))).status_code == 404
