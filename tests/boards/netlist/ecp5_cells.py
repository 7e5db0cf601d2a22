#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an ECP5 netlist is made of, for Verilator.

usage: ecp5_cells.py CELLS_SIM.v >cells.v

The cells with logic come from yosys' own models (their timing left out). Block RAM and multiplier,
which yosys has as black boxes, are modelled here as far as synth_ecp5 uses them: no output register,
one clock, widths the same on both ports; 1, 2 and 4 begin with zeros.
"""
import re
import sys

TAKEN = {"LUT2", "LUT4", "CCU2C", "PFUMX", "L6MUX21", "TRELLIS_FF", "TRELLIS_DPR16X4"}


def pins(name, count):
    return ", ".join(f"{name}{i}" for i in range(count))


def vector(name, count):
    return "{" + ", ".join(f"{name}{i}" for i in reversed(range(count))) + "}"


def taken(cells_sim):
    for cell in re.finditer(r"module (\w+)\b.*?endmodule", cells_sim, re.S):
        if cell.group(1) in TAKEN:
            yield re.sub(r"specify.*?endspecify", "", cell.group(0), flags=re.S)


def port(p):
    """One port of the block RAM in the widths where the ports are alike."""
    return f"""
      if (CE{p} && DATA_WIDTH_A == 18) begin
        q{p} <= rows[ad{p}[13:4]];
        if (WE{p} && ad{p}[0]) rows[ad{p}[13:4]][8:0] <= di{p}[8:0];
        if (WE{p} && ad{p}[1]) rows[ad{p}[13:4]][17:9] <= di{p}[17:9];
      end
      if (CE{p} && DATA_WIDTH_A == 9) begin
        q{p}[8:0] <= ad{p}[3] ? rows[ad{p}[13:4]][17:9] : rows[ad{p}[13:4]][8:0];
        if (WE{p} && ad{p}[3]) rows[ad{p}[13:4]][17:9] <= di{p}[8:0];
        if (WE{p} && !ad{p}[3]) rows[ad{p}[13:4]][8:0] <= di{p}[8:0];
      end
      if (CE{p} && DATA_WIDTH_A <= 4) begin
        q{p}[Narrow-1:0] <= narrow[ad{p}[13:4]][ad{p}[3:0]+:Narrow];
        if (WE{p}) narrow[ad{p}[13:4]][ad{p}[3:0]+:Narrow] <= di{p}[Narrow-1:0];
      end"""


def block_ram():
    initial = [f"INITVAL_{i:02X}" for i in range(64)]
    sides = [f"""
  wire [17:0] di{p} = {vector('DI' + p, 18)};
  wire [13:0] ad{p} = {vector('AD' + p, 14)};
  reg [17:0] q{p};
  assign {vector('DO' + p, 18)} = q{p};""" for p in "AB"]
    inputs = ", ".join(f"{pins('DI' + p, 18)}, {pins('AD' + p, 14)}, CE{p}, OCE{p}, CLK{p}, WE{p}, RST{p}, {pins('CS' + p, 3)}"
                       for p in "AB")
    unused = ", ".join(f'{name}_{p} = ""' for p in "AB" for name in ("REGMODE", "CSDECODE", "WRITEMODE"))
    return f"""
module DP16KD (input {inputs}, output {pins('DOA', 18)}, {pins('DOB', 18)});
  parameter integer DATA_WIDTH_A = 18, DATA_WIDTH_B = 18;
  parameter {unused};
  parameter RESETMODE = "", ASYNC_RESET_RELEASE = "", CLKAMUX = "", CLKBMUX = "", GSR = "", WID = 0;
  parameter [319:0] {', '.join(name + " = 320'b0" for name in initial)};
  localparam [64*320-1:0] Initial = {{{', '.join(reversed(initial))}}};
  localparam Narrow = DATA_WIDTH_A <= 4 ? DATA_WIDTH_A : 1;
  reg [17:0] rows[0:1023];
  reg [15:0] narrow[0:1023];
  integer i;
  initial begin
    for (i = 0; i < 1024; i = i + 1) begin
      rows[i] = Initial[i*20+:18];
      narrow[i] = 16'd0;
    end
    if (DATA_WIDTH_A != DATA_WIDTH_B || DATA_WIDTH_A <= 4 && Initial != 0) $fatal;
  end
{''.join(sides)}
  always @(posedge CLKA) begin
{port('A')}{port('B')}
      if (DATA_WIDTH_A == 36 && CEB) begin
        qA <= rows[{{adB[13:5], 1'b0}}];
        qB <= rows[{{adB[13:5], 1'b1}}];
      end
      if (DATA_WIDTH_A == 36 && CEA && WEA) begin
        if (adA[0]) rows[{{adA[13:5], 1'b0}}][8:0] <= diA[8:0];
        if (adA[1]) rows[{{adA[13:5], 1'b0}}][17:9] <= diA[17:9];
        if (adA[2]) rows[{{adA[13:5], 1'b1}}][8:0] <= diB[8:0];
        if (adA[3]) rows[{{adA[13:5], 1'b1}}][17:9] <= diB[17:9];
      end
  end
endmodule"""


def multiplier():
    return f"""
module MULT18X18D (input {pins('A', 18)}, {pins('B', 18)}, {pins('C', 18)}, SIGNEDA, SIGNEDB, SOURCEA, SOURCEB,
                   output {pins('P', 36)});
  wire signed [18:0] a = {{SIGNEDA && A17, {vector('A', 18)}}};
  wire signed [18:0] b = {{SIGNEDB && B17, {vector('B', 18)}}};
  wire signed [37:0] p = a * b;
  assign {vector('P', 36)} = p[35:0];
endmodule"""


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        print("\n".join([*taken(file.read()), block_ram(), multiplier()]))
