// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/event_copy.h"

#include "format/format.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace weir::views {
namespace {

QByteArray raw(const std::string& bytes) {
    return {bytes.data(), static_cast<qsizetype>(bytes.size())};
}

QJsonValue bytesValue(const std::optional<std::string>& bytes) {
    if (!bytes) return QJsonValue::Null;
    const QByteArray data = raw(*bytes);
    const QString words = QString::fromUtf8(data);
    if (words.toUtf8() == data) return words;
    return QJsonObject{{QStringLiteral("base64"), QString::fromLatin1(data.toBase64())}};
}

QString percentEncoded(const QByteArray& value) {
    return QString::fromLatin1(value.toPercentEncoding("!#$&'()*+,/:;=?@[]-._~"));
}

}  // namespace

QString shellWord(const QString& text) {
    QString quoted = text;
    return QLatin1Char('\'') + quoted.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString eventAsJson(const journal::EventDetail& event, const QString& topic) {
    QJsonObject object{{QStringLiteral("topic"), topic},
                       {QStringLiteral("partition"), event.row.partition},
                       {QStringLiteral("offset"), static_cast<qint64>(event.row.offset)},
                       {QStringLiteral("received"), text(formatTimeUtc(event.row.received))},
                       {QStringLiteral("key"), bytesValue(event.row.key)}};
    if (event.row.timestamp)
        object.insert(QStringLiteral("timestamp"), text(formatTimeUtc(*event.row.timestamp)));
    QJsonArray headers;
    for (const auto& [name, value] : event.headers) headers.append(QJsonArray{text(name), bytesValue(value)});
    object.insert(QStringLiteral("headers"), headers);
    if (event.captured) {
        QJsonParseError error{};
        const auto parsed =
            event.value ? QJsonDocument::fromJson(raw(*event.value), &error) : QJsonDocument();
        if (event.value && error.error == QJsonParseError::NoError && !event.truncated) {
            object.insert(QStringLiteral("value"),
                          parsed.isArray() ? QJsonValue(parsed.array()) : QJsonValue(parsed.object()));
        } else {
            object.insert(QStringLiteral("value"), bytesValue(event.value));
        }
        if (event.truncated) object.insert(QStringLiteral("truncated"), true);
    }
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented)).trimmed();
}

QString eventAsCurl(const journal::EventDetail& event, const QString& topic) {
    QString command = QStringLiteral("curl -X POST");
    bool typed = false;
    for (const auto& [name, value] : event.headers) {
        if (!value) continue;
        QString header = text(name);
        QString words = QString::fromUtf8(raw(*value));
        if (header.startsWith(QLatin1String("ce_"))) {
            header = QStringLiteral("ce-") + header.mid(3);
            words = percentEncoded(raw(*value));
        } else if (std::any_of(words.begin(), words.end(),
                               [](QChar c) { return c < QLatin1Char(' ') || c == QChar(0xFFFD); })) {
            continue;  // HTTP has no way to say it
        }
        typed = typed || header.compare(QLatin1String("content-type"), Qt::CaseInsensitive) == 0;
        command += QStringLiteral(" -H ") + shellWord(header + QStringLiteral(": ") + words);
    }
    if (!typed) command += QStringLiteral(" -H 'content-type: application/json'");
    command += QStringLiteral(" -H ") + shellWord(QStringLiteral("x-kafka-place: %1/%2@%3")
                                                      .arg(topic)
                                                      .arg(event.row.partition)
                                                      .arg(event.row.offset));
    const QString value = event.value ? QString::fromUtf8(raw(*event.value)) : QString();
    command += QStringLiteral(" --data-binary ") + shellWord(value);
    return command + QStringLiteral(" http://localhost:8080/");
}

QString eventAsKcat(const journal::EventDetail& event, const QString& topic, const QString& cluster) {
    // The cluster is stored with its security in brackets; kcat takes the addresses.
    const QString brokers = cluster.section(QStringLiteral(" ("), 0, 0);
    return QStringLiteral("kcat -C -b %1 -t %2 -p %3 -o %4 -c 1 -f '%k %h %s\\n'")
        .arg(shellWord(brokers), shellWord(topic))
        .arg(event.row.partition)
        .arg(event.row.offset);
}

}  // namespace weir::views
