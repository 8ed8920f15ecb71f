package dev.sluice.loadtest.proof.logfaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventReceiverIT {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private int post(EventReceiver receiver, String batch) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create(receiver.url()))
                                .timeout(Duration.ofMillis(500))
                                .POST(HttpRequest.BodyPublishers.ofString(batch))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void countsEventsThatItHasAcknowledgedOnce() throws IOException, InterruptedException {
        try (EventReceiver receiver = EventReceiver.start()) {
            String batch = "[{\"id\":\"a\",\"type\":\"request\"},{\"id\":\"a\",\"type\":\"response\"}]";

            assertThat(post(receiver, batch)).isEqualTo(202);
            assertThat(post(receiver, batch)).isEqualTo(202);

            assertThat(receiver.acknowledged()).isEqualTo(2);
        }
    }

    @Test
    void goesAwayAndComesBackWhereItWas() throws IOException, InterruptedException {
        try (EventReceiver receiver = EventReceiver.start()) {
            receiver.goAway();
            assertThatThrownBy(() -> post(receiver, "[]")).isInstanceOf(IOException.class);

            receiver.comeBack();

            assertThat(post(receiver, "[]")).isEqualTo(202);
        }
    }

    @Test
    void acceptsAndDoesNotAnswerWhileItHangs() throws IOException, InterruptedException {
        try (EventReceiver receiver = EventReceiver.start()) {
            receiver.hang();
            assertThatThrownBy(() -> post(receiver, "[{\"id\":\"a\",\"type\":\"request\"}]"))
                    .isInstanceOf(HttpTimeoutException.class);

            receiver.answer();

            assertThat(post(receiver, "[]")).isEqualTo(202);
            assertThat(receiver.acknowledged()).isZero();
        }
    }
}
