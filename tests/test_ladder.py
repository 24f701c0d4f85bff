# SPDX-License-Identifier: MIT
"""The ladder: every rung is right at the edges, its hot loop is what its text says, and the command line."""

from __future__ import annotations

import ctypes
import itertools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rich")

import pyblaslite
from pyblaslite.__main__ import main
from pyblaslite.ladder import climb, python_rungs, report, rungs, work
from pyblaslite.ladder.assembly import Instruction, hot_loop, innermost_loops
from pyblaslite.race import results
from pyblaslite.race.peers import Competitor
from pyblaslite.race.process import OrderError, Process

CSRC = Path(__file__).resolve().parent.parent / "csrc" / "ladder"
ALL = [rung for subject in rungs.SUBJECTS for rung in rungs.read_rungs(subject)]
HERE = [rung for rung in ALL if not rung.obstacle()]
IN_C = [rung for rung in HERE if not rung.is_python]
BUILDS = [(rung, isa) for rung in IN_C for isa in rung.isas() or [""]]
GUARD = 99.0
BUILD = pyblaslite.text(pyblaslite.lib.pbl_build_info())
ON_X86 = "avx2" in pyblaslite.isas()
needs_objdump = pytest.mark.skipif(shutil.which("objdump") is None, reason="needs objdump (binutils)")
needs_x86 = pytest.mark.skipif(not ON_X86, reason="states what x86-64 code looks like, on a CPU with AVX2")


def name(value: Any) -> str:
    rung, isa = value if isinstance(value, tuple) else (value, "")
    return f"{rung.subject}-{rung.number}-{rung.file}-{isa}".rstrip("-")


def function(rung: rungs.Rung, isa: str) -> Any:
    """What a rung exports, of the build for this extension."""
    module = rungs.FOLDER / f"{rung.subject}-{rung.number}-{rung.file}{f'-{isa}' if isa else ''}.so"
    found = getattr(ctypes.CDLL(str(module)), rung.function)
    found.restype = ctypes.c_float if rung.work == "dot" else None
    return found


