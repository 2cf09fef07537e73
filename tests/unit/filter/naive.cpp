// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/filter/naive.h"

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>

namespace weir::filter::test {
namespace {

using Json = nlohmann::json;
/// A row of a table, by column; what is null is not there. Numbers are strings of digits.
using Fields = std::map<std::string, std::string>;
using Table = std::vector<Fields>;

Table query(const std::string& path, const std::string& sql) {
    sqlite3* db = nullptr;
    sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
    sqlite3_stmt* s = nullptr;
    sqlite3_prepare_v2(db, sql.c_str(), -1, &s, nullptr);
    Table rows;
    while (sqlite3_step(s) == SQLITE_ROW) {
        Fields row;
        for (int c = 0; c < sqlite3_column_count(s); ++c) {
            if (sqlite3_column_type(s, c) == SQLITE_NULL) continue;
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(s, c));
            row[sqlite3_column_name(s, c)] =
                bytes == nullptr ? ""
                                 : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(s, c)));
        }
        rows.push_back(row);
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    return rows;
}

/// Columns of event, call and finding side by side, named as the fields of filters.
using Row = Fields;

std::optional<std::string> get(const Fields& f, const std::string& name) {
    const auto at = f.find(name);
    return at == f.end() ? std::nullopt : std::optional(at->second);
}

struct Judge {
    std::int64_t started, last;

    bool holds(const Node& n, const Row& row) const {
        switch (n.type) {
            case Node::Type::And:
                for (const auto& c : n.children) {
                    if (!holds(*c, row)) return false;
                }
                return true;
            case Node::Type::Or:
                for (const auto& c : n.children) {
                    if (holds(*c, row)) return true;
                }
                return false;
            case Node::Type::Not:
                return !holds(*n.children[0], row);
            default:
                return test(n.test, row);
        }
    }

    /// All the values that the field has in the row.
    static std::vector<Json> values(const Test& t, const Row& row) {
        if (t.field == FieldId::Header || t.field == FieldId::Type) {
            std::vector<Json> out;
            const auto headers = get(row, "headers");
            if (!headers) return out;
            for (const auto& h : Json::parse(*headers)) {
                if (h[0] == (t.field == FieldId::Type ? "ce_type" : t.header) && h[1].is_string()) {
                    out.push_back(h[1]);
                }
            }
            return out;
        }
        const auto text = get(row, std::string(info(t.field).name));
        if (!text) return {};
        const Kind kind = info(t.field).kind;
        if (kind != Kind::Text && kind != Kind::Json && kind != Kind::Name && kind != Kind::Word) {
            return {Json(std::stoll(*text))};
        }
        if (t.path.empty()) return {Json(*text)};
        const Json json = Json::parse(*text, nullptr, false);
        if (json.is_discarded()) return {};
        std::vector<Json> now{json};
        for (const PathStep& step : t.path) {
            std::vector<Json> next;
            for (const Json& j : now) {
                if (const auto* name = std::get_if<std::string>(&step)) {
                    if (j.is_object() && j.contains(*name)) next.push_back(j[*name]);
                } else if (const auto* index = std::get_if<std::size_t>(&step)) {
                    if (j.is_array() && *index < j.size()) next.push_back(j[*index]);
                } else if (j.is_array()) {
                    next.insert(next.end(), j.begin(), j.end());
                }
            }
            now = next;
        }
        return now;
    }

    Json meaning(const Test& t, const Literal& l) const {
        if (const auto* b = std::get_if<bool>(&l)) {
            return info(t.field).kind == Kind::Boolean ? Json(*b ? 1 : 0) : Json(*b);
        }
        if (const auto* i = std::get_if<std::int64_t>(&l)) return *i;
        if (const auto* d = std::get_if<double>(&l)) return *d;
        if (const auto* s = std::get_if<std::string>(&l)) return *s;
        if (const auto* r = std::get_if<RelativeTime>(&l))
            return r->from_end ? last - r->offset : started + r->offset;
        return nullptr;
    }

    static long double exact(const Json& n) {
        if (n.is_number_unsigned()) return static_cast<long double>(n.get<std::uint64_t>());
        if (n.is_number_integer()) return static_cast<long double>(n.get<std::int64_t>());
        return static_cast<long double>(n.get<double>());
    }

    static std::optional<int> compare(const Test& t, const Json& a, const Json& b) {
        if (a.is_number() && b.is_number()) {
            const auto x = exact(a), y = exact(b);
            return x < y ? -1 : x == y ? 0 : 1;
        }
        if (!a.is_string() || !b.is_string()) {
            return a == b && a.type() == b.type() ? std::optional(0) : std::nullopt;
        }
        if (t.field == FieldId::Severity) {
            const auto rank = [](const Json& s) { return s == "note" ? 0 : s == "warn" ? 1 : 2; };
            return rank(a) - rank(b);
        }
        return a.get<std::string>().compare(b.get<std::string>());
    }

