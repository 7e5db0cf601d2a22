// SPDX-License-Identifier: MIT
// What the echo cancellers decide, a line in one clock, for simulations. Ports and what is decided are
// echo_control's, which has the same in steps. Golden models: dsp/src/filter_choice.cpp,
// dsp/src/echo_canceller.cpp and dsp/src/nonlinear_processor.cpp.
//
// Latency: start_o, mix_stb_o and power_stb_o one clock after work_i. A line each clock; nothing stalls.
`default_nettype none
module echo_control_one_clock #(
    parameter int unsigned Lines     = 32,
    parameter int unsigned LineWidth = 5
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 awake_o,
    input  logic                 work_i,
    input  logic [LineWidth-1:0] line_i,
    input  logic                 block_ends_i,
    input  logic                 fresh_i,
    input  logic                 learns_i,
    input  logic                 suppresses_i,  // what is left of the echo shall be
    input  logic [1:0]           tail_i,
    input  logic signed [15:0]   near_i,
    input  logic signed [15:0]   learning_i,
    input  logic signed [15:0]   heard_i,
    input  logic signed [15:0]   oldest_far_i,
    input  logic [39:0]          weighted_i,
    input  logic signed [15:0]   far_i,
    output logic                 start_o,
    output logic [LineWidth-1:0] line_o,
    output logic                 fresh_o,
    output logic                 take_over_o,
    output logic                 restore_o,
    output logic                 measure_o,
    output logic signed [17:0]   rise_o,
    output logic [5:0]           shift_o,
    output logic [8:0]           random_o,
    output logic                 mix_stb_o,
    output logic                 cancels_o,
    output logic [4:0]           share_o,
    output logic signed [19:0]   comfort_o,
    output logic                 power_stb_o,
    output logic [30:0]          near_power_o,
    output logic [30:0]          left_power_o
);
  localparam int unsigned Depth = 2 ** LineWidth;
  if (Lines > Depth) begin : gen_check_lines
    $error("echo_control_one_clock: LineWidth must count Lines");
  end
  localparam bit [31:0] Quietest = 32'd1024, Loud = 4 * Quietest;
  localparam bit [63:0] LeastEnergy = 64'(Quietest) << 7;
  localparam bit [2:0] BlocksToBeHeard = 3'd2, BlocksToStandStill = 3'd3, MostPassed = 3'd7;
  localparam bit [30:0] Unknown = '1;  // how quiet it can be

  function automatic logic [5:0] bit_width(input logic [63:0] value);
    logic [63:0] rest;
    rest = value;
    bit_width = 6'd0;
    for (int unsigned n = 0; n < 6; n++) begin
      if (rest >> (32 >> n) != 64'd0) begin
        rest = rest >> (32 >> n);
        bit_width[5-n] = 1'b1;
      end
    end
    bit_width = bit_width + {5'd0, rest[0]};
  endfunction
  function automatic logic signed [15:0] log2_eighths(input logic [63:0] energy);
    logic [5:0] width;
    width = bit_width(energy);
    log2_eighths = width < 6'd4 ? 16'sd0 : $signed({7'd0, width, 3'(energy >> (width - 6'd4))});
  endfunction
  function automatic logic [63:0] square(input logic signed [15:0] of);
    square = 64'(32'(of) * 32'(of));
  endfunction
  function automatic logic [63:0] mean(input logic [63:0] of, input logic [63:0] energy);
    mean = ((of << 2) + of + (energy << 1) + energy) >> 3;
  endfunction
  function automatic logic [30:0] least(input logic [30:0] a, input logic [30:0] b);
    least = a < b ? a : b;
  endfunction

  // 2^15 / n of n = 128 … 255, rounded.
  logic [31:0] reciprocal_rom[128];
  initial begin
    for (int n = 0; n < 128; n++) reciprocal_rom[n] = 32'((65536 / (128 + n) + 1) / 2);
  end

  // How loud what goes into the noise is, of half its pole, in 1/128.
  logic [31:0] made_of_rom[16];
  initial begin
    for (int n = 0; n < 16; n++) made_of_rom[n] = 128 - (n * n + 2) / 5;
  end

  // Of a line, from sample to sample …
  logic [63:0] far_energy_mem[Depth], near_energy_mem[Depth], echo_energy_mem[Depth], learning_energy_mem[Depth],
      heard_energy_mem[Depth], left_mean_mem[Depth],
      largest_mem[Depth];         // energy of the far end at the end of a block, falling
  logic [31:0] random_mem[Depth];
  logic [8:0]  voice_mem[Depth];  // begun, nearly learnt, learns nothing, cancels, share
  logic [15:0] peak_mem[Depth];   // of what goes into the noise
  logic [37:0] noise_mem[Depth];  // its pole, itself, last sample
  logic [63:0] wrong_mem[Depth];  // whether that was foretold wrongly
  // … and from block to block.
  logic [63:0] near_mean_mem[Depth], echo_mean_mem[Depth], learning_mean_mem[Depth], heard_mean_mem[Depth];
  logic [23:0] best_mem[Depth];   // least left, blocks, blocks passed, proven
  logic [30:0] quietest_mem[Depth], quietest_before_mem[Depth];
  logic [5:0]  turn_mem[Depth];

  // What is of a task is local in C++, too. The memories are of this block alone.
  /* verilator lint_off BLKSEQ */
  task automatic decide();
    logic begun, nearly, rests, cancels, speaks;
    logic [4:0] share;
    logic signed [15:0] learning_error, heard_error, left, comfort, last_left;
    logic signed [31:0] lean, product;
    logic signed [17:0] rise;
    logic [31:0] x, far_power;
    logic [63:0] far_energy, energy;
    logic [5:0] width;
    if (fresh_i) begin
      far_energy_mem[line_i]      = '0;
      near_energy_mem[line_i]     = '0;
      echo_energy_mem[line_i]     = '0;
      learning_energy_mem[line_i] = '0;
      heard_energy_mem[line_i]    = '0;
      left_mean_mem[line_i]       = '0;
      largest_mem[line_i]         = '0;
      random_mem[line_i]          = 32'd1;
      voice_mem[line_i]           = '0;
      peak_mem[line_i]            = '0;
      noise_mem[line_i]           = '0;
      wrong_mem[line_i]           = '0;
    end
    {begun, nearly, rests, cancels, share} = voice_mem[line_i];
    far_energy     = far_energy_mem[line_i];
    learning_error = linear::clamped(32'(near_i) - 32'(learning_i));
    heard_error    = linear::clamped(32'(near_i) - 32'(heard_i));
    left           = cancels ? heard_error : near_i;
    near_energy_mem[line_i]     = near_energy_mem[line_i] + square(near_i);
    echo_energy_mem[line_i]     = echo_energy_mem[line_i] + square(heard_i);
    learning_energy_mem[line_i] = learning_energy_mem[line_i] + square(learning_error);
    heard_energy_mem[line_i]    = heard_energy_mem[line_i] + square(heard_error);
    left_mean_mem[line_i]       = left_mean_mem[line_i] - (left_mean_mem[line_i] >> 7) + square(left);
    x = random_mem[line_i];
    x = x ^ (x << 13);
    x = x ^ (x >> 17);
    x = x ^ (x << 5);
    random_mem[line_i] = x;
    {lean[5:0], comfort, last_left} = noise_mem[line_i];
    lean      = 32'($signed(lean[5:0]));
    product   = lean * 32'(last_left);
    wrong_mem[line_i] = $signed(wrong_mem[line_i]) + (64'(left) - (64'(product) >>> 5)) * 64'(last_left);
    product   = lean * 32'(comfort);
    comfort   = linear::clamped(((product + (product < 0 ? 32'sd31 : 32'sd0)) >>> 5)
                                + ((32'($signed(x[31:16])) * $signed({16'd0, peak_mem[line_i]})) >>> 15));
    noise_mem[line_i] = {lean[5:0], comfort, left};
    // The far end of the samples before the new one.
    far_power = 32'(far_energy >> (4'd7 + 4'(tail_i)));
    speaks    = far_power >= Quietest;
    if (suppresses_i && begun && speaks && ((left_mean_mem[line_i] >> 7) << 6) < 64'(far_power)) begin
      if (!share[4]) share = share + 5'd1;
    end else if (share != 5'd0) share = share - 5'd1;
    energy    = 64'(weighted_i);
    if (energy < largest_mem[line_i] >> 2) energy = largest_mem[line_i] >> 2;
    if (energy < LeastEnergy) energy = LeastEnergy;
    width     = bit_width(energy);
    rise      = 18'sd0;
    if (learns_i && !rests && speaks) begin
      rise = 18'((32'(learning_error) * $signed(reciprocal_rom[7'(energy >> (width - 6'd8))]) + 32'sd64) >>> 7);
    end
    rise_o      <= rise;
    shift_o     <= width - 6'd18 + {5'd0, nearly};
    random_o    <= x[8:0];
    line_o      <= line_i;
    fresh_o     <= fresh_i;
    take_over_o <= 1'b0;
    restore_o   <= 1'b0;
    measure_o   <= block_ends_i;
    far_energy_mem[line_i] = far_energy + square(far_i) - square(oldest_far_i);
    if (block_ends_i) begin
      compare(begun, near_energy_mem[line_i] > (far_energy >> tail_i) << 1, speaks, far_power >= Loud, cancels, rests);
      nearly   = heard_mean_mem[line_i] < near_mean_mem[line_i] >> 7;
      begun    = 1'b1;
      largest_mem[line_i] = largest_mem[line_i] - (largest_mem[line_i] >> 2);
      if (far_energy > largest_mem[line_i]) largest_mem[line_i] = far_energy;
      near_power_o <= near_mean_mem[line_i][37:7];
      left_power_o <= cancels ? heard_mean_mem[line_i][37:7] : near_mean_mem[line_i][37:7];
    end
    share_o   <= 5'd16 - share;
    comfort_o <= 20'(comfort) * $signed({15'd0, share});
    cancels_o <= cancels;
    voice_mem[line_i] = {begun, nearly, rests, cancels, share};
  endtask

  // A block has ended: which filter has been better, and how loud is the noise.
  task automatic compare(input logic begun, input logic near_speaks, input logic speaks, input logic loud, inout logic cancels,
                         output logic rests);
    logic better, much_better, worse, well, take_over, proven, examined, passes, tells, proves;
    logic signed [15:0] least_left, left;
    logic [3:0] blocks;
    logic [2:0] passed;
    logic [5:0] turn;
    logic [63:0] near_mean, echo_mean, learning_mean, heard_mean, near_energy, learning_energy, heard_energy, left_energy;
    logic [30:0] quietest, former;
    logic [31:0] root, trial;
    logic signed [31:0] lean;
    near_energy     = near_energy_mem[line_i];
    learning_energy = learning_energy_mem[line_i];
    heard_energy    = heard_energy_mem[line_i];
    left_energy     = cancels ? heard_energy : near_energy;
    near_mean     = mean(begun ? near_mean_mem[line_i] : 64'd0, near_energy);
    echo_mean     = mean(begun ? echo_mean_mem[line_i] : 64'd0, echo_energy_mem[line_i]);
    learning_mean = mean(begun ? learning_mean_mem[line_i] : 64'd0, learning_energy);
    heard_mean    = mean(begun ? heard_mean_mem[line_i] : 64'd0, heard_energy);
    {least_left, blocks, passed, proven} = begun ? best_mem[line_i] : {16'd1024, 4'd0, 3'd0, 1'b0};
    turn     = begun ? turn_mem[line_i] : 6'd0;
    quietest = begun ? quietest_mem[line_i] : Unknown;
    former   = begun ? quietest_before_mem[line_i] : Unknown;
    // Which is better
    left = log2_eighths(heard_mean) - log2_eighths(echo_mean);
    if (loud) begin
      if (left < least_left) least_left = left;
      if (blocks == 4'd15) least_left = least_left + 16'sd1;
      blocks = blocks + 4'd1;
    end
    better      = learning_mean << 4 < (heard_mean << 4) - heard_mean && learning_energy < heard_energy;
    well        = learning_mean << 3 < near_mean;
    worse       = learning_mean >> 2 > heard_mean && learning_energy >> 1 > heard_energy;
    much_better = learning_mean << 2 < heard_mean && learning_mean << 3 < near_mean + (near_mean << 1);
    if (proven && loud && heard_mean > near_mean + (near_mean << 1)
        && (learning_mean << 1 < heard_mean || heard_mean > near_mean << 4)) begin
      proven = 1'b0;
      passed = 3'd0;
    end
    // Which is examined, and how it did
    examined = !proven || passed >= BlocksToStandStill;
    passes   = !near_speaks
            && (!examined ? much_better : proven ? learning_energy << 2 < heard_energy : heard_energy << 1 < near_energy);
    tells    = !examined || (speaks && (proven || near_energy << 2 > near_mean));
    proves   = tells && passes && passed == MostPassed && (proven || heard_mean << 2 < near_mean);
    if (tells) begin
      if (!passes || proves) passed = 3'd0;
      else if (passed != MostPassed) passed = passed + 3'd1;
    end
    take_over = better && !near_speaks && (much_better || well)
             && (proven ? left <= least_left + 16'sd8 && passed < BlocksToStandStill : passed == 3'd0);
    if (proves) begin
      least_left = proven ? log2_eighths(learning_mean) - log2_eighths(echo_mean) : left;
      take_over  = proven;
      proven     = 1'b1;
    end
    rests   = near_speaks || (proven && passed >= BlocksToStandStill);
    cancels = proven || passed >= BlocksToBeHeard;
    if (take_over) heard_mean = learning_mean;
    else if (worse) learning_mean = heard_mean;
    take_over_o <= take_over;
    restore_o   <= worse && !take_over;
    // The noise: the quietest block, of 48 or of those before; the first may be short, and does not count. Its peak is
    // a root, found bit by bit.
    lean = 32'($signed(noise_mem[line_i][37:32]));
    if (begun) quietest = least(quietest, least(near_energy[37:7], left_energy[37:7]));
    // Louder is somebody who speaks, or echo.
    if (left_energy >> 8 <= 64'(least(quietest, former))) begin
      if ($signed(wrong_mem[line_i]) > 0 && lean < 28) lean = lean + 1;
      else if ($signed(wrong_mem[line_i]) < 0 && lean > -28) lean = lean - 1;
    end
    noise_mem[line_i][37:32] = lean[5:0];
    wrong_mem[line_i]        = '0;
    turn = turn + 6'd1;
    if (turn == 6'd48) begin
      turn     = 6'd0;
      former   = quietest;
      quietest = Unknown;
    end
    root = '0;
    for (int unsigned n = 0; n < 17; n++) begin
      trial = root + (32'd65536 >> n);
      if (64'(trial) * 64'(trial) <= 64'(least(quietest, former)) << 2) root = trial;
    end
    if (root > 32'd32767) root = 32'd32767;
    peak_mem[line_i] = !begun ? 16'd0 : 16'((root * made_of_rom[4'((lean < 0 ? -lean : lean) >> 1)]) >> 7);
    near_energy_mem[line_i]     = '0;
    echo_energy_mem[line_i]     = '0;
    learning_energy_mem[line_i] = '0;
    heard_energy_mem[line_i]    = '0;
    near_mean_mem[line_i]       = near_mean;
    echo_mean_mem[line_i]       = echo_mean;
    learning_mean_mem[line_i]   = learning_mean;
    heard_mean_mem[line_i]      = heard_mean;
    best_mem[line_i]            = {least_left, blocks, passed, proven};
    turn_mem[line_i]            = turn;
    quietest_mem[line_i]        = quietest;
    quietest_before_mem[line_i] = former;
  endtask
  /* verilator lint_on BLKSEQ */

  always_ff @(posedge clk_i) begin
    if (work_i) decide();
    start_o     <= work_i && !rst_i;
    power_stb_o <= work_i && block_ends_i && !rst_i;
  end
  assign mix_stb_o = start_o;
  assign awake_o   = work_i || start_o;
endmodule
`default_nettype wire
