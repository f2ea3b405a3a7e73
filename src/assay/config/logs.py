"""Logging without personal data.

An exception's words may quote a record and a request's path may hold what was searched for, so neither
is written: a log line of ours has its own words, a fault's reference, its kind and the places it passed.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any


class BareFormatter(logging.Formatter):
    """Writes an exception as its kind and the lines of code it passed, never its words."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, _, trace = ei
        places = [f"  {each.filename}:{each.lineno} in {each.name}" for each in traceback.extract_tb(trace)]
        return "\n".join([f"{kind.__name__ if kind else 'no exception'}, passing", *places])

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have left its own text of the exception on the record, words and all.
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None


CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "bare": {
            "()": "assay.config.logs.BareFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "bare"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "assay": {"level": "INFO"},
        # Its lines quote the path asked for; ours (assay.web.errors) say the same with a reference instead.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "django.server": {"level": "CRITICAL"},
    },
}
