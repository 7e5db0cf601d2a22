// SPDX-License-Identifier: MIT
// Peak and mean square of every slot's input, over windows of LevelWindow frames (regs/level.toml).
// All slots share the windows; a window begins with slot 0 of its first frame. Slots from UsedSlots on are always
// silent; they need not come.
//
// Latency: four clocks from ingress_stb_i to the memories; nothing stalls. Register reads take
// two clocks, and return 0 until the first window has ended.
// Relied upon: slot 0 in every frame; four clocks between two samples of one slot.
// Not guaranteed: that peak and mean_square, read apart, are of the same window.
`default_nettype none
module level_meter #(
    parameter int unsigned Slots       = 256,
    parameter int unsigned UsedSlots   = Slots,
    parameter int unsigned LevelWindow = 1024,
    parameter int unsigned SlotBits    = $clog2(Slots)
) (
    input  logic                clk_i,
    input  logic                rst_i,
    output logic                awake_o,  // low: the next clock changes nothing
    input  logic                ingress_stb_i,
    input  logic [SlotBits-1:0] ingress_slot_i,
    input  logic [15:0]         ingress_sample_i,
    input  logic                reg_valid_i,
    input  logic                reg_write_i,
    input  logic [15:0]         reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // nothing can be written
    input  logic [31:0]         reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                reg_ack_o,
    output logic [7:0]          reg_status_o,
    output logic [31:0]         reg_rdata_o
);
  localparam int unsigned WindowBits = $clog2(LevelWindow);
  if (LevelWindow < 2 || LevelWindow > 65536 || LevelWindow != 2 ** WindowBits)
  begin : gen_check_window
    $error("level_meter: LevelWindow must be a power of two, 2 to 65536 frames");
  end
  if (Slots < 2 || Slots > switchroom_regs::LevelPeakCount) begin : gen_check_slots
    $error("level_meter: Slots must be 2 to 4096, what the register map has");
  end

  localparam int unsigned SumBits = 31 + WindowBits;
  // Of those that somebody uses, not of all: with 2,048 slots these are four block RAMs of a board instead of twelve.
  localparam int unsigned UsedBits = $clog2(UsedSlots);
  logic [16+SumBits-1:0] running_ram[2**UsedBits];  // peak, sum of squares
  logic [46:0]           result_ram[2**UsedBits];   // peak, mean square

  // Frame of the window; the first frame begins new sums, the last ends them.
  logic [WindowBits-1:0] frame_q;
  logic first_slot_stb, result_valid_q, started_q;
  assign first_slot_stb = ingress_stb_i && ingress_slot_i == '0;

  // Stages: 1 running sums read, magnitude known; 2 square known; 3 summed up; 4 written.
  logic square_q, add_q, store_q, first_q, last_q, store_last_q;
  logic [UsedBits-1:0]   slot_q, add_slot_q, store_slot_q;
  logic [15:0]           magnitude_q, add_magnitude_q, peak_q;
  logic [31:0]           square_value_q;
  logic [SumBits-1:0]    sum_q;
  logic [16+SumBits-1:0] running_q, add_running_q;
  logic [15:0]           running_peak;
  logic [SumBits-1:0]    running_sum;
  assign {running_peak, running_sum} = add_running_q;

  always_ff @(posedge clk_i) begin
    square_q <= ingress_stb_i && 32'(ingress_slot_i) < UsedSlots;
    add_q    <= square_q;
    store_q  <= add_q;
    if (ingress_stb_i) begin
      running_q   <= running_ram[ingress_slot_i[UsedBits-1:0]];
      slot_q      <= ingress_slot_i[UsedBits-1:0];
      magnitude_q <= ingress_sample_i[15] ? ~ingress_sample_i + 16'd1 : ingress_sample_i;
    end
    if (first_slot_stb) begin
      frame_q   <= started_q ? frame_q + 1'b1 : '0;
      started_q <= 1'b1;
      if (started_q && &frame_q) result_valid_q <= 1'b1;
    end
    if (square_q) begin
      first_q         <= frame_q == '0;
      last_q          <= &frame_q;
      add_slot_q      <= slot_q;
      add_magnitude_q <= magnitude_q;
      add_running_q   <= running_q;
      square_value_q  <= magnitude_q * magnitude_q;
    end
    if (add_q) begin
      sum_q  <= (first_q ? '0 : running_sum) + SumBits'(square_value_q);
      peak_q <= first_q || add_magnitude_q > running_peak ? add_magnitude_q : running_peak;
      store_slot_q <= add_slot_q;
      store_last_q <= last_q;
    end
    if (store_q) begin
      running_ram[store_slot_q] <= {peak_q, sum_q};
      if (store_last_q) result_ram[store_slot_q] <= {peak_q, sum_q[SumBits-1:WindowBits]};
    end
    if (rst_i) begin
      square_q       <= 1'b0;
      add_q          <= 1'b0;
      store_q        <= 1'b0;
      started_q      <= 1'b0;
      result_valid_q <= 1'b0;
    end
  end

  // Registers: read only.
  logic decoded_q, peak_hit_q, mean_hit_q, of_somebody_q, start, slot_hit;
  assign awake_o = ingress_stb_i || square_q || add_q || store_q || reg_valid_i || decoded_q
                || reg_ack_o;
  logic [46:0] result_q;
  assign start    = reg_valid_i && !reg_ack_o && !decoded_q;
  assign slot_hit = {20'd0, reg_addr_i[11:0]} < Slots;
  always_ff @(posedge clk_i) begin
    if (start || decoded_q || reg_ack_o) begin
      decoded_q <= start;
      reg_ack_o <= decoded_q;
      if (start) begin
        result_q   <= result_ram[reg_addr_i[UsedBits-1:0]];
        peak_hit_q <= slot_hit && reg_addr_i[15:12] == switchroom_regs::LevelPeakWord[15:12];
        mean_hit_q <= slot_hit && reg_addr_i[15:12] == switchroom_regs::LevelMeanSquareWord[15:12];
        of_somebody_q <= {20'd0, reg_addr_i[11:0]} < UsedSlots;
      end
      if (decoded_q) begin
        reg_status_o <= reg_write_i ? switchroom_regs::StatusReadOnly : switchroom_regs::StatusOk;
        reg_rdata_o  <= 32'd0;
        if (peak_hit_q) reg_rdata_o <= {16'd0, result_valid_q && of_somebody_q ? result_q[46:31] : 16'd0};
        else if (mean_hit_q) reg_rdata_o <= {1'b0, result_valid_q && of_somebody_q ? result_q[30:0] : 31'd0};
        else begin
          case (reg_addr_i)
            switchroom_regs::LevelIdWord:           reg_rdata_o <= switchroom_regs::LevelId;
            switchroom_regs::LevelCapacityWord:     reg_rdata_o <= Slots;
            switchroom_regs::LevelWindowFramesWord: reg_rdata_o <= LevelWindow;
            default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
          endcase
        end
      end
    end
    if (rst_i) begin
      decoded_q <= 1'b0;
      reg_ack_o <= 1'b0;
    end
  end
endmodule
`default_nettype wire
