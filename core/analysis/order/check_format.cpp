// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/order/check_format.h"

#include "analysis/order/check_groups.h"
#include "base/text.h"
#include "base/time.h"
#include "journal/bytes_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace weir::analysis::order {
namespace {

std::string topicName(const SessionCheck& check, TopicId id) {
    const auto at = check.topics.find(id);
    return at == check.topics.end() ? fmt::format("#{}", id.value) : at->second;
}

std::string functionName(const SessionCheck& check, FunctionId id) {
    const auto at = check.functions.find(id);
    return at == check.functions.end() ? fmt::format("#{}", id.value) : at->second;
}

std::int64_t numberOf(const SessionCheck& check, InvocationId id) {
    const auto at = check.numbers.find(id);
    return at == check.numbers.end() ? id.value : at->second;
}

std::string placeText(const SessionCheck& check, TopicId topic, std::int32_t partition, std::int64_t offset) {
    return fmt::format("{}/{}@{}", terminalSafe(topicName(check, topic)), partition, offset);
}

std::string keyText(const std::optional<std::string>& key) {
    return key ? fmt::format("\"{}\"", terminalSafe(*key)) : "null";
}

const char* because(Cause cause) {
    switch (cause) {
        case Cause::Rebalance:
            return "around a rebalance";
        case Cause::Bisect:
            return "after a batch was split";
        case Cause::Timeout:
            return "after a timeout";
        case Cause::Retry:
            return "after a retry";
        case Cause::Concurrency:
            return "while calls ran at once";
        case Cause::Producer:
            return "by the producer";
        case Cause::Unknown:
            break;
    }
    return "";
}

std::string placesOf(const SessionCheck& check, const FindingGroup& group) {
    const Finding& f = group.worst;
    std::string text;
    if (f.function) text = terminalSafe(functionName(check, f.function)) + ", ";
    text += terminalSafe(topicName(check, f.topic));
    if (group.partitions.empty()) return text;
    text += group.partitions.size() == 1 ? " partition " : " partitions ";
    int listed = 0;
    for (const std::int32_t partition : group.partitions) {
        if (listed == 8) return text + fmt::format(" and {} more", group.partitions.size() - 8);
        text += fmt::format("{}{}", listed++ == 0 ? "" : ", ", partition);
    }
    return text;
}

std::string countText(const SessionCheck& check, Kind kind) {
    const bool at_least = kind == Kind::KeySplit && check.summary.boundedBy("key-split");
    return (at_least ? "≥ " : "") + formatCount(check.summary.counts.of(kind));
}

void appendName(std::string& out, const char* field, const std::string& name) {
    out += fmt::format(",\"{}\":", field);
    journal::appendTextJson(out, name);
}

/// The fields of a unit, without braces.
void appendUnit(std::string& out, const SessionCheck& check, const Finding& f, std::int64_t offset) {
    out += fmt::format("\"kind\":\"{}\",\"severity\":\"{}\"", word(f.kind), word(f.severity));
    if (f.function) appendName(out, "function", functionName(check, f.function));
    appendName(out, "topic", topicName(check, f.topic));
    if (f.kind != Kind::KeySplit) out += fmt::format(",\"partition\":{},\"offset\":{}", f.partition, offset);
    if (f.key) {
        out += ",\"key\":";
        journal::appendBytesJson(out, {f.key->data(), f.key->size()});
    }
    if (f.against) {
        out += ",\"against\":[";
        journal::appendTextJson(out, topicName(check, f.against->topic));
        out += fmt::format(",{},{}]", f.against->partition, f.against->offset);
    }
    if (f.invocation) out += fmt::format(",\"invocation\":{}", numberOf(check, f.invocation));
    if (f.cause != Cause::Unknown) out += fmt::format(",\"cause\":\"{}\"", word(f.cause));
    if (f.kind == Kind::Late) out += fmt::format(",\"late_by\":{}", f.lateness);
    out += fmt::format(",\"at\":{}", f.at);
}

/// Text for an XML 1.0 document: what it cannot hold becomes U+FFFD.
std::string xml(std::string_view text) {
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        if (rest.substr(0, 2) == "\xEF\xBF" && rest.size() > 2 && (rest[2] == '\xBE' || rest[2] == '\xBF')) {
            out += "\xEF\xBF\xBD";
            rest.remove_prefix(3);
            continue;
        }
        switch (rest.front()) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += rest.front();
        }
        rest.remove_prefix(1);
    }
    return out;
}

const char* word(Threshold::What what) {
    return what == Threshold::What::MaxP99 ? "max-p99" : "max-cold-share";
}

std::string shown(Threshold::What what, double value) {
    return what == Threshold::What::MaxP99 ? formatDuration(static_cast<DurationNs>(value))
                                           : fmt::format("{:.1f} %", value * 100);
}

std::string limitOf(const Threshold& t) {
    return t.what == Threshold::What::MaxP99 ? shown(t.what, t.limit) : fmt::format("{:g} %", t.limit * 100);
}

