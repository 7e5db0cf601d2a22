// SPDX-License-Identifier: MIT
// The monitor channel of one IOM-2 station, a step a frame: MX says that an octet is there, MR that
// it was taken; both are active when zero. An octet counts when it has come in two frames, and goes
// until it is acknowledged. Combinational: who has the state gives it for each station.
//
// First octet: MX active until MR is. Each further one: MX inactive for a frame, with the new octet,
// then active until MR was inactive for a frame. End of message: MX inactive for two frames. Refusal:
// MR inactive for two frames.
`default_nettype none
module iom2_monitor #(
    localparam int unsigned StateBits = 36
) (
    input  logic [StateBits-1:0] state_i,
    input  logic                 reset_i,    // in place of the state
    input  logic [7:0]           octet_i,    // what has come, with MX and MR
    input  logic                 mx_i,
    input  logic                 mr_i,
    input  logic [7:0]           send_i,     // what the host wants
    input  logic                 send_last_i,
    input  logic                 send_tag_i,
    input  logic                 take_tag_i,
    input  logic                 abort_i,
    output logic [StateBits-1:0] state_o,
    output logic [7:0]           octet_o,    // what goes in the next frame
    output logic                 mx_o,
    output logic                 mr_o,
    output logic [7:0]           got_o,      // and what the host reads
    output logic                 received_tag_o,
    output logic                 sent_tag_o,
    output logic                 refused_o,
    output logic [3:0]           tell_o      // by the step: iom2_monitor
);
  typedef enum logic [3:0] {SIdle, SFirst, SReady, SDoubt, SNew, SWait, SAnswer, SEnd, SEnded} send_e;
  typedef enum logic [3:0] {RIdle, RLook, RHold, RTaken, RNext, RAgain, RHoldNext, RAnswer, RRefuse} receive_e;
  logic [3:0] sends, sends_d, receives, receives_d;
  logic [7:0] out, out_d, seen, seen_d, got, got_d;
  logic last, last_d, sent_tag, sent_tag_d, refused, refused_d, received_tag, received_tag_d;
  logic wants, same, taken, end_d;
  always_comb begin
    {sends, out, last, sent_tag, refused, receives, seen, got, received_tag} = state_i;
    if (reset_i) begin
      sends = SIdle;
      receives = RIdle;
      got = 8'd0;
      {sent_tag, refused, received_tag} = '0;
    end
  end
  assign state_o        = {sends_d, out_d, last_d, sent_tag_d, refused_d, receives_d, seen_d, got_d, received_tag_d};
  assign mx_o           = !(sends_d == SFirst || sends_d == SReady || sends_d == SDoubt || sends_d == SWait
                         || sends_d == SAnswer);
  assign mr_o           = !(receives_d == RTaken || receives_d == RNext || receives_d == RAgain
                         || receives_d == RHoldNext);
  assign octet_o        = mx_o && sends_d != SNew ? 8'hff : out_d;
  assign got_o          = got_d;
  assign received_tag_o = received_tag_d;
  assign sent_tag_o     = sent_tag_d;
  assign refused_o      = refused_d;

  assign wants = send_tag_i != sent_tag;
  assign same  = octet_i == seen;
  assign taken = take_tag_i == received_tag;
  always_comb begin
    sends_d    = sends;
    out_d      = out;
    last_d     = last;
    sent_tag_d = sent_tag;
    refused_d  = refused;
    tell_o     = 4'd0;
    // to the station
    case (sends)
      SFirst, SAnswer: begin
        if (!wants) sends_d = SEnd;
        else if (!mr_i) begin
          sends_d    = last ? SEnd : SReady;
          sent_tag_d = !sent_tag;
          tell_o[switchroom_regs::Iom2MonitorSent[1:0]] = 1'b1;
        end else if (sends == SAnswer) begin
          sends_d    = SEnd;
          sent_tag_d = !sent_tag;
          refused_d  = 1'b1;
          tell_o[switchroom_regs::Iom2MonitorRefused[1:0]] = 1'b1;
        end
      end
      SReady, SDoubt: begin
        if (mr_i) begin
          sends_d = sends == SReady ? SDoubt : SEnd;
          if (sends == SDoubt) begin
            refused_d = 1'b1;
            tell_o[switchroom_regs::Iom2MonitorRefused[1:0]] = 1'b1;
          end
        end else begin
          sends_d = wants ? SNew : SReady;
          if (wants) {last_d, out_d} = {send_last_i, send_i};
        end
      end
      SNew:  sends_d = SWait;
      SWait: if (!wants) sends_d = SEnd; else if (mr_i) sends_d = SAnswer;
      SEnd:  sends_d = SEnded;
      default: begin
        sends_d = SIdle;
        if (wants && mr_i && sends == SIdle) begin
          sends_d = SFirst;
          {last_d, out_d} = {send_last_i, send_i};
          refused_d = 1'b0;
        end
      end
    endcase

    // from the station
    receives_d     = receives;
    seen_d         = octet_i;
    got_d          = got;
    received_tag_d = received_tag;
    end_d          = 1'b0;
    case (receives)
      RLook: begin
        if (mx_i) receives_d = RIdle;
        else if (same) receives_d = RHold;
      end
      RNext, RAgain: begin
        if (mx_i) end_d = 1'b1;
        else receives_d = same ? RHoldNext : RAgain;
      end
      RHold, RHoldNext: begin
        if (mx_i) end_d = 1'b1;
        else if (abort_i) receives_d = RRefuse;
        else if (taken) receives_d = receives == RHold ? RTaken : RAnswer;
      end
      RTaken: begin
        if (abort_i) receives_d = RRefuse;
        else if (mx_i) receives_d = RNext;
      end
      RAnswer: if (mx_i) end_d = 1'b1; else receives_d = RTaken;
      RRefuse: if (mx_i) receives_d = RIdle;
      default: receives_d = mx_i ? RIdle : RLook;
    endcase
    if (end_d) begin
      receives_d = RIdle;
      tell_o[switchroom_regs::Iom2MonitorEnd[1:0]] = 1'b1;
    end
    if ((receives == RLook && receives_d == RHold) || (receives != RHoldNext && receives_d == RHoldNext)) begin
      got_d          = octet_i;
      received_tag_d = !received_tag;
      tell_o[switchroom_regs::Iom2MonitorOctet[1:0]] = 1'b1;
    end
  end
endmodule
`default_nettype wire
