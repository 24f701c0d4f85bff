# SPDX-License-Identifier: MIT
"""The options of these tests, our library in the place of the system's BLAS, and programs that run side by side."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import pyblaslite as pbl


def pytest_addoption(parser):
    parser.addoption("--require-packages", action="store_true", help="fail, do not skip, where a package is missing")
    parser.addoption("--library", default=pbl.get_lib(), metavar="PATH", help="the build to test (default: Python's)")


@pytest.fixture(scope="session")
def need(pytestconfig):
    """``need(package, file)``: skips what cannot run as this file of a Debian package is missing; or fails."""

    def check(package, file):
        if Path(file).exists():
            return
        reason = f"{file} is missing: apt-get install {package}"
        (pytest.fail if pytestconfig.getoption("--require-packages") else pytest.skip)(reason)

    return check


@pytest.fixture(scope="session")
def library(pytestconfig):
    """The library under test."""
    return Path(pytestconfig.getoption("--library")).resolve()


@pytest.fixture(scope="session")
def folder(library, tmp_path_factory):
    """A folder for LD_LIBRARY_PATH in which the system's name for its BLAS means ours."""
    folder = tmp_path_factory.mktemp("blas")
    (folder / "libblas.so.3").symlink_to(library)
    return folder


@pytest.fixture(scope="session")
def pool():
    """As many programs at a time as there are CPUs."""
    pool = ThreadPoolExecutor(len(os.sched_getaffinity(0)))
    yield pool
    pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def without_effect(tmp_path_factory):
    """A library some of whose functions do nothing, to stand before ours."""
    if not shutil.which("cc"):
        pytest.skip("no C compiler")
    path = tmp_path_factory.mktemp("wrong") / "wrong.so"
    names = [form.format(name) for name in ("ddot", "dgemv", "dgemm") for form in ("{}_", "cblas_{}")]
    source = "".join(f"double {name}(void) {{ return 0; }}\n" for name in names)
    subprocess.run(["cc", "-w", "-shared", "-fPIC", "-xc", "-", "-o", path], input=source, text=True, check=True)
    return path
