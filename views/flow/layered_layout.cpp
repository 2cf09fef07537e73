// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/layered_layout.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace weir::views {
namespace {

constexpr int kSweeps = 8;

/// Edges without those that would close a cycle, found in the order of the nodes.
std::vector<std::pair<int, int>> withoutCycles(const LayeredGraph& graph) {
    const std::size_t count = graph.nodes.size();
    std::vector<std::vector<int>> next(count);
    for (const auto& [from, to] : graph.edges) {
        if (from != to) next[static_cast<std::size_t>(from)].push_back(to);
    }
    enum : char { New, Open, Done };
    std::vector<char> state(count, New);
    std::vector<std::pair<int, int>> kept;
    std::vector<std::pair<int, std::size_t>> path;
    const auto walk = [&](int root) {
        state[static_cast<std::size_t>(root)] = Open;
        path.emplace_back(root, 0);
        while (!path.empty()) {
            auto& [node, edge] = path.back();
            const auto& out = next[static_cast<std::size_t>(node)];
            if (edge == out.size()) {
                state[static_cast<std::size_t>(node)] = Done;
                path.pop_back();
                continue;
            }
            const int to = out[edge++];
            char& seen = state[static_cast<std::size_t>(to)];
            if (seen == Open) continue;  // closes a cycle
            kept.emplace_back(node, to);
            if (seen != New) continue;
            seen = Open;
            path.emplace_back(to, 0);
        }
    };
    std::vector<int> incoming(count, 0);
    for (const auto& [from, to] : graph.edges) ++incoming[static_cast<std::size_t>(to)];
    for (std::size_t i = 0; i < count; ++i) {
        if (incoming[i] == 0) walk(static_cast<int>(i));
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (state[i] == New) walk(static_cast<int>(i));
    }
    return kept;
}

std::vector<int> longestPaths(std::size_t count, const std::vector<std::pair<int, int>>& edges) {
    std::vector<int> layer(count, 0);
    for (std::size_t round = 0; round < count; ++round) {
        bool changed = false;
        for (const auto& [from, to] : edges) {
            const int least = layer[static_cast<std::size_t>(from)] + 1;
            if (layer[static_cast<std::size_t>(to)] >= least) continue;
            layer[static_cast<std::size_t>(to)] = least;
            changed = true;
        }
        if (!changed) break;
    }
    return layer;
}

class Layout {
  public:
    Layout(const LayeredGraph& graph, const LayeredOptions& options) : graph_(graph), options_(options) {
        const auto edges = withoutCycles(graph);
        layer_ = longestPaths(graph.nodes.size(), edges);
        neighbours_.resize(graph.nodes.size());
        for (const auto& [from, to] : graph.edges) {
            if (from == to) continue;
            neighbours_[static_cast<std::size_t>(from)].push_back(to);
            neighbours_[static_cast<std::size_t>(to)].push_back(from);
        }
        int last = -1;
        for (const int l : layer_) last = std::max(last, l);
        layers_.resize(static_cast<std::size_t>(last + 1));
        for (std::size_t i = 0; i < layer_.size(); ++i)
            layers_[static_cast<std::size_t>(layer_[i])].push_back(static_cast<int>(i));
    }

    [[nodiscard]] const std::vector<int>& layers() const { return layer_; }

    std::vector<QRectF> run() {
        order();
        y_.resize(graph_.nodes.size());
        for (auto& layer : layers_) stack(layer);
        for (int i = 0; i < kSweeps; ++i) {
            for (auto& layer : layers_) attract(layer);
            for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) attract(*layer);
        }
        return place();
    }

  private:
    [[nodiscard]] double height(int node) const {
        return graph_.nodes[static_cast<std::size_t>(node)].height();
    }
    [[nodiscard]] double width(int node) const {
        return graph_.nodes[static_cast<std::size_t>(node)].width();
    }

