# SPDX-License-Identifier: Apache-2.0
"""Little-endian ELF objects and ar archives, as far as the archive gates look into them."""

import struct
from collections import namedtuple

SHT_SYMTAB, SHT_RELA, SHT_NOBITS, SHT_REL = 2, 4, 8, 9
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR, SHF_TLS = 0x1, 0x2, 0x4, 0x400
STB_LOCAL, STT_SECTION, STT_FILE = 0, 3, 4
SHN_UNDEF, SHN_COMMON = 0, 0xFFF2
EM_ARM, EM_X86_64, EM_RISCV = 40, 62, 243

Section = namedtuple("Section", "name kind flags data size link info")
Symbol = namedtuple("Symbol", "name value size binding kind section")


class Malformed(Exception):
    pass


def _text(table, offset):
    return table[offset : table.index(b"\0", offset)].decode("utf-8", "replace")


class Object:
    """One relocatable object."""

    def __init__(self, data, name="object"):
        if data[:4] != b"\x7fELF" or data[5] != 1:
            raise Malformed(f"{name} is not a little-endian ELF file")
        self.name = name
        self.wide = data[4] == 2
        self.machine = struct.unpack_from("<H", data, 18)[0]
        self.sections = self._read_sections(data)
        self.symbols = [symbol for section in self.sections if section.kind == SHT_SYMTAB
                        for symbol in self._read_symbols(section)]

    def _read_sections(self, data):
        start = struct.unpack_from("<Q", data, 40)[0] if self.wide else struct.unpack_from("<I", data, 32)[0]
        each, count, names = struct.unpack_from("<HHH", data, 58 if self.wide else 46)
        form = struct.Struct("<IIQQQQIIQQ" if self.wide else "<IIIIIIIIII")
        rows = [form.unpack_from(data, start + each * index) for index in range(count)]
        table = data[rows[names][4] : rows[names][4] + rows[names][5]]
        return [
            Section(_text(table, row[0]), row[1], row[2],
                    b"" if row[1] == SHT_NOBITS else data[row[4] : row[4] + row[5]], row[5], row[6], row[7])
            for row in rows
        ]

    def _read_symbols(self, section):
        table = self.sections[section.link].data
        form = struct.Struct("<IBBHQQ" if self.wide else "<IIIBBH")
        for fields in form.iter_unpack(section.data):
            if self.wide:
                name, info, _, index, value, size = fields
            else:
                name, value, size, info, _, index = fields
            yield Symbol(_text(table, name), value, size, info >> 4, info & 15, index)

    @property
    def undefined(self):
        return {symbol.name for symbol in self.symbols if symbol.section == SHN_UNDEF and symbol.name}

    @property
    def globals(self):
        return {symbol.name for symbol in self.symbols
                if symbol.binding != STB_LOCAL and symbol.section != SHN_UNDEF}

    def relocations(self, index):
        """Pairs (offset, symbol) of the relocations that apply to section `index`."""
        for section in self.sections:
            if section.kind not in (SHT_REL, SHT_RELA) or section.info != index:
                continue
            words = ("Q" if self.wide else "I") * (3 if section.kind == SHT_RELA else 2)
            for row in struct.Struct("<" + words).iter_unpack(section.data):
                yield row[0], self.symbols[row[1] >> (32 if self.wide else 8)]


def members(path):
    """The objects of an ar archive in order, names without the trailing slash."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != b"!<arch>\n":
        raise Malformed(f"{path} is not an archive")
    position, long_names, found = 8, b"", []
    while position + 60 <= len(data):
        name = data[position : position + 16].decode().rstrip()
        size = int(data[position + 48 : position + 58])
        body = data[position + 60 : position + 60 + size]
        position += 60 + size + (size & 1)
        if name == "//":
            long_names = body
        elif name not in ("/", "/SYM64/"):
            if name.startswith("/"):
                start = int(name[1:])
                name = long_names[start : long_names.index(b"\n", start)].decode()
            found.append(Object(body, name.rstrip("/")))
    return found


if __name__ == "__main__":
    # elf.py globals OBJECT | elf.py archive-undefined ARCHIVE: names, one a line.
    import sys

    command, path = sys.argv[1:]
    if command == "globals":
        with open(path, "rb") as file:
            names = Object(file.read()).globals
    else:
        names = set().union(*(member.undefined for member in members(path)))
    print("\n".join(sorted(names)))
