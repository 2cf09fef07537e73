// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/text/facts_export.h"
#include "journal/text/session_import.h"
#include "session_fixture.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace weir::journal::test {

inline constexpr const char* kSession = R"({"fact":"session","version":1,"name":"s","mode":"import","at":0})"
                                        "\n";

/// Text facts in, session or error out.
class FactsTest : public SessionTest {
  protected:
    /// Imports into s.weir, which is removed first.
    Result<ImportReport> import(const std::string& facts, bool keep_going = false) {
        std::filesystem::remove(at("s.weir"));
        std::ofstream(at("facts.ndjson"), std::ios::binary) << facts;
        SessionImport import;
        import.facts = at("facts.ndjson");
        import.session = at("s.weir");
        import.options.keep_going = keep_going;
        import.options.on_error = [this](const std::string& message) { errors_.push_back(message);
    };
    return importSession(import);
}
/// What is wrong with facts, without the name of their file; the session fact goes in front.
std::string
problem(const std::string& facts) {
    const auto report = import(kSession + facts);
    if (report) return "accepted";
    EXPECT_EQ(exitCode(report.error().code), 3);
    EXPECT_FALSE(std::filesystem::exists(at("s.weir")));
    EXPECT_EQ(listing(), std::vector<std::string>{"facts.ndjson"}) << "something is left behind";
    const std::string name = at("facts.ndjson") + ", ";
    const std::string& message = report.error().message;
    return message.rfind(name, 0) == 0 ? message.substr(name.size()) : message;
}
std::string exported(ExportOptions options = {}) {
    std::ostringstream out;
    const Status s = exportFacts(at("s.weir"), out, options);
    EXPECT_TRUE(s) << why(s);
    return out.str();
}
/// Facts, imported and exported.
std::string roundTrip(const std::string& facts) {
    const auto report = import(facts);
    EXPECT_TRUE(report) << why(report);
    return report ? exported() : "";
}

std::vector<std::string> errors_;
};  // namespace weir::journal::test

}  // namespace weir::journal::test
