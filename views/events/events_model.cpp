// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/events_model.h"

#include "theme/theme.h"

#include <algorithm>
#include <limits>

namespace weir::views {
namespace {

constexpr std::size_t kMostWishes = 4;
constexpr qint64 kRefreshMs = 300;

constexpr std::int64_t kFoundAtOnce = 2'000;
constexpr DurationNs kSearchBudget = 60 * kMillisecond;
constexpr DurationNs kFirstBudget =
    150 * kMillisecond;  ///< while there is no row that could be read meanwhile

constexpr std::size_t kPreview = 200;
constexpr std::size_t kWhole = 256 << 10;  ///< values up to here are looked into for columns

/// Events first, first + 1, … with their deliveries.
Result<std::vector<EventEntry>> readRun(journal::SessionReader& reader, EventId first, std::int64_t count,
                                        const std::vector<JsonColumn>& places) {
    auto rows = reader.events(first, count, places.empty() ? kPreview : kWhole);
    if (!rows) return passOn(rows);
    std::vector<EventEntry> entries(rows->size());
    if (rows->empty()) return entries;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        EventEntry& entry = entries[i];
        entry.row = std::move((*rows)[i]);
        if (places.empty()) continue;
        if (entry.row.preview) {
            entry.places = valuesAt(*entry.row.preview, places);
            if (entry.row.preview->size() > kPreview) entry.row.preview->resize(kPreview);
        } else {
            entry.places.resize(places.size());
        }
    }
    auto deliveries = reader.deliveries(entries.front().row.id, entries.back().row.id);
    if (!deliveries) return passOn(deliveries);
    for (auto& delivery : *deliveries) {
        const auto at = static_cast<std::size_t>(delivery.event.value - first.value);
        if (at < entries.size()) entries[at].recorded.push_back(std::move(delivery));
    }
    return entries;
}

/// Events of these rising ids; neighbours are read together.
Result<std::vector<EventEntry>> readIds(journal::SessionReader& reader, const std::vector<std::int64_t>& ids,
                                        const std::vector<JsonColumn>& places) {
    std::vector<EventEntry> entries;
    for (std::size_t i = 0; i < ids.size();) {
        std::size_t end = i + 1;
        while (end < ids.size() && ids[end] == ids[end - 1] + 1) ++end;
        auto run = readRun(reader, EventId{ids[i]}, static_cast<std::int64_t>(end - i), places);
        if (!run) return passOn(run);
        entries.insert(entries.end(), std::make_move_iterator(run->begin()),
                       std::make_move_iterator(run->end()));
        i = end;
    }
    return entries;
}

/// The deliveries that had begun by then, as they stood.
std::vector<journal::DeliveryRow> deliveriesUntil(const std::vector<journal::DeliveryRow>& recorded,
                                                  TimeNs at) {
    std::vector<journal::DeliveryRow> result;
    for (const journal::DeliveryRow& delivery : recorded) {
        if (delivery.start > at) continue;
        result.push_back(delivery);
        if (!delivery.end || *delivery.end <= at) continue;
        result.back().end.reset();
        result.back().outcome.reset();
        result.back().error.clear();
    }
    return result;
}

Status judge(journal::SessionReader& reader, const QVector<ColourRule>& rules,
             std::vector<EventEntry>& entries) {
    for (int i = 0; i < rules.size(); ++i) {
        const auto filter = filter::Filter::parse(utf8(rules[i].filter));
        if (!filter) continue;
        filter::Query query(reader, *filter, filter::Subject::Events);
        for (EventEntry& entry : entries) {
            if (entry.rule >= 0) continue;
            auto holds = query.holdsFor(entry.row.id.value);
            if (!holds) return passOn(holds);
            if (*holds) entry.rule = i;
        }
    }
    return {};
}

}  // namespace

EventsModel::EventsModel(QObject* parent) : QAbstractTableModel(parent) {
    ask_timer_.setSingleShot(true);
    ask_timer_.setInterval(0);
    connect(&ask_timer_, &QTimer::timeout, this, &EventsModel::askNext);
}

void EventsModel::setSession(Session* session) {
    if (session_) session_->disconnect(this);
    session_ = session;
    filter_ = {};
    until_.reset();
    ++as_of_;
    restart();
    if (session != nullptr) connect(session, &Session::grew, this, &EventsModel::grow);
}

void EventsModel::setFilter(const filter::Filter& filter) {
    if (filter.text() == filter_.text()) return;
    filter_ = filter;
    restart();
}

