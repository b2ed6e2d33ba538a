# SPDX-License-Identifier: Apache-2.0
"""The gate on flatness: with 1,000 instances and 1,000 observations a GET costs at most 1.3 times the small case."""

import sys

import callgrind

GATE = 1.3
LARGE = 1000


def ratio(small, client):
    """A thousand requests on a thousand instances: every place of the tables counts once."""
    large = callgrind.per_request(client, "read", LARGE, LARGE, few=LARGE, many=2 * LARGE)
    return large, large / small


def main():
    client = callgrind.compile_client()
    callgrind.compile_program("driver")
    small = callgrind.per_request(client, "read")
    large, times = ratio(small, client)
    good = times <= GATE
    print(f"GET: {small:.0f} instructions; with {LARGE} instances and {LARGE} observations "
          f"{large:.0f}: {times:.2f} times (gate {GATE})")
    print(f"{int(good)} passed, {int(not good)} failed")
    return not good


if __name__ == "__main__":
    sys.exit(main())
