// SPDX-License-Identifier: GPL-3.0-or-later
#include "order/findings_model.h"

#include "order/order_words.h"
#include "widgets/cell_delegate.h"

#include <algorithm>
#include <iterator>

namespace weir::views {
namespace {

/// Ids of rows under a branch; rows of branches have none.
constexpr quintptr kBranch = 0;

CellTone toneOf(order::Severity severity) {
    return severity == order::Severity::Error  ? CellTone::Broken
           : severity == order::Severity::Warn ? CellTone::Warn
                                               : CellTone::Quiet;
}

bool sameGroup(const FindingGroup& a, const FindingGroup& b) {
    return a.kind == b.kind && a.severity == b.severity && a.cause == b.cause && a.function == b.function &&
           a.topic == b.topic && a.partition == b.partition;
}

/// `34`, at a cursor `12 of 34`.
QString unitsText(std::optional<std::int64_t> passed, std::int64_t units) {
    return !passed || *passed == units
               ? countText(units)
               : FindingsModel::tr("%1 of %2").arg(countText(*passed), countText(units));
}

}  // namespace

/// Puts what is shown already into the order in which it stands. False: some of it is gone.
bool FindingsModel::orderAsShown(std::vector<Branch>& branches) const {
    std::vector<Branch> ordered;
    for (const Branch& old : branches_) {
        const auto branch = std::find_if(branches.begin(), branches.end(),
                                         [&old](const Branch& b) { return b.kind == old.kind; });
        if (branch == branches.end()) return false;
        std::vector<FindingGroup> groups;
        for (const FindingGroup& was : old.groups) {
            const auto group = std::find_if(branch->groups.begin(), branch->groups.end(),
                                            [&was](const FindingGroup& g) { return sameGroup(g, was); });
            if (group == branch->groups.end()) return false;
            groups.push_back(*group);
            branch->groups.erase(group);
        }
        groups.insert(groups.end(), branch->groups.begin(), branch->groups.end());
        branch->groups = std::move(groups);
        ordered.push_back(std::move(*branch));
        branches.erase(branch);
    }
    std::move(branches.begin(), branches.end(), std::back_inserter(ordered));
    branches = std::move(ordered);
    return true;
}

/// `branches` begins as the rows that are shown.
void FindingsModel::grow(std::vector<Branch> branches) {
    for (std::size_t b = 0; b < branches_.size(); ++b) {
        const auto had = static_cast<int>(branches_[b].groups.size());
        const auto has = static_cast<int>(branches[b].groups.size());
        if (has > had) beginInsertRows(index(static_cast<int>(b), 0), had, has - 1);
        branches_[b] = std::move(branches[b]);
        if (has > had) endInsertRows();
    }
    if (branches.size() > branches_.size()) {
        const std::size_t had = branches_.size();
        beginInsertRows({}, static_cast<int>(had), static_cast<int>(branches.size()) - 1);
        std::move(branches.begin() + static_cast<std::ptrdiff_t>(had), branches.end(),
                  std::back_inserter(branches_));
        endInsertRows();
    }
    tellNumbers();
}

void FindingsModel::tellNumbers() {
    for (int b = 0; b < static_cast<int>(branches_.size()); ++b) {
        const QModelIndex parent = index(b, 0);
        emit dataChanged(parent, index(b, Columns - 1));
        emit dataChanged(index(0, 0, parent), index(rowCount(parent) - 1, Columns - 1, parent));
    }
}

void FindingsModel::show(std::vector<FindingGroup> groups, std::shared_ptr<const Catalog> names, bool keep) {
    std::vector<Branch> branches;
    for (FindingGroup& group : groups) {
        auto at = std::find_if(branches.begin(), branches.end(),
                               [&group](const Branch& b) { return b.kind == group.kind; });
        if (at == branches.end())
            at = branches.insert(branches.end(), {group.kind, group.severity, 0, std::nullopt, {}});
        at->units += group.units;
        if (group.passed) at->passed = at->passed.value_or(0) + *group.passed;
        at->severity = std::max(at->severity, group.severity);
        at->groups.push_back(group);
    }
    std::stable_sort(branches.begin(), branches.end(), [](const Branch& a, const Branch& b) {
        return std::pair(a.severity, a.units) > std::pair(b.severity, b.units);
    });
    if (std::vector<Branch> ordered = branches; keep && !branches_.empty() && orderAsShown(ordered)) {
        names_ = std::move(names);
        grow(std::move(ordered));
        return;
    }
    const bool same_rows =
        branches.size() == branches_.size() &&
        std::equal(branches.begin(), branches.end(), branches_.begin(), [](const Branch& a, const Branch& b) {
            return a.kind == b.kind && a.groups.size() == b.groups.size() &&
                   std::equal(a.groups.begin(), a.groups.end(), b.groups.begin(), sameGroup);
        });
    if (same_rows && !branches.empty()) {
        // While a recording runs only the numbers change: what is open and chosen stays so.
        branches_ = std::move(branches);
        names_ = std::move(names);
        tellNumbers();
        return;
    }
    beginResetModel();
    branches_ = std::move(branches);
    names_ = std::move(names);
    endResetModel();
}

const FindingGroup* FindingsModel::group(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == kBranch) return nullptr;
    const Branch& branch = branches_[static_cast<std::size_t>(index.internalId() - 1)];
    return &branch.groups[static_cast<std::size_t>(index.row())];
}

