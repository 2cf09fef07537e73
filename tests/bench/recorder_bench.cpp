// SPDX-License-Identifier: GPL-3.0-or-later
// How fast a session file takes events: SessionWriter against a plain loop that binds and steps the same
// columns one row at a time, and what an event costs beyond its key, value and headers.
#include "base/time.h"
#include "journal/facts.h"
#include "journal/session_writer.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace weir;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kChunkRecords = 500;
constexpr std::int64_t kEventsPerFlush = 40'000;  // about what 50 ms bring at full speed
constexpr std::size_t kValueBytes = 200;
constexpr std::size_t kKeyBytes = 8;
constexpr int kPartitions = 6;
constexpr TimeNs kStart = 1'769'853'600'000'000'000;

struct Measured {
    double rows_per_second = 0;
    double bytes_per_event = 0;  ///< of the finished file
};

std::string valueOf(std::int64_t n) {
    std::string value = fmt::format(R"({{"item":"item-{}","price":{},"note":")", n % 1000, n);
    value.append(kValueBytes - value.size() - 2, 'x');
    return value + "\"}";
}

ChunkPtr makeChunk(std::int64_t number) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, static_cast<std::int32_t>(number % kPartitions));
    chunk->reserve(kChunkRecords, kChunkRecords * (kValueBytes + kKeyBytes));
    const std::int64_t first = number * kChunkRecords;
    for (std::uint32_t i = 0; i < kChunkRecords; ++i) {
        const std::int64_t n = first + i;
        const std::string key = fmt::format("item{:04}", n % 1000);
        const std::string value = valueOf(n);
        chunk->add(number / kPartitions * kChunkRecords + i, kStart / kMillisecond + n / 100,
                   TimestampType::Create, {key.data(), key.size()}, {value.data(), value.size()}, {});
    }
    chunk->setFirstEvent(EventId{first + 1});
    return chunk;
}

Measured result(const std::string& path, std::int64_t events, Clock::time_point started,
                Clock::time_point ended) {
    const auto seconds = std::chrono::duration<double>(ended - started).count();
    const auto size = static_cast<double>(std::filesystem::file_size(path));
    return {static_cast<double>(events) / seconds, size / static_cast<double>(events)};
}

void require(bool ok, const std::string& what) {
    if (ok) return;
    fmt::print(stderr, "recorder_bench: {}\n", what);
    std::exit(1);
}

Measured writerRun(const std::string& path, std::int64_t chunks) {
    auto writer = journal::SessionWriter::create(path, {});
    require(writer.has_value(), writer ? "" : writer.error().message);
    std::vector<facts::Fact> facts(1);
    Clock::duration busy{};  // without the making of the records
    std::int64_t unflushed = 0;
    for (std::int64_t c = 0; c < chunks; ++c) {
        facts[0] = {kStart + c, facts::Records{makeChunk(c)}};
        const auto from = Clock::now();
        require((*writer)->write(facts).has_value(), "write failed");
        if ((unflushed += kChunkRecords) >= kEventsPerFlush || c + 1 == chunks) {
            require((*writer)->flush().has_value(), "flush failed");
            unflushed = 0;
        }
        busy += Clock::now() - from;
    }
    require((*writer)->finish().has_value(), "finish failed");
    return result(path, chunks * kChunkRecords, Clock::time_point{}, Clock::time_point{} + busy);
}

void bindText(sqlite3_stmt* s, int at, Bytes b) {
    sqlite3_bind_text(s, at, b.data, static_cast<int>(b.size), SQLITE_STATIC);
}

Measured rawRun(const std::string& path, std::int64_t chunks) {
    sqlite3* db = nullptr;
    sqlite3_open(path.c_str(), &db);
    const auto run = [&](const char* sql) {
        require(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    };
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=NORMAL");
    run("CREATE TABLE event(id INTEGER PRIMARY KEY, topic_id INTEGER, partition INTEGER, offset INTEGER, "
        "received_ns "
        "INTEGER, timestamp_ns INTEGER, timestamp_type INTEGER, key BLOB, size INTEGER, capture TEXT, "
        "headers TEXT, "
        "value BLOB)");
    sqlite3_stmt* s = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", -1, &s, nullptr);
    Clock::duration busy{};
    std::int64_t unflushed = 0;
    run("BEGIN");
    for (std::int64_t c = 0; c < chunks; ++c) {
        const ChunkPtr chunk = makeChunk(c);
        const auto from = Clock::now();
        for (std::uint32_t i = 0; i < chunk->size(); ++i) {
            const Record& r = (*chunk)[i];
            sqlite3_bind_int64(s, 1, chunk->eventId(i).value);
            sqlite3_bind_int64(s, 2, chunk->topic().value);
            sqlite3_bind_int(s, 3, chunk->partition());
            sqlite3_bind_int64(s, 4, r.offset);
            sqlite3_bind_int64(s, 5, kStart + c);
            sqlite3_bind_int64(s, 6, r.timestamp);
            sqlite3_bind_int(s, 7, static_cast<int>(r.timestamp_type));
            bindText(s, 8, chunk->key(i));
            sqlite3_bind_int64(s, 9, r.value_size);
            sqlite3_bind_null(s, 10);
            sqlite3_bind_null(s, 11);
            bindText(s, 12, chunk->value(i));
            sqlite3_step(s);
            sqlite3_reset(s);
        }
        if ((unflushed += kChunkRecords) >= kEventsPerFlush || c + 1 == chunks) {
            run("COMMIT");
            run("BEGIN");
            unflushed = 0;
        }
        busy += Clock::now() - from;
    }
    run("COMMIT");
    sqlite3_finalize(s);
    sqlite3_close(db);
    return result(path, chunks * kChunkRecords, Clock::time_point{}, Clock::time_point{} + busy);
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t events = argc > 1 ? std::atoll(argv[1]) : 2'000'000;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
    require(events >= kChunkRecords && rounds > 0, "usage: recorder_bench [EVENTS [ROUNDS]]");
    std::string directory = (std::filesystem::temp_directory_path() / "weir-bench-XXXXXX").string();
    require(::mkdtemp(directory.data()) != nullptr, "no temporary directory");

    Measured writer, raw;
    for (int round = 0; round < rounds; ++round) {  // the best of each, taken in turns
        const std::string path = fmt::format("{}/{}", directory, round);
        const Measured r = rawRun(path + ".db", events / kChunkRecords);
        const Measured w = writerRun(path + ".weir", events / kChunkRecords);
        if (r.rows_per_second > raw.rows_per_second) raw = r;
        if (w.rows_per_second > writer.rows_per_second) writer = w;
        std::filesystem::remove(path + ".db");
        std::filesystem::remove(path + ".weir");
    }
    std::filesystem::remove_all(directory);
    fmt::print("session writer      {:>12.0f} rows/s\n", writer.rows_per_second);
    fmt::print("plain loop          {:>12.0f} rows/s\n", raw.rows_per_second);
    fmt::print("writer / plain loop {:>12.2f}\n", writer.rows_per_second / raw.rows_per_second);
    fmt::print("beyond key, value   {:>12.1f} bytes an event\n",
               writer.bytes_per_event - static_cast<double>(kValueBytes + kKeyBytes));
    return 0;
}
