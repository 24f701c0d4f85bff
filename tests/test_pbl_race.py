# SPDX-License-Identifier: MIT
"""The process that times a library: every routine, right answers first, and what it refuses."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("rich")
pytest.importorskip("matplotlib")

import pyblaslite
from pyblaslite.race import shapes
from pyblaslite.race.peers import Competitor, find_competitors, find_peers, library_peer
from pyblaslite.race.process import OrderError, Process
from pyblaslite.race.routines import TRAFFIC

pytestmark = pytest.mark.usefixtures("in_empty_folder")


def test_every_peer_multiplies() -> None:
    for peer in find_peers():
        with Process(peer, [min(os.sched_getaffinity(0))]) as process:
            assert process.ask("about")
            assert process.ask("sample 0.001") == "0.001"
            for order in ("gemm s nn 5 6 7", "gemm d tn 5 6 7", "gemm c nc 5 6 7", "gemm z tt 5 6 7"):
                assert process.seconds(order) > 0
                assert process.seconds(f"{order} 8 9 10") > 0
            for letter in "sdcz":  # also by those whose own function for stacks crashes
                assert process.seconds(f"batch {letter} 5 6 7 8") > 0


def test_pbl_race_refuses_what_it_does_not_know() -> None:
    ours = next(c for c in find_competitors() if c.kind == "ours")
    with Process(ours, [min(os.sched_getaffinity(0))]) as process:
        for order in ("gemm", "gemm s nn", "sing", "peak x 1", "gemm q nn 1 1 1", "gemm s nn 0 1 1"):
            with pytest.raises(OrderError):
                process.ask(order)
        for order in (
            "gemm s nn 2 3 4 5",
            "gemm s nn 2 3 4 3 3 3",
            "gemm s tn 2 3 4 1 3 3",
            "gemm s nt 2 3 4 4 3 3",
        ):
            with pytest.raises(OrderError, match=r"LDA LDB LDC|leading dimension"):
                process.ask(order)
        for order in ("batch s 1 1 1", "batch s 1 0 1 5", "batch s 1 1 1 0", "batch s 1 1 1 -3"):
            with pytest.raises(OrderError, match=r"batch T M N K COUNT|a size is less than 1"):
                process.ask(order)
        with pytest.raises(OrderError, match="T is one of sdcz"):
            process.ask("batch q 1 1 1 2")
        for order in ("sample ", "sample 0", "sample -1", "sample nan", "sample x"):
            with pytest.raises(OrderError, match="sample SECONDS"):
                process.ask(order)
        assert pyblaslite.__version__ in process.ask("about")


def every_variant(flags: str) -> list[str]:
    """All combinations of a routine's flags."""
    letters = {"s": "lr", "u": "lu", "t": "ntc"}
    return ["".join(chosen) for chosen in itertools.product(*(letters[flag] for flag in flags))] if flags else ["-"]


def routine_orders() -> list[str]:
    """Every routine that pbl-race knows, in all types and variants, on matrices that fill no tile."""
    table = (Path(__file__).parents[1] / "csrc/race/routines.h").read_text()
    found = re.findall(r'X\((\w+), +\w+, +\w+, +"(\w+)", +"(\w*)"', table)
    orders = []
    for routine, types, flags in found:
        square = routine.endswith(("mv", "sv")) and routine not in {"gemv", "gbmv"}
        undefined = {"herk": "t", "her2k": "t", "syrk": "c", "syr2k": "c"}.get(routine, "")
        for letter, variant in itertools.product(types, every_variant(flags)):
            if letter in "sd" or not undefined or variant[-1] != undefined:
                orders.append(f"{routine} {letter} {variant} {37 if square else 45} 37 5")
    return orders


def test_every_routine_is_right_and_timed() -> None:
    orders = routine_orders()
    assert {order.split()[0] for order in orders} == set(TRAFFIC)
    ours = next(c for c in find_competitors() if c.kind == "ours")
    with Process(ours, [min(os.sched_getaffinity(0))]) as process:
        assert process.ask("sample 0.0001") == "0.0001"
        for order in orders:
            assert process.seconds(order) > 0, order
        assert process.seconds("axpy d - 1 100 1 2 1 3") > 0  # leading dimensions are increments


def compiled(source: str) -> Competitor:
    """A library of this C source."""
    compiler = shutil.which("cc") or pytest.skip("no C compiler")
    Path("mine.c").write_text(source)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", "libmine.so", "mine.c"], check=True)
    return library_peer("mine", Path("libmine.so").resolve())


@pytest.mark.parametrize("letter", "sdcz")
def test_an_idle_library_is_refused(letter: str) -> None:
    """Functions that do nothing: what they return, or leave in C, is wrong for every routine and variant."""
    names = set()
    for routine in TRAFFIC:
        names |= {f"cblas_{prefix}{routine}" for prefix in ("", letter, f"i{letter}", "sc", "dz", "cs", "zd")}
    idle = compiled("".join(f"double {name}(void) {{ return -1; }}\n" for name in sorted(names)))
    with Process(idle, [min(os.sched_getaffinity(0))]) as process:
        for order in routine_orders():
            if order.split()[1] == letter:
                with pytest.raises(OrderError, match="the result is wrong"):
                    process.ask(order)


def test_half_of_a_routine_is_refused() -> None:
    half = "void cblas_dswap(int n, double *x, int i, double *y, int j) { while (n--) y[n] = x[n]; }"
    with (
        Process(compiled(half), [min(os.sched_getaffinity(0))]) as process,
        pytest.raises(OrderError, match="the result is wrong"),
    ):
        process.ask("swap d - 1 50 1")


def test_a_routine_that_a_library_lacks() -> None:
    with Process(compiled("int x;"), [min(os.sched_getaffinity(0))]) as process:
        for order, name in (("amax z - 1 5 1", "cblas_izamax"), ("gemm s nn 5 5 5", "cblas_sgemm")):
            with pytest.raises(OrderError, match=f"the library has no {name}"):
                process.ask(order)


def test_routines_are_refused_what_they_do_not_take() -> None:
    ours = next(c for c in find_competitors() if c.kind == "ours")
    with Process(ours, [min(os.sched_getaffinity(0))]) as process:
        for order, words in (
            ("ger c - 5 5 1", "ger T FLAGS M N K .*: T is one of sd"),
            ("trsm d xln 5 5 1", "trsm T FLAGS M N K .*: FLAGS are sut"),
            ("trsm d ln 5 5 1", "FLAGS are sut"),
            ("axpy d n 1 5 1", "FLAGS are -"),
            ("gbmv d n 5 5 5", "the band is wider than the matrix"),
            ("syrk d ln 5 0 5", "a size is less than 1"),
            ("syrk d ln 5 5", "ROUTINE T FLAGS M N K"),
            ("bandwidth 0", "bandwidth KIB"),
        ):
            with pytest.raises(OrderError, match=words):
                process.ask(order)


@pytest.mark.parametrize("routine", TRAFFIC)
def test_bytes_that_move(routine: str) -> None:
    """At least every number once, at most read and written."""
    shape = shapes.Shape("", "", 9, 9, 3, "l", routine=routine)
    assert shape.footprint("float64") <= shape.min_bytes("float64") <= 2 * shape.footprint("float64")
    assert shape.min_bytes("complex64") == shape.min_bytes("float64") == 2 * shape.min_bytes("float32")
