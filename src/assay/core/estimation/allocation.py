"""How many cases each stratum gives, in whole numbers, and how each of these numbers came about.

Three rules: in proportion, by largest remainder; Neyman's, for the least variance; and that of the
inspectorate's published sampler of 2020-21. Everything is counted in fractions, so that no rounding of a
machine decides, and ties go to the larger stratum and then by name, so that no order of a list does.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from assay.core.errors import Refused
from assay.core.messages import Message, message

METHODS = ("proportional", "neyman", "published")
FLOOR = 0.35
LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One number on the way to an allocation. ``at`` is the stratum, and below it the place within; ``name``
    is the kind of step and ``because`` says in words how ``value`` came about."""

    at: tuple[str, ...]
    name: str
    value: Fraction
    because: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """How many cases each stratum gives, in the order the sizes were given in, and the steps to it. The last
    step of a stratum is its count."""

    counts: dict[str, int]
    steps: tuple[Step, ...]


def proportional(sizes: Mapping[str, int], n: int, *, least: int = LEAST) -> Allocation:
    """``n`` in proportion to ``sizes``, exactly, by largest remainder; at least ``least`` each, or all.

    A stratum whose share is below its least gets the least, and the others share what is left. ``Refused``
    where ``n`` is below the sum of the leasts or above that of the sizes.
    """
    floors = {name: min(least, size) for name, size in sizes.items()}
    check_possible(sizes, n, least=sum(floors.values()))
    steps = [
        _step((name,), "share", share, _share_said(n, sizes[name], sum(sizes.values())))
        for name, share in _shares(sizes, n).items()
    ]
    fixed: dict[str, int] = {}
    while True:
        free = {name: size for name, size in sizes.items() if name not in fixed}
        shares = _shares(free, n - sum(fixed.values()))
        low = {name: floors[name] for name, share in shares.items() if share < floors[name]}
        if not low:
            break
        fixed |= low
    steps += [
        _step((name,), "least", count, message("Its share is less than the least of {least}.", least=count))
        for name, count in fixed.items()
    ]
    if fixed:
        left = n - sum(fixed.values())
        steps += [
            _step((name,), "share of the rest", share, _share_said(left, sizes[name], sum(free.values())))
            for name, share in shares.items()
        ]
    rounded = _largest_remainder(shares, sizes, steps)
    return Allocation(
        counts={name: rounded.get(name, fixed.get(name, 0)) for name in sizes}, steps=tuple(steps)
    )


def check_possible(sizes: Mapping[str, int], n: int, *, least: int) -> None:
    """``Refused`` where ``n`` cases cannot be drawn from these strata."""
    most = sum(sizes.values())
    if not least <= n <= most:
        raise Refused(
            message(
                "{size} cases cannot be drawn: choose a number from {least} to {most}.",
                size=n,
                least=least,
                most=most,
            )
        )


def _shares(sizes: Mapping[str, int], n: int) -> dict[str, Fraction]:
    total = sum(sizes.values())
    return {name: Fraction(n * size, total) for name, size in sizes.items()} if total else {}


def _share_said(n: int, size: int, total: int) -> Message:
    return message("{n} to draw × {size} of {total} eligible.", n=n, size=size, total=total)


def _largest_remainder(
    shares: Mapping[str, Fraction], sizes: Mapping[str, int], steps: list[Step]
) -> dict[str, int]:
    whole = {name: math.floor(share) for name, share in shares.items()}
    steps += [_step((name,), "whole", each, message("Rounded down.")) for name, each in whole.items()]
    short = int(sum(shares.values(), Fraction(0))) - sum(whole.values())
    by_remainder = sorted(shares, key=lambda name: (whole[name] - shares[name], -sizes[name], name))
    for place, name in enumerate(by_remainder[:short], start=1):
        remainder = shares[name] - whole[name]
        whole[name] += 1
        said = message(
            "Left over for the largest remainders: {short}; this one, {remainder}, is number {place}.",
            short=short,
            remainder=decimal(remainder),
            place=place,
        )
        steps.append(_step((name,), "one more", whole[name], said))
    return whole


def neyman(
    sizes: Mapping[str, int],
    n: int,
    *,
    spread: Mapping[str, float],
    floor: float = FLOOR,
    least: int = LEAST,
) -> Allocation:
    """``n`` for the least variance of the rate, given each stratum's ``spread`` (standard deviation; for
    yes or no at most .5), but reckoning with a spread of ``floor`` at least, since a spread believed
    too small costs more than one believed too large.

    Exact in whole numbers: each case more goes where size x spread / sqrt(n(n + 1)) is largest, n being what
    the stratum has (Wright 2012, The American Statistician 66, 217-224). Every stratum has ``least`` or all
    it has first. ``Refused`` as in :func:`proportional`, and where a spread is missing or no number.
    """
    start = {name: min(least, size) for name, size in sizes.items()}
    check_possible(sizes, n, least=sum(start.values()))
    used = {name: max(_spread(spread, name), _decimal(floor, "floor")) for name in sizes}
    steps = [
        step
        for name in sizes
        for step in (
            _step((name,), "spread", used[name], _spread_said(_spread(spread, name), used[name])),
            _step((name,), "least", start[name], message("The least that every stratum gives.")),
        )
    ]
    given, last = dict(start), {}
    waiting = [_priority(name, sizes, used, given) for name in sizes if given[name] < sizes[name]]
    heapq.heapify(waiting)
    for _ in range(n - sum(start.values())):
        priority, _, name = heapq.heappop(waiting)
        given[name] += 1
        last[name] = priority
        if given[name] < sizes[name]:
            heapq.heappush(waiting, _priority(name, sizes, used, given))
    steps += [_step((name,), "by priority", given[name], _priority_said(last[name])) for name in last]
    return Allocation(counts=given, steps=tuple(steps))


