"""The model as data: what is compared, at which levels, with which values, and which pairs are looked at.

Read strictly from ``model.yaml``; a mistake there is ours and says so at once.
"""

from __future__ import annotations

import math
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

NOTHING = 0.01
"""Both m and u of a level that does not count: their ratio is one, so it adds nothing."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(_Part):
    """One level. ``m`` and ``u`` are None, and it adds nothing, where it does not ``counts``."""

    when: str
    says: str
    common: str | None = None
    m: float | None = Field(default=None, gt=0, lt=1)
    u: float | None = Field(default=None, gt=0, lt=1)
    counts: bool = True
    fixed: bool = False

    @model_validator(mode="after")
    def _has_values_or_does_not_count(self) -> Self:
        if self.counts != (self.m is not None and self.u is not None):
            raise ValueError("a level that counts has m and u, and one that does not has neither")
        return self

    @property
    def weight(self) -> float:
        """log2 of m over u; 0 for a level that does not count. Without what a rare value adds."""
        return math.log2(self.m / self.u) if self.m and self.u else 0.0


class Comparison(_Part):
    """One thing compared. It is left out where neither of two sources has any of the columns it ``needs``."""

    name: str
    needs: tuple[str, ...]
    label: str
    why: str
    learned: bool = True
    levels: tuple[Level, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _ends_with_else(self) -> Self:
        if [each.when for each in self.levels].index("ELSE") != len(self.levels) - 1:
            raise ValueError("the last level, and no other, is ELSE")
        return self

    @property
    def top(self) -> int:
        """The number Splink gives the best level; ELSE is 0, and a pair that cannot be compared -1."""
        return len(self.levels) - 1

    def level(self, number: int) -> Level | None:
        """The level by Splink's number, None for a pair that cannot be compared."""
        return None if number < 0 else self.levels[self.top - number]


class Block(_Part):
    when: str
    why: str


class LearnFrom(_Part):
    records: int = Field(ge=1)
    sure_pairs: int = Field(ge=1)
    why: str


class Model(_Part):
    """The whole model. ``hash`` names this very text of it."""

    version: Literal[1]
    learn_from: LearnFrom
    seed: int
    least: float = Field(gt=0, lt=1)
    pairs_for_u: int = Field(ge=100_000)
    pairs_for_m: int = Field(ge=100_000)
    sure: tuple[str, ...]
    sure_share: float = Field(gt=0, le=1)
    blocks: tuple[Block, ...] = Field(min_length=1)
    learn_in: tuple[str, ...] = Field(min_length=1)
    comparisons: tuple[Comparison, ...] = Field(min_length=1)

    @property
    def hash(self) -> str:
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def comparison(self, name: str) -> Comparison:
        return next(each for each in self.comparisons if each.name == name)

    def over(self, columns: frozenset[str]) -> Model:
        """The model with what can be compared where both sources have just these columns."""
        kept = tuple(each for each in self.comparisons if columns & set(each.needs))
        missing = {need for each in self.comparisons for need in each.needs} - columns
        blocks = tuple(each for each in self.blocks if not _uses(each.when, missing))
        return self.model_copy(update={"comparisons": kept, "blocks": blocks})

    def with_values(self, values: dict[tuple[str, str], dict[str, float]]) -> Model:
        """The model with learned m and u, by comparison and condition; what was not learned stays."""
        changed = tuple(
            each.model_copy(update={"levels": tuple(_valued(each, level, values) for level in each.levels)})
            for each in self.comparisons
        )
        return self.model_copy(update={"comparisons": changed})


def _valued(comparison: Comparison, level: Level, values: dict[tuple[str, str], dict[str, float]]) -> Level:
    return level.model_copy(update=values.get((comparison.name, level.when), {}) if level.counts else {})


def _uses(condition: str, columns: set[str]) -> bool:
    return any(f"l.{each} " in f"{condition} " for each in columns)


@cache
def shipped() -> Model:
    """The model that Assay ships."""
    return read(resources.files("assay.records.linkage").joinpath("model.yaml").read_text("utf-8"))


def read(text: str) -> Model:
    """The model written in this YAML; pydantic's own error where it is wrong."""
    given: Any = yaml.safe_load(text)
    return Model.model_validate(given)
