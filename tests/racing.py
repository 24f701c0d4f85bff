# SPDX-License-Identifier: MIT
"""What the tests of the race share."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from pyblaslite.__main__ import main
from pyblaslite.race.peers import Competitor

SMALL = ["race", "--sizes", "64", "--threads", "1", "--rounds", "2"]


def status_of(arguments: list[str]) -> int:
    """The exit status, however main ends."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def scripted(name: str, body: str) -> Competitor:
    """A competitor that answers 'about', and then does as ``body`` says to each order."""
    loop = "for order in sys.stdin:\n if order == 'about\\n': print('it', flush=True)\n else: "
    code = f"import sys, os, time\n{loop}{body}"
    return Competitor(name, "peer", (sys.executable, "-c", code))


def check_schema(document: dict[str, Any]) -> None:
    """What docs/results-schema.md says."""
    assert document["schema"] == 3
    assert set(document) == {
        *("schema", "interface", "headline", "rounds", "date", "machine", "versions", "competitors"),
        *("roofs", "bandwidths", "results", "missing"),
    }
    assert {"cpu", "cpus", "cores", "caches", "isas", "isa"} == set(document["machine"])
    assert {"pyblaslite", "python", "numpy"} < set(document["versions"])
    names = {competitor["name"] for competitor in document["competitors"]}
    for row in document["results"]:
        assert row["competitor"] in names
        assert row["seconds"] == min(row["samples"]) > 0
        assert row["routine"] == "gemm"
        operations = (8 if row["dtype"].startswith("complex") else 2) * row["m"] * row["n"] * row["k"] * row["count"]
        assert row["gflops"] == pytest.approx(operations / row["seconds"] / 1e9)
        assert 1 <= len(row["samples"]) <= document["rounds"]
