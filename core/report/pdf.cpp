// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/pdf.h"

#include "report/cairo_canvas.h"
#include "report/escape.h"

#include <cairo-pdf.h>

#include <algorithm>
#include <vector>

namespace weir::report {
namespace {

// A4 in points.
constexpr double kPageWidth = 595.28, kPageHeight = 841.89, kMargin = 40, kFoot = 24;
constexpr double kWidth = kPageWidth - 2 * kMargin;
constexpr double kBottom = kPageHeight - kMargin - kFoot;

class PdfWriter {
  public:
    PdfWriter(cairo_surface_t* surface, std::string title)
        : cairo_(cairo_create(surface)), canvas_(cairo_.get()), title_(std::move(title)) {}

    void document(const Document& d) {
        head(d);
        for (const Block& block : d.blocks) std::visit(*this, block);
        foot();
    }

    void operator()(const Heading& h) {
        const bool big = h.level == 2;
        room(big ? 90 : 60);
        y_ += big ? 16 : 10;
        text(h.text, {big ? 11.5 : 9.5, true, false}, kMargin, kWidth, Ink::Text);
        if (big) {
            y_ += 3;
            canvas_.line(kMargin, y_, kMargin + kWidth, y_, Ink::Text, 0.7);
        }
        y_ += 3;
    }
    void operator()(const Paragraph& p) {
        y_ += 4;
        text(p.text, {9, false, false}, kMargin, kWidth, p.ink);
        y_ += 2;
    }
    void operator()(const Picture& p) {
        y_ += 8;
        const double scale = std::min(kWidth / p.figure.width, (kBottom - kMargin) / p.figure.height);
        room(p.figure.height * scale);
        canvas_.draw(p.figure, kMargin, y_, scale);
        y_ += p.figure.height * scale;
    }
    void operator()(const Explained& e) {
        constexpr double kScale = 0.6;
        const double left = e.figure.width * kScale + 18;
        room(e.figure.height * kScale + 30);
        y_ += 12;
        const double top = y_;
        text(e.title, {9.5, true, false}, kMargin, left - 10, Ink::Text);
        y_ += 5;
        canvas_.draw(e.figure, kMargin, y_, kScale);
        const double under = y_ + e.figure.height * kScale;
        y_ = top;
        text(e.words_title, {9.5, true, false}, kMargin + left, kWidth - left, Ink::Text);
        y_ += 3;
        for (const std::string& words : e.words) {
            text(words, {9, false, false}, kMargin + left, kWidth - left, Ink::Text2);
            y_ += 3;
        }
        y_ = std::max(y_, under);
    }
    void operator()(const Table& t) {
        if (t.columns.empty()) return;
        double weights = 0;
        for (const Column& c : t.columns) weights += c.weight;
        std::vector<double> widths;
        for (const Column& c : t.columns) widths.push_back(kWidth * c.weight / weights);
        tableHead(t, widths);
        for (const auto& row : t.rows) tableRow(t, row, widths);
    }

  private:
    static constexpr double kPad = 6;

    void foot() {
        const Layout left = canvas_.layout(title_, {7.5, false, false}, 0);
        canvas_.draw(left.get(), kMargin, kPageHeight - kMargin, Ink::Text3);
        const Layout right = canvas_.layout(std::to_string(page_), {7.5, false, false}, 0);
        canvas_.draw(right.get(), kMargin + kWidth - Canvas::width(right.get()), kPageHeight - kMargin,
                     Ink::Text3);
        cairo_show_page(cairo_.get());
    }
    void newPage() {
        foot();
        ++page_;
        y_ = kMargin;
    }
    void room(double height) {
        if (y_ + height > kBottom && y_ > kMargin) newPage();
    }

    /// Wrapped text at x; over the end of a page it goes on with the next, line by line.
    void text(const std::string& words, const Font& font, double x, double width, Ink ink) {
        const Layout layout = canvas_.layout(words, font, width);
        const double height = Canvas::height(layout.get());
        if (height < 60 || y_ + height <= kBottom) {
            room(height);
            canvas_.draw(layout.get(), x, y_, ink);
            y_ += height;
            return;
        }
        PangoLayoutIter* const iter = pango_layout_get_iter(layout.get());
        do {
            PangoRectangle box;
            pango_layout_iter_get_line_extents(iter, nullptr, &box);
            const double line = static_cast<double>(box.height) / PANGO_SCALE;
            room(line);
            const PangoLayoutLine* const one = pango_layout_iter_get_line_readonly(iter);
            const char* const all = pango_layout_get_text(layout.get());
            const Layout single = canvas_.layout(
                std::string(all + one->start_index, static_cast<std::size_t>(one->length)), font, 0);
            canvas_.draw(single.get(), x, y_, ink);
            y_ += line;
        } while (pango_layout_iter_next_line(iter) != FALSE);
        pango_layout_iter_free(iter);
    }

    void head(const Document& d) {
        double right = kMargin;
        for (const std::string& fact : d.facts) {
            const Layout layout = canvas_.layout(elide(fact, 70), {8, false, false}, 0);
            canvas_.draw(layout.get(), kMargin + kWidth - Canvas::width(layout.get()), right, Ink::Text2);
            right += Canvas::height(layout.get()) + 1;
        }
        text(d.kind, {8.5, false, false}, kMargin, kWidth / 2, Ink::Text2);
        text(d.title, {17, true, false}, kMargin, kWidth / 2 - 10, Ink::Text);
        y_ = std::max(y_, right) + 10;
        verdict(d.verdict);
        tiles(d.tiles);
    }

