package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class WordlessFailureTest {
    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void saysWhatFailedWhereAndWhyButNotWithWhat() {
        Throwable failure = new InferenceException(
                ErrorCode.BUG, "row of Zuse failed", new NumberFormatException("For input string: \"Lovelace\""));
        failure.addSuppressed(new IllegalStateException("of Zuse"));

        WordlessFailure wordless = WordlessFailure.of(failure);

        assertThat(printed(wordless))
                .contains(
                        "dev.sluice.model.InferenceException",
                        "Caused by: ",
                        "java.lang.NumberFormatException",
                        "WordlessFailureTest.saysWhatFailedWhereAndWhyButNotWithWhat")
                .doesNotContain("Zuse", "Lovelace");
    }

    @Test
    void endsWhereCausesGoInACircle() {
        Exception first = new Exception("a");
        first.initCause(new Exception("b", first));

        assertThat(printed(WordlessFailure.of(first))).isNotEmpty();
    }
}
