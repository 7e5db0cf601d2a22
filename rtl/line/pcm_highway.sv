// SPDX-License-Identifier: MIT
// PCM highway: channels of the switch as slots of a serial bus of codec and SLIC chips, of 2.048, 4.096
// or 8.192 Mbit/s, as master or slave, each with a slot to the bus and one from it at any bit of the
// frame. tx_drive_o is high in own slots only. Beside it an SPI master for the chips' registers.
//
// A frame of samples waits whole between the fabric's frame and the bus's, either way. Of a slave, whose
// clock is another, a frame is lost or heard twice now and then (a slip), counted once for both ways.
// Latency: from egress_stb_i to the bus the rest of the frame and up to one more; from the bus to
// sample_o the same. sample_o one clock after slot_stb_i. Nothing stalls.
// A slave's bits leave up to 5 clocks after the edge of bclk_i.
// Relied upon: egress_slot_i and slot_i are below Channels; a channel comes once a frame.
// Not guaranteed: whole samples in the frame in which configuration changes.
`default_nettype none
module pcm_highway #(
    parameter int unsigned Channels       = 8,  // 2, 4 or 8: they are written between two bits
    parameter int unsigned Capacity       = Channels,  // or 0: there is no highway
    parameter int unsigned FirstSlot      = 0,
    parameter int unsigned ClocksPerFrame = 8192,
    localparam int unsigned IndexBits     = $clog2(Channels)
) (
    input  logic                 clk_i,
    input  logic                 rst_i,
    output logic                 awake_o,      // low: the next clock changes nothing
    output logic                 runs_o,       // clocks of a frame may not be left out
    input  logic                 frame_stb_i,
    // bus
    output logic                 bclk_o,
    output logic                 sync_o,
    output logic                 drive_o,      // bclk_o and sync_o are driven
    input  logic                 bclk_i,       // of a master, too: as it is at the pin
    input  logic                 sync_i,
    output logic                 tx_o,
    output logic                 tx_drive_o,
    input  logic                 rx_i,
    // chips' registers
    output logic                 sclk_o,
    output logic                 mosi_o,
    input  logic                 miso_i,
    output logic [7:0]           select_no,
    // switch
    output logic [Channels-1:0]  speaks_o,
    input  logic                 slot_stb_i,
    input  logic [IndexBits-1:0] slot_i,
    output logic [15:0]          sample_o,
    input  logic                 egress_stb_i,
    input  logic [IndexBits-1:0] egress_slot_i,
    input  logic [15:0]          egress_sample_i,
    input  logic                 reg_valid_i,
    input  logic                 reg_write_i,
    input  logic [15:0]          reg_addr_i,
    input  logic [31:0]          reg_wdata_i,
    output logic                 reg_ack_o,
    output logic [7:0]           reg_status_o,
    output logic [31:0]          reg_rdata_o
);
  if (Channels != 2 && Channels != 4 && Channels != 8) begin : gen_check_channels
    $error("pcm_highway: Channels must be 2, 4 or 8");
  end

  logic enable, master, sample_falling, long_sync, sync_low, running, registers_awake, spi_awake;
  logic [1:0] rate;
  logic [2:0] delay;
  logic [23*Channels-1:0] places;  // enable, law, hear_bit, send_bit of each
  logic bit_stb, sample_stb, taken, collision_stb, sync_error_stb, slip_stb, overlap_stb;
  logic [9:0] place, next_place, last_place;
  logic [1:0] spi_mode;
  logic [7:0] spi_divider;
  logic spi_start, spi_busy;
  logic [2:0] spi_chip;
  logic [4:0] spi_bits;
  logic [31:0] spi_out, spi_in;
  assign runs_o  = enable;
  assign awake_o = enable || registers_awake || spi_awake || driven_q;

  pcm_highway_registers #(
      .Channels(Channels), .Capacity(Capacity), .FirstSlot(FirstSlot), .BitClocks(ClocksPerFrame / 256)
  ) u_registers (
      .clk_i, .rst_i, .awake_o(registers_awake), .reg_valid_i, .reg_write_i, .reg_addr_i, .reg_wdata_i, .reg_ack_o,
      .reg_status_o, .reg_rdata_o, .enable_o(enable), .master_o(master), .rate_o(rate),
      .sample_falling_o(sample_falling), .long_sync_o(long_sync), .sync_low_o(sync_low), .delay_o(delay),
      .places_o(places), .runs_i(running), .taken_i(taken), .collision_stb_i(collision_stb),
      .sync_error_stb_i(sync_error_stb), .slip_stb_i(slip_stb), .overlap_stb_i(overlap_stb),
      .spi_divider_o(spi_divider), .spi_mode_o(spi_mode), .spi_start_o(spi_start), .spi_chip_o(spi_chip),
      .spi_bits_o(spi_bits), .spi_out_o(spi_out), .spi_busy_i(spi_busy), .spi_in_i(spi_in)
  );
  spi_master u_spi (
      .clk_i, .rst_i, .awake_o(spi_awake), .divider_i(spi_divider), .phase_i(spi_mode[0]),
      .polarity_i(spi_mode[1]), .start_i(spi_start), .chip_i(spi_chip), .bits_i(spi_bits), .data_i(spi_out),
      .busy_o(spi_busy), .data_o(spi_in), .sclk_o, .mosi_o, .miso_i, .select_no
  );

  logic bclk, sync, rx;
  synchronizer #(.Width(3)) u_pins (.clk_i, .level_i({bclk_i, sync_i, rx_i}), .level_o({bclk, sync, rx}));
  pcm_highway_bus #(.ClocksPerFrame(ClocksPerFrame)) u_bus (
      .clk_i, .rst_i, .frame_stb_i, .enable_i(enable), .master_i(master), .rate_i(rate),
      .sample_falling_i(sample_falling), .long_sync_i(long_sync), .sync_low_i(sync_low), .delay_i(delay),
      .bclk_i(bclk), .sync_i(sync), .bclk_o, .sync_o, .drive_o, .runs_o(running), .bit_stb_o(bit_stb),
      .sample_stb_o(sample_stb), .place_o(place), .next_place_o(next_place), .last_place_o(last_place),
      .taken_o(taken), .collision_stb_o(collision_stb), .sync_error_stb_o(sync_error_stb)
  );

  // Where slots begin, and end: looked at in the clock after a bit was sampled
  logic sample_q;
  logic [9:0] place_q, next_place_q;
  always_ff @(posedge clk_i) begin
    sample_q <= sample_stb && !rst_i;
    if (sample_stb) {place_q, next_place_q} <= {place, next_place};
  end
  logic [Channels-1:0] sends, heard;
  logic [2*Channels-1:0] laws;
  for (genvar n = 0; n < Channels; n++) begin : gen_channels
    logic [9:0] last;  // bit of its slot from the bus
    assign laws[2*n+:2] = places[23*n+20+:2];
    assign speaks_o[n]  = places[23*n+22] && enable;
    assign sends[n] = speaks_o[n] && places[23*n+:10] == next_place_q;
    assign last     = places[23*n+10+:10] + (places[23*n+21] ? 10'd15 : 10'd7);
    assign heard[n] = speaks_o[n] && (last & last_place) == place_q && running;
  end
  function automatic logic [IndexBits-1:0] lowest(input logic [Channels-1:0] of);
    lowest = '0;
    for (int n = Channels - 1; n >= 0; n--) if (of[n]) lowest = IndexBits'(n);
  endfunction

  // Banks of frames: one is written, one is whole, one is read.
  function automatic logic [1:0] other(input logic [1:0] a, input logic [1:0] b);
    other = a != 2'd0 && b != 2'd0 ? 2'd0 : a != 2'd1 && b != 2'd1 ? 2'd1 : 2'd2;
  endfunction
  logic [1:0] send_write_q, send_whole_q, send_read_q, hear_write_q, hear_whole_q, hear_read_q;
  logic bus_frame_stb, fresh_q;
  assign bus_frame_stb = sample_q && place_q == last_place && running;
  assign slip_stb = running && !master && (bus_frame_stb ? fresh_q && !frame_stb_i : frame_stb_i && !fresh_q);
  always_ff @(posedge clk_i) begin
    if (frame_stb_i) begin
      send_whole_q <= send_write_q;
      send_write_q <= other(send_write_q, bus_frame_stb ? send_whole_q : send_read_q);
      hear_read_q  <= hear_whole_q;
      fresh_q      <= 1'b0;
    end
    if (bus_frame_stb) begin
      send_read_q  <= send_whole_q;
      hear_whole_q <= hear_write_q;
      hear_write_q <= other(hear_write_q, frame_stb_i ? hear_whole_q : hear_read_q);
      fresh_q      <= 1'b1;
    end
    if (rst_i || !running) begin
      {send_write_q, send_whole_q, send_read_q} <= {2'd0, 2'd1, 2'd2};
      {hear_write_q, hear_whole_q, hear_read_q} <= {2'd0, 2'd1, 2'd2};
      fresh_q <= 1'b1;
    end
  end
  logic [15:0] send_ram[4*Channels], hear_ram[4*Channels];

  // To the bus: what begins with the next bit is fetched in the half before it.
  logic [IndexBits-1:0] sender;
  logic        fetch_q;
  logic [1:0]  law_q;
  logic [15:0] send_q, word_q, shift_q;
  logic [3:0]  left_q;   // bits after this one
  logic        ready_q, driven_q, next_wide_q;
  assign sender = lowest(sends);
  assign overlap_stb = bit_stb && ready_q && driven_q && left_q != 4'd0
                       || sample_q && running && (sends & (sends - 1'b1)) != '0;
  always_ff @(posedge clk_i) begin
    if (egress_stb_i) send_ram[{send_write_q, egress_slot_i}] <= egress_sample_i;
    fetch_q <= sample_q && running && sends != '0;
    if (sample_q) begin
      send_q <= send_ram[{bus_frame_stb ? send_whole_q : send_read_q, sender}];
      law_q  <= laws[2*sender+:2];
    end
    if (fetch_q) begin
      word_q      <= law_q[1] ? send_q : {g711::encoded(law_q[0], send_q), 8'd0};
      next_wide_q <= law_q[1];
      ready_q     <= 1'b1;
    end
    if (bit_stb) begin
      ready_q <= 1'b0;
      shift_q <= {shift_q[14:0], 1'b0};
      if (left_q != 4'd0) left_q <= left_q - 4'd1;
      else driven_q <= ready_q;
      if (ready_q && !(driven_q && left_q != 4'd0)) begin
        shift_q  <= word_q;
        left_q   <= next_wide_q ? 4'd15 : 4'd7;
        driven_q <= 1'b1;
      end
    end
    if (rst_i || !running) begin
      fetch_q  <= 1'b0;
      ready_q  <= 1'b0;
      driven_q <= 1'b0;
      left_q   <= 4'd0;
    end
  end
  assign tx_o       = shift_q[15];
  assign tx_drive_o = driven_q && running;

  // From the bus: the last bits are whoever's slot has ended with this one. What was at the pin at a
  // master's edge has come through the synchronizer three clocks later; a slave's edges come with it.
  logic [15:0] history_q, hear_q, came;
  logic [Channels-1:0] heard_q, hears_q;
  logic [1:0] sampled_q;
  logic rx_q;  // with sample_q, as rx was with its strobe
  logic hear_stb, hears_channel_q;
  assign hear_stb = master ? sampled_q[1] : sample_q;
  logic [IndexBits-1:0] hearer;
  logic [1:0] hear_bank_q, hear_law;
  assign hearer   = lowest(heard_q);
  assign hear_law = laws[2*hearer+:2];
  assign came     = hear_law[1] ? history_q : g711::decoded(hear_law[0], history_q[7:0]);
  always_ff @(posedge clk_i) begin
    if (heard_q != '0) begin
      hear_ram[{hear_bank_q, hearer}] <= came;
      heard_q <= heard_q & (heard_q - 1'b1);
    end
    sampled_q <= {sampled_q[0], sample_q};
    rx_q      <= rx;
    if (sample_q) begin
      hears_q     <= heard;
      hear_bank_q <= hear_write_q;
    end
    if (hear_stb) begin
      history_q <= {history_q[14:0], master ? rx : rx_q};
      heard_q   <= master ? hears_q : heard;
    end
    if (slot_stb_i) begin
      hear_q  <= hear_ram[{hear_read_q, slot_i}];
      hears_channel_q <= speaks_o[slot_i];
    end
    if (rst_i) heard_q <= '0;
  end
  assign sample_o = running && hears_channel_q ? hear_q : 16'd0;
`ifdef FORMAL
`include "pcm_highway_properties.svh"
`endif
endmodule
`default_nettype wire