void EventsModel::setPlaces(std::vector<JsonColumn> places) {
    beginResetModel();
    places_ = std::move(places);
    forget();
    endResetModel();
}

void EventsModel::setRules(const QVector<ColourRule>& rules) {
    if (rules == rules_) return;
    beginResetModel();
    rules_ = rules;
    forget();
    endResetModel();
}

/// Pages are read again; rows stay.
void EventsModel::forget() {
    ++generation_;
    pages_.clear();
    by_use_.clear();
    wanted_.clear();
    asking_ = -1;
    searching_ = false;
    if (session_ && !filter_.matchesAll()) search();
}

void EventsModel::restart() {
    beginResetModel();
    ++generation_;
    pages_.clear();
    by_use_.clear();
    wanted_.clear();
    asking_ = -1;
    rows_ = 0;
    found_.clear();
    search_from_ = 1;
    searching_ = false;
    endResetModel();
    grow();
    emit searchChanged();
}

EventId EventsModel::idAt(int row) const {
    if (filter_.matchesAll()) return EventId{row + 1};
    return row >= 0 && row < rows_ ? EventId{found_[static_cast<std::size_t>(row)]} : EventId{};
}

int EventsModel::rowOf(EventId id) const {
    if (filter_.matchesAll()) return static_cast<int>(id.value - 1);
    const auto at = std::lower_bound(found_.begin(), found_.end(), id.value);
    return at == found_.end() || *at != id.value ? -1 : static_cast<int>(at - found_.begin());
}

void EventsModel::grow() {
    if (!session_) return;
    if (filter_.matchesAll()) {
        const std::int64_t events =
            std::min<std::int64_t>(session_->extent().events, std::numeric_limits<int>::max());
        if (events > rows_) {
            beginInsertRows({}, rows_, static_cast<int>(events) - 1);
            rows_ = static_cast<int>(events);
            endInsertRows();
        }
    } else {
        search();
    }
    if (!since_refresh_.isValid() || since_refresh_.elapsed() >= kRefreshMs) refreshUnsettled();
}

void EventsModel::search() {
    if (searching_ || !session_->isOpen() || search_from_ > session_->extent().events) return;
    searching_ = true;
    const std::int64_t known = session_->extent().events;
    session_->ask(
        this,
        [filter = filter_, from = search_from_, first = found_.empty()](journal::SessionReader& reader) {
            filter::Query query(reader, filter, filter::Subject::Events);
            // A screenful soon, then more at once.
            return query.page(
                {from, first ? kPage : kFoundAtOnce, filter::Direction::Forward, kSearchBudget});
        },
        [this, generation = generation_, known](Result<filter::Page> page) {
            if (generation == generation_) takeFound(std::move(page), known);
        });
}

void EventsModel::takeFound(Result<filter::Page> page, std::int64_t asked_of) {
    searching_ = false;
    if (!page) {
        search_from_ = std::numeric_limits<std::int64_t>::max();  // it would fail again
        emit failed(page.error());
        emit searchChanged();
        return;
    }
    if (!page->ids.empty()) {
        beginInsertRows({}, rows_, rows_ + static_cast<int>(page->ids.size()) - 1);
        found_.insert(found_.end(), page->ids.begin(), page->ids.end());
        rows_ = static_cast<int>(found_.size());
        endInsertRows();
    }
    // At the end: go on with what arrives from here on.
    const std::int64_t after = std::max(asked_of, found_.empty() ? 0 : found_.back()) + 1;
    search_from_ = page->next ? *page->next : after;
    if (page->next) search();
    emit searchChanged();
}

void EventsModel::refreshUnsettled() {
    since_refresh_.start();
    // Only what was looked at lately: the first pages of the list.
    int looked_at = 0;
    for (const int page : by_use_) {
        if (++looked_at > 2) break;
        if (!pages_.at(page).settled) want(page);
    }
}

int EventsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : rows_;
}
int EventsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns + static_cast<int>(places_.size());
}

void EventsModel::setUntil(const std::optional<AsOf>& until) {
    if (until == until_) return;
    until_ = until;
    ++as_of_;
    if (rows_ > 0) emit dataChanged(index(0, 0), index(rows_ - 1, columnCount() - 1));
}

int EventsModel::cursorRow() const {
    if (!until_) return -1;
    const std::int64_t last = until_->last_event.value;
    if (filter_.matchesAll()) return static_cast<int>(std::min<std::int64_t>(last, rows_)) - 1;
    return static_cast<int>(std::upper_bound(found_.begin(), found_.end(), last) - found_.begin()) - 1;
}

