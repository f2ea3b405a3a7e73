from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from jinja2.exceptions import UndefinedError

from assay.core.figures import Count
from assay.core.messages import message
from assay.web import rendering


def drawn(source: str, **context: object) -> str:
    return str(engines["jinja2"].env.from_string(source).render(context))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ on | day }}", "5 March 2026"),
        ("{{ on | weekday }}", "Thursday 5 March 2026"),
        ("{{ on | month }}", "March 2026"),
        ("{{ nothing | day }}", ""),
        ("{{ winter | moment }}", "5 March 2026, 18:30"),
        ("{{ summer | moment }}", "1 July 2026, 00:30"),
        ("{{ summer | day }}", "1 July 2026"),
    ],
)
def test_days_and_moments_are_londons(source: str, shown: str) -> None:
    values = {
        "on": date(2026, 3, 5),
        "nothing": None,
        "winter": datetime(2026, 3, 5, 18, 30, tzinfo=UTC),
        "summer": datetime(2026, 6, 30, 23, 30, tzinfo=UTC),
    }
    assert drawn(source, **values) == shown


def test_a_count_is_shown_with_what_it_is_of() -> None:
    count = Count(41, 84, "assignment", "cases read")
    assert drawn("{{ n_of_n(c) }}", c=count) == '<span class="assay-count">41 of 84</span>'
    assert drawn("{{ c | percentage }}", c=count) == "49%"
    empty = Count(0, 0, "assignment", "cases read")
    assert drawn("{{ n_of_n(c) }} {{ c | percentage }}", c=empty).endswith("0 of 0</span> none to count")


def test_thousands_are_set_apart() -> None:
    assert "1,234 of 26,000" in drawn("{{ n_of_n(c) }}", c=Count(1234, 26000, "person", "all"))


def test_a_message_is_worded_and_its_values_escaped() -> None:
    said = message("Seen by {name} on {day}: 100%", name="<b>Ann</b>", day=date(2026, 3, 5))
    assert drawn("{{ m | worded }}", m=said) == "Seen by &lt;b&gt;Ann&lt;/b&gt; on 5 March 2026: 100%"


def test_a_message_may_hold_a_message() -> None:
    said = message("Because {why}", why=message("it was {what}", what="late"))
    assert drawn("{{ m | worded }}", m=said) == "Because it was late"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('{{ _("95% of them") }}', "95% of them"),
        ('{{ _("%(n)s of them", n="<1>") }}', "&lt;1&gt; of them"),
        ("{% trans n=3 %}{{ n }} of them{% endtrans %}", "3 of them"),
        ("{% trans count=1 %}one{% pluralize %}{{ count }} of them{% endtrans %}", "one"),
        ("{% trans count=4 %}one{% pluralize %}{{ count }} of them{% endtrans %}", "4 of them"),
        ("{% trans %}\n  over\n  lines, 5%\n{% endtrans %}", "over lines, 5%"),
    ],
)
def test_sentences_of_templates(source: str, shown: str) -> None:
    assert drawn(source) == shown


def test_a_name_nobody_gave_is_not_printed_as_nothing() -> None:
    with pytest.raises(UndefinedError):
        drawn("{{ forgotten }}")
    with pytest.raises(UndefinedError):
        drawn("{{ count.numerater }}", count=Count(1, 2, "", ""))
    with pytest.raises(UndefinedError):
        drawn("{% if count.numerater %}yes{% endif %}", count=Count(1, 2, "", ""))
    assert drawn("{{ options.absent }}{% if options.absent %}yes{% endif %}", options={}) == ""
    assert drawn("{% if forgotten %}yes{% else %}no{% endif %}") == "no"


def test_there_is_one_environment() -> None:
    first = engines["jinja2"].env  # type: ignore[attr-defined]
    assert first is engines["jinja2"].env  # type: ignore[attr-defined]
    assert first.autoescape is True
    assert drawn("{{ x }}", x="<script>") == "&lt;script&gt;"


def test_a_page_in_english_says_so_whatever_was_chosen() -> None:
    from django.utils.translation import override

    with override("cy"):
        assert rendering.written_in() in ("en", "cy")
    with override("en-gb"):
        assert rendering.written_in() == "en"
