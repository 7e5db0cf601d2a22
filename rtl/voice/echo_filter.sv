// SPDX-License-Identifier: MIT
// Both filters of the echo cancellers, Lanes taps of a line a clock. One pass over a line's taps does three
// things: the coefficients learn from the error of the sample before, the samples of the far end move
// up by one for the new sample, and what the filters say of the next echo is summed up. So a tap is
// read and written once a sample. Golden model: dsp/src/echo_canceller.cpp.
//
// A pass takes a clock for each row, and passes follow one another without a gap: start_i is taken
// when ready_o. Latency: done_stb_o 17 + log2(Lanes) clocks after the last row was read. Nothing stalls.
// Relied upon: passes in the pipeline are of different rows.
`default_nettype none
module echo_filter #(
    parameter int unsigned Lanes     = 16,
    parameter int unsigned Rows      = 256,
    parameter int unsigned LineWidth = 5,
    localparam int unsigned RowWidth = $clog2(Rows),
    localparam int unsigned MostRows = 1024 / Lanes
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 awake_o,
    output logic                 ready_o,
    input  logic                 start_i,
    input  logic [LineWidth-1:0] line_i,
    input  logic [RowWidth-1:0]  first_row_i,
    input  logic [1:0]           tail_i,       // 128 << tail taps
    input  logic                 fresh_i,      // the line's memory holds nothing
    input  logic                 take_over_i,
    input  logic                 restore_i,
    input  logic                 measure_i,    // in which places the echo lies is looked up
    input  logic signed [17:0]   rise_i,       // 0: nothing is learnt
    input  logic [5:0]           shift_i,
    input  logic [8:0]           random_i,     // by which coefficients are rounded
    input  logic [8:0]           octet_i,      // of the far end: whether it is of mu-law, octet …
    input  logic signed [15:0]   far_i,        // … and the same, linear
    output logic                 done_stb_o,
    output logic [LineWidth-1:0] line_o,
    output logic signed [15:0]   learning_o,   // estimates of the echo
    output logic signed [15:0]   heard_o,
    output logic signed [15:0]   oldest_far_o, // what the last tap has now
    output logic [39:0]          weighted_o    // energy of the far end, by places
);
  localparam int unsigned CountWidth = $clog2(MostRows) + 1;
  localparam int unsigned RowsAPlace = 128 / Lanes, RowInPlaceWidth = Lanes < 128 ? $clog2(RowsAPlace) : 1;
  if (Lanes < 2 || Lanes > 128 || (Lanes & (Lanes - 1)) != 0) begin : gen_check_lanes
    $error("echo_filter: Lanes must be a power of two, 2 to 128");
  end

  // What is said of a pass, for as long as its rows are read
  typedef struct packed {
    logic [LineWidth-1:0] line;
    logic                 fresh, take_over, restore, measure;
    logic signed [17:0]   rise;
    logic [5:0]           shift;
    logic [8:0]           random;
    logic [8:0]           octet;
    logic signed [15:0]   far_end;
  } pass_t;

  // A row is read
  logic reads_q, reads_first_q;
  logic [CountWidth-1:0] left_q;  // rows after this one
  logic [RowWidth-1:0] read_row_q;
  logic reads_last;
  pass_t reading_q;
  assign reads_last = left_q == '0;
  assign ready_o    = !reads_q || reads_last;
  always_ff @(posedge clk_i) begin
    if (reads_q) begin
      read_row_q    <= read_row_q + 1'b1;
      left_q        <= left_q - 1'b1;
      reads_first_q <= 1'b0;
      if (reads_last) reads_q <= 1'b0;
    end
    if (start_i && ready_o) begin
      reads_q       <= 1'b1;
      reads_first_q <= 1'b1;
      left_q        <= CountWidth'((128 / Lanes) << tail_i) - 1'b1;
      read_row_q    <= first_row_i;
      reading_q     <= {line_i, fresh_i, take_over_i, restore_i, measure_i, rise_i, shift_i, random_i, octet_i, far_i};
    end
    if (rst_i) reads_q <= 1'b0;
  end

  // Each lane asks its memory a clock later, by registers of its own; then keeps what it answers; then is at step 0.
  logic asks_q, asks_first_q, asks_last_q, keeps_q, keeps_first_q, keeps_last_q, run_q, first_q, last_q;
  logic [RowWidth-1:0] ask_row_q, kept_row_q, row_q;
  pass_t asking_q, keeping_q, of_q;
  always_ff @(posedge clk_i) begin
    {asks_q, keeps_q, run_q}                   <= {reads_q, asks_q, keeps_q};
    {asks_first_q, keeps_first_q, first_q}     <= {reads_first_q, asks_first_q, keeps_first_q};
    {asks_last_q, keeps_last_q, last_q}        <= {reads_last, asks_last_q, keeps_last_q};
    {ask_row_q, kept_row_q, row_q}             <= {read_row_q, ask_row_q, kept_row_q};
    {asking_q, keeping_q, of_q}                <= {reading_q, asking_q, keeping_q};
    if (rst_i) {asks_q, keeps_q, run_q} <= '0;
  end

  // What goes along with a row: bit n of at_q, and of those like it, is of the row that is at step n. To 11 in
  // the lanes (echo_lane); from 12 on the lanes are summed by twos; then rows are summed, and rounded.
  localparam int unsigned Levels = $clog2(Lanes), Sum = 12 + Levels, Round = Sum + 1;
  logic [Round:1] at_q, first_at_q, last_at_q;
  logic [5:1] restore_at_q;
  logic [8:1] take_over_at_q;
  logic signed [17:0] rise_1_q;
  logic [8:0] octet_1_q, octet_2_q, octet_carry_q;  // and law
  logic signed [15:0] far_1_q, far_2_q, carry_q;
  logic [7*9-1:0] randoms_q;
  logic [1:0] less;
  logic [5:0] shift_1_q, shift_2_q;
  logic [2:0] ones_3_q;
  logic [10*RowWidth-1:0] rows_q;
  logic [Round*LineWidth-1:0] lines_q;
  always_ff @(posedge clk_i) begin
    at_q           <= {at_q[Round-1:1], run_q};
    first_at_q     <= {first_at_q[Round-1:1], first_q};
    last_at_q      <= {last_at_q[Round-1:1], last_q};
    randoms_q      <= {randoms_q[6*9-1:0], of_q.random};
    restore_at_q   <= {restore_at_q[4:1], of_q.restore};
    take_over_at_q <= {take_over_at_q[7:1], of_q.take_over};
    rise_1_q       <= of_q.rise;
    octet_1_q      <= of_q.octet;
    far_1_q        <= of_q.far_end;
    octet_2_q      <= octet_1_q;
    far_2_q        <= far_1_q;
    shift_1_q      <= of_q.shift;
    shift_2_q      <= shift_1_q + {4'd0, less};
    ones_3_q       <= shift_2_q[2:0];
    rows_q         <= {rows_q[9*RowWidth-1:0], row_q};
    lines_q        <= {lines_q[(Round-1)*LineWidth-1:0], of_q.line};
    // The first tap of a row takes the sample that the last one of the row before had.
    if (at_q[2]) begin
      carry_q       <= gen_lane[Lanes-1].far;
      octet_carry_q <= gen_lane[Lanes-1].octet;
    end
    if (rst_i) at_q <= '0;
  end

  // The law of the lanes' octets, which is not the same in all of a tail when a line's has been changed. A memory
  // for all lanes: with this bit a tap would not fit 36.
  (* no_rw_check *) logic [Lanes-1:0] mu_law_ram[Rows];
  logic [Lanes-1:0] mu_law_q, mu_law_10;
  always_ff @(posedge clk_i) begin
    if (asks_q) mu_law_q <= mu_law_ram[ask_row_q];
    if (at_q[10]) mu_law_ram[rows_q[9*RowWidth+:RowWidth]] <= mu_law_10;
  end

  // The lanes
  logic [22*Lanes-1:0] magnitudes;
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lane
    logic signed [15:0] far, far_before;
    logic [8:0] octet, octet_before;
    logic [8:0] dither;
    // Of the lane's tap in the row that is at step 7.
    logic [8:0] dither_rom[RowsAPlace];
    initial begin
      for (int unsigned row = 0; row < RowsAPlace; row++) dither_rom[row] = echo_dither::of_tap(row * Lanes + lane);
    end
    assign dither = dither_rom[rows_q[6*RowWidth+:RowInPlaceWidth]] ^ randoms_q[6*9+:9];
    /* verilator lint_off UNUSEDSIGNAL */  // but of the last lane
    logic signed [15:0] last_far;
    /* verilator lint_on UNUSEDSIGNAL */
    logic signed [38:0] learning;
    logic signed [27:0] heard;
    if (lane == 0) begin : gen_first
      assign far_before   = first_at_q[2] ? far_2_q : carry_q;
      assign octet_before = first_at_q[2] ? octet_2_q : octet_carry_q;
    end else begin : gen_next
      assign far_before   = gen_lane[lane-1].far;
      assign octet_before = gen_lane[lane-1].octet;
    end
    echo_lane #(.Rows(Rows)) u_lane (
        .clk_i, .rst_i, .read_i(reads_q), .read_row_i(read_row_q), .mu_law_i(mu_law_q[lane]), .mu_law_o(mu_law_10[lane]), .fresh_i(keeping_q.fresh),
        .rise_i(rise_1_q), .octet_i(octet_before), .far_i(far_before), .octet_o(octet), .far_o(far), .eights_i(shift_2_q[5:3]), .ones_i(ones_3_q),
        .restore_i(restore_at_q[5]), .dither_i(dither), .take_over_i(take_over_at_q[8]),
        .write_row_i(rows_q[8*RowWidth+:RowWidth]), .magnitude_o(magnitudes[22*lane+:22]), .learning_o(learning), .heard_o(heard), .last_far_o(last_far)
    );
  end

  // Summed by twos: level n has Lanes / 2^n sums, a clock later than the level before.
  for (genvar level = 0; level <= Levels; level++) begin : gen_level
    for (genvar sum = 0; sum < Lanes >> level; sum++) begin : gen_sum
      logic signed [38+level:0] learning;
      logic signed [27+level:0] heard;
      if (level == 0) begin : gen_lanes
        assign learning = gen_lane[sum].learning;
        assign heard    = gen_lane[sum].heard;
      end else begin : gen_twos
        logic signed [38+level:0] learning_q;
        logic signed [27+level:0] heard_q;
        always_ff @(posedge clk_i) begin
          if (at_q[11+level]) begin
            learning_q <= (39 + level)'(gen_level[level-1].gen_sum[2*sum].learning)
                        + (39 + level)'(gen_level[level-1].gen_sum[2*sum+1].learning);
            heard_q    <= (28 + level)'(gen_level[level-1].gen_sum[2*sum].heard)
                        + (28 + level)'(gen_level[level-1].gen_sum[2*sum+1].heard);
          end
        end
        assign learning = learning_q;
        assign heard    = heard_q;
      end
    end
  end

  // Places of 128 taps.
  localparam int unsigned Places = Rows / RowsAPlace;
  localparam int unsigned PlaceWidth = Places > 1 ? $clog2(Places) : 1;
  localparam bit [RowWidth-1:0] InPlace = RowWidth'(RowsAPlace - 1);
  logic [21:0] magnitude;
  logic [39:0] weighted;
  logic [(Round-7)*40-1:0] weighted_q;  // until the pass is done
  always_comb begin
    magnitude = '0;
    for (int unsigned lane = 0; lane < Lanes; lane++) magnitude |= magnitudes[22*lane+:22];
  end
  echo_places #(.Places(Places), .LineWidth(LineWidth)) u_places (
      .clk_i, .rst_i, .row_stb_i(run_q), .place_i(PlaceWidth'(row_q >> $clog2(RowsAPlace))),
      .place_begins_i((row_q & InPlace) == '0), .place_ends_i((row_q & InPlace) == InPlace),
      .pass_begins_i(first_q), .pass_ends_i(last_q), .line_i(of_q.line), .fresh_i(of_q.fresh), .measure_i(of_q.measure),
      .less_o(less), .far_i(far_2_q), .lost_i(gen_lane[Lanes-1].far), .magnitude_i(magnitude), .weighted_o(weighted)
  );

  // Rows summed, rounded. 39 and 28 bits, 10 more for 1,024 taps.
  logic signed [48:0] learning_q;
  logic signed [37:0] heard_q;
  logic [(Levels+1)*16-1:0] oldest_q;
  always_ff @(posedge clk_i) begin
    weighted_q <= {weighted_q[(Round-8)*40-1:0], weighted};
    oldest_q   <= {oldest_q[Levels*16-1:0], gen_lane[Lanes-1].last_far};
    done_stb_o <= at_q[Round] && last_at_q[Round];
    if (at_q[Sum]) begin
      // The first row brings the half by which the sum is rounded.
      learning_q <= 49'(gen_level[Levels].gen_sum[0].learning) + (first_at_q[Sum] ? 49'sd1048576 : learning_q);
      heard_q    <= 38'(gen_level[Levels].gen_sum[0].heard) + (first_at_q[Sum] ? 38'sd1024 : heard_q);
    end
    if (at_q[Round] && last_at_q[Round]) begin
      learning_o   <= linear::clamped(32'(learning_q >>> 21));
      heard_o      <= linear::clamped(32'(heard_q >>> 11));
      oldest_far_o <= oldest_q[Levels*16+:16];
      weighted_o   <= weighted_q[(Round-8)*40+:40];
      line_o       <= lines_q[(Round-1)*LineWidth+:LineWidth];
    end
    if (rst_i) done_stb_o <= 1'b0;
  end

  assign awake_o = start_i || reads_q || asks_q || keeps_q || run_q || at_q != '0 || done_stb_o;
endmodule
`default_nettype wire
