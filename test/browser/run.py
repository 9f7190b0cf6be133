#!/usr/bin/python3
"""Runs the tests of the officer's desk in a browser. The last line is "N passed, N failed, N skipped".

Usage: run.py [NAME…]: files, classes or tests, e.g. test_forms or test_forms.Ended; without any, everything.
MAUTIC_GDPRD names the program (default: build/dev/mautic-gdprd).
"""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import case  # noqa: E402
from demo import Demo  # noqa: E402

# What is checked of everything that the others did comes last.
LAST = ["test_nothing_leaks"]


def names():
    files = sorted(file.stem for file in HERE.glob("test_*.py"))
    return [name for name in files if name not in LAST] + LAST


def main():
    case.demo = Demo()
    try:
        case.demo.wait()
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:] or names())
        result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    finally:
        case.demo.close()
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    print(f"{max(0, result.testsRun - failed - skipped)} passed, {failed} failed, {skipped} skipped")
    return 0 if failed == 0 and result.testsRun > skipped else 1


if __name__ == "__main__":
    sys.exit(main())
