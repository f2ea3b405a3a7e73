"""A file of rules that a region wrote itself, in the form of the shipped one."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message

Rules = TypeVar("Rules", bound=BaseModel)


def read_rules(path: Path, kind: type[Rules], *, rule: str, remedy: Message) -> Rules:
    """The file as rules of that kind. ``Unfit`` names each thing that is wrong with it, under the name
    ``rule`` and with the ``remedy``: that it is not there or no YAML, and every fault of its contents."""

    def problem(place: str, says: str) -> Problem:
        said = message("{file}, {place}: {says}.", file=path.name, place=place or "the file", says=says)
        return Problem(file=path.name, rule=rule, column=place or None, message=said, remedy=remedy)

    try:
        return kind.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise Unfit([problem("", "there is no such file to read")]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unfit([problem("", " ".join(str(error).split()))]) from error
    except ValidationError as error:
        faults = error.errors()
        raise Unfit(problem(" > ".join(map(str, each["loc"])), each["msg"]) for each in faults) from error
