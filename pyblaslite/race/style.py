# SPDX-License-Identifier: MIT
"""How each competitor looks: a marker, and a colour that the colour-blind can tell from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .results import Race


@dataclass(frozen=True)
class Style:
    """The look of one competitor; the hero's stands out."""

    label: str
    color: str
    marker: str
    text: str
    hero: bool = False

    def line(self) -> dict[str, Any]:
        """For a line through its points."""
        width, size, front = (2.8, 7, 5) if self.hero else (1.5, 5, 3)
        return {
            "color": self.color,
            "marker": self.marker,
            "lw": width,
            "ms": size,
            "mec": "white",
            "zorder": front,
        }

    def dots(self) -> dict[str, Any]:
        """For a cloud of points."""
        size, front = (58, 5) if self.hero else (28, 3)
        return {
            "label": self.label,
            "color": self.color,
            "marker": self.marker,
            "s": size,
            "lw": 0.6,
            "edgecolor": "white",
            "zorder": front,
        }


# Colour (Okabe and Ito's set), marker, and a colour for text, darker where the first is too light to read.
HERO = ("#D55E00", "o", "#D55E00")
KNOWN = {
    "numpy": ("#56B4E9", "v", "#2b8cc4"),
    "openblas": ("#0072B2", "^", "#0072B2"),
    "mkl": ("#009E73", "s", "#007a59"),
    "aocl": ("#CC79A7", "D", "#b04f85"),
    "pyblaslite-avx2": ("#E69F00", "P", "#a87400"),
    "pyblaslite-avx512": ("#E69F00", "h", "#a87400"),
    "pyblaslite-neon": ("#E69F00", "h", "#a87400"),
    "pyblaslite-scalar": ("#b39b78", "X", "#8a734f"),
    "naive": ("#999999", "<", "#777777"),
    "naive-native": ("#555555", ">", "#555555"),
}
OTHERS = [("#000000", "p", "#000000"), ("#7570b3", "*", "#7570b3"), ("#a6761d", "d", "#a6761d")]
LABELS = {
    "numpy": "numpy's BLAS",
    "openblas": "OpenBLAS",
    "mkl": "MKL",
    "aocl": "AOCL-BLIS",
    "blis": "BLIS",
    "naive": "textbook C, -O3",
    "naive-native": "textbook C, -O3 -march=native",
}


def styles(race: Race) -> dict[str, Style]:
    """The look of all competitors of a race that finished anything."""
    raced = {result.competitor for result in race.results}
    names = [entrant.name for entrant in race.competitors if entrant.name in raced]
    unknown = [name for name in names if name not in KNOWN and name != race.headline]
    looks = {}
    for name in names:
        hero = name == race.headline
        others = OTHERS[unknown.index(name) % len(OTHERS)] if name in unknown else HERO
        color, marker, text = HERO if hero else KNOWN.get(name, others)
        label = "numpy" if race.interface == "python" and name == "numpy" else LABELS.get(name, name.replace("-", " "))
        looks[name] = Style(label, color, marker, text, hero)
    return looks
