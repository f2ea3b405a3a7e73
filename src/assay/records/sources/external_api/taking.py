"""Takes every page of every person into the journal; a page that is there already is not asked for again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from assay.records.sources.external_api.client import MOVED, Client
from assay.records.sources.external_api.connection import Connection
from assay.records.sources.external_api.journal import Journal
from assay.records.sources.external_api.routes import (
    DETAILS,
    LIMITS,
    PERSON,
    SUPERVISIONS,
    Route,
)

OF_PERSON = re.compile(r"^/v1/persons/([^/?]+)$")
MOST_PAGES = 10_000
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Taking:
    """One run over some people. ``at_once`` requests are under way at most."""

    client: Client
    connection: Connection
    journal: Journal
    routes: Sequence[Route]
    at_once: int
    _stop: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def take(self, crns: Collection[str], *, tell: Tell) -> tuple[str, ...]:
        """All of them, and whomever they were merged into. Whatever one request raises ends the others after
        the page they are at."""
        done: dict[str, None] = {}
        waiting = dict.fromkeys(crns)
        while waiting:
            into = self._round(list(waiting), before=len(done), tell=tell)
            done |= waiting
            waiting = {each: None for each in into if each not in done}
        return tuple(done)

    def _round(self, crns: Sequence[str], *, before: int, tell: Tell) -> list[str]:
        into: list[str] = []
        count = 0

        def one(crn: str) -> None:
            nonlocal count
            if self._stop.is_set():
                return
            survivor = self._person(crn)
            with self._lock:
                count += 1
                into.extend([survivor] if survivor else [])
                tell(before + count, before + len(crns))

        with ThreadPoolExecutor(self.at_once) as workers:
            try:
                futures = [workers.submit(one, crn) for crn in crns]
                for done in wait(futures, return_when=FIRST_EXCEPTION).done:
                    done.result()
            finally:
                # Leaving waits for the workers: where one failed, the others have nothing more to do.
                if count < len(crns):
                    self._stop.set()
        return sorted(set(into))

    def _person(self, crn: str) -> str | None:
        """The person's pages; whom they were merged into, of whom then everything is asked."""
        page = self._page(PERSON, crn, 0)
        into = merged_into(page, crn)
        if into is not None or page["status"] != 200 or self._page(LIMITS, crn, 0)["status"] != 200:
            return into
        for route in self.routes:
            if not self._stop.is_set():
                self._route(route, crn)
        for number in custodial_numbers(self.journal, crn):
            self._page(DETAILS, crn, number)
        return None

    def _route(self, route: Route, crn: str) -> None:
        for page in range(MOST_PAGES):
            said = self._page(route, crn, page)
            try:
                if said["status"] != 200 or route.is_last(said["body"], page):
                    return
            except (ValueError, AttributeError, TypeError):
                return  # not built as the route says: whoever reads the page refuses it

    def _page(self, route: Route, crn: str, page: int) -> Mapping[str, Any]:
        key = (route.name, crn, page)
        if key not in self.journal:
            base = self.connection.upstream if route.upstream else self.connection.base
            answer = self.client.ask(f"{base}{route.address(crn, page)}", route.parameters(page))
            said = {"status": answer.status, "body": answer.body, "location": answer.location}
            self.journal.take(key, said)
        return self.journal.page(key)


def merged_into(page: Mapping[str, Any], crn: str) -> str | None:
    """The number the person is known by now: where the service sends us on, or what its answer says. None
    where it is the one asked for, or none is said."""
    if page["status"] in MOVED:
        found = OF_PERSON.match(urlsplit(page["location"] or "").path)
        return unquote(found[1]) if found and unquote(found[1]) != crn else None
    try:
        said = page["body"]["data"]["probationOffenderSearch"]
        known = (said.get("identifiers") or {}).get("deliusCrn") or said.get("hmppsId")
    except (TypeError, KeyError, AttributeError):
        return None
    # The answer may name the person by the prison's number, which is no merge.
    is_crn = isinstance(known, str) and re.fullmatch(r"[A-Z][0-9]{6}", known.strip())
    return known.strip() if is_crn and known.strip() != crn else None


def custodial_numbers(journal: Journal, crn: str) -> list[int]:
    """The event numbers of custodial sentences in force: their release is asked for one by one."""
    key = (SUPERVISIONS.name, crn, 0)
    if key not in journal:
        return []
    body = journal.page(key)["body"]
    rows = body.get("supervisions") if isinstance(body, dict) else None
    found = [
        each["number"]
        for each in rows or []
        if isinstance(each, dict)
        and each.get("active") is True
        and isinstance(each.get("number"), int)
        and isinstance(each.get("sentence"), dict)
        and each["sentence"].get("custodial")
    ]
    return sorted(set(found))
