// SPDX-License-Identifier: MIT
// Answer-tone detector of all lines, both directions: 2100 Hz with phase reversals, which modems
// and fax machines send to have echo cancellers disabled (ITU-T G.168 clause 7, V.25, V.8). How it decides
// is told in dsp/golden/answer_tone.hpp, which has the same results.
//
// When the last line's sample of a frame has left the switch, the watched lines are multiplied by
// cosine and sine of 2100 Hz one after another: three products a direction, one a clock, one
// multiplier. A line whose window of 80 frames is then complete, one in 80, is judged at once, in 54 to 67 clocks
// and the time its events wait. A line that is not watched takes one clock, and none if no line is.
// Latency: disable_o rises 9 to 19 ms after the second reversal, 0.9 to 1.0 s after the tone
// began; falls 250 to 260 ms after both directions fell silent, or at once when the line is not
// watched any more. An answer tone without reversals is told after 500 to 520 ms.
// Relied upon: slots in ascending order, once a frame, ingress before egress or less than a frame
// after it; events taken within a frame. A change of line_config counts from the next frame on.
`default_nettype none
module answer_tone #(
    parameter int unsigned Lines          = 32,
    parameter int unsigned FirstSlot      = 0,
    parameter int unsigned SlotBits       = 8,
    parameter int unsigned ClocksPerFrame = 1024
) (
    input  logic                clk_i,
    input  logic                clk_slot_i,   // clk_i; left out only after two clocks of no stream
    input  logic                rst_i,
    output logic                awake_o,      // low: the next clock changes nothing
    output logic                wake_o,       // what wakes it from outside its clock
    output logic [Lines-1:0]    disable_o,    // the line's echo canceller keeps out of the way
    // what the lines say, what they hear
    input  logic                ingress_stb_i,
    input  logic [SlotBits-1:0] ingress_slot_i,
    input  logic [15:0]         ingress_sample_i,
    input  logic                egress_stb_i,
    input  logic [SlotBits-1:0] egress_slot_i,
    input  logic [15:0]         egress_sample_i,
    input  logic                reg_valid_i,
    input  logic                reg_write_i,
    input  logic [15:0]         reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // one bit is used
    input  logic [31:0]         reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                reg_ack_o,
    output logic [7:0]          reg_status_o,
    output logic [31:0]         reg_rdata_o,
    output logic                event_valid_o,
    input  logic                event_ready_i,
    output logic [7:0]          event_kind_o,
    output logic [7:0]          event_index_o,
    output logic [15:0]         event_data_o
);
  localparam int unsigned LineBits = Lines > 1 ? $clog2(Lines) : 1;
  if (Lines < 1 || Lines > 256) begin : gen_check_lines
    $error("answer_tone: Lines must be 1 to 256, the range of an event's index");
  end
  if (7 * Lines + 72 * ((Lines + 79) / 80) + 32 > ClocksPerFrame) begin : gen_check_clocks
    $error("answer_tone: a frame must have 7 clocks a line, 72 for each 80 lines, and 32");
  end

  // Registers
  logic [Lines-1:0] enable_q;
  logic any_q;  // line is watched
  logic request, config_hit, state_hit, line_hit, forget;
  logic [LineBits-1:0] config_line;
  assign request     = reg_valid_i && !reg_ack_o;
  assign config_line = reg_addr_i[LineBits-1:0];
  assign line_hit    = {22'd0, reg_addr_i[9:0]} < Lines;
  assign config_hit  = line_hit
                    && reg_addr_i[15:10] == switchroom_regs::AnswerToneLineConfigWord[15:10];
  assign state_hit   = line_hit
                    && reg_addr_i[15:10] == switchroom_regs::AnswerToneLineStateWord[15:10];
  assign forget      = request && config_hit && reg_write_i && !reg_wdata_i[0];
  always_ff @(posedge clk_i) begin
    reg_ack_o <= request;
    any_q     <= enable_q != '0;
    if (request) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (config_hit) begin
        reg_rdata_o <= {31'd0, enable_q[config_line]};
        if (reg_write_i) enable_q[config_line] <= reg_wdata_i[0];
      end else begin
        if (reg_write_i) reg_status_o <= switchroom_regs::StatusReadOnly;
        if (state_hit) reg_rdata_o <= {31'd0, disable_o[config_line]};
        else begin
          case (reg_addr_i)
            switchroom_regs::AnswerToneIdWord:        reg_rdata_o <= switchroom_regs::AnswerToneId;
            switchroom_regs::AnswerToneCapacityWord:  reg_rdata_o <= Lines;
            switchroom_regs::AnswerToneFirstSlotWord: reg_rdata_o <= FirstSlot;
            default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
          endcase
        end
      end
    end
    if (rst_i) begin
      reg_ack_o <= 1'b0;
      enable_q  <= '0;
      any_q     <= 1'b0;
    end
  end

  // Samples of the frame
  logic [15:0] said_ram[2**LineBits];
  logic [15:0] heard_ram[2**LineBits];
  logic [15:0] said_q, heard_q;
  logic [31:0] ingress_line, egress_line;
  logic        frame_complete_q;
  assign ingress_line = 32'(ingress_slot_i) - FirstSlot;
  assign egress_line  = 32'(egress_slot_i) - FirstSlot;
  always_ff @(posedge clk_slot_i) begin
    if (ingress_stb_i && ingress_line < Lines) said_ram[ingress_line[LineBits-1:0]] <= ingress_sample_i;
    if (egress_stb_i && egress_line < Lines) heard_ram[egress_line[LineBits-1:0]] <= egress_sample_i;
    frame_complete_q <= egress_stb_i && egress_line == Lines - 1 && !rst_i;
  end

  // Sequence: four clocks for the references, then the lines.
  localparam bit [2:0] Idle = 3'd0, Refer = 3'd1, Seek = 3'd2, Listen = 3'd3, Drain = 3'd4,
                       Judge = 3'd5, Tell = 3'd6;
  logic [2:0]          step_q;
  logic [1:0]          refer_q, word_q;      // word: cosine, sine, square
  logic                heard_side_q;         // direction: 0 said, 1 heard
  logic [LineBits-1:0] line_q;
  logic [Lines-1:0]    watched_q;            // of this frame
  logic [6:0]          frame_q, place_q;     // of a window, modulo 80: of line 0, of line line_q
  logic                odd_q, place_odd_q;   // the window's number, modulo 2
  logic                watched, last_line, ends, flows, judged;
  assign watched   = watched_q[line_q] && (live_q[line_q] || place_q == 7'd0);
  assign last_line = line_q == LineBits'(Lines - 1);
  assign ends      = place_q == 7'd79;
  assign wake_o    = reg_valid_i || (frame_complete_q && any_q);
  assign awake_o   = wake_o || reg_ack_o || step_q != Idle || flows || event_valid_o;
  always_ff @(posedge clk_i) begin
    case (step_q)
      Idle: begin
        line_q       <= '0;
        refer_q      <= 2'd0;
        word_q       <= 2'd0;
        heard_side_q <= 1'b0;
        place_q      <= frame_q;
        place_odd_q  <= odd_q;
        watched_q    <= enable_q;
        if (frame_complete_q && any_q) begin
          step_q  <= Refer;
          frame_q <= frame_q == 7'd79 ? 7'd0 : frame_q + 7'd1;
          odd_q   <= odd_q ^ (frame_q == 7'd79);
        end
      end
      Refer: begin
        refer_q <= refer_q + 2'd1;
        if (refer_q == 2'd3) step_q <= Seek;
      end
      Seek: if (watched) step_q <= Listen;
      Listen: begin
        word_q <= word_q == 2'd2 ? 2'd0 : word_q + 2'd1;
        if (word_q == 2'd2) begin
          heard_side_q <= !heard_side_q;
          if (heard_side_q) step_q <= ends ? Drain : Seek;
        end
      end
      Drain: if (!flows) step_q <= Judge;
      Judge: if (judged) step_q <= Tell;
      default: begin
        if (!event_valid_o) begin
          heard_side_q <= !heard_side_q;
          step_q       <= heard_side_q ? Seek : Judge;
        end
      end
    endcase
    // On to the next line
    if ((step_q == Seek && !watched) || (step_q == Listen && word_q == 2'd2 && heard_side_q && !ends)
        || (step_q == Tell && heard_side_q && !event_valid_o)) begin
      line_q      <= line_q + 1'b1;
      place_q     <= ends ? 7'd0 : place_q + 7'd1;
      place_odd_q <= place_odd_q ^ ends;
      if (last_line) step_q <= Idle;
    end
    if (rst_i) begin
      step_q  <= Idle;
      frame_q <= 7'd0;
      odd_q   <= 1'b0;
    end
  end

  // live: watched since a window's beginning; fresh: nothing is known from before this window.
  logic [Lines-1:0] live_q, fresh_q;
  always_ff @(posedge clk_i) begin
    if (step_q == Seek && watched && enable_q[line_q] && !live_q[line_q]) begin
      live_q[line_q]  <= 1'b1;
      fresh_q[line_q] <= 1'b1;
    end
    if (step_q == Tell && heard_side_q && !event_valid_o) fresh_q[line_q] <= 1'b0;
    if (forget) live_q[config_line] <= 1'b0;
    if (rst_i) live_q <= '0;
  end

  // Cosine and sine of 2100 Hz in this frame
  localparam bit [15:0] Increment = 16'd17203;  // 2100 / 8000 · 65536
  logic [15:0] phase_q;
  logic signed [15:0] sine, cosine_q, sine_q;
  sine_rom u_sine (.clk_i, .enable_i(step_q == Refer),
                   .phase_i(refer_q[0] ? phase_q : phase_q + 16'h4000), .sine_o(sine));
  always_ff @(posedge clk_i) begin
    if (step_q == Refer) begin
      if (refer_q == 2'd2) cosine_q <= sine;
      if (refer_q == 2'd3) begin
        sine_q  <= sine;
        phase_q <= phase_q + Increment;
      end
    end
    if (rst_i) phase_q <= '0;
  end

  // Sums: of the products with cosine and sine in units of 2^10, of the squares in units of 2^6.
  // The words of a direction are read, chosen, multiplied, added and written, a clock each.
  logic        choose_q, multiply_q, add_q, store_q;
  logic        choose_heard_q, choose_begins_q, multiply_square_q, add_square_q;
  logic [1:0]  choose_word_q;
  logic [LineBits+2:0] sum_address, choose_address_q, multiply_address_q, add_address_q, store_address_q;
  logic signed [31:0]  sum_ram[2**(LineBits + 3)];
  logic signed [31:0]  sum_q, multiply_before_q, before_q, result_q;
  logic signed [17:0]  factor_a, factor_b, factor_a_q, factor_b_q;
  (* keep *) logic signed [35:0] product_q;
  assign flows = choose_q || multiply_q || add_q || store_q;
  always_comb begin
    sum_address = {line_q, heard_side_q, word_q};
    if (step_q == Judge) sum_address = {line_q, heard_side_q, clock_q[1:0]};
  end
  always_ff @(posedge clk_i) begin
    choose_q   <= step_q == Listen;
    multiply_q <= choose_q;
    add_q      <= multiply_q;
    store_q    <= add_q;
    if (step_q == Listen || step_q == Judge) sum_q <= sum_ram[sum_address];
    if (step_q == Listen) begin
      said_q             <= said_ram[line_q];
      heard_q            <= heard_ram[line_q];
      choose_heard_q     <= heard_side_q;
      choose_word_q      <= word_q;
      choose_begins_q    <= place_q == 7'd0;
      choose_address_q   <= sum_address;
    end
    if (choose_q || step_q == Judge) {factor_a_q, factor_b_q} <= {factor_a, factor_b};
    if (multiply_q || step_q == Judge) product_q <= factor_a_q * factor_b_q;
    if (choose_q) begin
      multiply_before_q  <= choose_begins_q ? 32'sd0 : sum_q;
      multiply_square_q  <= choose_word_q == 2'd2;
      multiply_address_q <= choose_address_q;
    end
    if (multiply_q) begin
      before_q      <= multiply_before_q;
      add_square_q  <= multiply_square_q;
      add_address_q <= multiply_address_q;
    end
    if (add_q) begin
      result_q        <= before_q + 32'(add_square_q ? product_q >>> 6 : product_q >>> 10);
      store_address_q <= add_address_q;
    end
    if (store_q) sum_ram[store_address_q] <= result_q;
    if (rst_i) begin
      choose_q   <= 1'b0;
      multiply_q <= 1'b0;
      add_q      <= 1'b0;
      store_q    <= 1'b0;
    end
  end

  // The judge: one direction after the other. v: the window's sum z, later its turn; p: what was
  // two windows ago.
  localparam bit [4:0] Scale = 5'd7, Last = 5'd23;
  localparam bit [35:0] LeastTone   = 36'd1048576;  // −35 dBm0
  localparam bit [31:0] LeastSignal = 32'd147456;   // −33.4 dBm0
  logic [4:0]  clock_q;
  logic [2:0]  scaled_q;
  logic signed [17:0] v_re_q, v_im_q, p_re_q, p_im_q;
  logic signed [37:0] gathered_q;
  // How far the phase is from where the two windows before were going, as a complex number.
  logic signed [23:0] bend_re_q, bend_im;
  logic [23:0] bend_im_magnitude;
  logic bent_q;  // by more than 135°
  assign bend_im = 24'(gathered_q >>> 14);
  assign bend_im_magnitude = bend_im[23] ? ~bend_im : bend_im;
  logic [31:0] energy_q;
  logic        good_q, loud_q, other_loud_q, slight;
  logic [35:0] memory_ram[2**(LineBits + 3)];  // of two windows each: z, and its turn
  logic [35:0] memory_q;
  logic [LineBits+2:0] memory_address;
  assign memory_address = {line_q, heard_side_q, clock_q > 5'd10, place_odd_q};
  assign slight  = v_re_q[17] == v_re_q[16] && v_re_q[16] == v_re_q[15]
               && v_im_q[17] == v_im_q[16] && v_im_q[16] == v_im_q[15];
  assign judged = clock_q == Last;
  // Five eighths of the energy are at 2100 Hz: |z|² is 10 · energy · share.
  logic [36:0] energy_25;
  logic        is_tone;
  assign energy_25 = {1'b0, energy_q, 4'd0} + {2'b0, energy_q, 3'd0} + {5'b0, energy_q};
  assign is_tone   = gathered_q[35:0] >= LeastTone && {gathered_q[35:0], 2'd0} >= {1'b0, energy_25};
  always_comb begin
    factor_a = choose_heard_q ? 18'($signed(heard_q)) : 18'($signed(said_q));
    case (choose_word_q)
      2'd0:    factor_b = 18'(cosine_q);
      2'd1:    factor_b = 18'(sine_q);
      default: factor_b = factor_a;
    endcase
    if (step_q == Judge) begin
      case (clock_q)
        5'd2:         begin factor_a = v_re_q; factor_b = v_re_q; end
        5'd3:         begin factor_a = v_im_q; factor_b = v_im_q; end
        5'd8, 5'd15:  begin factor_a = v_re_q; factor_b = p_re_q; end
        5'd9, 5'd16:  begin factor_a = v_im_q; factor_b = p_im_q; end
        5'd10, 5'd17: begin factor_a = v_im_q; factor_b = p_re_q; end
        default:     begin factor_a = v_re_q; factor_b = p_im_q; end
      endcase
    end
  end
  always_ff @(posedge clk_i) begin
    if (step_q != Judge) begin
      clock_q  <= 5'd0;
      scaled_q <= 3'd0;
    end else begin
      if (clock_q != Scale || !slight || scaled_q == 3'd6) clock_q <= clock_q + 5'd1;
      memory_q <= memory_ram[memory_address];
      bent_q   <= bend_re_q[23] && bend_im_magnitude < -bend_re_q;  // stands from 22 on
      case (clock_q)
        5'd1: v_re_q <= 18'(sum_q >>> 9);
        5'd2: v_im_q <= 18'(sum_q >>> 9);
        5'd3: energy_q <= sum_q;
        5'd4, 5'd10, 5'd17: gathered_q <= 38'(product_q);
        5'd5, 5'd11, 5'd18: gathered_q <= gathered_q + 38'(product_q);
        5'd6: begin
          good_q <= is_tone;
          loud_q <= is_tone || energy_q >= LeastSignal;
          p_re_q <= memory_q[35:18];
          p_im_q <= memory_q[17:0];
        end
        Scale: if (slight && scaled_q != 3'd6) begin
          v_re_q   <= v_re_q <<< 1;
          v_im_q   <= v_im_q <<< 1;
          scaled_q <= scaled_q + 3'd1;
        end
        5'd12: begin
          v_re_q     <= 18'(gathered_q >>> 17);
          gathered_q <= 38'(product_q);
        end
        5'd13, 5'd20: gathered_q <= gathered_q - 38'(product_q);
        5'd14: begin
          v_im_q <= 18'(gathered_q >>> 17);
          p_re_q <= memory_q[35:18];
          p_im_q <= memory_q[17:0];
        end
        5'd19: begin
          bend_re_q  <= 24'(gathered_q >>> 14);
          gathered_q <= 38'(product_q);
        end
        default: ;
      endcase
      if (clock_q == 5'd8 || clock_q == 5'd15) memory_ram[memory_address] <= {v_re_q, v_im_q};
      if (judged && !heard_side_q) other_loud_q <= loud_q;
    end
  end

  // What is known of a direction
  (* ram_style = "distributed" *) logic [14:0] state_ram[2**(LineBits + 1)];
  logic [14:0] state_q, next, next_q;
  logic        tells_reversals, tells_tone, tells_reversals_q, tells_tone_q;
  answer_tone_run u_run (
      .known_i(state_q), .good_i(good_q), .bent_i(bent_q), .next_o(next), .tells_reversals_o(tells_reversals),
      .tells_tone_o(tells_tone));
  always_ff @(posedge clk_i) begin
    if (step_q == Judge) begin
      if (clock_q == 5'd0) state_q <= state_ram[{line_q, heard_side_q}];
      if (clock_q == 5'd1 && fresh_q[line_q]) state_q <= 15'd0;
      {next_q, tells_reversals_q, tells_tone_q} <= {next, tells_reversals, tells_tone};  // stand from 23 on
      if (judged) state_ram[{line_q, heard_side_q}] <= next_q;
    end
  end

  // Of a line: disabled by reversals in one direction, until both have been silent for 25 windows.
  localparam bit [4:0] Release = 5'd24;
  logic [4:0] quiet_ram[2**LineBits];
  logic [4:0] quiet_q;
  logic       silent, disables, releases;
  assign silent   = !loud_q && !other_loud_q;
  assign disables = step_q == Judge && judged && tells_reversals_q;
  assign releases = step_q == Judge && judged && heard_side_q && disable_o[line_q] && silent
                 && quiet_q == Release;
  always_ff @(posedge clk_i) begin
    if (step_q == Judge && clock_q == 5'd0) quiet_q <= quiet_ram[line_q];
    if (step_q == Judge && judged && heard_side_q) begin
      quiet_ram[line_q] <= silent && disable_o[line_q] ? quiet_q + 5'd1 : 5'd0;
    end
    if (releases) disable_o[line_q] <= 1'b0;
    if (disables && enable_q[line_q]) disable_o[line_q] <= 1'b1;
    if (forget) disable_o[config_line] <= 1'b0;
    if (rst_i) disable_o <= '0;
  end

  always_ff @(posedge clk_i) begin
    if (event_valid_o && event_ready_i) event_valid_o <= 1'b0;
    if (step_q == Judge && judged && enable_q[line_q] && (tells_reversals_q || tells_tone_q || releases)) begin
      event_valid_o <= 1'b1;
      event_kind_o  <= releases ? switchroom_regs::EventKindCarrierLost
                                : switchroom_regs::EventKindAnswerTone;
      event_index_o <= 8'(line_q);
      event_data_o  <= releases ? 16'd0 : {14'd0, heard_side_q, tells_reversals_q};
    end
    if (rst_i) event_valid_o <= 1'b0;
  end
endmodule
`default_nettype wire
