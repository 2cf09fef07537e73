// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/fact_line.h"

#include "journal/bytes_json.h"

#include <array>
#include <charconv>

namespace weir::journal {

void FactLine::name(std::string_view name) {
    out_ += ",\"";
    out_ += name;
    out_ += "\":";
}

void FactLine::number(std::int64_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
}

FactLine& FactLine::text(std::string_view name, std::string_view value) {
    this->name(name);
    appendTextJson(out_, value);
    return *this;
}

FactLine& FactLine::textIf(std::string_view name, std::string_view value) {
    return value.empty() ? *this : text(name, value);
}

FactLine& FactLine::integer(std::string_view name, std::int64_t value) {
    this->name(name);
    number(value);
    return *this;
}

FactLine& FactLine::integerIf(std::string_view name, std::optional<std::int64_t> value) {
    return value ? integer(name, *value) : *this;
}

FactLine& FactLine::trueIf(std::string_view name, bool value) {
    return value ? json(name, "true") : *this;
}

FactLine& FactLine::time(std::string_view name, TimeNs value) {
    this->name(name);
    if (times_ == TimeFormat::Integer) {
        number(value);
        return *this;
    }
    out_ += '"';
    if (times_ == TimeFormat::String) {
        number(value);
    } else {
        out_ += formatTimeUtc(value);
    }
    out_ += '"';
    return *this;
}

FactLine& FactLine::bytes(std::string_view name, Bytes value) {
    this->name(name);
    appendBytesJson(out_, value);
    return *this;
}

FactLine& FactLine::json(std::string_view name, std::string_view value) {
    this->name(name);
    out_ += value;
    return *this;
}

FactLine& FactLine::texts(std::string_view name, const std::vector<std::string_view>& values) {
    this->name(name);
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i != 0) out_ += ',';
        appendTextJson(out_, values[i]);
    }
    out_ += ']';
    return *this;
}

void FactLine::place(const NamedRun& run) {
    out_ += '[';
    appendTextJson(out_, run.topic);
    for (const std::int64_t part : {std::int64_t{run.partition}, run.first}) {
        out_ += ',';
        number(part);
    }
    if (run.last != run.first) {
        out_ += ',';
        number(run.last);
    }
    out_ += ']';
}

FactLine& FactLine::event(std::string_view name, const NamedRun& event) {
    this->name(name);
    place(event);
    return *this;
}

FactLine& FactLine::runs(std::string_view name, const std::vector<NamedRun>& runs) {
    this->name(name);
    out_ += '[';
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (i != 0) out_ += ',';
        place(runs[i]);
    }
    out_ += ']';
    return *this;
}

std::string FactLine::end(TimeNs at) {
    time("at", at);
    out_ += "}\n";
    return std::move(out_);
}

}  // namespace weir::journal
