// SPDX-License-Identifier: GPL-3.0-or-later
#include "events_output.h"

#include "base/text.h"
#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace weir::cli {
namespace {

template <typename Map, typename Key>
std::string nameOf(const Map& map, Key key) {
    const auto found = map.find(key);
    return found == map.end() ? std::string{} : found->second;
}

const char* outcomeOf(const journal::DeliveryRow& d) {
    return d.outcome ? facts::word(*d.outcome) : "in flight";
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

/// For people: a line per event, one more for each further delivery.
class Table final : public EventsOutput {
  public:
    explicit Table(const Names& names) : names_(names) {}

    [[nodiscard]] std::size_t previewBytes() const override { return 60; }

    void begin() override {
        print(fmt::format("{:<31}{:<26}{:<16}{:<34}{:<12}{:>10}{:>10}  {}\n", "received (UTC)", "event",
                          "key", "delivered to", "outcome", "wait", "run", "value"));
    }

    void event(const journal::EventRow& e, std::span<const journal::DeliveryRow> deliveries) override {
        const std::string where =
            fmt::format("{}/{}@{}", terminalSafe(nameOf(names_.topics, e.topic)), e.partition, e.offset);
        const std::string start = fmt::format("{:<31}{:<26}{:<16}", formatTimeUtc(e.received), where,
                                              e.key ? terminalSafe(*e.key) : "–");
        const std::string value = e.preview ? terminalSafe(*e.preview) : "–";
        if (deliveries.empty()) {
            print(fmt::format("{}{:<34}{:<12}{:>10}{:>10}  {}\n", start, "–", "–", "–", "–", value));
            return;
        }
        for (const journal::DeliveryRow& d : deliveries) {
            const bool first = &d == &deliveries.front();
            const std::string to = fmt::format(
                "{} #{}{}{}", terminalSafe(nameOf(names_.functions, d.function)), d.invocation.value,
                d.attempt > 1 ? fmt::format(" attempt {}", d.attempt) : "", d.cold ? " cold" : "");
            print(fmt::format("{}{:<34}{:<12}{:>10}{:>10}  {}\n", first ? start : std::string(73, ' '), to,
                              outcomeOf(d), formatDuration(d.start - e.received),
                              d.end ? formatDuration(*d.end - d.start) : "–", first ? value : ""));
        }
    }

  private:
    const Names& names_;
};

/// A string, or {"base64": …} when the bytes are not UTF-8, or null.
void appendBytes(std::string& out, const std::optional<std::string>& bytes) {
    if (!bytes) {
        out += "null";
    } else if (isUtf8(*bytes)) {
        appendJsonString(out, *bytes);
    } else {
        out += R"({"base64":")";
        appendBase64(out, *bytes);
        out += "\"}";
    }
}

/// For programs: an object a line.
class Ndjson final : public EventsOutput {
  public:
    explicit Ndjson(const Names& names) : names_(names) {}

    [[nodiscard]] std::size_t previewBytes() const override { return 1 << 20; }

    void event(const journal::EventRow& e, std::span<const journal::DeliveryRow> deliveries) override {
        line_ = R"({"topic":)";
        appendJsonString(line_, nameOf(names_.topics, e.topic));
        append(R"(,"partition":{},"offset":{},"received":{})", e.partition, e.offset, e.received);
        if (e.timestamp) append(R"(,"timestamp":{})", *e.timestamp);
        line_ += R"(,"key":)";
        appendBytes(line_, e.key);
        if (!e.type.empty()) {
            line_ += R"(,"type":)";
            appendJsonString(line_, e.type);
        }
        line_ += R"(,"value":)";
        appendBytes(line_, e.preview);
        if (e.preview && static_cast<std::int64_t>(e.preview->size()) < e.size)
            line_ += R"(,"truncated":true)";
        append(R"(,"size":{},"deliveries":[)", std::max<std::int64_t>(e.size, 0));
        for (const journal::DeliveryRow& d : deliveries) {
            if (&d != &deliveries.front()) line_ += ',';
            delivery(d);
        }
        line_ += "]}\n";
        print(line_);
    }

  private:
    template <typename... Args>
    void append(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(line_), format, std::forward<Args>(args)...);
    }

    void delivery(const journal::DeliveryRow& d) {
        append(R"({{"invocation":{},"function":)", d.invocation.value);
        appendJsonString(line_, nameOf(names_.functions, d.function));
        if (d.instance) {
            line_ += R"(,"instance":)";
            appendJsonString(line_, nameOf(names_.instances, d.instance));
        }
        append(R"(,"attempt":{},"cold":{},"start":{})", d.attempt, d.cold, d.start);
        if (d.end) append(R"(,"end":{})", *d.end);
        if (d.outcome) append(R"(,"outcome":"{}")", facts::word(*d.outcome));
        if (!d.error.empty()) {
            line_ += R"(,"error":)";
            appendJsonString(line_, isUtf8(d.error) ? d.error : terminalSafe(d.error));
        }
        line_ += '}';
    }

    const Names& names_;
    std::string line_;
};

/// RFC 4180: a row per delivery, one without delivery for an event that had none.
class Csv final : public EventsOutput {
  public:
    explicit Csv(const Names& names) : names_(names) {}

    [[nodiscard]] std::size_t previewBytes() const override { return 1 << 20; }

    void begin() override {
        print(
            "received_ns,topic,partition,offset,timestamp_ms,key,type,size,value,invocation,function,"
            "instance,"
            "attempt,cold,outcome,start_ns,end_ns,error\r\n");
    }

    void event(const journal::EventRow& e, std::span<const journal::DeliveryRow> deliveries) override {
        std::string start =
            fmt::format("{},{},{},{},{},{},{},{},{}", e.received, field(nameOf(names_.topics, e.topic)),
                        e.partition, e.offset, e.timestamp ? std::to_string(*e.timestamp / kMillisecond) : "",
                        bytes(e.key), field(e.type), std::max<std::int64_t>(e.size, 0), bytes(e.preview));
        if (deliveries.empty()) print(start + ",,,,,,,,,\r\n");
        for (const journal::DeliveryRow& d : deliveries) {
            print(fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", start, d.invocation.value,
                              field(nameOf(names_.functions, d.function)),
                              field(nameOf(names_.instances, d.instance)), d.attempt, d.cold ? 1 : 0,
                              d.outcome ? facts::word(*d.outcome) : "", d.start,
                              d.end ? std::to_string(*d.end) : "", field(d.error)));
        }
    }

  private:
    static std::string field(std::string_view text) {
        if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
        std::string out = "\"";
        for (const char c : text) {
            if (c == '"') out += '"';
            out += c;
        }
        return out + '"';
    }
    /// Bytes that are not UTF-8 stand as base64 with that word in front.
    static std::string bytes(const std::optional<std::string>& value) {
        if (!value) return {};
        if (isUtf8(*value)) return field(*value);
        std::string out = "base64:";
        appendBase64(out, *value);
        return out;
    }

    const Names& names_;
};

}  // namespace

std::unique_ptr<EventsOutput> makeEventsOutput(const std::string& format, const Names& names) {
    if (format == "ndjson") return std::make_unique<Ndjson>(names);
    if (format == "csv") return std::make_unique<Csv>(names);
    return std::make_unique<Table>(names);
}

}  // namespace weir::cli
