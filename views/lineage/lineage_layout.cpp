// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineage/lineage_layout.h"

#include <algorithm>
#include <numeric>

namespace weir::views {
namespace {

using analysis::Lineage;
using analysis::LineageEdge;

/// A node of either kind by one number: events first, then calls.
struct Nodes {
    explicit Nodes(const Lineage& l) : lineage(l), columns(l.events.size() + l.calls.size()) {
        for (std::size_t e = 0; e < l.events.size(); ++e) columns[e] = 2 * l.events[e].step;
        // A call stands between what it was given and what it produced; the nearer side counts.
        std::vector<std::optional<int>> after(l.calls.size());
        std::vector<std::optional<int>> before(l.calls.size());
        for (const LineageEdge& edge : l.edges) {
            if (edge.kind == LineageEdge::Kind::Delivered) {
                const int column = columns[edge.from] + 1;
                after[edge.to] = std::max(after[edge.to].value_or(column), column);
            } else if (edge.kind == LineageEdge::Kind::Produced) {
                const int column = columns[edge.to] - 1;
                before[edge.from] = std::min(before[edge.from].value_or(column), column);
            }
        }
        for (std::size_t c = 0; c < l.calls.size(); ++c) {
            const int step = l.calls[c].step;
            const bool upwards = before[c] && (!after[c] || step < 0 || *before[c] < 0);
            columns[call(c)] = upwards ? *before[c] : after[c].value_or(2 * step + 1);
        }
    }
    [[nodiscard]] std::size_t call(std::size_t c) const { return lineage.events.size() + c; }
    [[nodiscard]] bool isCall(std::size_t node) const { return node >= lineage.events.size(); }

