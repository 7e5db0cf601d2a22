// SPDX-License-Identifier: MIT
// Slots that are not a line's voice alone: from FirstSlot on HdlcChannels HDLC channels, then the 32 of an
// IOM-2 bus, if there is one. It keeps the fabric's frame: 256 bits of ClocksPerFrame / 256 clocks, place 0
// with frame_stb_i. DCL has two cycles a bit, or one where a bit has only two clocks.
//
// Latency: sample_o one clock after slot_stb_i. Nothing stalls.
// Relied upon: the egress stream has all slots once a frame, ascending; left_i is the frame timer's.
`default_nettype none
module data_lines #(
    parameter int unsigned HdlcChannels   = 8,
    parameter int unsigned Iom2Buses      = 1,    // 0 or 1
    parameter int unsigned FirstSlot      = 288,
    parameter int unsigned SlotBits       = 9,
    parameter int unsigned ClocksPerFrame = 512,
    localparam int unsigned Slots         = HdlcChannels + 32 * Iom2Buses,
    localparam int unsigned Width         = Slots > 0 ? Slots : 1,
    localparam int unsigned IndexBits     = Slots > 1 ? $clog2(Slots) : 1,
    localparam int unsigned ClockBits     = $clog2(ClocksPerFrame)
) (
    input  logic                 clk_i,
    input  logic                 clk_iom2_i,   // of the IOM-2 bus' bits: clk_i, see fabric
    input  logic                 rst_i,
    output logic                 awake_o,      // low: the next clock of clk_i changes nothing
    output logic                 iom2_awake_o, // low: that of clk_iom2_i
    output logic                 runs_o,       // clocks of a frame may not be left out
    input  logic                 frame_stb_i,
    input  logic [ClockBits-1:0] left_i,       // clocks of this frame after this one
    // IOM-2
    output logic                 fsc_o,
    output logic                 dcl_o,
    output logic                 dd_o,         // 0 drives the line, 1 leaves it
    input  logic                 dd_i,
    input  logic                 du_i,
    /* verilator lint_off UNUSEDSIGNAL */  // where there are none
    // switch
    output logic [Width-1:0]     speaks_o,     // slots whose sample may be asked for; of others it is 0
    input  logic                 slot_stb_i,
    input  logic [IndexBits-1:0] slot_i,
    output logic [15:0]          sample_o,
    input  logic                 egress_stb_i,
    input  logic [SlotBits-1:0]  egress_slot_i,
    input  logic [15:0]          egress_sample_i,
    // registers and events: HDLC, IOM-2
    input  logic [1:0]           reg_valid_i,
    input  logic                 reg_write_i,
    input  logic [31:0]          reg_addr_i,  // of HDLC, of IOM-2
    input  logic [31:0]          reg_wdata_i,
    output logic [1:0]           reg_ack_o,
    output logic [15:0]          reg_status_o,
    output logic [63:0]          reg_rdata_o,
    output logic [1:0]           event_valid_o,
    input  logic [1:0]           event_ready_i,
    output logic [63:0]          event_o       // {kind, index, data}
    /* verilator lint_on UNUSEDSIGNAL */
);
  localparam int unsigned FirstIom2 = FirstSlot + HdlcChannels;
  localparam int unsigned BitBits = ClockBits - 8;
  if (Iom2Buses > 1) begin : gen_check_buses
    $error("data_lines: Iom2Buses must be 0 or 1");
  end
  if (Iom2Buses > 0 && (ClocksPerFrame < 512 || ClocksPerFrame != 2 ** ClockBits)) begin : gen_check_clocks
    $error("data_lines: ClocksPerFrame must be a power of two, 512 or more");
  end
  logic hdlc_awake, bus_awake;
  logic [15:0] hdlc_sample, iom2_sample;
  logic of_iom2, of_iom2_q;
  assign awake_o  = hdlc_awake || bus_awake || slot_stb_i;
  assign of_iom2  = 32'(slot_i) + 1 > HdlcChannels;
  assign sample_o = of_iom2_q ? iom2_sample : hdlc_sample;
  always_ff @(posedge clk_i) if (slot_stb_i) of_iom2_q <= of_iom2;

  if (HdlcChannels > 0) begin : gen_hdlc
    localparam int unsigned ChannelBits = $clog2(HdlcChannels);
    hdlc_channels #(
        .Channels(HdlcChannels), .FirstSlot(FirstSlot), .SlotBits(SlotBits), .ClocksPerFrame(ClocksPerFrame)
    ) u_hdlc_channels (
        .clk_i, .rst_i, .awake_o(hdlc_awake), .egress_stb_i, .egress_slot_i, .egress_sample_i,
        .speaks_o(speaks_o[HdlcChannels-1:0]), .channel_stb_i(slot_stb_i && !of_iom2),
        .channel_i(ChannelBits'(slot_i)), .sample_o(hdlc_sample),
        .reg_valid_i(reg_valid_i[0]), .reg_write_i, .reg_addr_i(reg_addr_i[15:0]), .reg_wdata_i, .reg_ack_o(reg_ack_o[0]),
        .reg_status_o(reg_status_o[7:0]), .reg_rdata_o(reg_rdata_o[31:0]), .event_valid_o(event_valid_o[0]),
        .event_ready_i(event_ready_i[0]), .event_kind_o(event_o[31:24]), .event_index_o(event_o[23:16]),
        .event_data_o(event_o[15:0])
    );
  end else begin : gen_no_hdlc
    assign {hdlc_sample, event_valid_o[0], event_o[31:0]} = '0;
    assign hdlc_awake = reg_valid_i[0] || reg_ack_o[0];
    absent_block #(.Id(switchroom_regs::HdlcId)) u_absent (
        .clk_i, .rst_i, .reg_valid_i(reg_valid_i[0]), .reg_write_i, .reg_addr_i(reg_addr_i[15:0]), .reg_ack_o(reg_ack_o[0]),
        .reg_status_o(reg_status_o[7:0]), .reg_rdata_o(reg_rdata_o[31:0])
    );
  end

  if (Iom2Buses > 0) begin : gen_iom2
    logic [SlotBits-1:0] arriving;
    logic iom2_egress_stb;
    assign arriving = egress_slot_i - SlotBits'(FirstIom2);
    always_comb begin
      iom2_egress_stb = 1'b0;
      if (runs_o && egress_stb_i) iom2_egress_stb = 32'(egress_slot_i) >= FirstIom2 && 32'(arriving) < 32;
    end
    assign dcl_o    = runs_o && left_i[BitBits>1?BitBits-2 : 0];
    iom2_bus #(.FirstSlot(FirstIom2)) u_iom2_bus (
        .clk_i, .clk_bit_i(clk_iom2_i), .rst_i, .awake_o(bus_awake), .bit_awake_o(iom2_awake_o), .runs_o, .frame_stb_i, .bit_stb_i(runs_o && &left_i[BitBits-1:0]),
        .end_stb_i(runs_o && left_i[BitBits-1:0] == '0), .place_i(~left_i[ClockBits-1-:8]), .fsc_o, .dd_o, .dd_i, .du_i,
        .speaks_o(speaks_o[HdlcChannels+:32]), .slot_stb_i(slot_stb_i && of_iom2),
        .slot_i(5'(32'(slot_i) - HdlcChannels)), .sample_o(iom2_sample),
        .egress_stb_i(iom2_egress_stb),
        .egress_slot_i(arriving[4:0]), .egress_sample_i,
        .reg_valid_i(reg_valid_i[1]), .reg_write_i, .reg_addr_i(reg_addr_i[31:16]), .reg_wdata_i, .reg_ack_o(reg_ack_o[1]),
        .reg_status_o(reg_status_o[15:8]), .reg_rdata_o(reg_rdata_o[63:32]), .event_valid_o(event_valid_o[1]),
        .event_ready_i(event_ready_i[1]), .event_kind_o(event_o[63:56]), .event_index_o(event_o[55:48]),
        .event_data_o(event_o[47:32])
    );
  end else begin : gen_no_iom2
    assign {runs_o, fsc_o, dcl_o, iom2_sample, event_valid_o[1], event_o[63:32]} = '0;
    assign dd_o = 1'b1;
    assign iom2_awake_o = 1'b0;
    assign bus_awake = reg_valid_i[1] || reg_ack_o[1];
    absent_block #(.Id(switchroom_regs::Iom2Id)) u_absent (
        .clk_i, .rst_i, .reg_valid_i(reg_valid_i[1]), .reg_write_i, .reg_addr_i(reg_addr_i[31:16]), .reg_ack_o(reg_ack_o[1]),
        .reg_status_o(reg_status_o[15:8]), .reg_rdata_o(reg_rdata_o[63:32])
    );
    /* verilator lint_off UNUSEDSIGNAL */
    logic unused;
    assign unused = ^{clk_iom2_i, frame_stb_i, left_i, dd_i, du_i};
    /* verilator lint_on UNUSEDSIGNAL */
  end
  if (Slots == 0) begin : gen_silent
    assign speaks_o = '0;
  end
endmodule
`default_nettype wire
