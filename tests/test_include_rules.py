# SPDX-License-Identifier: MIT
"""Who may know whom: the rules of the architecture, read off the sources and the shared library."""

import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

import pyblaslite as pbl

ROOT = Path(__file__).resolve().parent.parent
CSRC = ROOT / "csrc"
SOURCES = sorted(path for path in CSRC.rglob("*.[ch]") if CSRC / "tests" not in path.parents)
APART = {"ladder", "learn", "mutants", "profile", "race"}  # from the library
LIBRARY = [path for path in SOURCES if path.relative_to(CSRC).parts[0] not in APART]


def name(path):
    return path.relative_to(CSRC).as_posix()


def folder(path):
    return path.relative_to(CSRC).parts[0]


def code(path):
    """The text without comments and string literals; #include lines keep their names."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", path.read_text(), flags=re.S)
    return re.sub(r'(?<!#include )"[^"\n]*"', '""', text)


def includes(path):
    """The project's own files that this one includes, as paths below csrc/."""
    for included in re.findall(r'^\s*#\s*include\s+"([^"]+)"', path.read_text(), re.M):
        target = (path.parent / included).resolve()
        if folder(path) == "python" and not target.is_file():  # the cffi module finds the interface by -I
            target = CSRC / "include" / included
        assert target.is_file(), f"{name(path)} includes {included}, which is not beside it"
        yield name(target)


# Beside its own folder, what a folder may include.
MAY_INCLUDE = {
    "include": r"$^",
    "core": r"include/",
    "simd": r"$^",
    "kernels": r"simd/|core/(kernels|types)\.h",  # no letters, no threads, no errors
    "level1": r"core/|include/",
    "level2": r"core/|include/",
    "level3": r"core/|include/|level2/matvec\.h",  # a single row is a matrix times a vector
    "abi": r"include/|level1/",  # whose entries it has inlined
    "python": r"include/",
    "ladder": r"$^",
    "learn": r"$^",
    "mutants": r"$^",
    "profile": r"$^",
    "race": r"$^",
}


def test_every_folder_has_a_rule():
    assert {folder(path) for path in SOURCES} <= MAY_INCLUDE.keys()


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_includes(path):
    allowed = re.compile(f"{folder(path)}/|{MAY_INCLUDE[folder(path)]}")
    assert [target for target in includes(path) if not allowed.match(target)] == []


def test_simd_is_included_by_kernels_only():
    users = {folder(path) for path in SOURCES for target in includes(path) if target.startswith("simd/")}
    assert users == {"kernels", "simd"}


def matches(pattern, paths):
    return {name(path) for path in paths if re.search(pattern, code(path))}


def test_intrinsics_stand_in_simd_only():
    """In the whole of csrc/, its tests too, but for the lessons of ladder/."""
    paths = [path for path in CSRC.rglob("*.[ch]") if folder(path) != "ladder"]
    found = matches(r"\b_mm\d*_\w+|\b__m\d+|\b_k\w+_mask|\bv\w+q_f\d\d\b|\w*intrin\.h|arm_neon\.h", paths)
    assert found
    assert all(path.startswith("simd/") for path in found)


def test_openmp_stands_in_threads_only():
    found = matches(r"#\s*pragma\s+omp|_Pragma\(\s*\"\s*omp|\bomp_\w+\(|omp\.h", LIBRARY)
    assert set(found) == {"core/threads.c"}


def test_level_names_no_instruction_set():
    paths = [path for path in LIBRARY if folder(path).startswith("level")]
    assert paths
    assert matches(r"(?i)avx|sse\d|neon|sve\b|\b[yz]mm|__x86_64|_scalar\b", paths) == set()


def test_kernels_know_no_threads_and_no_status():
    paths = [path for path in LIBRARY if folder(path) in {"kernels", "simd"}]
    assert matches(r"pbl_status|PBL_(OK|NO_MEMORY|BAD)|pthread|_Thread_local|_Atomic|malloc", paths) == set()


