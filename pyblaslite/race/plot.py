# SPDX-License-Identifier: MIT
"""The race as a picture: speed over size and a roofline, for each dtype and number of threads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator, StrMethodFormatter

from .results import Race, Result
from .style import Style, styles

INK = "#333333"
FAINT = "#dddddd"
LABEL_GAP = 0.046  # of the axis' height, between two labels
SLOW = ("naive", "naive-native", "pyblaslite-scalar")


def draw(race: Race, path: Path) -> None:
    """Writes the picture; the file's suffix says in which format."""
    heats = race.heats()
    has_squares = any(result.set == "squares" for result in race.results)
    size = (15.5 if has_squares else 9, 5.4 * len(heats) + 0.5)
    figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(h_pad=0.15, w_pad=0.15))
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(heats), 2 if has_squares else 1, squeeze=False)
    looks = styles(race)
    for (dtype, threads), row in zip(heats, panels, strict=True):
        results = [result for result in race.results if (result.dtype, result.threads) == (dtype, threads)]
        title = f"{dtype}, {threads} thread{'s' * (threads > 1)}"
        if has_squares:
            draw_sizes(row[0], race, results, looks)
            row[0].set_title(f"Square products, {title}", loc="left", fontweight="bold", color=INK)
        draw_roofline(row[-1], race, results, looks)
        row[-1].set_title(f"All shapes on the roofline, {title}", loc="left", fontweight="bold", color=INK)
    figure.supxlabel(caption(race), fontsize=8.5, color="#777777")
    figure.savefig(path, dpi=150)


def caption(race: Race) -> str:
    """Where and when."""
    return (
        f"{race.machine['cpu']} · pyblaslite {race.versions['pyblaslite']} · "
        f"numpy {race.versions['numpy']} · best of {race.rounds} interleaved rounds · {race.date[:10]}\n"
        "Points above the memory slope: operands that stay in the caches from one product to the next."
    )


def draw_sizes(axes: Axes, race: Race, results: Sequence[Result], looks: dict[str, Style]) -> None:
    """GFLOP/s over n, with the roof; each line is labelled at its end."""
    lines = {
        name: sorted((r.n, r.gflops) for r in results if r.competitor == name and r.set == "squares") for name in looks
    }
    lines = {name: points for name, points in lines.items() if points}
    sizes = sorted({n for points in lines.values() for n, _ in points})
    roof = race.roof(results[0].dtype, results[0].threads)
    top = max([gflops for points in lines.values() for _, gflops in points] + [roof or 0])
    axes.set_xscale("log", base=2)
    axes.set_xlim(sizes[0] / 1.1, sizes[-1] * 1.1)
    axes.set_ylim(0, top * 1.08)
    for name, points in lines.items():
        axes.plot(*zip(*points, strict=True), **looks[name].line())
    labels = [(*points[-1], looks[name].label, looks[name]) for name, points in lines.items()]
    if roof:
        axes.axhline(roof, color=INK, lw=1.2, ls=(0, (5, 2)), zorder=1)
        axes.text(sizes[0], roof, "FMA peak, measured", va="bottom", fontsize=9, color=INK)
    label_ends(axes, labels)
    tick_sizes(axes, sizes)
    finish(axes, "n (products of n x n matrices)", "GFLOP/s")


def tick_sizes(axes: Axes, sizes: Sequence[int]) -> None:
    """The sizes raced, as many as there is room for."""
    shown: list[int] = []
    for n in sizes:
        if not shown or n >= 1.28 * shown[-1]:
            shown.append(n)
    axes.xaxis.set_major_locator(FixedLocator(shown))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))


def label_ends(axes: Axes, labels: Sequence[tuple[float, float, str, Style]]) -> None:
    """Names beside the last points, pushed apart where they would overlap."""
    height = axes.get_ylim()[1]
    left, right = axes.get_xlim()
    away = (right / left) ** 0.045
    for end in sorted({label[0] for label in labels}):
        here = sorted((label for label in labels if label[0] == end), key=lambda label: label[1])
        places = spread([y / height for _, y, _, _ in here])
        for (x, y, text, style), place in zip(here, places, strict=True):
            axes.annotate(
                text,
                (x, y),
                xytext=(x * away, place),
                textcoords=("data", "axes fraction"),
                va="center",
                fontsize=9.5,
                color=style.text,
                fontweight="bold" if style.hero else "normal",
                arrowprops={
                    "arrowstyle": "-",
                    "color": style.color,
                    "lw": 0.7,
                    "shrinkA": 2,
                    "shrinkB": 4,
                    "relpos": (0, 0.5),
                },
                annotation_clip=False,
            )


