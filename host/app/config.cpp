// SPDX-License-Identifier: MIT
#include "app/config.hpp"

#include "app/config_file.hpp"

#include <fstream>
#include <iterator>

namespace switchroom::app {
namespace fs = std::filesystem;

fs::path gateway_directory(const fs::path& run, std::string_view gateway) {
  return run / gateway;
}

std::variant<configuration, config_problems>
parse_configuration(std::string_view text, const fs::path& file,
                    const std::optional<fs::path>& run) {
  try {
    const toml::table root = toml::parse(text, file.string());
    return configuration_file(root, file).read(run);
  } catch (const toml::parse_error& wrong) {
    problems found(file.filename().string());
    found.add(wrong.source(), std::string(wrong.description()),
              "this is not TOML; see switchroomd.toml(5) for an example");
    return found.sorted();
  }
}

std::variant<configuration, config_problems>
read_configuration(const fs::path& file, const std::optional<fs::path>& run) {
  std::ifstream in(file);
  if (!in || fs::is_directory(file))
    return config_problems{
        {"cannot read " + file.string(), "check the name of the configuration file"}};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse_configuration(text, file, run);
}

} // namespace switchroom::app
