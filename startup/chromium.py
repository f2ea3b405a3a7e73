"""A browser for the tests: the system's, else Debian's, else the one Playwright fetches."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from startup.steps import Failure, program, run, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "Install Chromium (Debian and Ubuntu: apt-get install chromium), then run the same command again."


def find_or_install() -> str | None:
    """The browser's path; None where Playwright brings its own and finds it by itself."""
    found = os.environ.get("ASSAY_CHROMIUM") or _on_path() or _from_debian()
    if not found:
        _from_playwright()
    return found


def _on_path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _from_debian() -> str | None:
    """By apt, where there is one and we may use it."""
    if not (sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get")):
        return None
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with step("Installing Chromium from the system's packages"):
        try:
            run(["apt-get", "update", "-q"], seconds=300, remedy=REMEDY, environment=quiet)
            words = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
            run(words, seconds=900, remedy=REMEDY, environment=quiet)
        except Failure:
            # Some systems with apt have no such package; Playwright's own browser comes next.
            return None
    return _on_path()


def _from_playwright() -> None:
    kept = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    if any(kept.glob("chromium*")):
        return
    with step("Fetching Playwright's own Chromium"):
        run([program("playwright"), "install", "chromium"], seconds=900, remedy=REMEDY)
