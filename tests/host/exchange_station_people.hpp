// SPDX-License-Identifier: MIT
/// Two gateways with a digital station each: line 5 of amsterdam is 205's, line 5 of berlin
/// nobody's.
#pragma once
#include "exchange_people.hpp"

namespace switchroom::exchange {

class StationPeople : public People {
protected:
  explicit StationPeople(const std::function<void(settings&)>& change = {})
      : People(2, [&](settings& s) {
          line_settings line{line_id{5}, s.gateway == "amsterdam" ? "205" : "",
                             users::line_type::digital};
          line.station = 1;
          s.lines.push_back(line);
          if (change)
            change(s);
        }) {
    control::v1::Request put;
    put.mutable_put_user()->set_extension("205");
    put.mutable_put_user()->set_name("Eva");
    put.mutable_put_user()->set_login_code("1205");
    EXPECT_TRUE(t.ask("amsterdam", put).has_done());
    t.trunk_comes("amsterdam", 0);
    t.trunk_comes("berlin", 0);
  }
};

} // namespace switchroom::exchange
