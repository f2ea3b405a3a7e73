"""Reads ``ratings.yaml`` beside a framework, and refuses nonsense in sentences."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.core.ratings.checking import faults
from assay.core.ratings.types import Rules
from assay.core.standards.loading import FOLDER, load
from assay.core.standards.types import Framework

FILE = "ratings.yaml"
REMEDY = message("Correct ratings.yaml and load it again; rules in use are never edited.")
SCHEMA = TypeAdapter(Rules)


@cache
def rules_for(id: str) -> Rules:
    """The rating rules of the shipped framework of that id. ``KeyError`` for an id there is none of;
    ``Unfit`` for a bad file."""
    return read(FOLDER / id, load(id))


def read(folder: Path, framework: Framework) -> Rules:
    """The rules in ``folder``, checked against their framework. ``Unfit`` names every fault found."""
    try:
        content = (folder / FILE).read_bytes()
    except OSError:
        raise Unfit([_problem("missing file", "", "it is missing from the folder")]) from None
    return parsed(content, framework)


def parsed(content: bytes, framework: Framework) -> Rules:
    """The rules in the text of a file, checked. Their ``version`` is the first twelve digits of its hash."""
    try:
        rules = SCHEMA.validate_python(yaml.safe_load(content))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())
        raise Unfit([_problem("not YAML", "the file", said)]) from error
    except ValidationError as error:
        raise Unfit(
            _problem(each["type"], " > ".join(map(str, each["loc"])), _clause(each["msg"]))
            for each in error.errors()
        ) from error
    found = faults(rules, framework)
    if found:
        raise Unfit(_problem(each.rule, each.place, each.says) for each in found)
    return replace(rules, version=sha256(content).hexdigest()[:12])


def _clause(said: str) -> str:
    return said[:1].lower() + said[1:]


def _problem(rule: str, place: str, says: str) -> Problem:
    where = place or "the file"
    return Problem(
        file=FILE,
        rule=rule,
        column=place or None,
        message=message("{file}, {place}: {says}.", file=FILE, place=where, says=says),
        remedy=REMEDY,
    )
