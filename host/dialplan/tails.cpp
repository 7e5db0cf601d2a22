// SPDX-License-Identifier: MIT
#include "dialplan/tails.hpp"

#include <algorithm>
#include <bit>

namespace switchroom::dialplan {

tails::tails(const std::vector<tail>& all) : size_((all.size() + 63) / 64) {
  for (const auto& one : all) {
    const auto elements = std::span(one.whole->elements).subspan(one.first);
    const auto n = std::count_if(elements.begin(), elements.end(),
                                 [](const element& e) { return e.kind == element_kind::digits; });
    rows_ = std::max(rows_, elements.size() + 1 - static_cast<std::size_t>(n));
  }
  bits_.assign(rows_ * kinds * size_, 0);
  has_.assign(rows_ * kinds, 0);
  for (const auto& one : all) {
    lay(one, codes_.size());
    codes_.push_back(one.code);
  }
}

void tails::lay(const tail& one, std::size_t index) {
  std::size_t row = 0;
  for (std::size_t i = one.first; i < one.whole->elements.size(); ++i) {
    const auto& element = one.whole->elements[i];
    if (element.kind == element_kind::digits) {
      set(row, loops, index);
      if (one.whole->star_in_n)
        set(row, loops_star, index);
      continue;
    }
    if (one.emergency)
      set(row, alarming, index);
    if (element.kind == element_kind::literal)
      set(row, key_of(element.literal), index);
    else
      for (std::size_t digit = 0; digit < 10; ++digit)
        set(row, digit, index);
    ++row;
  }
  set(row, ends, index);
}

tails::states tails::begin() const {
  states all{std::vector<word>(rows_ * size_, 0), std::vector<char>(rows_, 0)};
  std::fill_n(all.rows.begin(), size_, ~word{0});
  if (codes_.size() % 64 != 0)
    all.rows[size_ - 1] = (word{1} << codes_.size() % 64) - 1;
  all.any[0] = 1;
  return all;
}

/// From what was in this row and in the one before it to what is in this row now.
bool tails::step_row(states& alive, std::size_t row, std::size_t key) const {
  const auto stays = key < 10 ? loops : loops_star;
  const bool come = row > 0 && alive.any[row - 1] && has(row - 1, key);
  const bool stay = alive.any[row] && key != key_of('#') && has(row, stays);
  word* to = alive.rows.data() + row * size_;
  word any = 0;
  if (come) {
    const word* from = to - size_;
    const word* takes = at(row - 1, key);
    const word* holds = at(row, stays);
    if (stay)
      for (std::size_t i = 0; i < size_; ++i)
        any |= to[i] = (from[i] & takes[i]) | (to[i] & holds[i]);
    else
      for (std::size_t i = 0; i < size_; ++i)
        any |= to[i] = from[i] & takes[i];
  } else if (stay) {
    const word* holds = at(row, stays);
    for (std::size_t i = 0; i < size_; ++i)
      any |= to[i] &= holds[i];
  }
  return any != 0; // a row in which nothing is alive is not read
}

bool tails::step(states& alive, std::size_t key) const {
  bool left = false;
  for (std::size_t row = rows_; row-- > 0;) { // downwards: each reads the one before it as it was
    alive.any[row] = static_cast<char>(step_row(alive, row, key));
    left |= alive.any[row] != 0;
  }
  return left;
}

tails::news tails::look(const states& alive) const {
  news found;
  std::size_t first = codes_.size();
  for (std::size_t row = 0; row < rows_; ++row) {
    if (!alive.any[row])
      continue;
    const word* now = alive.rows.data() + row * size_;
    const word *final = at(row, ends), *more = at(row, loops), *urgent = at(row, alarming);
    if (has(row, alarming))
      for (std::size_t i = 0; i < size_; ++i)
        found.emergency_begun |= (now[i] & urgent[i]) != 0;
    if (!has(row, ends)) {
      found.leads_on = true;
      continue;
    }
    word going = 0;
    for (std::size_t i = 0; i < size_; ++i)
      going |= now[i] & (~final[i] | more[i]);
    found.leads_on |= going != 0;
    for (std::size_t i = 0; i < size_ && 64 * i < first; ++i)
      if (const word matching = now[i] & final[i])
        first = std::min(first, 64 * i + static_cast<std::size_t>(std::countr_zero(matching)));
  }
  if (first < codes_.size())
    found.first = codes_[first];
  return found;
}

} // namespace switchroom::dialplan
