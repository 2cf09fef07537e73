// SPDX-License-Identifier: GPL-3.0-or-later
// A session while it is written: killed writers, readers beside it, and how it is left behind.
#include "journal/journal.h"
#include "journal/schema.h"
#include "session_fixture.h"

#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

namespace weir::journal::test {
namespace {

using namespace facts;

/// A mount that goes away with its scope; needs root.
class Mount {
  public:
    static Mount readOnly(const std::string& place) {
        const char* p = place.c_str();
        const bool bound = ::mount(p, p, nullptr, MS_BIND, nullptr) == 0;
        return {place, bound && ::mount(nullptr, p, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0};
    }
    static Mount small(const std::string& place) {
        return {place, ::mount("none", place.c_str(), "tmpfs", 0, "size=2m") == 0};
    }
    ~Mount() {
        if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
    }
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;
    explicit operator bool() const { return mounted_; }

  private:
    Mount(std::string place, bool mounted) : place_(std::move(place)), mounted_(mounted) {}
    std::string place_;
    bool mounted_;
};

std::string contentOf(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::int64_t eventsIn(const std::string& path) {
    auto reader = SessionReader::open(path);
    if (!reader) {
        ADD_FAILURE() << why(reader);
        return -1;
    }
    const auto extent = (*reader)->extent();
    EXPECT_TRUE(extent) << why(extent);
    return extent ? extent->events : -1;
}

class Recording : public SessionTest {
  protected:
    std::unique_ptr<SessionWriter> create(const std::string& name) {
        auto writer = SessionWriter::create(at(name), {});
        EXPECT_TRUE(writer) << why(writer);
        return writer ? std::move(*writer) : nullptr;
    }
    /// Writes and flushes chunks of 100 events from number `from` on.
    static void write(SessionWriter& writer, std::int64_t from, std::int64_t chunks) {
        for (std::int64_t c = from; c < from + chunks; ++c) {
            const std::vector<Fact> all{
                {c, Records{plainChunk(TopicId{1}, 0, EventId{c * 100 + 1}, c * 100, 100)}}};
            ASSERT_OK(writer.write(all));
            ASSERT_OK(writer.flush());
        }
    }
    /// A child records, reports over a pipe that `chunks` are flushed, and is killed in the midst of more.
    void recordInKilledChild(const std::string& name, std::int64_t chunks) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            auto writer = SessionWriter::create(at(name), {});
            if (!writer) ::_exit(1);
            for (std::int64_t c = 0;; ++c) {
                const std::vector<Fact> all{
                    {c, Records{plainChunk(TopicId{1}, 0, EventId{c * 100 + 1}, c * 100, 100)}}};
                if (!(*writer)->write(all)) ::_exit(2);
                if (c < chunks && !(*writer)->flush()) ::_exit(3);
                if (c == chunks) {
                    const char done = 1;
                    if (::write(ends[1], &done, 1) != 1) ::_exit(4);
                }
                if (c > chunks + 2000) ::pause();
            }
        }
        ::close(ends[1]);
        char done = 0;
        EXPECT_EQ(::read(ends[0], &done, 1), 1);
        ::close(ends[0]);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
    }
};

TEST_F(Recording, AKilledWriterLosesOnlyWhatWasNotFlushed) {
    recordInKilledChild("s.weir", 40);
    const std::string file = contentOf(at("s.weir"));
    const std::string wal = contentOf(at("s.weir-wal"));
    ASSERT_FALSE(wal.empty());
    EXPECT_EQ(eventsIn(at("s.weir")), 4000);
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    EXPECT_FALSE((*reader)->info()->ended);
    EXPECT_EQ((*reader)->event(EventId{4000})->value, "v3999");
    reader->reset();
    EXPECT_EQ(contentOf(at("s.weir")), file) << "reading changed the file";
    EXPECT_EQ(contentOf(at("s.weir-wal")), wal) << "reading changed the -wal";
}

TEST_F(Recording, ACrashedSessionMovedWithoutItsShmOpensAndCreatesNothing) {
    recordInKilledChild("s.weir", 10);
    std::filesystem::remove(at("s.weir-shm"));
    const auto before = listing();
    EXPECT_EQ(eventsIn(at("s.weir")), 1000);
    EXPECT_EQ(listing(), before);
}

TEST_F(Recording, ACrashedSessionOpensInAReadOnlyPlace) {
    recordInKilledChild("s.weir", 10);
    const Mount mount = Mount::readOnly(at(""));
    if (!mount) GTEST_SKIP() << "needs a mount";
    EXPECT_EQ(eventsIn(at("s.weir")), 1000);
}

TEST_F(Recording, AFinishedSessionIsOneFileThatOpensInAReadOnlyPlace) {
    auto writer = create("s.weir");
    write(*writer, 0, 5);
    ASSERT_OK(writer->finish());
    writer.reset();
    EXPECT_EQ(listing(), std::vector<std::string>{"s.weir"});
    const std::string before = contentOf(at("s.weir"));
    EXPECT_EQ(before[18], 1) << "still in WAL mode";
    EXPECT_EQ(eventsIn(at("s.weir")), 500);
    EXPECT_EQ(listing(), std::vector<std::string>{"s.weir"});
    EXPECT_EQ(contentOf(at("s.weir")), before);

    const Mount mount = Mount::readOnly(at(""));
    if (!mount) GTEST_SKIP() << "needs a mount";
    EXPECT_EQ(eventsIn(at("s.weir")), 500);
    auto refused = SessionWriter::create(at("new.weir"), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::FileNotWritable);
}

TEST_F(Recording, FinishesAsOneFileAlthoughAReaderOfThisProcessHasItOpen) {
    auto writer = create("s.weir");
    write(*writer, 0, 2);
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    EXPECT_EQ((*reader)->extent()->events, 200);
    ASSERT_OK(writer->finish());
    EXPECT_EQ(contentOf(at("s.weir"))[18], 1);
    EXPECT_EQ(listing(), std::vector<std::string>{"s.weir"});
    EXPECT_EQ((*reader)->extent()->events, 200) << "the reader goes on";
    EXPECT_TRUE((*reader)->info()->ended);
}

TEST_F(Recording, AReaderSeesWhatIsFlushedWhileItGrows) {
    auto writer = create("s.weir");
    std::atomic<bool> done{false};
    std::atomic<std::int64_t> flushed{0};
    std::thread reading([&] {
        auto reader = SessionReader::open(at("s.weir"));
        ASSERT_OK(reader);
        std::int64_t seen = 0;
        while (!done) {
            const std::int64_t at_least = flushed;
            const auto extent = (*reader)->extent();
            ASSERT_OK(extent);
            ASSERT_GE(extent->events, at_least);
            ASSERT_GE(extent->events, seen);
            seen = extent->events;
            const auto page = (*reader)->events(EventId{std::max<std::int64_t>(1, seen - 50)}, 100);
            ASSERT_OK(page);
        }
    });
    for (std::int64_t c = 0; c < 200; ++c) {
        write(*writer, c, 1);
        flushed = (c + 1) * 100;
    }
    done = true;
    reading.join();
    ASSERT_OK(writer->finish());
}

TEST_F(Recording, AReaderOpenedBeforeTheFirstFactFollows) {
    auto writer = create("s.weir");
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    EXPECT_EQ((*reader)->extent()->events, 0);
    write(*writer, 0, 3);
    EXPECT_EQ((*reader)->extent()->events, 300);
    ASSERT_OK(writer->finish());
}

TEST_F(Recording, AReaderThatFoundNobodyWritingNoticesThatSomebodyDoes) {
    auto writer = create("s.weir");
    write(*writer, 0, 2);
    ASSERT_OK(writer->finish());
    sqlite3* db = nullptr;
    sqlite3_open(at("s.weir").c_str(), &db);
    ASSERT_EQ(sqlite3_exec(db, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);  // leaves a file in WAL mode without a -wal
    auto reader = SessionReader::open(at("s.weir"));
    ASSERT_OK(reader);
    EXPECT_EQ((*reader)->info()->name, "s");
    EXPECT_EQ(listing(), std::vector<std::string>{"s.weir"});
    sqlite3_open(at("s.weir").c_str(), &db);
    ASSERT_EQ(sqlite3_exec(db, "UPDATE session SET name='renamed'", nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ((*reader)->info()->name, "renamed");
    sqlite3_close(db);
}

TEST_F(Recording, AJournalOverAWriterKeepsEverything) {
    {
        Journal journal(create("s.weir"));
        journal.append(1, Session{"x", Mode::Drive, ""});
        for (std::int64_t c = 0; c < 300; ++c) {
            journal.append(c, Records{plainChunk(TopicId{1}, 0, EventId{c * 100 + 1}, c * 100, 100)});
        }
        ASSERT_OK(journal.close());
    }
    EXPECT_EQ(eventsIn(at("s.weir")), 30'000);
    EXPECT_EQ(listing(), std::vector<std::string>{"s.weir"});
}

TEST_F(Recording, NeverOverwrites) {
    std::ofstream(at("there.weir")) << "precious";
    auto taken = SessionWriter::create(at("there.weir"), {});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::FileExists);
    EXPECT_EQ(contentOf(at("there.weir")), "precious");

    auto writer = create("s.weir");
    auto second = SessionWriter::create(at("s.weir"), {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::FileExists);

    std::ofstream(at("left.weir-wal")) << "of another writer";
    auto beside = SessionWriter::create(at("left.weir"), {});
    ASSERT_FALSE(beside);
    EXPECT_EQ(beside.error().code, ErrorCode::FileExists);
}

TEST_F(Recording, SaysWhyItCannotCreate) {
    auto missing = SessionWriter::create(at("no/such/place.weir"), {});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::FileNotWritable);
    EXPECT_NE(missing.error().message.find("directory does not exist"), std::string::npos);
    EXPECT_FALSE(missing.error().hint.empty());
}

TEST_F(Recording, AFullDiskIsSaidAndWhatWasCapturedStays) {
    const std::string place = at("small");
    std::filesystem::create_directory(place);
    const Mount mount = Mount::small(place);
    if (!mount) GTEST_SKIP() << "needs a mount";
    std::int64_t flushed = 0;
    {
        auto writer = create("small/s.weir");
        Status s;
        for (std::int64_t c = 0; s && c < 10'000; ++c) {
            const std::vector<Fact> all{
                {c, Records{plainChunk(TopicId{1}, 0, EventId{c * 1000 + 1}, c * 1000, 1000)}}};
            s = writer->write(all);
            if (s) s = writer->flush();
            if (s) flushed = (c + 1) * 1000;
        }
        EXPECT_FALSE(s);
        if (!s) {
            EXPECT_EQ(s.error().code, ErrorCode::DiskFull) << s.error().message;
            EXPECT_FALSE(s.error().hint.empty());
        }
    }
    EXPECT_GT(flushed, 0);
    EXPECT_GE(eventsIn(at("small/s.weir")), flushed);
}

TEST_F(Recording, TheWalStaysBounded) {
    auto writer = create("s.weir");
    const std::string value(100'000, 'x');
    for (std::int64_t c = 0; c < 2500; ++c) {  // 250 MB
        const std::vector<Fact> all{{c, Records{chunkOf(TopicId{1}, 0, EventId{c + 1}, {{c, "k", value}})}}};
        ASSERT_OK(writer->write(all));
        if (c % 10 == 9) ASSERT_OK(writer->flush());
    }
    ASSERT_OK(writer->flush());
    EXPECT_LT(std::filesystem::file_size(at("s.weir-wal")), 100u << 20);
    ASSERT_OK(writer->finish());
}

}  // namespace
}  // namespace weir::journal::test
