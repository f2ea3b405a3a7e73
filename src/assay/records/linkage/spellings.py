"""Names as they are compared: in plain letters, by their consonants, and by the name a short form stands for.

No list of people or of families of spellings is used: names brought into Latin letters from another script
are spelt by ear, so what different spellings keep is, roughly, the order of the consonants.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

import yaml

NAMES = 65_536
"""So many names are remembered, since two sources share most of theirs."""

# Letters that do not come apart into a letter and its mark.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_SILENT = re.compile(r"['’‘`´ʼ.]")
_BREAKS = re.compile(r"[^\w]+|_+|\d+")

# In this order. What several spellings share is kept; what only one of them writes is dropped.
_SOUNDS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"tsch|tch|cz", "ch"),
        (r"sch|sz|sh", "s"),
        (r"ph", "f"),
        (r"ck|kh|q|x(?=i|$)", "k"),
        (r"([bdgjt])h", r"\1"),
        (r"c(?=[eiy])", "s"),
        (r"ch|c", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"^dj|^y(?=[aeiou])", "j"),
        (r"(?<=[aeiou])w(?![aeiou])", ""),
        (r"[vw]", "f"),
        (r"^[aeiouy]+", "a"),
        (r"(?<=.)[aeiouyh]+", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=NAMES)
def plain(name: str | None) -> str | None:
    """The name in small letters without marks; parts apart by one space; None where no letter is left.

    Apostrophes and full stops are left out, so that O'Neal is one word; a hyphen parts two words.
    """
    if name is None:
        return None
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = "".join(each for each in folded if not unicodedata.combining(each))
    return _BREAKS.sub(" ", _SILENT.sub("", letters)).strip() or None


@lru_cache(maxsize=NAMES)
def sound(name: str | None) -> str | None:
    """What different spellings of a plain name have in common: its consonants as they are heard.

    An opening vowel stands as ``a``. None for no name.
    """
    if name is None:
        return None
    said = name.replace(" ", "")
    for pattern, by in _SOUNDS:
        said = pattern.sub(by, said)
    return said


def root(name: str | None) -> str | None:
    """The name that a plain forename is a short or pet form of; the name itself if we know none."""
    return None if name is None else _roots().get(name, name)


@cache
def _roots() -> dict[str, str]:
    text = resources.files("assay.records.linkage").joinpath("short_forms.yaml").read_text("utf-8")
    found: dict[str, str] = {}
    for group in yaml.safe_load(text)["groups"]:
        for form in group:
            assert form not in found, f"{form} stands in two groups"
            found[form] = group[0]
    return found
