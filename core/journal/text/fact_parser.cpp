// SPDX-License-Identifier: GPL-3.0-or-later
#include "journal/text/fact_parser.h"

#include "base/text.h"
#include "journal/facts.h"
#include "journal/text/fact_names.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>

namespace weir::journal {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr std::int64_t kFactsVersion = 1;
constexpr std::size_t kDeepest = 8;
constexpr std::size_t kLarge = 16 << 20;  // bytes of a line whose memory is not kept
constexpr std::int64_t kMostEvents = 1'000'000;
constexpr std::int64_t kLastOffset = std::numeric_limits<std::int64_t>::max() - 1;
constexpr TimeNs kLastTime = (TimeNs{1} << 62) - 1;

static_assert(FactParser::kPadding >= simdjson::SIMDJSON_PADDING);

/// What a value is, for people.
const char* typeWord(element_type type) {
    switch (type) {
        case element_type::ARRAY:
            return "a list";
        case element_type::OBJECT:
            return "an object";
        case element_type::INT64:
        case element_type::UINT64:
            return "a number";
        case element_type::DOUBLE:
            return "a number with a fraction or an exponent";
        case element_type::STRING:
            return "a string";
        case element_type::BOOL:
            return "true or false";
        case element_type::NULL_VALUE:
            return "null";
    }
    return "something else";
}

/// A field, or an item of it, for messages: `events[3]`.
struct Where {
    Field field;
    std::int64_t index = -1;
};
std::string shown(const Where& where) {
    if (where.index < 0) return std::string(nameOf(where.field));
    return fmt::format("{}[{}]", nameOf(where.field), where.index);
}

std::string shown(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    if (text.size() <= kLongest) return terminalSafe(text);
    return terminalSafe(text.substr(0, kLongest)) + "…";
}

/// A fact of nothing that keeps the room of its lists.
TextFact emptied(TextFact used) {
    TextFact fact;
    const auto keep = [](auto& from, auto& to) {
        from.clear();
        to = std::move(from);
    };
    keep(used.topics, fact.topics);
    keep(used.events, fact.events);
    keep(used.failed, fact.failed);
    keep(used.headers, fact.headers);
    return fact;
}

}  // namespace

struct FactParser::Impl {
    simdjson::dom::parser parser;
    TextFact fact;
    std::array<element, static_cast<std::size_t>(Field::Count)> values;
    FieldSet present = 0;
    std::deque<std::string> decoded;  // of base64; views into it
    std::string problem;              // the first one of this line

    Result<TextFact*> parse(std::string_view line);

  private:
    void read();
    void readRecord();
    void collect(const object& fields, const FactSpec& spec);
    bool makeRoom(std::size_t bytes);
    static Status checkVersion(const object& fields);

    [[nodiscard]] bool has(Field f) const { return (present & bit(f)) != 0; }
    [[nodiscard]] const element& at(Field f) const { return values[static_cast<std::size_t>(f)]; }
    void wrong(std::string message) {
        if (problem.empty()) problem = std::move(message);
    }
    void wrong(Field f, std::string_view expected) {
        wrong(fmt::format("`{}`: expected {}, got {}", nameOf(f), expected, typeWord(at(f).type())));
    }
    std::int64_t integer(Field f, std::int64_t least, std::int64_t most);
    std::string_view text(Field f, bool may_be_empty = true);
    std::string_view textIf(Field f) { return has(f) ? text(f) : std::string_view{}; }
    bool flag(Field f);
    TimeNs time(Field f, TimeNs least);
    template <typename E>
    std::string_view word(Field f, E last);
    std::string_view word(Field f, std::initializer_list<std::string_view> words);
    Bytes bytes(const element& value, Where where);
    void runs(Field f, std::vector<TextRun>& out);
    std::optional<TextRun> run(const element& value, Where where, bool single);
    void event(Field f);
    void headers();
};

FactParser::FactParser() : impl_(std::make_unique<Impl>()) {}
FactParser::~FactParser() = default;

Result<TextFact*> FactParser::parse(std::string_view line) {
    return impl_->parse(line);
}

