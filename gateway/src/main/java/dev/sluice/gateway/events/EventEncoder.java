package dev.sluice.gateway.events;

import dev.sluice.canary.inputlog.InferenceRecord;
import dev.sluice.canary.inputlog.UnwritableRecordException;
import dev.sluice.gateway.events.CloudEvent.Attribute;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.TensorSet;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes two events of a record, the request and the response, as KServe's logger does: the same id pairs them, the type tells
 * which is which.
 *
 * <p>CloudEvents wants every event of a source to have an id of its own, so the two differ in the fragment of their source.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "KServe, pkg/logger/worker.go; CloudEvents 1.0.2, section Context Attributes"
 */
final class EventEncoder {
    static final String REQUEST = "org.kubeflow.serving.inference.request";
    static final String RESPONSE = "org.kubeflow.serving.inference.response";

    /** Receivers take headers of some KiB. */
    private static final int FLAG_CHARACTERS_MAX = 1024;
    /** A double takes 8 bytes, and as JSON at least a digit and a comma. */
    private static final int SHRINKS_MAX = 4;

    private final EventData data = new EventData();
    private final long recordBytesMax;
    private boolean shed;

    /** @param recordBytesMax most bytes of data that the events of a record have together; of larger ones digests are sent */
    EventEncoder(long recordBytesMax) {
        this.recordBytesMax = recordBytesMax;
    }

    /**
     * The events of a record, the request first.
     *
     * @throws UnwritableRecordException if it holds neither request nor answer, or its digests are too large as well
     */
    List<CloudEvent> encode(InferenceRecord record) throws UnwritableRecordException {
        shed = false;
        return events(record);
    }

    /** Whether digests took the place of the tensors of the last record because it was too large. */
    boolean shedToDigest() {
        return shed;
    }

    private List<CloudEvent> events(InferenceRecord record) throws UnwritableRecordException {
        if (!record.isDigest() && tensorBytes(record) / SHRINKS_MAX > recordBytesMax) {
            shed = true;
            return events(record.digest());
        }
        EventData.Body request;
        EventData.Body response;
        try {
            request = data.request(record);
            response = data.response(record);
        } catch (InferenceException e) {
            throw new UnwritableRecordException(
                    "record " + record.head().predictionId() + " cannot be written: " + e.getMessage());
        }
        long bytes = (request == null ? 0 : request.bytes().length) + (response == null ? 0L : response.bytes().length);
        String id = record.head().predictionId();
        if (bytes > recordBytesMax) {
            if (record.isDigest() || (record.request() == null && record.outputs() == null)) {
                throw new UnwritableRecordException(
                        "record " + id + " takes " + bytes + " bytes, log.max-record allows " + recordBytesMax);
            }
            shed = true;
            return events(record.digest());
        }
        List<CloudEvent> events = new ArrayList<>(2);
        if (request != null) {
            events.add(event(record, REQUEST, request));
        }
        if (response != null) {
            events.add(event(record, RESPONSE, response));
        }
        if (events.isEmpty()) {
            throw new UnwritableRecordException("record " + id + " holds neither a request nor an answer");
        }
        return events;
    }

    private static long tensorBytes(InferenceRecord record) {
        InferRequest request = record.request();
        TensorSet outputs = record.outputs();
        return (request == null ? 0 : request.inputs().byteSize()) + (outputs == null ? 0 : outputs.byteSize());
    }

    private static CloudEvent event(InferenceRecord record, String type, EventData.Body body) {
        InferenceRecord.Head head = record.head();
        boolean response = type.equals(RESPONSE);
        Instant time = response ? head.arrived().plusNanos(head.timing().totalNanos()) : head.arrived();
        List<Attribute> attributes = new ArrayList<>(20);
        text(attributes, "specversion", "1.0");
        text(attributes, "type", type);
        text(attributes, "source", source(head.model(), response ? "response" : "request"));
        text(attributes, "id", head.predictionId());
        text(attributes, "time", time.truncatedTo(ChronoUnit.MICROS).toString());
        text(attributes, "inferenceservicename", head.model().name());
        text(attributes, "component", "predictor");
        text(attributes, "endpoint", head.arm().equals("canary") ? "canary" : "default");
        text(attributes, "modelversion", Long.toString(head.model().version()));
        text(attributes, "arm", head.arm());
        text(attributes, "routereason", head.reason().name().toLowerCase(Locale.ROOT));
        text(attributes, "selectedby", head.selection().reason().word());
        text(attributes, "probability", Double.toString(head.selection().probability()));
        flags(attributes, head.flags());
        optional(attributes, "clientid", head.clientId());
        optional(attributes, "traceid", head.traceId());
        ErrorCode failure = head.failure();
        optional(attributes, "errorcode", failure == null ? null : failure.name());
        truth(attributes, "redacted", record.redacted());
        truth(attributes, "digest", record.isDigest());
        if (body.jsonLength() >= 0) {
            attributes.add(new Attribute("jsonlength", Integer.toString(body.jsonLength()), true));
        }
        String contentType = body.jsonLength() < 0 ? CloudEvent.JSON : CloudEvent.OCTETS;
        return new CloudEvent(attributes, contentType, body.bytes(), body.jsonLength());
    }

    private static String source(ModelKey model, String part) {
        String name = URLEncoder.encode(model.name(), StandardCharsets.UTF_8).replace("+", "%20");
        return "/v2/models/" + name + "/versions/" + model.version() + "#" + part;
    }

    /** As many flags as there is room for, and how many there are. */
    private static void flags(List<Attribute> attributes, List<String> flags) {
        if (flags.isEmpty()) {
            return;
        }
        StringBuilder joined = new StringBuilder();
        for (String flag : flags) {
            if (joined.length() + flag.length() >= FLAG_CHARACTERS_MAX) {
                break;
            }
            joined.append(joined.isEmpty() ? "" : ",").append(flag);
        }
        optional(attributes, "flags", joined.toString());
        attributes.add(new Attribute("flagcount", Integer.toString(flags.size()), true));
    }

    private static void text(List<Attribute> attributes, String name, String value) {
        attributes.add(new Attribute(name, value, false));
    }

    private static void optional(List<Attribute> attributes, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            text(attributes, name, value);
        }
    }

    private static void truth(List<Attribute> attributes, String name, boolean value) {
        if (value) {
            attributes.add(new Attribute(name, "true", true));
        }
    }
}
