// SPDX-License-Identifier: MIT
#include "cli/ladder.hpp"

#include "cli/table.hpp"
#include "cli/views.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace switchroom::cli {
namespace {

constexpr std::size_t time_width = 14; // "12:34:56.789  "
constexpr std::size_t width_in_a_pipe = 120;
constexpr std::size_t narrowest_step = 16, widest_step = 44;

std::size_t place(const std::vector<std::string>& everybody, const std::string& who) {
  return static_cast<std::size_t>(std::ranges::find(everybody, who) - everybody.begin());
}

/// A row of characters, each of which may be several octets.
class row {
public:
  explicit row(std::size_t width) : cells_(width, " ") {}
  void put(std::size_t at, std::string_view text) {
    for (std::size_t from = 0; from < text.size() && at < cells_.size(); ++at) {
      std::size_t to = from + 1;
      while (to < text.size() && (static_cast<unsigned char>(text[to]) & 0xc0) == 0x80)
        ++to;
      cells_[at] = text.substr(from, to - from);
      from = to;
    }
  }
  std::string text() const {
    std::string all;
    for (const auto& cell : cells_)
      all += cell;
    all.erase(all.find_last_not_of(' ') + 1);
    return all + '\n';
  }

private:
  std::vector<std::string> cells_;
};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

} // namespace

std::vector<std::string> participants(const control::v1::Log& log) {
  std::vector<std::string> everybody;
  for (const auto& entry : log.entries())
    for (const auto& who : {entry.from(), entry.to()})
      if (std::ranges::find(everybody, who) == everybody.end())
        everybody.push_back(who);
  return everybody;
}

std::string ladder_text(const control::v1::Log& log, std::size_t width) {
  const auto everybody = participants(log);
  if (everybody.empty())
    return "Nothing has happened yet.\n";
  const auto room = std::max(width == 0 ? width_in_a_pipe : width, time_width) - time_width;
  const auto step = std::clamp(room / everybody.size(), narrowest_step, widest_step);
  const auto x = [&](std::size_t n) { return time_width + n * step + step / 2; };
  const std::size_t whole = time_width + everybody.size() * step;

  row head(whole);
  for (std::size_t n = 0; n < everybody.size(); ++n) {
    const std::string name = cut(everybody[n], step - 2);
    head.put(x(n) - std::min(x(n), width_of(name) / 2), name);
  }
  std::string out = head.text();
  for (const auto& entry : log.entries()) {
    row line(whole + widest_step);
    line.put(0, time_of_day(entry.at_s()));
    for (std::size_t n = 0; n < everybody.size(); ++n)
      line.put(x(n), "│");
    const std::size_t from = x(place(everybody, entry.from())),
                      to = x(place(everybody, entry.to()));
    if (from == to) {
      line.put(from, "● " + cut(entry.what(), widest_step));
    } else {
      const std::size_t left = std::min(from, to) + 1, right = std::max(from, to) - 1;
      for (std::size_t at = left; at <= right; ++at)
        line.put(at, "─");
      line.put(from < to ? right : left, from < to ? "▶" : "◀");
      const std::string what = cut(entry.what(), right - left - 3);
      line.put(left + (right - left + 1 - width_of(what)) / 2 - 1, ' ' + what + ' ');
    }
    out += line.text();
  }
  return out;
}

std::string ladder_svg(const control::v1::Log& log, const std::string& title) {
  constexpr int column = 240, line = 26, top = 70, left = 110;
  const auto everybody = participants(log);
  const int width = left + column * static_cast<int>(std::max<std::size_t>(everybody.size(), 1));
  const int height = top + line * (log.entries_size() + 1);
  const auto x = [&](std::size_t n) { return left + column / 2 + column * static_cast<int>(n); };
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" font-family=\"sans-serif\" font-size=\"13\">\n<title>{2}</title>\n"
      "<defs><marker id=\"tip\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\" "
      "orient=\"auto\"><path d=\"M0,0 L9,4 L0,8 z\"/></marker></defs>\n"
      "<style>text{{paint-order:stroke;stroke:white;stroke-width:4px}}</style>\n" // over lines
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      "<text x=\"12\" y=\"22\" font-weight=\"bold\">{2}</text>\n",
      width, height, escaped(title));
  for (std::size_t n = 0; n < everybody.size(); ++n)
    out += fmt::format("<text x=\"{0}\" y=\"48\" text-anchor=\"middle\" font-weight=\"bold\">{1}"
                       "</text>\n<line x1=\"{0}\" y1=\"56\" x2=\"{0}\" y2=\"{2}\" "
                       "stroke=\"#999\"/>\n",
                       x(n), escaped(everybody[n]), height - 8);
  int y = top;
  for (const auto& entry : log.entries()) {
    const int from = x(place(everybody, entry.from())), to = x(place(everybody, entry.to()));
    y += line;
    out += fmt::format("<text x=\"12\" y=\"{}\" fill=\"#666\" font-size=\"11\">{}</text>\n", y,
                       time_of_day(entry.at_s()));
    if (from == to)
      out += fmt::format("<circle cx=\"{0}\" cy=\"{1}\" r=\"3\"/><text x=\"{2}\" y=\"{3}\">{4}"
                         "</text>\n",
                         from, y - 4, from + 8, y, escaped(entry.what()));
    else
      out += fmt::format("<line x1=\"{0}\" y1=\"{1}\" x2=\"{2}\" y2=\"{1}\" stroke=\"black\" "
                         "marker-end=\"url(#tip)\"/><text x=\"{3}\" y=\"{4}\" "
                         "text-anchor=\"middle\">{5}</text>\n",
                         from, y, to, (from + to) / 2, y - 4, escaped(entry.what()));
  }
  return out + "</svg>\n";
}

} // namespace switchroom::cli
