"""How often intervals hold the truth: ``python -m bench coverage [--draws 2000] [--picture FILE.svg]``.

Invented populations of 20,000 cases in eleven units, of which everything is known; from each, samples are
drawn and estimated with the shipped functions. Printed are the share of 95% intervals that hold the true
rate, their mean width, and the gain (variance of plain random sampling over the estimator's), beside the
coverage measured when the estimator was chosen, with a program apart from this one. A cell is marked where
the two differ by more than three standard errors of both (and half a point, since the populations are not
the very same).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from assay.core.estimation.estimate import Selection, model_assisted, proportion
from assay.core.estimation.score import Score
from assay.core.figures import Estimate

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

N, UNITS, POPULATIONS = 20_000, 11, 4
FROZEN, ANNOUNCED = date(2026, 1, 31), date(2026, 2, 1)
CHOSEN_WITH = 10_000
NEAR = 0.5


@dataclass(frozen=True)
class World:
    """A population of which everything is known. ``truth`` is what a perfect reader would say; ``score`` is
    one column or several; ``unit`` numbers the units, ``cluster`` the practitioners."""

    truth: Whole
    score: Floats
    unit: Whole
    cluster: Whole
    frozen: Score
    ids: NDArray[np.str_]


Drawing = Callable[[World, int, np.random.Generator], Whole]
Judging = Callable[[World, Whole, np.random.Generator], Whole]


def world(rng: np.random.Generator, *, rate: float, auc: float, signals: int = 1, icc: float = 0.0) -> World:
    """Units differ by about 9 points. Scores are normal with a shift between cases that count and that do
    not, which gives the area asked for; one score is told as a chance, several as they are."""
    unit = np.arange(N) % UNITS
    shift = rng.permutation(np.linspace(-1.55, 1.55, UNITS)) * (0.086 if icc == 0 else 0.0)
    cluster = np.arange(N) // 30
    own = np.full(N, rate)
    if icc:
        own = rng.beta(rate * (1 / icc - 1), (1 - rate) * (1 / icc - 1), size=N // 30 + 1)[cluster]
    truth = (rng.random(N) < np.clip(own + shift[unit] * 4 * rate * (1 - rate), 0, 1)).astype(np.int64)
    d = 2**0.5 * NormalDist().inv_cdf(auc)
    columns = rng.normal(size=(N, signals)) + truth[:, None] * d / signals**0.5
    if signals == 1 and auc > 0.5:
        odds = rate / (1 - rate) * np.exp(d * columns - d * d / 2)
        columns = odds / (1 + odds)
    ids = np.array([f"c{i}" for i in range(N)])
    frozen = Score(ids=tuple(ids.tolist()), values=columns, frozen_on=FROZEN)
    return World(truth, columns, unit, cluster, frozen, ids)


def at_random(made: World, n: int, rng: np.random.Generator) -> Whole:
    return np.asarray(rng.choice(N, n, replace=False, shuffle=False))


def by_unit(made: World, n: int, rng: np.random.Generator) -> Whole:
    """In proportion; what is left over goes to units one each, by chance."""
    extra = set(rng.permutation(UNITS)[: n % UNITS].tolist())
    return np.concatenate(
        [
            rng.choice(np.flatnonzero(made.unit == unit), n // UNITS + (unit in extra), replace=False)
            for unit in range(UNITS)
        ]
    )


def weighted(weight: Callable[[World], Floats]) -> Drawing:
    """One after another, with these chances: what an honest draw never does."""

    def draw(made: World, n: int, rng: np.random.Generator) -> Whole:
        keys = rng.random(N) ** (1 / weight(made))
        return np.argpartition(-keys, n)[:n]

    return draw


def by_practitioner(made: World, n: int, rng: np.random.Generator) -> Whole:
    """Three cases of each practitioner drawn."""
    people = rng.choice(N // 30, n // 3, replace=False)
    return np.concatenate([30 * each + rng.choice(30, 3, replace=False) for each in people])


def rightly(made: World, drawn: Whole, rng: np.random.Generator) -> Whole:
    return made.truth[drawn]


def with_errors(sensitivity: float, specificity: float) -> Judging:
    """Readers who miss some of what counts, and let pass some of what does not."""

    def judge(made: World, drawn: Whole, rng: np.random.Generator) -> Whole:
        truth, chance = made.truth[drawn], rng.random(len(drawn))
        return np.where(truth == 1, chance < sensitivity, chance >= specificity).astype(np.int64)

    return judge


def following(share: float, bias: float) -> Judging:
    """Readers who saw the score and follow it in a share of cases, the score being too kind by ``bias``."""

    def judge(made: World, drawn: Whole, rng: np.random.Generator) -> Whole:
        said = made.score[drawn, 0] + bias > 0.5
        return np.where(rng.random(len(drawn)) < share, said, made.truth[drawn]).astype(np.int64)

    return judge


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One line: a kind of population, of sample and of estimate, and the coverage once measured, in per
    cent."""

    table: str
    name: str
    n: int
    measured: float
    auc: float = 0.8
    rate: float = 0.49
    signals: int = 1
    icc: float = 0.0
    draw: Drawing = at_random
    judge: Judging = rightly
    estimate: str = "assisted"


