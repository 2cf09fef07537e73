// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/session_reader.h"

#include <QString>
#include <QVector>

#include <optional>
#include <utility>

namespace weir::views {

/// The CloudEvents attributes of an event.
struct CloudEvent {
    enum class Mode { Binary, Structured } mode = Mode::Binary;
    QString version;                                  ///< `specversion`
    QVector<std::pair<QString, QString>> attributes;  ///< without specversion; in the order of the event
};

/// Nothing when the event is no CloudEvent: neither `ce_specversion` among its headers nor a content type of
/// `application/cloudevents+json`.
[[nodiscard]] std::optional<CloudEvent> cloudEventOf(const journal::EventDetail& event);

/// A command that prints exactly this event. `cluster` is the session's, brokers first.
[[nodiscard]] QString kcatCommand(const QString& cluster, const QString& topic, std::int32_t partition,
                                  std::int64_t offset);

/// Sixteen bytes a line: offset, hex, text.
[[nodiscard]] QString hexDump(std::string_view bytes, std::size_t most);

}  // namespace weir::views