Priority = tuple[tuple[int, Fraction], int, str]


def _priority(
    name: str, sizes: Mapping[str, int], used: Mapping[str, Fraction], given: Mapping[str, int]
) -> Priority:
    """The lower, the sooner: those with none first, then by the square of the priority."""
    weight, has = (sizes[name] * used[name]) ** 2, given[name]
    return ((1, -weight / (has * (has + 1))) if has else (0, -weight)), -sizes[name], name


def _priority_said(priority: tuple[int, Fraction]) -> Message:
    after_first, negative = priority
    if not after_first:
        return message("The first case of the stratum, by size x spread.")
    return message(
        "Each case more goes where size x spread / √(n(n + 1)) is largest; the last it got had {priority}.",
        priority=f"{math.sqrt(-negative):.4f}",
    )


def _spread(spread: Mapping[str, float], name: str) -> Fraction:
    if name not in spread:
        raise Refused(message("spread: stratum {name} has none.", name=name))
    return _decimal(spread[name], f"spread of {name}")


def _decimal(value: float, field: str) -> Fraction:
    """The decimal as it is written, nought or more."""
    if not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise Refused(message("{field}: {value} is not a number from nought up.", field=field, value=value))
    return Fraction(str(value))


def _spread_said(believed: Fraction, used: Fraction) -> Message:
    if believed == used:
        return message("Its spread as given.")
    return message(
        "Its spread was given as {believed} and is raised to the floor.", believed=decimal(believed)
    )


def half_up(sizes: Mapping[str, int], n: int, *, buffer_percent: int = 0) -> Allocation:
    """The rule of the inspectorate's published sampler of 2020-21, buffer of replacements included.

    Each share is rounded half up and given its own rounded buffer; then the smallest strata gain one, or
    the largest lose one, until the total is right, or all there are. Ties in size of what they have so far
    go by name; theirs went by the order of the list.
    """
    total = sum(sizes.values())
    if n < 0 or buffer_percent < 0:
        raise Refused(message("size and buffer: neither can be less than nought."))
    steps: list[Step] = []
    given: dict[str, int] = {}
    for name, share in _shares(sizes, n).items():
        base = _half_up(share)
        more = _half_up(Fraction(base * buffer_percent, 100))
        given[name] = min(sizes[name], base + more)
        steps += [
            _step((name,), "share", share, _share_said(n, sizes[name], total)),
            _step((name,), "rounded", base, message("Rounded half up.")),
        ]
        if buffer_percent:
            said = message(
                "With {percent} in 100 more to stand by: {more}.", percent=buffer_percent, more=more
            )
            steps.append(_step((name,), "buffer", base + more, said))
        if given[name] < base + more:
            steps.append(_step((name,), "all", given[name], message("It has no more.")))
    target = min(total, n + _half_up(Fraction(n * buffer_percent, 100)))
    _brought_to(target, given, sizes, steps)
    return Allocation(counts=given, steps=tuple(steps))


def _brought_to(target: int, given: dict[str, int], sizes: Mapping[str, int], steps: list[Step]) -> None:
    came_to = sum(given.values())
    by = 1 if target > came_to else -1
    order = sorted(given, key=lambda name: (by * given[name], name))
    before = dict(given)
    while sum(given.values()) != target:
        for name in order:
            if sum(given.values()) != target and 0 <= given[name] + by <= sizes[name]:
                given[name] += by
    said = (
        message(
            "The strata came to {sum}, not {target}: the smallest gain one first.", sum=came_to, target=target
        )
        if by > 0
        else message(
            "The strata came to {sum}, not {target}: the largest lose one first.", sum=came_to, target=target
        )
    )
    changed = [name for name in given if given[name] != before[name]]
    steps += [_step((name,), "for rounding", given[name], said) for name in changed]


def _half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def decimal(value: Fraction) -> str:
    """A fraction for people: four places, or none where it is whole."""
    return str(value) if value.denominator == 1 else f"{float(value):.4f}"


def _step(at: tuple[str, ...], name: str, value: Fraction | int, because: Message) -> Step:
    return Step(at=at, name=name, value=Fraction(value), because=because)