def cells() -> Iterator[Cell]:
    """Every line of the four tables that the default estimator, or what it falls back to, has."""
    table = "3.1 rate .49"
    plain = {84: (95.0, 94.8, 94.8, 94.7), 330: (95.2, 95.3, 95.2, 95.3)}
    assisted = {84: (95.5, 95.3, 95.3, 95.0), 330: (94.9, 95.1, 95.0, 95.1)}
    strata = {84: (95.1, 95.4, 95.1, 95.2), 330: (95.0, 95.0, 95.2, 95.2)}
    unscored = (95.4, 95.6, 95.3, 95.5)
    for n in (84, 330):
        for at, auc in enumerate((0.6, 0.7, 0.8, 0.9)):
            first = Cell(
                table=table, name="random, Wilson", n=n, auc=auc, measured=plain[n][at], estimate="plain"
            )
            yield first
            if n == 84:
                yield replace(first, name="units, Wilson", draw=by_unit, measured=unscored[at])
            second = replace(first, name="random, score", estimate="assisted", measured=assisted[n][at])
            yield second
            yield replace(second, name="units, score", draw=by_unit, measured=strata[n][at])
    table = "3.2 other rates"
    for rate, n, wilson, default in ((0.10, 84, 96.4, 96.0), (0.93, 84, 95.0, 95.5)):
        yield Cell(table=table, name="random, Wilson", n=n, rate=rate, measured=wilson, estimate="plain")
        yield Cell(table=table, name="random, score", n=n, rate=rate, measured=default)
    for rate, wilson in ((0.49, 95.6), (0.85, 97.5)):
        yield Cell(table=table, name="random, falls back", n=20, rate=rate, measured=wilson)
    for signals, measured in ((1, 95.8), (4, 95.2), (8, 95.3), (12, 95.4), (24, 94.7)):
        yield Cell(
            table="3.3 signals", name=f"{signals} fitted here", n=84, signals=signals, measured=measured
        )
    yield from hazards()


