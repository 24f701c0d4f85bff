# SPDX-License-Identifier: MIT
"""The plots, as plotly's JSON: speed over size, the roofline, our ratio to the best peer.

Colours that depend on the theme (ink, grid) are left to the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..race.results import Race, Result
from ..race.score import Row, by_family
from ..race.shapes import SIZES
from ..race.style import Style, styles

Trace = dict[str, Any]

SYMBOLS = {
    **{"o": "circle", "v": "triangle-down", "^": "triangle-up", "s": "square", "D": "diamond", "P": "cross"},
    **{"h": "hexagon", "X": "x", "<": "triangle-left", ">": "triangle-right", "p": "pentagon", "*": "star"},
    "d": "diamond-tall",
}
ROOF = "roof"  # the page gives lines of this name its ink


@dataclass
class Figure:
    """A plot with the sentence that says what to see in it."""

    title: str
    caption: str
    data: list[Trace]
    layout: dict[str, Any]
    name: str = ""  # in the page, which gives it


def title_of(dtype: str, threads: int) -> str:
    """A heat in words."""
    return f"{dtype}, {threads} thread{'s' * (threads > 1)}"


def heat(race: Race, dtype: str, threads: int) -> list[Result]:
    """What was measured in this dtype, on so many threads."""
    return [result for result in race.results if (result.dtype, result.threads) == (dtype, threads)]


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis."""
    return {"title": {"text": title}, **more}


def sizes(race: Race, dtype: str, threads: int) -> Figure | None:
    """GFLOP/s over n, if squares were raced."""
    squares = [result for result in heat(race, dtype, threads) if result.set == "squares"]
    if not squares:
        return None
    roof = race.roof(dtype, threads)
    data = [line(look, [r for r in squares if r.competitor == name], roof) for name, look in styles(race).items()]
    ticks = sorted({result.n for result in squares})
    if roof:
        data.append(roof_line([ticks[0], ticks[-1]], [roof, roof], f"FMA peak, {roof:.0f} GFLOP/s"))
    layout = {
        "xaxis": axis("n (products of n x n matrices)", type="log", tickvals=ticks, ticktext=[str(n) for n in ticks]),
        "yaxis": axis("GFLOP/s", rangemode="tozero"),
        "meta": {"roof": roof},
    }
    return Figure(
        f"Square products, {title_of(dtype, threads)}",
        "The best of all rounds. The dashed line is what the FMA units can do, measured in the same run.",
        [trace for trace in data if trace["x"]],
        layout,
    )


def line(look: Style, results: Sequence[Result], roof: float | None) -> Trace:
    """One competitor over the sizes."""
    results = sorted(results, key=lambda result: result.n)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": look.label,
        "x": [result.n for result in results],
        "y": [rounded(result.gflops) for result in results],
        "customdata": [share(result, roof) for result in results],
        "hovertemplate": "n = %{x}: %{y:.4g} GFLOP/s, %{customdata} of the peak",
        **drawn(look),
    }


def drawn(look: Style) -> Trace:
    """A competitor's colour and marker, as in the picture of the race."""
    size, width = (9, 3) if look.hero else (7, 1.5)
    return {
        "line": {"color": look.color, "width": width},
        "marker": {"color": look.color, "symbol": SYMBOLS[look.marker], "size": size},
    }


def rounded(value: float) -> float:
    """To the digits that a measurement is worth: the page is to be small."""
    return float(f"{value:.4g}")


def share(result: Result, roof: float | None) -> str:
    """Of the roof."""
    return f"{result.gflops / roof:.0%}" if roof else "unknown part"


def roof_line(x: list[float], y: Sequence[float | str], name: str) -> Trace:
    """A dashed line that the page colours."""
    return {"type": "scatter", "mode": "lines", "meta": ROOF, "x": x, "y": y, "name": name, "hoverinfo": "name"}


