// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/report.h"

#include "analysis/extract/extract.h"
#include "report/compose.h"
#include "report/data.h"
#include "report/html.h"
#include "report/pdf.h"
#include "report/replacing_file.h"
#include "report/tables.h"
#include "report/zip.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace weir::report {
namespace {

constexpr double kHtmlFigureWidth = 1080;

constexpr std::array<std::pair<std::string_view, Format>, 5> kWords{{{"html", Format::Html},
                                                                     {"pdf", Format::Pdf},
                                                                     {"json", Format::Json},
                                                                     {"csv", Format::Csv},
                                                                     {"junit", Format::Junit}}};
constexpr std::array<std::pair<std::string_view, Format>, 7> kSuffixes{{{".html", Format::Html},
                                                                        {".htm", Format::Html},
                                                                        {".pdf", Format::Pdf},
                                                                        {".json", Format::Json},
                                                                        {".zip", Format::Csv},
                                                                        {".csv", Format::Csv},
                                                                        {".xml", Format::Junit}}};

Status writeAs(const ReportData& data, Format format, ReplacingFile& file) {
    switch (format) {
        case Format::Html:
            return file.write(toHtml(compose(data, kHtmlFigureWidth)));
        case Format::Pdf: {
            Status written;
            Status drawn = toPdf(compose(data, kPdfFigureWidth), [&](std::string_view bytes) {
                if (written) written = file.write(bytes);
                return written.has_value();
            });
            return written ? drawn : written;
        }
        case Format::Json:
            return file.write(toJson(data));
        case Format::Junit:
            return file.write(toJunit(data));
        default: {
            auto zip = zipOf(toCsv(data));
            if (!zip) return passOn(zip);
            return file.write(*zip);
        }
    }
}

/// A folder for one file, which goes away with it.
class TemporaryFolder {
  public:
    static Result<TemporaryFolder> make() {
        std::error_code failed;
        std::string path = (std::filesystem::temp_directory_path(failed) / "weir-part-XXXXXX").string();
        if (failed || ::mkdtemp(path.data()) == nullptr) {
            return fail(ErrorCode::FileNotWritable, "There is no folder for temporary files.",
                        "Set TMPDIR to a folder in which files can be made.");
        }
        return TemporaryFolder(std::move(path));
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;

    [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

  private:
    explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

Result<ReportData> gatherPart(journal::SessionReader& reader, const std::string& session,
                              const Selection& selection) {
    auto folder = TemporaryFolder::make();
    if (!folder) return passOn(folder);
    const std::string path = folder->file("part.weir");
    auto part = analysis::extractSession(session, path,
                                         {selection.filter, selection.functions, false, selection.stop});
    if (!part) return passOn(part);
    auto part_reader = journal::SessionReader::open(path);
    if (!part_reader) return passOn(part_reader);
    return gather(**part_reader, session, reader);
}

}  // namespace

std::optional<Format> formatOf(std::string_view word) {
    for (const auto& [known, format] : kWords) {
        if (known == word) return format;
    }
    return std::nullopt;
}

std::optional<Format> formatOfFile(std::string_view path) {
    for (const auto& [suffix, format] : kSuffixes) {
        if (path.ends_with(suffix)) return format;
    }
    return std::nullopt;
}

Status writeReport(journal::SessionReader& reader, const std::string& session, const std::string& out,
                   Format format, const Selection& selection) {
    std::error_code none;
    if (std::filesystem::equivalent(session, out, none)) {
        return fail(ErrorCode::Usage, "The report " + out + " would replace the session itself.",
                    "Choose another name with -o.");
    }
    auto data = selection.all() ? gather(reader, session) : gatherPart(reader, session, selection);
    if (!data) return passOn(data);
    if (selection.stop != nullptr && selection.stop->load())
        return fail(ErrorCode::Cancelled, "The report was not written: it was stopped.");
    auto file = ReplacingFile::create(out);
    if (!file) return passOn(file);
    if (Status s = writeAs(*data, format, *file); !s) return s;
    return file->finish();
}

}  // namespace weir::report
