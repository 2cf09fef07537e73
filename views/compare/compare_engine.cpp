// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_engine.h"

#include "format/format.h"

#include <algorithm>
#include <utility>

namespace weir::views {

CompareEngine::~CompareEngine() = default;

void CompareEngine::compare(const QString& a, const QString& b, const compare::Options& options) {
    std::erase_if(tasks_, [](const std::unique_ptr<Task>& task) { return !task->running(); });
    wanted_ = ++last_;
    tasks_.push_back(std::make_unique<Task>());
    tasks_.back()->start(
        [a = utf8(a), b = utf8(b), options] { return compare::compareSessions(a, b, options); },
        [this, number = wanted_](Result<compare::Comparison> result) { done(number, std::move(result)); });
    emit runningChanged(true);
}

void CompareEngine::cancel() {
    if (std::exchange(wanted_, 0) != 0) emit runningChanged(false);
}

void CompareEngine::done(std::uint64_t number, Result<compare::Comparison> result) {
    if (number != wanted_) return;
    wanted_ = 0;
    emit runningChanged(false);
    if (!result) {
        emit failed(result.error());
        return;
    }
    emit finished(std::make_shared<const compare::Comparison>(std::move(*result)));
}

}  // namespace weir::views