Result<TextFact*> FactParser::Impl::parse(std::string_view line) {
    problem.clear();
    decoded.clear();
    if (!makeRoom(line.size())) {
        return fail(ErrorCode::FileCorrupt, "the line is too long for this machine's memory");
    }
    element root;
    if (const auto error = parser.parse(line.data(), line.size(), false).get(root);
        error != simdjson::SUCCESS) {
        switch (error) {
            case simdjson::UTF8_ERROR:
                return fail(
                    ErrorCode::FileCorrupt,
                    "the line is not UTF-8; bytes that are not text are written as {\"base64\":\"…\"}");
            case simdjson::DEPTH_ERROR:
                return fail(ErrorCode::FileCorrupt, "the line is nested deeper than any fact is");
            case simdjson::NUMBER_ERROR:
                return fail(ErrorCode::FileCorrupt, "the line holds a number that is out of range or broken");
            default:
                return fail(ErrorCode::FileCorrupt,
                            "the line is not one JSON object; expected {\"fact\":\"…\",…,\"at\":…}");
        }
    }
    object fields;
    if (root.get(fields) != simdjson::SUCCESS) {
        return fail(ErrorCode::FileCorrupt,
                    fmt::format("expected an object, {{\"fact\":\"…\",…}}, got {}", typeWord(root.type())));
    }
    std::string_view name;
    if (fields["fact"].get(name) != simdjson::SUCCESS) {
        return fail(ErrorCode::FileCorrupt,
                    "`fact`: expected a string that says what kind of fact the line is, such as \"record\"");
    }
    if (name == "session") {
        if (Status s = checkVersion(fields); !s) return passOn(s);
    }
    const auto specs = factSpecs();
    const auto spec =
        std::find_if(specs.begin(), specs.end(), [&](const FactSpec& s) { return s.name == name; });
    if (spec == specs.end()) {
        std::vector<std::string_view> names;
        for (const FactSpec& s : specs) names.push_back(s.name);
        const std::string_view near = nearestWord(name, names);
        return fail(ErrorCode::FileCorrupt,
                    fmt::format("`fact`: unknown fact \"{}\"{}", shown(name),
                                near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
    }
    fact = emptied(std::move(fact));
    fact.kind = spec->kind;
    collect(fields, *spec);
    if (problem.empty()) read();
    if (!problem.empty()) return fail(ErrorCode::FileCorrupt, fmt::format("{}: {}", name, problem));
    return &fact;
}

/// Room for a line, and for longer ones to come; what a very long one needed is given back.
bool FactParser::Impl::makeRoom(std::size_t bytes) {
    if (parser.capacity() > kLarge && bytes < kLarge / 4) parser = simdjson::dom::parser();
    if (parser.capacity() >= bytes && parser.max_depth() == kDeepest) return true;
    return parser.allocate(std::max({bytes + bytes / 4, parser.capacity(), std::size_t{4096}}), kDeepest) ==
           simdjson::SUCCESS;
}

/// Before anything else of a session is judged: a newer one may have fields that are not known here.
Status FactParser::Impl::checkVersion(const object& fields) {
    std::int64_t version = 0;
    if (fields["version"].get(version) != simdjson::SUCCESS || version <= kFactsVersion) return {};
    return fail(ErrorCode::FileTooNew,
                fmt::format("these facts are of version {}; this Weir knows versions up to {}", version,
                            kFactsVersion),
                "Import them with a newer Weir.");
}

void FactParser::Impl::collect(const object& fields, const FactSpec& spec) {
    constexpr FieldSet kEverywhere = bit(Field::Fact) | bit(Field::At);
    const FieldSet known = spec.required | spec.optional | kEverywhere;
    present = 0;
    for (const auto& field : fields) {
        const auto f = fieldNamed(field.key, known);
        if (!f) {
            std::vector<std::string_view> names;
            for (unsigned i = 0; i < static_cast<unsigned>(Field::Count); ++i) {
                if ((known >> i & 1) != 0) names.push_back(nameOf(static_cast<Field>(i)));
            }
            const std::string_view near = nearestWord(field.key, names);
            return wrong(fmt::format("unknown field `{}`{}", shown(field.key),
                                     near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
        }
        if (has(*f)) return wrong(fmt::format("`{}` is given twice", nameOf(*f)));
        present |= bit(*f);
        values[static_cast<std::size_t>(*f)] = field.value;
    }
    const FieldSet missing = (spec.required | bit(Field::At)) & ~present;
    if (missing != 0) {
        wrong(fmt::format("`{}` is missing", nameOf(static_cast<Field>(__builtin_ctzll(missing)))));
    }
}

std::int64_t FactParser::Impl::integer(Field f, std::int64_t least, std::int64_t most) {
    std::int64_t value = 0;
    if (!at(f).is<std::int64_t>() || at(f).get(value) != simdjson::SUCCESS || value < least || value > most) {
        wrong(f, fmt::format("an integer from {} to {}", least, most));
        return least;
    }
    return value;
}

std::string_view FactParser::Impl::text(Field f, bool may_be_empty) {
    std::string_view value;
    if (at(f).get(value) != simdjson::SUCCESS) {
        wrong(f, "a string");
    } else if (value.empty() && !may_be_empty) {
        wrong(fmt::format("`{}` is empty", nameOf(f)));
    }
    return value;
}

bool FactParser::Impl::flag(Field f) {
    bool value = false;
    if (has(f) && at(f).get(value) != simdjson::SUCCESS) wrong(f, "true or false");
    return value;
}

TimeNs FactParser::Impl::time(Field f, TimeNs least) {
    std::string_view written;
    if (at(f).get(written) != simdjson::SUCCESS) return integer(f, least, kLastTime);
    TimeNs value = 0;
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), value);
    if (error != std::errc{} || end != written.data() + written.size()) {
        const auto iso = parseTimeUtc(written);
        if (!iso) {
            wrong(
                fmt::format("`{}`: \"{}\" is no time; write nanoseconds since 1970 or "
                            "2026-01-31T10:00:00.000000000Z",
                            nameOf(f), shown(written)));
            return 0;
        }
        value = *iso;
    }
    if (value < least || value > kLastTime) wrong(fmt::format("`{}` is out of range", nameOf(f)));
    return value;
}

std::string_view FactParser::Impl::word(Field f, std::initializer_list<std::string_view> words) {
    const std::string_view value = text(f);
    if (problem.empty() && std::find(words.begin(), words.end(), value) == words.end()) {
        wrong(fmt::format("`{}`: \"{}\" is none of {}", nameOf(f), shown(value), fmt::join(words, ", ")));
    }
    return value;
}

template <typename E>
std::string_view FactParser::Impl::word(Field f, E last) {
    const std::string_view value = text(f);
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        if (value == facts::word(static_cast<E>(i))) return value;
    }
    std::string all;
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        all += fmt::format("{}{}", i == 0 ? "" : ", ", facts::word(static_cast<E>(i)));
    }
    wrong(fmt::format("`{}`: \"{}\" is none of {}", nameOf(f), shown(value), all));
    return value;
}