    const Lineage& lineage;
    std::vector<int> columns;
};

struct Link {
    std::size_t from = 0, to = 0;
    bool again = false, named = false;
};

std::vector<Link> linksOf(const Nodes& nodes) {
    std::vector<Link> links;
    for (const LineageEdge& edge : nodes.lineage.edges) {
        switch (edge.kind) {
            case LineageEdge::Kind::Delivered:
                links.push_back(
                    {edge.from, nodes.call(edge.to), nodes.lineage.calls[edge.to].attempt > 1, false});
                break;
            case LineageEdge::Kind::Produced:
                links.push_back({nodes.call(edge.from), edge.to, false, false});
                break;
            case LineageEdge::Kind::Named:
                links.push_back({edge.from, edge.to, false, true});
                break;
        }
    }
    return links;
}

/// What leads to the event asked for, and what came from it, against and along the links.
std::vector<bool> pathOf(std::size_t count, const std::vector<Link>& links) {
    std::vector<bool> on(count, false);
    if (count == 0) return on;
    for (const bool down : {false, true}) {
        std::vector<bool> seen(count, false);
        std::vector<std::size_t> left{0};
        seen[0] = true;
        while (!left.empty()) {
            const std::size_t node = left.back();
            left.pop_back();
            on[node] = true;
            for (const Link& link : links) {
                const std::size_t here = down ? link.from : link.to;
                const std::size_t next = down ? link.to : link.from;
                if (here != node || seen[next]) continue;
                seen[next] = true;
                left.push_back(next);
            }
        }
    }
    return on;
}

std::optional<TimeNs> instantOf(const Lineage& l, const Nodes& nodes, std::size_t node) {
    if (nodes.isCall(node)) {
        const analysis::CallNode& call = l.calls[node - l.events.size()];
        return call.start ? call.start : call.end;
    }
    const analysis::EventNode& event = l.events[node];
    return event.received ? event.received : event.written;
}

/// Orders each column by the mean place of what its nodes hang on, a few times back and forth.
void untangle(std::map<int, std::vector<std::size_t>>& columns, const std::vector<Link>& links,
              std::size_t count) {
    std::vector<double> place(count, 0);
    const auto number = [&] {
        for (auto& [c, nodes] : columns) {
            for (std::size_t i = 0; i < nodes.size(); ++i) {
                place[nodes[i]] = static_cast<double>(i) - static_cast<double>(nodes.size()) / 2;
            }
        }
    };
    number();
    for (int round = 0; round < 6; ++round) {
        for (auto& [c, nodes] : columns) {
            std::vector<std::pair<double, std::size_t>> wanted;
            for (const std::size_t node : nodes) {
                double sum = 0;
                int hangs = 0;
                for (const Link& link : links) {
                    if (link.to == node || link.from == node) {
                        sum += place[link.to == node ? link.from : link.to];
                        ++hangs;
                    }
                }
                wanted.emplace_back(hangs == 0 ? place[node] : sum / hangs, node);
            }
            std::stable_sort(wanted.begin(), wanted.end(),
                             [](const auto& a, const auto& b) { return a.first < b.first; });
            std::transform(wanted.begin(), wanted.end(), nodes.begin(),
                           [](const auto& w) { return w.second; });
        }
        number();
    }
}

void addName(LineageColumn& column, const std::string& name) {
    if (std::find(column.names.begin(), column.names.end(), name) == column.names.end()) {
        column.names.push_back(name);
    }
}

}  // namespace

LineagePicture layOut(const Lineage& l, const LineageLook& look) {
    LineagePicture picture;
    if (l.events.empty()) return picture;
    const Nodes nodes(l);
    const std::size_t count = nodes.columns.size();
    std::vector<Link> links = linksOf(nodes);
    const std::vector<bool> path = pathOf(count, links);

    std::map<int, std::vector<std::size_t>> by_column;
    for (std::size_t node = 0; node < count; ++node) by_column[nodes.columns[node]].push_back(node);

    // Fold: the path comes first, then what was found first, which is what is nearest.
    std::vector<std::size_t> folded_into(count);  // a node, standing for itself or for those folded into it
    std::iota(folded_into.begin(), folded_into.end(), 0);
    std::map<std::size_t, std::vector<std::size_t>> folds;
    for (auto& [number, members] : by_column) {
        if (members.size() <= look.most_in_column || look.unfolded.contains(number)) continue;
        std::stable_partition(members.begin(), members.end(), [&path](std::size_t n) { return path[n]; });
        const std::size_t kept = look.most_in_column - 1;
        std::vector<std::size_t> rest(members.begin() + static_cast<std::ptrdiff_t>(kept), members.end());
        members.resize(kept);
        members.push_back(rest.front());
        for (const std::size_t n : rest) folded_into[n] = rest.front();
        folds[rest.front()] = std::move(rest);
    }
    for (Link& link : links) {
        link.from = folded_into[link.from];
        link.to = folded_into[link.to];
    }
    untangle(by_column, links, count);

    std::vector<std::size_t> box_of(count, 0);
    std::size_t tallest = 1;
    for (const auto& [number, members] : by_column) tallest = std::max(tallest, members.size());
    const double row = look.box_height + look.row_gap;
    picture.height = static_cast<double>(tallest) * row + look.row_gap;
    double x = look.row_gap;
    for (const auto& [number, members] : by_column) {
        LineageColumn column;
        column.number = number;
        column.x = x;
        column.width = number % 2 == 0 ? look.event_width : look.call_width;
        double y = (picture.height - static_cast<double>(members.size()) * row + look.row_gap) / 2;
        for (const std::size_t node : members) {
            LineageBox box;
            const auto fold = folds.find(node);
            const bool call = nodes.isCall(node);
            box.kind = fold != folds.end() ? LineageBox::Kind::Folded
                       : call              ? LineageBox::Kind::Call
                                           : LineageBox::Kind::Event;
            box.calls = call;
            const auto indexOf = [&](std::size_t n) { return call ? n - l.events.size() : n; };
            box.index = indexOf(node);
            const std::vector<std::size_t> own{node};
            for (const std::size_t n : fold != folds.end() ? fold->second : own) {
                if (fold != folds.end()) box.members.push_back(indexOf(n));
                ++column.count;
                addName(column, call ? l.calls[indexOf(n)].function : l.events[n].place.topic);
                const auto at = instantOf(l, nodes, n);
                if (at && (!column.at || *at < *column.at)) column.at = at;
                box.on_path = box.on_path || path[n];
            }
            box.column = static_cast<int>(picture.columns.size());
            box.x = x;
            box.y = y;
            box.width = column.width;
            box.height = look.box_height;
            y += row;
            box_of[node] = picture.boxes.size();
            picture.boxes.push_back(std::move(box));
        }
        x += column.width + look.column_gap;
        picture.columns.push_back(std::move(column));
    }
    picture.width = x - look.column_gap + look.row_gap;

    std::map<std::pair<std::size_t, std::size_t>, LineageLine> lines;
    for (const Link& link : links) {
        const std::size_t from = box_of[link.from];
        const std::size_t to = box_of[link.to];
        LineageLine& line = lines[{from, to}];
        line.from = from;
        line.to = to;
        line.again = line.again || link.again;
        line.named = line.named || link.named;
        line.on_path = picture.boxes[from].on_path && picture.boxes[to].on_path;
    }
    for (const auto& [ends, line] : lines) picture.lines.push_back(line);
    return picture;
}

}  // namespace weir::views
