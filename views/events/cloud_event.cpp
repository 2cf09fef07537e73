// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/cloud_event.h"

#include "events/json_tree.h"
#include "format/format.h"

#include <QRegularExpression>

#include <algorithm>

namespace weir::views {
namespace {

std::optional<CloudEvent> binaryMode(const journal::EventDetail& event) {
    CloudEvent result;
    QString content_type;
    for (const auto& [name, value] : event.headers) {
        const QString key = text(name);
        if (key == QLatin1String("content-type")) content_type = bytesText(value);
        if (!key.startsWith(QLatin1String("ce_"))) continue;
        if (key == QLatin1String("ce_specversion")) {
            result.version = bytesText(value);
        } else {
            result.attributes.append({key.mid(3), bytesText(value)});
        }
    }
    if (result.version.isEmpty()) return std::nullopt;
    if (!content_type.isEmpty()) result.attributes.append({QStringLiteral("datacontenttype"), content_type});
    return result;
}

std::optional<CloudEvent> structuredMode(const journal::EventDetail& event) {
    const bool declared = std::any_of(event.headers.begin(), event.headers.end(), [](const auto& header) {
        return header.first == "content-type" && header.second &&
               header.second->starts_with("application/cloudevents+json");
    });
    if (!declared || !event.value) return std::nullopt;
    const auto root = parseJson(*event.value);
    if (!root || root->kind != JsonNode::Kind::Object) return std::nullopt;
    CloudEvent result;
    result.mode = CloudEvent::Mode::Structured;
    for (const auto& child : root->children) {
        if (child->key == QLatin1String("specversion")) {
            result.version = child->text;
        } else if (child->key != QLatin1String("data") && child->key != QLatin1String("data_base64")) {
            result.attributes.append({child->key, child->text});
        }
    }
    return result;
}

QString shellQuoted(const QString& word) {
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_.,:/@+=-]+$"));
    if (plain.match(word).hasMatch()) return word;
    QString quoted = word;
    quoted.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
    return QLatin1Char('\'') + quoted + QLatin1Char('\'');
}

}  // namespace

std::optional<CloudEvent> cloudEventOf(const journal::EventDetail& event) {
    if (auto binary = binaryMode(event)) return binary;
    return structuredMode(event);
}

QString kcatCommand(const QString& cluster, const QString& topic, std::int32_t partition,
                    std::int64_t offset) {
    const QString brokers = cluster.section(QRegularExpression(QStringLiteral("\\s")), 0, 0);
    return QStringLiteral("kcat -C -b %1 -t %2 -p %3 -o %4 -c 1 -e")
        .arg(shellQuoted(brokers), shellQuoted(topic))
        .arg(partition)
        .arg(offset);
}

QString hexDump(std::string_view bytes, std::size_t most) {
    QString result;
    const std::size_t shown = std::min(bytes.size(), most);
    for (std::size_t line = 0; line < shown; line += 16) {
        QString hex;
        QString plain;
        for (std::size_t i = line; i < std::min(shown, line + 16); ++i) {
            const auto byte = static_cast<unsigned char>(bytes[i]);
            hex += QStringLiteral("%1 ").arg(byte, 2, 16, QLatin1Char('0'));
            if (i % 8 == 7) hex += QLatin1Char(' ');
            plain += byte >= 0x20 && byte < 0x7f ? QLatin1Char(static_cast<char>(byte)) : QLatin1Char('.');
        }
        result += QStringLiteral("%1  %2 %3\n").arg(line, 4, 16, QLatin1Char('0')).arg(hex, -50).arg(plain);
    }
    return result;
}

}  // namespace weir::views
