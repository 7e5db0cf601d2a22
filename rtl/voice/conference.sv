// SPDX-License-Identifier: MIT
// Conferences whose members are slots of the switch (regs/conference.toml, docs/adr/0020): member n says
// in its bridge what the egress stream has for slot FirstSlot + n, and hears the others of the bridge as
// the slot's source in the next frame. conference_mixer.sv has the arithmetic. A member that is not
// enabled, and has faded out, takes no clock.
//
// Latency: sample_o one clock after member_stb_i. A request is answered two clocks after it is
// seen. Nothing stalls.
// Relied upon: member_stb_i only for members that speak; the egress stream has all slots once a frame, ascending, one a clock, and begins at most
// 8 clocks into the frame; all results are there 3 · Members + 32 clocks after the first member's sample.
// Not guaranteed: that a bridge that gets suddenly too loud is not clipped in its first samples.
`default_nettype none
module conference #(
    parameter int unsigned Members        = 64,
    parameter int unsigned FirstSlot      = 192,
    parameter int unsigned SlotBits       = 8,
    parameter int unsigned ClocksPerFrame = 512,
    localparam int unsigned MemberWidth   = $clog2(Members)
) (
    input  logic                   clk_i,
    input  logic                   rst_i,
    output logic                   awake_o,  // low: the next clock changes nothing that was asked for
    input  logic                   frame_stb_i,
    input  logic                   egress_stb_i,
    input  logic [SlotBits-1:0]    egress_slot_i,
    input  logic [15:0]            egress_sample_i,
    output logic [Members-1:0]     speaks_o,  // members whose sample may be asked for; of others it is 0
    output logic [Members-1:0]     used_o,    // members whose slots must come, in each frame
    input  logic                   member_stb_i,
    input  logic [MemberWidth-1:0] member_i,
    output logic [15:0]            sample_o,
    input  logic                   reg_valid_i,
    input  logic                   reg_write_i,
    input  logic [15:0]            reg_addr_i,
    /* verilator lint_off UNUSEDSIGNAL */  // there are no more fields
    input  logic [31:0]            reg_wdata_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                   reg_ack_o,
    output logic [7:0]             reg_status_o,
    output logic [31:0]            reg_rdata_o
);
  if (Members < 4 || Members > switchroom_regs::ConferenceMemberCount || Members != 2 ** MemberWidth)
  begin : gen_check_members
    $error("conference: Members must be a power of two, 4 to 64");
  end
  if (ClocksPerFrame < FirstSlot + 3 * Members + 40) begin : gen_check_time
    $error("conference: ClocksPerFrame must be FirstSlot + 3 · Members + 40 or more");
  end

  // What lies in a member's word beside enable: hears, says, bridge, mute.
  localparam int unsigned ConfigBits = 29;

  // Registers
  logic decoded_q, start, write_q, hit, hit_q, enabled_q;
  logic [15:0] index;
  logic [MemberWidth-1:0] index_q;
  logic [ConfigBits:0] word_q;
  assign start = reg_valid_i && !reg_ack_o && !decoded_q;
  assign index = reg_addr_i - switchroom_regs::ConferenceMemberWord;
  assign hit   = reg_addr_i >= switchroom_regs::ConferenceMemberWord && 32'(index) < Members;
  (* ram_style = "distributed" *) logic [ConfigBits-1:0] config_ram[2**MemberWidth];
  logic [ConfigBits-1:0] config_read, config_read_q, config_q;
  logic moved_q;  // to another bridge
  assign config_read = config_ram[index[MemberWidth-1:0]];
  logic [Members-1:0] enable_q, fading_q, fresh_q, silent_q;
  always_ff @(posedge clk_i) begin
    decoded_q <= start;
    reg_ack_o <= decoded_q;
    if (start) begin
      hit_q         <= hit;
      write_q       <= reg_write_i;
      index_q       <= index[MemberWidth-1:0];
      word_q        <= reg_wdata_i[ConfigBits:0];
      config_read_q <= config_read;
      moved_q       <= config_read[5:1] != reg_wdata_i[6:2];
      enabled_q     <= enable_q[index[MemberWidth-1:0]];
    end
    if (decoded_q) begin
      reg_status_o <= switchroom_regs::StatusOk;
      reg_rdata_o  <= 32'd0;
      if (hit_q) begin
        if (!write_q) reg_rdata_o <= enabled_q ? {2'd0, config_read_q, 1'b1} : 32'd0;
      end else begin
        if (write_q) reg_status_o <= switchroom_regs::StatusReadOnly;
        case (reg_addr_i)
          switchroom_regs::ConferenceIdWord:        reg_rdata_o <= switchroom_regs::ConferenceId;
          switchroom_regs::ConferenceCapacityWord:  reg_rdata_o <= Members;
          switchroom_regs::ConferenceFirstSlotWord: reg_rdata_o <= FirstSlot;
          default: reg_status_o <= switchroom_regs::StatusNoSuchRegister;
        endcase
      end
    end
    if (rst_i) begin
      decoded_q <= 1'b0;
      reg_ack_o <= 1'b0;
    end
  end
  // A word that disables leaves the rest as it was: what fades does so where it was said.
  logic put;
  assign put = decoded_q && hit_q && write_q;
  always_ff @(posedge clk_i) begin
    if (put && word_q[0]) config_ram[index_q] <= word_q[ConfigBits:1];
  end

  // Says and hears
  logic [MemberWidth-1:0] egress_member, say_member_q, faded_member, faded_member_q, done_member;
  logic arriving, last, saying, arrived_q, last_q, say, in_use, faded_stb, faded_stb_q, done_stb, mixer_awake;
  logic [15:0] say_sample_q;
  logic [15:0] done_sample;
  assign egress_member = egress_slot_i[MemberWidth-1:0] - MemberWidth'(FirstSlot);
  assign arriving = egress_stb_i && 32'(egress_slot_i) >= FirstSlot
                 && 32'(egress_slot_i) < FirstSlot + Members;
  always_comb begin
    saying = 1'b0;
    last   = 1'b0;
    if (arriving) begin
      saying = enable_q[egress_member] || fading_q[egress_member];
      last   = 32'(egress_member) == Members - 1;
    end
  end
  // All of a member's word is taken with its sample, what it hears by, too: a write that comes later
  // counts from the next one on.
  logic say_enable_q, say_fading_q, say_fresh_q, enable_taken_q, fresh_taken_q;
  logic [ConfigBits-1:0] say_config_q;
  assign say = arrived_q && (say_enable_q || say_fading_q);
  always_ff @(posedge clk_i) begin
    arrived_q <= arriving;
    last_q    <= last;
    if (arriving) begin  // whether somebody says it is known too late to choose by it
      say_member_q <= egress_member;
      say_sample_q <= egress_sample_i;
      say_config_q <= config_ram[egress_member];
      say_enable_q <= enable_q[egress_member];
      say_fading_q <= fading_q[egress_member];
      say_fresh_q  <= fresh_q[egress_member];
    end
    if (say) begin
      config_q       <= say_config_q;
      enable_taken_q <= say_enable_q;
      fresh_taken_q  <= say_fresh_q;
    end
    if (rst_i) begin
      arrived_q <= 1'b0;
      last_q    <= 1'b0;
    end
  end
  conference_mixer #(.Members(Members)) u_mixer (
      .clk_i, .rst_i, .awake_o(mixer_awake), .frame_stb_i, .say_stb_i(say), .say_member_i(say_member_q),
      .say_sample_i(say_sample_q), .last_i(last_q), .in_use_o(in_use),
      .enable_i(enable_taken_q), .fresh_i(fresh_taken_q), .mute_i(config_q[0]),
      .bridge_i(config_q[5:1]), .says_i(config_q[17:6]), .hears_i(config_q[28:18]),
      .faded_stb_o(faded_stb), .faded_member_o(faded_member),
      .done_stb_o(done_stb), .done_member_o(done_member), .done_sample_o(done_sample)
  );

  // A member that was enabled, or moved, is fresh until its first sample is taken, and silent until it
  // has heard something since: it says nothing of what it was before.
  logic [15:0] result_ram[2**MemberWidth];
  assign speaks_o = enable_q & ~silent_q;
  assign used_o   = enable_q | fading_q;
  always_ff @(posedge clk_i) begin
    if (done_stb) begin
      result_ram[done_member] <= done_sample;
      silent_q <= silent_q & (fresh_q | ~(Members'(1) << done_member));
    end
    if (arriving) fresh_q[egress_member] <= 1'b0;  // it is, only of those that are enabled
    faded_stb_q    <= faded_stb;
    faded_member_q <= faded_member;
    if (faded_stb_q) fading_q[faded_member_q] <= 1'b0;
    // Disabled in the clock in which its first sample was taken
    if (arrived_q && say_enable_q && !enable_q[say_member_q]) fading_q[say_member_q] <= 1'b1;
    if (put) begin
      enable_q[index_q] <= word_q[0];
      if (word_q[0]) begin
        fading_q[index_q] <= 1'b0;
        if (!enabled_q || moved_q) begin
          fresh_q[index_q]  <= 1'b1;
          silent_q[index_q] <= 1'b1;
        end
      end else if (enabled_q) begin
        fresh_q[index_q]  <= 1'b0;
        fading_q[index_q] <= !fresh_q[index_q];
      end
    end
    sample_o <= result_ram[member_i];
    if (rst_i) begin
      enable_q <= '0;
      fading_q <= '0;
      fresh_q  <= '0;
    end
  end

  // What arrived unasked for may stand in arrived_q and last_q for long: the mixer takes no notice of it.
  assign awake_o = saying || (last && in_use) || mixer_awake || member_stb_i || reg_valid_i || decoded_q || reg_ack_o;
endmodule
`default_nettype wire