    /// Few crossings: sorts layers by the middle of their neighbours, several times.
    void order() {
        rank_.assign(graph_.nodes.size(), 0);
        for (auto& layer : layers_) {
            if (!graph_.before.empty()) {
                std::stable_sort(layer.begin(), layer.end(),
                                 [&](int a, int b) { return knownY(a) < knownY(b); });
            }
            number(layer);
        }
        // Downwards by what stands before, upwards by what stands behind; the best order seen counts.
        auto best = layers_;
        std::int64_t fewest = crossings();
        const auto keepBest = [&] {
            const std::int64_t now = crossings();
            if (now >= fewest) return;
            fewest = now;
            best = layers_;
        };
        for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
            for (auto& layer : layers_) sortByNeighbours(layer, -1);
            keepBest();
            for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) sortByNeighbours(*layer, 1);
            keepBest();
        }
        layers_ = std::move(best);
        for (const auto& layer : layers_) number(layer);
    }

    [[nodiscard]] std::int64_t crossings() const {
        const auto layerOf = [&](int node) { return layer_[static_cast<std::size_t>(node)]; };
        const auto rankOf = [&](int node) { return rank_[static_cast<std::size_t>(node)]; };
        std::int64_t count = 0;
        for (std::size_t i = 0; i < graph_.edges.size(); ++i) {
            const auto [a, b] = graph_.edges[i];
            for (std::size_t j = i + 1; j < graph_.edges.size(); ++j) {
                const auto [c, d] = graph_.edges[j];
                if (layerOf(a) != layerOf(c) || layerOf(b) != layerOf(d)) continue;
                count += (rankOf(a) - rankOf(c)) * (rankOf(b) - rankOf(d)) < 0 ? 1 : 0;
            }
        }
        return count;
    }

    [[nodiscard]] bool known(int node) const {
        return !graph_.before.empty() && !graph_.before[static_cast<std::size_t>(node)].isNull();
    }
    [[nodiscard]] double knownY(int node) const {
        return known(node) ? graph_.before[static_cast<std::size_t>(node)].y() : 1e9;
    }

    void number(const std::vector<int>& layer) {
        for (std::size_t i = 0; i < layer.size(); ++i)
            rank_[static_cast<std::size_t>(layer[i])] =
                (static_cast<double>(i) + 0.5) / static_cast<double>(layer.size());
    }

    /// By the middle of the neighbours on one side: −1 in earlier layers, 1 in later ones.
    void sortByNeighbours(std::vector<int>& layer, int side) {
        std::vector<std::pair<double, int>> keyed;
        for (const int node : layer) {
            double sum = 0;
            int count = 0;
            for (const int other : neighbours_[static_cast<std::size_t>(node)]) {
                const int apart =
                    layer_[static_cast<std::size_t>(other)] - layer_[static_cast<std::size_t>(node)];
                if (apart * side <= 0) continue;
                sum += rank_[static_cast<std::size_t>(other)];
                ++count;
            }
            keyed.emplace_back(count == 0 ? rank_[static_cast<std::size_t>(node)] : sum / count, node);
        }
        std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
            // What stood in an order keeps it.
            if (known(a.second) && known(b.second)) return knownY(a.second) < knownY(b.second);
            return a.first < b.first;
        });
        for (std::size_t i = 0; i < keyed.size(); ++i) layer[i] = keyed[i].second;
        number(layer);
    }

    void stack(const std::vector<int>& layer) {
        double total = -options_.gap_y;
        for (const int node : layer) total += height(node) + options_.gap_y;
        double y = -total / 2;
        for (const int node : layer) {
            y_[static_cast<std::size_t>(node)] = y + height(node) / 2;
            y += height(node) + options_.gap_y;
        }
    }

    /// Moves the nodes of a layer towards their neighbours, as far as they leave room for each other.
    void attract(const std::vector<int>& layer) {
        std::vector<double> wish;
        for (const int node : layer) {
            const auto& around = neighbours_[static_cast<std::size_t>(node)];
            double sum = 0;
            for (const int other : around) sum += y_[static_cast<std::size_t>(other)];
            wish.push_back(around.empty() ? y_[static_cast<std::size_t>(node)]
                                          : sum / static_cast<double>(around.size()));
        }
        const auto apart = [&](std::size_t i) {
            return (height(layer[i - 1]) + height(layer[i])) / 2 + options_.gap_y;
        };
        std::vector<double> down = wish;
        for (std::size_t i = 1; i < down.size(); ++i) down[i] = std::max(down[i], down[i - 1] + apart(i));
        std::vector<double> up = wish;
        for (std::size_t i = up.size(); i-- > 1;) up[i - 1] = std::min(up[i - 1], up[i] - apart(i));
        for (std::size_t i = 0; i < layer.size(); ++i)
            y_[static_cast<std::size_t>(layer[i])] = (down[i] + up[i]) / 2;
        for (std::size_t i = 1; i < layer.size(); ++i) {
            double& y = y_[static_cast<std::size_t>(layer[i])];
            y = std::max(y, y_[static_cast<std::size_t>(layer[i - 1])] + apart(i));
        }
    }

    std::vector<QRectF> place() const {
        std::vector<QRectF> boxes(graph_.nodes.size());
        const auto per_row = static_cast<std::size_t>(
            options_.layers_a_row > 0 ? options_.layers_a_row : static_cast<int>(layers_.size()));
        double top = 0;
        double column = 0;
        for (const QSizeF& size : graph_.nodes) column = std::max(column, size.width());
        for (std::size_t first = 0; first < layers_.size(); first += per_row) {
            const std::size_t end = std::min(layers_.size(), first + per_row);
            double low = 1e9;
            double high = -1e9;
            for (std::size_t l = first; l < end; ++l) {
                for (const int node : layers_[l]) {
                    const double y = y_[static_cast<std::size_t>(node)];
                    low = std::min(low, y - height(node) / 2);
                    high = std::max(high, y + height(node) / 2);
                }
            }
            const bool backwards = first / per_row % 2 == 1;
            for (std::size_t l = first; l < end; ++l) {
                const auto place = static_cast<double>(backwards ? per_row - 1 - (l - first) : l - first);
                const double x = place * (column + options_.gap_x);
                for (const int node : layers_[l]) {
                    const double y = y_[static_cast<std::size_t>(node)] - low + top;
                    boxes[static_cast<std::size_t>(node)] = QRectF(
                        x + (column - width(node)) / 2, y - height(node) / 2, width(node), height(node));
                }
            }
            top += high - low + 2 * options_.gap_y + 12;
        }
        return boxes;
    }

    const LayeredGraph& graph_;
    const LayeredOptions& options_;
    std::vector<int> layer_;
    std::vector<std::vector<int>> layers_, neighbours_;
    std::vector<double> rank_, y_;
};

}  // namespace

std::vector<QRectF> layOutLayers(const LayeredGraph& graph, const LayeredOptions& options) {
    return Layout(graph, options).run();
}

std::vector<int> layersOf(const LayeredGraph& graph) {
    return longestPaths(graph.nodes.size(), withoutCycles(graph));
}

}  // namespace weir::views