/// `,"thresholds":{…}`, by what they limit.
void appendThresholds(std::string& out, const std::vector<Threshold>& thresholds) {
    if (thresholds.empty()) return;
    out += ",\"thresholds\":{";
    for (const Threshold& t : thresholds) {
        const bool time = t.what == Threshold::What::MaxP99;
        const auto number = [&](double value) {
            return time ? fmt::format("{}", static_cast<DurationNs>(value)) : fmt::format("{:.6g}", value);
        };
        const char* const unit = time ? "_ns" : "";
        out += fmt::format("{}\"{}\":{{\"limit{}\":{},\"value{}\":{},\"passed\":{},\"functions\":[",
                           &t == thresholds.data() ? "" : ",", time ? "max_p99" : "max_cold_share", unit,
                           number(t.limit), unit, number(t.value()), t.passed());
        for (const Threshold::Measured& f : t.functions) {
            out += &f == t.functions.data() ? "{" : ",{";
            out += "\"function\":";
            journal::appendTextJson(out, f.function);
            out += fmt::format(",\"value{}\":{},\"passed\":{}}}", unit, number(f.value), f.value <= t.limit);
        }
        out += "]}";
    }
    out += "}";
}

/// A test case of a threshold.
void appendCase(std::string& out, const Threshold& t) {
    std::string over;
    std::string all;
    for (const Threshold::Measured& f : t.functions) {
        all += fmt::format("{}: {}\n", terminalSafe(f.function), shown(t.what, f.value));
        if (f.value > t.limit) over += terminalSafe(sentence(t, f)) + "\n";
    }
    out += fmt::format("  <testcase classname=\"weir.thresholds\" name=\"{}\">", word(t.what));
    if (!t.passed()) {
        out += fmt::format("\n    <failure type=\"threshold\" message=\"{}, over {}\">{}</failure>\n  ",
                           xml(shown(t.what, t.value())), xml(limitOf(t)), xml(over));
    } else if (!all.empty()) {
        out += fmt::format("\n    <system-out>{}</system-out>\n  ", xml(all));
    }
    out += "</testcase>\n";
}

}  // namespace

bool anyAtOrOver(const Counts& counts, Severity severity) {
    return std::any_of(counts.units.begin(), counts.units.end(), [&](const auto& by_severity) {
        for (std::size_t s = static_cast<std::size_t>(severity); s < by_severity.size(); ++s) {
            if (by_severity.at(s) > 0) return true;
        }
        return false;
    });
}

std::string sentence(const SessionCheck& check, const Finding& f, std::int64_t offset) {
    std::string unit = placeText(check, f.topic, f.partition, offset);
    const std::string against =
        f.against ? placeText(check, f.against->topic, f.against->partition, f.against->offset)
                  : std::string("a later event");
    switch (f.kind) {
        case Kind::Regression:
            return fmt::format("{} began only after {} had succeeded.", unit, against);
        case Kind::Inversion:
            return fmt::format("{} was overtaken by {} before it succeeded.", unit, against);
        case Kind::Overlap:
            return fmt::format("Call {} had {} while another call had {}.", numberOf(check, f.invocation),
                               unit, against);
        case Kind::Duplicate:
            return fmt::format("{} succeeded once more, in call {}.", unit, numberOf(check, f.invocation));
        case Kind::Gap:
            return fmt::format("{} never succeeded and was passed over by {}.", unit, against);
        case Kind::OutputInversion:
            return fmt::format("The output {} stands behind {}, which a later event caused.", unit, against);
        case Kind::KeySplit:
            return fmt::format("The key {} stands in more than one partition of {}.", keyText(f.key),
                               terminalSafe(topicName(check, f.topic)));
        case Kind::Late:
            return fmt::format("{} is {} older than a record before it.", unit, formatDuration(f.lateness));
    }
    return unit;
}

std::string checkText(const SessionCheck& check) {
    const Summary& s = check.summary;
    std::string out = fmt::format("{} events, {} deliveries; {} open, {} displaced\n", formatCount(s.events),
                                  formatCount(s.deliveries), formatCount(s.open), formatCount(s.displaced));
    const std::vector<FindingGroup> groups = groupsOf(check.findings);
    if (groups.empty()) out += "No findings: order held.\n";
    for (const FindingGroup& group : groups) {
        const Finding& f = group.worst;
        const bool at_least = f.kind == Kind::KeySplit && s.boundedBy("key-split");
        out += fmt::format("\n{:<5} {:<16} {:>9}  {}", word(f.severity), word(f.kind),
                           (at_least ? "≥ " : "") + formatCount(group.units), placesOf(check, group));
        if (f.cause != Cause::Unknown) out += fmt::format(", {}", because(f.cause));
        out += fmt::format("\n      {}\n", sentence(check, f, group.worst_offset));
    }
    if (s.boundedBy("events")) {
        out += "\nMore than a million events waited behind one: the oldest were closed as gaps.\n";
    }
    if (s.boundedBy("keys"))
        out += "\nMore keys than are told apart: the order of the others was not judged.\n";
    if (s.boundedBy("outputs")) out += "\nOutputs that came long after their call were not judged.\n";
    return out;
}

