"""Asks the service for one page, and asks again where that can help.

429 and 5xx, a dropped connection, a time-out and an answer cut short are asked again after a pause that
doubles; ``Retry-After`` is kept to, up to a bound. What cannot get better by waiting is said at once. Nothing
here writes an address to a log, since addresses name people.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from assay.core.errors import Refused
from assay.core.messages import message
from assay.records.sources.external_api.connection import Connection

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
ATTEMPTS = 6
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_ASKED = 0.5, 30.0, 120.0
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``status`` is one of 200, 400, 403, 404 (nothing is held, however that was said), or a redirect;
    ``body`` is there with 200 alone."""

    status: int
    body: Any = None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long to wait. Tests give their own ``sleep``, and a ``draw`` that is not random."""

    attempts: int = ATTEMPTS
    first: float = FIRST_PAUSE
    longest: float = LONGEST_PAUSE
    longest_asked: float = LONGEST_ASKED
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random

    def pause(self, attempt: int) -> float:
        """Between half and the whole of a pause that doubles, so that many who wait do not return at once."""
        whole: float = min(self.longest, self.first * 2**attempt)
        return whole * (0.5 + self.draw() / 2)


class Client:
    """One connection pool, with our certificate and key. Use as a context."""

    def __init__(self, connection: Connection, *, patience: Patience | None = None) -> None:
        # httpx tells every address to its log, and addresses name people.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self.patience = patience or Patience()
        self._http = httpx.Client(
            verify=connection.tls(),
            timeout=TIMEOUT,
            headers={"x-api-key": connection.key, "accept": "application/json"},
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, address: str, parameters: Mapping[str, str | int]) -> Answer:
        """One page. ``Refused`` with what to do next, where asking again did not or cannot help."""
        patience, reason = self.patience, ""
        for attempt in range(patience.attempts):
            pause = patience.pause(attempt)
            try:
                response = self._http.get(address, params=dict(parameters))
            except (httpx.TransportError, httpx.DecodingError) as error:
                reason = type(error).__name__
                _check_trusted(error)
            else:
                if (answer := _settled(response)) is not None:
                    return answer
                reason = str(response.status_code)
                pause = max(pause, self._asked(response))
            if attempt + 1 < patience.attempts:
                patience.sleep(pause)
        raise Refused(
            message(
                "The service did not answer after {attempts} attempts ({reason}). What was taken is kept: "
                "run the same command again later.",
                attempts=patience.attempts,
                reason=reason,
            )
        )

    def _asked(self, response: httpx.Response) -> float:
        """The seconds the service asks us to wait; ``Refused`` where that is longer than we stay."""
        wait = seconds_of(response.headers.get("retry-after", ""), now=datetime.now(UTC))
        if wait > self.patience.longest_asked:
            raise Refused(
                message(
                    "The service asks us to come back in {seconds} seconds. What was taken is kept: run the "
                    "same command again then.",
                    seconds=round(wait),
                )
            )
        return wait


def seconds_of(said: str, *, now: datetime) -> float:
    """``Retry-After`` as seconds: a number, or an HTTP date. Anything else is no wait."""
    if said.strip().isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _check_trusted(error: Exception) -> None:
    """A certificate that does not hold, theirs or ours, is not asked again."""
    said = str(error).lower()
    if "certificate_verify_failed" in said:
        raise Refused(
            message("The service's certificate is not one we trust. Check the address and the authorities.")
        ) from None
    if "alert" in said and ("certificate" in said or "unknown ca" in said):
        raise Refused(
            message("The service does not accept our certificate or key. Check both, and who they belong to.")
        ) from None


def _settled(response: httpx.Response) -> Answer | None:
    """What needs no further asking; None for what does."""
    status = response.status_code
    if status == 200:
        try:
            return Answer(status=200, body=response.json())
        except ValueError:
            return None
    if status in (400, 403, 404):
        return Answer(status=status)
    if status == 204:
        return Answer(status=404)
    if status in MOVED and "location" in response.headers:
        return Answer(status=status, location=response.headers["location"])
    if status == 401:
        raise Refused(
            message("The service does not accept our certificate or key. Check both, and who they belong to.")
        )
    if status in AGAIN:
        return None
    raise Refused(message("The service answered {status}, which we do not understand.", status=status))