def hazards() -> Iterator[Cell]:
    """What an interval cannot know. Low coverage is the right answer here."""
    base = Cell(table="3.4 hazards", name="score drifted", n=84, measured=94.7)
    yield base  # a score that drifted is the same score to the estimator, whatever the points
    shy = weighted(lambda made: np.where(made.truth == 1, 1.0, 0.7))
    eager = weighted(lambda made: np.where(made.truth == 1, 1.0, 1.4))
    chosen = weighted(lambda made: np.exp(-2.12 * made.score[:, 0]))
    yield replace(
        base, name="unsatisfactory 30% less likely, Wilson", draw=shy, estimate="plain", measured=65.5
    )
    yield replace(base, name="unsatisfactory 30% less likely", draw=shy, measured=73)
    yield replace(
        base, name="unsatisfactory 40% likelier, Wilson", draw=eager, estimate="plain", measured=65.5
    )
    yield replace(base, name="unsatisfactory 40% likelier", draw=eager, measured=73)
    yield replace(base, name="chosen by the signal, Wilson", draw=chosen, estimate="plain", measured=32)
    yield replace(base, name="chosen by the signal", draw=chosen, measured=90.6)
    yield replace(base, name="readers err evenly", judge=with_errors(0.9, 0.9), measured=94.7)
    yield replace(base, name="readers err one way", judge=with_errors(0.85, 0.95), measured=85.5)
    for share, measured in ((0.1, 93.0), (0.2, 88.0), (0.3, 77.0)):
        judge = following(share, 0.15)
        yield replace(base, name=f"{share:.0%} follow a kind score", judge=judge, measured=measured)
    for icc, ignored, counted in ((0.05, 93.8, 95.8), (0.1, 93.0, 95.8), (0.2, 90.9, 95.8)):
        people = replace(base, name=f"practitioners, ICC {icc}, ignored", icc=icc, draw=by_practitioner)
        yield replace(people, estimate="plain", measured=ignored)
        yield replace(people, name=f"practitioners, ICC {icc}", estimate="clusters", measured=counted)
    yield replace(base, name="a useless score", auc=0.5, measured=95.0)


@dataclass(frozen=True)
class Found:
    """What a cell came to: coverage and its standard error, both in per cent, width in points, gain, bias in
    points, and the CPU milliseconds of one estimate."""

    cell: Cell
    coverage: float
    error: float
    width: float
    gain: float
    bias: float
    cost: float

    @property
    def is_near(self) -> bool:
        """Whether it is the coverage once measured, but for chance."""
        share = self.cell.measured / 100
        chosen = 1e4 * share * (1 - share) / CHOSEN_WITH
        return abs(self.coverage - self.cell.measured) <= 3 * (self.error**2 + chosen) ** 0.5 + NEAR