std::string sentence(const Threshold& threshold, const Threshold::Measured& function) {
    const std::string value = shown(threshold.what, function.value);
    const std::string limit = limitOf(threshold);
    return threshold.what == Threshold::What::MaxP99
               ? fmt::format("{}: 99 % of its events took up to {}, over {}.", function.function, value,
                             limit)
               : fmt::format("{}: {} of its calls were cold, over {}.", function.function, value, limit);
}

std::string checkJson(const SessionCheck& check, const std::vector<Threshold>& thresholds) {
    const Summary& s = check.summary;
    std::string out =
        fmt::format("{{\"events\":{},\"deliveries\":{},\"open\":{},\"displaced\":{},\"kinds\":{{", s.events,
                    s.deliveries, s.open, s.displaced);
    for (const Kind kind : kKinds) {
        out += fmt::format("{}\"{}\":{}", kind == kKinds.front() ? "" : ",", word(kind), s.counts.of(kind));
    }
    out += "},";
    if (!s.bounded.empty()) out += fmt::format("\"bounded\":\"{}\",", s.bounded);
    out += "\"findings\":[";
    bool first = true;
    for (const FindingGroup& group : groupsOf(check.findings)) {
        const Finding& f = group.worst;
        out += fmt::format("{}\n{{\"kind\":\"{}\",\"severity\":\"{}\"", first ? "" : ",", word(f.kind),
                           word(f.severity));
        first = false;
        if (f.cause != Cause::Unknown) out += fmt::format(",\"cause\":\"{}\"", word(f.cause));
        if (f.function) appendName(out, "function", functionName(check, f.function));
        appendName(out, "topic", topicName(check, f.topic));
        if (f.kind != Kind::KeySplit) {
            out += ",\"partitions\":[";
            for (const std::int32_t p : group.partitions) {
                out += fmt::format("{}{}", p == *group.partitions.begin() ? "" : ",", p);
            }
            out += "]";
        }
        out += fmt::format(",\"units\":{},\"first_at\":{},\"last_at\":{},\"worst\":{{", group.units,
                           group.first_at, group.last_at);
        appendUnit(out, check, f, group.worst_offset);
        out += "},\"text\":";
        journal::appendTextJson(out, sentence(check, f, group.worst_offset));
        out += "}";
    }
    out += "]";
    appendThresholds(out, thresholds);
    out += "}\n";
    return out;
}

std::string checkNdjson(const SessionCheck& check) {
    std::string out;
    for (const Finding& f : check.findings) {
        for (std::int64_t offset = f.first; offset <= f.last; ++offset) {
            out += '{';
            appendUnit(out, check, f, offset);
            out += "}\n";
        }
    }
    return out;
}

std::string checkJunit(const SessionCheck& check, std::optional<Severity> fail_on,
                       const std::vector<Threshold>& thresholds) {
    const std::vector<FindingGroup> groups = groupsOf(check.findings);
    std::string cases;
    int failures = 0;
    for (const Kind kind : kKinds) {
        std::string lines;
        bool fails = false;
        const char* type = "";
        for (const FindingGroup& group : groups) {
            if (group.worst.kind != kind) continue;
            fails = fails || (fail_on && group.worst.severity >= *fail_on);
            if (*type == '\0') type = word(group.worst.severity);  // errors come first
            lines += fmt::format("{} {} {}: {}\n", word(group.worst.severity), formatCount(group.units),
                                 placesOf(check, group), sentence(check, group.worst, group.worst_offset));
        }
        cases += fmt::format("  <testcase classname=\"weir.order\" name=\"{}\">", word(kind));
        if (fails) {
            ++failures;
            cases += fmt::format("\n    <failure type=\"{}\" message=\"{} {}\">{}</failure>\n  ", type,
                                 xml(countText(check, kind)), word(kind), xml(lines));
        } else if (!lines.empty()) {
            cases += fmt::format("\n    <system-out>{}</system-out>\n  ", xml(lines));
        }
        cases += "</testcase>\n";
    }
    const std::string order_cases = std::exchange(cases, {});
    int missed = 0;
    for (const Threshold& threshold : thresholds) {
        missed += threshold.passed() ? 0 : 1;
        appendCase(cases, threshold);
    }
    const auto suite = [](const char* name, std::size_t tests, int failed, const std::string& its_cases) {
        return fmt::format(
            " <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">\n{} "
            "</testsuite>\n",
            name, tests, failed, its_cases);
    };
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{}\" failures=\"{}\">\n{}{}"
        "</testsuites>\n",
        kKinds.size() + thresholds.size(), failures + missed,
        suite("weir order check", kKinds.size(), failures, order_cases),
        thresholds.empty() ? "" : suite("weir thresholds", thresholds.size(), missed, cases));
}

}  // namespace weir::analysis::order
