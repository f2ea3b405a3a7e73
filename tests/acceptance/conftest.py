"""A browser on a running side, and what every page must stand up to.

``visit`` opens pages; ``check_page`` is asked after each: axe at WCAG 2.2 AA, no error in the console, and
nothing wider than the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assay.access.accounts.demonstration import PASSWORD

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIND = """async (tags) => {
  const only = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']};
  const found = await axe.run(document, only);
  return found.violations.map(each => {
    const where = each.nodes.slice(0, 3).map(node => node.target[0]).join(', ');
    return `${each.id}: ${each.help}: ${where}`;
  });
}"""
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 700}


class Scripts:
    """Whether a page runs its scripts. Playwright's own switch cannot be turned back, and axe is a script."""

    def __init__(self, page: Any, *, on: bool) -> None:
        self.on = on
        self._session = page.context.new_cdp_session(page)
        self._allow(on)

    @contextmanager
    def on_for_axe(self) -> Iterator[None]:
        """axe may run on the page as it was loaded; its own scripts, left out then, stay out."""
        self._allow(True)
        try:
            yield
        finally:
            self._allow(self.on)

    def _allow(self, on: bool) -> None:
        self._session.send("Emulation.setScriptExecutionDisabled", {"value": not on})


@dataclass
class Visit:
    """One person's browser: a page, the side's address, and the errors its console has shown."""

    page: Any
    address: str
    scripts: Scripts
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """Go to a path of the side; returns the response."""
        return self.page.goto(self.address + path)

    def sign_in(self, username: str) -> None:
        """Sign in through the page, as a person does."""
        self.open("/sign-in/")
        form = self.page.locator("main form").first
        form.get_by_label("User name").fill(username)
        form.get_by_label("Password", exact=True).fill(PASSWORD)
        form.get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state()
        assert "/sign-in/" not in self.page.url, self.page.locator("main").inner_text()

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Sign out").first.click()

    def new_window(self) -> Any:
        """One more page of this browser, which runs scripts if the first does."""
        page = self.page.context.new_page()
        Scripts(page, on=self.scripts.on)
        return page

    def check(self) -> None:
        check_page(self.page, errors=self.errors)

    def check_at_both_widths(self) -> None:
        """Check as a desk and as a small phone show it; leaves the page wide."""
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)
            self.check()

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=str(path), full_page=True)


def new_visit(
    chromium: Any, address: str, *, javascript: bool = True, size: dict[str, int] | None = None
) -> Visit:
    """A browser of its own for one person, with what its console says kept."""
    page = chromium.new_context(viewport=size or WIDE).new_page()
    made = Visit(page, address, Scripts(page, on=javascript))
    page.on("console", lambda said: made.errors.append(said.text) if _is_fault(said) else None)
    page.on("pageerror", lambda fault: made.errors.append(str(fault)))
    return made


def violations(page: Any) -> list[str]:
    """What axe finds at WCAG 2.2 AA: rule, what it is about, and where."""
    if not page.evaluate("() => 'axe' in window"):
        # Through the protocol, not a script tag: the page's content security policy stays as people have it.
        page.evaluate(AXE.read_text("utf-8") + "; undefined")
    return list(page.evaluate(FIND, WCAG))


def too_wide(page: Any) -> list[str]:
    """What reaches past the right edge of the window, where the page as a whole scrolls sideways."""
    return list(
        page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              return [...document.querySelectorAll('body *')]
                .filter(each => each.getBoundingClientRect().right > width + 1)
                .slice(0, 5).map(each => each.tagName + '.' + each.className);
            }"""
        )
    )


def check_page(page: Any, *, errors: list[str] | None = None) -> None:
    """Refuse a page with an accessibility fault, an error in its console, or a need to scroll sideways."""
    assert violations(page) == [], page.url
    assert too_wide(page) == [], f"{page.url} scrolls sideways at {page.viewport_size}"
    assert (errors or []) == [], page.url


@pytest.fixture
def visit(chromium: Any, live_server: Any, settings: Any) -> Iterator[Callable[..., Visit]]:
    """Makes browsers: ``visit()`` with JavaScript, ``visit(javascript=False)`` without.

    Ask for the side first (``service`` or ``inspectorate``): the server serves whichever is set.
    """
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
    contexts = []

    def make(*, javascript: bool = True, size: dict[str, int] | None = None) -> Visit:
        made = new_visit(chromium, live_server.url, javascript=javascript, size=size)
        contexts.append(made.page.context)
        return made

    yield make
    for each in contexts:
        each.close()


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Any:
    """A wide page with JavaScript, of whichever side the test has asked for."""
    return visit().page


def _is_fault(said: Any) -> bool:
    # The browser also reports our own 403, 404 and 422 answers as errors; their pages are checked as pages.
    return said.type == "error" and "the server responded with a status of 4" not in said.text
