"""The manual builds strictly, and says all that an installation can be told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.repository import ROOT, SOURCE, files

MANUAL = ROOT / "docs"
OUTSIDE = re.compile(r"""<(?:link|script|img|source)\b[^>]*\b(?:href|src)=["']?(?:https?:)?//[^"' >]+""")


def test_the_manual_builds_strictly_and_takes_nothing_from_outside(tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list(site.rglob("*.html"))
    assert len(pages) >= 15
    assert {hit for page in pages for hit in OUTSIDE.findall(page.read_text("utf-8"))} == set()


def test_every_setting_is_in_the_manual() -> None:
    read = re.compile(r"""(?:environ\.get\(|environ\[|_switch\(|getenv\()\s*["']([A-Z_]+)["']""")
    shipped = (module.read_text("utf-8") for module in files(".py") if SOURCE in module.parents)
    given = {name for text in shipped for name in read.findall(text)}
    page = (MANUAL / "reference" / "settings.md").read_text("utf-8")
    described = set(re.findall(r"`([A-Z][A-Z_]+)`", page))
    assert "ASSAY_SIDE" in given
    assert given - described - {"DJANGO_SETTINGS_MODULE"} == set()


def test_every_decision_says_what_was_refused_and_how_we_would_know() -> None:
    decisions = sorted((MANUAL / "adr").glob("0*.md"))
    numbers = [int(each.name[:4]) for each in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    for each in decisions:
        text = each.read_text("utf-8")
        for heading in ("## The question", "## Decided", "## Refused", "## How we will know we were wrong"):
            assert heading in text, f"{each.name}: {heading}"


def test_the_readme_gives_the_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for command in ("python3 start.py", "python3 start.py setup", "python3 start.py test"):
        assert command in text
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    pictures = [each for each in linked if each.endswith(".png")]
    assert [each for each in linked if each not in pictures and not (ROOT / each).exists()] == []


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines[-1] == "exec python3 start.py test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
