// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "filter/filter.h"
#include "lanes/lane_store.h"
#include "session/inbox.h"
#include "session/reader_thread.h"
#include "session/session_feed.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace weir::views {

class MatchingCalls;

/// An open session as the views see it: names, extent and calls, all up to date on the UI thread, and answers
/// to questions about single events and calls.
/// Threads: UI thread only.
class Session : public QObject {
    Q_OBJECT
  public:
    /// Begins to open the file; opened() or failed() follows. `live`: recorded by this process right now.
    Session(QString path, bool live, QObject* parent = nullptr);
    ~Session() override;

    [[nodiscard]] const QString& path() const { return path_; }
    [[nodiscard]] bool isOpen() const { return feed_ != nullptr; }
    [[nodiscard]] const Catalog& catalog() const { return *catalog_; }
    [[nodiscard]] const journal::SessionExtent& extent() const { return extent_; }
    [[nodiscard]] const LaneStore& lanes() const { return lanes_; }
    /// The filter that all views follow; one that matches all takes it away.
    void setFilter(const filter::Filter& filter);
    [[nodiscard]] const filter::Filter& filter() const { return filter_; }
    /// Calls for which the filter holds, as far as they are found; nullptr without a filter.
    [[nodiscard]] const LaneStore* matching() const;
    [[nodiscard]] bool matches(InvocationId call) const;
    /// Calls found so far, and whether all were judged.
    [[nodiscard]] std::pair<std::int64_t, bool> matchesFound() const;
    /// True while it grows under our own recording.
    [[nodiscard]] bool live() const { return live_; }
    /// All there is was read (and, live, more may come).
    [[nodiscard]] bool caughtUp() const { return calls_read_ >= extent_.invocations; }
    [[nodiscard]] double readShare() const;
    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
    /// The instant up to which the session tells: the clock's while live, else its last fact's.
    [[nodiscard]] TimeNs horizon() const;

    /// The recording has ended: what is open stays so unless the file says otherwise.
    void endLive();

    /// Runs `question` on the reader's thread and `done` with its answer here, unless `context` is gone by
    /// then. Questions are answered in order; `urgent` ones first.
    template <typename Question, typename Done>
    void ask(QObject* context, Question question, Done done, bool urgent = false) {
        if (reader_) askOn(*reader_, context, std::move(question), std::move(done), urgent);
    }
    /// The same, for long searches: on a thread of its own, so that nobody else waits for them.
    template <typename Question, typename Done>
    void askAside(QObject* context, Question question, Done done) {
        if (aside_) askOn(*aside_, context, std::move(question), std::move(done), false);
    }

  signals:
    void opened();
    void failed(const weir::Error& error);
    /// More calls, events or names. Comes at most 30 times a second.
    void grew();
    void catalogChanged();
    /// The session ended and all of it was read.
    void finished();
    /// Another filter, or more calls for which it holds.
    void matchesChanged();
    void filterFailed(const weir::Error& error);

  private:
    template <typename Question, typename Done>
    void askOn(ReaderThread& thread, QObject* context, Question question, Done done, bool urgent) {
        using Answer = std::invoke_result_t<Question, journal::SessionReader&>;
        auto job = [inbox = &answers_, guard = QPointer<QObject>(context), question = std::move(question),
                    done = std::move(done)](journal::SessionReader& reader) mutable {
            auto answer = std::make_shared<Answer>(question(reader));
            inbox->post([guard, answer = std::move(answer), done = std::move(done)]() mutable {
                if (guard) done(std::move(*answer));
            });
        };
        if (urgent) {
            thread.runFirst(std::move(job));
        } else {
            thread.run(std::move(job));
        }
    }

    struct Opened;
    void open();
    void take(SessionUpdate update);

    const QString path_;
    bool live_;
    bool announced_ = false;  ///< opened() was emitted
    std::shared_ptr<const Catalog> catalog_ = std::make_shared<Catalog>();
    journal::SessionExtent extent_;
    LaneStore lanes_;
    std::int64_t calls_read_ = 0;
    std::optional<Error> failure_;

    filter::Filter filter_;
    std::unique_ptr<MatchingCalls> matching_;

    // Threads post to the inboxes, so these outlive them.
    Inbox inbox_;
    Inbox answers_{0};
    std::thread opener_;
    std::unique_ptr<ReaderThread> reader_, aside_;
    std::unique_ptr<SessionFeed> feed_;
};

}  // namespace weir::views
