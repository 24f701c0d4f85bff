# SPDX-License-Identifier: MIT
"""The ladder: lessons in C from the textbook loop to the library, run and taken apart here."""
