# SPDX-License-Identifier: MIT
"""The course and the reference of the files that pyblaslite writes, by Sphinx; the notebooks are executed."""

project = "pyblaslite"
extensions = ["myst_nb"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "pyblaslite"
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 60  # seconds a cell
