# SPDX-License-Identifier: MIT
"""Kernels of one's own: the gates let right ones through and no wrong one; the command line."""

import ctypes
import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rich")

import pyblaslite as pbl
from pyblaslite.__main__ import main
from pyblaslite.learn import mutants
from pyblaslite.learn.compile import SOURCES, build
from pyblaslite.learn.judge import judge
from pyblaslite.learn.kinds import KINDS
from pyblaslite.learn.report import show_gates
from pyblaslite.learn.watch import watch
from pyblaslite.race.command import UsageError

pytestmark = [
    pytest.mark.usefixtures("in_empty_folder"),
    pytest.mark.skipif(sys.platform != "linux", reason="kernels of one's own are tried on Linux only"),
    pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler"),
]

DECLARED = {
    "gemm": "void sgemm(int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, "
    "float beta, float *c, int ldc)",
    "gemv": "void sgemv(int m, int n, float alpha, const float *a, int lda, const float *x, float beta, float *y)",
    "axpy": "void saxpy(int n, float alpha, const float *x, float *y)",
    "dot": "float sdot(int n, const float *x, const float *y)",
}


def status_of(*arguments):
    """The exit status, however main ends."""
    try:
        return main(list(arguments))
    except SystemExit as end:
        return int(end.code or 0)


def built(kind, body, cflags="-O1"):
    """A kernel of this kind that is compiled."""
    source = Path(f"my_{kind}.c")
    source.write_text(f"#include <stdlib.h>\n{DECLARED[kind]}\n{{\n{body}\n}}\n")
    return build(source, Path.cwd(), "cc", cflags)


def first_failure(library, kind, limit=10.0):
    """The verdict of the first gate that is not passed."""
    verdicts = judge(library, KINDS[kind], limit)
    try:
        return next((verdict for verdict in verdicts if verdict.wrong), None)
    finally:
        verdicts.close()


# The gates.


@pytest.mark.parametrize("kind", KINDS)
def test_a_beginning_passes_all_gates(kind, capfd):
    assert status_of("new", "mine.c", "--kind", kind) == 0
    kernel = build(Path("mine.c"), Path.cwd(), "cc", "-O3 -march=native -Wall -Wextra -Werror")
    assert show_gates(kernel)
    assert kernel.kind.name == kind
    said = capfd.readouterr().out
    assert said.count("passed") == said.count("\n") - 2  # but for "Written" and the heading
    assert "FAILED" not in said


