// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_model.h"

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

#include <algorithm>
#include <unordered_set>

namespace weir::views {
namespace {

constexpr std::int64_t kSearchChunk = 5'000;
constexpr qsizetype kLongestCell = 400;

/// A tab is a gap between words, no sign of its own.
QString inOneLine(std::string_view words) {
    QString line = text(words.substr(0, kLongestCell));
    line.replace(QLatin1Char('\t'), QStringLiteral("    "));
    return bytesText(utf8(line));
}

}  // namespace

LogModel::LogModel(QObject* parent) : QAbstractTableModel(parent) {
    ask_timer_.setSingleShot(true);
    ask_timer_.setInterval(0);
    connect(&ask_timer_, &QTimer::timeout, this, &LogModel::askNext);
}

void LogModel::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    filter_ = {};
    until_.reset();
    restart();
    if (session != nullptr) connect(session, &Session::grew, this, &LogModel::grow);
}

void LogModel::setFilter(const LogFilter& filter) {
    if (filter == filter_) return;
    filter_ = filter;
    restart();
}

void LogModel::setUntil(const std::optional<AsOf>& until) {
    if (until == until_) return;
    until_ = until;
    if (rows_ > 0) emit dataChanged(index(0, 0), index(rows_ - 1, Columns - 1));
}

int LogModel::cursorRow() const {
    if (!until_) return -1;
    const std::int64_t last = until_->last_log;
    if (filter_.empty()) return static_cast<int>(std::min<std::int64_t>(last, rows_)) - 1;
    const auto after =
        std::upper_bound(found_.begin(), found_.end(), last,
                         [](std::int64_t id, const journal::LogRow& line) { return id < line.id; });
    return static_cast<int>(after - found_.begin()) - 1;
}

void LogModel::restart() {
    beginResetModel();
    ++generation_;
    pages_.clear();
    by_use_.clear();
    wanted_.clear();
    asking_ = -1;
    found_.clear();
    searched_ = 0;
    searching_ = false;
    rows_ = session_ && filter_.empty() ? static_cast<int>(session_->extent().logs) : 0;
    endResetModel();
    if (!filter_.empty()) search();
    emit searchChanged();
}

void LogModel::grow() {
    if (!filter_.empty()) {
        search();
        return;
    }
    const auto now = static_cast<int>(session_->extent().logs);
    if (now <= rows_) return;
    pages_.erase(rows_ / kPage);  // the last page was not full
    by_use_.remove(rows_ / kPage);
    beginInsertRows({}, rows_, now - 1);
    rows_ = now;
    endInsertRows();
}

FunctionId LogModel::functionOf(const journal::LogRow& line) const {
    if (!session_) return {};
    if (const auto* instance = session_->catalog().instance(line.instance)) return instance->function;
    const auto* call = session_->lanes().call(line.invocation);
    return call == nullptr ? FunctionId{} : call->function;
}

void LogModel::search() {
    if (searching_ || !session_ || !session_->isOpen() || cut()) return;
    if (searched_ >= session_->extent().logs) return;
    searching_ = true;
    const std::uint64_t generation = generation_;
    // The function of an instance is known here; the worker gets a set of instances.
    std::unordered_set<std::int64_t> instances;
    for (const auto& instance : session_->catalog().instances) {
        if (filter_.function && instance.function == filter_.function) instances.insert(instance.id.value);
    }
    struct Answer {
        std::vector<journal::LogRow> lines;
        std::int64_t searched = 0;
        std::optional<Error> error;
    };
    session_->ask(
        this,
        [filter = filter_, instances = std::move(instances),
         from = searched_ + 1](journal::SessionReader& reader) {
            Answer answer;
            auto rows =
                filter.call ? reader.logs(filter.call, kMostFound) : reader.allLogs(from, kSearchChunk);
            if (!rows) {
                answer.error = rows.error();
                return answer;
            }
            answer.searched = filter.call     ? std::numeric_limits<std::int64_t>::max()
                              : rows->empty() ? from - 1
                                              : rows->back().id;
            for (auto& row : *rows) {
                if (filter.instance && row.instance != filter.instance) continue;
                if (filter.function && !instances.contains(row.instance.value)) continue;
                if (!filter.words.isEmpty() && !text(row.text).contains(filter.words, Qt::CaseInsensitive))
                    continue;
                answer.lines.push_back(std::move(row));
            }
            return answer;
        },
        [this, generation](Answer answer) {
            if (generation != generation_) return;
            searching_ = false;
            if (answer.error) {
                emit failed(*answer.error);
                return;
            }
            const bool moved = answer.searched > searched_;
            searched_ = answer.searched;
            const auto room = static_cast<std::size_t>(kMostFound) - found_.size();
            if (answer.lines.size() > room) answer.lines.resize(room);
            if (!answer.lines.empty()) {
                const int first = rows_;
                beginInsertRows({}, first, first + static_cast<int>(answer.lines.size()) - 1);
                found_.insert(found_.end(), std::make_move_iterator(answer.lines.begin()),
                              std::make_move_iterator(answer.lines.end()));
                rows_ = static_cast<int>(found_.size());
                endInsertRows();
            }
            if (moved) search();
            emit searchChanged();
        });
}

