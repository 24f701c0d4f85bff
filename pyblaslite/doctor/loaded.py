# SPDX-License-Identifier: MIT
"""The process that imports the packages that bring a BLAS or an OpenMP runtime, and says who loaded what.

python loaded.py PACKAGE...    ->  a JSON list of what threadpoolctl sees, each with "package"
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import threadpoolctl


def load(packages: list[str]) -> list[dict[str, Any]]:
    """Imports one package after the other; a library belongs to the first that brought it."""
    found: dict[str, dict[str, Any]] = {}
    for package in packages:
        importlib.import_module(package)
        for library in threadpoolctl.threadpool_info():
            found.setdefault(library["filepath"], {"package": package, **library})
    return list(found.values())


if __name__ == "__main__":
    print(json.dumps(load(sys.argv[1:])))
