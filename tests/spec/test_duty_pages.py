"""The manual's pages of the duties are what the definitions and examples say today."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.jobs.manual import pages

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("path", "text"), pages(ROOT).items(), ids=lambda value: str(value)[-8:])
def test_the_page_in_the_repository_is_the_one_that_is_made(path: Path, text: str) -> None:
    assert path.read_text("utf-8") == text, "run: python -m assay.jobs.manual"