QModelIndex FindingsModel::indexOf(const FindingGroup& wanted) const {
    for (std::size_t b = 0; b < branches_.size(); ++b) {
        for (std::size_t g = 0; g < branches_[b].groups.size(); ++g) {
            const FindingGroup& group = branches_[b].groups[g];
            if (sameGroup(group, wanted)) {
                return index(static_cast<int>(g), 0, index(static_cast<int>(b), 0));
            }
        }
    }
    return {};
}

QModelIndex FindingsModel::cursorIndex() const {
    for (const Branch& branch : branches_) {
        for (const FindingGroup& group : branch.groups) {
            if (group.at_cursor) return indexOf(group);
        }
    }
    return {};
}

QModelIndex FindingsModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : kBranch);
}

QModelIndex FindingsModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == kBranch) return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, kBranch);
}

int FindingsModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return static_cast<int>(branches_.size());
    if (parent.column() != 0 || parent.internalId() != kBranch) return 0;
    return static_cast<int>(branches_[static_cast<std::size_t>(parent.row())].groups.size());
}

int FindingsModel::columnCount(const QModelIndex&) const {
    return Columns;
}

QVariant FindingsModel::branchData(const Branch& branch, int column, int role) const {
    if (role == GlyphRole)
        return column == What ? QVariant(static_cast<int>(glyphOf(branch.kind))) : QVariant();
    if (role == ToneRole) {
        const bool coloured = column == What || column == Units || column == Severity;
        return static_cast<int>(coloured ? toneOf(branch.severity) : CellTone::Plain);
    }
    if (role == DetailRole) return column == What ? QVariant(meaningOf(branch.kind)) : QVariant();
    if (role == Qt::ToolTipRole) return meaningOf(branch.kind);
    if (role != Qt::DisplayRole) return {};
    switch (column) {
        case What:
            return wordOf(branch.kind);
        case Units:
            return unitsText(branch.passed, branch.units);
        case Severity:
            return wordOf(branch.severity);
        default:
            return {};
    }
}

QVariant FindingsModel::groupData(const FindingGroup& group, int column, int role) const {
    const QString place = group.kind == order::Kind::KeySplit ? names_->topicName(group.topic)
                                                              : names_->place(group.topic, group.partition);
    if (role == ToneRole)
        return static_cast<int>(column == Severity ? toneOf(group.severity) : CellTone::Plain);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    switch (column) {
        case What:
            return wordOf(group.cause);
        case Scope:
            return group.function ? names_->functionName(group.function) + QStringLiteral("   ") + place
                                  : place;
        case Units:
            return unitsText(group.passed, group.units);
        case Severity:
            return wordOf(group.severity);
        case FirstAt:
            return role == Qt::ToolTipRole ? clock_.exactTime(group.first_at) : clock_.time(group.first_at);
        default:
            return {};
    }
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    if (role == Qt::TextAlignmentRole) {
        return QVariant(index.column() == Units ? Qt::AlignRight | Qt::AlignVCenter
                                                : Qt::AlignLeft | Qt::AlignVCenter);
    }
    if (role == Qt::FontRole) {
        if (index.internalId() == kBranch && index.column() == What) {
            QFont font;
            font.setWeight(QFont::DemiBold);
            return font;
        }
        if (index.column() == FirstAt || index.column() == Units) return monoFont();
        return {};
    }
    if (role == TimeRole) {
        const FindingGroup* g = group(index);
        const std::optional<std::int64_t> passed =
            g != nullptr ? g->passed : branches_[static_cast<std::size_t>(index.row())].passed;
        return static_cast<int>(g != nullptr && g->at_cursor ? RowTime::Cursor
                                : passed == 0                ? RowTime::Future
                                                             : RowTime::Past);
    }
    if (const FindingGroup* g = group(index)) return groupData(*g, index.column(), role);
    return branchData(branches_[static_cast<std::size_t>(index.row())], index.column(), role);
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        return QVariant(section == Units ? Qt::AlignRight | Qt::AlignVCenter
                                         : Qt::AlignLeft | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole)
        return tr(
            "Rows stay where they are while you look at them. Click to sort: errors first, then most units");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case What:
            return tr("Kind, cause");
        case Scope:
            return tr("Function and scope");
        case Units:
            return tr("Units");
        case Severity:
            return tr("Severity");
        case FirstAt:
            return tr("First at");
        default:
            return {};
    }
}

}  // namespace weir::views