/// A string, null, or {"base64":"…"} for what is not UTF-8.
Bytes FactParser::Impl::bytes(const element& value, Where where) {
    std::string_view plain;
    if (value.get(plain) == simdjson::SUCCESS) return {plain.data(), plain.size()};
    if (value.is_null()) return {};
    object wrapped;
    std::string_view base64;
    if (value.get(wrapped) != simdjson::SUCCESS || wrapped.size() != 1 ||
        wrapped["base64"].get(base64) != simdjson::SUCCESS) {
        wrong(fmt::format("`{}`: expected a string, null, or {{\"base64\":\"…\"}}, got {}", shown(where),
                          typeWord(value.type())));
        return {};
    }
    std::string& out = decoded.emplace_back();
    if (!decodeBase64(base64, out)) {
        wrong(fmt::format("`{}`: this is not base64 with padding", shown(where)));
    } else if (isUtf8(out)) {
        wrong(fmt::format("`{}`: base64 of valid UTF-8; write it as a string", shown(where)));
    }
    return {out.data(), out.size()};
}

std::optional<TextRun> FactParser::Impl::run(const element& value, Where where, bool single) {
    const auto bad = [&]() -> std::optional<TextRun> {
        wrong(fmt::format("`{}`: expected [topic, partition, offset]{}", shown(where),
                          single ? "" : " or [topic, partition, first, last]"));
        return std::nullopt;
    };
    array parts;
    if (value.get(parts) != simdjson::SUCCESS) return bad();
    TextRun result;
    std::size_t index = 0;
    for (const element part : parts) {
        std::int64_t number = 0;
        if (index == 0 ? part.get(result.topic) != simdjson::SUCCESS
                       : !part.is<std::int64_t>() || part.get(number) != simdjson::SUCCESS || number < 0) {
            return bad();
        }
        if (index == 1) {
            if (number > std::numeric_limits<std::int32_t>::max()) return bad();
            result.partition = static_cast<std::int32_t>(number);
        } else if (index == 2) {
            result.first = result.last = number;
        } else if (index == 3) {
            result.last = number;
        }
        ++index;
    }
    if (index != 3 && (single || index != 4)) return bad();
    if (result.last < result.first) {
        wrong(fmt::format("`{}`: the run ends at {}, before it begins at {}", shown(where), result.last,
                          result.first));
        return std::nullopt;
    }
    if (result.last > kLastOffset || result.topic.empty()) return bad();
    return result;
}

