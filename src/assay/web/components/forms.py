"""Forms that render themselves as GOV.UK fields: ``{{ form.name.as_field_group() }}``.

Any Django form does, ours or allauth's: which macro draws a field follows from its widget, so a form says
what it asks and nothing about markup. Required is the rule, as in GOV.UK forms; an optional field says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer
from django.utils.translation import gettext_lazy as _

from assay.web.rendering import fragment


class GovRenderer(BaseRenderer):
    """Draws whole fields with GOV.UK macros; widgets alone are never drawn."""

    field_template_name = "components/field.jinja"
    form_template_name = "components/form.jinja"

    def get_template(self, template_name: str) -> Any:
        raise AssertionError("fields are drawn whole, by as_field_group")

    def render(self, template_name: str, context: Mapping[str, Any], request: Any = None) -> Any:
        if template_name == self.field_template_name:
            return fragment(template_name, _shown(context["field"]))
        return fragment(template_name, context)


class DateWidget(forms.MultiWidget):
    """Day, month and year in three boxes, as people write a date they know."""

    parts = ("day", "month", "year")

    def __init__(self) -> None:
        super().__init__(widgets={part: forms.TextInput() for part in self.parts})

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class GovDateField(forms.MultiValueField):
    """A date in three boxes; cleans to ``date`` or None. Says which part is wrong where that can be said."""

    widget = DateWidget

    def __init__(self, **kwargs: Any) -> None:
        box = forms.CharField(required=False, max_length=10)
        kwargs.setdefault(
            "error_messages",
            {"required": _("Enter a date"), "invalid": _("Enter a real date, for example 5 3 2026")},
        )
        super().__init__(fields=(box, box, box), require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> date | None:
        if not any(data_list):
            return None
        try:
            day, month, year = (int(each) for each in data_list)
            return date(year, month, day)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class GovForm(forms.Form):
    """The base of our forms: its error summary stands at the top, its fields render themselves."""

    default_renderer = GovRenderer()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class TextField(forms.CharField):
    """One line of text. ``width`` is the GOV.UK class for the length expected: 2, 3, 4, 5, 10 or 20."""

    def __init__(self, *, width: int | None = None, **kwargs: Any) -> None:
        self.width = width
        super().__init__(**kwargs)


class WordsField(forms.CharField):
    """Several lines of text; ``limit`` counts characters under the box."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 5, limit: int | None = None, **kwargs: Any) -> None:
        self.rows, self.limit = rows, limit
        super().__init__(max_length=limit, **kwargs)


class NumberField(forms.IntegerField):
    """A whole number, in a box as wide as ``width`` digits."""

    widget = forms.NumberInput

    def __init__(self, *, width: int = 4, **kwargs: Any) -> None:
        self.width = width
        super().__init__(**kwargs)


class RadioField(forms.ChoiceField):
    """One of a few. ``hints`` is by value; ``inline`` sets short answers beside each other."""

    widget = forms.RadioSelect

    def __init__(
        self, *, hints: Mapping[str, Any] | None = None, inline: bool = False, **kwargs: Any
    ) -> None:
        self.hints, self.inline = dict(hints or {}), inline
        kwargs.setdefault("error_messages", {"required": _("Choose one of the answers")})
        super().__init__(**kwargs)


class SelectField(forms.ChoiceField):
    """One of many."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": _("Choose one from the list")})
        super().__init__(**kwargs)


class CheckboxesField(forms.MultipleChoiceField):
    """Any of several."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.hints = dict(hints or {})
        super().__init__(**kwargs)


class TickField(forms.BooleanField):
    """A single box to tick."""


class FileField(forms.FileField):
    """A file to send."""


KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "password"),
    (DateWidget, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "tick"),
    (forms.Select, "select"),
    (forms.Textarea, "words"),
    (forms.ClearableFileInput, "file"),
    (forms.FileInput, "file"),
    (forms.NumberInput, "number"),
    (forms.Widget, "text"),
)


def kind_of(widget: forms.Widget) -> str:
    """Which macro draws a widget. The order of KINDS decides: special kinds before the general ones."""
    return next(kind for known, kind in KINDS if isinstance(widget, known))


def first_id(bound: BoundField) -> str:
    """The id of the first thing in a field that takes the keyboard; what an error must link to."""
    return f"{bound.auto_id}_day" if kind_of(bound.field.widget) == "date" else str(bound.auto_id)


def summary_of(form: forms.BaseForm) -> list[dict[str, str]]:
    """Every error of a form, those of no field first, as the error summary lists them."""
    listed = [{"text": str(each)} for each in form.non_field_errors()]
    for bound in form:
        listed += [{"text": _named(bound, str(each)), "href": f"#{first_id(bound)}"} for each in bound.errors]
    return listed


def _named(bound: BoundField, error: str) -> str:
    """An error that would read the same for any field says which it is of."""
    if error not in (str(forms.Field.default_error_messages["required"]), str(_("Enter a date"))):
        return error
    label = str(bound.label)
    return f"{label} {error}" if label.endswith("?") else f"{label}: {error[:1].lower()}{error[1:]}"


def _shown(bound: BoundField) -> dict[str, Any]:
    """What the field template draws from."""
    field = bound.field
    return {
        "kind": kind_of(field.widget),
        "id": str(bound.auto_id),
        "name": bound.html_name,
        "label": str(bound.label),
        "hint": str(field.help_text),
        "is_optional": not field.required and getattr(bound.form, "says_optional", True),
        "error": str(bound.errors[0]) if bound.errors else "",
        "value": _value(bound),
        "choices": _choices(bound),
        "attributes": {
            k: v
            for k, v in field.widget.attrs.items()
            if k in ("autocomplete", "inputmode", "spellcheck", "maxlength")
        },
        "width": getattr(field, "width", None),
        "rows": getattr(field, "rows", 5),
        "limit": getattr(field, "limit", None),
        "inline": getattr(field, "inline", False),
        "legend_size": getattr(field, "legend_size", "s"),
    }


def _value(bound: BoundField) -> Any:
    value = bound.value()
    if isinstance(bound.field.widget, DateWidget):
        parts = value if isinstance(value, list) else bound.field.widget.decompress(value)
        return ["" if each is None else str(each) for each in parts]
    if isinstance(bound.field.widget, forms.PasswordInput) or value is None:
        return ""
    return value


def _choices(bound: BoundField) -> list[dict[str, Any]]:
    """Items for radios, checkboxes and select. The macros give the first one the field's own id."""
    if not hasattr(bound.field, "choices"):
        return []
    value = bound.value()
    chosen = {str(each) for each in value} if isinstance(value, list | tuple) else {str(value)}
    hints = getattr(bound.field, "hints", {})
    items = []
    for key, text in bound.field.choices:
        if not isinstance(text, list | tuple):
            item = {
                "value": str(key),
                "text": str(text),
                "is_chosen": value is not None and str(key) in chosen,
            }
            items.append({**item, "hint": str(hints.get(key, ""))})
    return items