def run(cell: Cell, *, draws: int, seed: int, tick: Callable[[], object]) -> Found:
    """The cell over four populations, ``draws`` samples in all."""
    held, width, wrong, spread, cost = [], [], [], [], 0.0
    for population in range(POPULATIONS):
        rng = np.random.default_rng([seed, population])
        made = world(rng, rate=cell.rate, auc=cell.auc, signals=cell.signals, icc=cell.icc)
        truth = float(made.truth.mean())
        variance = truth * (1 - truth) / cell.n * (N - cell.n) / (N - 1)
        for _ in range(draws // POPULATIONS):
            drawn = cell.draw(made, cell.n, rng)
            y = cell.judge(made, drawn, rng).tolist()
            sample = _selection(made, drawn, by_units=cell.draw is by_unit)
            begun = time.process_time()
            found = _estimated(cell, made, drawn, y, sample)
            cost += time.process_time() - begun
            held.append(found.lower <= truth <= found.upper)
            width.append(found.upper - found.lower)
            wrong.append(found.value - truth)
            spread.append((found.value - truth) ** 2 / variance)
            tick()
    share = float(np.mean(held))
    return Found(
        cell,
        100 * share,
        100 * (share * (1 - share) / len(held)) ** 0.5,
        100 * float(np.mean(width)),
        1 / float(np.mean(spread)),
        100 * float(np.mean(wrong)),
        1000 * cost / len(held),
    )


def _selection(made: World, drawn: Whole, *, by_units: bool) -> Selection:
    unit = made.unit[drawn] if by_units else np.zeros(len(drawn), dtype=np.int64)
    sizes = np.bincount(made.unit) if by_units else np.array([N])
    names = [f"u{each}" for each in range(len(sizes))]
    return Selection(
        tuple(made.ids[drawn].tolist()),
        tuple(names[each] for each in unit),
        dict(zip(names, sizes.tolist(), strict=True)),
    )


def _estimated(cell: Cell, made: World, drawn: Whole, y: list[int], sample: Selection) -> Estimate:
    if cell.estimate == "plain":
        return proportion(y, sample)
    if cell.estimate == "clusters":
        return proportion(y, sample, cluster=[f"p{each}" for each in made.cluster[drawn]])
    most = cell.signals if cell.signals > 1 else None
    return model_assisted(y, sample, made.frozen, announced_on=ANNOUNCED, max_covariates=most)


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench coverage")
    asked.add_argument("--draws", type=int, default=2000, help="samples of each cell")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", default="", help="tables whose name begins so: 3.1")
    asked.add_argument("--picture", type=Path, help="an SVG of the coverages")
    given = asked.parse_args(words)
    chosen = [each for each in cells() if each.table.startswith(given.only)]
    found = []
    with Progress(transient=True) as progress:
        task = progress.add_task("samples", total=len(chosen) * (given.draws // POPULATIONS) * POPULATIONS)
        for each in chosen:
            progress.update(task, description=f"{each.table}: {each.name}")
            found.append(run(each, draws=given.draws, seed=given.seed, tick=lambda: progress.advance(task)))
    _print(found, given.draws)
    if given.picture:
        given.picture.write_text(drawn_as_svg(found), "utf-8")


def _print(found: list[Found], draws: int) -> None:
    print(f"95% intervals, {draws:,} samples a line from {POPULATIONS} populations of {N:,}")
    print(
        f"{'table':<16}{'sample and estimate':<40}{'n':>5}{'AUC':>5}{'rate':>6}{'holds %':>9}{'s.e.':>6}"
        f"{'measured':>10}{'width':>7}{'gain':>6}{'bias':>6}{'ms':>6}"
    )
    for each in found:
        cell = each.cell
        print(
            f"{cell.table:<16}{cell.name:<40}{cell.n:>5}{cell.auc:>5}{cell.rate:>6}{each.coverage:>9.1f}"
            f"{each.error:>6.1f}{cell.measured:>10.1f}{each.width:>7.1f}{each.gain:>6.2f}{each.bias:>6.1f}"
            f"{each.cost:>6.2f}{'' if each.is_near else '  differs'}"
        )
    near = sum(each.is_near for each in found)
    print(f"{near} of {len(found)} lines agree with what was measured before, but for chance")


def _full_name(cell: Cell) -> str:
    return f"{cell.table}: {cell.name}, n {cell.n}, AUC {cell.auc}, {cell.rate}"


def drawn_as_svg(found: list[Found]) -> str:
    """Coverage of every cell with two standard errors, a mark for what was measured before, a line at 95%."""
    import altair as alt
    import vl_convert

    rows = [
        {
            "name": _full_name(each.cell),
            "low": (each.coverage - 2 * each.error) / 100,
            "high": min(1.0, (each.coverage + 2 * each.error) / 100),
            "coverage": each.coverage / 100,
            "measured": each.cell.measured / 100,
        }
        for each in found
    ]
    order = [row["name"] for row in rows]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=420))
    )
    scale = alt.Scale(domain=[0.2, 1])
    axis = alt.Axis(format="%")
    bars = base.mark_rule(size=4, color="#1d70b8").encode(
        x=alt.X("low:Q", scale=scale, title="95% intervals that hold the truth", axis=axis), x2="high:Q"
    )
    points = base.mark_point(filled=True, color="#1d70b8", opacity=1).encode(x="coverage:Q")
    before = base.mark_tick(color="#0b0c0c", thickness=2).encode(x="measured:Q")
    line = alt.Chart(alt.Data(values=[{"at": 0.95}])).mark_rule(strokeDash=[4, 4]).encode(x="at:Q")
    said = "How often 95% intervals hold the truth"
    below = "Synthetic: invented populations. Bars: two standard errors. Black: measured before."
    chart = (line + bars + points + before).properties(
        width=560, title=alt.TitleParams(said, subtitle=below), description=f"{said}. {below}"
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]))
