// SPDX-License-Identifier: MIT
// What the echo cancellers decide, a line at a time: how much the coefficients learn from a sample, which
// filter is the better one, and whether what is left is suppressed. Golden models: dsp/src/filter_choice.cpp,
// whose background filter is "learning" here and its foreground one "heard", dsp/src/echo_canceller.cpp and
// dsp/src/nonlinear_processor.cpp.
//
// A sample is given by work_i when ready_o. Seven clocks later the line's pass is offered (start_o
// until start_ready_i), and what is heard with its next sample is known (mix_stb_o). A line whose
// block of 128 samples ends in this frame takes 29 clocks more. Nothing else stalls.
//
// Lines' blocks end in different frames: the line's number is that of the frame, modulo 128.
`default_nettype none
module echo_control #(
    parameter int unsigned Lines     = 32,
    parameter int unsigned LineWidth = 5
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 awake_o,
    output logic                 ready_o,
    input  logic                 work_i,
    input  logic [LineWidth-1:0] line_i,
    input  logic                 block_ends_i,
    input  logic                 fresh_i,       // the line begins
    input  logic                 learns_i,
    input  logic                 suppresses_i,  // what is left of the echo shall be
    input  logic [1:0]           tail_i,
    input  logic signed [15:0]   near_i,        // without DC
    input  logic signed [15:0]   learning_i,    // estimates of the echo in near_i
    input  logic signed [15:0]   heard_i,
    input  logic signed [15:0]   oldest_far_i,
    input  logic [39:0]          weighted_i,    // energy of the far end, by places
    input  logic signed [15:0]   far_i,         // the next sample of the far end
    // to the filters
    output logic                 start_o,
    input  logic                 start_ready_i,
    output logic [LineWidth-1:0] line_o,
    output logic                 fresh_o,
    output logic                 take_over_o,
    output logic                 restore_o,
    output logic                 measure_o,     // a block has ended
    output logic signed [17:0]   rise_o,
    output logic [5:0]           shift_o,
    output logic [8:0]           random_o,      // by which coefficients are rounded
    // to the line's next sample, with line_o
    output logic                 mix_stb_o,
    output logic                 cancels_o,     // the estimate heard_i is to be cancelled
    output logic [4:0]           share_o,       // sixteenths of what is left
    output logic signed [19:0]   comfort_o,     // sixteen times what is added
    // to whoever asks: mean squares
    output logic                 power_stb_o,   // with line_o
    output logic [30:0]          near_power_o,
    output logic [30:0]          left_power_o
);
  localparam int unsigned Depth = 2 ** LineWidth;
  if (Lines > Depth) begin : gen_check_lines
    $error("echo_control: LineWidth must count Lines");
  end

  // What follows is in functions, so that a simulation works it out only in the state that asks for it.
  function automatic logic [5:0] bit_width(input logic [41:0] value);
    logic [63:0] filled, highest;
    filled = {22'd0, value};
    for (int unsigned n = 0; n < 6; n++) filled = filled | (filled >> (1 << n));
    highest = filled & ~(filled >> 1);
    bit_width = {|(highest & 64'h7fffffff80000000), |(highest & 64'h7fff80007fff8000),
                 |(highest & 64'h7f807f807f807f80), |(highest & 64'h7878787878787878),
                 |(highest & 64'h6666666666666666), |(highest & 64'h5555555555555555)};
  endfunction

  // 2^15 / n of n = 128 … 255, rounded.
  logic [8:0] reciprocal_rom[128];
  initial begin
    for (int n = 0; n < 128; n++) reciprocal_rom[n] = 9'((65536 / (128 + n) + 1) / 2);
  end

  // What is kept of a line from sample to sample … Not in block RAMs, which a board's 64 lines would fill to an eighth:
  // the taps need those.
  (* ram_style = "distributed" *) logic [41:0] far_energy_ram[Depth];
  (* ram_style = "distributed" *) logic [37:0] near_energy_ram[Depth], echo_energy_ram[Depth], learning_energy_ram[Depth],
      heard_energy_ram[Depth], left_mean_ram[Depth];
  (* ram_style = "distributed" *) logic [39:0] largest_ram[Depth];   // energy of the far end at the end of a block, falling
  (* ram_style = "distributed" *) logic [31:0] random_ram[Depth];
  (* ram_style = "distributed" *) logic [23:0] voice_ram[Depth];     // begun, nearly learnt, learns nothing, cancels, share, peak of the noise
  (* ram_style = "distributed" *) logic [78:0] noise_ram[Depth];     // its pole, itself, last sample, whether that was foretold wrongly
  // … and from block to block.
  (* ram_style = "distributed" *) logic [37:0] near_mean_ram[Depth], echo_mean_ram[Depth], learning_mean_ram[Depth], heard_mean_ram[Depth];
  (* ram_style = "distributed" *) logic [19:0] best_ram[Depth];      // least left, blocks, blocks passed, proven
  (* ram_style = "distributed" *) logic [67:0] quiet_ram[Depth];     // blocks of the turn, quietest, and before
  localparam bit [39:0] LeastLargest = 40'd4 << 17;  // a place at Quietest, fourfold
  localparam bit [19:0] BestAtFirst = {12'd1024, 4'd0, 3'd0, 1'b0};
  localparam bit [67:0] QuietAtFirst = {6'd0, {62{1'b1}}};

  typedef enum logic [4:0] {
    Idle, Fetched, Scaled, Measured, Squared, Summed, Decided, Means, WidthHeard, WidthEcho, WidthLearning, Log, Best,
    Better, Quiet, Root, Gain, Gained, Louder, Store
  } state_t;
  state_t state_q;

  // Idle: fetched.
  logic [LineWidth-1:0] line_q;
  logic ends_q, fresh_q, learns_q, suppresses_q;
  logic [1:0] tail_q;
  logic signed [15:0] near_q, heard_q, oldest_q, far_in_q;
  logic signed [16:0] learning_left_q, heard_left_q;
  logic [41:0] far_energy_q;
  logic [39:0] weighted_q, largest_q;
  logic [37:0] near_energy_q, echo_energy_q, learning_energy_q, heard_energy_q, left_mean_q;
  logic [31:0] random_q;
  logic begun_q, nearly_q, near_speaks_q, rests_q, cancels_q, proven_q;
  logic [4:0] share_q;
  logic [14:0] peak_q;
  logic signed [5:0] lean_q;
  logic signed [15:0] made_q, last_left_q;
  logic signed [40:0] wrong_q;
  logic [37:0] near_mean_q, echo_mean_q, learning_mean_q, heard_mean_q;
  logic signed [11:0] least_q;
  logic [3:0] blocks_q;
  logic [2:0] passed_q;
  logic [5:0] turn_q;
  logic [30:0] quietest_q, quietest_before_q;
  assign ready_o = state_q == Idle && !start_o;

  // Fetched: errors, scale of the far end's energy.
  logic [5:0] scale_q;
  logic [6:0] mantissa_q;
  function automatic logic [31:0] next_random(input logic [31:0] x);
    logic [31:0] first, second;
    first = x ^ (x << 13);
    second = first ^ (first >> 17);
    next_random = second ^ (second << 5);
  endfunction

  // Measured, Squared: eight products by four multipliers.
  logic signed [17:0] factor_a_0_q, factor_a_1_q, factor_a_2_q, factor_a_3_q, factor_b_0_q, factor_b_1_q,
      factor_b_2_q, factor_b_3_q;
  logic signed [35:0] product_0_q, product_1_q, product_2_q, product_3_q;
  function automatic logic signed [35:0] product(input logic signed [17:0] a, input logic signed [17:0] b);
    product = 36'(64'(a) * 64'(b));
  endfunction

  // A fifth multiplier is the noise's: its pole times the last sample, and times what was made of it;
  // error times last sample.
  logic signed [17:0] factor_a_4_q, factor_b_4_q;
  logic signed [35:0] product_4_q;
  logic signed [15:0] kept_q;
  // Towards zero.
  function automatic logic signed [31:0] in_32nds(input logic signed [35:0] value);
    in_32nds = 32'((value + (value < 0 ? 36'sd31 : 36'sd0)) >>> 5);
  endfunction
  function automatic logic signed [5:0] leant(input logic signed [5:0] now, input logic signed [40:0] wrong);
    leant = now;
    if (wrong > 0 && now < 6'sd28) leant = now + 6'sd1;
    if (wrong < 0 && now > -6'sd28) leant = now - 6'sd1;
  endfunction
  // How loud what goes into it is, of |lean| / 2, in 1/128.
  logic [7:0] made_of_rom[16];
  initial begin
    for (int n = 0; n < 16; n++) made_of_rom[n] = 8'(128 - (n * n + 2) / 5);
  end
  /* verilator lint_off UNUSEDSIGNAL */  // half of it counts
  logic [5:0] leans;
  /* verilator lint_on UNUSEDSIGNAL */
  assign leans = lean_q < 0 ? -lean_q : lean_q;

  // Scaled, Measured: the mean square of the far end, and from where on it speaks, and is loud.
  localparam bit [31:0] Quietest = 32'd1024, Loud = 4 * Quietest;
  logic [31:0] far_power_q;
  logic far_speaks_q, far_loud_q;
  function automatic logic [31:0] far_power(input logic [41:0] energy, input logic [1:0] tail);
    far_power = 32'(energy >> (4'd7 + {2'd0, tail}));
  endfunction
  function automatic logic [4:0] faded(input logic [4:0] share, input logic in);
    if (in) faded = share[4] ? share : share + 5'd1;
    else faded = share == 5'd0 ? share : share - 5'd1;
  endfunction

  // Means: over some three blocks.
  function automatic logic [37:0] mean(input logic [37:0] of, input logic [37:0] energy);
    mean = 38'((41'(of) + (41'(of) << 2) + 41'(energy) + (41'(energy) << 1)) >> 3);
  endfunction

  // Logarithm to base 2 in eighths, by a straight line between powers.
  logic [37:0] width_of_q, log_of_q;
  logic [5:0] width_q;
  logic signed [11:0] log_heard_q, log_echo_q, log_learning_q, left_q;
  function automatic logic signed [11:0] log2_eighths(input logic [37:0] energy, input logic [5:0] width);
    log2_eighths = width < 6'd4 ? 12'sd0 : $signed({3'd0, width, 3'(energy >> (width - 6'd4))});
  endfunction

  // Best, Better
  logic [39:0] near_3_q;
  logic [41:0] heard_15_q;
  logic better_q, much_better_q, well_q, worse_q, worse_than_none_q, learning_passes_q, heard_passes_q, heard_known_q, near_tells_q, proves_q, take_over_q, restore_q;
  localparam bit [2:0] BlocksToBeHeard = 3'd2, BlocksToStandStill = 3'd3, MostPassed = 3'd7;
  logic examined, passes, tells;
  assign examined = !proven_q || passed_q >= BlocksToStandStill;
  assign passes   = !near_speaks_q && (!examined ? much_better_q : proven_q ? learning_passes_q : heard_passes_q);
  assign tells    = !examined || (far_speaks_q && (proven_q || near_tells_q));

  // Quiet, Root: bit by bit, from the highest; two of the square for each of the root.
  logic [30:0] quieter_q;  // of this block: what came, what is left
  logic [30:0] floor_q;    // the quietest block of late
  function automatic logic [30:0] least(input logic [30:0] a, input logic [30:0] b);
    least = a < b ? a : b;
  endfunction
  logic [33:0] square_q;
  logic [16:0] rest_q;
  logic [18:0] rest, trial;
  logic [16:0] root_q;
  logic [4:0] bits_q;
  assign rest  = {rest_q, square_q[33:32]};
  assign trial = {root_q, 2'b01};

  always_ff @(posedge clk_i) begin
    mix_stb_o   <= 1'b0;
    power_stb_o <= 1'b0;
    if (start_o && start_ready_i) start_o <= 1'b0;
    case (state_q)
      Idle: begin
        if (work_i && !start_o) begin
          state_q    <= Fetched;
          line_q     <= line_i;
          ends_q     <= block_ends_i;
          fresh_q    <= fresh_i;
          learns_q   <= learns_i;
          suppresses_q <= suppresses_i;
          tail_q     <= tail_i;
          near_q     <= near_i;
          heard_q    <= heard_i;
          learning_left_q <= 17'(near_i) - 17'(learning_i);
          heard_left_q    <= 17'(near_i) - 17'(heard_i);
          oldest_q   <= oldest_far_i;
          far_in_q   <= far_i;
          far_energy_q      <= far_energy_ram[line_i];
          near_energy_q     <= near_energy_ram[line_i];
          echo_energy_q     <= echo_energy_ram[line_i];
          learning_energy_q <= learning_energy_ram[line_i];
          heard_energy_q    <= heard_energy_ram[line_i];
          left_mean_q       <= left_mean_ram[line_i];
          weighted_q        <= weighted_i < largest_ram[line_i] >> 2 ? largest_ram[line_i] >> 2 : weighted_i;
          largest_q         <= largest_ram[line_i];
          random_q          <= random_ram[line_i];
          {begun_q, nearly_q, rests_q, cancels_q, share_q, peak_q} <= voice_ram[line_i];
          {lean_q, made_q, last_left_q, wrong_q}                   <= noise_ram[line_i];
          if (fresh_i) begin
            far_energy_q      <= '0;
            near_energy_q     <= '0;
            echo_energy_q     <= '0;
            learning_energy_q <= '0;
            heard_energy_q    <= '0;
            left_mean_q       <= '0;
            weighted_q        <= LeastLargest >> 2;
            largest_q         <= LeastLargest;
            random_q          <= 32'd1;
            {begun_q, nearly_q, rests_q, cancels_q, share_q, peak_q} <= '0;
            {lean_q, made_q, last_left_q, wrong_q}                   <= '0;
          end
        end
      end
      Fetched: begin
        state_q      <= Scaled;
        factor_a_0_q <= 18'(near_q);
        factor_b_0_q <= 18'(near_q);
        factor_a_1_q <= 18'(heard_q);
        factor_b_1_q <= 18'(heard_q);
        factor_a_2_q <= 18'(linear::clamped(32'(learning_left_q)));
        factor_b_2_q <= 18'(linear::clamped(32'(learning_left_q)));
        factor_a_3_q <= 18'(linear::clamped(32'(heard_left_q)));
        factor_b_3_q <= 18'(linear::clamped(32'(heard_left_q)));
        factor_a_4_q <= 18'(lean_q);
        factor_b_4_q <= 18'(last_left_q);
        kept_q       <= last_left_q;
        last_left_q  <= cancels_q ? linear::clamped(32'(heard_left_q)) : near_q;
        scale_q      <= bit_width(42'(weighted_q));
        random_q     <= next_random(random_q);
      end
      Scaled: begin
        state_q      <= Measured;
        far_power_q  <= far_power(far_energy_q, tail_q);
        mantissa_q   <= 7'(weighted_q >> (scale_q - 6'd8));
        product_4_q  <= product(factor_a_4_q, factor_b_4_q);
        factor_b_4_q <= 18'(made_q);
      end
      Measured: begin
        state_q      <= Squared;
        far_speaks_q <= far_power_q >= Quietest;
        far_loud_q   <= far_power_q >= Loud;
        product_0_q  <= product(factor_a_0_q, factor_b_0_q);
        product_1_q  <= product(factor_a_1_q, factor_b_1_q);
        product_2_q  <= product(factor_a_2_q, factor_b_2_q);
        product_3_q  <= product(factor_a_3_q, factor_b_3_q);
        product_4_q  <= product(factor_a_4_q, factor_b_4_q);
        factor_a_4_q <= 18'(32'(last_left_q) - 32'(product_4_q >>> 5));
        factor_b_4_q <= 18'(kept_q);
        factor_a_0_q <= 18'(far_in_q);
        factor_b_0_q <= 18'(far_in_q);
        factor_a_1_q <= 18'(oldest_q);
        factor_b_1_q <= 18'(oldest_q);
        factor_b_2_q <= $signed({9'd0, reciprocal_rom[mantissa_q]});
        factor_a_3_q <= 18'($signed(random_q[31:16]));
        factor_b_3_q <= $signed({3'd0, peak_q});
      end
      Squared: begin
        state_q           <= Summed;
        product_0_q       <= product(factor_a_0_q, factor_b_0_q);
        product_1_q       <= product(factor_a_1_q, factor_b_1_q);
        product_2_q       <= product(factor_a_2_q, factor_b_2_q);
        product_3_q       <= product(factor_a_3_q, factor_b_3_q);
        product_4_q       <= product(factor_a_4_q, factor_b_4_q);
        made_q            <= 16'(in_32nds(product_4_q));
        near_energy_q     <= near_energy_q + 38'(product_0_q);
        echo_energy_q     <= echo_energy_q + 38'(product_1_q);
        learning_energy_q <= learning_energy_q + 38'(product_2_q);
        heard_energy_q    <= heard_energy_q + 38'(product_3_q);
        left_mean_q       <= left_mean_q - (left_mean_q >> 7) + (cancels_q ? 38'(product_3_q) : 38'(product_0_q));
      end
      Summed: begin
        state_q     <= ends_q ? Means : Decided;
        line_o      <= line_q;
        fresh_o     <= fresh_q;
        rise_o      <= learns_q && !rests_q && far_speaks_q
                     ? 18'((product_2_q + 36'sd64) >>> 7) : 18'sd0;
        // 2^(15 + width − 8) is what 1 / energy was made of; 7 bits of it are gone, 21 are the
        // coefficient's, one or two the step's, and echo_lane wants one more.
        shift_o     <= scale_q - 6'd18 + (nearly_q ? 6'd1 : 6'd0);
        random_o    <= random_q[8:0];
        take_over_q <= 1'b0;
        restore_q   <= 1'b0;
        // far_energy_q stays: it is what is compared with.
        far_energy_ram[line_q] <= far_energy_q + 42'(product_0_q) - 42'(product_1_q);
        made_q      <= linear::clamped(32'(made_q) + 32'(product_3_q >>> 15));
        wrong_q     <= wrong_q + 41'(product_4_q);
        share_q     <= faded(share_q, suppresses_q && begun_q && far_speaks_q && {left_mean_q[37:7], 6'd0} < 37'(far_power_q));
        quieter_q       <= cancels_q ? least(near_energy_q[37:7], heard_energy_q[37:7]) : near_energy_q[37:7];
        near_mean_q     <= begun_q ? near_mean_ram[line_q] : '0;
        echo_mean_q     <= begun_q ? echo_mean_ram[line_q] : '0;
        learning_mean_q <= begun_q ? learning_mean_ram[line_q] : '0;
        heard_mean_q    <= begun_q ? heard_mean_ram[line_q] : '0;
        {least_q, blocks_q, passed_q, proven_q} <= begun_q ? best_ram[line_q] : BestAtFirst;
        {turn_q, quietest_q, quietest_before_q} <= begun_q ? quiet_ram[line_q] : QuietAtFirst;
      end
      Decided: begin
        state_q     <= Idle;
        start_o     <= 1'b1;
        take_over_o <= take_over_q;
        restore_o   <= restore_q;
        measure_o   <= ends_q;
        mix_stb_o   <= 1'b1;
        cancels_o   <= cancels_q;
        share_o     <= 5'd16 - share_q;
        comfort_o   <= 20'(made_q) * $signed({15'd0, share_q});
        near_energy_ram[line_q]     <= near_energy_q;
        echo_energy_ram[line_q]     <= echo_energy_q;
        learning_energy_ram[line_q] <= learning_energy_q;
        heard_energy_ram[line_q]    <= heard_energy_q;
        left_mean_ram[line_q]       <= left_mean_q;
        largest_ram[line_q]         <= largest_q;
        random_ram[line_q]          <= random_q;
        voice_ram[line_q]           <= {begun_q, nearly_q, rests_q, cancels_q, share_q, peak_q};
        noise_ram[line_q]           <= {lean_q, made_q, last_left_q, wrong_q};
      end
      Means: begin
        state_q         <= WidthHeard;
        near_speaks_q   <= 43'(near_energy_q) > {far_energy_q >> tail_q, 1'b0};
        near_mean_q     <= mean(near_mean_q, near_energy_q);
        echo_mean_q     <= mean(echo_mean_q, echo_energy_q);
        learning_mean_q <= mean(learning_mean_q, learning_energy_q);
        heard_mean_q    <= mean(heard_mean_q, heard_energy_q);
        width_of_q      <= mean(heard_mean_q, heard_energy_q);
        if (begun_q) quietest_q <= least(quietest_q, quieter_q);  // the first block may be short
      end
      WidthHeard: begin
        state_q       <= WidthEcho;
        floor_q       <= least(quietest_q, quietest_before_q);
        width_q       <= bit_width(42'(width_of_q));
        log_of_q      <= width_of_q;
        width_of_q    <= echo_mean_q;
        near_3_q      <= 40'(near_mean_q) + (40'(near_mean_q) << 1);
        heard_15_q    <= (42'(heard_mean_q) << 4) - 42'(heard_mean_q);
      end
      WidthEcho: begin
        state_q       <= WidthLearning;
        // Louder is somebody who speaks, or echo.
        if ({1'b0, cancels_q ? heard_energy_q[37:8] : near_energy_q[37:8]} <= floor_q) lean_q <= leant(lean_q, wrong_q);
        log_heard_q   <= log2_eighths(log_of_q, width_q);
        width_q       <= bit_width(42'(width_of_q));
        log_of_q      <= width_of_q;
        width_of_q    <= learning_mean_q;
        better_q      <= 42'(learning_mean_q) << 4 < heard_15_q && learning_energy_q < heard_energy_q;
        worse_q       <= learning_mean_q >> 2 > heard_mean_q && learning_energy_q >> 1 > heard_energy_q;
        well_q        <= 41'(learning_mean_q) << 3 < 41'(near_mean_q);
        worse_than_none_q <= 40'(heard_mean_q) > near_3_q
                          && (39'(learning_mean_q) << 1 < 39'(heard_mean_q) || 42'(heard_mean_q) > 42'(near_mean_q) << 4);
        learning_passes_q <= 40'(learning_energy_q) << 2 < 40'(heard_energy_q);
        heard_passes_q    <= 39'(heard_energy_q) << 1 < 39'(near_energy_q);
        heard_known_q     <= 40'(heard_mean_q) << 2 < 40'(near_mean_q);
        near_tells_q      <= 40'(near_energy_q) << 2 > 40'(near_mean_q);
        much_better_q <= 40'(learning_mean_q) << 2 < 40'(heard_mean_q) && 41'(learning_mean_q) << 3 < 41'(near_3_q);
      end
      WidthLearning: begin
        state_q    <= Log;
        log_echo_q <= log2_eighths(log_of_q, width_q);
        left_q     <= log_heard_q - log2_eighths(log_of_q, width_q);
        if (proven_q && far_loud_q && worse_than_none_q) begin
          proven_q <= 1'b0;
          passed_q <= 3'd0;
        end
        width_q    <= bit_width(42'(width_of_q));
        log_of_q   <= width_of_q;
      end
      Log: begin
        state_q        <= Best;
        log_learning_q <= log2_eighths(log_of_q, width_q);
        proves_q       <= 1'b0;
        if (tells) begin
          passed_q <= passes ? passed_q + 3'd1 : 3'd0;
          if (passes && passed_q == MostPassed) begin
            proves_q <= proven_q || heard_known_q;
            if (!proven_q && !heard_known_q) passed_q <= MostPassed;
          end
        end
        if (far_loud_q) begin
          blocks_q <= blocks_q + 4'd1;
          least_q  <= (left_q < least_q ? left_q : least_q) + (blocks_q == 4'd15 ? 12'sd1 : 12'sd0);
        end
      end
      Best: begin
        state_q     <= Better;
        take_over_q <= better_q && !near_speaks_q && (much_better_q || well_q)
                    && (proven_q ? left_q <= least_q + 12'sd8 && !examined : passed_q == 3'd0);
        if (proves_q) begin
          take_over_q <= proven_q;
          least_q     <= proven_q ? log_learning_q - log_echo_q : left_q;
          proven_q    <= 1'b1;
        end
      end
      Better: begin
        state_q <= Quiet;
        rests_q   <= near_speaks_q || (proven_q && examined);
        cancels_q <= proven_q || passed_q >= BlocksToBeHeard;
        if (take_over_q) heard_mean_q <= learning_mean_q;
        else if (worse_q) begin
          restore_q       <= 1'b1;
          learning_mean_q <= heard_mean_q;
        end
        turn_q <= turn_q + 6'd1;
        if (turn_q == 6'd47) begin
          turn_q     <= 6'd0;
          quietest_q <= '1;
          quietest_before_q <= quietest_q;
          floor_q    <= quietest_q;
        end
      end
      Quiet: begin
        state_q  <= Root;
        nearly_q <= heard_mean_q < near_mean_q >> 7;
        largest_q <= largest_q - (largest_q >> 2);
        // Evenly distributed noise has a third of the square of its peak, and the quietest block is a
        // quarter under the mean.
        square_q <= 34'(floor_q) << 2;
        rest_q   <= '0;
        root_q   <= '0;
        bits_q   <= 5'd16;
      end
      Root: begin
        square_q <= square_q << 2;
        rest_q   <= 17'(rest >= trial ? rest - trial : rest);
        root_q   <= {root_q[15:0], rest >= trial};
        bits_q   <= bits_q - 5'd1;
        if (bits_q == 5'd0) begin
          state_q <= Gain;
          peak_q  <= root_q[15:14] != '0 ? '1 : {root_q[13:0], rest >= trial};
        end
      end
      Gain: begin
        state_q      <= Gained;
        if (largest_q < far_energy_q[39:0]) largest_q <= far_energy_q[39:0];
        factor_a_4_q <= $signed({3'd0, peak_q});
        factor_b_4_q <= $signed({10'd0, made_of_rom[leans[4:1]]});
      end
      Gained: begin
        state_q     <= Louder;
        if (largest_q < LeastLargest) largest_q <= LeastLargest;
        product_4_q <= product(factor_a_4_q, factor_b_4_q);
      end
      Louder: begin
        state_q <= Store;
        peak_q  <= begun_q ? 15'(product_4_q >>> 7) : '0;
      end
      Store: begin
        state_q           <= Decided;
        begun_q           <= 1'b1;
        near_energy_q     <= '0;
        echo_energy_q     <= '0;
        learning_energy_q <= '0;
        heard_energy_q    <= '0;
        wrong_q           <= '0;
        near_mean_ram[line_q]     <= near_mean_q;
        echo_mean_ram[line_q]     <= echo_mean_q;
        learning_mean_ram[line_q] <= learning_mean_q;
        heard_mean_ram[line_q]    <= heard_mean_q;
        best_ram[line_q]          <= {least_q, blocks_q, passed_q, proven_q};
        quiet_ram[line_q]         <= {turn_q, quietest_q, quietest_before_q};
        power_stb_o  <= 1'b1;
        near_power_o <= near_mean_q[37:7];
        left_power_o <= cancels_q ? heard_mean_q[37:7] : near_mean_q[37:7];
      end
      default: state_q <= Idle;
    endcase
    if (rst_i) begin
      state_q     <= Idle;
      start_o     <= 1'b0;
      mix_stb_o   <= 1'b0;
      power_stb_o <= 1'b0;
    end
  end

  assign awake_o = work_i || state_q != Idle || start_o || mix_stb_o || power_stb_o;

`ifdef FORMAL
  `include "echo_control_properties.svh"
`endif
endmodule
`default_nettype wire
