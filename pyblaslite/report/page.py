# SPDX-License-Identifier: MIT
"""The HTML file: one template, with all that it needs inside."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup
from plotly.offline import get_plotlyjs
from pygments.formatters import HtmlFormatter

from ..race import machine
from . import sections
from .bits import Check
from .figures import Figure
from .inputs import Inputs

HIGHLIGHT = {"": "friendly", "[data-theme=dark] ": "github-dark"}  # where: the style of pygments


def render(inputs: Inputs, checks: Sequence[Check]) -> str:
    """The whole file."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    found = sections.sections(inputs, checks)
    for number, plot in enumerate(plots(found)):
        plot.name = f"plot{number}"
    return environment.from_string(part("page.html")).render(
        machine=machine.cpu_model(),
        date=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        cards=sections.cards(inputs, checks),
        sections=found,
        figures=script_json({plot.name: {"data": plot.data, "layout": plot.layout} for plot in plots(found)}),
        css=Markup(part("page.css") + highlight_css()),
        plotly=packed(get_plotlyjs()),
        js=Markup(part("page.js")),
    )


def part(name: str) -> str:
    """A file of page/."""
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")


def plots(found: Sequence[sections.Section]) -> Iterator[Figure]:
    """All plots."""
    for section in found:
        for piece in section.parts:
            yield from piece.figures


def script_json(document: Any) -> Markup:
    """JSON that may stand in a script: no string in it ends that."""
    return Markup(json.dumps(document, separators=(",", ":")).replace("<", "\\u003c"))


def packed(text: str) -> str:
    """In a third of the room; the page unpacks it."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def highlight_css() -> str:
    """The colours of source text, light and dark."""
    return "\n".join(
        HtmlFormatter(style=style).get_style_defs(f"{where}.highlight") for where, style in HIGHLIGHT.items()
    )
