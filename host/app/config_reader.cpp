// SPDX-License-Identifier: MIT
#include "app/config_reader.hpp"

#include "app/nearest.hpp"

#include <algorithm>
#include <sstream>

namespace switchroom::app {
namespace {

std::string kind(const toml::node& node) {
  std::ostringstream name;
  name << node.type();
  return name.str();
}

} // namespace

void problems::add(const toml::source_region& where, const std::string& what, std::string remedy) {
  std::ostringstream place;
  place << file_ << ':' << where.begin.line << ':' << where.begin.column << ": " << what;
  found_.push_back({where.begin, {place.str(), std::move(remedy)}});
}

std::vector<refusal> problems::sorted() const {
  auto ordered = found_;
  std::ranges::stable_sort(ordered, [](const problem& a, const problem& b) { return a.at < b.at; });
  std::vector<refusal> texts;
  for (auto& one : ordered)
    texts.push_back(std::move(one.text));
  return texts;
}

const toml::node* config_reader::node(const char* key, bool required) {
  asked_.emplace(key);
  const toml::node* found = table_.get(key);
  if (!found && required)
    problems_.add(table_.source(), title_ + " has no " + key, std::string("add ") + key);
  return found;
}

void config_reader::wrong(const char* key, const std::string& what, std::string remedy) {
  const toml::node* at = table_.get(key);
  problems_.add(at ? at->source() : table_.source(), what, std::move(remedy));
}

std::optional<std::string> config_reader::text(const char* key, bool required) {
  const toml::node* found = node(key, required);
  if (!found)
    return std::nullopt;
  if (const auto* value = found->as_string())
    return value->get();
  wrong(key, std::string(key) + " is " + kind(*found) + ", not a text",
        std::string("write ") + key + " = \"…\"");
  return std::nullopt;
}

std::optional<std::vector<std::string>> config_reader::texts(const char* key, bool required) {
  const toml::node* found = node(key, required);
  if (!found)
    return std::nullopt;
  std::vector<std::string> list;
  const auto* array = found->as_array();
  if (array != nullptr)
    for (const auto& one : *array)
      if (const auto* value = one.as_string())
        list.push_back(value->get());
  if (array != nullptr && list.size() == array->size())
    return list;
  wrong(key, std::string(key) + " is " + kind(*found) + ", not a list of texts",
        std::string("write ") + key + " = [\"…\", \"…\"]");
  return std::nullopt;
}

std::optional<std::int64_t> config_reader::integer(const char* key, std::int64_t least,
                                                   std::int64_t most, bool required) {
  const toml::node* found = node(key, required);
  if (!found)
    return std::nullopt;
  const auto* value = found->as_integer();
  if (value && value->get() >= least && value->get() <= most)
    return value->get();
  const std::string given =
      value ? std::to_string(value->get()) : kind(*found) + ", not a whole number";
  wrong(key, std::string(key) + " is " + given,
        "give a number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>>
config_reader::integers(const char* key, std::int64_t least, std::int64_t most, bool required) {
  const toml::node* found = node(key, required);
  if (!found)
    return std::nullopt;
  std::vector<std::int64_t> list;
  const auto* array = found->as_array();
  if (array != nullptr)
    for (const auto& one : *array)
      if (const auto* value = one.as_integer();
          value != nullptr && value->get() >= least && value->get() <= most)
        list.push_back(value->get());
  if (array != nullptr && list.size() == array->size())
    return list;
  wrong(key,
        std::string(key) + " is not a list of numbers from " + std::to_string(least) + " to " +
            std::to_string(most),
        std::string("write ") + key + " = [" + std::to_string(least) + ", …]");
  return std::nullopt;
}

std::optional<double> config_reader::number(const char* key, double least, double most) {
  const toml::node* found = node(key, false);
  if (!found)
    return std::nullopt;
  const auto value = found->value<double>();
  if (found->is_number() && value && *value >= least && *value <= most)
    return value;
  const auto text = [](double of) {
    std::ostringstream out;
    out << of;
    return out.str();
  };
  wrong(key, std::string(key) + " is " + (found->is_number() ? text(*value) : kind(*found)),
        "give a number from " + text(least) + " to " + text(most));
  return std::nullopt;
}

std::optional<bool> config_reader::boolean(const char* key) {
  const toml::node* found = node(key, false);
  if (!found)
    return std::nullopt;
  if (const auto* value = found->as_boolean())
    return value->get();
  wrong(key, std::string(key) + " is " + kind(*found) + ", not true or false",
        "write true or false, without quotes");
  return std::nullopt;
}

std::optional<std::size_t> config_reader::choice(const char* key,
                                                 const std::vector<std::string>& words) {
  const auto given = text(key);
  if (!given)
    return std::nullopt;
  if (const auto at = std::ranges::find(words, *given); at != words.end())
    return static_cast<std::size_t>(at - words.begin());
  std::string list;
  for (const auto& word : words)
    list += (list.empty() ? "" : ", ") + word;
  wrong(key, std::string(key) + " is \"" + *given + "\"", "choose one of: " + list);
  return std::nullopt;
}

const toml::table* config_reader::table(const char* key, bool required) {
  const toml::node* found = node(key, required);
  if (!found || found->is_table())
    return found ? found->as_table() : nullptr;
  wrong(key, std::string(key) + " is " + kind(*found) + ", not a section",
        std::string("write it as [") + key + ']');
  return nullptr;
}

std::vector<const toml::table*> config_reader::tables(const char* key) {
  std::vector<const toml::table*> all;
  const toml::node* found = node(key, false);
  if (!found)
    return all;
  if (!found->is_array_of_tables()) {
    wrong(key, std::string(key) + " is " + kind(*found) + ", not a list of sections",
          std::string("write each as [[") + key + "]]");
    return all;
  }
  for (const auto& one : *found->as_array())
    all.push_back(one.as_table());
  return all;
}

void config_reader::refuse_the_rest() {
  for (const auto& [key, value] : table_) {
    const std::string name(key.str());
    if (asked_.contains(name))
      continue;
    const std::string meant = nearest(name, asked_);
    std::string known;
    for (const auto& one : asked_)
      known += (known.empty() ? "" : ", ") + one;
    problems_.add(key.source(), title_ + " has no key \"" + name + '"',
                  meant.empty() ? "remove it; known here are: " + known
                                : "did you mean \"" + meant + "\"?");
  }
}

} // namespace switchroom::app
