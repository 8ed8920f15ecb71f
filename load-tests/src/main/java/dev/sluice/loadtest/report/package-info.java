/**
 * What reports are drawn with: charts as SVG, one self-contained HTML page, JUnit XML.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.report.LineChart}, {@link dev.sluice.loadtest.report.HtmlPage}, {@link
 * dev.sluice.loadtest.report.JunitSuite}.
 *
 * <p>Depends on the JDK only; knows nothing of load tests.
 *
 * <p>Threading: immutable or confined to the caller.
 */
@NullMarked
package dev.sluice.loadtest.report;

import org.jspecify.annotations.NullMarked;