    void verdict(const Verdict& v) {
        const Layout side = canvas_.layout(v.side, {8.5, false, false}, 0);
        const double width = kWidth - 50 - Canvas::width(side.get()) - 12;
        const Layout headline = canvas_.layout(v.headline + ' ' + v.rest, {10, true, false}, width);
        const Layout detail = canvas_.layout(v.detail, {8.5, false, false}, width);
        const double height = Canvas::height(headline.get()) + Canvas::height(detail.get()) + 14;
        Figure frame{kWidth, height, "", {}};
        frame.box(0.5, 0.5, kWidth - 1, height - 1, Ink::None, v.ink);
        frame.box(0, 0, 3, height, v.ink);
        canvas_.draw(frame, kMargin, y_, 1);
        canvas_.draw(drawing(v.glyph, v.ink), kMargin + 14, y_ + height / 2 - 9, 1.5);
        canvas_.draw(headline.get(), kMargin + 44, y_ + 6, Ink::Text);
        canvas_.draw(detail.get(), kMargin + 44, y_ + 8 + Canvas::height(headline.get()), Ink::Text2);
        canvas_.draw(side.get(), kMargin + kWidth - 10 - Canvas::width(side.get()),
                     y_ + height / 2 - Canvas::height(side.get()) / 2, Ink::Text2);
        y_ += height + 10;
    }

    void tiles(const std::vector<Tile>& tiles) {
        constexpr std::size_t kARow = 4;
        for (std::size_t i = 0; i < tiles.size(); i += kARow) {
            double height = 0;
            for (std::size_t j = i; j < std::min(tiles.size(), i + kARow); ++j) {
                const double x = kMargin + static_cast<double>(j - i) * kWidth / kARow;
                const Layout label = canvas_.layout(tiles[j].label, {8, false, false}, 0);
                const Layout value = canvas_.layout(tiles[j].value, {11, true, false}, 0);
                canvas_.draw(label.get(), x, y_, Ink::Text2);
                canvas_.draw(value.get(), x, y_ + 11, Ink::Text);
                height = 13 + Canvas::height(value.get());
            }
            y_ += height + 6;
        }
        canvas_.line(kMargin, y_, kMargin + kWidth, y_, Ink::Line, 0.7);
    }

    void tableHead(const Table& t, const std::vector<double>& widths) {
        const bool titled =
            std::any_of(t.columns.begin(), t.columns.end(), [](const Column& c) { return !c.title.empty(); });
        if (!titled) return;
        room(40);
        y_ += 4;
        std::vector<Cell> cells;
        for (const Column& c : t.columns) cells.push_back({c.title, Ink::Text2, true, false, Glyph::None});
        drawCells(t, cells, widths);
        canvas_.line(kMargin, y_, kMargin + kWidth, y_, Ink::LineStrong, 0.7);
    }

    void tableRow(const Table& t, const std::vector<Cell>& row, const std::vector<double>& widths) {
        double height = 0;
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            height = std::max(height, Canvas::height(cellLayout(row[i], widths[i]).get()));
        }
        if (y_ + height + 5 > kBottom && y_ > kMargin) {
            newPage();
            tableHead(t, widths);
        }
        drawCells(t, row, widths);
        canvas_.line(kMargin, y_, kMargin + kWidth, y_, Ink::Line, 0.5);
    }

    [[nodiscard]] Layout cellLayout(const Cell& c, double width) const {
        const double glyph = c.glyph == Glyph::None ? 0 : 13;
        return canvas_.layout(elide(c.text, 400), {c.mono ? 7.6 : 8.2, c.bold, c.mono},
                              std::max(10.0, width - kPad - glyph));
    }

    void drawCells(const Table& t, const std::vector<Cell>& row, const std::vector<double>& widths) {
        double x = kMargin, height = 0;
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            const Cell& c = row[i];
            const bool last = i + 1 == widths.size();
            const Layout layout = cellLayout(c, widths[i]);
            const bool right = t.columns[i].right;
            double at = x;
            if (c.glyph != Glyph::None) {
                canvas_.draw(drawing(c.glyph, c.ink), at, y_ + 3.5, 0.75);
                at += 13;
            }
            if (right) {
                pango_layout_set_alignment(layout.get(), PANGO_ALIGN_RIGHT);
                if (last) at += kPad;
            }
            canvas_.draw(layout.get(), at, y_ + 2.5, c.ink);
            height = std::max(height, Canvas::height(layout.get()));
            x += widths[i];
        }
        y_ += height + 5;
    }

    std::unique_ptr<cairo_t, DestroyCairo> cairo_;
    Canvas canvas_;
    std::string title_;
    double y_ = kMargin;
    int page_ = 1;
};

cairo_status_t writeBytes(void* closure, const unsigned char* data, unsigned length) {
    const auto& write = *static_cast<const std::function<bool(std::string_view)>*>(closure);
    return write({reinterpret_cast<const char*>(data), length}) ? CAIRO_STATUS_SUCCESS
                                                                : CAIRO_STATUS_WRITE_ERROR;
}

}  // namespace

Status toPdf(const Document& document, const std::function<bool(std::string_view)>& write) {
    auto sink = write;
    const std::unique_ptr<cairo_surface_t, DestroyCairo> surface(
        cairo_pdf_surface_create_for_stream(writeBytes, &sink, kPageWidth, kPageHeight));
    const std::string title = plain(document.title + " · " + document.kind);
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Weir " WEIR_VERSION);
    PdfWriter(surface.get(), title).document(document);
    cairo_surface_finish(surface.get());
    const cairo_status_t status = cairo_surface_status(surface.get());
    if (status == CAIRO_STATUS_SUCCESS) return {};
    return fail(status == CAIRO_STATUS_WRITE_ERROR ? ErrorCode::DiskFull : ErrorCode::Internal,
                std::string("The PDF could not be written: ") + cairo_status_to_string(status) + ".",
                "Look whether the disk is full.");
}

}  // namespace weir::report
