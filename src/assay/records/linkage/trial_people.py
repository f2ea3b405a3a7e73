"""Invented people for a trial: names as uneven as people's are, birth dates, councils and postcodes, numbers.

Forenames are given names that many people have (``trial_names.yaml``); surnames are put together from
syllables and belong to no list. Postcodes begin with Z and police numbers with ZZ, as no real one does.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

Names = np.ndarray[Any, np.dtype[Any]]
Rng = np.random.Generator
People = dict[str, Names]

COUNCILS, DISTRICTS, WOMEN = 180, 8, 0.15
FIRST_BIRTH, LAST_BIRTH = np.datetime64("1946-01-01"), np.datetime64("2007-12-31")

ONSETS = (
    "b", "br", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "kh", "l", "m", "n", "p", "pr", "r", "s", "sh",
    "st", "t", "tr", "v", "w", "y", "z",
)  # fmt: skip
VOWELS = ("a", "a", "a", "e", "e", "i", "i", "o", "o", "u", "ai", "ee", "ou")
CODAS = (
    "", "", "l", "m", "n", "n", "r", "r", "s", "t", "ck", "nd", "rt", "wick", "ford", "ham", "son", "ski",
    "enko", "yan", "uri",
)  # fmt: skip


def invented_people(rng: Rng, count: int) -> People:
    """So many people, a column for each thing a source may hold. ``born`` is a day."""
    woman = rng.random(count) < WOMEN
    forename = np.where(woman, drawn(rng, forenames("women"), count, 0.9), "")
    forename = np.where(woman, forename, drawn(rng, forenames("men"), count, 0.9)).astype(object)
    days = int((LAST_BIRTH - FIRST_BIRTH).astype(int))
    council, postcode = places(rng, count)
    numbers = rng.permutation(10 * count)[:count]
    return {
        "forename": forename,
        "surname": drawn(rng, surnames(), count, 0.75).astype(object),
        "born": FIRST_BIRTH + (days * rng.beta(2.2, 1.8, count)).astype("timedelta64[D]"),
        "gender": np.where(woman, "F", "M").astype(object),
        "council": council,
        "postcode": postcode,
        "pnc": np.array([f"ZZ{number:08}" for number in numbers], dtype=object),
    }


def drawn(rng: Rng, names: Names, count: int, steepness: float) -> Names:
    """Names as unevenly as people have them: the first is the most common."""
    weights = (np.arange(len(names)) + 8.0) ** -steepness
    edges = np.cumsum(weights / weights.sum())
    chosen: Names = names[np.searchsorted(edges, rng.random(count)).clip(max=len(names) - 1)]
    return chosen


def places(rng: Rng, count: int) -> tuple[Names, Names]:
    """Councils, some of them large, and a postcode in each."""
    council = np.minimum(rng.exponential(COUNCILS / 3, count).astype(int), COUNCILS - 1)
    district = rng.integers(0, DISTRICTS, count)
    ends = [f"{digit}{letter}X" for digit in range(10) for letter in "ABDEFGHJLN"]
    end = rng.integers(0, len(ends), count)
    named = np.array([f"Invented council {number + 1}" for number in range(COUNCILS)], dtype=object)
    codes = [
        f"Z{a % 10}{chr(65 + a // 10)}{b} {last}"
        for a in range(COUNCILS)
        for b in range(DISTRICTS)
        for last in ends
    ]
    at = (council * DISTRICTS + district) * len(ends) + end
    return named[council], np.array(codes, dtype=object)[at]


@cache
def listed() -> dict[str, Any]:
    """The names of ``trial_names.yaml``."""
    text = resources.files("assay.records.linkage").joinpath("trial_names.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


@cache
def forenames(whose: str) -> Names:
    """Those of ``men`` or ``women``, in a fixed order that mixes where they come from."""
    given = listed()[whose]
    names = [*given["plain"], *given["respelt"]]
    return np.array(names, dtype=object)[np.random.default_rng(len(names)).permutation(len(names))]


@cache
def surnames(count: int = 24_000) -> Names:
    """Different surnames, put together from syllables; always the same."""
    rng = np.random.default_rng(count)
    kinds = (ONSETS, VOWELS, CODAS, ONSETS, VOWELS, CODAS)
    drawn_parts = [np.array(kind, dtype=object)[rng.integers(0, len(kind), 2 * count)] for kind in kinds]
    drawn_parts[-1][rng.random(2 * count) < 0.25] = ""
    found = dict.fromkeys("".join(parts).capitalize() for parts in zip(*drawn_parts, strict=True))
    return np.array(list(found)[:count], dtype=object)
