// SPDX-License-Identifier: MIT
// Short codes, rules C1 to C10. Expected values: the rules' own vectors. Random plans:
// dialplan_random_test.cpp.
#include "dialplan/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <utility>

namespace switchroom::dialplan {
namespace {

short_code dial_code(std::string code, std::string number = "N") {
  short_code made;
  made.code = std::move(code);
  made.number = std::move(number);
  return made;
}

std::vector<short_code> dial_codes(std::initializer_list<const char*> codes) {
  std::vector<short_code> made;
  for (const auto* code : codes)
    made.push_back(dial_code(code));
  return made;
}

using dialling_state = dialplan::dialling;

class plan_of_codes : public ::testing::Test {
protected:
  void use(std::vector<short_code> user, std::vector<short_code> rights,
           std::vector<short_code> system) {
    auto made = compile(user, rights, system);
    ASSERT_TRUE(made) << made.error().what;
    codes = *made;
  }
  void use_system(std::initializer_list<const char*> system) { use({}, {}, dial_codes(system)); }
  decision dialled(std::string_view digits, bool paused = false) {
    return dialled(digits, paused ? dialling_state::paused : dialling_state::goes_on);
  }
  decision dialled(std::string_view digits, dialling_state now) {
    return decide(
        codes, digits, now,
        [this](std::string_view d) {
          if (numbers.contains(std::string(d)))
            return extension_match::exact;
          const auto begins = [&](const std::string& n) { return n.starts_with(d); };
          return std::any_of(numbers.begin(), numbers.end(), begins) ? extension_match::partial
                                                                     : extension_match::none;
        },
        caller, delay_count);
  }
  /// The code that acts, "wait" or "unknown".
  std::string acts(std::string_view digits, bool paused = false) {
    return acts(digits, paused ? dialling_state::paused : dialling_state::goes_on);
  }
  std::string acts(std::string_view digits, dialling_state now) {
    const auto made = dialled(digits, now);
    return made.winner ? made.winner->code : made.what == verdict::wait ? "wait" : "unknown";
  }
  plan codes;
  std::set<std::string> numbers;
  call_context caller{"0301234567", "204", "Ada"};
  unsigned delay_count = 0;
};

TEST_F(plan_of_codes, C1_CodeHasAtMostThirtyOneCharacters) {
  EXPECT_TRUE(compile({}, {}, {dial_code(std::string(31, '1'))}));
  const auto refused = compile({}, {}, {dial_code(std::string(32, '1'))});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("character 32"), std::string::npos) << refused.error().what;
  EXPECT_FALSE(refused.error().remedy.empty());
}

TEST_F(plan_of_codes, C2_DigitsStarsAndHashes) {
  use_system({"*36", "*35*N#", "#1"});
  EXPECT_EQ(acts("*3"), "wait");
  EXPECT_EQ(acts("*36"), "*36");
  EXPECT_EQ(acts("#1"), "#1");
  EXPECT_EQ(acts("*35*204*1234"), "wait");
  const auto login = dialled("*35*204*1234#");
  ASSERT_TRUE(login.winner);
  EXPECT_EQ(login.winner->wildcard, "204*1234");
  EXPECT_EQ(login.winner->number, "204*1234");
}

TEST_F(plan_of_codes, C2_XIsOneDigitAndNoStar) {
  use_system({"6X", "7XX1"});
  EXPECT_EQ(acts("6"), "wait");
  EXPECT_EQ(acts("65"), "6X");
  EXPECT_EQ(acts("6*"), "unknown");
  EXPECT_EQ(dialled("7231").winner->wildcard, "23");
}

TEST_F(plan_of_codes, C2_NIsAnyNumberOfDigitsAlsoNone) {
  use_system({"60N", "5N9"});
  EXPECT_EQ(dialled("60", true).winner->wildcard, "");
  EXPECT_EQ(dialled("60123", true).winner->wildcard, "123");
  EXPECT_EQ(acts("60*", true), "unknown") << "N does not swallow * unless # follows it";
  EXPECT_EQ(acts("51"), "wait");
  EXPECT_EQ(dialled("5129").winner->wildcard, "12");
  EXPECT_EQ(dialled("59").winner->wildcard, "");
}

TEST_F(plan_of_codes, C2_DefaultHotLineLiteralAndSecondaryTone) {
  use({}, {}, {dial_code("?", "."), dial_code("[9]01N;"), dial_code("\"60\"1")});
  EXPECT_EQ(acts("601"), "\"60\"1");
  EXPECT_TRUE(dialled("9").secondary_dial_tone);
  EXPECT_FALSE(dialled("90").secondary_dial_tone);
  EXPECT_EQ(dialled("9015", true).winner->wildcard, "5");
  EXPECT_EQ(acts("777"), "wait") << "more may come, so ? waits";
  EXPECT_EQ(dialled("777", true).winner->number, "777");
  EXPECT_EQ(acts("", false), "wait");
  use({dial_code("?D", "112")}, {}, {});
  EXPECT_EQ(dialled("").winner->number, "112");
  EXPECT_EQ(acts("5"), "unknown");
}

TEST_F(plan_of_codes, C3_UserBeforeRightsBeforeSystemThenExtensionThenDefaults) {
  numbers = {"700"};
  use({dial_code("7N;", "1")}, {dial_code("70N;", "2")}, {dial_code("700", "3")});
  EXPECT_EQ(dialled("700", true).winner->from, level::user);
  use({}, {dial_code("70N;", "2")}, {dial_code("700", "3")});
  EXPECT_EQ(dialled("700", true).winner->from, level::rights);
  use({dial_code("?", ".")}, {}, {dial_code("700", "3")});
  EXPECT_EQ(dialled("700").winner->from, level::system);
  use({dial_code("?", ".")}, {}, {dial_code("?", ".")});
  EXPECT_EQ(dialled("700").winner->from, level::extension);
  EXPECT_EQ(dialled("701", true).winner->from, level::user_default);
  use({}, {}, {dial_code("?", ".")});
  EXPECT_EQ(dialled("701", true).winner->from, level::system_default);
}

TEST_F(plan_of_codes, C3_MostLiteralDigitsThenExactLength) {
  use_system({"1N", "1XX", "12X", "12N"});
  EXPECT_EQ(acts("123"), "12X");
  EXPECT_EQ(acts("133", true), "1XX");
  EXPECT_EQ(acts("1234", true), "12N");
  EXPECT_EQ(acts("1345", true), "1N");
}

TEST_F(plan_of_codes, C4_ExactFiresAtOncePartialWaitsNoneIsUnknown) {
  numbers = {"204", "2051"};
  use_system({"601", "602;", "45"});
  EXPECT_EQ(acts("6"), "wait");
  EXPECT_EQ(acts("601"), "601");
  EXPECT_EQ(acts("603"), "unknown");
  EXPECT_EQ(acts("9"), "unknown");
  EXPECT_EQ(acts("6", true), "wait") << "for the off-hook time-out";
  EXPECT_EQ(acts("6", dialling_state::complete), "unknown");
  EXPECT_EQ(acts("6#"), "unknown");
  EXPECT_EQ(acts("20"), "wait");
  EXPECT_EQ(acts("204"), "204");
  EXPECT_EQ(acts("205"), "wait");
}

TEST_F(plan_of_codes, C4_SemicolonWaitsAndHashEndsIt) {
  use_system({"602;", "9N;"});
  EXPECT_EQ(acts("602"), "wait");
  EXPECT_EQ(acts("602", true), "602;");
  EXPECT_EQ(acts("602#"), "602;");
  EXPECT_EQ(dialled("9123#").winner->wildcard, "123");
  EXPECT_EQ(dialled("9123#").winner->number, "123");
}

TEST_F(plan_of_codes, C4_DialDelayMakesNoNumberOfABeginning) {
  numbers = {"204"};
  use_system({"*36", "?"});
  EXPECT_EQ(acts("20", true), "wait") << "not ?: 204 may follow";
  EXPECT_EQ(acts("*3", true), "wait");
  EXPECT_EQ(acts("20", dialling_state::complete), "?");
  EXPECT_EQ(dialled("20#").winner->number, "20");
}

TEST_F(plan_of_codes, C5_BelowTheCountAnExactMatchWaitsIfALongerOneIsPossible) {
  numbers = {"204", "2045"};
  use_system({"60", "601", "60123", "7", "112"});
  EXPECT_EQ(acts("60"), "60") << "count 0: 601 cannot be dialled";
  EXPECT_EQ(acts("204"), "204");
  delay_count = 4;
  EXPECT_EQ(acts("60"), "wait");
  EXPECT_EQ(acts("60", true), "60");
  EXPECT_EQ(acts("601"), "wait");
  EXPECT_EQ(acts("7"), "7") << "nothing longer: waiting would change nothing";
  EXPECT_EQ(acts("8"), "unknown");
  delay_count = 3;
  EXPECT_EQ(acts("601"), "601");
}

TEST_F(plan_of_codes, C5_TimersByLocale) {
  for (const auto* locale : {"US", "en-US", "JP"}) {
    EXPECT_EQ(default_timers(locale).dial_delay_count, 0u) << locale;
    EXPECT_EQ(default_timers(locale).dial_delay, std::chrono::seconds{4}) << locale;
  }
  for (const auto* locale : {"NL", "DE", "GB", "FR", ""}) {
    EXPECT_EQ(default_timers(locale).dial_delay_count, 4u) << locale;
    EXPECT_EQ(default_timers(locale).dial_delay, std::chrono::seconds{1}) << locale;
    EXPECT_EQ(default_timers(locale).off_hook_timeout, std::chrono::seconds{30}) << locale;
  }
}

TEST_F(plan_of_codes, C8_ExtensionThenLineThenSystemThenDefaults) {
  numbers = {"700"};
  const auto system = *compile({dial_code("7N;", "1")}, {dial_code("70N;", "2")},
                               {dial_code("70X", "3"), dial_code("71", "4"), dial_code("?", "9")});
  const auto arriving = [&](std::vector<short_code> line, std::string_view digits) {
    codes = *of_line(system, line);
    return dialled(digits, true).winner->from;
  };
  EXPECT_EQ(arriving({dial_code("700")}, "700"), level::extension);
  EXPECT_EQ(arriving({dial_code("7XX")}, "701"), level::line);
  EXPECT_EQ(arriving({}, "701"), level::system) << "and no code of users or rights";
  EXPECT_EQ(arriving({dial_code("?")}, "888"), level::line_default);
  EXPECT_EQ(arriving({}, "888"), level::system_default);
  EXPECT_EQ(dialled("70").what, verdict::wait);
}

TEST_F(plan_of_codes, C10_ExplainsWhatArrivesInItsOrder) {
  numbers = {"700"};
  codes = *of_line(*compile({}, {}, dial_codes({"70X", "?"})), dial_codes({"7N"}));
  const auto told = explain(
      codes, "700", [](std::string_view) { return extension_match::exact; }, caller);
  std::vector<std::string> lines;
  for (const auto& one : told.codes)
    lines.push_back(std::string(level_name(one.from)) + " " + one.code.code + ": " + one.why);
  EXPECT_EQ(lines, (std::vector<std::string>{"extension 700: wins: at once",
                                             "line 7N: loses: to the extension",
                                             "system 70X: loses: to the extension",
                                             "default ?: loses: to the extension"}));
}

TEST_F(plan_of_codes, C3_LevelsAreSharedAndKeptApart) {
  const auto system = *compile({}, {}, dial_codes({"60X", "?"}));
  const auto one = *of_user(system, dial_codes({"6XX"}), {});
  codes = one;
  EXPECT_EQ(acts("601"), "6XX");
  codes = *of_user(one, {}, {}); // another user: not the codes of the first
  EXPECT_EQ(acts("601"), "60X");
  EXPECT_EQ(one.levels().back(), system.levels().back()) << "not compiled again";
}

TEST_F(plan_of_codes, C6_FirstVector) {
  use_system({"601", "60N", "60X"});
  EXPECT_EQ(acts("601"), "601");
  EXPECT_EQ(acts("602"), "60X");
  EXPECT_EQ(acts("60"), "wait");
  EXPECT_EQ(acts("60", true), "60N");
  EXPECT_EQ(dialled("60", true).winner->wildcard, "");
}

TEST_F(plan_of_codes, C6_SecondVector) {
  use_system({"601", "60N", "6XX"});
  EXPECT_EQ(acts("602", true), "60N");
  EXPECT_NE(acts("602"), "6XX") << "and it must not fire before";
  EXPECT_EQ(acts("612"), "6XX");
}

TEST_F(plan_of_codes, C7_NumberIsFilledIn) {
  use({}, {}, {dial_code("8N", "0,N.SEU;W\"NSEU\"")});
  EXPECT_EQ(dialled("812", true).winner->number, "0,12"
                                                 "812"
                                                 "0301234567"
                                                 "204"
                                                 "Ada"
                                                 ";WNSEU");
}

TEST_F(plan_of_codes, C9_DefaultsOfEachLocaleCompileAndAct) {
  for (const auto* locale : {"NL", "DE", "GB", "US", "en-GB", ""}) {
    use({}, {}, default_system_codes(locale));
    EXPECT_EQ(dialled("*36").winner->what, feature::log_out) << locale;
    EXPECT_EQ(dialled("*35*1234#").winner->number, "1234") << locale;
    EXPECT_EQ(dialled("*80*2#").winner->what, feature::break_out) << locale;
    EXPECT_EQ(dialled("*60*1*2#").winner->number, "1*2") << locale;
    EXPECT_EQ(dialled("*17").winner->what, feature::voicemail) << locale;
    EXPECT_EQ(dialled("55", true).winner->number, "55") << locale;
  }
  for (const auto* code :
       {"*00",    "*01",    "*02",    "*03",    "*04",    "*05",    "*06",    "*07*1#",
        "*08",    "*09",    "*10*1#", "*11*1#", "*12*1#", "*13*1#", "*14*1#", "*15",
        "*16",    "*17",    "*20*1#", "*21*1#", "*30",    "*32*1#", "*35*1#", "*36",
        "*37*1#", "*38*1#", "*57*1#", "*60*1#", "*80*1#", "*66*1#"})
    EXPECT_TRUE(dialled(code).winner) << code << " acts at once";
}

TEST_F(plan_of_codes, S10_EmergencyComesFirstAndIsNeverCutShort) {
  numbers = {"11", "9"};
  use({dial_code("1N", "."), dial_code("99", "3")}, {}, default_system_codes("GB"));
  EXPECT_EQ(dialled("112").winner->what, feature::emergency);
  EXPECT_EQ(acts("99"), "wait");
  EXPECT_EQ(dialled("999").winner->what, feature::emergency);
  EXPECT_EQ(acts("99", true), "99");
  use({}, {}, default_system_codes("US"));
  EXPECT_EQ(acts("9"), "wait");
  EXPECT_EQ(dialled("911").winner->what, feature::emergency);
}

TEST_F(plan_of_codes, C10_EveryCodeIsConsideredAndTheWinnerNamed) {
  numbers = {"602"};
  use({}, {}, dial_codes({"601", "60N", "6XX", "55", "6021", "?"}));
  const auto number = [](std::string_view d) {
    return d == "602" ? extension_match::exact : extension_match::none;
  };
  const auto told = explain(codes, "602", number, caller);
  std::map<std::string, std::string> why;
  for (const auto& one : told.codes)
    why[one.code.code] = one.why;
  EXPECT_EQ(told.codes.size(), 7u); // and the extension
  std::map<std::string, std::optional<std::size_t>> fits;
  for (const auto& one : told.codes)
    fits[one.code.code] = one.fits;
  EXPECT_EQ(fits["601"], 2U);
  EXPECT_EQ(fits["55"], 0U);
  for (const auto* matches : {"60N", "6XX", "6021", "602", "?"})
    EXPECT_EQ(fits[matches], std::nullopt) << matches;
  EXPECT_EQ(why["60N"], "wins: when dialling has ended");
  EXPECT_EQ(why["6XX"], "loses: to 60N, as it has more literal digits");
  EXPECT_EQ(why["601"], "no match: digit 3 is 2");
  EXPECT_EQ(why["55"], "no match: digit 1 is 6");
  EXPECT_EQ(why["6021"], "waits: matches if more digits follow");
  EXPECT_EQ(why["602"], "loses: to 60N, as codes come before extensions");
  EXPECT_EQ(why["?"], "loses: to 60N, as its level comes first");
  EXPECT_EQ(told.now.what, verdict::wait);
  EXPECT_EQ(told.later.winner->code, "60N");
}

struct malformed {
  const char *code, *number, *says;
};
class malformed_codes : public ::testing::TestWithParam<malformed> {};

TEST_P(malformed_codes, C2_RefusedWithLevelCodeAndCharacter) {
  const auto& given = GetParam();
  const auto refused = compile({}, {dial_code(given.code, given.number)}, {});
  ASSERT_FALSE(refused) << given.code;
  const auto& what = refused.error().what;
  EXPECT_NE(what.find("User rights short code \"" + std::string(given.code) + "\""),
            std::string::npos)
      << what;
  EXPECT_NE(what.find(given.says), std::string::npos) << what;
  EXPECT_FALSE(refused.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, malformed_codes,
    ::testing::Values(
        malformed{"", "1", "is empty"}, malformed{"*3Z", "1", "character 3, 'Z'"},
        malformed{"6x", "1", "character 2, 'x'"}, malformed{"6;1", "1", "character 2, ';'"},
        malformed{"NN", "1", "character 2, 'N'"}, malformed{"?1", "1", "character 2, '1'"},
        malformed{"1?", "1", "character 2, '?'"}, malformed{"1[9]", "1", "character 2, '['"},
        malformed{"[9", "1", "character 1, '['"}, malformed{"[]1", "1", "character 2, ']'"},
        malformed{"[N]1", "1", "character 2, 'N'"}, malformed{"1\"2", "1", "character 2, '\"'"},
        malformed{";", "1", "leaves nothing"}, malformed{"6 1", "1", "character 2"},
        malformed{"61", "", "has no number"}, malformed{"61", "1Q", "character 2, 'Q'"},
        malformed{"61", "\"berlin", "character 1, '\"'"}));

TEST(Manual, C9_HasEveryCodeThatIsServed) {
  std::ifstream file(MANUAL);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto* locale : {"DE", "GB", "US"})
    for (const auto& one : default_system_codes(locale)) {
      const bool served = one.what != feature::unsupported && one.code != "?"; // any other number
      EXPECT_TRUE(!served || text.find(one.code) != std::string::npos) << one.code;
    }
}

TEST(Manual, C1_OfTheConfigurationHasEveryFeature) {
  std::ifstream file(CONFIGURATION_MANUAL);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  const auto begin = all.find("\nFeatures: "), end = all.find("In the code: ", begin);
  ASSERT_NE(end, std::string::npos);
  std::set<std::string> words{""};
  std::string word;
  for (const char one : all.substr(begin, end - begin))
    if ((one >= 'a' && one <= 'z') || one == '_')
      word += one;
    else
      words.insert(std::exchange(word, {}));
  for (int n = 0; n < static_cast<int>(feature::unsupported); ++n) {
    const auto name = std::string(feature_name(static_cast<feature>(n)));
    EXPECT_TRUE(words.contains(name)) << name;
  }
}

} // namespace
} // namespace switchroom::dialplan
