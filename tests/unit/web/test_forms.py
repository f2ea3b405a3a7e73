from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.template import engines

from assay.web.components.forms import (
    CheckboxesField,
    GovDateField,
    GovForm,
    NumberField,
    RadioField,
    SelectField,
    TextField,
    TickField,
    WordsField,
    kind_of,
    summary_of,
)

FEW = [("yes", "Yes"), ("no", "No")]


class Everything(GovForm):
    name = TextField(label="Name", help_text="As in the record", width=20)
    words = WordsField(label="What is the risk?", rows=4)
    counted = WordsField(label="Briefly", limit=200, required=False)
    answer = RadioField(label="Is it so?", choices=FEW, hints={"no": "Say why below"})
    one = SelectField(label="Which?", choices=FEW)
    several = CheckboxesField(label="Which of them?", choices=FEW)
    agreed = TickField(label="I have read it")
    seen_on = GovDateField(label="Seen on")
    number = NumberField(label="How many?")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    key = forms.CharField(widget=forms.HiddenInput, initial="k1")


class Page(HTMLParser):
    """Every id, label target and described-by of a piece of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.controls: dict[str, dict[str, str]] = {}
        self.targets: list[str] = []
        self.described: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        if tag in ("input", "select", "textarea"):
            self.controls[found["id"]] = found
        if tag == "label":
            self.targets.append(found["for"])
        self.described += found.get("aria-describedby", "").split()


def drawn(form: forms.Form) -> Page:
    return Page("".join(str(field.as_field_group()) for field in form))


def test_every_control_has_a_label_and_every_reference_leads_somewhere() -> None:
    page = drawn(Everything())
    unlabelled = set(page.controls) - set(page.targets) - {"id_key"}
    assert unlabelled == set()
    assert set(page.targets) <= set(page.ids)
    assert set(page.described) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_error_links_to_something_that_takes_the_keyboard() -> None:
    form = Everything(data={})
    assert not form.is_valid()
    page = drawn(form)
    targets = {each["href"].removeprefix("#") for each in summary_of(form)}
    assert targets == {
        "id_name",
        "id_words",
        "id_answer",
        "id_one",
        "id_several",
        "id_agreed",
        "id_seen_on_day",
        "id_number",
        "id_secret",
        "id_key",
    }
    assert targets <= set(page.controls)


def test_an_error_stands_beside_its_field_and_describes_it() -> None:
    form = Everything(data={"answer": "perhaps"})
    html = str(form["answer"].as_field_group())
    assert "govuk-form-group--error" in html
    assert 'id="id_answer-error"' in html


def test_what_was_entered_comes_back() -> None:
    data = {
        "name": "Ann <1>",
        "words": "a\nb",
        "answer": "no",
        "one": "no",
        "several": ["yes"],
        "seen_on_day": "31",
        "seen_on_month": "2",
        "seen_on_year": "2026",
        "secret": "hidden",
    }
    page = drawn(Everything(data=data))
    assert page.controls["id_name"]["value"] == "Ann <1>"
    assert "checked" in page.controls["id_answer-2"]
    assert "checked" not in page.controls["id_answer"]
    assert "checked" in page.controls["id_several"]
    assert page.controls["id_seen_on_month"]["value"] == "2"
    assert page.controls["id_secret"].get("value", "") == ""


def test_initial_values_are_shown() -> None:
    form = Everything(initial={"answer": "yes", "seen_on": date(2026, 3, 5), "several": ["no"]})
    page = drawn(form)
    assert page.controls["id_key"]["value"] == "k1"
    assert [page.controls[f"id_seen_on_{part}"]["value"] for part in ("day", "month", "year")] == [
        "5",
        "3",
        "2026",
    ]
    assert "checked" in page.controls["id_several-2"]


@pytest.mark.parametrize(
    ("day", "month", "year", "means"),
    [
        ("5", "3", "2026", date(2026, 3, 5)),
        ("29", "2", "2024", date(2024, 2, 29)),
        ("29", "2", "2026", None),
        ("5", "", "2026", None),
        ("a", "3", "2026", None),
        ("5", "13", "2026", None),
    ],
)
def test_dates(day: str, month: str, year: str, means: date | None) -> None:
    class Only(GovForm):
        on = GovDateField(label="On")

    form = Only(data={"on_day": day, "on_month": month, "on_year": year})
    assert form.is_valid() is (means is not None)
    if means:
        assert form.cleaned_data == {"on": means}
    else:
        assert summary_of(form) == [{"text": "Enter a real date, for example 5 3 2026", "href": "#id_on_day"}]


def test_a_date_that_need_not_be_given() -> None:
    class Only(GovForm):
        on = GovDateField(label="On", required=False)

    form = Only(data={})
    assert form.is_valid()
    assert form.cleaned_data == {"on": None}
    assert "On (optional)" in str(form["on"].as_field_group())


def test_the_summary_names_errors_of_the_whole_form_first() -> None:
    class Whole(GovForm):
        name = TextField(label="Name", error_messages={"required": "Enter a name"})

        def clean(self) -> dict[str, Any]:
            raise forms.ValidationError("These do not fit together")

    form = Whole(data={})
    assert summary_of(form) == [
        {"text": "These do not fit together"},
        {"text": "Enter a name", "href": "#id_name"},
    ]
    env = engines["jinja2"].env  # type: ignore[attr-defined]
    source = '{% from "components/assay.jinja" import error_summary %}{{ error_summary(form) }}'
    html = env.from_string(source).render(form=form)
    assert 'href="#id_name"' in html
    assert "There is a problem" in html
    assert env.from_string(source).render(form=Whole()).strip() == ""


def test_special_kinds_come_before_the_general_ones() -> None:
    kinds = {name: kind_of(field.widget) for name, field in Everything().fields.items()}
    assert kinds == {
        "name": "text",
        "words": "words",
        "counted": "words",
        "answer": "radios",
        "one": "select",
        "several": "checkboxes",
        "agreed": "tick",
        "seen_on": "date",
        "number": "number",
        "secret": "password",
        "key": "hidden",
    }


def test_two_forms_on_one_page_keep_their_ids_apart() -> None:
    page = drawn(Everything(prefix="second"))
    assert "id_second-name" in page.controls
    assert "id_second-seen_on_day" in page.controls
    assert page.controls["id_second-seen_on_day"]["name"] == "second-seen_on_day"
