// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

namespace weir::views {

/// One thing at a time on a thread of its own, its result back on the UI thread.
/// Threads: everything from the UI thread. The destructor waits for the work; its result is dropped.
class Task : public QObject {
    Q_OBJECT
  public:
    explicit Task(QObject* parent = nullptr) : QObject(parent) {}
    ~Task() override {
        if (thread_.joinable()) thread_.join();
    }

    [[nodiscard]] bool running() const { return running_; }

    /// Does nothing and returns false while work is running.
    template <typename Work, typename Done>
    bool start(Work work, Done done) {
        if (running_) return false;
        if (thread_.joinable()) thread_.join();
        running_ = true;
        thread_ = std::thread([this, work = std::move(work), done = std::move(done)]() mutable {
            using Answer = std::invoke_result_t<Work>;
            auto answer = std::make_shared<Answer>(work());
            auto finish = [this, answer, done = std::move(done)]() mutable {
                running_ = false;
                done(std::move(*answer));
            };
            QMetaObject::invokeMethod(this, std::function<void()>(std::move(finish)), Qt::QueuedConnection);
        });
        return true;
    }

    /// From the work's thread: runs `note` on the UI thread, before the result.
    void tell(std::function<void()> note) {
        QMetaObject::invokeMethod(this, std::move(note), Qt::QueuedConnection);
    }

  private:
    bool running_ = false;
    std::thread thread_;
};

}  // namespace weir::views
