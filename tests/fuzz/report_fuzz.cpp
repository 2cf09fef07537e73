// SPDX-License-Identifier: GPL-3.0-or-later
// Reports of a session with hostile names, keys, values and texts: what they say stays text in each format.
//
// The input is cut at its zero bytes; the pieces are used in turn wherever a session holds text. The session
// has a finding of most kinds, so that reports name them.
#include "analysis/order/checking_store.h"
#include "base/text.h"
#include "fuzz/must.h"
#include "fuzz/well_formed.h"
#include "peers/temporary_directory.h"
#include "report/compose.h"
#include "report/html.h"
#include "report/tables.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace weir;
using fuzz::must;

constexpr TimeNs kStart = 1'700'000'000'000'000'000;

/// The pieces of the input, one after the other. In a report none of them may open a tag or leave an
/// attribute: each carries something that would show it.
class Pieces {
  public:
    Pieces(const std::uint8_t* data, std::size_t size) {
        std::string_view rest(reinterpret_cast<const char*>(data), size);
        for (;;) {
            const std::size_t end = rest.find('\0');
            pieces_.emplace_back(rest.substr(0, end));
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
    }
    std::string next() { return pieces_[at_++ % pieces_.size()] + "\" w31r=\"<w31r>"; }
    /// As it is: it may begin with anything.
    std::string bare() { return pieces_[at_++ % pieces_.size()]; }

  private:
    std::vector<std::string> pieces_;
    std::size_t at_ = 0;
};

ChunkPtr chunkOf(Pieces& pieces, std::int32_t partition, EventId first, int count, const std::string& key) {
    auto chunk = std::make_shared<RecordChunk>(TopicId{1}, partition);
    for (int i = 0; i < count; ++i) {
        const std::string value = pieces.next();
        const std::string name = pieces.bare();
        const std::string header = pieces.next();
        const Header headers[] = {{name, Bytes{header.data(), header.size()}}};
        // The second one is late.
        chunk->add(i, kStart - i, TimestampType::Create, {key.data(), key.size()},
                   {value.data(), value.size()}, headers);
    }
    chunk->setFirstEvent(first);
    return chunk;
}

/// Two partitions; of the first the third event comes before the others, one fails for good.
std::vector<facts::Fact> factsOf(Pieces& pieces) {
    std::vector<facts::Fact> all;
    TimeNs at = kStart;
    const auto add = [&](facts::Body body) { all.push_back({at += kMillisecond, std::move(body)}); };
    add(facts::Session{pieces.bare(), facts::Mode::Drive, pieces.next()});
    add(facts::Topic{TopicId{1}, pieces.next(), 2});
    add(facts::Topic{TopicId{2}, pieces.bare() + "2", 1});
    add(facts::Function{FunctionId{1}, pieces.bare() + "1", pieces.next()});
    add(facts::Function{FunctionId{2}, pieces.next(), pieces.bare()});
    for (std::int64_t f = 1; f <= 2; ++f) {
        add(facts::Trigger{
            TriggerId{f}, pieces.next(), FunctionId{f}, {TopicId{1}}, "partition", pieces.next(), 1, 0});
        add(facts::Instance{InstanceId{f}, pieces.next(), FunctionId{f}});
        add(facts::InstanceReady{InstanceId{f}});
    }
    const std::string key = pieces.next();
    add(facts::Records{chunkOf(pieces, 0, EventId{1}, 4, key)});
    add(facts::Records{chunkOf(pieces, 1, EventId{5}, 2, key)});
    std::int64_t call = 0;
    std::int64_t output = 0;
    for (std::int64_t f = 1; f <= 2; ++f) {
        for (const int offset : {2, 0, 1, 1, 3}) {
            const facts::EventRun run{TopicId{1}, 0, offset, offset, EventId{offset + 1}};
            facts::Start start;
            start.id = InvocationId{++call};
            start.function = FunctionId{f};
            start.trigger = TriggerId{f};
            start.instance = InstanceId{f};
            start.cold = call == f;
            start.events = {run};
            add(start);
            add(facts::Log{InstanceId{f}, start.id, facts::Stream::Stderr, pieces.next()});
            const bool fails = offset == 0 && f == 2;
            add(facts::End{start.id,
                           fails ? facts::Outcome::Error : facts::Outcome::Success,
                           {},
                           fails ? pieces.next() : ""});
            if (!fails) add(facts::Output{start.id, TopicId{2}, 0, output++, {run}});
        }
    }
    add(facts::Skip{
        FunctionId{2}, TriggerId{2}, {TopicId{1}, 1, 0, 0, EventId{5}}, facts::SkipReason::Discarded});
    add(facts::InstanceEnd{InstanceId{1}, facts::InstanceEndReason::Crashed, pieces.next()});
    add(facts::Note{pieces.bare()});
    add(facts::Note{pieces.next()});
    return all;
}

report::ReportData dataOf(const std::string& path, Pieces& pieces) {
    auto writer = journal::SessionWriter::create(path, {}, journal::SessionWriter::Purpose::Import);
    must(writer.has_value(), "a session can be made");
    {
        analysis::order::CheckingStore store(std::move(*writer), path);
        must(store.write(factsOf(pieces)).has_value() && store.finish().has_value(), "facts can be written");
    }
    auto reader = journal::SessionReader::open(path);
    must(reader.has_value(), "the session can be opened");
    auto data = report::gather(**reader, path);
    must(data.has_value(), "its figures can be gathered");
    return std::move(*data);
}

void checkTables(const report::ReportData& data) {
    for (const auto& [name, content] : report::toCsv(data)) {
        must(isUtf8(content), "a table is UTF-8");
        const auto rows = fuzz::csvRows(content);
        must(rows.has_value() && !rows->empty(), "a table is CSV");
        for (const auto& row : *rows) {
            must(name == "session.csv" || row.size() == rows->front().size(),
                 "rows have the columns of the head");
            for (const std::string& cell : row)
                must(fuzz::isNumber(cell) || !fuzz::isFormula(cell), "no cell is a formula");
        }
    }
}

/// The judges refuse what they must, else this would find nothing.
bool judgesJudge() {
    const std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    must(fuzz::isXml(xml + "<a b=\"1\"><c/>&amp;</a>"), "XML is XML");
    for (const char* bad :
         {"<a>", "<a></b>", "<a b=\"<\"/>", "<a>&bad;</a>", "<a/><b/>", "<a b=1/>", "<<a/>"})
        must(!fuzz::isXml(xml + bad), "what is no XML is refused");
    must(fuzz::hasKnownTags("<p class=\"a\" hidden>x</p>"), "HTML is HTML");
    for (const char* bad : {"<script>", "<p onclick=\"x\">", "a < b", "<p class=\"a\"b\">"})
        must(!fuzz::hasKnownTags(bad), "what has no place in a report is refused");
    must(!fuzz::csvRows("a,\"b\r\n") && !fuzz::csvRows("a\"b\r\n"), "what is no CSV is refused");
    must(fuzz::isFormula("=1") && !fuzz::isFormula("'=1") && fuzz::isNumber("-2.5"), "formulas are known");
    must(!fuzz::isCleanText("\x01") && !fuzz::isCleanText("\xff"), "control characters are known");
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool judged = judgesJudge();
    static const peers::TemporaryDirectory directory("weir-fuzz");
    if (size > 4'096 || !judged) return 0;
    Pieces pieces(data, size);
    const std::string path = directory.path() + "/made.weir";
    std::filesystem::remove(path);
    const report::ReportData figures = dataOf(path, pieces);

    must(figures.order && figures.order->groups.size() > 3, "there are findings to tell of");

    const std::string json = report::toJson(figures);
    must(!nlohmann::json::parse(json, nullptr, false).is_discarded(), "the JSON report is JSON");
    const std::string junit = report::toJunit(figures);
    must(fuzz::isCleanText(junit) && fuzz::isXml(junit), "the JUnit report is XML");
    checkTables(figures);
    const std::string html = report::toHtml(report::compose(figures, 1'080));
    must(fuzz::isCleanText(html), "the page has no control characters");
    must(html.find("&lt;w31r") != std::string::npos, "the page shows what the session holds");
    must(html.find("<w31r") == std::string::npos, "nothing of the session opens a tag");
    must(html.find("\" w31r=") == std::string::npos, "nothing of the session leaves an attribute");
    must(fuzz::hasKnownTags(html), "the page has only tags and attributes of a report");
    return 0;
}
