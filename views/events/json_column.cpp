// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/json_column.h"

#include "filter/filter.h"
#include "format/format.h"

#include <QSettings>

#include <nlohmann/json.hpp>

namespace weir::views {
namespace {

using Json = nlohmann::json;

const QString kKey = QStringLiteral("events/places");

void collect(const Json& value, const std::vector<filter::PathStep>& path, std::size_t step,
             std::string& into) {
    if (step == path.size()) {
        if (!into.empty()) into += ", ";
        into += value.is_string() ? value.get<std::string>()
                                  : value.dump(-1, ' ', false, Json::error_handler_t::replace);
        return;
    }
    if (const auto* name = std::get_if<std::string>(&path[step])) {
        if (!value.is_object()) return;
        if (const auto at = value.find(*name); at != value.end()) collect(*at, path, step + 1, into);
    } else if (const auto* index = std::get_if<std::size_t>(&path[step])) {
        if (value.is_array() && *index < value.size()) collect(value[*index], path, step + 1, into);
    } else if (value.is_array()) {
        for (const Json& element : value) collect(element, path, step + 1, into);
    }
}

}  // namespace

std::optional<JsonColumn> JsonColumn::parse(const QString& typed) {
    QString name = typed.trimmed();
    if (name.isEmpty()) return std::nullopt;
    if (!name.startsWith(QLatin1String("value.")) && !name.startsWith(QLatin1String("value[")))
        name.prepend(name.startsWith(QLatin1Char('[')) ? QStringLiteral("value") : QStringLiteral("value."));
    const auto parsed = filter::Filter::parse(utf8(name));
    if (!parsed || parsed->root() == nullptr || parsed->root()->type != filter::Node::Type::Test)
        return std::nullopt;
    const filter::Test& test = parsed->root()->test;
    if (test.field != filter::FieldId::Value || test.op != filter::Op::Exists || test.path.empty())
        return std::nullopt;
    return JsonColumn{name, test.path};
}

std::vector<std::string> valuesAt(std::string_view json, const std::vector<JsonColumn>& columns) {
    std::vector<std::string> values(columns.size());
    const Json value = Json::parse(json, nullptr, false);
    if (value.is_discarded()) return values;
    for (std::size_t i = 0; i < columns.size(); ++i) collect(value, columns[i].path, 0, values[i]);
    return values;
}

std::vector<JsonColumn> JsonColumns::all() {
    std::vector<JsonColumn> columns;
    for (const QString& name : QSettings().value(kKey).toStringList()) {
        if (auto column = JsonColumn::parse(name)) columns.push_back(std::move(*column));
    }
    return columns;
}

void JsonColumns::save(const std::vector<JsonColumn>& columns) {
    QStringList names;
    for (const JsonColumn& column : columns) names << column.name;
    QSettings().setValue(kKey, names);
}

}  // namespace weir::views