OURS = {
    "gemm": "OURS(cblas_sgemm)(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, alpha, a, lda, b, ldb, beta, c, "
    "ldc);",
    "gemv": "OURS(cblas_sgemv)(CblasRowMajor, CblasNoTrans, m, n, alpha, a, lda, x, 1, beta, y, 1);",
    "axpy": "OURS(cblas_saxpy)(n, alpha, x, 1, y, 1);",
    "dot": "return OURS(cblas_sdot)(n, x, 1, y, 1);",
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_gates_ask_nothing_that_the_library_does_not_do(kind):
    ours = f'((__typeof__(name) *)dlsym(dlopen("{pbl.get_lib()}", RTLD_NOW), #name))'
    Path("ours.c").write_text(
        f"#include <cblas.h>\n#include <dlfcn.h>\n#define OURS(name) {ours}\n{DECLARED[kind]} {{ {OURS[kind]} }}\n"
    )
    kernel = build(Path("ours.c"), Path.cwd(), "cc", f"-I{pbl.get_include()}/pyblaslite")
    assert first_failure(kernel.library, kind) is None


NAMES = [mutant.name for mutant in mutants.read_mutants()]


def test_the_right_sgemm_passes(monkeypatch):
    monkeypatch.setenv(mutants.VARIABLE, "")
    assert first_failure(mutants.LIBRARY, "gemm") is None


SMALLEST = {
    "wrong_past_16_rows": ("whole numbers", "m = 17, n = 1, k = 1"),
    "three_rows_left": ("whole numbers", "m = 3, n = 1, k = 1"),
    "ldc_is_n": ("rows apart", "m = 2, n = 1, k = 1"),
    "k_0_returns": ("sizes of zero", "m = 1, n = 1, k = 0"),
    "alpha_lost_at_beta_1": ("alpha and beta", "m = 1, n = 1, k = 1, alpha = -1, beta = 1"),
    "reads_past_a": ("sizes of zero", "a forbidden page right after a"),
    "shared_scratch": ("called by two threads at once", "m = 40"),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_gates_kill_every_mutant(name, monkeypatch):
    """And show the smallest case that fails."""
    monkeypatch.setenv(mutants.VARIABLE, name)
    verdict = first_failure(mutants.LIBRARY, "gemm")
    gate, case = SMALLEST.get(name, (verdict.gate.name, ""))
    assert verdict.gate.name == gate
    assert case in verdict.case


SUM = "float s = 0; for (int i = 0; i < n; i++) s += x[i] * y[i]; return s;"
ROWS = "for (int i = 0; i < m; i++) { float s = 0; for (int j = 0; alpha != 0 && j < n; j++) "


@pytest.mark.parametrize(
    ("kind", "body", "gate", "words"),
    [
        ("dot", "n &= ~3; " + SUM, "whole numbers", "it returned 0"),
        ("dot", "volatile float t = x[n]; (void)t; " + SUM, "sizes of zero", "segmentation fault"),
        ("dot", "volatile float t = n ? x[n] : 0; (void)t; " + SUM, "forbidden pages", "segmentation fault"),
        ("dot", "if (n == 0) abort(); " + SUM, "sizes of zero", "abort"),
        ("dot", "static volatile float s; s = 0; for (int i = 0; i < n; i++) s += x[i] * y[i]; return s;",
         "called by two threads at once", "it returned"),
        ("axpy", "for (int i = 0; i < n; i++) y[i] = alpha * x[i];", "whole numbers", "element 0 of y is"),
        ("axpy", "for (int i = 0; i < n; i++) y[i] += alpha * x[i];", "NaN in the inputs, alpha = 0", "y is nan"),
        ("axpy", "for (int i = 0; i <= n; i++) y[i] += alpha ? alpha * x[i] : 0;", "whole numbers",
         "it wrote y[1], which is outside y"),
        ("axpy", "for (int i = 0; i < n; i++) y[i] += alpha ? alpha * x[i] : 0, ((float *)x)[i] = 0;",
         "whole numbers", "it changed x"),
        ("axpy", "if (alpha == 2) exit(0); for (int i = 0; i < n; i++) y[i] += alpha * x[i];",
         "alpha and beta", "ended the whole process"),
        ("gemv", ROWS + "s += a[i * n + j] * x[j]; y[i] = alpha * s + (beta ? beta * y[i] : 0); }",
         "rows apart", "nan"),
        ("gemv", ROWS + "s += a[i * lda + j] * x[j]; y[i] = alpha * s + beta * y[i]; }",
         "NaN in the output, beta = 0", "nan"),
        ("gemv", ROWS + "s += a[i * lda + j] * x[j]; y[i] = alpha * s + (beta == 1 ? y[i] : 0); }",
         "alpha and beta", "of y is"),
        ("gemm", "if (m == 1) *(volatile int *)c = m / (m - 1);", "whole numbers", "divided"),
        ("gemm", "__builtin_trap();", "whole numbers", "crashed"),
    ],
)  # fmt: skip
def test_a_wrong_kernel_is_explained(kind, body, gate, words):
    verdict = first_failure(built(kind, body, "-O0").library, kind)
    assert verdict.gate.name == gate
    assert words in verdict.wrong


def test_a_kernel_that_hangs():
    verdict = first_failure(built("dot", "for (volatile int i = 0; n == 2; i++); " + SUM).library, "dot", limit=1.5)
    assert verdict.case == "n = 2"
    assert verdict.wrong.startswith("it hangs")


def test_the_gates_after_a_crash_are_tried(capfd):
    """Two mistakes, of which the first ends the process."""
    kernel = built("axpy", "if (alpha == 2) abort(); if (n) y[0] += alpha * x[0]; "
                   "for (int i = 1; i < n; i++) y[i] += alpha * x[i];")  # fmt: skip
    assert not show_gates(kernel)
    said = capfd.readouterr().out
    assert said.count("FAILED") == 2
    assert "The smallest case that fails: n = 1, alpha = 0, x full of nan." in said
    assert "forbidden pages" in said


def test_after_a_wrong_answer_to_a_plain_call_nothing_is_tried(capfd):
    assert not show_gates(built("dot", "return 0;"))
    said = capfd.readouterr().out
    assert said.count("FAILED") == 1
    assert "first this one" in said


# The names that programs call.


def views(x, trans, layout):
    """An operand as this layout and transposition want it: the array, and its leading dimension."""
    stored = x.T if (trans != 111) != (layout == 102) else x
    wide = np.full((stored.shape[0], stored.shape[1] + 2), np.nan, np.float32)
    wide[:, :-2] = stored
    return wide, wide.shape[1]


@pytest.fixture
def library_of():
    """The templates, built."""

    def make(kind):
        return ctypes.CDLL(str(build(SOURCES / f"new_{kind}.c", Path.cwd(), "cc", "-O1").library))

    return make


def numbers(rng, *shape):
    return rng.integers(-4, 5, shape).astype(np.float32)


def test_cblas_gemm(library_of, rng):
    function = library_of("gemm").cblas_sgemm
    i, f, p = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
    function.argtypes = [i, i, i, i, i, i, f, p, i, p, i, f, p, i]
    a, b = numbers(rng, 3, 4), numbers(rng, 4, 5)
    for layout, trans_a, trans_b in itertools.product((101, 102), (111, 112, 113), (111, 112)):
        (at, lda), (bt, ldb), (c, ldc) = views(a, trans_a, layout), views(b, trans_b, layout), views(a @ b, 111, layout)
        function(layout, trans_a, trans_b, 3, 5, 4, 2, at.ctypes.data, lda, bt.ctypes.data, ldb, 3, c.ctypes.data, ldc)
        assert np.array_equal(c[:, :-2], (5 * a @ b).T if layout == 102 else 5 * a @ b)


def test_cblas_gemv(library_of, rng):
    function = library_of("gemv").cblas_sgemv
    i, f, p = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
    function.argtypes = [i, i, i, i, f, p, i, p, i, f, p, i]
    a = numbers(rng, 3, 4)
    for layout, trans, incx, incy in itertools.product((101, 102), (111, 112), (1, 2, -1), (1, 3, -2)):
        at, lda = views(a, 111, layout)
        op = a if trans == 111 else a.T
        x, y = numbers(rng, op.shape[1]), numbers(rng, op.shape[0])
        xs, ys = stepped(x, incx), stepped(y, incy)
        function(layout, trans, 3, 4, 2, at.ctypes.data, lda, xs.ctypes.data, incx, -1, ys.ctypes.data, incy)
        assert np.array_equal(ys, stepped(2 * op @ x - y, incy), equal_nan=True)


def test_cblas_dot_and_axpy(library_of, rng):
    dot, axpy = library_of("dot").cblas_sdot, library_of("axpy").cblas_saxpy
    i, f, p = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
    dot.argtypes, dot.restype, axpy.argtypes = [i, p, i, p, i], f, [i, f, p, i, p, i]
    for incx, incy in itertools.product((1, 2, -1), repeat=2):
        x, y = numbers(rng, 7), numbers(rng, 7)
        xs, ys = stepped(x, incx), stepped(y, incy)
        assert dot(7, xs.ctypes.data, incx, ys.ctypes.data, incy) == x @ y
        axpy(7, 3, xs.ctypes.data, incx, ys.ctypes.data, incy)
        assert np.array_equal(ys, stepped(3 * x + y, incy), equal_nan=True)


def stepped(x, step):
    """A vector with this increment, and NaN between its elements."""
    wide = np.full((len(x) - 1) * abs(step) + 1, np.nan, np.float32)
    wide[:: abs(step)] = x if step > 0 else x[::-1]
    return wide


# The command line.


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new", "mine.txt"], "mine.txt: expected a name that ends in .c"),
        (["new", "no/mine.c"], "no/mine.c: No such file"),
        (["new", "there.c"], "there.c: it exists; nothing was written"),
        (["new", "mine.c", "--kind", "trsm"], "invalid choice: 'trsm'"),
        (["race", "mine.c"], "mine.c: there is no such file (pyblaslite new mine.c writes a beginning)"),
        (["race", "."], "expected a C file"),
        (["race", "there.c"], "there.c: it defines none of sgemm, sgemv, saxpy, sdot (it defines nothing_of_use)"),
        (["race", "there.c", "--cc", "no-cc"], "--cc: there is no C compiler named 'no-cc' here"),
        (["race", "there.c", "--cflags", "'"], '--cflags: given "\'"'),
        (["race", "there.c", "--cflags", "-O2"], "--cflags: expected one argument: write --cflags=FLAGS"),
        (["race", "there.c", "--suite"], "--suite: not in the race of a kernel of your own"),
        (["race", "--watch"], "--watch: only with a kernel of your own"),
        (["run", "--kernel", "mine.c", "there.c"], "mine.c: there is no such file"),
        (["run", "--kernel", "mine.c", "--blas", "there.c", "there.c"], "--kernel: not together with --blas"),
        (["mutants", "none.py"], "none.py: there is no such file"),
        (["mutants", "there.c", "--limit", "0"], "--limit: given 0"),
    ],
)
def test_a_mistake_is_one_clear_line(arguments, words, capsys):
    Path("there.c").write_text("int nothing_of_use(void) { return 0; }\n")
    assert status_of(*arguments) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("cc ")]
    assert words in said[0]
    assert len(said) == 1


