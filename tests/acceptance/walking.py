"""A person on the way through Assay: what they press, and what every page they pass must stand up to.

The same steps serve with and without JavaScript. axe itself needs JavaScript, so where the person has none,
it is let run for as long as axe looks at the page that was loaded without it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.acceptance.conftest import WIDE, Visit, too_wide, violations

PICTURES = os.environ.get("ASSAY_PICTURES", "")
CODE = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


@dataclass
class Way:
    """One walk in one browser, and every fault seen, told together at the end.

    It goes on at a desk's width; each page is looked at in ``sizes``.
    """

    visit: Visit
    name: str
    sizes: tuple[dict[str, int], ...]
    faults: list[str] = field(default_factory=list)
    sessions: dict[str, list[Any]] = field(default_factory=dict)

    @contextmanager
    def person(self, username: str, address: str) -> Iterator[Walker]:
        """The next person at the same desk, signed in once through the page; nobody for the empty name."""
        desk = self.visit.page.context
        desk.clear_cookies()
        self.visit.address = address
        if username in self.sessions:
            desk.add_cookies(self.sessions[username])
            self.visit.open("/")
        elif username:
            self.visit.sign_in(username)
            self.sessions[username] = desk.cookies()
        yield Walker(self, self.visit)

    @property
    def javascript(self) -> bool:
        return self.visit.scripts.on

    def finish(self) -> None:
        assert self.faults == [], "\n".join(["", *self.faults])


@dataclass
class Walker:
    way: Way
    visit: Visit

    @property
    def page(self) -> Any:
        return self.visit.page

    @property
    def main(self) -> Any:
        return self.page.locator("main")

    def open(self, path: str) -> None:
        """Go to a path of the side, which must answer 200."""
        answer = self.visit.open(path)
        assert answer.status == 200, f"{path} answered {answer.status}"

    def path(self) -> str:
        """Where the person is, without the server's own address."""
        return str(self.page.url.removeprefix(self.visit.address))

    def press(self, name: str, *, about: str = "") -> None:
        """Press the first button or link of this name in the page's own part, of those about someone."""
        words = re.compile(rf"^\W*{re.escape(name)}.*{re.escape(about)}", re.DOTALL)
        here = self.main.get_by_role("button", name=words).or_(self.main.get_by_role("link", name=words))
        here.first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, words: str) -> None:
        named = re.compile(rf"^\s*{re.escape(label)}( \(optional\))?\s*$")
        self.main.get_by_label(named).first.fill(words)

    def fill_day(self, legend: str, day: date) -> None:
        group = self.main.get_by_role("group", name=legend).first
        for part, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            group.get_by_label(part, exact=True).fill(str(number))

    def choose(self, label: str) -> None:
        self.main.get_by_label(label, exact=True).first.check()

    def see(self, *words: str) -> None:
        """The page's own part says this, in these words."""
        text = " ".join(self.main.inner_text().split())
        for each in words:
            assert each in text, f"{self.page.url} does not say {each!r}:\n{text[:3000]}"

    def heading(self) -> str:
        return str(self.page.get_by_role("heading", level=1).inner_text())

    def look(self, name: str) -> None:
        """Check the page at each width. What is wrong is kept and told at the end with all the rest."""
        for size in self.way.sizes:
            self.page.set_viewport_size(size)
            where = f"{name} ({size['width']} px): "
            with self.visit.scripts.on_for_axe():
                self.way.faults += [where + each for each in violations(self.page)]
            self.way.faults += [where + "scrolls sideways: " + each for each in too_wide(self.page)]
            if PICTURES:
                self.visit.picture(Path(PICTURES) / f"{self.way.name}-{name}-{size['width']}.png")
        self.page.set_viewport_size(WIDE)
        self.way.faults += [f"{name}: the console says {each}" for each in self.visit.errors]
        self.visit.errors.clear()
        if codes := CODE.findall(self.page.locator("body").inner_text()):
            self.way.faults.append(f"{name}: shows a raw identity {codes[0]}")
        if self.page.locator("h1").count() != 1:
            self.way.faults.append(f"{name}: has not exactly one first heading")

    def download(self, name: str) -> bytes:
        """Follow a link and return what it gives."""
        link = self.main.get_by_role("link", name=name).or_(self.main.get_by_role("button", name=name))
        href = link.first.get_attribute("href")
        answer = self.page.request.get(self.visit.address + href)
        assert answer.status == 200, f"{href} answered {answer.status}"
        return bytes(answer.body())
