# SPDX-License-Identifier: MIT
"""The machine code: hot loops that stay in registers, and no instruction where the CPU may lack it."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

import pyblaslite as pbl

BUILD = pbl.text(pbl.lib.pbl_build_info())
CORE = Path(__file__).resolve().parent.parent / "csrc" / "core"

pytestmark = [
    pytest.mark.skipif(shutil.which("objdump") is None, reason="needs objdump (binutils)"),
    pytest.mark.skipif("avx2" not in pbl.isas(), reason="states what x86-64 code looks like, on a CPU with AVX2"),
]

FMA = re.compile(r"vf[n]?m(add|sub)\d+[ps][sd]\b")
ZMM_OR_MASK = re.compile(r"%zmm|%k[0-7]|%[xy]mm(1[6-9]|2\d|3[01])\b")
# What x86-64 without extensions does not have: whatever is encoded with VEX or EVEX, BMI, SSE3 and newer.
BEYOND_BASELINE = re.compile(
    r"v\w+|k(mov|or|and|xor|not|shift|test|unpck|add)\w*|andn\b|bextr|bls\w+|bzhi|mulx|pdep|pext|rorx|s[ahr][lr]x|"
    r"lzcnt|popcnt|movbe|adcx|adox|addsubp|haddp|hsubp|lddqu|mov[ds]+dup|pshufb|pabs|palignr|pmulld|ptest|round[ps]|"
    r"blend|pblend|pextr[bdq]|pinsr[bdq]|pmovzx|pmovsx|extractps|insertps"
)


@cache
def functions():
    """The code of each function of the library: {name: [(address, instruction)]}."""
    dump = ["objdump", "-d", "--no-show-raw-insn", pbl.get_lib()]
    text = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    found = {}
    for block in text.split("\n\n"):
        head = re.match(r"\s*[0-9a-f]+ <([^>@]+)>:\n", block)
        if head:
            lines = re.findall(r"^\s*([0-9a-f]+):\t(.*)$", block, re.M)
            found[head[1]] = [(int(address, 16), text.split("#")[0].strip()) for address, text in lines]
    return found


def loops(code):
    """The bodies of the loops without calls: from the target of a backward jump to the jump."""
    place = {address: i for i, (address, _) in enumerate(code)}
    for i, (_, text) in enumerate(code):
        jump = re.match(r"j\w+\s+([0-9a-f]+)", text)
        if jump and place.get(int(jump[1], 16), len(code)) <= i:
            body = [text for _, text in code[place[int(jump[1], 16)] : i + 1]]
            if not any(text.startswith("call") for text in body):
                yield body


# Full-height tiles (those of one vector may be twice as high, unless sums wait in memory): name, vectors of C, and the
# register they are in.
HEIGHTS = {"avx512": (8, 3, "zmm"), "avx512vl": (8, 3, "ymm"), "avx2": (6, 2, "ymm")}
TILES = [
    (f"{letter}_{kind}_{rows // parts}x{vectors}_{isa}", rows * vectors, register)
    for isa, (height, widest, register) in HEIGHTS.items()
    for letter, parts in (("s", 1), ("d", 1), ("c", 2), ("z", 2))
    for kind, tall in (("gemm_tile", [(2 * height, 1)]), ("gemm_add", []))
    for rows, vectors in tall + [(height, v) for v in range(1, widest + 1)]
]


# (rows of reals) -> steps of K that a pass of the sweep takes: as many elements of A as fit in registers, at most 8.
SWEEPS = [
    (letter, rows // parts, rows * min(8, room // rows), isa)
    for isa, room, tallest in (("avx512", 24, 8), ("avx2", 12, 6))
    for letter, parts in (("s", 1), ("d", 1), ("c", 2), ("z", 2))
    for rows in range(parts, tallest + 1, parts)
]


@pytest.mark.skipif(not BUILD.startswith("gcc"), reason=f"promised for GCC; this build is {BUILD}")
@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda s: f"{s[0]}_gemm_sweep_{s[1]}_{s[3]}")
def test_the_hot_loop_of_a_sweep(sweep):
    """For each vector of B that passes: one FMA for each row and step, and A stays in registers."""
    letter, rows, fmas, isa = sweep
    code = functions()[f"{letter}_gemm_sweep_{rows}_{isa}"]
    body = min((b for b in loops(code) if sum(bool(FMA.match(t)) for t in b) >= fmas), key=len)
    assert sum(bool(FMA.match(text)) for text in body) == fmas
    assert not [text for text in body if re.match(r"vbroadcast", text)]


@pytest.mark.skipif(not BUILD.startswith("gcc"), reason=f"promised for GCC; this build is {BUILD}")
@pytest.mark.parametrize(("name", "vectors", "register"), TILES)
def test_the_hot_loop_of_a_tile(name, vectors, register):
    """One FMA for each vector of C and each of two steps of K, of the full width, and no access to the stack."""
    fmas, code = 2 * vectors, functions()[name]
    body = min((b for b in loops(code) if sum(bool(FMA.match(t)) for t in b) >= fmas), key=len)
    hot = [text for text in body if FMA.match(text)]
    assert len(hot) == fmas
    packed = "p" + {"s": "s", "c": "s", "d": "d", "z": "d"}[name[0]]
    assert all(re.match(rf"vfmadd\d+{packed}\s.*%{register}\d+$", text) for text in hot)
    assert not [text for text in body if re.search(r"%[re]?[sb]p\b", text)]


# The tallest and widest blocks of a triangle's rows.
LEAVES = [
    (f"{letter}_{work}_{rows // parts}x{vectors}_{isa}", rows * vectors, register)
    for isa, rows, vectors, register in (("avx512", 8, 3, "zmm"), ("avx512vl", 8, 3, "ymm"), ("avx2", 4, 2, "ymm"))
    for letter, parts in (("s", 1), ("d", 1), ("c", 2), ("z", 2))
    for work in ("solve", "multiply")
]


@pytest.mark.skipif(not BUILD.startswith("gcc"), reason=f"promised for GCC; this build is {BUILD}")
@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf[0])
def test_the_hot_loop_of_a_leaf(leaf):
    """As that of a tile: two of them, one with a mask."""
    name, fmas, register = leaf
    bodies = [b for b in loops(functions()[name]) if sum(bool(FMA.match(t)) for t in b) == fmas]
    hot = sorted(bodies, key=len)[:2]
    assert len(hot) == 2
    for body in hot:
        assert all(re.search(rf"%{register}\d+$", text) for text in body if FMA.match(text))
        assert not [text for text in body if re.search(r"%[re]?[sb]p\b", text)]


# Level 1: the instruction that does the work, and how many of them a turn of the hot loop has; where they add up, all
# 512 bytes of accumulators, twice as many on AVX2, of which some may wait in L1: each is loaded and stored once a turn.
VECTOR_LOOPS = [
    ("axpy", r"vfmadd\d+p", {"s": 4, "d": 4, "c": 8, "z": 8}),
    ("scal", r"vmulp", {"s": 4, "d": 4, "c": 4, "z": 4}),
    ("dot", r"vfmadd\d+p", {"s": 8, "d": 8, "c": 8, "z": 8}),
    ("sumsq", r"vfmadd\d+p", {"s": 8, "d": 8, "c": 8, "z": 8}),
    ("asum", r"vaddp", {"s": 8, "d": 8, "c": 8, "z": 8}),
    ("iamax", r"vmaxp", {"s": 4, "d": 4, "c": 4, "z": 4}),
]
SUMS = ("dot", "sumsq", "asum")
IN_L1 = 3  # accumulators, at most


@pytest.mark.skipif(not BUILD.startswith("gcc"), reason=f"promised for GCC; this build is {BUILD}")
@pytest.mark.parametrize(("isa", "register"), [("avx512", "zmm"), ("avx2", "ymm")])
@pytest.mark.parametrize("letter", "sdcz")
@pytest.mark.parametrize("loop", VECTOR_LOOPS, ids=lambda loop: loop[0])
def test_the_hot_loop_of_vectors(loop, letter, isa, register):
    """Vectors of the full width, and (but for AVX2's sums) no access to the stack: nothing waits but for memory."""
    name, instruction, counts = loop
    is_wide = name in SUMS and isa == "avx2"
    count = counts[letter] * (2 if is_wide else 1)
    hot = lambda body: [text for text in body if re.match(instruction + rf"[sd]\s.*%{register}", text)]  # noqa: E731
    code = [code for f, code in functions().items() if re.match(rf"{letter}_{name}_{isa}(\.|$)", f)]
    bodies = [body for c in code for body in loops(c) if len(hot(body)) == count]
    assert bodies
    on_stack = [text for text in min(bodies, key=len) if re.search(r"%[re]?[sb]p\b", text)]
    assert len(on_stack) <= (2 * IN_L1 if is_wide else 0)


# The widest tiles of narrow elements, and what adds several of their products in a lane.
NARROW_TILES = [
    ("b_gemm_tile_8x3_avx512", r"vdpbf16ps\s.*%zmm", 24),
    ("i_gemm_tile_8x3_avx512", r"vpdpbusd\s.*%zmm", 24),
    ("i_gemm_tile_4x2_avx2", r"vpmaddwd\s.*%ymm", 8),
]


@pytest.mark.skipif(not BUILD.startswith("gcc"), reason=f"promised for GCC; this build is {BUILD}")
@pytest.mark.parametrize("tile", NARROW_TILES, ids=lambda t: t[0])
def test_the_hot_loop_of_a_tile_of_narrow_elements(tile):
    """As above, with the instruction for them; they are vectors of the ISA that names the tile, or better."""
    name, instruction, count = tile
    hot = lambda body: [text for text in body if re.match(instruction, text)]  # noqa: E731
    body = min((b for b in loops(functions()[name]) if len(hot(b)) >= count), key=len)
    assert len(hot(body)) == count
    assert not [text for text in body if re.search(r"%[re]?[sb]p\b", text)]


def kernels(isa):
    found = {name: code for name, code in functions().items() if re.fullmatch(rf"[sdczhbi]_\w+_{isa}", name)}
    assert len(found) >= 40  # tiles, packing, scaling, the chain of FMAs; for four dtypes
    return found


def offenders(found, pattern, match=re.search):
    return {name: text for name, code in found.items() for _, text in code if match(pattern, text)}


def test_avx2_kernels_need_nothing_of_avx512():
    assert not offenders(kernels("avx2"), ZMM_OR_MASK)


def test_avx512_kernels_are_avx512():
    """Or the test above would pass on anything."""
    assert len(offenders(kernels("avx512"), ZMM_OR_MASK)) > 40


def test_scalar_kernels_need_the_baseline_only():
    assert not offenders(kernels("scalar"), BEYOND_BASELINE, re.match)


def test_what_runs_before_the_choice_needs_the_baseline_only():
    """Every function defined in the files of core/, among them the constructors that run at load."""
    sources = "".join(path.read_text() for path in CORE.glob("*.c"))
    defined = set(re.findall(r"^(?:[\w* ()]+\s)?\**(\w+)\([^;{]*\)\s*\{", sources, re.M))
    found = {name: code for name, code in functions().items() if name.split(".")[0] in defined}
    assert {"choose_isa", "pbl_cpu_has", "pbl_cpu_lacks", "look_around", "pbl_set_isa"} <= found.keys()
    assert not offenders(found, BEYOND_BASELINE, re.match)


def test_no_fused_operation_that_the_source_does_not_ask_for():
    """simd/ has a * b + c only, and packing computes nothing. What else is fused is the compiler's own idea:
    it rounds otherwise on another ISA, or elsewhere in a row. (GCC 12 does it despite -ffp-contract=off.)"""
    assert not offenders(functions(), r"vfm(addsub|subadd)", re.match)
    packing = {name: code for name, code in functions().items() if re.match(r"[sdcz]_pack_", name)}
    assert packing
    assert not offenders(packing, FMA, re.match)


def test_no_function_changes_the_floating_point_state():
    assert not offenders(functions(), r"^(v?ldmxcsr|fldcw|fldenv|frstor|fxrstor)", re.match)
