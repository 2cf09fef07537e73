// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "report/compose.h"
#include "report/words.h"

#include <fmt/format.h>

namespace weir::report {
namespace {

std::string captureWords(const ReportData& data) {
    if (data.capture == "none") return "none";
    if (data.capture == "prefix") return "the first " + formatSize(data.capture_bytes);
    return data.capture == "whole" ? "whole" : data.capture;
}

void addRow(Table& table, std::string what, std::string value) {
    table.rows.push_back({{std::move(what), Ink::Text2, false, false, Glyph::None},
                          {std::move(value), Ink::Text, false, false, Glyph::None}});
}

}  // namespace

void composeSession(const ReportData& data, std::vector<Block>& blocks) {
    blocks.emplace_back(Heading{"How it was captured", 2});
    Table t;
    t.columns = {{"", false, 1}, {"", false, 4}};
    addRow(t, "Session", data.info.name);
    if (data.origin) addRow(t, "Part of", journal::words(*data.origin));
    addRow(t, "Mode", facts::word(data.info.mode));
    addRow(t, "Cluster", data.info.cluster.empty() ? "–" : data.info.cluster);
    addRow(t, "From", clock(data.first, true) + " UTC");
    addRow(t, "To", clock(data.last, true) + " UTC" + (data.info.ended ? "" : " (not ended)"));
    addRow(t, "Values", captureWords(data));
    addRow(
        t, "Written by",
        "Weir " + data.info.weir_version + ", session version " + std::to_string(data.info.schema_version));
    blocks.emplace_back(std::move(t));

    blocks.emplace_back(Heading{"Triggers", 3});
    Table triggers;
    triggers.columns = {{"Trigger", false, 2},   {"Topics", false, 2}, {"Order", false, 1},
                        {"Batch size", true, 1}, {"Window", true, 1},  {"Group", false, 1.4}};
    for (const journal::TriggerRow& trigger : data.triggers) {
        std::string topics;
        for (const TopicId id : trigger.topics) topics += (topics.empty() ? "" : ", ") + data.topicName(id);
        triggers.rows.push_back(
            {{trigger.name, Ink::Text, true, false, Glyph::None},
             {topics, Ink::Text, false, false, Glyph::None},
             {trigger.order, Ink::Text, false, false, Glyph::None},
             {trigger.batch_size > 0 ? formatCount(trigger.batch_size) : "–", Ink::Text, false, false,
              Glyph::None},
             {trigger.batching_window > 0 ? formatDuration(trigger.batching_window) : "–", Ink::Text, false,
              false, Glyph::None},
             {trigger.group.empty() ? "–" : trigger.group, Ink::Text, false, false, Glyph::None}});
    }
    if (triggers.rows.empty()) {
        blocks.emplace_back(Paragraph{"None.", Ink::Text2});
    } else {
        blocks.emplace_back(std::move(triggers));
    }

    blocks.emplace_back(Heading{"What was not captured", 2});
    if (data.left_out.empty()) blocks.emplace_back(Paragraph{"Nothing is known to be missing.", Ink::Text2});
    for (const std::string& words : data.left_out) blocks.emplace_back(Paragraph{words, Ink::Text2});

    if (data.notes.empty()) return;
    blocks.emplace_back(Heading{"Notes", 2});
    for (const Note& note : data.notes) {
        blocks.emplace_back(Paragraph{clock(note.at) + "  " + note.text, Ink::Text});
    }
}

}  // namespace weir::report
