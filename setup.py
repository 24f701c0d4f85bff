# SPDX-License-Identifier: MIT
"""Builds the C library through CMake, then the cffi module on top of it. Flags live in CMakeLists.txt."""

import os
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent


class BuildWithCMake(build_ext):
    """Installs the C library into the package, and links the extension to it there."""

    def run(self) -> None:
        package = ROOT / "pyblaslite" if self.inplace else Path(self.build_lib).resolve() / "pyblaslite"
        build = ROOT / "build" / "cmake"
        jobs = str(os.cpu_count() or 1)
        march = os.environ.get("PYBLASLITE_MARCH") or "native"  # the cache of an earlier build must not decide
        configure = ["cmake", "-S", str(ROOT), "-B", str(build), "-DBUILD_TESTING=OFF", f"-DPYBLASLITE_MARCH={march}"]
        configure += ["-DPYBLASLITE_PYTHON=ON"]
        subprocess.run([*configure, "-DCMAKE_INSTALL_LIBDIR=lib", f"-DCMAKE_INSTALL_PREFIX={package}"], check=True)
        subprocess.run(["cmake", "--build", str(build), "--parallel", jobs], check=True)
        subprocess.run(["cmake", "--install", str(build)], check=True)
        self.installed = package
        super().run()

    def build_extension(self, ext: Extension) -> None:
        ext.include_dirs += [str(ROOT / "csrc" / "include"), str(ROOT / "csrc" / "python")]
        ext.library_dirs.append(str(self.installed / "lib"))
        ext.runtime_library_dirs.append("@loader_path/lib" if sys.platform == "darwin" else "$ORIGIN/lib")
        super().build_extension(ext)


setup(cmdclass={"build_ext": BuildWithCMake}, cffi_modules=["pyblaslite/_build.py:ffi"])
