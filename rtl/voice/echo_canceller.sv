// SPDX-License-Identifier: MIT
// Echo cancellers of the lines (ITU-T G.168, regs/echo.toml), in the lines' way to the switch. Beside the
// switch, not of it (docs/adr/0022): a canceller hears what its line is given. What the filters say
// of an echo is worked out before it comes, so that nothing has to wait for it.
// Golden model: dsp/golden/echo_cancellers.hpp.
//
// Latency: the stream leaves four clocks later, every slot. A line that is not enabled goes through
// as it is and takes no time of the filters. As long as no filter has done well, only DC is taken out (docs/adr/0028). Nothing stalls.
// Relied upon: a line's egress octet (line_stb_i) after its ingress sample has left, once a frame,
// at most one a clock, and time for all passes until the next frame's ingress (checked at elaboration).
// Not guaranteed: samples of lines whose tails overlap; counted in `late` when the time is over. That a far end with
// DC is silent: its energy is that of its octets, DC and all (docs/adr/0027).
`default_nettype none
module echo_canceller #(
    parameter int unsigned Lines     = 32,
    parameter int unsigned SlotBits  = 8,
    parameter int unsigned Places    = 32,  // of 128 taps
    parameter int unsigned Lanes     = 16,
    parameter int unsigned OneClock  = 1,   // simulations: a line's whole work in a clock or two; boards: 0
    parameter int unsigned ClocksPerFrame = 512,
    localparam int unsigned LineWidth = $clog2(Lines)
) (
    input  logic                 clk_i,      // filters and what decides
    input  logic                 clk_slot_i, // the streams and the registers
    input  logic                 rst_i,
    output logic                 awake_o,    // low: the next clk_i changes nothing
    output logic                 slot_awake_o,
    input  logic [6:0]           frame_i,    // the frame's number, modulo 128
    input  logic [Lines-1:0]     mu_law_i,
    input  logic [Lines-1:0]     bypass_i,   // goes through as it is from 2 ms on, learns nothing, keeps what it knows
    // ingress: the slot a clock ahead, the sample
    input  logic                 next_stb_i,
    input  logic [SlotBits-1:0]  next_slot_i,
    input  logic                 ingress_stb_i,
    input  logic [SlotBits-1:0]  ingress_slot_i,
    input  logic signed [15:0]   ingress_sample_i,
    output logic                 ingress_stb_o,
    output logic [SlotBits-1:0]  ingress_slot_o,
    output logic [15:0]          ingress_sample_o,
    output logic [15:0]          left_sample_o,   // the same before comfort noise takes its place
    output logic                 ahead_stb_o,     // the slot that leaves with the next clock
    output logic [SlotBits-1:0]  ahead_slot_o,
    // egress: octets to the lines
    input  logic                 line_stb_i,
    input  logic [LineWidth-1:0] line_i,
    input  logic [7:0]           pcm_i,
    // registers
    input  logic                 reg_valid_i,
    input  logic                 reg_write_i,
    input  logic [15:0]          reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // there are no more fields
    input  logic [31:0]          reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                 reg_ack_o,
    output logic [7:0]           reg_status_o,
    output logic [31:0]          reg_rdata_o
);
  localparam int unsigned RowsAPlace = 128 / Lanes;
  localparam int unsigned Rows = Places * RowsAPlace;
  localparam int unsigned RowWidth = $clog2(Rows);
  localparam int unsigned PlaceWidth = Places > 1 ? $clog2(Places) : 1;
  localparam int unsigned ConfigBits = 4 + PlaceWidth;
  if (Lines < 2 || Lines > switchroom_regs::EchoLineCount) begin : gen_check_lines
    $error("echo_canceller: Lines must be 2 to 1024, what the register map has");
  end
  if (Places < 1 || Places > 4096 || (Places & (Places - 1)) != 0) begin : gen_check_places
    $error("echo_canceller: Places must be a power of two, at most 4096");
  end

  // A line takes a clock a row, or the eight of its decision; once a frame a block ends. With OneClock, two.
  localparam int unsigned Clocks = OneClock == 1 ? 2 * Lines + 18
      : Places * RowsAPlace + (RowsAPlace < 8 ? (8 - RowsAPlace) * Lines : 0) + 2 * Lines + 79 + $clog2(Lanes);
  if (ClocksPerFrame < Clocks) begin : gen_check_time
    $error("echo_canceller: ClocksPerFrame must be more for so many places; take fewer, or more Lanes");
  end

  // Registers
  logic [ConfigBits-1:0] config_ram[2**LineWidth];  // place, suppress, freeze, tail
  logic [Lines-1:0] enable_q, fresh_q;
  (* ram_style = "distributed" *) logic [61:0] power_ram[2**LineWidth];
  logic decoded_q, start, write_q, line_hit, line_hit_q, near_hit_q, left_hit_q;
  logic [LineWidth-1:0] index_q;
  logic [31:0] late_q;
  logic enable_written_q, past_end_q, was_enabled_q, moves, refused;
  logic [ConfigBits-1:0] config_written_q, config_read_q;
  logic [61:0] power_read_q;
  logic [9:0] index;
  logic counted;
  assign start    = reg_valid_i && !reg_ack_o && !decoded_q;
  assign index    = reg_addr_i[9:0];
  assign counted  = 32'(index) < Lines;
  assign line_hit = counted && reg_addr_i[15:10] == switchroom_regs::EchoLineWord[15:10];
  // Places and a length that are not there, or others than those of a canceller at work.
  assign moves   = enable_written_q && was_enabled_q
                && {config_read_q[4+:PlaceWidth], config_read_q[1:0]} != {config_written_q[4+:PlaceWidth], config_written_q[1:0]};
  assign refused = past_end_q || moves;
  logic [31:0] word_read;
  always_comb begin
    word_read = 32'd0;
    if (enable_q[index_q]) begin
      word_read[0]   = 1'b1;
      word_read[4:1] = config_read_q[3:0];
      word_read[16+:PlaceWidth] = config_read_q[4+:PlaceWidth];
    end
  end
  always_ff @(posedge clk_slot_i) begin
    if (start || decoded_q || reg_ack_o) begin
      decoded_q <= start;
      reg_ack_o <= decoded_q;
      if (start) begin
        line_hit_q       <= line_hit;
        near_hit_q       <= counted && reg_addr_i[15:10] == switchroom_regs::EchoNearPowerWord[15:10];
        left_hit_q       <= counted && reg_addr_i[15:10] == switchroom_regs::EchoLeftPowerWord[15:10];
        write_q          <= reg_write_i;
        index_q          <= index[LineWidth-1:0];
        enable_written_q <= reg_wdata_i[0];
        was_enabled_q    <= enable_q[index[LineWidth-1:0]];
        past_end_q       <= reg_wdata_i[0] && {1'b0, reg_wdata_i[27:16]} + (13'd1 << reg_wdata_i[2:1]) > 13'(Places);
        config_written_q <= {reg_wdata_i[16+:PlaceWidth], reg_wdata_i[4:1]};
        config_read_q    <= config_ram[index[LineWidth-1:0]];
        power_read_q     <= power_ram[index[LineWidth-1:0]];
      end
      if (decoded_q) begin
        reg_status_o <= switchroom_regs::StatusOk;
        reg_rdata_o  <= 32'd0;
        if (line_hit_q) begin
          if (!write_q) reg_rdata_o <= word_read;
          else if (refused) reg_status_o <= switchroom_regs::StatusBadValue;
          else config_ram[index_q] <= config_written_q;
        end else begin
          if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
          if (near_hit_q) reg_rdata_o <= {1'b0, known_q[index_q] ? power_read_q[61:31] : 31'd0};
          else if (left_hit_q) reg_rdata_o <= {1'b0, known_q[index_q] ? power_read_q[30:0] : 31'd0};
          else begin
            case (reg_addr_i)
              switchroom_regs::EchoIdWord:       reg_rdata_o <= switchroom_regs::EchoId;
              switchroom_regs::EchoCapacityWord: reg_rdata_o <= Places;
              switchroom_regs::EchoLateWord:     reg_rdata_o <= late_q;
              default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
            endcase
          end
        end
      end
    end
    if (rst_i) begin
      decoded_q <= 1'b0;
      reg_ack_o <= 1'b0;
    end
  end

  // Ingress. Ahead: what the line's canceller says of this sample is fetched.
  logic next_active, active_q, next_fresh_q;
  logic [LineWidth-1:0] next_line;
  logic [ConfigBits-1:0] config_q;
  logic signed [15:0] learning_ram[2**LineWidth], heard_ram[2**LineWidth], oldest_ram[2**LineWidth];
  logic [39:0] weighted_ram[2**LineWidth], weighted_q, job_weighted_q;
  (* ram_style = "distributed" *) logic [25:0] mix_ram[2**LineWidth];    // cancels, share, comfort
  logic [4:0] as_came_ram[2**LineWidth], as_came_q, job_as_came_q;  // sixteenths of what goes on that are not cancelled
  logic [43:0] near_pass_ram[2**LineWidth];  // DC removal: sum, last sample
  logic signed [15:0] learning_q, heard_q, oldest_q, near_last_q;
  logic signed [19:0] comfort_q, job_comfort_q;
  logic cancels_q, job_cancels_q;
  logic [4:0] share_q;
  logic signed [27:0] near_sum_q;
  assign next_line   = next_slot_i[LineWidth-1:0];
  assign next_active = next_stb_i && 32'(next_slot_i) < Lines && enable_q[next_line];

  // 1: DC taken out. 2: the echo. 3: comfort noise; and what came as it is, where it is bypassed or begins.
  function automatic logic [15:0] mixed(input logic signed [15:0] left, input logic signed [19:0] comfort,
                                        input logic [4:0] share);
    /* verilator lint_off UNUSEDSIGNAL */  // fractions are cut off
    logic signed [21:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */
    sum = 22'(left) * $signed({17'd0, share}) + 22'(comfort);
    mixed = sum[19:4];
  endfunction
  function automatic logic signed [17:0] given_back(input logic signed [15:0] said, input logic signed [15:0] left,
                                                    input logic [4:0] as_came);
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [21:0] sixteenths;
    /* verilator lint_on UNUSEDSIGNAL */
    sixteenths = (22'(said) - 22'(left)) * $signed({17'd0, as_came});
    given_back = sixteenths[21:4];
  endfunction
  logic stb_q, cancel_q, job_fresh_q, left_stb_q, left_cancel_q, left_bypass_q;
  logic [SlotBits-1:0] slot_q, left_slot_q;
  logic signed [15:0] left_q, left_said_q;
  logic mixed_stb_q, mixed_cancel_q;
  logic [SlotBits-1:0] mixed_slot_q;
  logic signed [15:0] mixed_said_q, mixed_left_q, mixed_q;
  logic signed [17:0] back_q;
  logic signed [19:0] left_comfort_q;
  logic [4:0] left_share_q, left_as_came_q;
  logic [LineWidth-1:0] job_line;
  logic signed [15:0] sample_q, near_q, job_learning_q, job_heard_q, job_oldest_q;
  logic [4:0] job_share_q;
  logic [ConfigBits-1:0] job_config_q;
  assign job_line = slot_q[LineWidth-1:0];
  localparam int unsigned JobBits = 1 + 1 + ConfigBits;
  (* ram_style = "distributed" *) logic [JobBits-1:0] job_ram[2**LineWidth];
  (* ram_style = "distributed" *) logic [63:0] job_samples_ram[2**LineWidth];  // near, learning, heard, oldest
  (* ram_style = "distributed" *) logic [39:0] job_weighted_ram[2**LineWidth];
  logic [Lines-1:0] armed_q, pending_q, known_q;
  logic [8:0] far_ram[2**LineWidth];  // whether it is of mu-law, octet

  always_ff @(posedge clk_slot_i) begin
    active_q <= next_active;
    if (next_active) begin
      config_q     <= config_ram[next_line];
      learning_q   <= learning_ram[next_line];
      heard_q      <= heard_ram[next_line];
      oldest_q     <= oldest_ram[next_line];
      weighted_q   <= weighted_ram[next_line];
      {cancels_q, share_q, comfort_q} <= mix_ram[next_line];
      as_came_q    <= as_came_ram[next_line];
      {near_sum_q, near_last_q} <= near_pass_ram[next_line];
      next_fresh_q <= fresh_q[next_line];
      if (fresh_q[next_line]) begin
        learning_q <= '0;
        heard_q    <= '0;
        oldest_q   <= '0;
        {cancels_q, share_q, comfort_q} <= {1'b0, 5'd16, 20'd0};
        as_came_q  <= 5'd16;
        {near_sum_q, near_last_q} <= '0;
      end
      fresh_q[next_line] <= 1'b0;
    end
    stb_q    <= ingress_stb_i;
    cancel_q <= ingress_stb_i && active_q;
    if (ingress_stb_i) begin
      slot_q   <= ingress_slot_i;
      sample_q <= ingress_sample_i;
      if (active_q) begin
        near_q         <= linear::clamped(32'(linear::without_dc(near_sum_q, near_last_q, ingress_sample_i)) >>> 10);
        near_pass_ram[ingress_slot_i[LineWidth-1:0]] <=
            {linear::without_dc(near_sum_q, near_last_q, ingress_sample_i), ingress_sample_i};
        job_learning_q <= learning_q;
        job_heard_q    <= heard_q;
        job_oldest_q   <= oldest_q;
        job_weighted_q <= weighted_q;
        job_comfort_q  <= comfort_q;
        job_share_q    <= share_q;
        job_cancels_q  <= cancels_q;
        job_as_came_q  <= as_came_q;
        job_config_q   <= config_q;
        job_fresh_q    <= next_fresh_q;
      end
    end
    left_stb_q    <= stb_q;
    mixed_stb_q   <= left_stb_q;
    ingress_stb_o <= mixed_stb_q;
    if (stb_q) begin
      left_slot_q   <= slot_q;
      left_cancel_q <= cancel_q;
      left_said_q   <= sample_q;
      if (cancel_q) begin
        left_q         <= job_cancels_q ? linear::clamped(32'(near_q) - 32'(job_heard_q)) : near_q;
        left_comfort_q <= job_comfort_q;
        left_share_q   <= job_share_q;
        left_as_came_q <= job_as_came_q;
        left_bypass_q  <= bypass_i[job_line];
      end
    end
    if (left_stb_q) begin
      mixed_slot_q   <= left_slot_q;
      mixed_cancel_q <= left_cancel_q;
      mixed_said_q   <= left_said_q;
      mixed_left_q   <= left_cancel_q && !left_bypass_q ? left_q : left_said_q;
      if (left_cancel_q) begin
        mixed_q <= mixed(left_q, left_comfort_q, left_share_q);
        back_q  <= given_back(left_said_q, left_q, left_as_came_q);
      end
    end
    if (mixed_stb_q) begin
      ingress_slot_o   <= mixed_slot_q;
      ingress_sample_o <= mixed_cancel_q ? linear::clamped(32'(mixed_q) + 32'(back_q)) : mixed_said_q;
      left_sample_o    <= mixed_left_q;
    end
    if (cancel_q) begin
      // 2 ms from the one to the other.
      if (bypass_i[job_line]) as_came_ram[job_line] <= job_as_came_q[4] ? job_as_came_q : job_as_came_q + 5'd1;
      else as_came_ram[job_line] <= job_as_came_q == 5'd0 ? job_as_came_q : job_as_came_q - 5'd1;
      job_ram[job_line] <= {frame_i == 7'(job_line), job_fresh_q, job_config_q[ConfigBits-1:4],
                            job_config_q[3] && !bypass_i[job_line], job_config_q[2] || bypass_i[job_line],
                            job_config_q[1:0]};
      job_samples_ram[job_line]  <= {near_q, job_learning_q, job_heard_q, job_oldest_q};
      job_weighted_ram[job_line] <= job_weighted_q;
      armed_q[job_line] <= 1'b1;
    end
    // Egress
    if (line_stb_i) begin
      armed_q[line_i] <= 1'b0;
      if (armed_q[line_i]) far_ram[line_i] <= {mu_law_i[line_i], pcm_i};
    end
    if (decoded_q && line_hit_q && write_q && !refused) begin
      enable_q[index_q] <= enable_written_q;
      if (enable_written_q && !enable_q[index_q]) fresh_q[index_q] <= 1'b1;
    end
    if (rst_i) begin
      active_q      <= 1'b0;
      stb_q         <= 1'b0;
      cancel_q      <= 1'b0;
      left_stb_q    <= 1'b0;
      mixed_stb_q   <= 1'b0;
      ingress_stb_o <= 1'b0;
      enable_q      <= '0;
      armed_q       <= '0;
    end
  end
  assign ahead_stb_o  = mixed_stb_q;
  assign ahead_slot_o = mixed_slot_q;
  assign slot_awake_o = next_stb_i || ingress_stb_i || stb_q || left_stb_q || mixed_stb_q || ingress_stb_o || line_stb_i || reg_valid_i
                     || decoded_q || reg_ack_o;

  // Work: lines wait in the order in which they came, with OneClock for a clock; fetched, decided upon and filtered.
  logic arrives, queues, picked_q, control_ready, picks;
  logic waits_q;
  logic [LineWidth-1:0] waiting_q, picked_line_q;
  logic [LineWidth-1:0] queue_ram[2**LineWidth];  // a line is in it once at most
  logic [LineWidth:0] queue_in_q, queue_out_q;
  logic [JobBits-1:0] picked_job_q;
  logic [8:0] picked_octet_q;
  logic signed [15:0] picked_far;
  assign picked_far = g711::decoded(picked_octet_q[8], picked_octet_q[7:0]);
  assign arrives = line_stb_i && armed_q[line_i];
  assign queues  = OneClock == 0 && arrives && (!pending_q[line_i] || (picks && waiting_q == line_i));
  assign picks   = waits_q && (!picked_q || control_ready);
  logic power_stb, mix_stb, cancels, done_stb;
  logic [LineWidth-1:0] control_line, done_line;
  logic [30:0] near_power, left_power;
  logic [4:0] share;
  logic signed [15:0] learning, heard, oldest;
  logic signed [15:0] picked_near_q, picked_learning_q, picked_heard_q, picked_oldest_q;
  logic [39:0] weighted, picked_weighted_q;
  logic signed [19:0] comfort;
  logic start_pass, pass_fresh;
  logic estimate_stb;  // of learning and heard
  logic [LineWidth-1:0] estimate_line;
  always_ff @(posedge clk_i) begin
    if (control_ready) picked_q <= 1'b0;
    if (picks) begin
      picked_q      <= 1'b1;
      picked_line_q <= waiting_q;
      picked_job_q  <= job_ram[waiting_q];
      {picked_near_q, picked_learning_q, picked_heard_q, picked_oldest_q} <= job_samples_ram[waiting_q];
      picked_weighted_q   <= job_weighted_ram[waiting_q];
      picked_octet_q <= far_ram[waiting_q];
      waits_q       <= 1'b0;
      if (OneClock == 0) pending_q[waiting_q] <= 1'b0;
    end else if (OneClock == 0 && !waits_q && queue_in_q != queue_out_q) begin
      waits_q     <= 1'b1;
      waiting_q   <= queue_ram[queue_out_q[LineWidth-1:0]];
      queue_out_q <= queue_out_q + 1'b1;
    end
    if (queues) begin
      queue_ram[queue_in_q[LineWidth-1:0]] <= line_i;
      queue_in_q <= queue_in_q + 1'b1;
    end
    if (OneClock == 1) begin
      waits_q <= arrives;
      if (arrives) waiting_q <= line_i;
    end else if (arrives) begin
      pending_q[line_i] <= 1'b1;
      if (pending_q[line_i]) late_q <= late_q + 32'd1;
    end
    if (mix_stb) mix_ram[control_line] <= {cancels, share, comfort};
    if (power_stb) begin
      power_ram[control_line] <= {near_power, left_power};
      known_q[control_line]   <= 1'b1;
    end
    if (done_stb) begin
      oldest_ram[done_line]   <= oldest;
      weighted_ram[done_line] <= weighted;
    end
    if (estimate_stb) begin
      learning_ram[estimate_line] <= learning;
      heard_ram[estimate_line]    <= heard;
    end
    if (rst_i) begin
      picked_q  <= 1'b0;
      waits_q   <= 1'b0;
      pending_q <= '0;
      queue_in_q  <= '0;
      queue_out_q <= '0;
      known_q   <= '0;
      late_q    <= '0;
    end
  end

  logic job_ends, job_begins;
  logic [ConfigBits-1:0] job_config;
  assign {job_ends, job_begins, job_config} = picked_job_q;
  logic take_over, restore, measure, control_awake, filter_awake, estimates_awake;
  logic signed [17:0] rise;
  logic [5:0] shift;
  logic [8:0] pass_random;
  // Where the line's tail lies, and what comes new into it, kept beside the control while it decides.
  logic [1:0] tail_q;
  logic [PlaceWidth-1:0] place_q;
  logic signed [15:0] far_q;
  always_ff @(posedge clk_i) begin
    if (picked_q && control_ready) begin
      tail_q  <= job_config[1:0];
      place_q <= job_config[4+:PlaceWidth];
      far_q   <= picked_far;
    end
  end
  if (OneClock == 1) begin : gen_one_clock
    assign control_ready   = 1'b1;
    assign estimate_stb    = done_stb;
    assign estimate_line   = done_line;
    assign estimates_awake = 1'b0;
    echo_control_one_clock #(.Lines(Lines), .LineWidth(LineWidth)) u_control (
        .clk_i, .rst_i, .awake_o(control_awake), .work_i(picked_q), .line_i(picked_line_q),
        .block_ends_i(job_ends), .fresh_i(job_begins), .learns_i(!job_config[2]), .suppresses_i(job_config[3]),
        .tail_i(job_config[1:0]), .near_i(picked_near_q), .learning_i(picked_learning_q), .heard_i(picked_heard_q),
        .oldest_far_i(picked_oldest_q), .weighted_i(picked_weighted_q), .far_i(picked_far), .start_o(start_pass),
        .line_o(control_line), .fresh_o(pass_fresh), .take_over_o(take_over), .restore_o(restore), .measure_o(measure), .rise_o(rise),
        .shift_o(shift), .random_o(pass_random), .mix_stb_o(mix_stb), .cancels_o(cancels), .share_o(share), .comfort_o(comfort),
        .power_stb_o(power_stb), .near_power_o(near_power), .left_power_o(left_power)
    );
    echo_filter_one_clock #(.Places(Places), .LineWidth(LineWidth)) u_filter (
        .clk_i, .rst_i, .awake_o(filter_awake), .start_i(start_pass), .line_i(control_line),
        .place_i(place_q), .tail_i(tail_q), .fresh_i(pass_fresh),
        .take_over_i(take_over), .restore_i(restore), .measure_i(measure), .rise_i(rise), .shift_i(shift),
        .random_i(pass_random), .far_i(far_q),
        .done_stb_o(done_stb), .line_o(done_line), .learning_o(learning), .heard_o(heard), .oldest_far_o(oldest), .weighted_o(weighted)
    );
  end else begin : gen_sequential
    logic pass_ready;
    logic [8:0] octet_q;
    always_ff @(posedge clk_i) if (picked_q && control_ready) octet_q <= picked_octet_q;
    logic signed [15:0] learning_said, heard_said;
    echo_control #(.Lines(Lines), .LineWidth(LineWidth)) u_control (
        .clk_i, .rst_i, .awake_o(control_awake), .ready_o(control_ready), .work_i(picked_q), .line_i(picked_line_q),
        .block_ends_i(job_ends), .fresh_i(job_begins), .learns_i(!job_config[2]), .suppresses_i(job_config[3]),
        .tail_i(job_config[1:0]), .near_i(picked_near_q), .learning_i(picked_learning_q), .heard_i(picked_heard_q),
        .oldest_far_i(picked_oldest_q), .weighted_i(picked_weighted_q), .far_i(picked_far), .start_o(start_pass), .start_ready_i(pass_ready),
        .line_o(control_line), .fresh_o(pass_fresh), .take_over_o(take_over), .restore_o(restore), .measure_o(measure), .rise_o(rise),
        .shift_o(shift), .random_o(pass_random), .mix_stb_o(mix_stb), .cancels_o(cancels), .share_o(share), .comfort_o(comfort),
        .power_stb_o(power_stb), .near_power_o(near_power), .left_power_o(left_power)
    );
    echo_filter #(.Lanes(Lanes), .Rows(Rows), .LineWidth(LineWidth)) u_filter (
        .clk_i, .rst_i, .awake_o(filter_awake), .ready_o(pass_ready), .start_i(start_pass), .line_i(control_line),
        .first_row_i(RowWidth'(place_q) * RowWidth'(RowsAPlace)), .tail_i(tail_q), .fresh_i(pass_fresh),
        .take_over_i(take_over), .restore_i(restore), .measure_i(measure), .rise_i(rise), .shift_i(shift),
        .random_i(pass_random), .octet_i(octet_q), .far_i(far_q),
        .done_stb_o(done_stb), .line_o(done_line), .learning_o(learning_said), .heard_o(heard_said), .oldest_far_o(oldest), .weighted_o(weighted)
    );
    echo_estimates #(.Lines(Lines), .LineWidth(LineWidth)) u_estimates (
        .clk_i, .rst_i, .awake_o(estimates_awake), .begin_stb_i(start_pass && pass_fresh), .begin_line_i(control_line),
        .stb_i(done_stb), .line_i(done_line), .learning_i(learning_said), .heard_i(heard_said),
        .stb_o(estimate_stb), .line_o(estimate_line), .learning_o(learning), .heard_o(heard)
    );
  end

  assign awake_o = arrives || picked_q || waits_q || queue_in_q != queue_out_q || control_awake || filter_awake || estimates_awake;
endmodule
`default_nettype wire
