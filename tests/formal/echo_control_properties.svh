// SPDX-License-Identifier: MIT
// What echo_control promises of the lines' states, for any line: they change in that line's turn only,
// and a line that begins takes nothing of what its memories held. What the multipliers say is anything
// (formal/CMakeLists.txt cuts them out).
  (* anyconst *) logic [LineWidth-1:0] f_line;
  logic f_started = 1'b0;
  logic f_turns;  // f_line's turn
  logic [LineWidth-1:0] f_of;
  assign f_turns = state_q != Idle && f_of == f_line;
  // Of the memories that are written in one moment of a turn, one each.
  logic [42+24+20-1:0] f_state, f_before;
  logic f_turned;
  assign f_state = {far_energy_ram[f_line], voice_ram[f_line], best_ram[f_line]};
  always_ff @(posedge clk_i) begin
    f_started <= 1'b1;
    f_before  <= f_state;
    f_turned  <= f_turns || rst_i;
    if (state_q == Idle && work_i && !start_o) f_of <= line_i;
  end
  always_comb begin
    assume (rst_i == !f_started);
    if (f_started) begin
      assert (state_q <= Store);
      if (state_q != Idle) assert (line_q == f_of);
      if (start_o || state_q >= Decided) assert (line_o == f_of);
      if (!f_turned) assert (f_state == f_before);
      // Fetched: as it shall begin.
      if (state_q == Fetched && fresh_q) begin
        assert ({far_energy_q, near_energy_q, echo_energy_q, learning_energy_q, heard_energy_q, left_mean_q} == '0);
        assert ({begun_q, nearly_q, rests_q, cancels_q, share_q, peak_q} == '0);
        assert ({lean_q, made_q, last_left_q, wrong_q} == '0);
        assert (random_q == 32'd1);
        assert (largest_q == LeastLargest && weighted_q == LeastLargest >> 2);
      end
      // Of the blocks before the first there is nothing.
      if (state_q == Means && !begun_q) begin
        assert ({near_mean_q, echo_mean_q, learning_mean_q, heard_mean_q} == '0);
        assert ({least_q, blocks_q, passed_q, proven_q} == BestAtFirst);
        assert ({turn_q, quietest_q, quietest_before_q} == QuietAtFirst);
      end
    end
  end
