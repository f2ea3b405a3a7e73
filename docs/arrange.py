"""Puts the manual's kinds in the order a newcomer reads them; within a kind, pages keep the names' order."""

from __future__ import annotations

from typing import Any

KINDS = {
    "Tutorial": "Tutorial",
    "How to": "How to",
    "Explanation": "Explanation",
    "Reference": "Reference",
    "Adr": "Decisions",
}


def on_nav(nav: Any, **_: Any) -> Any:
    """MkDocs calls this once all pages are known."""
    order = list(KINDS)
    nav.items.sort(key=lambda item: order.index(item.title) if item.title in order else -1)
    for item in nav.items:
        if item.title in KINDS:
            item.title = KINDS[item.title]
    return nav
