"""Sentences to be worded later, by whoever speaks to a person.

Core and the rooms return a :class:`Message`: an English sentence that is also its catalogue key, and
the values to put into it. ``web``, ``api`` and ``jobs`` translate the key, then fill in the values, so
that no room below them depends on a language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with ``{named}`` places. ``id`` is the English sentence and the catalogue key."""

    id: str
    values: Mapping[str, object] = field(default_factory=dict)

    def worded(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the reader's language; raises ``KeyError`` if a value is missing."""
        return translate(self.id).format(**self.values)


def message(id: str, /, **values: object) -> Message:
    """A message. Babel extracts the first argument of every call of this function."""
    return Message(id, values)
