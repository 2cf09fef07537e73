// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/escape.h"
#include "report/tables.h"
#include "report/words.h"

#include <fmt/format.h>

namespace weir::report {

std::string toJunit(const ReportData& data) {
    std::string cases;
    std::int64_t tests = 0, failures = 0, skipped = 0;
    for (const order::Kind kind : order::kKinds) {
        ++tests;
        cases += fmt::format("    <testcase classname=\"order\" name=\"{}\"", order::word(kind));
        if (!data.order) {
            ++skipped;
            cases += "><skipped message=\"order was not checked\"/></testcase>\n";
            continue;
        }
        const auto errors = data.order->units.at(
            static_cast<std::size_t>(kind))[static_cast<std::size_t>(order::Severity::Error)];
        std::string lines;
        for (const FindingGroup& g : data.order->groups) {
            if (g.kind != kind) continue;
            lines += fmt::format("{}: {} of {}{}{}, first at {}Z\n", order::word(g.severity), g.units,
                                 g.function_name, g.function_name.empty() ? "" : ", ", g.topic,
                                 clock(g.first_at, true));
        }
        if (errors > 0) {
            ++failures;
            cases += fmt::format("><failure type=\"{}\" message=\"{} broken\">{}</failure></testcase>\n",
                                 order::word(kind), errors, markup(lines));
        } else if (!lines.empty()) {
            cases += fmt::format("><system-out>{}</system-out></testcase>\n", markup(lines));
        } else {
            cases += "/>\n";
        }
    }
    const double seconds = static_cast<double>(data.last - data.first) / 1e9;
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{0}\" failures=\"{1}\" "
        "skipped=\"{2}\">\n"
        "  <testsuite name=\"{3}\" tests=\"{0}\" failures=\"{1}\" skipped=\"{2}\" errors=\"0\" "
        "time=\"{4:.3f}\" "
        "timestamp=\"{5}\">\n{6}  </testsuite>\n</testsuites>\n",
        tests, failures, skipped, markup(data.info.name), seconds, formatTimeUtc(data.first).substr(0, 19),
        cases);
}

}  // namespace weir::report
