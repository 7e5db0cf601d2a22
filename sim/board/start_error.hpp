// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace switchroom::sim {

// The program cannot start: what is wrong, and what to do about it.
class start_error : public std::runtime_error {
public:
  start_error(const std::string& what, std::string remedy)
      : std::runtime_error(what), remedy_(std::move(remedy)) {}
  const std::string& remedy() const { return remedy_; }

private:
  std::string remedy_;
};

} // namespace switchroom::sim
