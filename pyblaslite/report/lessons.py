# SPDX-License-Identifier: MIT
"""The ladder's steps: their speeds as a plot, their source and machine code side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from .figures import Figure


@dataclass(frozen=True)
class Lesson:
    """One step."""

    title: str
    words: str
    source_name: str
    source: Markup
    assembly_name: str
    assembly: Markup


def coloured(text: str, language: str) -> Markup:
    """Source text in colours; the page has their names."""
    return Markup(highlight(text, get_lexer_by_name(language), HtmlFormatter()))


def ladder_part(ladder: dict[str, Any]) -> list[tuple[str, list[Figure], list[Lesson]]]:
    """Each subject's name, plot and lessons."""
    return []