    bool one(const Test& t, const Json& v) const {
        if (t.op == Op::Exists) return info(t.field).kind != Kind::Boolean || v == 1;
        if (t.op == Op::In) {
            for (const Item& item : t.items) {
                const Json from = meaning(t, item.from);
                if (!item.to) {
                    if (compare(t, v, from) == 0) return true;
                    continue;
                }
                const auto low = compare(t, v, from);
                const auto high = compare(t, v, meaning(t, *item.to));
                const bool ordered = v.is_number() || v.is_string();
                if (ordered && low && high && *low >= 0 && *high <= 0) return true;
            }
            return false;
        }
        const Json b = meaning(t, t.items[0].from);
        if (t.op == Op::Contains || t.op == Op::StartsWith || t.op == Op::EndsWith || t.op == Op::Matches) {
            if (!v.is_string()) return false;
            const auto text = v.get<std::string>();
            const auto part = b.get<std::string>();
            if (t.op == Op::Contains) return text.find(part) != std::string::npos;
            if (t.op == Op::StartsWith) return text.substr(0, part.size()) == part;
            if (t.op == Op::EndsWith) {
                return text.size() >= part.size() && text.substr(text.size() - part.size()) == part;
            }
            return std::regex_search(text, std::regex(part));
        }
        const auto order = compare(t, v, b);
        if (!order) return false;
        switch (t.op) {
            case Op::Equal:
            case Op::NotEqual:
                return *order == 0;
            case Op::Less:
                return *order < 0;
            case Op::LessEqual:
                return *order <= 0;
            case Op::Greater:
                return *order > 0;
            default:
                return *order >= 0;
        }
    }

    bool test(const Test& t, const Row& row) const {
        const auto all = values(t, row);
        const bool any = std::any_of(all.begin(), all.end(), [&](const Json& v) { return one(t, v); });
        return t.op == Op::NotEqual ? !all.empty() && !any : any;
    }
};

Fields join(const Fields& a, const Fields& b) {
    Fields out = a;
    for (const auto& [k, v] : b) out[k] = v;
    return out;
}

/// Wait and total need both.
Row complete(Row row) {
    const auto minus = [&](const char* name, const char* to) {
        if (row.contains("received") && row.contains(to)) {
            row[name] = std::to_string(std::stoll(row[to]) - std::stoll(row["received"]));
        }
    };
    minus("wait", "started");
    minus("total", "ended");
    return row;
}

bool about(const Fields& finding, const Fields& event) {
    if (finding.at("finding") == "key-split") {
        return get(finding, "f_topic") == get(event, "topic_id") &&
               get(finding, "f_key") == get(event, "key");
    }
    return finding.at("f_topic") == event.at("topic_id") &&
           finding.at("f_partition") == event.at("partition") &&
           std::stoll(finding.at("f_first")) <= std::stoll(event.at("offset")) &&
           std::stoll(finding.at("f_last")) >= std::stoll(event.at("offset"));
}

bool agree(const Fields& finding, const Fields& call) {
    const auto function = get(finding, "f_function");
    const auto invocation = get(finding, "f_invocation");
    return (!function || function == get(call, "function_id")) &&
           (!invocation || invocation == get(call, "invocation"));
}

const char* const kCalls =
    "i.id AS invocation, i.function_id, f.name AS function, n.name AS instance, t.name AS \"trigger\", "
    "i.batch_id "
    "AS batch, i.attempt, i.cold, i.epoch, i.split_of IS NOT NULL AS split, i.start_ns IS NULL AS observed, "
    "i.end_ns IS NULL AS in_flight, i.error, i.event_count AS events, i.start_ns AS started, i.end_ns AS "
    "ended, "
    "i.end_ns - i.start_ns AS run FROM invocation i LEFT JOIN function f ON f.id = i.function_id "
    "LEFT JOIN instance n ON n.id = i.instance_id LEFT JOIN trigger t ON t.id = i.trigger_id ";

}  // namespace