@pytest.mark.parametrize(
    ("code", "compiler_says", "words"),
    [
        ("float sdot(int n, const float *x, const float *y) { return 0 }", "expected", "does not compile"),
        ("double sdot(int n, const double *x, const double *y) { return 0; }", "conflicting types", "does not compile"),
        ("float f(void); float sdot(int n, const float *x, const float *y) { return f(); }", "undefined", "not link"),
    ],
)
def test_the_compiler_has_its_say(code, compiler_says, words, capfd):
    Path("mine.c").write_text(code + "\n")
    assert status_of("race", "mine.c") == 2
    said = capfd.readouterr().err
    assert compiler_says in said
    assert words in said.splitlines()[-1]


def test_a_kernel_that_lets_a_blas_do_the_work(capfd):
    """It would call itself: the names are its own now."""
    source = "float cblas_sdot(int n, const float *x, int incx, const float *y, int incy);\n"
    Path("mine.c").write_text(f"{source}{DECLARED['dot']} {{ return cblas_sdot(n, x, 1, y, 1); }}\n")
    flags = f"-Wl,--no-as-needed -L{Path(pbl.get_lib()).parent} -lpyblaslite"
    assert status_of("race", "mine.c", "--cflags", flags) == 2
    assert "mine.c: it calls cblas_sdot, and is to do that work itself" in capfd.readouterr().err


