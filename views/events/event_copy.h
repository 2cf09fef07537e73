// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/session_reader.h"

#include <QString>

/// An event as text for other programs.
namespace weir::views {

/// One JSON object: place, times, key, headers and value. A value that is JSON stands in it as such; bytes
/// that are not UTF-8 as {"base64": …}.
[[nodiscard]] QString eventAsJson(const journal::EventDetail& event, const QString& topic);
/// A POST of the value, with its headers, to a function behind an address. CloudEvents attributes become the
/// headers that HTTP gives them.
[[nodiscard]] QString eventAsCurl(const journal::EventDetail& event, const QString& topic);
/// Reads the event again from its cluster.
[[nodiscard]] QString eventAsKcat(const journal::EventDetail& event, const QString& topic,
                                  const QString& cluster);

/// A word for a POSIX shell.
[[nodiscard]] QString shellWord(const QString& text);

}  // namespace weir::views
