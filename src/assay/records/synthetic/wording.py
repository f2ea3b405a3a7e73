"""Sentences for a million rows at once: templates with named places, filled by Arrow.

A template is plain text with ``{places}``. Each place is a function from rows to text. A part is a list of
templates of which each row takes one; a text is several parts joined by spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from assay.records.synthetic.columns import EMPTY_DAY, Numbers, Texts, joined, taken

Place = Callable[[Numbers], Texts]
# One of several sentences; or of those of a trait, where sentences are told apart by trait.
Part = Sequence[str] | Mapping[str, Sequence[str]]
_PLACE = re.compile(r"\{(\w+)\}")
_FIRST = date(2005, 1, 1)
_OFFSET = (_FIRST - date(1970, 1, 1)).days
_DAYS = 11_500
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@cache
def phrases(name: str) -> Mapping[str, Any]:
    """A file of sentence parts."""
    text = resources.files("assay.records.synthetic").joinpath(f"phrases/{name}.yaml").read_text("utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded


def render(templates: Sequence[str], choice: Numbers, places: Mapping[str, Place]) -> Texts:
    """One text a row: the template its choice points to, with its places filled."""
    made, order = [], []
    for number, template in enumerate(templates):
        rows = np.flatnonzero(choice == number)
        if not len(rows):
            continue
        pieces: list[Any] = []
        for position, piece in enumerate(_PLACE.split(template)):
            if position % 2:
                pieces.append(places[piece](rows))
            elif piece:
                pieces.append(piece)
        if any(isinstance(piece, pa.Array) for piece in pieces):
            made.append(joined(*pieces))
        else:
            made.append(pa.repeat(pa.scalar("".join(pieces)), len(rows)))
        order.append(rows)
    if not made:
        return pa.array([], pa.string())
    where = np.empty(len(choice), dtype=np.int64)
    where[np.concatenate(order)] = np.arange(len(choice))
    return taken(pa.concat_arrays(made), where)


def composed(
    rng: np.random.Generator,
    parts: Sequence[Part],
    places: Mapping[str, Place],
    *,
    count: int,
    trait: Numbers,
    traits: Sequence[str],
    between: str = " ",
) -> Texts:
    """Parts joined. A part that is a mapping has its sentences by trait; each row has one trait."""
    texts = []
    for part in parts:
        if isinstance(part, Mapping):
            lists = [_for_trait(part, name) for name in traits]
            templates = [each for options in lists for each in options]
            sizes = np.array([len(options) for options in lists])
            starts = np.concatenate(([0], np.cumsum(sizes)))[:-1]
            choice = starts[trait] + (rng.random(count) * sizes[trait]).astype(np.int64)
        else:
            templates = list(part)
            choice = rng.integers(0, len(templates), count)
        spaced = [each + between if each else "" for each in templates]
        texts.append(render(spaced, choice, places))
    whole = texts[0] if len(texts) == 1 else joined(*texts)
    return pc.utf8_trim(whole, between + " \n")


def _for_trait(part: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
    """The sentences for a trait; those of ``children`` serve ``home``, and those of ``any`` everyone."""
    wider = part.get("children", part["any"]) if name == "home" else part["any"]
    return part.get(name, wider)


@cache
def _day_texts() -> Texts:
    days = [_FIRST + timedelta(days=number) for number in range(_DAYS)]
    return pa.array([f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in days])


def day_place(days: Numbers) -> Place:
    """Days in words, as 5 March 2026. An empty day has no words: the template must not ask for it."""
    known = days[days != EMPTY_DAY] - _OFFSET
    assert not len(known) or (known.min() >= 0 and known.max() < _DAYS), "a day outside the words for days"
    offsets = np.where(days == EMPTY_DAY, 0, days - _OFFSET)
    return lambda rows: taken(_day_texts(), offsets[rows])


def text_place(texts: Texts, index: Numbers) -> Place:
    """Texts picked by an index for each row."""
    return lambda rows: taken(texts, index[rows])


def number_place(rng: np.random.Generator, texts: Sequence[str], count: int) -> Place:
    """One of the texts at random for each row, the same each time the row is asked for."""
    index = rng.integers(0, len(texts), count)
    return text_place(pa.array(list(texts)), index)
