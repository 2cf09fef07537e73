// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions of an older format: read as they are, migrated into a copy when asked.
#include "journal/compact.h"
#include "journal/rollup.h"
#include "journal/session_notes.h"
#include "journal/text/facts_export.h"
#include "session_fixture.h"
#include "session_v1.h"

#include <sqlite3.h>

#include <fstream>
#include <sstream>

namespace weir::journal::test {
namespace {

std::string contentOf(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

class OlderFormat : public SessionTest {
  protected:
    void SetUp() override {
        sqlite3* db = nullptr;
        sqlite3_open(at("old.weir").c_str(), &db);
        ASSERT_EQ(sqlite3_exec(db, kSessionV1, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
        sqlite3_close(db);
    }
};

void expectWhole(SessionReader& reader) {
    const auto events = reader.events(EventId{1}, 10);
    ASSERT_OK(events);
    ASSERT_EQ(events->size(), 2u);
    EXPECT_EQ((*events)[1].preview, "v1");
    const auto calls = reader.invocations(InvocationId{1}, 10);
    ASSERT_OK(calls);
    EXPECT_EQ(calls->size(), 1u);
    const auto deliveries = reader.deliveries(EventId{1}, EventId{2});
    ASSERT_OK(deliveries);
    EXPECT_EQ(deliveries->size(), 2u);
    const auto notes = reader.notes();
    ASSERT_OK(notes);
    EXPECT_EQ(notes->front().text, "kept");
    const auto order = reader.orderOverview();
    ASSERT_OK(order);
    EXPECT_FALSE(*order);
}

TEST_F(OlderFormat, OpensAsItIsAndStaysUntouched) {
    const std::string before = contentOf(at("old.weir"));
    {
        auto reader = SessionReader::open(at("old.weir"));
        ASSERT_OK(reader);
        EXPECT_EQ((*reader)->info()->schema_version, 1);
        expectWhole(**reader);
        const auto totals = (*reader)->rollupTotals();
        ASSERT_OK(totals);
        EXPECT_TRUE(totals->empty());
    }
    std::ostringstream facts;
    ASSERT_OK(exportFacts(at("old.weir"), facts));
    EXPECT_NE(facts.str().find("\"v1\""), std::string::npos);
    EXPECT_EQ(contentOf(at("old.weir")), before);
    EXPECT_EQ(listing(), std::vector<std::string>{"old.weir"});
}

TEST_F(OlderFormat, MigratesIntoACopy) {
    const std::string before = contentOf(at("old.weir"));
    ASSERT_OK(compactSession(at("old.weir"), at("new.weir"), {}));
    EXPECT_EQ(contentOf(at("old.weir")), before);
    auto reader = SessionReader::open(at("new.weir"));
    ASSERT_OK(reader);
    EXPECT_EQ((*reader)->info()->schema_version, SessionInfo::currentVersion());
    expectWhole(**reader);
    const auto totals = (*reader)->rollupTotals();
    ASSERT_OK(totals);
    ASSERT_FALSE(totals->empty()) << "the figures were not counted";
    const auto session = std::find_if(totals->begin(), totals->end(),
                                      [](const RollupTotal& t) { return t.key == RollupKey{}; });
    ASSERT_NE(session, totals->end());
    EXPECT_EQ(session->counts[RollupCount::Delivered], 2);
    EXPECT_EQ(session->wait.max(), kSecond);
}

TEST_F(OlderFormat, TakesNoNotes) {
    const auto added = SessionNotes(at("old.weir")).add("x");
    ASSERT_FALSE(added);
    EXPECT_NE(added.error().hint.find("compact"), std::string::npos);
}

}  // namespace
}  // namespace weir::journal::test
