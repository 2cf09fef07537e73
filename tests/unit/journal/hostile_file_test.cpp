// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are not what they claim to be: an error each, never a crash.
#include "journal/rollup_book.h"
#include "journal/text/facts_export.h"
#include "session_fixture.h"

#include <sqlite3.h>

#include <fstream>
#include <random>
#include <sstream>

namespace weir::journal::test {
namespace {

using namespace facts;

struct Nowhere final : RollupSink {
    void bucket(const RollupKey&, DurationNs, TimeNs, bool, const RollupCell&) override {}
    void total(const RollupTotal&) override {}
    void coldStart(const ColdStart&) override {}
};

class HostileFile : public SessionTest {
  protected:
    void SetUp() override {
        const EventRun all{TopicId{1}, 0, 0, 499, EventId{1}};
        const std::vector<Fact> facts{
            {1, Session{"x", Mode::Drive, "c"}},
            {1, Topic{TopicId{1}, "bids", 1}},
            {1, facts::Function{FunctionId{1}, "f", "builtin"}},
            {1, Trigger{TriggerId{1}, "t", FunctionId{1}, {TopicId{1}}, "partition", "g", 1, 0}},
            {1, Assignment{TopicId{1}, 0, AssignmentState::Assigned, 1, 0, "g"}},
            {2, Records{plainChunk(TopicId{1}, 0, EventId{1}, 0, 500)}},
            {2, Instance{InstanceId{1}, "i", FunctionId{1}}},
            {3, Batch{BatchId{1}, TriggerId{1}, {all}, ClosedBy::Size}},
            {3, Start{InvocationId{1},
                      FunctionId{1},
                      TriggerId{1},
                      InstanceId{1},
                      BatchId{1},
                      1,
                      true,
                      1,
                      {},
                      {all}}},
            {4, Log{InstanceId{1}, InvocationId{1}, Stream::Stdout, "hello"}},
            {5, End{InvocationId{1}, Outcome::Success, {}, ""}},
            {6, Output{InvocationId{1}, TopicId{1}, 0, 1, {all}}},
        };
        ASSERT_OK(record(at("good.weir"), facts));
        std::ifstream in(at("good.weir"), std::ios::binary);
        std::ostringstream bytes;
        bytes << in.rdbuf();
        good_ = bytes.str();
    }

    std::string write(const std::string& bytes) {
        std::ofstream(at("bad.weir"), std::ios::binary) << bytes;
        return at("bad.weir");
    }
    /// A copy of the good session, changed by SQL.
    std::string changed(const char* sql) {
        const std::string path = write(good_);
        sqlite3* db = nullptr;
        sqlite3_open(path.c_str(), &db);
        EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
        sqlite3_close(db);
        return path;
    }
    static ErrorCode openError(const std::string& path) {
        auto reader = SessionReader::open(path);
        EXPECT_FALSE(reader);
        if (reader) return ErrorCode::Internal;
        EXPECT_FALSE(reader.error().message.empty());
        return reader.error().code;
    }
    /// Calls everything; returns the codes of what failed.
    static std::vector<ErrorCode> readAll(const std::string& path) {
        std::vector<ErrorCode> codes;
        const auto note = [&](const auto& result) {
            if (!result) codes.push_back(result.error().code);
        };
        auto reader = SessionReader::open(path);
        note(reader);
        if (!reader) return codes;
        SessionReader& r = **reader;
        note(r.info());
        note(r.extent());
        note(r.topics());
        note(r.functions());
        note(r.triggers());
        note(r.instances());
        note(r.events(EventId{1}, 1000));
        note(r.event(EventId{250}));
        note(r.findEvent(TopicId{1}, 0, 250));
        note(r.deliveries(EventId{1}, EventId{500}));
        note(r.deliveryRuns(InvocationId{1}, InvocationId{10}));
        note(r.outputs(EventId{250}));
        note(r.invocations(InvocationId{1}, 10));
        note(r.arrivals(1, 10));
        note(r.logs(InvocationId{1}, 10));
        note(r.notes());
        note(r.orderOverview());
        note(r.pruned());
        note(r.coldStarts());
        if (auto totals = r.rollupTotals()) {
            for (const RollupTotal& t : *totals) note(r.rollups(t.key, 0, 0, 100 * kSecond));
        } else {
            note(totals);
        }
        Nowhere nowhere;
        note(r.recount(nowhere));
        std::ostringstream sink;
        note(exportFacts(path, sink));
        return codes;
    }

