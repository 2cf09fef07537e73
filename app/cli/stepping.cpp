// SPDX-License-Identifier: GPL-3.0-or-later
#include "stepping.h"

#include "base/text.h"
#include "edit_text.h"
#include "invoke/batch_runs.h"
#include "stop_signals.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::cli {
namespace {

constexpr std::size_t kPreview = 120;  // bytes of a value in the list
constexpr int kLookMs = 100;

constexpr const char* kHelp =
    "  s          send it\n"
    "  e N VALUE  give event N this value; without VALUE, in $EDITOR\n"
    "  n N        give event N no value (null)\n"
    "  v N        show the whole value of event N\n"
    "  k          skip it: its events are passed over\n"
    "  g          go on: send this and all that follow\n"
    "  q          quit: nothing more is sent";

void show(const std::string& line) {
    std::fprintf(stderr, "%s\n", line.c_str());
}

std::optional<std::string> bytesOf(Bytes bytes) {
    if (bytes.isNull()) return std::nullopt;
    return std::string(bytes.view());
}

std::string shown(const std::optional<std::string>& bytes, std::size_t limit) {
    if (!bytes) return "null";
    if (!isUtf8(*bytes)) return fmt::format("{} bytes that are no text", bytes->size());
    if (bytes->size() <= limit) return terminalSafe(*bytes);
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>((*bytes)[end]) & 0xC0U) == 0x80U) --end;
    return terminalSafe(bytes->substr(0, end)) + fmt::format("… ({} bytes)", bytes->size());
}

/// Lines of standard input, read so that Ctrl-C is noticed.
class Lines {
  public:
    /// Nothing at the end of the input, and after a signal.
    std::optional<std::string> next() {
        for (;;) {
            if (const std::size_t end = pending_.find('\n'); end != std::string::npos) {
                std::string line = pending_.substr(0, end);
                pending_.erase(0, end + 1);
                return line;
            }
            if (StopSignals::count() > 0) return std::nullopt;
            pollfd input{STDIN_FILENO, POLLIN, 0};
            if (poll(&input, 1, kLookMs) <= 0) continue;
            std::array<char, 4096> buffer{};
            const ssize_t n = read(STDIN_FILENO, buffer.data(), buffer.size());
            if (n > 0) {
                pending_.append(buffer.data(), static_cast<std::size_t>(n));
            } else if (n == 0) {
                if (pending_.empty()) return std::nullopt;
                return std::exchange(pending_, {});
            }
        }
    }

  private:
    std::string pending_;
};

/// One call that is held, with what was changed in it.
class Held {
  public:
    explicit Held(invoke::HeldCall call) : call_(std::move(call)) {}

    [[nodiscard]] invoke::HeldId id() const { return call_.id; }
    [[nodiscard]] std::uint32_t count() const { return call_.batch->count; }
    [[nodiscard]] std::optional<std::string> value(std::uint32_t position) const {
        if (const auto edited = edits_.find(position); edited != edits_.end()) return edited->second;
        const invoke::Place place = invoke::placeOf(*call_.batch, position);
        return bytesOf(place.chunk->value(place.index));
    }
    void edit(std::uint32_t position, std::optional<std::string> value) {
        edits_[position] = std::move(value);
    }
    [[nodiscard]] std::vector<invoke::ValueEdit> edits() const {
        std::vector<invoke::ValueEdit> all;
        for (const auto& [position, value] : edits_) all.push_back({position, value});
        return all;
    }

    void list() const {
        const invoke::Place first = invoke::placeOf(*call_.batch, 0);
        show(fmt::format("{}: attempt {}, {} of {}/{}", terminalSafe(call_.function), call_.attempt,
                         count() == 1 ? "1 event" : fmt::format("{} events", count()),
                         terminalSafe(call_.topic), first.chunk->partition()));
        for (std::uint32_t i = 0; i < count(); ++i) line(i);
    }
    void line(std::uint32_t position) const {
        const invoke::Place place = invoke::placeOf(*call_.batch, position);
        show(fmt::format("{:>4}  @ {}  {}  {}{}", position + 1, (*place.chunk)[place.index].offset,
                         shown(bytesOf(place.chunk->key(place.index)), kPreview),
                         shown(value(position), kPreview), edits_.contains(position) ? "  (edited)" : ""));
    }

  private:
    const invoke::HeldCall call_;
    std::map<std::uint32_t, std::optional<std::string>> edits_;
};

enum class Next { Stay, Done, GoOn, Quit };

/// The number at the start of `rest`, which then begins behind it.
std::optional<std::uint32_t> eventNumber(std::string_view& rest, const Held& held) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{} || number < 1 || number > held.count()) {
        show(fmt::format("  Which event? Name one from 1 to {}.", held.count()));
        return std::nullopt;
    }
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    return number - 1;
}

void edit(Held& held, std::string_view rest) {
    const auto position = eventNumber(rest, held);
    if (!position) return;
    if (!rest.empty()) {
        held.edit(*position, std::string(rest));
    } else {
        auto changed = editText(held.value(*position).value_or(""));
        if (!changed) {
            show("  " + terminalSafe(changed.error().message + " " + changed.error().hint));
            return;
        }
        held.edit(*position, std::move(*changed));
    }
    held.line(*position);
}

Next obey(const std::string& line, Held& held, invoke::CallGate& gate) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string word = line.substr(0, end);
    std::string_view rest = std::string_view(line).substr(std::min(end + 1, line.size()));
    if (word == "s" || word == "send") {
        gate.send(held.id(), held.edits());
        return Next::Done;
    }
    if (word == "k" || word == "skip") {
        gate.passOver(held.id());
        return Next::Done;
    }
    if (word == "g" || word == "go") {
        gate.send(held.id(), held.edits());
        gate.open();
        return Next::GoOn;
    }
    if (word == "q" || word == "quit") return Next::Quit;
    if (word == "e" || word == "edit") {
        edit(held, rest);
    } else if (word == "n" || word == "null") {
        if (const auto position = eventNumber(rest, held)) {
            held.edit(*position, std::nullopt);
            held.line(*position);
        }
    } else if (word == "v" || word == "value") {
        if (const auto position = eventNumber(rest, held))
            show(shown(held.value(*position), std::string::npos));
    } else if (!word.empty()) {
        show(kHelp);
    }
    return Next::Stay;
}

}  // namespace

void stepThrough(const Console& console, invoke::Recording& recording, invoke::CallGate& gate) {
    const StopSignals signals;
    const bool terminal = isatty(STDIN_FILENO) != 0;
    if (terminal) show(kHelp);
    Lines lines;
    while (!recording.ended() && StopSignals::count() == 0) {
        auto call = gate.next(std::chrono::milliseconds(kLookMs));
        if (!call) continue;
        console.clearProgress();
        Held held(std::move(*call));
        held.list();
        for (Next next = Next::Stay; next == Next::Stay;) {
            if (terminal) std::fputs("> ", stderr);
            const auto line = lines.next();
            next = line ? obey(*line, held, gate) : Next::Quit;
            if (next == Next::GoOn) return;
            if (next != Next::Quit) continue;
            show("Nothing more is sent.");
            recording.requestStop();
            return;
        }
    }
    if (!recording.ended()) recording.requestStop();
}

}  // namespace weir::cli