void FactParser::Impl::runs(Field f, std::vector<TextRun>& out) {
    array list;
    if (at(f).get(list) != simdjson::SUCCESS) return wrong(f, "a list of [topic, partition, offset]");
    std::int64_t index = 0;
    std::int64_t count = 0;
    for (const element item : list) {
        const auto r = run(item, {f, index++}, false);
        if (!r) return;
        out.push_back(*r);
        if (r->last - r->first >= kMostEvents || (count += r->last - r->first + 1) > kMostEvents) {
            return wrong(fmt::format("`{}`: more than 1,000,000 events", nameOf(f)));
        }
    }
    if (f == Field::Events) fact.event_count = count;
}

void FactParser::Impl::event(Field f) {
    if (const auto r = run(at(f), {f}, true)) {
        fact.topic = r->topic;
        fact.partition = r->partition;
        fact.offset = r->first;
    }
}

void FactParser::Impl::headers() {
    array list;
    if (at(Field::Headers).get(list) != simdjson::SUCCESS)
        return wrong(Field::Headers, "a list of [name, value]");
    Where where{Field::Headers, 0};
    for (const element item : list) {
        array pair;
        if (item.get(pair) != simdjson::SUCCESS || pair.size() != 2) {
            return wrong(fmt::format("`{}`: expected [name, value]", shown(where)));
        }
        const Bytes name = bytes(pair.at(0).value_unsafe(), where);
        if (name.isNull()) wrong(fmt::format("`{}`: a name cannot be null", shown(where)));
        fact.headers.push_back({name.view(), bytes(pair.at(1).value_unsafe(), where)});
        ++where.index;
    }
}

void FactParser::Impl::readRecord() {
    fact.topic = text(Field::Topic, false);
    fact.partition =
        static_cast<std::int32_t>(integer(Field::Partition, 0, std::numeric_limits<std::int32_t>::max()));
    fact.offset = integer(Field::Offset, 0, kLastOffset);
    if (has(Field::Timestamp)) fact.timestamp = time(Field::Timestamp, kNoTimestamp + 1);
    if (has(Field::TimestampKind)) {
        const auto type = word(Field::TimestampKind, {"create", "log_append"});
        fact.timestamp_type = type == "create" ? TimestampType::Create : TimestampType::LogAppend;
    }
    fact.key = bytes(at(Field::Key), {Field::Key});
    if (fact.key.size > std::numeric_limits<std::int32_t>::max()) wrong("`key` is longer than 2 GiB");
    if (has(Field::Size)) fact.size = integer(Field::Size, 0, kLastOffset);
    const bool truncated = flag(Field::Truncated);
    if (has(Field::Value)) {
        fact.value = bytes(at(Field::Value), {Field::Value});
        fact.value_known = truncated          ? ValueKnown::Prefix
                           : has(Field::Size) ? ValueKnown::WholeAndSize
                                              : ValueKnown::Whole;
        const auto length = static_cast<std::int64_t>(fact.value.size);
        if (fact.value.isNull() && (truncated || has(Field::Size))) {
            wrong("a `value` of null has no `size` and is not `truncated`");
        } else if (has(Field::Size) && (truncated ? fact.size < length : fact.size != length)) {
            wrong(fmt::format("`size` is {}, but `value` has {} bytes", fact.size, length));
        }
    } else if (truncated) {
        wrong("`truncated` without a `value`");
    }
    if (has(Field::Headers)) headers();
}

