// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/zip.h"

#include <zlib.h>

#include <cstdint>
#include <limits>

namespace weir::report {
namespace {

// What the format calls its records (APPNOTE.TXT 4.3), little-endian.
constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr unsigned kVersion = 20, kDeflated = 8, kUtf8Names = 1 << 11;
constexpr unsigned kTime = 0,
                   kDate = (1 << 5) | 1;  // the first day that the format knows, so that bytes repeat

void put16(std::string& out, unsigned v) {
    out += static_cast<char>(v & 255u);
    out += static_cast<char>(v >> 8 & 255u);
}
void put32(std::string& out, std::uint32_t v) {
    put16(out, v & 0xFFFFu);
    put16(out, v >> 16);
}

Result<std::string> deflated(const std::string& content) {
    z_stream z{};
    if (deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return fail(ErrorCode::Internal, "The tables could not be packed.");
    }
    std::string out(deflateBound(&z, static_cast<uLong>(content.size())), '\0');
    z.next_in =
        reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));  // zlib's API is older than const
    z.avail_in = static_cast<uInt>(content.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    const int rc = deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    if (rc != Z_STREAM_END) return fail(ErrorCode::Internal, "The tables could not be packed.");
    return out;
}

}  // namespace

Result<std::string> zipOf(const std::vector<std::pair<std::string, std::string>>& files) {
    std::string out, directory;
    for (const auto& [name, content] : files) {
        if (content.size() > std::numeric_limits<std::uint32_t>::max() / 2) {
            return fail(ErrorCode::Unsupported, "The table " + name + " is too large for a zip file.");
        }
        auto packed = deflated(content);
        if (!packed) return packed;
        const auto offset = static_cast<std::uint32_t>(out.size());
        const auto checksum = static_cast<std::uint32_t>(
            crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
        const auto shared = [&, content_size = content.size(), name_size = name.size()](std::string& to) {
            put16(to, kVersion);
            put16(to, kUtf8Names);
            put16(to, kDeflated);
            put16(to, kTime);
            put16(to, kDate);
            put32(to, checksum);
            put32(to, static_cast<std::uint32_t>(packed->size()));
            put32(to, static_cast<std::uint32_t>(content_size));
            put16(to, static_cast<unsigned>(name_size));
            put16(to, 0);  // no extra field
        };
        put32(out, kLocal);
        shared(out);
        out += name + *packed;
        put32(directory, kCentral);
        put16(directory, kVersion);
        shared(directory);
        put16(directory, 0);  // no comment
        put16(directory, 0);  // the one disk
        put16(directory, 0);  // no attributes
        put32(directory, 0);
        put32(directory, offset);
        directory += name;
    }
    const auto start = static_cast<std::uint32_t>(out.size());
    out += directory;
    put32(out, kEnd);
    put32(out, 0);  // the one disk
    put16(out, static_cast<unsigned>(files.size()));
    put16(out, static_cast<unsigned>(files.size()));
    put32(out, static_cast<std::uint32_t>(directory.size()));
    put32(out, start);
    put16(out, 0);
    return out;
}

}  // namespace weir::report
