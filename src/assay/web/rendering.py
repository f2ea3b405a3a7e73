"""One cached Jinja2 environment over our templates and the GOV.UK macros, and what every page is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import json_script
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.exceptions import UndefinedError
from markupsafe import Markup, escape

from assay.core.figures import Count
from assay.core.messages import Message
from assay.records.store import is_synthetic
from assay.web.content_security import nonce
from assay.web.navigation import navigation_for
from assay.web.pinning import freshness_of

WEB = Path(__file__).parent


class CarefulUndefined(Undefined):
    """Refuses to print a name that nobody gave, and to print or test a missing attribute of a value of ours.

    The GOV.UK macros ask dictionaries for options that may be absent; those stay quietly empty.
    """

    def __str__(self) -> str:
        if isinstance(self._undefined_obj, Mapping):
            return ""
        return self._fail_with_undefined_error()

    def __bool__(self) -> bool:
        if type(self._undefined_obj).__module__.startswith("assay."):
            return self._fail_with_undefined_error()
        return False

    def _fail_with_undefined_error(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise UndefinedError(self._undefined_message)


def environment(**options: Any) -> Environment:
    """The environment for ``settings.TEMPLATES``. Templates are named from ``assay/web``.

    "oversight/today.jinja" is one such name. The sign-in pages' own names ("account/...", "mfa/...") lead
    to ``web/accounts``.
    """
    options["undefined"] = CarefulUndefined
    options["loader"] = ChoiceLoader(
        [
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "account": FileSystemLoader(WEB / "accounts" / "account"),
                    "mfa": FileSystemLoader(WEB / "accounts" / "mfa"),
                }
            ),
            FileSystemLoader(WEB),
        ]
    )
    env = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701 - Django sets autoescape
    env.install_gettext_callables(translated, translated_plural, newstyle=False)  # type: ignore[attr-defined] # added by the extension
    env.policies["ext.i18n.trimmed"] = True
    env.globals.update(
        _=translated, url=url, static=static, n_of_n=n_of_n, govuk_errors=error_list, json_script=json_script
    )
    env.filters.update(
        day=day, moment=moment, month=month, weekday=weekday, worded=worded, percentage=percentage
    )
    return env


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page ``template`` ("oversight/today.jinja") as a response."""
    made = engines["jinja2"].get_template(template).render(dict(context or {}), request)
    return HttpResponse(made, status=status)


def compile_templates() -> None:
    """Every page of ours and every part of GOV.UK's, so that no visitor waits for it."""
    env = _jinja()
    for name in env.list_templates(filter_func=lambda each: each.endswith((".jinja", "macro.html"))):
        env.get_template(name)


def fragment(template: str, context: Mapping[str, Any]) -> Markup:
    """A part of a page, without the context of a request: form fields are rendered so."""
    return Markup(_jinja().get_template(template).render(context))  # noqa: S704 - autoescaped


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page is given besides its own context."""
    user = getattr(request, "user", None)
    return {
        "user": user,
        "side": settings.SIDE,
        "demonstration": settings.DEMONSTRATION,
        "csp_nonce": nonce(request),
        "language": get_language() or settings.LANGUAGE_CODE,
        "written_in": written_in(),
        "languages": settings.LANGUAGES,
        "messages": SimpleLazyObject(lambda: list(get_messages(request))),
        "navigation": SimpleLazyObject(lambda: navigation_for(request)),
        "is_synthetic": settings.DEMONSTRATION or is_synthetic(settings.HOME / "records"),
        "freshness": SimpleLazyObject(lambda: freshness_of(request)),
        "as_at": SimpleLazyObject(lambda: freshness_of(request).as_at),
    }


def written_in() -> str:
    """The language a page is really in: English, where the one chosen has no words for its parts yet."""
    chosen = (get_language() or "en").split("-")[0]
    sign = "Skip to main content"
    return chosen if gettext(sign) != sign else "en"


def translated(text: str, **values: object) -> str:
    """The text in the reader's language, with ``%(named)s`` places filled in and escaped if any are given."""
    worded_text = gettext(text)
    return Markup(worded_text) % values if values else worded_text  # noqa: S704 - values are escaped by %


def translated_plural(one: str, many: str, number: int, **values: object) -> str:
    """Singular or plural by ``number``, which is also filled in as ``%(num)s``.

    A ``trans`` block fills in its own names after this, so a text that asks for none here is left alone.
    """
    text = ngettext(one, many, number)
    if not values and "%(num)s" not in text:
        return text
    return Markup(text) % {"num": number, **values}  # noqa: S704 - values are escaped by %


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named route."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def n_of_n(count: Count, *, words: str = "") -> Markup:
    """ "41 of 84", followed by ``words`` if given. Never a percentage alone, never a numerator alone."""
    text = gettext("{numerator} of {denominator}").format(
        numerator=formats.number_format(count.numerator, force_grouping=True),
        denominator=formats.number_format(count.denominator, force_grouping=True),
    )
    tail = Markup(" {}").format(words) if words else ""
    return Markup('<span class="assay-count">{}</span>{}').format(text, tail)


def percentage(count: Count) -> str:
    """ "49%", or the word for nothing to count. Goes beside :func:`n_of_n`, never without it."""
    return gettext("none to count") if count.share is None else f"{100 * count.share:.0f}%"


def day(value: date | datetime | None) -> str:
    """ "5 March 2026"; an empty text for None."""
    return formats.date_format(_local(value), "j F Y") if value else ""


def weekday(value: date | datetime | None) -> str:
    """ "Thursday 5 March 2026"."""
    return formats.date_format(_local(value), "l j F Y") if value else ""


def month(value: date | None) -> str:
    """ "March 2026"."""
    return formats.date_format(value, "F Y") if value else ""


def moment(value: datetime | None) -> str:
    """ "5 March 2026, 18:30", in London."""
    return formats.date_format(_local(value), "j F Y, H:i") if value else ""


def worded(value: Message | str) -> str:
    """A message of the rooms below in the reader's language, its values escaped."""
    if not isinstance(value, Message):
        return value
    sentence = Markup(escape(gettext(value.id)))  # noqa: S704 - escaped
    return sentence.format(**{name: _readable(each) for name, each in value.values.items()})


def plain(value: Message | str) -> str:
    """The same as bare text, for what escapes it again: the errors of a form."""
    return Markup(worded(value)).unescape()  # noqa: S704 - not shown as it is


def error_list(form: Any) -> list[dict[str, str]]:
    """What the error summary lists: each error with the id of the first thing to correct."""
    from assay.web.components.forms import summary_of

    return summary_of(form)


def _readable(value: object) -> object:
    if isinstance(value, Message):
        return worded(value)
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


def _jinja() -> Environment:
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    env: Environment = engine.env
    return env


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
