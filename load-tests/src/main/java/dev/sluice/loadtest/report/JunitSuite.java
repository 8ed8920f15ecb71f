package dev.sluice.loadtest.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A test suite in the XML that CI servers read.
 *
 * <p>Threading: immutable.
 *
 * @param name of the suite
 * @param startedAt null when unknown
 * @param seconds how long it took
 * @param properties what it ran on
 * @param cases in order, at least one
 * @param output what it printed
 * @see "Jenkins xUnit plugin, junit-10.xsd"
 */
public record JunitSuite(
        String name,
        @Nullable Instant startedAt,
        double seconds,
        Map<String, String> properties,
        List<Case> cases,
        String output) {
    /** How a case ended. */
    public enum Kind {
        PASSED,
        /** What was tested is not as it should be. */
        FAILED,
        /** The test itself could not be made. */
        ERROR
    }

    /**
     * One case.
     *
     * @param message why it did not pass, or what was seen
     */
    public record Case(String className, String name, double seconds, Kind kind, String message) {}

    public JunitSuite {
        properties = Map.copyOf(properties);
        cases = List.copyOf(cases);
    }

    /** The document. */
    public String toXml() {
        long failures =
                cases.stream().filter(each -> each.kind() == Kind.FAILED).count();
        long errors = cases.stream().filter(each -> each.kind() == Kind.ERROR).count();
        String counts = String.format(
                Locale.ROOT,
                "name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%.3f\"",
                Markup.escape(name),
                cases.size(),
                failures,
                errors,
                seconds);
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<testsuites ").append(counts).append(">\n");
        xml.append("  <testsuite ")
                .append(counts)
                .append(" skipped=\"0\"")
                .append(timestamp())
                .append(">\n");
        xml.append("    <properties>\n");
        new TreeMap<>(properties)
                .forEach((key, value) -> xml.append("      <property name=\"")
                        .append(Markup.escape(key))
                        .append("\" value=\"")
                        .append(Markup.escape(value))
                        .append("\"/>\n"));
        xml.append("    </properties>\n");
        cases.forEach(each -> append(xml, each));
        xml.append("    <system-out>").append(Markup.escape(output)).append("</system-out>\n");
        return xml.append("  </testsuite>\n</testsuites>\n").toString();
    }

    private String timestamp() {
        return startedAt == null
                ? ""
                : " timestamp=\""
                        + DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                                startedAt.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC))
                        + "\"";
    }

    private static void append(StringBuilder xml, Case each) {
        xml.append(String.format(
                Locale.ROOT,
                "    <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\"",
                Markup.escape(each.className()),
                Markup.escape(each.name()),
                each.seconds()));
        if (each.kind() == Kind.PASSED) {
            xml.append("/>\n");
            return;
        }
        String element = each.kind() == Kind.FAILED ? "failure" : "error";
        String type = each.kind() == Kind.FAILED ? "goal missed" : "not measured";
        xml.append(String.format(
                Locale.ROOT,
                ">\n      <%s message=\"%s\" type=\"%s\"/>\n    </testcase>\n",
                element,
                Markup.escape(each.message()),
                type));
    }
}
