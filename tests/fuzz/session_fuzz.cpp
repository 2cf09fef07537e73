// SPDX-License-Identifier: GPL-3.0-or-later
// A session file with bytes changed or its end cut off: opening and reading it gives an error or rows, never
// a crash.
//
// The input is a list of changes to a good session: six bytes each, the place (32 bits, modulo the file's
// size), what to do and a byte.
#include "analysis/session_stats.h"
#include "fuzz/made_session.h"
#include "fuzz/must.h"
#include "journal/session_reader.h"
#include "journal/text/facts_export.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <ostream>
#include <streambuf>
#include <string>

namespace {

using namespace weir;

class Nowhere final : public std::streambuf {
    int overflow(int c) override { return c; }
    std::streamsize xsputn(const char* /*text*/, std::streamsize size) override { return size; }
};

/// A good session's bytes, and a place for changed ones.
class Place {
  public:
    Place() {
        std::ifstream in(session_.path(), std::ios::binary);
        good_.assign(std::istreambuf_iterator<char>(in), {});
    }

    [[nodiscard]] const std::string& good() const { return good_; }
    [[nodiscard]] std::string write(const std::string& bytes) const {
        const std::string path = session_.directory() / "changed.weir";
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        return path;
    }

  private:
    fuzz::MadeSession session_;
    std::string good_;
};

std::string changed(std::string bytes, const std::uint8_t* data, std::size_t size) {
    for (; size >= 6; data += 6, size -= 6) {
        std::uint32_t place = 0;
        std::memcpy(&place, data, sizeof place);
        const std::size_t at = place % bytes.size();
        const auto value = static_cast<char>(data[5]);
        switch (data[4] % 8) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ value);
                break;
            case 1:  // a whole cell or header of it
                std::memset(bytes.data() + at, value, std::min<std::size_t>(16, bytes.size() - at));
                break;
            case 2:
                if (at > 0) bytes.resize(at);
                break;
            default:
                bytes[at] = value;
        }
    }
    return bytes;
}

void readAll(const std::string& path) {
    auto reader = journal::SessionReader::open(path);
    if (!reader) {
        weir::fuzz::must(!reader.error().message.empty(), "an error says what is wrong");
        return;
    }
    journal::SessionReader& r = **reader;
    (void)r.info();
    (void)r.extent();
    (void)r.events(EventId{1}, 100);
    (void)r.event(EventId{2});
    (void)r.findEvent(TopicId{1}, 0, 8);
    (void)r.deliveries(EventId{1}, EventId{20});
    (void)r.deliveryRuns(InvocationId{1}, InvocationId{10});
    (void)r.outputs(EventId{1});
    (void)r.invocations(InvocationId{1}, 10);
    (void)r.arrivals(1, 10);
    (void)r.logs(InvocationId{1}, 10);
    (void)analysis::sessionStats(r);
    Nowhere nowhere;
    std::ostream sink(&nowhere);
    (void)journal::exportFacts(path, sink);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Place place;
    readAll(place.write(changed(place.good(), data, size)));
    return 0;
}
