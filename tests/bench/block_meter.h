// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QEvent>
#include <QThread>

#include <time.h>

#include <string>

namespace weir::bench {

/// One event that was handled: nothing that a person does is seen before it is over.
struct Block {
    double wall_ms = 0;
    double cpu_ms = 0;    ///< of it, this thread's own; the rest is waiting for a processor
    std::string longest;  ///< whose event it was, and which
};

/// An application that knows how long its event loop was blocked. Events that are handled within others count
/// for these.
class MeteredApplication : public QApplication {
  public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (depth_ > 0 || !metering_ || QThread::currentThread() != thread())
            return QApplication::notify(receiver, event);
        ++depth_;
        const char* const name = receiver->metaObject()->className();
        const int type = event->type();
        const Instant from = instant();
        const bool taken = QApplication::notify(receiver, event);
        const Instant to = instant();
        --depth_;
        const double wall = to.wall - from.wall;
        if (wall > longest_.wall_ms) longest_ = {wall, to.cpu - from.cpu, words(name, type)};
        if (to.cpu - from.cpu > busiest_.cpu_ms) busiest_ = {wall, to.cpu - from.cpu, words(name, type)};
        return taken;
    }

    void begin() {
        longest_ = busiest_ = {};
        metering_ = true;
    }
    void end() { metering_ = false; }
    /// The longest by the clock, and the longest by the processor, since begin().
    [[nodiscard]] const Block& longest() const { return longest_; }
    [[nodiscard]] const Block& busiest() const { return busiest_; }

  private:
    struct Instant {
        double wall = 0, cpu = 0;
    };
    static Instant instant() {
        timespec wall{}, cpu{};
        clock_gettime(CLOCK_MONOTONIC, &wall);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
        const auto ms = [](const timespec& t) {
            return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
        };
        return {ms(wall), ms(cpu)};
    }
    static std::string words(const char* name, int type) {
        return std::string(name) + ", event " + std::to_string(type);
    }

    Block longest_, busiest_;
    bool metering_ = false;
    int depth_ = 0;
};

}  // namespace weir::bench
