#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What each block of a synthesised ECP5 design takes.

usage: boards/cost.py DESIGN.json TOP

DESIGN.json is yosys' netlist of the flattened design: what the device holds, after all
optimisation across blocks. A cell belongs to the block whose name it bears; a gate shared by two
blocks counts where yosys named it. A block with more than half of all cells is told in its parts.
Prints a Markdown table.
"""
import collections
import json
import sys

KINDS = {  # column: cells of the ECP5, each with its share
    "LUT4": {"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 6},  # carry pairs; 4 for data, 2 for writing
    "of these carry": {"CCU2C": 2},
    "of these RAM": {"TRELLIS_DPR16X4": 6},
    "FF": {"TRELLIS_FF": 1},
    "DP16KD": {"DP16KD": 1},
    "MULT18X18D": {"MULT18X18D": 1},
    "PLL": {"EHXPLLL": 1},
}


def blocks_of(cells):
    """Cell name to block name."""
    first = collections.Counter(cell.split(".")[0] for cell in cells if "." in cell)
    split = {name for name, count in first.items() if count > len(cells) / 2}

    def block(cell):
        parts = cell.split(".")[:-1]
        return ".".join(parts[: 2 if parts[:1] and parts[0] in split else 1]) or "(top)"

    return {cell: block(cell) for cell in cells}


def main(design_name, top):
    with open(design_name, encoding="utf-8") as file:
        cells = json.load(file)["modules"][top]["cells"]
    blocks = collections.defaultdict(collections.Counter)
    names = blocks_of(cells)
    for cell, what in cells.items():
        for kind, shares in KINDS.items():
            blocks[names[cell]][kind] += shares.get(what["type"], 0)
    total = sum(blocks.values(), collections.Counter())
    kinds = [kind for kind in KINDS if total[kind]]
    print(f"| block | {' | '.join(kinds)} |\n|---|{'--:|' * len(kinds)}")
    rows = sorted(((name, use) for name, use in blocks.items() if any(use.values())),
                  key=lambda row: -row[1]["LUT4"])
    for name, use in rows + [(f"**{top}**", total)]:
        print(f"| {name} | {' | '.join(str(use[kind]) for kind in kinds)} |")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