RowTime EventsModel::timeOf(int row) const {
    if (!until_) return RowTime::Past;
    const int cursor = cursorRow();
    return row == cursor ? RowTime::Cursor : row > cursor ? RowTime::Future : RowTime::Past;
}

/// What the entries of a page say at the cursor.
void EventsModel::tell(Page& page) const {
    page.as_of = as_of_;
    for (EventEntry& entry : page.entries) {
        if (until_ && entry.row.id > until_->last_event) {
            entry.deliveries.clear();
            entry.outcome = {EventOutcome::Kind::None, tr("to come")};
            continue;
        }
        entry.deliveries = until_ ? deliveriesUntil(entry.recorded, until_->at) : entry.recorded;
        entry.outcome = outcomeOf(entry.deliveries, session_->catalog().delivered(entry.row.topic));
    }
}

const EventEntry* EventsModel::entry(int row) const {
    if (row < 0 || row >= rows_) return nullptr;
    const auto page = pages_.find(row / kPage);
    if (page == pages_.end()) return nullptr;
    if (page->second.as_of != as_of_) tell(page->second);
    const auto at = static_cast<std::size_t>(row % kPage);
    return at < page->second.entries.size() ? &page->second.entries[at] : nullptr;
}

void EventsModel::want(int page) const {
    const auto known = std::find(wanted_.begin(), wanted_.end(), page);
    if (known != wanted_.end()) wanted_.erase(known);
    wanted_.push_back(page);
    // Whoever scrolls fast wants what is in view now, not what went by.
    if (wanted_.size() > kMostWishes) wanted_.erase(wanted_.begin());
    if (!ask_timer_.isActive()) ask_timer_.start();
}

void EventsModel::askNext() {
    if (!session_ || asking_ >= 0 || wanted_.empty()) return;
    asking_ = wanted_.back();
    wanted_.pop_back();
    std::vector<std::int64_t> ids;
    for (int row = asking_ * kPage; row < std::min(rows_, (asking_ + 1) * kPage); ++row)
        ids.push_back(idAt(row).value);
    session_->ask(
        this,
        [ids = std::move(ids), places = places_, rules = rules_](journal::SessionReader& reader) {
            Answer answer{readIds(reader, ids, places)};
            if (!answer.entries) return answer;
            if (Status s = judge(reader, rules, *answer.entries); !s) answer.entries = passOn(s);
            return answer;
        },
        [this, page = asking_, generation = generation_](Answer answer) {
            take(page, generation, std::move(answer));
        },
        true);
}

void EventsModel::take(int number, std::uint64_t generation, Answer answer) {
    if (generation != generation_) return;  // of a session that was closed meanwhile
    asking_ = -1;
    if (!answer.entries) {
        emit failed(answer.entries.error());
        return;
    }
    auto known = pages_.find(number);
    if (known != pages_.end()) by_use_.erase(known->second.use);
    Page& page = pages_[number];
    page.entries = std::move(*answer.entries);
    by_use_.push_front(number);
    page.use = by_use_.begin();
    page.settled = page.entries.size() == kPage;
    for (const EventEntry& entry : page.entries) {
        page.settled = page.settled &&
                       outcomeOf(entry.recorded, session_->catalog().delivered(entry.row.topic)).settled();
    }
    tell(page);
    while (pages_.size() > kMostPages) {
        pages_.erase(by_use_.back());
        by_use_.pop_back();
    }
    const int last = std::min(rows_, (number + 1) * kPage) - 1;
    // Rows that came while it was read are not in it.
    if (last - number * kPage + 1 > static_cast<int>(page.entries.size())) want(number);
    if (last >= number * kPage) emit dataChanged(index(number * kPage, 0), index(last, columnCount() - 1));
    askNext();
}

QString EventsModel::deliveredTo(const EventEntry& entry) const {
    if (entry.deliveries.empty()) return notApplicable();
    const auto& latest = entry.deliveries.back();
    QString words = session_->catalog().functionName(latest.function) + QLatin1Char(' ') +
                    callText(latest.invocation.value);
    const auto more = entry.deliveries.size() - 1;
    if (more > 0) words += QStringLiteral(" +%1").arg(more);
    return words;
}

