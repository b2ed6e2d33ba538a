# SPDX-License-Identifier: Apache-2.0
"""Counts what was checked; each check is a sentence."""

import sys

# How the ids of conformance rows begin. `make conformance` reads which of these sentences held.
ROWS = ("int-", "4.1 RFC ", "4.2 RFC ", "4.3-", "C ", "D ")


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def note(self, good, sentence, detail=""):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        if not good:
            print(f"FAIL {sentence}{': ' if detail else ''}{detail}", flush=True)
        elif sentence.startswith(ROWS):
            print(f"PASS {sentence}", flush=True)

    def equal(self, found, wanted, sentence):
        self.note(found == wanted, sentence, f"{found!r} instead of {wanted!r}")

    def end(self):
        """Says the sum and ends the program."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(self.failed != 0 or self.passed == 0)
