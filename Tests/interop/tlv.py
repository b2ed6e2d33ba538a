# SPDX-License-Identifier: Apache-2.0
"""LwM2M TLV (LwM2M 1.0 section 6.4.3), sharing nothing with the device."""

import struct

KINDS = ("instance", "resource instance", "multiple", "resource")


def decode(data):
    """[(kind, id, value)]; the value of an instance or a multiple resource is such a list."""
    records = []
    while data:
        first = data[0]
        id_size = 2 if first & 0x20 else 1
        length_size = (first >> 3) & 3
        identifier = int.from_bytes(data[1:1 + id_size], "big")
        start = 1 + id_size + length_size
        length = int.from_bytes(data[1 + id_size:start], "big") if length_size else first & 7
        value = data[start:start + length]
        if len(value) != length:
            raise ValueError("a TLV record is cut off")
        kind = KINDS[first >> 6]
        inner = decode(value) if kind in ("instance", "multiple") else value
        records.append((kind, identifier, inner))
        data = data[start + length:]
    return records


def encode(kind, identifier, value):
    """One record; `value` is bytes."""
    first = KINDS.index(kind) << 6
    if identifier > 255:
        first |= 0x20
    header = identifier.to_bytes(2 if identifier > 255 else 1, "big")
    if len(value) < 8:
        return bytes([first | len(value)]) + header + value
    size = 1 if len(value) < 256 else 2
    return bytes([first | size << 3]) + header + len(value).to_bytes(size, "big") + value


def integer(value):
    return int.from_bytes(value, "big", signed=True)


def floating(value):
    return struct.unpack(">f" if len(value) == 4 else ">d", value)[0]
