package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadRetryTest {
    private final IOException broken = new FileSystemException("models", null, "Input/output error");

    private final ReadRetry retry = new ReadRetry(Duration.ofMillis(1));

    @Test
    void readsAgainUntilItWorks() throws IOException {
        Deque<IOException> failures = new ArrayDeque<>(List.of(broken, broken));

        String read = retry.call(() -> {
            if (!failures.isEmpty()) {
                throw failures.remove();
            }
            return "text";
        });

        assertThat(read).isEqualTo("text");
        assertThat(retry.retries()).isEqualTo(2);
    }

    @Test
    void givesUpWithTheLastFailure() {
        assertThatThrownBy(() -> retry.call(() -> {
                    throw broken;
                }))
                .isSameAs(broken);
        assertThat(retry.retries()).isEqualTo(ReadRetry.ATTEMPTS_MAX - 1);
    }

    @Test
    void takesTheLastResultWhereNoneIsWhole() throws IOException {
        record Part(int number) implements ReadRetry.Incomplete {
            @Override
            public boolean mayHelp() {
                return true;
            }
        }
        Deque<Part> parts = new ArrayDeque<>(List.of(new Part(1), new Part(2), new Part(3), new Part(4)));

        Part last = retry.call(parts::remove);

        assertThat(last).isEqualTo(new Part(4));
        assertThat(retry.retries()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("hopeless")
    void doesNotRepeatWhatCannotHelp(IOException failure) {
        assertThatThrownBy(() -> retry.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(retry.retries()).isZero();
    }

    static Stream<IOException> hopeless() {
        return Stream.of(
                new NoSuchFileException("x"), new AccessDeniedException("x"), new ManifestException("broken", null));
    }

    @Test
    void repeatsALookThatCouldNotListAFolder() {
        assertThat(ReadRetry.isTransient(new RepositoryException("cannot be read", broken)))
                .isTrue();
        assertThat(ReadRetry.isTransient(new RepositoryException("does not exist")))
                .isFalse();
    }
}
