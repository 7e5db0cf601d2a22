// SPDX-License-Identifier: MIT
// Both filters of the echo cancellers, all taps of a line in one clock, for simulations. What a pass
// does, and the ports but for place_i, are echo_filter's, without octets; and it takes DC out of the estimates, as
// echo_estimates does. Golden model: dsp/src/echo_canceller.cpp.
//
// Latency: done_stb_o one clock after start_i. A pass each clock; nothing stalls.
//
// A place is 128 taps. Its samples of the far end lie in a ring, twice, so that those of all taps follow
// one another from the newest on. All numbers are stored without a sign, half of their range added, and in 32
// bits: the C++ that Verilator makes of these loops is then what compilers have vector instructions for.
`default_nettype none
module echo_filter_one_clock #(
    parameter int unsigned Places     = 32,
    parameter int unsigned LineWidth  = 5,
    localparam int unsigned PlaceWidth = Places > 1 ? $clog2(Places) : 1
) (
    input  logic                  clk_i,
    input  logic                  rst_i,
    output logic                  awake_o,
    input  logic                  start_i,
    input  logic [LineWidth-1:0]  line_i,
    input  logic [PlaceWidth-1:0] place_i,
    input  logic [1:0]            tail_i,
    input  logic                  fresh_i,
    input  logic                  take_over_i,
    input  logic                  restore_i,
    input  logic                  measure_i,    // in which places the echo lies is looked up
    input  logic signed [17:0]    rise_i,
    input  logic [5:0]            shift_i,
    input  logic [8:0]            random_i,     // by which coefficients are rounded
    input  logic signed [15:0]    far_i,
    output logic                  done_stb_o,
    output logic [LineWidth-1:0]  line_o,
    output logic signed [15:0]    learning_o,
    output logic signed [15:0]    heard_o,
    output logic signed [15:0]    oldest_far_o,
    output logic [39:0]           weighted_o    // energy of the far end, by places
);
  logic [31:0] learns_mem[Places][128];  // 23 bits, 2^22 added
  logic [31:0] heard_mem[Places][128];   // 12 bits, 2^11 added
  logic [31:0] far_mem[Places][256];     // 16 bits, 2^15 added
  logic [6:0]  newest_mem[Places];
  logic [31:0] far_sum_mem[Places], heard_sum_mem[Places];  // of all 128
  logic [63:0] energy_mem[Places];       // of the far end
  logic [4:0]  width_mem[Places];        // bits of the largest coefficient when a block ended
  logic [5:0]  less_mem[Places];         // it learns by a step of 2^-less of the whole
  logic [4:0]  widest_mem[2**LineWidth]; // of the places' widths
  // DC removal: the sum, of 28 bits, and the last estimate.
  logic signed [31:0] learning_dc_mem[2**LineWidth], learning_last_mem[2**LineWidth], heard_dc_mem[2**LineWidth],
      heard_last_mem[2**LineWidth];
  localparam bit [31:0] NoLearns = 32'd1 << 22, NoHeard = 32'd1 << 11, NoFar = 32'd1 << 15;
  localparam bit [63:0] Half = 64'd1 << 35;  // keeps what is shifted positive

  function automatic logic [4:0] bit_width(input logic [21:0] value);
    bit_width = 5'd0;
    for (int n = 0; n < 22; n++) if (value[n]) bit_width = 5'(n + 1);
  endfunction

  logic [31:0] dither_rom[128];          // by tap of a place
  initial begin
    for (int unsigned tap = 0; tap < 128; tap++) dither_rom[tap] = 32'(echo_dither::of_tap(tap));
  end

  // What is of a task is local in C++, too. The memories are of this block alone.
  /* verilator lint_off BLKSEQ */
  task automatic pass(output logic signed [63:0] learning, output logic signed [63:0] heard,
                      output logic [63:0] weighted);
    logic [PlaceWidth-1:0] place;
    logic [6:0] newest;
    logic [5:0] down;
    logic [4:0] widest, under;
    logic [63:0] energy_in, energy_out;
    logic [31:0] largest, magnitude, moving, flip, times, less, mask, changed, over, top, learns_sum, i;
    logic [63:0] learning_products, heard_products, offset;
    learning = 64'sd1 <<< 20;  // the halves by which the sums are rounded
    heard    = 64'sd1 <<< 10;
    moving   = 32'(far_i) + NoFar;
    // A coefficient rises by rise · far / 2^shift. With a negative rise, by that of the other sign of both;
    // −far is all bits the other way, and one more.
    flip   = rise_i[17] ? 32'h0000_ffff : 32'd0;
    times  = (rise_i[17] ? 32'(-32'(rise_i)) : 32'(rise_i)) << 3;
    weighted  = 64'd0;
    energy_in = 64'(32'(far_i) * 32'(far_i));
    widest    = fresh_i ? 5'd0 : widest_mem[line_i];
    for (logic [31:0] n = 0; n < 32'd1 << tail_i; n++) begin
      place  = place_i + PlaceWidth'(n);
      newest = newest_mem[place] - 7'd1;  // where the new sample comes
      if (fresh_i) begin
        for (i = 0; i < 128; i++) begin
          learns_mem[place][7'(i)]    = NoLearns;
          heard_mem[place][7'(i)]     = NoHeard;
          far_mem[place][8'(i)]       = NoFar;
          far_mem[place][8'(i + 128)] = NoFar;
        end
        energy_mem[place]    = 64'd0;
        width_mem[place]     = 5'd0;
        far_sum_mem[place]   = NoFar << 7;
        heard_sum_mem[place] = NoHeard << 7;
      end
      if (rise_i != 18'sd0) begin
        down   = shift_i + less_mem[place];
        offset = Half + (64'd1 << down) - 64'(times) * (rise_i[17] ? 64'd32767 : 64'd32768);
        down   = down + 6'd1;
        less   = 32'(Half >> down);
        over = '0;
        top  = '0;
        for (i = 0; i < 128; i++) begin
          changed = learns_mem[place][7'(i)] - less
                  + 32'((64'(times) * 64'(32'(far_mem[place][8'(newest) + 8'd1 + 8'(i)] ^ flip)) + offset) >> down);
          over = over | changed;
          learns_mem[place][7'(i)] = changed;
        end
        if (over >> 23 != 32'd0) begin  // seldom: to 23 bits; below nothing, or above what the largest shift has
          for (i = 0; i < 128; i++) begin
            changed = learns_mem[place][7'(i)];
            learns_mem[place][7'(i)] = changed >> 23 == 32'd0 ? changed : ((changed >> 31) - 32'd1) & 32'h007f_fe00;
          end
        end
        // Rounded at random to a number of 14 bits, shifted by 0, 3, 6 or 9: what is not under 2^13, 2^16, 2^19
        // loses three bits, six, nine. As many ones come from the top of a difference that is under nothing.
        for (i = 0; i < 128; i++) begin
          changed   = learns_mem[place][7'(i)];
          magnitude = changed - NoLearns;
          magnitude = magnitude ^ (32'd0 - (magnitude >> 31));
          mask      = ((32'd8191 - magnitude) >> 29) | ((32'd65535 - magnitude) >> 26) | ((32'd524287 - magnitude) >> 23);
          changed   = (changed + ((dither_rom[7'(i)] ^ 32'(random_i)) & mask)) & ~mask;
          top       = top | changed;
          learns_mem[place][7'(i)] = changed;
        end
        if (top >> 23 != 32'd0) begin  // seldom: rounded up to what no shift has; it is the most that the largest has
          for (i = 0; i < 128; i++) begin
            changed = learns_mem[place][7'(i)];
            learns_mem[place][7'(i)] = changed - (changed >> 23 << 9);
          end
        end
      end
      if (restore_i) begin
        for (i = 0; i < 128; i++) learns_mem[place][7'(i)] = (heard_mem[place][7'(i)] << 10) + (NoLearns >> 1);
      end
      if (take_over_i) begin
        for (i = 0; i < 128; i++) begin
          changed = (learns_mem[place][7'(i)] + 32'd512) >> 10;  // 2^12 added
          heard_mem[place][7'(i)] = changed < 32'd2048 ? 32'd0 : changed > 32'd6143 ? 32'd4095 : changed - 32'd2048;
        end
        heard_sum_mem[place] = '0;
        for (i = 0; i < 128; i++) heard_sum_mem[place] = heard_sum_mem[place] + heard_mem[place][7'(i)];
      end
      // What is under nothing is turned around: 23 bits without a sign but for the highest.
      if (measure_i) begin
        largest = '0;
        for (i = 0; i < 128; i++) begin
          magnitude = learns_mem[place][7'(i)];
          largest   = largest | ((magnitude ^ ((magnitude >> 22) - 32'd1)) & 32'h003f_ffff);
        end
      end
      // The samples move up by one.
      changed = far_mem[place][8'(newest) + 8'd128];
      newest_mem[place] = newest;
      far_mem[place][8'(newest)]          = moving;
      far_mem[place][8'(newest) + 8'd128] = moving;
      far_sum_mem[place] = far_sum_mem[place] + moving - changed;
      moving     = changed;
      // Their energy; by how much less this place will learn.
      energy_out = 64'(32'($signed({~changed[15], changed[14:0]})) * 32'($signed({~changed[15], changed[14:0]})));
      energy_mem[place] = energy_mem[place] + energy_in - energy_out;
      energy_in  = energy_out;
      under      = widest - width_mem[place];
      less_mem[place] = under < 5'd2 ? 6'(under) : 6'd2;
      weighted   = weighted + (energy_mem[place] >> less_mem[place]);
      if (measure_i) width_mem[place] = bit_width(largest[21:0]);
      learns_sum = '0;
      learning_products = '0;
      heard_products    = '0;
      for (i = 0; i < 128; i++) begin
        learns_sum = learns_sum + learns_mem[place][7'(i)];
        learning_products = learning_products + 64'(far_mem[place][8'(newest) + 8'(i)]) * 64'(learns_mem[place][7'(i)]);
        heard_products    = heard_products + 64'(far_mem[place][8'(newest) + 8'(i)]) * 64'(heard_mem[place][7'(i)]);
      end
      // (a − A) (b − B) = a b − A b − B a + A B
      learning = learning + learning_products - (64'(far_sum_mem[place]) << 22) - (64'(learns_sum) << 15) + (64'd128 << 37);
      heard    = heard + heard_products - (64'(far_sum_mem[place]) << 11) - (64'(heard_sum_mem[place]) << 15) + (64'd128 << 26);
      oldest_far_o <= {~far_mem[place][8'(newest) + 8'd127][15], far_mem[place][8'(newest) + 8'd127][14:0]};
    end
    if (measure_i) begin
      widest = 5'd0;
      for (logic [31:0] n = 0; n < 32'd1 << tail_i; n++) begin
        place = place_i + PlaceWidth'(n);
        if (width_mem[place] > widest) widest = width_mem[place];
      end
    end
    widest_mem[line_i] = widest;
  endtask
  /* verilator lint_on BLKSEQ */

  // linear::without_dc, in 32 bits.
  function automatic logic signed [31:0] without_dc(input logic signed [31:0] sum, input logic signed [31:0] last,
                                                    input logic signed [31:0] sample);
    without_dc = sum + ((sample - last) <<< 10) - (sum >>> 10);
  endfunction

  /* verilator lint_off BLKSEQ */
  task automatic take_dc_out(input logic signed [31:0] learning, input logic signed [31:0] heard);
    learning_dc_mem[line_i]   = fresh_i ? learning <<< 10 : without_dc(learning_dc_mem[line_i], learning_last_mem[line_i], learning);
    heard_dc_mem[line_i]      = fresh_i ? heard <<< 10 : without_dc(heard_dc_mem[line_i], heard_last_mem[line_i], heard);
    learning_last_mem[line_i] = learning;
    heard_last_mem[line_i]    = heard;
  endtask
  /* verilator lint_on BLKSEQ */

  always_ff @(posedge clk_i) begin : work
    logic signed [63:0] learning, heard;
    /* verilator lint_off UNUSEDSIGNAL */  // what it has not
    logic [63:0] weighted;
    /* verilator lint_on UNUSEDSIGNAL */
    if (start_i) begin
      pass(learning, heard, weighted);
      weighted_o <= weighted[39:0];
      take_dc_out(32'(linear::clamped(32'(learning >>> 21))), 32'(linear::clamped(32'(heard >>> 11))));
      learning_o <= linear::clamped(learning_dc_mem[line_i] >>> 10);
      heard_o    <= linear::clamped(heard_dc_mem[line_i] >>> 10);
      line_o     <= line_i;
    end
    done_stb_o <= start_i && !rst_i;
  end

  assign awake_o = start_i || done_stb_o;
endmodule
`default_nettype wire
