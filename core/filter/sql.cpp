// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter/sql.h"

#include "filter/text_test.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

namespace weir::filter {
namespace {

constexpr std::size_t kMostValues = 100;
constexpr int kMostTests = 200;  // SQLite refuses very deep trees

const char* columnOf(FieldId field, OutcomeOf outcome) {
    switch (field) {
        case FieldId::Event:
            return "e.id";
        case FieldId::Topic:
            return "e.topic_id";
        case FieldId::Partition:
            return "e.partition";
        case FieldId::Offset:
            return "e.offset";
        case FieldId::Size:
            return "e.size";
        case FieldId::Received:
            return "e.received_ns";
        case FieldId::Timestamp:
            return "e.timestamp_ns";
        case FieldId::Recorded:
            return "(e.capture IS NOT 'unrecorded')";
        case FieldId::Truncated:
            return "(e.capture IS 'prefix')";
        case FieldId::Key:
            return "CAST(e.key AS BLOB)";
        case FieldId::Value:
            return "CAST(e.value AS BLOB)";
        case FieldId::Function:
            return "i.function_id";
        case FieldId::Instance:
            return "i.instance_id";
        case FieldId::Trigger:
            return "i.trigger_id";
        case FieldId::Invocation:
            return "i.id";
        case FieldId::Batch:
            return "i.batch_id";
        case FieldId::Attempt:
            return "i.attempt";
        case FieldId::Cold:
            return "(i.cold <> 0)";
        case FieldId::Epoch:
            return "i.epoch";
        case FieldId::Split:
            return "(i.split_of IS NOT NULL)";
        case FieldId::Observed:
            return "(i.start_ns IS NULL)";
        case FieldId::InFlight:
            return "(i.end_ns IS NULL)";
        case FieldId::Outcome:
            return outcome == OutcomeOf::Call ? "i.outcome" : "coalesce(r.outcome, i.outcome)";
        case FieldId::Error:
            return "CAST(i.error AS BLOB)";
        case FieldId::Events:
            return "i.event_count";
        case FieldId::Started:
            return "i.start_ns";
        case FieldId::Ended:
            return "i.end_ns";
        case FieldId::Run:
            return "(i.end_ns - i.start_ns)";
        default:
            return nullptr;
    }
}

class Compiler {
  public:
    explicit Compiler(OutcomeOf outcome) : outcome_(outcome) {}

    bool compile(const Bound& bound) {
        switch (bound.type) {
            case Node::Type::Test:
                return test(bound);
            case Node::Type::Not:
                sql_.text += "NOT ";
                return compile(bound.children.front());
            default:
                sql_.text += '(';
                for (const Bound& child : bound.children) {
                    if (&child != &bound.children.front()) {
                        sql_.text += bound.type == Node::Type::And ? " AND " : " OR ";
                    }
                    if (!compile(child)) return false;
                }
                sql_.text += ')';
                return true;
        }
    }

    Sql take() { return std::move(sql_); }

  private:
    bool test(const Bound& bound) {
        const Test& t = *bound.test;
        const char* const column = columnOf(t.field, outcome_);
        if (column == nullptr || !t.path.empty() || ++tests_ > kMostTests) return false;
        sql_.text += "((";
        if (info(t.field).kind == Kind::Word) {
            words(column, bound);
        } else if (isNumeric(t.field) ? !numbers(column, bound.numbers) : !bytes(column, t)) {
            return false;
        }
        sql_.text += ") IS TRUE)";  // what is absent is false, not unknown
        return true;
    }

    void words(const char* column, const Bound& bound) {
        sql_.text += fmt::format("{} IN (", column);
        bool first = true;
        const auto all = wordsOf(bound.test->field);
        for (std::size_t w = 0; w < all.size(); ++w) {
            if (!bound.numbers.contains(static_cast<std::int64_t>(w))) continue;
            sql_.text += fmt::format("{}'{}'", first ? "" : ",", all[w]);  // our own words
            first = false;
        }
        sql_.text += ')';
    }

    bool numbers(const char* column, const IntervalSet& set) {
        if (set.empty()) {
            sql_.text += '0';
            return true;
        }
        if (set.isAll()) {
            sql_.text += fmt::format("{} IS NOT NULL", column);
            return true;
        }
        if (set.intervals().size() > kMostValues) return false;
        for (const auto& interval : set.intervals()) {
            if (&interval != &set.intervals().front()) sql_.text += " OR ";
            if (interval.first == interval.last) {
                compare(column, "=", interval.first);
            } else if (interval.first == IntervalSet::kLowest) {
                compare(column, "<=", interval.last);
            } else if (interval.last == IntervalSet::kHighest) {
                compare(column, ">=", interval.first);
            } else {
                sql_.text += fmt::format("{} BETWEEN ? AND ?", column);
                sql_.parameters.emplace_back(interval.first);
                sql_.parameters.emplace_back(interval.last);
            }
        }
        return true;
    }

    template <typename Value>
    void compare(const char* column, std::string_view op, const Value& value) {
        sql_.text += fmt::format("{} {} ?", column, op);
        sql_.parameters.emplace_back(value);
    }

    bool bytes(const char* column, const Test& t) {
        if (t.op == Op::Exists) {
            sql_.text += fmt::format("{} IS NOT NULL", column);
            return true;
        }
        if (t.op == Op::Matches || t.items.size() > kMostValues) return false;
        if (t.op == Op::In) {
            for (const Item& item : t.items) {
                if (&item != &t.items.front()) sql_.text += " OR ";
                if (!item.to) {
                    compare(column, "=", textOf(item.from));
                    continue;
                }
                sql_.text += fmt::format("{} BETWEEN ? AND ?", column);
                sql_.parameters.emplace_back(textOf(item.from));
                sql_.parameters.emplace_back(textOf(*item.to));
            }
            return true;
        }
        const std::string& text = textOf(t.items.front().from);
        if (t.op != Op::Contains && t.op != Op::StartsWith && t.op != Op::EndsWith) {
            compare(column, t.op == Op::Equal ? "=" : t.op == Op::NotEqual ? "<>" : symbol(t.op), text);
        } else if (text.empty()) {
            sql_.text += fmt::format("{} IS NOT NULL", column);
        } else if (t.op == Op::Contains) {
            sql_.text += fmt::format("instr({}, ?) > 0", column);
            sql_.parameters.emplace_back(text);
        } else {
            const auto size = static_cast<std::int64_t>(text.size());
            sql_.text += t.op == Op::StartsWith ? fmt::format("substr({}, 1, {}) = ?", column, size)
                                                : fmt::format("substr({}, -{}) = ?", column, size);
            sql_.parameters.emplace_back(text);
        }
        return true;
    }

    OutcomeOf outcome_;
    int tests_ = 0;
    Sql sql_;
};

}  // namespace

int Sql::bindTo(sqlite3_stmt* statement, int at) const {
    for (const auto& parameter : parameters) {
        if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
            sqlite3_bind_int64(statement, at++, *number);
        } else {
            const auto& bytes = std::get<std::string>(parameter);
            sqlite3_bind_blob64(statement, at++, bytes.data(), bytes.size(), SQLITE_STATIC);
        }
    }
    return at;
}

void Sql::conjoin(const Sql& other) {
    if (other.text.empty()) return;
    text += text.empty() ? other.text : " AND " + other.text;
    parameters.insert(parameters.end(), other.parameters.begin(), other.parameters.end());
}

std::optional<Sql> toSql(const Bound& bound, OutcomeOf outcome) {
    Compiler compiler(outcome);
    if (!compiler.compile(bound)) return std::nullopt;
    return compiler.take();
}

}  // namespace weir::filter