def test_two_kinds_in_one_file(capsys):
    Path("mine.c").write_text("".join(DECLARED[kind] + " { abort(); }\n" for kind in ("axpy", "gemm")).replace(
        "abort()", "__builtin_abort()"))  # fmt: skip
    assert status_of("race", "mine.c") == 2
    assert "mine.c: sgemm and saxpy in one file: give each a file" in capsys.readouterr().err


def test_a_right_kernel_is_raced(capfd):
    assert status_of("new", "mine.c") == 0
    options = ["--sizes", "16,48", "--rounds", "1", "--only", "naive,ours", "--cflags=-O2"]
    assert status_of("race", "mine.c", *options, "--json", "mine.json") == 0
    race = json.loads(Path("mine.json").read_text())
    assert race["headline"] == "mine.c"
    kinds = {entrant["name"]: entrant["kind"] for entrant in race["competitors"]}
    assert kinds.pop("mine.c") == "ours"
    assert sorted(kinds.values()) == ["naive", "naive", "peer"]
    assert {(r["competitor"], r["shape"]) for r in race["results"]} == set(
        itertools.product([*kinds, "mine.c"], ("16", "48"))
    )
    said = capfd.readouterr()
    assert "cc -O2 -fPIC -c mine.c" in said.err
    assert "mine.c at 48: " in said.out
    assert "yours /" in said.out


