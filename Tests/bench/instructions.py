# SPDX-License-Identifier: Apache-2.0
"""Instructions per request: two runs under callgrind that differ only in the number of requests."""

import re

from tools import HOST, PLACE, compile_client, compile_program, run

OPERATIONS = ("read", "read-instance", "write", "execute", "notify", "discover", "ping")
LARGE = 1000
TOTAL = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)


class Counter:
    """Counts one client."""

    def __init__(self, client):
        self.driver, self.client = compile_program("driver"), client

    def total(self, operation, instances, observations, count):
        """Instructions of one whole run, start and end included."""
        record = f"{PLACE}/callgrind.out"
        # Binding at start keeps the dynamic linker out of the first request.
        run(self.driver, str(instances), str(observations), operation, str(count),
            "valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={record}",
            self.client, "PORT", str(instances), environment={"LD_BIND_NOW": "1"})
        with open(record, encoding="utf-8", errors="replace") as file:
            return int(TOTAL.search(file.read()).group(1))

    # A pass of the loop more or less at start or end is 500 instructions, so many requests share it.
    def per_request(self, operation, instances=2, observations=0, few=100, many=1100):
        first = self.total(operation, instances, observations, few)
        return round((self.total(operation, instances, observations, many) - first) / (many - few))

    def costs(self):
        """{operation: instructions}."""
        found = {name: self.per_request(name) for name in OPERATIONS if name != "notify"}
        # An Execute that causes a notification, less one that does not.
        found["notify"] = self.per_request("notify", observations=1) - found["execute"]
        # A thousand requests on a thousand instances: every place of the tables counts once.
        found["read-1000"] = self.per_request("read", LARGE, LARGE, few=LARGE, many=2 * LARGE)
        return found


def measure():
    costs = Counter(compile_client()).costs()
    return {**{f"instructions {HOST} {name}": value for name, value in costs.items()},
            f"flatness {HOST} ratio": round(costs["read-1000"] / costs["read"], 3)}


def measure_floor():
    costs = Counter(compile_program("floor")).costs()
    return {f"floor {HOST} {name}": value for name, value in costs.items()}
