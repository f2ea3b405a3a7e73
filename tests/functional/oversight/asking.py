"""How a test asks for a page of oversight, and presses the buttons on it."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client

from assay.assurance.oversight.models import Matter
from assay.records.cases.queries import reference_for


def client(user: Any) -> Client:
    found = Client()
    found.force_login(user)
    return found


def page(user: Any, path: str) -> str:
    response = client(user).get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def person(crn: str) -> str:
    return f"/people/{reference_for([crn])[crn]}/"


def discussed(user: Any, crn: str) -> Any:
    boxes = ",".join(str(each) for each in Matter.objects.filter(crn=crn).values_list("uuid", flat=True))
    return client(user).post(
        person(crn) + "discussion/",
        {
            "matters": [boxes],
            "facts": "High RoSH",
            "risk": "A partner may be hurt.",
            "unknown": "What police know.",
            "others": "Nobody yet.",
            "change": "Ask police today.",
            "happened_on_0": "26",
            "happened_on_1": "2",
            "happened_on_2": "2026",
            "by_when_0": "12",
            "by_when_1": "3",
            "by_when_2": "2026",
            "happened_on_day": "26",
            "happened_on_month": "2",
            "happened_on_year": "2026",
            "by_when_day": "12",
            "by_when_month": "3",
            "by_when_year": "2026",
        },
    )


def lines(body: str) -> list[str]:
    """What a reader sees in the main part of a page, line by line, without mark-up and form tokens."""
    main = body[body.index('id="main-content"') :]
    main = main[main.index(">") + 1 : main.index("</main>")]
    text = re.sub(r"</(p|h1|h2|h3|li|tr|td|th|dt|dd|div|label|button)>|<br>", "\n", main)
    text = html.unescape(re.sub(r"<[^>]+>", "", text))
    return [each for each in (re.sub(r"\s+", " ", line).strip() for line in text.split("\n")) if each]
