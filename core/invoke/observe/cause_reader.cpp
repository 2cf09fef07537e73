// SPDX-License-Identifier: GPL-3.0-or-later
#include "invoke/observe/cause_reader.h"

#include "base/cause_text.h"

#include <nlohmann/json.hpp>

namespace weir::invoke {
namespace {

using By = flow::CausesSpec::By;
using From = flow::CausesSpec::From;
using Fault = SaidCauses::Fault;
using Json = nlohmann::json;

/// The most causes that one output may name one by one.
constexpr std::size_t kMostNamed = 100'000;

void addText(std::string_view text, By by, SaidCauses& causes) {
    if (by != By::Place) {
        causes.by_id = by == By::Id;
        causes.lookups.emplace_back(text);
        causes.fault = Fault::None;
        return;
    }
    const bool good = forEachPlace(text, [&](const PlaceText& p) {
        if (causes.places.size() < kMostNamed)
            causes.places.push_back({std::string(p.topic), p.partition, p.first, p.last});
    });
    causes.fault = good && causes.fault != Fault::Unreadable ? Fault::None : Fault::Unreadable;
}

/// `{"topic": …, "partition": …, "offset": …}`.
bool addPlace(const Json& object, SaidCauses& causes) {
    const auto topic = object.find("topic");
    const auto partition = object.find("partition");
    const auto offset = object.find("offset");
    if (topic == object.end() || partition == object.end() || offset == object.end()) return false;
    if (!topic->is_string() || !partition->is_number_integer() || !offset->is_number_integer()) return false;
    const auto p = partition->get<std::int64_t>();
    const auto o = offset->get<std::int64_t>();
    if (p < 0 || p > INT32_MAX || o < 0) return false;
    causes.places.push_back({topic->get<std::string>(), static_cast<std::int32_t>(p), o, o});
    if (causes.fault == Fault::Nothing) causes.fault = Fault::None;
    return true;
}

void addJson(const Json& value, By by, SaidCauses& causes, bool in_list = false) {
    if (value.is_string()) return addText(value.get_ref<const std::string&>(), by, causes);
    if (value.is_number() && by != By::Place) return addText(value.dump(), by, causes);
    if (value.is_object() && by == By::Place && addPlace(value, causes)) return;
    if (value.is_array() && !in_list && value.size() <= kMostNamed) {
        for (const Json& item : value) addJson(item, by, causes, true);
        return;
    }
    if (!value.is_null()) causes.fault = Fault::Unreadable;
}

const Json* at(const Json& value, const flow::CausesSpec::Step& step) {
    if (const auto* const name = std::get_if<std::string>(&step)) {
        const auto found = value.is_object() ? value.find(*name) : value.end();
        return found == value.end() ? nullptr : &*found;
    }
    const auto index = std::get<std::size_t>(step);
    return value.is_array() && index < value.size() ? &value[index] : nullptr;
}

void fromJson(const RecordChunk& chunk, std::uint32_t index, const flow::CausesSpec& spec,
              SaidCauses& causes) {
    const Bytes bytes = chunk.value(index);
    if (bytes.isNull()) return;
    const Json tree = Json::parse(bytes.view(), nullptr, false);
    if (tree.is_discarded()) {
        causes.fault = Fault::Unreadable;
        return;
    }
    const Json* value = &tree;
    for (const auto& step : spec.path) {
        value = at(*value, step);
        if (value == nullptr) return;
    }
    addJson(*value, spec.by, causes);
}

/// `weir_cause`, else CloudEvents' causationid, which is a place or the id of an event.
void fromKnown(const RecordChunk& chunk, std::uint32_t index, SaidCauses& causes) {
    std::string text;
    if (headerText(chunk, index, "weir_cause", text)) return addText(text, By::Place, causes);
    if (!headerText(chunk, index, "ce_causationid", text)) return;
    addText(text, By::Place, causes);
    if (causes.fault == Fault::None) return;
    causes = {};
    addText(text, By::Id, causes);
}

}  // namespace

bool headerText(const RecordChunk& chunk, std::uint32_t index, std::string_view name, std::string& text) {
    bool found = false;
    chunk.forEachHeader(index, [&](const Header& header) {
        if (header.name != name || header.value.isNull()) return;
        text.assign(header.value.view());
        found = true;
    });
    return found;
}

SaidCauses readCauses(const RecordChunk& chunk, std::uint32_t index, const flow::CausesSpec& spec) {
    SaidCauses causes;
    std::string text;
    switch (spec.from) {
        case From::Known:
            fromKnown(chunk, index, causes);
            break;
        case From::Header:
            if (headerText(chunk, index, spec.header, text)) addText(text, spec.by, causes);
            break;
        case From::Json:
            fromJson(chunk, index, spec, causes);
            break;
    }
    return causes;
}

}  // namespace weir::invoke
