// SPDX-License-Identifier: MIT
#include "dialplan/table.hpp"

#include <algorithm>
#include <tuple>

namespace switchroom::dialplan {
namespace {

auto rank(const compiled_code& code) {
  return std::tuple(code.source.what != feature::emergency, code.from,
                    -static_cast<int>(code.digits.literals()), code.digits.n().has_value(),
                    -static_cast<int>(code.digits.single_digits()), code.order);
}

} // namespace

bool precedes(const compiled_code& a, const compiled_code& b) {
  return rank(a) < rank(b);
}

std::string reason(const compiled_code& winner, const compiled_code& loser) {
  const auto a = rank(winner), b = rank(loser);
  if (std::get<0>(a) != std::get<0>(b))
    return "emergency codes come first";
  if (std::get<1>(a) != std::get<1>(b))
    return "its level comes first";
  if (std::get<2>(a) != std::get<2>(b))
    return "it has more literal digits";
  if (std::get<3>(a) != std::get<3>(b))
    return "its length is exact";
  if (std::get<4>(a) != std::get<4>(b))
    return "more of its length is exact";
  return "it stands first";
}

// ---- building --------------------------------------------------------------------------------

table::table(std::vector<compiled_code> codes) : codes_(std::move(codes)) {
  for (std::uint32_t i = 0; i < codes_.size(); ++i)
    codes_[i].order = i;
  beginnings open;
  for (std::uint32_t i = 0; i < codes_.size(); ++i)
    add(i, open);
  for (auto& [at, group] : open) {
    std::sort(group.begin(), group.end(), [this](const tail& a, const tail& b) {
      return precedes(codes_[a.code], codes_[b.code]);
    });
    nodes_[at].tails = static_cast<std::uint32_t>(tails_.size());
    tails_.emplace_back(group);
  }
}

void table::add(std::uint32_t index, beginnings& open) {
  auto& made = codes_[index];
  const auto first = [&made](const compiled_code*& slot) { slot = slot ? slot : &made; };
  if (made.digits.is_default == default_kind::hot_line)
    return first(hot_line_);
  if (made.digits.is_default == default_kind::anything)
    return first(fallback_);
  const auto& elements = made.digits.elements;
  const bool emergency = made.source.what == feature::emergency;
  std::uint32_t at = 0;
  std::size_t position = 0;
  for (; position < elements.size() && elements[position].kind == element_kind::literal;) {
    nodes_[at].emergency_begun |= emergency;
    at = child(at, elements[position].literal);
    if (++position == made.digits.secondary_dial_tone)
      nodes_[at].secondary_dial_tone = true;
  }
  if (position < elements.size())
    return open[at].push_back({&made.digits, position, index, emergency});
  auto& ends = nodes_[at].code;
  if (ends == no_index || precedes(made, codes_[ends]))
    ends = index;
}

std::uint32_t table::child(std::uint32_t at, char literal) {
  nodes_[at].leads_on = true;
  const auto key = key_of(literal);
  if (nodes_[at].next[key] == no_index) {
    nodes_[at].next[key] = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
  }
  return nodes_[at].next[key];
}

// ---- walking ---------------------------------------------------------------------------------

walk::walk(const table& through) : table_(&through) {
  enter(0);
  look();
}

void walk::enter(std::uint32_t at) {
  node_ = at;
  if (at == no_index || table_->nodes_[at].tails == no_index)
    return;
  const auto& found = table_->tails_[table_->nodes_[at].tails];
  branches_.push_back({&found, found.begin()});
}

void walk::take(char digit) {
  const auto key = key_of(digit);
  std::erase_if(branches_,
                [&](branch& one) { return key == keys || !one.all->step(one.alive, key); });
  if (node_ != no_index)
    enter(key == keys ? no_index : table_->nodes_[node_].next[key]);
  look();
}

void walk::prefer(std::uint32_t code) {
  if (code == no_index)
    return;
  const auto& matching = table_->codes_[code];
  if (found_.first == nullptr || precedes(matching, *found_.first))
    found_.first = &matching;
}

void walk::look() {
  found_ = {};
  if (node_ != no_index) {
    const auto& at = table_->nodes_[node_];
    found_.leads_on = at.leads_on;
    found_.secondary_dial_tone = at.secondary_dial_tone;
    found_.emergency_begun = at.emergency_begun;
    prefer(at.code);
  }
  for (const auto& one : branches_) {
    const auto seen = one.all->look(one.alive);
    found_.leads_on |= seen.leads_on;
    found_.emergency_begun |= seen.emergency_begun;
    prefer(seen.first);
  }
}

} // namespace switchroom::dialplan