    std::string good_;
};

TEST_F(HostileFile, TheGoodOneIsGood) {
    EXPECT_TRUE(readAll(at("good.weir")).empty());
}

TEST_F(HostileFile, WhatIsNoSessionIsToldApart) {
    EXPECT_EQ(openError(at("missing.weir")), ErrorCode::FileNotFound);
    EXPECT_EQ(openError(at("")), ErrorCode::FileUnreadable);
    EXPECT_EQ(openError(write("")), ErrorCode::FileCorrupt);
    EXPECT_EQ(openError(write("hello, I am a text file\n")), ErrorCode::FileCorrupt);
    EXPECT_EQ(openError(write(std::string(100'000, 'x'))), ErrorCode::FileCorrupt);
    EXPECT_EQ(openError(changed("PRAGMA application_id=42")), ErrorCode::FileCorrupt);
    EXPECT_EQ(openError("/dev/null"), ErrorCode::FileUnreadable);
}

TEST_F(HostileFile, ANewerVersionIsRefusedWithAdvice) {
    auto reader = SessionReader::open(changed("PRAGMA user_version=99"));
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code, ErrorCode::FileTooNew);
    EXPECT_NE(reader.error().message.find("99"), std::string::npos);
    EXPECT_FALSE(reader.error().hint.empty());
}

TEST_F(HostileFile, TablesThatAreNotTables) {
    EXPECT_EQ(openError(changed("DROP TABLE delivery_run")), ErrorCode::FileCorrupt);
    EXPECT_EQ(openError(changed(
                  "DROP VIEW delivery; DROP TABLE event; CREATE VIEW event AS "
                  "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id+1 FROM n) SELECT id FROM n")),
              ErrorCode::FileCorrupt);
    EXPECT_FALSE(readAll(changed("ALTER TABLE log RENAME COLUMN text TO words")).empty());
    EXPECT_EQ(openError(changed("DELETE FROM session")), ErrorCode::FileCorrupt);
}

TEST_F(HostileFile, ValuesOfTheWrongType) {
    for (const char* sql :
         {"UPDATE event SET offset='many'", "UPDATE event SET received_ns=1.5",
          "UPDATE invocation SET outcome='splendid'", "UPDATE invocation SET start_ns=x'00'",
          "UPDATE event_run SET last_offset=-5", "UPDATE event SET partition=99999999999",
          "UPDATE delivery_run SET last_event_id=9223372036854775807",
          "UPDATE invocation SET end_ns=-9223372036854775807",
          "UPDATE topic SET name=7.5+0.1*id, partitions='x'"}) {
        const auto codes = readAll(changed(sql));
        EXPECT_FALSE(codes.empty()) << sql;
        for (const ErrorCode code : codes) EXPECT_EQ(code, ErrorCode::FileCorrupt) << sql;
    }
}

TEST_F(HostileFile, HeadersThatAreNotHeaders) {
    const std::string path = changed("UPDATE event SET headers='\"}{ ce_type' WHERE id=250");
    EXPECT_TRUE(readAll(path).empty());
    std::ostringstream sink;
    ASSERT_OK(exportFacts(path, sink));
    EXPECT_NE(sink.str().find(R"("offset":249,"key":"k4","value":"v249","headers":[],)"), std::string::npos);
}

TEST_F(HostileFile, CutOffAnywhere) {
    for (std::size_t size = 1; size < good_.size(); size += 1 + good_.size() / 97) {
        for (const ErrorCode code : readAll(write(good_.substr(0, size)))) {
            EXPECT_EQ(code, ErrorCode::FileCorrupt) << size;
        }
    }
}

TEST_F(HostileFile, BitsFlippedAnywhere) {
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        std::string bytes = good_;
        for (int flips = 0; flips < 1 + round % 20; ++flips) {
            // Half of the flips hit the header and the schema, where they do most harm.
            const std::size_t range =
                flips % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 8192);
            bytes[random() % range] ^= static_cast<char>(1 << random() % 8);
        }
        (void)readAll(write(bytes));
    }
}

TEST_F(HostileFile, InterruptStopsARunningCall) {
    auto reader = SessionReader::open(at("good.weir"));
    ASSERT_OK(reader);
    (*reader)->interrupt();  // nothing runs: nothing happens
    EXPECT_TRUE((*reader)->events(EventId{1}, 10));
}

}  // namespace
}  // namespace weir::journal::test