void FactParser::Impl::read() {
    constexpr std::int64_t kInt = std::numeric_limits<std::int32_t>::max();
    constexpr std::int64_t kLong = std::numeric_limits<std::int64_t>::max();
    using facts::word;
    fact.at = time(Field::At, 0);
    const auto place = [&] {
        fact.topic = text(Field::Topic, false);
        fact.partition = static_cast<std::int32_t>(integer(Field::Partition, 0, kInt));
    };
    const auto call = [&] {
        fact.has_invocation = true;
        fact.invocation = integer(Field::Invocation, 0, kLong);
    };
    switch (fact.kind) {
        case FactKind::Session:
            fact.name = text(Field::Name);
            fact.mode = this->word(Field::Mode, facts::Mode::Import);
            fact.first = integer(Field::Version, 1, kLong);
            break;
        case FactKind::Topic:
            fact.topic = text(Field::Topic, false);
            fact.partitions = integer(Field::Partitions, 0, kInt);
            fact.source = has(Field::Source) ? this->word(Field::Source, facts::SourceKind::Range) : "kafka";
            break;
        case FactKind::Function:
            fact.function = text(Field::Function, false);
            fact.target = textIf(Field::Target);
            fact.observe = flag(Field::Observe);
            if (has(Field::Answers)) fact.answers = this->word(Field::Answers, {"each", "some"});
            break;
        case FactKind::Trigger: {
            fact.function = text(Field::Function, false);
            fact.trigger = textIf(Field::Trigger);
            fact.group = textIf(Field::Group);
            fact.order = this->word(Field::Order, {"partition", "key", "none"});
            array list;
            if (at(Field::Topics).get(list) != simdjson::SUCCESS)
                return wrong(Field::Topics, "a list of topics");
            for (const element item : list) {
                std::string_view topic;
                if (item.get(topic) != simdjson::SUCCESS || topic.empty()) {
                    return wrong("`topics`: expected the names of topics");
                }
                fact.topics.push_back(topic);
            }
            break;
        }
        case FactKind::Assignment:
            place();
            fact.state = this->word(Field::State, facts::AssignmentState::Lost);
            fact.epoch = static_cast<int>(integer(Field::Epoch, 0, kInt));
            if (has(Field::Offset)) fact.start_offset = integer(Field::Offset, 0, kLong);
            fact.group = textIf(Field::Group);
            break;
        case FactKind::Record:
            readRecord();
            break;
        case FactKind::Hole:
            place();
            fact.first = integer(Field::First, 0, kLastOffset);
            fact.last = integer(Field::Last, 0, kLastOffset);
            if (fact.last < fact.first) wrong("`last` is below `first`");
            fact.reason = this->word(Field::Reason, facts::HoleReason::Retention);
            break;
        case FactKind::Skip:
            fact.function = text(Field::Function, false);
            fact.trigger = textIf(Field::Trigger);
            event(Field::Event);
            fact.reason = this->word(Field::Reason, facts::SkipReason::Discarded);
            break;
        case FactKind::Batch:
            fact.batch = integer(Field::Batch, 0, kLong);
            fact.trigger = text(Field::Trigger);
            runs(Field::Events, fact.events);
            fact.closed_by = this->word(Field::ClosedBy, facts::ClosedBy::Revoke);
            break;
        case FactKind::Instance:
            fact.function = text(Field::Function, false);
            fact.instance = text(Field::Instance, false);
            break;
        case FactKind::InstanceReady:
            fact.instance = text(Field::Instance, false);
            break;
        case FactKind::InstanceEnd:
            fact.instance = text(Field::Instance, false);
            fact.reason = this->word(Field::Reason, facts::InstanceEndReason::Stopped);
            break;
        case FactKind::Start:
            call();
            fact.function = text(Field::Function, false);
            fact.trigger = textIf(Field::Trigger);
            fact.instance = textIf(Field::Instance);
            if (has(Field::Batch) && !at(Field::Batch).is_null()) {
                fact.has_batch = true;
                fact.batch = integer(Field::Batch, 0, kLong);
            }
            fact.attempt = static_cast<int>(integer(Field::Attempt, 1, kInt));
            fact.cold = flag(Field::Cold);
            if (has(Field::Epoch) && !at(Field::Epoch).is_null()) {
                fact.epoch = static_cast<int>(integer(Field::Epoch, 0, kInt));
            }
            if (has(Field::SplitOf) && !at(Field::SplitOf).is_null()) {
                fact.has_split_of = true;
                fact.split_of = integer(Field::SplitOf, 0, kLong);
            }
            runs(Field::Events, fact.events);
            break;
        case FactKind::End:
            call();
            fact.outcome = this->word(Field::Outcome, facts::Outcome::Abandoned);
            if (has(Field::Failed)) {
                if (fact.outcome != "partial") wrong("`failed` belongs to the outcome \"partial\" only");
                runs(Field::Failed, fact.failed);
            }
            fact.error = textIf(Field::Error);
            break;
        case FactKind::Observed:
            call();
            fact.function = text(Field::Function, false);
            runs(Field::Events, fact.events);
            break;
        case FactKind::Output:
            call();
            event(Field::Event);
            runs(Field::CausedBy, fact.events);
            break;
        case FactKind::Commit:
            place();
            fact.offset = integer(Field::Offset, 0, kLong);
            fact.group = textIf(Field::Group);
            break;
        case FactKind::Decision:
            fact.decision = this->word(Field::Kind, facts::DecisionKind::Config);
            fact.reason = text(Field::Reason);
            fact.trigger = textIf(Field::Trigger);
            break;
        case FactKind::Log:
            fact.stream = this->word(Field::Stream, facts::Stream::Weir);
            fact.text = text(Field::Text);
            fact.instance = textIf(Field::Instance);
            if (has(Field::Invocation)) call();
            break;
        case FactKind::Note:
            fact.text = text(Field::Text);
            break;
    }
}

}  // namespace weir::journal