def test_a_dot_is_raced(capfd):
    """Against the textbook's, which is compiled on the spot."""
    assert status_of("new", "mine.c", "--kind", "dot") == 0
    assert status_of("race", "mine.c", "--sizes", "1000", "--rounds", "1", "--only", "naive,ours") == 0
    race = json.loads(Path("race.json").read_text())
    assert {(r["competitor"][:10], r["routine"], r["n"]) for r in race["results"]} == {
        ("mine.c", "dot", 1000), ("naive", "dot", 1000), ("pyblaslite", "dot", 1000)}  # fmt: skip
    assert "GB/s" in capfd.readouterr().out.splitlines()[-2]
    assert status_of("race", "mine.c", "--plot", "mine.png") == 2
    assert "--plot: the picture is one of products, and sdot is none" in capfd.readouterr().err


def test_a_wrong_kernel_is_not_raced(capfd):
    built("gemm", "for (int i = 0; i < m; i++) c[i * ldc] = 0;")
    assert status_of("race", "my_gemm.c") == 1
    assert "It is not raced" in capfd.readouterr().out
    assert not Path("race.json").exists()


def test_watch_runs_again_when_the_file_is_saved(capsys):
    path, runs = Path("mine.c"), []

    def action():
        runs.append(path.exists() and path.read_text())
        if len(runs) == 3:
            raise KeyboardInterrupt
        path.write_text(f"run {len(runs)}")
        raise UsageError("it does not compile")

    with pytest.raises(KeyboardInterrupt):
        watch(path, action)
    assert runs == [False, "run 1", "run 2"]
    assert capsys.readouterr().err.count("it does not compile") == 2


RUN = [sys.executable, "-m", "pyblaslite", "run", "--kernel", "mine.c", "--cflags=-O1", "--trace", "trace.json"]
PROGRAM = """
import numpy as np
a, b = np.ones((6, 5), "f"), np.ones((5, 4), "f")
print((a @ b).sum(), (b.T @ a.T).sum(), (np.asfortranarray(a) @ b).sum(), (a.astype("d") @ b.astype("d")).sum())
"""


def run_program(**others):
    Path("program.py").write_text(PROGRAM)
    return subprocess.run([*RUN, "program.py"], capture_output=True, text=True, check=False, timeout=120, **others)


def test_a_program_runs_on_a_kernel_of_ones_own():
    assert status_of("new", "mine.c") == 0
    done = run_program()
    assert (done.returncode, done.stdout) == (0, "120.0 120.0 120.0 120.0\n"), done.stderr
    calls = json.loads(Path("trace.json").read_text())["calls"]
    if not calls:
        pytest.skip("this numpy has its BLAS linked in")
    seen = {(call["routine"], call["fell_through"]): 0 for call in calls}
    for call in calls:
        seen[call["routine"], call["fell_through"]] += call["calls"]
    assert (seen["sgemm", False], seen["dgemm", True]) == (3, 1)
    assert "sent to mine.so" in done.stderr


def test_no_program_runs_on_a_wrong_kernel():
    Path("mine.c").write_text(DECLARED["gemm"] + " { }\n")
    done = run_program()
    assert (done.returncode, done.stdout) == (1, "")
    assert "The program is not run" in done.stderr
