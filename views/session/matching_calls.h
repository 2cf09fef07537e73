// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "filter/query.h"
#include "lanes/lane_store.h"

#include <QObject>

#include <vector>

namespace weir::views {

class Session;

/// The calls of a session for which a filter holds, found page by page, as lanes of their own. A call is
/// judged when it has ended, or after it has been in flight for five seconds; when a recording ends all are
/// judged again. Threads: UI thread only.
class MatchingCalls : public QObject {
    Q_OBJECT
  public:
    MatchingCalls(Session* session, filter::Filter filter);

    [[nodiscard]] const filter::Filter& filter() const { return filter_; }
    [[nodiscard]] const LaneStore& lanes() const { return lanes_; }
    [[nodiscard]] bool holds(InvocationId id) const;
    [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(found_.size()); }
    /// All calls that can be judged were.
    [[nodiscard]] bool done() const { return !searching_ && !failed_ && from_ > judgeable(); }
    /// The session grew; `ended` are calls known before.
    void follow(const std::vector<Call>& ended);

  signals:
    /// More matches, or the search has come to its end.
    void changed();
    void failed(const weir::Error& error);

  private:
    void search();
    void take(Result<filter::Page> page, std::int64_t known);
    void startAgain();
    /// The id of the last call that can be judged now.
    [[nodiscard]] std::int64_t judgeable() const;

    Session* const session_;
    const filter::Filter filter_;
    LaneStore lanes_;
    std::vector<std::int64_t> found_;  ///< rising
    std::int64_t from_ = 1;            ///< the first that was not judged
    mutable std::size_t settled_ = 0;  ///< calls before this position can be judged
    mutable bool early_ = false;       ///< some were judged while in flight
    bool searching_ = false, failed_ = false, was_live_ = false;
    std::uint64_t generation_ = 0;
};

}  // namespace weir::views