def intensity(result: Result) -> float | None:
    """Operations per byte that must move; none for narrow elements, and for what only moves or compares."""
    if result.dtype not in SIZES or not result.gflops:
        return None
    call = result.call()
    return call.flops(result.dtype) / call.min_bytes(result.dtype)


def roofline(race: Race, dtype: str, threads: int) -> Figure | None:
    """GFLOP/s over arithmetic intensity: every shape and competitor is a point."""
    results = [result for result in heat(race, dtype, threads) if intensity(result)]
    if not results:
        return None
    roof, bandwidth = race.roof(dtype, threads), race.bandwidth(threads)
    looks = styles(race)
    data = [cloud(look, [r for r in results if r.competitor == name], roof) for name, look in looks.items()]
    places = [intensity(result) or 0.0 for result in results]
    layout = {
        "xaxis": axis("operations per byte of the operands", type="log", dtick=1),
        "yaxis": axis("GFLOP/s", type="log", dtick=1),
    }
    return Figure(
        f"Roofline, {title_of(dtype, threads)}",
        "Every shape is a point. Those above the slope of memory work on operands that stay in the caches from one "
        "call to the next.",
        [trace for trace in data if trace["x"]] + roofs(roof, bandwidth, min(places), max(places)),
        layout,
    )


def cloud(look: Style, results: Sequence[Result], roof: float | None) -> Trace:
    """One competitor's points."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": look.label,
        "x": [rounded(intensity(result) or 0.0) for result in results],
        "y": [rounded(result.gflops) for result in results],
        "customdata": [f"{r.set} {r.shape}<br>{sizes_of(r)}, {share(r, roof)}" for r in results],
        "hovertemplate": "%{customdata} of the peak<br>%{y:.4g} GFLOP/s, %{x:.3g} operations a byte",
        **drawn(look),
    }


def sizes_of(result: Result) -> str:
    """The routine, m, n, k and what else there is to say of a shape."""
    stack = f"{result.count} of " if result.count > 1 else ""
    flags = "" if result.flags in {"nn", ""} else f" {result.flags}"
    return f"{stack}{result.routine} {result.m} x {result.n} x {result.k}{flags}"


def roofs(roof: float | None, bandwidth: float | None, least: float, most: float) -> list[Trace]:
    """The slope of memory up to the ridge, the ceiling of the FMAs from there on."""
    if not roof:
        return []
    ridge = roof / bandwidth if bandwidth else least
    lines = [roof_line([min(ridge, least), max(most, ridge)], [roof, roof], f"FMA peak, {roof:.0f} GFLOP/s")]
    if bandwidth:
        lines[0]["x"][0] = ridge
        left = min(least, ridge / 2)
        lines.append(roof_line([left, ridge], [bandwidth * left, roof], f"memory, {bandwidth:.0f} GB/s"))
    return lines


def ratios(rows: Iterable[Row]) -> Figure:
    """Our speed over the best peer's, by family: a dot for each shape."""
    families = by_family(rows)
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "showlegend": False,
            "x": [rounded(row.ratio) for row in found],
            "y": [name] * len(found),
            "customdata": [f"{row.label}<br>{row.ours.gflops:.4g} GFLOP/s, {row.best.competitor}" for row in found],
            "hovertemplate": "%{customdata} %{meta}<extra>%{x:.2f}</extra>",
            "meta": "is the best peer",
            "marker": {"color": "#D55E00", "opacity": 0.55, "size": 8},
        }
        for name, found in families.items()
    ]
    layout = {
        "xaxis": axis("our speed / the best peer's", type="log", tickvals=[0.25, 0.5, 1, 2, 4, 8]),
        "yaxis": axis("", autorange="reversed", automargin=True),
        "shapes": [{"type": "line", "x0": 1, "x1": 1, "yref": "paper", "y0": 0, "y1": 1}],
        "height": 120 + 30 * len(families),
    }
    return Figure("Ours against the best peer", "Right of the line ours is faster.", data, layout)
