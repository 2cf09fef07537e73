// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/parse_source.h"

#include <fmt/format.h>

#include <array>
#include <set>

namespace weir::flow {
namespace {

constexpr std::array<std::string_view, 3> kSourceKeys{"topics", "http", "range"};
constexpr std::array<std::string_view, 2> kHttpKeys{"listen", "path"};
constexpr std::array<std::string_view, 4> kRangeKeys{"topic", "partitions", "from", "to"};

std::vector<std::string> readTopics(const ObjectReader& trigger) {
    const ReadContext& context = trigger.context();
    const auto place = trigger.place("topics");
    std::vector<std::string> topics;
    if (!trigger.texts("topics", topics)) return topics;
    if (topics.empty()) context.add(place, "is empty", "name one topic at least");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (!checkTopic(context, elementPlace(place, i), topics[i])) continue;
        if (!seen.insert(topics[i]).second)
            context.add(elementPlace(place, i), "stands here twice", "name each topic once");
    }
    return topics;
}

HttpSource readHttp(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kHttpKeys);
    HttpSource http;
    if (reader.require("listen", "expected for example \"127.0.0.1:8089\"") &&
        reader.text("listen", http.listen) && !isHostPort(http.listen, true)) {
        context.add(reader.place("listen"),
                    inQuotes(reader.written("listen")) + " is not an address with a port",
                    "expected for example \"127.0.0.1:8089\"");
    }
    if (reader.require("path", "expected for example \"/bids\"") && reader.text("path", http.path) &&
        !http.path.starts_with('/')) {
        context.add(reader.place("path"), inQuotes(reader.written("path")) + " does not begin with \"/\"",
                    "expected for example \"/bids\"");
    }
    return http;
}

void readPartitions(const ReadContext& context, const Node& node, std::vector<std::int32_t>& partitions) {
    if (!node.json->is_array()) {
        context.add(node.place, "is not a list", "expected partition numbers such as [0, 1]");
        return;
    }
    for (std::size_t i = 0; i < node.json->size(); ++i) {
        const auto number = readInteger((*node.json)[i]);
        if (!number || *number < 0 || *number > INT32_MAX) {
            context.add(elementPlace(node.place, i), "is not a partition",
                        "expected a whole number from 0 on");
        } else if (std::ranges::find(partitions, *number) != partitions.end()) {
            context.add(elementPlace(node.place, i), "stands here twice", "name each partition once");
        } else {
            partitions.push_back(static_cast<std::int32_t>(*number));
        }
    }
}

void readBound(const ReadContext& context, const Node& node, std::optional<std::int64_t>& offset,
               std::optional<TimeNs>& time) {
    constexpr const char* kHint =
        "expected an offset such as 1200, or a time such as \"2026-01-31T10:00:00Z\"";
    if (node.json->is_string()) {
        const auto text = readText(context, node);
        if (!text) return;
        time = parseTimeUtc(*text);
        if (!time) context.add(node.place, inQuotes(node.json->get<std::string>()) + " is not a time", kHint);
        return;
    }
    offset = readInteger(*node.json);
    if (!offset || *offset < 0) {
        offset.reset();
        context.add(node.place, "is not an offset or a time", kHint);
    }
}

RangeSource readRange(const ReadContext& context, const Node& node) {
    const ObjectReader reader(context, node, kRangeKeys);
    RangeSource range;
    if (reader.require("topic", "name the topic")) reader.topic("topic", range.topic);
    if (const auto partitions = reader.find("partitions"))
        readPartitions(context, *partitions, range.partitions);
    if (const auto from = reader.find("from")) readBound(context, *from, range.from_offset, range.from_time);
    if (const auto to = reader.find("to")) readBound(context, *to, range.to_offset, range.to_time);
    const bool backwards = (range.from_offset && range.to_offset && *range.from_offset > *range.to_offset) ||
                           (range.from_time && range.to_time && *range.from_time > *range.to_time);
    if (backwards) context.add(reader.place("to"), "lies before \"from\"", "swap them");
    return range;
}

// Keys that say how a group reads a topic mean nothing to a front door or to a range of history.
void refuseGroupKeys(const ObjectReader& trigger, std::string_view source) {
    for (const std::string_view key : {"group", "starting_position"}) {
        if (!trigger.has(key)) continue;
        trigger.context().add(trigger.place(key), fmt::format("has no meaning with \"{}\"", source),
                              "remove it, or read \"topics\"");
    }
}

}  // namespace

SourceSpec readSource(const ObjectReader& trigger, const std::string& trigger_place) {
    const ReadContext& context = trigger.context();
    const auto given =
        std::ranges::count_if(kSourceKeys, [&](std::string_view key) { return trigger.has(key); });
    if (given != 1 && trigger.isObject()) {
        context.add(trigger_place, given == 0 ? "no source" : "more than one source",
                    "expected one of \"topics\", \"http\" or \"range\"");
    }
    if (trigger.has("topics")) return readTopics(trigger);
    if (const auto http = trigger.find("http")) {
        refuseGroupKeys(trigger, "http");
        return readHttp(context, *http);
    }
    if (const auto range = trigger.find("range")) {
        refuseGroupKeys(trigger, "range");
        return readRange(context, *range);
    }
    return {};
}

}  // namespace weir::flow
