package dev.sluice.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.canary.feedback.LabelAnswer;
import dev.sluice.canary.feedback.LabelError;
import dev.sluice.canary.feedback.LabelOutcome;
import dev.sluice.gateway.control.FeedbackService;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Labels over HTTP: {@code POST} takes them, {@code GET} says what has come of them.
 *
 * <p>Large or compressed bodies are read on codec threads; the store has a thread of its own. A request whose labels are all wrong
 * is 400; one with some good ones is 200, and lists the bad ones.
 *
 * <p>Threading: thread-safe; called on event loops, which it never blocks.
 */
final class FeedbackHandler {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int ERRORS_LISTED_MAX = 100;
    private static final Set<String> LINES =
            Set.of("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines");
    private static final Set<String> JSON =
            Set.of("", Exchange.JSON, Exchange.BINARY, "application/x-www-form-urlencoded"); // as curl -d says

    private final FeedbackService feedback;
    private final CodecThreads codecThreads;
    private final HeapBudget bodies;
    private final HttpFrontOptions options;

    FeedbackHandler(FeedbackService feedback, CodecThreads codecThreads, HeapBudget bodies, HttpFrontOptions options) {
        this.feedback = feedback;
        this.codecThreads = codecThreads;
        this.bodies = bodies;
        this.options = options;
    }

    void handle(HttpExchange exchange, Endpoint endpoint, BodyDeadlines deadlines) {
        String model = endpoint.model();
        feedback.requireOffered(model);
        if (!HttpMethod.POST.equals(exchange.request().method())) {
            send(exchange, feedback.report(model));
            return;
        }
        boolean lines = isLines(exchange.request().getHeader("content-type"));
        ContentCoding coding = ContentCoding.of(exchange.request().getHeader("content-encoding"));
        BodyReader.read(exchange, deadlines, bodies, options.bodyBytesMax(), InferRequest.NO_DEADLINE, body -> {
            if (coding == ContentCoding.IDENTITY && body.length() <= InferHandler.ON_LOOP_BYTES_MAX) {
                work(exchange, model, body, coding, lines);
                return;
            }
            try {
                codecThreads.execute(() -> work(exchange, model, body, coding, lines));
            } catch (InferenceException e) {
                body.release();
                exchange.fail(e);
            }
        });
    }

    private static boolean isLines(@Nullable String header) {
        String type = header == null ? "" : header;
        int semicolon = type.indexOf(';');
        String media =
                (semicolon < 0 ? type : type.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
        if (LINES.contains(media)) {
            return true;
        }
        if (JSON.contains(media)) {
            return false;
        }
        throw new InferenceException(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                "Content-Type must be application/json, or application/x-ndjson for a label in each line, got '"
                        + Quoted.of(type) + "'");
    }

    /** On the exchange's loop or a codec thread; whatever happens, the exchange is answered on its loop. */
    private void work(HttpExchange exchange, String model, ReceivedBody body, ContentCoding coding, boolean lines) {
        try {
            FeedbackBody parsed = parse(body, coding, lines);
            CompletionStage<LabelAnswer> applied = parsed.labels().isEmpty()
                    ? CompletableFuture.completedFuture(new LabelAnswer(Map.of(), List.of()))
                    : feedback.label(model, parsed.labels());
            applied.whenComplete((answer, failure) -> exchange.loop().execute(() -> {
                try {
                    if (failure != null) {
                        Throwable cause = failure.getCause();
                        exchange.failUnexpectedly(
                                failure instanceof CompletionException && cause != null ? cause : failure);
                    } else {
                        send(exchange, answer(parsed, answer));
                    }
                } catch (Throwable e) {
                    exchange.failUnexpectedly(e);
                }
            }));
        } catch (Throwable e) {
            exchange.loop().execute(() -> exchange.failUnexpectedly(e));
        } finally {
            body.release();
        }
    }

    private FeedbackBody parse(ReceivedBody body, ContentCoding coding, boolean lines) {
        ReceivedBody.Span sent = body.join();
        if (coding == ContentCoding.IDENTITY) {
            return FeedbackBody.parse(sent.array(), sent.offset(), sent.length(), lines);
        }
        InflatedBody inflated =
                coding.inflate(sent.array(), sent.offset(), sent.length(), options.inflatedBytesMax(), bodies);
        try {
            return FeedbackBody.parse(inflated.array(), 0, inflated.length(), lines);
        } finally {
            inflated.release();
        }
    }

    /** The counts and what was wrong. */
    private static ObjectNode answer(FeedbackBody body, LabelAnswer applied) {
        List<LabelError> errors = new ArrayList<>(body.errors());
        errors.addAll(applied.errors());
        errors.sort(Comparator.comparingInt(LabelError::index));
        if (errors.size() == body.received()) {
            LabelError first = errors.get(0);
            throw InferenceException.invalidInput(
                    body.isSingle()
                            ? first.message()
                            : "none of the " + body.received() + " items is a label; item " + first.index() + ": "
                                    + first.message());
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("received", body.received());
        for (LabelOutcome outcome : LabelOutcome.values()) {
            json.put(outcome.word(), applied.count(outcome));
        }
        json.put("invalid", errors.size());
        ArrayNode listed = json.putArray("errors");
        errors.stream()
                .limit(ERRORS_LISTED_MAX)
                .forEach(error -> listed.addObject().put("index", error.index()).put("error", error.message()));
        return json;
    }

    private static void send(HttpExchange exchange, JsonNode json) {
        try {
            exchange.sendJson(200, MAPPER.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new InferenceException(ErrorCode.BUG, "internal error", e);
        }
    }
}
