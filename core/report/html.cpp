// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/html.h"

#include "report/escape.h"
#include "report/palette.h"
#include "report/svg.h"

#include <fmt/format.h>

namespace weir::report {
namespace {

constexpr const char* kStyle = R"css(
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.45 Inter,system-ui,"Segoe UI",Cantarell,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1128px;margin:0 auto;padding:28px 24px 48px}
.mono,td.mono{font-family:ui-monospace,"JetBrains Mono","Noto Sans Mono","DejaVu Sans Mono",monospace;font-variant-ligatures:none}
.mono:not(text){font-size:.92em}
header{display:flex;justify-content:space-between;gap:24px;align-items:flex-start}
header .kind{color:var(--text2);font-size:13px}
h1{margin:2px 0 0;font-size:25px;line-height:1.2;font-weight:600;overflow-wrap:anywhere}
header .facts{color:var(--text2);font-size:13px;text-align:right}
.verdict{display:flex;gap:14px;align-items:center;margin:16px 0 14px;padding:10px 14px 10px 16px;border:1px solid;border-left-width:5px}
.verdict p{margin:0;flex:1;max-width:none}
.verdict strong{font-weight:600;color:var(--text)}
.verdict .detail,.verdict .side{color:var(--text2);font-size:13px}
.verdict .side{white-space:nowrap}
.verdict svg{width:22px;height:22px;flex:none}
.tiles{display:flex;flex-wrap:wrap;gap:8px 24px;padding-bottom:12px;border-bottom:1px solid var(--line)}
.tiles div{flex:1 0 104px}
.tiles span{display:block;color:var(--text2);font-size:12.5px}
.tiles b{font-size:16.5px;font-weight:600;white-space:nowrap}
h2{margin:30px 0 0;padding-bottom:5px;font-size:16px;font-weight:600;border-bottom:1px solid var(--text)}
h3{margin:18px 0 4px;font-size:13.5px;font-weight:600}
p{margin:8px 0;max-width:88ch;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:13px}
th{padding:6px 8px;color:var(--text2);font-weight:600;text-align:left;border-bottom:1px solid var(--line-strong);vertical-align:bottom}
td{padding:4px 8px;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
th.r,td.r{text-align:right;white-space:nowrap}
td b{font-weight:600}
td svg.glyph{width:13px;height:13px;vertical-align:-2px;margin-right:6px}
svg.figure{display:block;max-width:100%;height:auto;margin:10px 0 0;font-family:inherit}
.explained{display:flex;flex-wrap:wrap;gap:0 40px}
.explained>div{flex:1 1 420px;min-width:0}
footer{margin-top:36px;color:var(--text3);font-size:12px}
@media print{main{max-width:none;padding:0}h2,h3{break-after:avoid}tr,svg,.explained,.verdict{break-inside:avoid}thead{display:table-header-group}@page{size:A4;margin:14mm}body{font-size:11px}table{font-size:10.5px}}
)css";

std::string variables(bool dark) {
    std::string out = fmt::format("--page:{};", dark ? "#15171B" : "#FFFFFF");
    for (const Colour& c : kPalette) out += fmt::format("--{}:{};", c.name, dark ? c.dark : c.light);
    return out;
}

class Writer {
  public:
    std::string take() { return std::move(out_); }

    void document(const Document& d) {
        out_ +=
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            "<meta name=\"color-scheme\" content=\"light dark\">"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'\"><title>";
        text(d.title + " · " + d.kind);
        out_ += "</title><style>:root{" + variables(false) +
                "}@media screen and (prefers-color-scheme:dark){:root{" + variables(true) + "}}" + kStyle +
                "</style></head>\n<body><main>\n";
        head(d);
        for (const Block& block : d.blocks) {
            std::visit(*this, block);
            out_ += '\n';
        }
        out_ += "<footer>Written by Weir " WEIR_VERSION ".</footer></main></body></html>\n";
    }

    void operator()(const Heading& h) {
        out_ += fmt::format("<h{}>", h.level);
        text(h.text);
        out_ += fmt::format("</h{}>", h.level);
    }
    void operator()(const Paragraph& p) {
        out_ += fmt::format("<p style=\"color:var(--{})\">", colour(p.ink).name);
        text(p.text);
        out_ += "</p>";
    }
    void operator()(const Picture& p) { appendSvg(out_, p.figure); }
    void operator()(const Explained& e) {
        out_ += "<div class=\"explained\"><div><h3>";
        text(e.title);
        out_ += "</h3>";
        appendSvg(out_, e.figure);
        out_ += "</div><div><h3>";
        text(e.words_title);
        out_ += "</h3>";
        for (const std::string& words : e.words) (*this)(Paragraph{words, Ink::Text2});
        out_ += "</div></div>";
    }
    void operator()(const Table& t) {
        out_ += "<div class=\"scroll\"><table><thead><tr>";
        for (const Column& c : t.columns) {
            out_ += c.right ? "<th class=\"r\">" : "<th>";
            text(c.title);
            out_ += "</th>";
        }
        out_ += "</tr></thead><tbody>\n";
        for (const auto& row : t.rows) {
            out_ += "<tr>";
            for (std::size_t i = 0; i < row.size(); ++i)
                cell(row[i], i < t.columns.size() && t.columns[i].right);
            out_ += "</tr>\n";
        }
        out_ += "</tbody></table></div>";
    }

  private:
    void text(std::string_view words) { out_ += markup(words); }

    void head(const Document& d) {
        out_ += "<header><div><div class=\"kind\">";
        text(d.kind);
        out_ += "</div><h1>";
        text(d.title);
        out_ += "</h1></div><div class=\"facts\">";
        for (const std::string& fact : d.facts) {
            out_ += "<div>";
            text(fact);
            out_ += "</div>";
        }
        out_ += "</div></header>\n";
        const Verdict& v = d.verdict;
        out_ += fmt::format("<div class=\"verdict\" style=\"border-color:var(--{})\">", colour(v.ink).name);
        appendSvg(out_, drawing(v.glyph, v.ink), "glyph");
        out_ += "<p><strong>";
        text(v.headline);
        out_ += "</strong> ";
        text(v.rest);
        out_ += "<br><span class=\"detail\">";
        text(v.detail);
        out_ += "</span></p><span class=\"side\">";
        text(v.side);
        out_ += "</span></div>\n<div class=\"tiles\">";
        for (const Tile& tile : d.tiles) {
            out_ += "<div><span>";
            text(tile.label);
            out_ += "</span><b>";
            text(tile.value);
            out_ += "</b></div>";
        }
        out_ += "</div>\n";
    }

    void cell(const Cell& c, bool right) {
        std::string classes = right ? "r" : "";
        if (c.mono) classes += classes.empty() ? "mono" : " mono";
        out_ += classes.empty() ? "<td" : "<td class=\"" + classes + "\"";
        if (c.ink != Ink::Text) out_ += fmt::format(" style=\"color:var(--{})\"", colour(c.ink).name);
        out_ += '>';
        if (c.glyph != Glyph::None)
            appendSvg(out_, drawing(c.glyph, c.ink == Ink::None ? Ink::Text : c.ink), "glyph");
        if (c.bold) out_ += "<b style=\"color:inherit\">";
        text(c.text);
        if (c.bold) out_ += "</b>";
        out_ += "</td>";
    }

    std::string out_;
};

}  // namespace

std::string toHtml(const Document& document) {
    Writer writer;
    writer.document(document);
    return writer.take();
}

}  // namespace weir::report
