# SPDX-License-Identifier: Apache-2.0
"""CPU time per request with 16 requests outstanding, of the client and of the floor in turn.

A time, so it is noise to a few per cent: `make footprint` writes it down, no test judges it.
"""

import os
import statistics

from tools import HOST, compile_client, compile_program, run

ROUNDS, REQUESTS, OUTSTANDING = 15, 30000, 16


def pins():
    """The driver and the client each on a CPU of their own, where there are two."""
    cpus = sorted(os.sched_getaffinity(0))
    return [["taskset", "-c", str(cpu)] for cpu in cpus[:2]] if len(cpus) > 1 else [[], []]


def nanoseconds(driver, client):
    first, second = pins()
    told = run(*first, driver, "2", "0", "read", f"{REQUESTS}/{OUTSTANDING}",
               *second, client, "PORT", "2")
    return int(told) / REQUESTS


def measure():
    driver, own, floor = compile_program("driver"), compile_client(), compile_program("floor")
    pairs = [(nanoseconds(driver, own), nanoseconds(driver, floor)) for _ in range(ROUNDS)]
    mine, least = (statistics.median(column) for column in zip(*pairs))
    return {f"cpu {HOST} nbiot": round(mine), f"cpu {HOST} floor": round(least),
            f"cpu {HOST} ratio": round(mine / least, 2)}