QVariant EventsModel::display(const EventEntry& entry, int column) const {
    const journal::EventRow& row = entry.row;
    const bool delivered = !entry.deliveries.empty();
    if (column >= Columns) {
        const auto place = static_cast<std::size_t>(column - Columns);
        if (place >= entry.places.size() || entry.places[place].empty()) return notApplicable();
        return bytesText(entry.places[place]);
    }
    switch (column) {
        case Time:
            return clock_.time(row.received);
        case Topic:
            return session_->catalog().topicName(row.topic);
        case Partition:
            return QString::number(row.partition);
        case Offset:
            return countText(row.offset);
        case Key:
            return bytesText(row.key);
        case Type:
            return row.type.empty() ? notApplicable() : text(row.type);
        case Value:
            if (row.preview) return bytesText(*row.preview);
            return row.size < 0 ? QStringLiteral("null") : tr("not captured");
        case DeliveredTo:
            return deliveredTo(entry);
        case Outcome:
            return entry.outcome.words;
        case Wait:
            if (!delivered) return notApplicable();
            return durationText(std::max<DurationNs>(0, entry.deliveries.front().start - row.received));
        case Run: {
            if (!delivered || !entry.deliveries.back().end) return notApplicable();
            return durationText(*entry.deliveries.back().end - entry.deliveries.back().start);
        }
        default:
            return {};
    }
}

QVariant EventsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || !session_) return {};
    const int column = index.column();
    switch (role) {
        case Qt::TextAlignmentRole: {
            const bool number = column == Partition || column == Offset || column == Wait || column == Run;
            return static_cast<int>((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        }
        case Qt::FontRole: {
            const bool mono =
                column == Time || column == Offset || column == Key || column == Value || column >= Columns;
            if (mono) return monoFont();
            if (column == Partition || column == Wait || column == Run) return figuresFont();
            return {};
        }
        case EventIdRole:
            return QVariant::fromValue<qlonglong>(idAt(index.row()).value);
        case LoadedRole:
            return entry(index.row()) != nullptr;
        case TimeRole:
            return static_cast<int>(timeOf(index.row()));
        default:
            break;
    }
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != OutcomeKindRole && role != QuietRole &&
        role != BarRole)
        return {};
    const EventEntry* found = entry(index.row());
    if (found == nullptr) {
        want(index.row() / kPage);
        if (role == Qt::DisplayRole) return QStringLiteral("…");
        return {};
    }
    auto& page = pages_.at(index.row() / kPage);
    by_use_.splice(by_use_.begin(), by_use_, page.use);
    switch (role) {
        case Qt::DisplayRole:
            return display(*found, column);
        case OutcomeKindRole:
            return static_cast<int>(found->outcome.kind);
        case BarRole:
            return found->rule < 0 || found->rule >= rules_.size()
                       ? QVariant()
                       : QVariant(ColourRule::fill(rules_[found->rule].colour));
        case QuietRole:
            return column == Value || column == Partition || column == Type || column == DeliveredTo;
        case Qt::ToolTipRole:
            if (column == Time) {
                QString words = clock_.exactTime(found->row.received);
                if (found->rule >= 0 && found->rule < rules_.size())
                    words += QStringLiteral("\n\n") + tr("Colour rule: %1").arg(rules_[found->rule].filter);
                return words;
            }
            if (column == Key || column == Topic || column == DeliveredTo) return display(*found, column);
            return {};
        default:
            return {};
    }
}

QVariant EventsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool number = section == Partition || section == Offset || section == Wait || section == Run;
        return static_cast<int>((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (section >= Columns) {
        const auto place = static_cast<std::size_t>(section - Columns);
        if (place >= places_.size()) return {};
        if (role == Qt::ToolTipRole) return tr("%1, from the value").arg(places_[place].name);
        if (role != Qt::DisplayRole) return {};
        // Without `value.`, or `value` before a bracket.
        const QString& name = places_[place].name;
        return name.mid(name.startsWith(QLatin1String("value.")) ? 6 : 5);
    }
    if (role == Qt::ToolTipRole) {
        switch (section) {
            case Time:
                return tr("When the event arrived here");
            case Partition:
                return tr("Partition");
            case Type:
                return tr("CloudEvents type");
            case Wait:
                return tr("From arrival to the start of the first call");
            case Run:
                return tr("Length of the latest call");
            default:
                return {};
        }
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Time:
            return tr("Time");
        case Topic:
            return tr("Topic");
        case Partition:
            return tr("P");
        case Offset:
            return tr("Offset");
        case Key:
            return tr("Key");
        case Type:
            return tr("Type");
        case Value:
            return tr("Value");
        case DeliveredTo:
            return tr("Delivered to");
        case Outcome:
            return tr("Outcome");
        case Wait:
            return tr("Wait");
        case Run:
            return tr("Run");
        default:
            return {};
    }
}

}  // namespace weir::views
