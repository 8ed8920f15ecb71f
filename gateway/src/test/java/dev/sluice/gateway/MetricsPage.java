package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One scrape, read strictly by the rules of Prometheus' text format.
 *
 * @param types by family name
 * @param samples in the order of the text
 * @see "Prometheus exposition formats, text-based format, version 0.0.4"
 */
record MetricsPage(Map<String, String> types, List<Sample> samples) {
    private static final Pattern COMMENT =
            Pattern.compile("# (?:HELP [a-zA-Z_:][a-zA-Z0-9_:]*( .*)?|(TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
                    + " (?<type>counter|gauge|histogram|summary|untyped))");
    private static final Pattern SAMPLE = Pattern.compile("(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(?<labels>.*)})?"
            + " (?<value>NaN|[+-]Inf|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(?: [0-9]+)?");
    private static final Pattern LABEL =
            Pattern.compile("\\G(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(?<value>(?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

    /** One line. */
    record Sample(String name, Map<String, String> labels, double value) {
        boolean has(String... wanted) {
            for (int i = 0; i < wanted.length; i += 2) {
                if (!wanted[i + 1].equals(labels.get(wanted[i]))) {
                    return false;
                }
            }
            return true;
        }
    }

    static MetricsPage of(RunningGateway gateway) {
        HttpCalls.Answer answer = gateway.metrics().get("/metrics");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return parse(answer.text());
    }

    static MetricsPage parse(String text) {
        assertThat(text).endsWith("\n");
        Map<String, String> types = new LinkedHashMap<>();
        List<Sample> samples = new ArrayList<>();
        Set<String> series = new HashSet<>();
        for (String line : text.lines().toList()) {
            if (line.isEmpty()) {
                continue;
            }
            if (line.startsWith("#")) {
                Matcher comment = COMMENT.matcher(line);
                assertThat(comment.matches()).as(line).isTrue();
                String name = comment.group("name");
                if (name != null) {
                    assertThat(types.put(name, comment.group("type")))
                            .as("one TYPE of " + name)
                            .isNull();
                }
                continue;
            }
            Sample sample = sample(line);
            assertThat(series.add(sample.name() + sample.labels()))
                    .as("one line of " + sample)
                    .isTrue();
            samples.add(sample);
        }
        return new MetricsPage(types, samples);
    }

    private static Sample sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        Map<String, String> labels = new LinkedHashMap<>();
        String text = sample.group("labels");
        if (text != null) {
            Matcher label = LABEL.matcher(text);
            int end = 0;
            while (label.find()) {
                assertThat(labels.put(label.group("name"), label.group("value")))
                        .as(line)
                        .isNull();
                end = label.end();
            }
            assertThat(end).as(line).isEqualTo(text.length());
        }
        String value = sample.group("value").replace("Inf", "Infinity");
        return new Sample(sample.group("name"), labels, Double.parseDouble(value));
    }

    /** All samples of that name with these labels, given as names and values in turn. */
    List<Sample> all(String name, String... labels) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && sample.has(labels))
                .toList();
    }

    /** The value of the only sample of that name with these labels. */
    double value(String name, String... labels) {
        List<Sample> found = all(name, labels);
        assertThat(found).as(name + List.of(labels)).hasSize(1);
        return found.get(0).value();
    }

    /** As {@link #value}, 0 when there is no such sample. */
    double valueOrZero(String name, String... labels) {
        return all(name, labels).isEmpty() ? 0 : value(name, labels);
    }
}