def spread(heights: Sequence[float]) -> list[float]:
    """Ascending heights moved as little as need be to stand LABEL_GAP apart, all between 0 and 1."""
    groups: list[list[float]] = []  # each stands around the mean of its members
    for height in heights:
        groups.append([height])
        while len(groups) > 1 and bottom(groups[-1]) < bottom(groups[-2]) + len(groups[-2]) * LABEL_GAP:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [bottom(group) + i * LABEL_GAP for group in groups for i in range(len(group))]


def bottom(group: Sequence[float]) -> float:
    """Where the lowest label of a group stands."""
    half = (len(group) - 1) / 2 * LABEL_GAP
    return min(max(sum(group) / len(group) - half, LABEL_GAP / 2), 1 - 2 * half)


def intensity(result: Result) -> float:
    """Operations per byte that must move."""
    shape = result.call()
    return shape.flops(result.dtype) / shape.min_bytes(result.dtype)


def draw_roofline(axes: Axes, race: Race, results: Sequence[Result], looks: dict[str, Style]) -> None:
    """GFLOP/s over arithmetic intensity, both logarithmic, under the roofs of memory and FMAs."""
    places = [intensity(result) for result in results]
    speeds = [result.gflops for result in results]
    roof = race.roof(results[0].dtype, results[0].threads)
    bandwidth = race.bandwidth(results[0].threads)
    ridge = roof / bandwidth if roof and bandwidth else min(places)
    left, right = min(*places, ridge / 2) / 1.7, max(*places, ridge) * 1.7
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(left, right)
    axes.set_ylim(min(speeds) / 1.8, max([*speeds, roof or 0]) * 1.6)
    for name, style in looks.items():
        points = [(intensity(r), r.gflops) for r in results if r.competitor == name]
        if points:
            axes.scatter(*zip(*points, strict=True), **style.dots())
    draw_roofs(axes, roof, bandwidth)
    label_bound(axes, [result for result in results if intensity(result) < ridge])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.legend(  # beside the axes: there are points everywhere
        loc="center left",
        bbox_to_anchor=(1, 0.5),
        fontsize=8.5,
        frameon=False,
        labelcolor=INK,
        handletextpad=0.2,
        labelspacing=0.3,
    )
    finish(axes, "floating-point operations per byte of the operands", "GFLOP/s")


def draw_roofs(axes: Axes, roof: float | None, bandwidth: float | None) -> None:
    """The slope of memory up to the ridge, the ceiling of the FMAs from there on."""
    if not roof:
        return
    left, right = axes.get_xlim()
    ridge = roof / bandwidth if bandwidth else left
    line: dict[str, Any] = {"color": INK, "lw": 1.2, "ls": (0, (5, 2)), "zorder": 1}
    axes.plot([max(ridge, left), right], [roof, roof], **line)
    axes.annotate(
        f"FMA peak, {roof:.0f} GFLOP/s",
        (right, roof),
        (-4, 3),
        textcoords="offset points",
        ha="right",
        fontsize=9,
        color=INK,
    )
    if not bandwidth or ridge <= left:
        return
    axes.plot([left, ridge], [bandwidth * left, roof], **line)
    middle = max(left, axes.get_ylim()[0] / bandwidth) ** 0.45 * ridge**0.55
    axes.text(
        middle,
        bandwidth * middle * 1.08,
        f"memory, {bandwidth:.0f} GB/s",
        rotation=math.degrees(math.atan(bandwidth)),  # of the data; the axes turn it into the slope seen
        rotation_mode="anchor",
        transform_rotates_text=True,
        ha="center",
        va="bottom",
        fontsize=9,
        color=INK,
    )


def label_bound(axes: Axes, bound: Sequence[Result]) -> None:
    """Names the shapes under the slope of memory, one of each set, below their points."""
    fast = [result for result in bound if result.competitor not in SLOW]
    for name in dict.fromkeys(result.set for result in fast if result.set != "squares"):
        least = min((result for result in fast if result.set == name), key=intensity)
        axes.annotate(
            f"{name}\n{least.shape}",
            (
                intensity(least),
                min(result.gflops for result in fast if intensity(result) == intensity(least)),
            ),
            xytext=(0, -7),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=8.5,
            color=INK,
        )


def finish(axes: Axes, x: str, y: str) -> None:
    """What all panels share."""
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.grid(color=FAINT, lw=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, which="both", length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#999999")
