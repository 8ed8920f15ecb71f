package dev.sluice.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JunitSuiteTest {
    @Test
    void writesWhatCiServersRead() {
        JunitSuite suite = new JunitSuite(
                "s",
                Instant.parse("2026-01-02T03:04:05.9Z"),
                1.5,
                Map.of("cpus", "2"),
                List.of(
                        new JunitSuite.Case("c", "good", 1.5, JunitSuite.Kind.PASSED, ""),
                        new JunitSuite.Case("c", "a < b", 1.5, JunitSuite.Kind.FAILED, "\"3\"\0"),
                        new JunitSuite.Case("c", "open", 1.5, JunitSuite.Kind.ERROR, "why")),
                "out");

        assertThat(suite.toXml()).isEqualTo("""
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="s" tests="3" failures="1" errors="1" time="1.500">
                  <testsuite name="s" tests="3" failures="1" errors="1" time="1.500" skipped="0" \
                timestamp="2026-01-02T03:04:05">
                    <properties>
                      <property name="cpus" value="2"/>
                    </properties>
                    <testcase classname="c" name="good" time="1.500"/>
                    <testcase classname="c" name="a &lt; b" time="1.500">
                      <failure message="&quot;3&quot;\uFFFD" type="goal missed"/>
                    </testcase>
                    <testcase classname="c" name="open" time="1.500">
                      <error message="why" type="not measured"/>
                    </testcase>
                    <system-out>out</system-out>
                  </testsuite>
                </testsuites>
                """);
    }
}