def test_the_cffi_module_is_made_of_the_interface_and_what_is_in_python(monkeypatch):
    """Whatever else Python reads of csrc, it is no declaration that it calls by."""
    read, read_text = [], Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path, **more: read.append(path) or read_text(path, **more))
    made = runpy.run_path(str(ROOT / "pyblaslite" / "_build.py"))["ffi"]
    assert read == [CSRC / "include" / "api.h", CSRC / "python" / "ndarray.h"]
    _, source, _, settings = made._assigned_source
    assert re.findall(r'"(.+)"', source) == ["pyblaslite.h", "ndarray.h"]
    assert settings["sources"] == ["csrc/python/ndarray.c"]


def test_no_flag_gives_up_ieee_arithmetic():
    for path in (ROOT / "CMakeLists.txt", ROOT / "setup.py", *CSRC.rglob("CMakeLists.txt")):
        assert not re.search(r"(?i)fast-?math|unsafe-math|-Ofast|associative-math|finite-math", path.read_text())
    assert not re.search(r"fast-math|-Ofast", pbl.text(pbl.lib.pbl_build_info()))


needs_nm = pytest.mark.skipif(shutil.which("nm") is None, reason="needs nm (binutils)")


def symbols(*options):
    lines = subprocess.run(["nm", *options, pbl.get_lib()], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1].split("@")[0] for line in lines.splitlines()}


def declared(header, prefix):
    text = re.sub(r"/\*.*?\*/|//[^\n]*|^#.*?(?<!\\)$", " ", (CSRC / "include" / header).read_text(), flags=re.S | re.M)
    return set(re.findall(rf"\b({prefix}\w+)\)?\s*\(", text))


def cblas_names():
    """What cblas.h declares: each routine with 32- and with 64-bit integers; and the names that others have for it."""
    routines = {name.removeprefix("CBLAS(") for name in declared("cblas_routines.h", r"CBLAS\(")}
    forms = ("cblas_{}", "cblas_{}_64", "cblas_{}64_", "scipy_cblas_{}", "scipy_cblas_{}64_")
    assert len(routines) > 150
    return {form.format(routine) for form in forms for routine in routines} | declared("cblas.h", "cblas_")


def fortran_names():
    """The same routines of Fortran, which returns complex numbers; and what LAPACK and Netlib's tests want besides."""
    routines = {
        name.removeprefix("cblas_").removesuffix("_sub")
        for name in cblas_names()
        if re.fullmatch(r"cblas_[a-z0-9]+(_batch(_strided)?|_sub)?", name)
    }
    routines -= {"xerbla", "scabs1", "dcabs1"}
    forms = ("{}_", "{}_64_", "scipy_{}_", "scipy_{}_64_")
    besides = {
        "xerbla_",
        "xerbla_64_",
        "xerbla_array_",
        "lsame_",
        "scabs1_",
        "dcabs1_",
        "RowMajorStrg",
        "CBLAS_CallFromC",
    }
    return {form.format(routine) for form in forms for routine in routines} | besides


@needs_nm
def test_what_is_declared_is_what_is_exported():
    exported = symbols("-D", "--defined-only")
    assert exported == declared("api.h", "pbl_") | cblas_names() | fortran_names()


def test_every_declaration_is_reachable_from_python():
    assert declared("api.h", "pbl_")
    assert not {function for function in declared("api.h", "pbl_") if not hasattr(pbl.lib, function)}


@needs_nm
def test_nothing_is_linked_that_changes_the_floating_point_state():
    assert not symbols() & {"set_fast_math", "__crtfastmath", "fesetround", "fesetenv"}


def test_the_interface_is_as_installed():
    for header in ("api.h", "pyblaslite.h", "cblas.h"):
        installed = Path(pbl.get_include()) / "pyblaslite" / header
        assert installed.read_text().split() == (CSRC / "include" / header).read_text().split()


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
@pytest.mark.parametrize("header", ["pyblaslite.h", "cblas.h"])
@pytest.mark.parametrize("language", ["c", "c++"])
def test_a_header_of_the_interface_stands_alone(header, language):
    """A program may include it first."""
    if language == "c++" and not shutil.which("c++"):
        pytest.skip("no C++ compiler")
    compiler = ["c++" if language == "c++" else "cc", "-Wall", "-Werror", "-fsyntax-only", "-x", language, "-"]
    done = subprocess.run(
        [*compiler, f"-I{CSRC / 'include'}"],
        input=f'#include "{header}"\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
