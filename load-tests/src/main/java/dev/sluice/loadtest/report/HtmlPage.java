package dev.sluice.loadtest.report;

import java.util.List;

/**
 * One HTML page that needs no other file and no script; light or dark as the reader's system is.
 *
 * <p>Threading: confined to its caller.
 */
public final class HtmlPage {
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --paper: #ffffff; --card: #f6f8fa;
              --rule: #d1d9e0; --good: #1a7f37; --bad: #d1242f; --open: #9a6700;
              --c0: #0969da; --c1: #1a7f37; --c2: #bf5700; --c3: #d1242f; --c4: #8250df; --c5: #59636e; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --card: #151b23; --rule: #3d444d;
                --good: #3fb950; --bad: #f85149; --open: #d29922;
                --c0: #4493f8; --c1: #3fb950; --c2: #f0883e; --c3: #f85149; --c4: #ab7df8; --c5: #9198a1; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
              max-width: 1040px; margin: 2rem auto; padding: 0 1.25rem; }
            h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
            .lead { color: var(--soft); margin: .2rem 0 1rem; }
            .verdict { display: inline-block; color: #fff; border-radius: 6px; padding: .2rem .7rem; font-weight: 600; }
            .verdict.good { background: #1a7f37; color: #fff; } .verdict.bad { background: #cf222e; color: #fff; }
            .verdict.open { background: #9a6700; color: #fff; }
            .figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.2rem 0; }
            .figure { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .5rem 1rem; }
            .figure b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
            .figure span { color: var(--soft); font-size: .85rem; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
            th, td { text-align: right; padding: .35rem .7rem; border-bottom: 1px solid var(--rule); white-space: nowrap; }
            th { color: var(--soft); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
            td.text { text-align: left; white-space: normal; }
            .good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
            .note { border-left: 4px solid var(--open); background: var(--card); padding: .5rem 1rem; margin: .6rem 0; }
            pre { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .7rem 1rem;
              overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
            svg { width: 100%; height: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 8px;
              margin: .4rem 0; font: 12px system-ui, sans-serif; }
            svg .title { font-weight: 600; font-size: 14px; fill: var(--ink); } svg .axis { fill: var(--soft); }
            svg .grid { stroke: var(--rule); } svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
            svg .line.c0 { stroke: var(--c0); } svg .line.c1 { stroke: var(--c1); } svg .line.c2 { stroke: var(--c2); }
            svg .line.c3 { stroke: var(--c3); } svg .line.c4 { stroke: var(--c4); } svg .line.c5 { stroke: var(--c5); }
            svg .dot.c0 { fill: var(--c0); } svg .dot.c1 { fill: var(--c1); } svg .dot.c2 { fill: var(--c2); }
            svg .dot.c3 { fill: var(--c3); } svg .dot.c4 { fill: var(--c4); } svg .dot.c5 { fill: var(--c5); }
            """;

    /** How good something is. */
    public enum Mood {
        PLAIN(""),
        GOOD("good"),
        BAD("bad"),
        /** Neither, because it is not known. */
        OPEN("open");

        private final String styleClass;

        Mood(String styleClass) {
            this.styleClass = styleClass;
        }
    }

    /** A cell of a table. */
    public record Cell(String text, Mood mood) {
        /** A cell without colour. */
        public static Cell of(String text) {
            return new Cell(text, Mood.PLAIN);
        }
    }

    /** A number worth seeing at once. */
    public record Figure(String value, String label) {}

    private final StringBuilder html = new StringBuilder();

    /** A page with that title. */
    public HtmlPage(String title) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(Markup.escape(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(Markup.escape(title))
                .append("</h1>\n");
    }

    /** A line below the title. */
    public HtmlPage lead(String text) {
        return element("p", "lead", text);
    }

    /** The verdict, coloured. */
    public HtmlPage verdict(String text, Mood mood) {
        return element("span", "verdict " + mood.styleClass, text);
    }

    /** A heading. */
    public HtmlPage heading(String text) {
        return element("h2", "", text);
    }

    /** A remark that must not be overlooked. */
    public HtmlPage note(String text) {
        return element("p", "note", text);
    }

    /** A paragraph. */
    public HtmlPage paragraph(String text) {
        return element("p", "", text);
    }

    /** Text as it is. */
    public HtmlPage preformatted(String text) {
        return element("pre", "", text);
    }

    private HtmlPage element(String name, String styleClass, String text) {
        html.append('<').append(name);
        if (!styleClass.isEmpty()) {
            html.append(" class=\"").append(styleClass).append('"');
        }
        html.append('>').append(Markup.escape(text)).append("</").append(name).append(">\n");
        return this;
    }

    /** Numbers side by side. */
    public HtmlPage figures(List<Figure> figures) {
        html.append("<div class=\"figures\">\n");
        for (Figure figure : figures) {
            html.append("<div class=\"figure\"><b>")
                    .append(Markup.escape(figure.value()))
                    .append("</b><span>")
                    .append(Markup.escape(figure.label()))
                    .append("</span></div>\n");
        }
        html.append("</div>\n");
        return this;
    }

    /** A table; its first column is text, the others are numbers. */
    public HtmlPage table(List<String> head, List<List<Cell>> rows) {
        html.append("<div class=\"scroll\"><table>\n<thead><tr>");
        head.forEach(text -> html.append("<th>").append(Markup.escape(text)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<Cell> row : rows) {
            html.append("<tr>");
            for (Cell cell : row) {
                html.append("<td");
                if (cell.mood() != Mood.PLAIN) {
                    html.append(" class=\"").append(cell.mood().styleClass).append('"');
                }
                html.append('>').append(Markup.escape(cell.text())).append("</td>");
            }
            html.append("</tr>\n");
        }
        html.append("</tbody>\n</table></div>\n");
        return this;
    }

    /** A chart. */
    public HtmlPage chart(LineChart chart) {
        html.append(chart.toSvg());
        return this;
    }

    /** The whole document. */
    public String toHtml() {
        return html + "</body>\n</html>\n";
    }
}
