// SPDX-License-Identifier: MIT
/// Why something was refused, for people: what is wrong, where, and what to do about it.
#pragma once
#include <string>
#include <utility>
#include <variant>

namespace switchroom {

struct refusal {
  std::string what;   ///< a sentence that names the thing and the place
  std::string remedy; ///< what to do; never empty
};

/// A value, or why there is none.
template <typename T>
class result {
public:
  result(T value) : content_(std::move(value)) {}
  result(refusal why) : content_(std::move(why)) {}
  explicit operator bool() const { return std::holds_alternative<T>(content_); }
  T& operator*() { return std::get<T>(content_); }
  const T& operator*() const { return std::get<T>(content_); }
  T* operator->() { return &std::get<T>(content_); }
  const T* operator->() const { return &std::get<T>(content_); }
  const refusal& error() const { return std::get<refusal>(content_); }

private:
  std::variant<T, refusal> content_;
};

} // namespace switchroom
