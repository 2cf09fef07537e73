// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"
#include "base/text.h"
#include "base/time.h"
#include "commands.h"
#include "events_output.h"
#include "filter/query.h"
#include "journal/session_reader.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::cli {
namespace {

constexpr std::int64_t kPage = 1'000;

struct EventsArguments {
    std::string file;
    std::string filter;
    std::string format = "table";
    std::int64_t limit = 0;
};

Result<Names> readNames(journal::SessionReader& reader) {
    Names names;
    const auto topics = reader.topics();
    if (!topics) return tl::unexpected<Error>(topics.error());
    for (const journal::TopicRow& t : *topics) names.topics[t.id] = t.name;
    const auto functions = reader.functions();
    if (!functions) return tl::unexpected<Error>(functions.error());
    for (const journal::FunctionRow& f : *functions) names.functions[f.id] = f.name;
    const auto instances = reader.instances();
    if (!instances) return tl::unexpected<Error>(instances.error());
    for (const journal::InstanceRow& i : *instances) names.instances[i.id] = i.name;
    return names;
}

/// Prints events with consecutive ids and their deliveries.
Status printRun(journal::SessionReader& reader, EventsOutput& output, std::int64_t first,
                std::int64_t count) {
    const auto events = reader.events(EventId{first}, count, output.previewBytes());
    if (!events) return tl::unexpected<Error>(events.error());
    if (events->empty()) return {};
    const auto deliveries = reader.deliveries(events->front().id, events->back().id);
    if (!deliveries) return tl::unexpected<Error>(deliveries.error());
    auto from = deliveries->begin();
    for (const journal::EventRow& event : *events) {
        const auto to = std::find_if(from, deliveries->end(),
                                     [&](const auto& d) { return d.event.value > event.id.value; });
        output.event(event, {from, to});
        from = to;
    }
    return {};
}

/// Those of a page, in runs of consecutive ids.
Status printIds(journal::SessionReader& reader, EventsOutput& output, const std::vector<std::int64_t>& ids) {
    for (std::size_t at = 0; at < ids.size();) {
        std::size_t end = at + 1;
        while (end < ids.size() && ids[end] == ids[end - 1] + 1) ++end;
        Status s = printRun(reader, output, ids[at], static_cast<std::int64_t>(end - at));
        if (!s) return s;
        at = end;
    }
    return {};
}

/// Pages through the session, so that its size does not matter.
Status printEvents(const Console& console, const EventsArguments& arguments) {
    auto filter = filter::Filter::parse(arguments.filter);
    if (!filter) return tl::unexpected<Error>(filter.error().toError(arguments.filter));
    auto reader = journal::SessionReader::open(arguments.file);
    if (!reader) return tl::unexpected<Error>(reader.error());
    const auto names = readNames(**reader);
    if (!names) return tl::unexpected<Error>(names.error());
    const auto output = makeEventsOutput(arguments.format, *names);
    filter::Query query(**reader, std::move(*filter), filter::Subject::Events);
    if (console.verbose) {
        const auto plan = query.explain();
        if (!plan) return tl::unexpected<Error>(plan.error());
        console.say(*plan);
    }
    output->begin();
    std::optional<std::int64_t> next = 1;
    for (std::int64_t left = arguments.limit; next && (arguments.limit == 0 || left > 0);) {
        const std::int64_t want = arguments.limit == 0 ? kPage : std::min(kPage, left);
        const auto page = query.page({*next, want, filter::Direction::Forward, 0});
        if (!page) return tl::unexpected<Error>(page.error());
        if (Status s = printIds(**reader, *output, page->ids); !s) return s;
        next = page->next;
        left -= static_cast<std::int64_t>(page->ids.size());
    }
    return finishOutput();
}

}  // namespace

void addEvents(CLI::App& app, Command& chosen) {
    const auto arguments = std::make_shared<EventsArguments>();
    CLI::App* const command =
        app.add_subcommand("events", "List the events of a session with their deliveries");
    explain(command,
            "With a filter only those for which it holds, as in --filter 'topic == \"bids\" && run > 200ms'. "
            "With -v also "
            "how they are found.");
    command->add_option("FILE", arguments->file, "Session file (*.weir)")->required();
    command->add_option("--filter", arguments->filter,
                        "Only events for which this holds, for example 'topic == \"bids\" && offset > 100'");
    command->add_option("--format", arguments->format, "table, ndjson or csv")
        ->check(CLI::IsMember({"table", "ndjson", "csv"}))
        ->capture_default_str();
    command->add_option("--limit", arguments->limit, "At most this many events [all]")
        ->check(CLI::PositiveNumber);
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Console& console) {
            const Status s = printEvents(console, *arguments);
            return s ? 0 : console.fail(s.error());
        };
    });
}

}  // namespace weir::cli