const journal::LogRow* LogModel::line(int row) const {
    if (row < 0 || row >= rows_) return nullptr;
    if (!filter_.empty()) return &found_[static_cast<std::size_t>(row)];
    const auto page = pages_.find(row / kPage);
    const auto at = static_cast<std::size_t>(row % kPage);
    if (page == pages_.end() || at >= page->second.lines.size()) return nullptr;
    return &page->second.lines[at];
}

void LogModel::want(int page) const {
    if (page == asking_) return;
    std::erase(wanted_, page);
    wanted_.push_back(page);
    if (wanted_.size() > 4) wanted_.erase(wanted_.begin());
    if (!ask_timer_.isActive()) ask_timer_.start();
}

void LogModel::askNext() {
    if (asking_ >= 0 || wanted_.empty() || !session_) return;
    asking_ = wanted_.back();
    wanted_.pop_back();
    const std::uint64_t generation = generation_;
    const int page = asking_;
    session_->ask(
        this,
        [page](journal::SessionReader& reader) {
            return reader.allLogs(static_cast<std::int64_t>(page) * kPage + 1, kPage);
        },
        [this, page, generation](Result<std::vector<journal::LogRow>> lines) {
            if (generation != generation_) return;
            asking_ = -1;
            if (!lines) {
                emit failed(lines.error());
                return;
            }
            by_use_.push_front(page);
            pages_[page] = {std::move(*lines), by_use_.begin()};
            while (by_use_.size() > kMostPages) {
                pages_.erase(by_use_.back());
                by_use_.pop_back();
            }
            emit dataChanged(index(page * kPage, 0),
                             index(std::min(rows_, (page + 1) * kPage) - 1, Columns - 1));
            askNext();
        },
        true);
}

int LogModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : rows_;
}
int LogModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QString LogModel::display(const journal::LogRow& line, int column) const {
    const Catalog& catalog = session_->catalog();
    switch (column) {
        case Time:
            return clock_.time(line.at);
        case Function: {
            const FunctionId function = functionOf(line);
            return function ? catalog.functionName(function) : notApplicable();
        }
        case Instance:
            return catalog.instanceName(line.instance);
        case Call:
            return line.invocation ? callText(line.invocation.value) : notApplicable();
        case Stream:
            return text(line.stream);
        case Text:
            return inOneLine(line.text);
        default:
            return {};
    }
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !session_) return {};
    if (role == TimeRole) {
        if (!until_) return static_cast<int>(RowTime::Past);
        const int cursor = cursorRow();
        return static_cast<int>(index.row() == cursor  ? RowTime::Cursor
                                : index.row() > cursor ? RowTime::Future
                                                       : RowTime::Past);
    }
    const journal::LogRow* row = line(index.row());
    if (row == nullptr) {
        if (role == Qt::DisplayRole) {
            want(index.row() / kPage);
            return QStringLiteral("…");
        }
        return {};
    }
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
            return display(*row, column);
        case Qt::ToolTipRole:
            return column == Time ? clock_.exactTime(row->at) : QVariant();
        case Qt::FontRole:
            return column == Time || column == Text || column == Call ? QVariant(monoFont()) : QVariant();
        case CallRole:
            return QVariant::fromValue<qint64>(row->invocation.value);
        case ToneRole:
            if (column == Stream && row->stream == "stderr") return static_cast<int>(CellTone::Failed);
            return static_cast<int>(column == Text || column == Time ? CellTone::Plain : CellTone::Quiet);
        default:
            return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::TextAlignmentRole) return static_cast<int>(Qt::AlignVCenter | Qt::AlignLeft);
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("Time"), tr("Function"), tr("Instance"),
                             tr("Call"), tr("Stream"),   tr("Text")};
    return names[section];
}

}  // namespace weir::views
