package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.UnwritableRecordException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EventEncoderTest {
    private static final long MANY = 1 << 20;

    private static String rendered(CloudEvent event) {
        HttpRequest request = new EventRequests(URI.create("http://receiver/"), Duration.ofSeconds(1)).single(event);
        Map<String, String> headers = new TreeMap<>();
        request.headers().map().forEach((name, values) -> headers.put(name, String.join(",", values)));
        return GoldenEvents.render(headers, event.data());
    }

    private static List<CloudEvent> events(InferenceRecord record) throws UnwritableRecordException {
        return new EventEncoder(MANY).encode(record);
    }

    private static List<String> types(List<CloudEvent> events) {
        return events.stream().map(event -> event.attributes().get(1).value()).toList();
    }

    @Test
    void tellsAnErrorInPlaceOfTheAnswer() throws UnwritableRecordException, IOException {
        List<CloudEvent> events = events(EventRecords.failed());

        assertThat(types(events)).containsExactly(EventEncoder.REQUEST, EventEncoder.RESPONSE);
        GoldenEvents.assertEqual(rendered(events.get(0)), "failed-request.txt");
        GoldenEvents.assertEqual(rendered(events.get(1)), "failed-response.txt");
    }

    @Test
    void appendsTensorsWithoutAJsonFormInBinaryForm() throws UnwritableRecordException, IOException {
        List<CloudEvent> events = events(EventRecords.binary());

        GoldenEvents.assertEqual(rendered(events.get(0)), "binary-request.txt");
        GoldenEvents.assertEqual(rendered(events.get(1)), "binary-response.txt");
    }

    @Test
    void marksDigestsAndRedactedRecords() throws UnwritableRecordException, IOException {
        List<CloudEvent> events = events(EventRecords.digest());

        GoldenEvents.assertEqual(rendered(events.get(0)), "digest-request.txt");
        GoldenEvents.assertEqual(rendered(events.get(1)), "digest-response.txt");
    }

    @Test
    void sendsNoRequestWhereItCouldNotBeRead() throws UnwritableRecordException {
        List<CloudEvent> events = events(EventRecords.unread());

        assertThat(types(events)).containsExactly(EventEncoder.RESPONSE);
        assertThat(EventRecords.text(events.get(0).data()))
                .isEqualTo("{\"error\":\"the body is no JSON\",\"code\":\"INVALID_INPUT\",\"request_id\":\""
                        + EventRecords.ID + "\"}");
    }

    @Test
    void sendsDigestsOfWhatIsTooLarge() throws UnwritableRecordException {
        List<CloudEvent> byEstimate = new EventEncoder(1024).encode(EventRecords.large(100_000));
        List<CloudEvent> byLength = new EventEncoder(1024).encode(EventRecords.large(600));

        assertThat(EventRecords.text(byEstimate.get(0).data())).contains("\"bytes\":400000");
        assertThat(EventRecords.text(byLength.get(0).data())).contains("\"bytes\":2400");
    }

    @Test
    void survivesHalfASurrogatePair() throws UnwritableRecordException {
        EventBatch batch = new EventBatch();

        batch.add(events(EventRecords.answered("a\ud800b")).get(0));

        assertThat(EventRecords.text(batch.toByteArray())).contains("\"id\":\"a?b\"");
        assertThat(HeaderValues.encode("a\ud800b")).isEqualTo("a?b");
    }

    @Test
    void refusesWhatIsTooLargeEvenAsADigest() {
        assertThatThrownBy(() -> new EventEncoder(64).encode(EventRecords.answered()))
                .isInstanceOf(UnwritableRecordException.class)
                .hasMessageMatching("record " + EventRecords.ID + " takes \\d+ bytes, log.max-record allows 64");
        assertThatThrownBy(() -> new EventEncoder(16).encode(EventRecords.unread()))
                .isInstanceOf(UnwritableRecordException.class);
    }
}