def pointer(x: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(x.ctypes.data)


def integers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Products and sums of these are exact."""
    return rng.integers(-4, 5, shape).astype(np.float32)


def padded(x: np.ndarray, extra: int) -> np.ndarray:
    """The same in rows that are longer than it needs, as a view."""
    whole = np.full((x.shape[0], x.shape[1] + extra), GUARD, np.float32)
    whole[:, : x.shape[1]] = x
    return whole[:, : x.shape[1]]


def multiply(call: Any, a: np.ndarray, b: np.ndarray, c: np.ndarray, alpha: float, beta: float) -> None:
    """The rung on numpy's matrices, whose leading dimensions are their strides."""
    (m, k), n = a.shape, b.shape[1]
    lda, ldb, ldc = (x.strides[0] // x.itemsize for x in (a, b, c))
    scalars = [ctypes.c_float(scalar) for scalar in (alpha, beta)]
    call(m, n, k, scalars[0], pointer(a), lda, pointer(b), ldb, scalars[1], pointer(c), ldc)


PRODUCTS = [build for build in BUILDS if build[0].subject in ("gemm", "gemv")]
# Tiles are 6 x 16, 8 x 48, 3 x 32 and 6 x 32: below, at and beyond one of each, and a column alone.
SHAPES = [
    *itertools.product((1, 7, 8, 13), (1, 15, 33, 64, 101), (1, 2, 5)),
    (6, 16, 9),
    (48, 96, 4),
    (130, 97, 33),
]


@pytest.mark.parametrize("build", PRODUCTS, ids=name)
def test_a_product_is_right(build: tuple[rungs.Rung, str]) -> None:
    """On integers, exactly; with rows longer than they need, of which the rest is not touched."""
    call, rng = function(*build), np.random.default_rng(1)
    for (m, n, k), (alpha, beta) in itertools.product(SHAPES, [(1.0, 0.0), (2.0, 1.0), (-1.0, 3.0)]):
        a, b, c = integers(rng, m, k), integers(rng, k, n), integers(rng, m, n)
        expected = alpha * (a @ b) + beta * c
        for extra in (0, 3):
            given = [padded(x, extra) for x in (a, b, c)]
            multiply(call, *given, alpha, beta)
            assert np.array_equal(given[2], expected), (m, n, k, extra, alpha, beta)
            assert given[2].base is not None
            assert (given[2].base[:, n:] == GUARD).all()


@pytest.mark.parametrize("build", PRODUCTS, ids=name)
def test_a_product_beyond_the_blocks_is_right(build: tuple[rungs.Rung, str]) -> None:
    """KC is 256 (4096 in the sweep), MC 120, NC 672."""
    call, rng = function(*build), np.random.default_rng(2)
    for m, n, k in ((5, 40, 4500),) if build[0].subject == "gemv" else ((250, 701, 600),):
        a, b, c = integers(rng, m, k), integers(rng, k, n), integers(rng, m, n)
        expected = a @ b + 2 * c
        multiply(call, a, b, c, 1.0, 2.0)
        assert np.array_equal(c, expected)


@pytest.mark.parametrize("build", PRODUCTS, ids=name)
def test_what_a_product_does_not_read(build: tuple[rungs.Rung, str]) -> None:
    """NaN in C with beta = 0; in A and B with alpha = 0; nor is there anything to read with k = 0."""
    call, rng = function(*build), np.random.default_rng(3)
    for m, n, k in ((1, 1, 1), (13, 101, 9), (48, 96, 5), (9, 33, 0)):
        a, b, c = integers(rng, m, k), integers(rng, k, n), integers(rng, m, n)
        out = np.full((m, n), np.nan, np.float32)
        multiply(call, a, b, out, 1.0, 0.0)
        assert np.array_equal(out, a @ b)
        nothing = np.full_like(a, np.nan), np.full_like(b, np.nan)
        for beta in (0.0, 1.0, 3.0):
            out = c.copy()
            multiply(call, *nothing, out, 0.0, beta)
            assert np.array_equal(out, beta * c)


@pytest.mark.parametrize("build", PRODUCTS, ids=name)
def test_nan_and_zero_sizes(build: tuple[rungs.Rung, str]) -> None:
    """A NaN propagates to its row or column and no further; with m or n zero nothing is written."""
    call = function(*build)
    a, b, c = np.ones((9, 5), "f"), np.ones((5, 70), "f"), np.zeros((9, 70), "f")
    a[3, 2] = b[4, 66] = np.nan
    multiply(call, a, b, c, 1.0, 0.0)
    expected = np.full_like(c, 5)
    expected[3], expected[:, 66] = np.nan, np.nan
    assert np.array_equal(c, expected, equal_nan=True)
    for m, n in ((0, 4), (4, 0)):
        c = np.full((4, 4), GUARD, np.float32)
        multiply(call, np.ones((m, 3), "f"), np.ones((3, n), "f"), c, 1.0, 0.0)
        assert (c == GUARD).all()


VECTORS = [build for build in BUILDS if build[0].subject in ("dot", "axpy")]


@pytest.mark.parametrize("build", VECTORS, ids=name)
def test_vectors_are_right(build: tuple[rungs.Rung, str]) -> None:
    """Every length about a vector and an unrolled loop, aligned or not; nothing is written behind the end."""
    call, rng = function(*build), np.random.default_rng(4)
    for n, offset in itertools.product([*range(70), 127, 128, 129, 1000, 40000], (0, 1)):
        x, y, z = (integers(rng, n + 9)[offset : offset + n + 1] for _ in range(3))
        z[:], ends = np.nan, (y[n], GUARD)
        z[n], kept = GUARD, y[:n].copy()
        if build[0].work == "dot":
            assert call(n, pointer(x), pointer(y)) == np.dot(x[:n], y[:n])
        elif build[0].work == "axpy":
            call(n, ctypes.c_float(3), pointer(x), pointer(y))
            assert np.array_equal(y[:n], kept + 3 * x[:n])
        else:
            call(n, pointer(x), pointer(y), pointer(z))
            assert np.array_equal(z[:n], x[:n] * y[:n])
        assert (y[n], z[n]) == ends


def test_rungs_in_python_are_right() -> None:
    x, y = integers(np.random.default_rng(5), 2, 100)
    for rung in python_rungs.RUNGS.values():
        z = np.zeros_like(x)
        rung(x, y, z)
        assert np.array_equal(z, x * y) or (rung is python_rungs.numpy_new and z[0] == x[0] * y[0])


def test_the_list_is_what_is_there() -> None:
    """Each file of csrc/ladder is a rung; each rung has a file, or a function in Python; what is installed is it."""
    listed = {f"{rung.subject}/{rung.file}" for rung in ALL if not rung.is_python}
    assert listed == {path.relative_to(CSRC).with_suffix("").as_posix() for path in CSRC.glob("*/*.c")}
    assert {rung.file for rung in ALL if rung.is_python} == python_rungs.RUNGS.keys()
    for path in [*CSRC.glob("*/*.c"), CSRC / "rungs.txt"]:
        assert (rungs.FOLDER / path.relative_to(CSRC)).read_text() == path.read_text()
    assert {rung.work for rung in ALL} == work.WORKS.keys()


@pytest.mark.parametrize("path", sorted(CSRC.glob("*/*.c")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_lesson_says_what_a_lesson_says(path: Path) -> None:
    """What changes, what it buys, what to look for, and one exercise; each at the beginning of a line."""
    text = path.read_text()
    assert len(text.splitlines()) < 150
    head = text[: text.index("*/\n", 40)]
    for words in ("What changes: ", "(What .* buy|How fast is it): ", "In the assembly: ", "Exercise: "):
        assert len(re.findall(rf"^ \* {words}", head, re.M)) == 1, words
    assert not re.search(r'#include "', text)


# The hot loop, as GCC compiles it: FMAs, loads, stores, floats in a vector. The widest where a rung has two builds.
WIDE = pyblaslite.get_isa() not in ("scalar", "avx2")
LOOPS = {
    "gemm-1-textbook": (0, 2, 0, 1),
    "gemm-3-loop_order": (0, 2, 1, 1),
    "gemm-4-unroll": (0, 5, 1, 1),
    "gemm-6-intrinsics": (8, 9, 0, 8),
    "gemm-7-register_tile": (12, 8, 0, 8),
    "gemm-8-register_tile": (24, 11, 0, 16),
    "gemm-9-cache_blocks": (24, 11, 0, 16) if WIDE else (12, 8, 0, 8),
    "gemm-10-packing": (24, 11, 0, 16) if WIDE else (12, 8, 0, 8),
    "gemm-11-threads": (24, 11, 0, 16) if WIDE else (12, 8, 0, 8),
    "dot-1-textbook": (0, 2, 0, 1),
    "dot-4-accumulators": (0, 16, 0, 1),
    "dot-6-vectors": (2, 4, 0, 8),
    "dot-8-vectors": (8, 16, 0, 8),
    "dot-9-vectors": (8, 16, 0, 16),
    "axpy-6-multiply_streaming": (0, 2, 1, 8),
    "axpy-7-multiply_threads": (0, 2, 1, 8),
    "gemv-1-textbook": (0, 2, 0, 1),
    "gemv-6-sweep": (12, 8, 0, 16) if WIDE else (12, 7, 0, 8),
}
SEEN = [rung for rung in IN_C if name(rung) in LOOPS]


@needs_x86
@needs_objdump
@pytest.mark.skipif(not BUILD.startswith("gcc"), reason=f"promised for GCC; this build is {BUILD}")
@pytest.mark.parametrize("rung", SEEN, ids=name)
def test_the_hot_loop_is_what_its_text_says(rung: rungs.Rung) -> None:
    loop = hot_loop(rung.module())
    assert loop
    counts = loop.counts()
    assert (counts["FMAs"], counts["loads"], counts["stores"], loop.width // 32) == LOOPS[name(rung)]
    assert counts["on the stack"] == 0


@needs_x86
@needs_objdump
@pytest.mark.parametrize("rung", IN_C, ids=name)
def test_every_rung_has_a_hot_loop(rung: rungs.Rung) -> None:
    loop = hot_loop(rung.module())
    assert loop
    assert loop.work > 0


def code(text: str) -> list[Instruction]:
    return [Instruction(i, line, 1) for i, line in enumerate(text.splitlines())]


def test_a_jump_back_into_a_function_is_no_loop() -> None:
    """As of a part that the compiler has moved behind the return."""
    assert list(innermost_loops("f", code("jne 3\nmulss %xmm0,%xmm1\nret\naddss %xmm0,%xmm1\njmp 1"))) == []


def test_the_innermost_loop_is_found() -> None:
    text = "push %rbx\nmov %eax,%ebx\nvfmadd231ps (%rax),%ymm1,%ymm2\nmovss %xmm2,0x8(%rsp)\njne 2\njne 1\nret"
    (loop,) = innermost_loops("f", code(text))
    assert [i.address for i in loop.body] == [2, 3, 4]
    counts = loop.counts()
    assert (counts["FMAs"], counts["loads"], counts["stores"], counts["on the stack"]) == (1, 1, 1, 1)
    assert (loop.width, loop.work) == (256, 16)


@pytest.mark.parametrize(
    ("text", "reads", "writes", "width"),
    [
        ("movss (%rax,%rbx,4),%xmm0", True, False, 0),
        ("vmovups %zmm0,-0x40(%r10,%r8,4)", False, True, 0),
        ("vmulps 0x48(%rsp),%zmm7,%zmm2", True, False, 512),
        ("vfmadd231ss 0x4(%rdx),%xmm3,%xmm0", True, False, 32),
        ("lea 0x0(,%rax,4),%rcx", False, False, 0),
        ("cmp (%rax),%rbx", True, False, 0),
        ("addps %xmm1,%xmm0", False, False, 128),
        ("add $0x4,%rax", False, False, 0),
    ],
)
def test_what_an_instruction_does(text: str, reads: bool, writes: bool, width: int) -> None:
    found = Instruction(0, text, 1)
    assert (found.reads_memory, found.writes_memory, found.width) == (reads, writes, width)


@needs_x86
@needs_objdump
def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    """The lesson and the machine code, by number or by name."""
    assert main(["ladder", "show", "gemm", "7"]) == 0
    by_number = capsys.readouterr().out
    for words in ("gemm 7, register_tile.c, built with -O3 AVX2", "What it should buy", "vfmadd231ps", "hot loop, in"):
        assert words in by_number
    assert "Also gemm 8: -O3" in by_number
    assert main(["ladder", "show", "gemm", "register_tile"]) == 0
    assert capsys.readouterr().out == by_number


def test_show_python(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladder", "show", "axpy", "python_loop"]) == 0
    said = capsys.readouterr().out
    for words in ("z[i] = x[i] * y[i]", "bytecode", "BINARY"):
        assert words in said


def test_the_list_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladder", "show"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(ALL)
    assert main(["ladder", "show", "dot"]) == 0
    assert all(line.startswith("dot ") for line in capsys.readouterr().out.splitlines())


def test_a_reader_that_has_seen_enough() -> None:
    command = [sys.executable, "-m", "pyblaslite", "ladder", "show"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        assert it.stdout
        assert it.stderr
        it.stdout.close()
        assert it.stderr.read() == ""
    assert it.returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gem"], "given 'gem', expected 'show' or one of gemm, dot, axpy, gemv"),
        (["gemm", "5"], "given '5' after 'gemm', expected one subject"),
        (["show", "gemm", "99"], "gemm has no rung '99'; expected 1 to 11, or one of textbook, loop_order"),
        (["show", "gemm", "tile"], "gemm has no rung 'tile'"),
        (["show", "gem", "1"], "given 'gem'"),
        (["show", "gemm", "1", "2"], "given '2' after show gemm 1, expected a subject and a rung"),
        (["gemm", "--size", "0"], "given '0', expected a positive integer"),
        (["gemm", "--size", "x"], "given 'x', expected a positive integer"),
        (["gemm", "--rounds", "-1"], "--rounds"),
        (["gemm", "--json", "/nowhere/ladder.json"], "there is no directory /nowhere"),
    ],
)
def test_mistakes(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(["ladder", *words])
    except SystemExit as end:
        status = int(end.code or 0)
    assert status == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1


def test_what_is_not_installed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """objdump, rich, and the ladder itself."""
    if ON_X86:
        monkeypatch.setenv("PATH", "")
        assert main(["ladder", "show", "gemm", "1"]) == 2
        assert "objdump not found: install binutils" in capsys.readouterr().err
    monkeypatch.setattr("importlib.util.find_spec", lambda wanted: None)
    for words in (["dot"], ["show", "gemm", "1"]):
        assert main(["ladder", *words]) == 2
        assert "rich not installed: pip install pyblaslite[race]" in capsys.readouterr().err
    monkeypatch.setattr("pyblaslite.ladder.command.LIST", Path("nowhere.txt"))
    assert main(["ladder", "dot"]) == 2
    assert "this build of pyblaslite came without the ladder" in capsys.readouterr().err


def test_machine_code_of_another_architecture(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert main(["ladder", "show", "gemm", "1"]) == 2
    assert "machine code is read on x86-64 only, not on aarch64" in capsys.readouterr().err


@needs_x86
def test_rungs_that_a_cpu_cannot_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """They are listed with the reason, and not started; of two builds, the other is run."""
    monkeypatch.setattr(rungs, "isas", lambda: ["scalar", "avx2"])
    monkeypatch.setattr(rungs, "get_isa", lambda: "avx2")
    wide, packed = rungs.find("gemm", "8"), rungs.find("gemm", "packing")
    assert wide.obstacle() == "this CPU has no AVX-512"
    assert packed.obstacle() == ""
    assert packed.module().name == "gemm-10-packing-avx2.so"
    assert packed.built == "-O3 AVX2"
    assert main(["ladder", "show", "gemm"]) == 0
    assert "(not here: this CPU has no AVX-512)" in capsys.readouterr().out
    assert main(["ladder", "gemm", "--size", "40", "--rounds", "1"]) == 0
    said = capsys.readouterr().out
    assert "Not run: 8 register_tile (-O3): this CPU has no AVX-512." in said
    assert re.search(r"10 packing +-O3 AVX2", said)


@needs_x86
def test_rungs_that_an_isa_excludes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rungs, "get_isa", lambda: "scalar")
    assert rungs.find("gemm", "intrinsics").obstacle() == "PYBLASLITE_ISA excludes AVX2"


@pytest.mark.parametrize(("subject", "size"), [("gemm", 64), ("dot", 500), ("axpy", 2000), ("gemv", 100)])
def test_a_ladder_runs(
    subject: str, size: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every rung that can is in the table and, with its samples, in the JSON; so are the library and the roof."""
    monkeypatch.setattr("pyblaslite.ladder.wall.MIB", 1)
    monkeypatch.setattr("pyblaslite.ladder.climb.SAMPLE", 0.003)
    file = tmp_path / "ladder.json"
    assert main(["ladder", subject, "--size", str(size), "--rounds", "2", "--json", str(file)]) == 0
    said = capsys.readouterr().out
    race = results.read(file)
    assert race.interface == "ladder"
    found = {result.competitor: result for result in race.results}
    for rung in rungs.read_rungs(subject):
        label = f"{rung.label} ({rung.built})"
        assert (label in found) == (not rung.obstacle())
        assert re.search(rf"{rung.number} {rung.file}\b", said)
    assert "pyblaslite" in found
    assert all(len(result.samples) == 2 and result.gflops > 0 for result in race.results)
    assert "FMA peak" in said
    assert ("memory" in said) == (subject in ("axpy", "gemv"))
    assert ("columns take" in said) == (subject == "gemv")
    assert main(["plot", str(file), str(tmp_path / "ladder.png")]) == 2
    assert "a ladder has no picture" in capsys.readouterr().err


def test_memory_that_cannot_be_had() -> None:
    driver = Competitor("it", "rung", (str(climb.DRIVER), pyblaslite.get_lib(), "cblas"))
    cpus = [min(os.sched_getaffinity(0))]
    with Process(driver, cpus) as process, pytest.raises(OrderError, match="out of memory"):
        process.ask("gemm 2000000000 2000000000 2000000000")


def test_the_driver_refuses_what_it_does_not_know() -> None:
    driver = Competitor("it", "rung", (str(climb.DRIVER), pyblaslite.get_lib(), "cblas"))
    with Process(driver, [min(os.sched_getaffinity(0))]) as process:
        for order in ("sing", "gemm", "gemm 1 2", "gemm 0 1 1", "dot", "dot 0", "axpy -3", "sample 0", "bandwidth 0"):
            with pytest.raises(OrderError, match="orders are"):
                process.ask(order)
        with pytest.raises(OrderError, match="has no cblas for this"):
            process.ask("multiply 10")
        assert process.ask("sample 0.001") == "0.001"
        assert process.ask("about") == "cblas"
        for order in ("gemm 5 6 7", "gemm 5 1 7", "dot 100", "axpy 100", "bandwidth 1"):
            assert process.seconds(order) > 0


def test_a_wrong_rung_is_found(tmp_path: Path) -> None:
    """Or a ladder could praise a lesson for what it leaves out."""
    if not shutil.which("cc"):
        pytest.skip("no C compiler")
    source, library = tmp_path / "wrong.c", tmp_path / "wrong.so"
    source.write_text("void gemm_wrong() {}\nfloat dot_wrong() { return 9.5f; }\nvoid axpy_wrong() {}\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-w", str(source), "-o", str(library)], check=True)
    for order in ("gemm 5 6 7", "dot 5", "axpy 5"):
        it = Competitor("it", "rung", (str(climb.DRIVER), str(library), f"{order.split()[0]}_wrong"))
        cpus = [min(os.sched_getaffinity(0))]
        with Process(it, cpus) as process, pytest.raises(OrderError, match="the result is wrong"):
            process.ask(order)


def test_a_rung_in_python_answers() -> None:
    it = Competitor("it", "rung", (sys.executable, python_rungs.__file__, "numpy_out"))
    with Process(it, [min(os.sched_getaffinity(0))]) as process:
        assert process.ask("about") == "numpy_out"
        assert process.ask("sample 0.001") == "0.001"
        assert process.seconds("multiply 1000") > 0
        with pytest.raises(OrderError, match="orders are"):
            process.ask("sing")


def test_sizes_fit_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default sizes stay within a quarter of it, however small it is."""
    page = 4096
    for gib in (1, 2, 3, 8, 23, 1000):
        pages = gib * 2**30 // page
        monkeypatch.setattr(os, "sysconf", lambda word, pages=pages: page if word == "SC_PAGE_SIZE" else pages)
        for subject in ("axpy", "gemv"):
            size = work.default_size(subject)
            assert work.WORKS[subject].traffic(size) <= pages * page / 4
    assert (work.default_size("axpy"), work.default_size("gemv")) == (2**26, 2**14)


def test_roofs() -> None:
    """From memory, operations for a byte times bytes a second, but no more than the units can do."""
    gemv = work.WORKS["gemv"]
    assert gemv.roof(10**6, 100, 10) == pytest.approx(5, rel=1e-3)
    assert gemv.roof(10**6, 3, 10) == 3
    assert gemv.roof(10**6, 100, None) is None
    assert work.WORKS["gemm"].roof(100, 7, None) == 7


@pytest.mark.parametrize(
    ("seconds", "said"), [(15.1, "15.1 s"), (0.0778, "77.8 ms"), (1.4e-6, "1.4 us"), (65e-9, "65 ns")]
)
def test_durations(seconds: float, said: str) -> None:
    assert report.duration(seconds) == said


def test_a_gain_is_over_the_rung_below() -> None:
    def climber(number: int, seconds: float, threads: int = 1, kind: str = "gemm") -> climb.Climber:
        rung = rungs.Rung("gemm", number, "it", kind, ()) if number else None
        return climb.Climber(Competitor("it", "rung", ()), work.WORKS[kind], threads, rung, samples=[seconds])

    low, high, team = climber(1, 4.0), climber(2, 2.0), climber(3, 1.0, threads=2)
    assert report.below([low], high) == 4.0
    assert report.below([low, high], team) == 2.0
    assert report.below([low, high, team], climber(0, 1.5)) == 2.0
    assert report.below([low, high, team], climber(0, 1.5, threads=2)) == 1.0
    assert report.below([low], climber(2, 1.0, kind="dot")) is None