std::vector<std::int64_t> naiveMatches(const std::string& path, const Filter& filter, Subject subject) {
    const Fields session = query(path, "SELECT started_ns, last_ns FROM session")[0];
    const Judge judge{std::stoll(session.at("started_ns")), std::stoll(session.at("last_ns"))};
    const bool with_findings = filter.root() && (scopesOf(*filter.root()) & kFindingScope) != 0;
    const Table events = query(
        path,
        "SELECT e.id AS event, e.topic_id, t.name AS topic, partition, offset, key, value, headers, size, "
        "received_ns AS received, timestamp_ns AS timestamp, capture IS NOT 'unrecorded' AS recorded, "
        "capture IS "
        "'prefix' AS truncated FROM event e LEFT JOIN topic t ON t.id = e.topic_id ORDER BY e.id");
    const Table findings = query(path,
                                 "SELECT d.id, kind AS finding, severity, cause, d.at_ns AS broken, "
                                 "lateness_ns AS lateness, d.topic_id AS "
                                 "f_topic, t.name AS f_topic_name, partition AS f_partition, first_offset AS "
                                 "f_first, last_offset AS f_last, "
                                 "key AS f_key, function_id AS f_function, f.name AS f_function_name, "
                                 "invocation_id AS f_invocation FROM "
                                 "finding d LEFT JOIN topic t ON t.id = d.topic_id LEFT JOIN function f ON "
                                 "f.id = d.function_id ORDER BY d.id");
    const Table deliveries = query(path, std::string("SELECT d.event_id, d.outcome AS outcome, ") + kCalls +
                                             "JOIN delivery d ON d.invocation_id = i.id");
    const Table calls = query(path, std::string("SELECT i.outcome AS outcome, ") + kCalls + "ORDER BY i.id");

    const auto holds = [&](const Row& row) {
        return !filter.root() || judge.holds(*filter.root(), complete(row));
    };
    const auto findingsOf = [&](const Fields& event) {
        Table out;
        for (const Fields& f : findings) {
            if (with_findings && about(f, event)) out.push_back(f);
        }
        return out;
    };
    std::vector<std::int64_t> ids;
    if (subject == Subject::Events) {
        for (const Fields& e : events) {
            Table own;
            for (const Fields& d : deliveries) {
                if (d.at("event_id") == e.at("event")) own.push_back(d);
            }
            const Table found = findingsOf(e);
            Table rows;
            for (const Fields& d : own) {
                bool alone = true;
                for (const Fields& f : found) {
                    if (!agree(f, d)) continue;
                    alone = false;
                    rows.push_back(join(join(e, d), f));
                }
                if (alone) rows.push_back(join(e, d));
            }
            for (const Fields& f : found) {
                if (std::any_of(own.begin(), own.end(), [&](const Fields& d) { return agree(f, d); }))
                    continue;
                Row row = join(e, f);
                if (f.contains("f_function_name")) row["function"] = f.at("f_function_name");
                rows.push_back(row);
            }
            if (rows.empty()) rows.push_back(e);
            if (std::any_of(rows.begin(), rows.end(), holds)) ids.push_back(std::stoll(e.at("event")));
        }
    } else if (subject == Subject::Invocations) {
        for (const Fields& c : calls) {
            Table rows;
            for (const Fields& d : deliveries) {
                if (d.at("invocation") != c.at("invocation")) continue;
                for (const Fields& e : events) {
                    if (e.at("event") != d.at("event_id")) continue;
                    bool alone = true;
                    for (const Fields& f : findingsOf(e)) {
                        if (!agree(f, c)) continue;
                        alone = false;
                        rows.push_back(join(join(e, c), f));
                    }
                    if (alone) rows.push_back(join(e, c));
                }
            }
            if (rows.empty()) rows.push_back(c);
            if (std::any_of(rows.begin(), rows.end(), holds)) ids.push_back(std::stoll(c.at("invocation")));
        }
    } else {
        for (const Fields& f : findings) {
            Fields call;
            for (const Fields& c : calls) {
                if (get(f, "f_invocation") == c.at("invocation")) call = c;
            }
            if (call.empty() && f.contains("f_function_name")) call["function"] = f.at("f_function_name");
            Table rows;
            const bool split = f.at("finding") == "key-split";
            for (std::int64_t o = split ? 0 : std::stoll(f.at("f_first"));
                 o <= (split ? 0 : std::stoll(f.at("f_last"))); ++o) {
                Fields e{{"topic", f.at("f_topic_name")}};
                if (f.contains("f_key")) e["key"] = f.at("f_key");
                if (!split) {
                    e["partition"] = f.at("f_partition");
                    e["offset"] = std::to_string(o);
                    for (const Fields& known : events) {
                        if (about(f, known) && known.at("offset") == e["offset"]) e = join(e, known);
                    }
                }
                rows.push_back(join(join(e, call), f));
            }
            if (std::any_of(rows.begin(), rows.end(), holds)) ids.push_back(std::stoll(f.at("id")));
        }
    }
    return ids;
}

}  // namespace weir::filter::test
