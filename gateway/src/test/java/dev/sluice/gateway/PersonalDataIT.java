package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Personal data goes in wherever clients can put it: no log, event, metric, file or text of the server shows it afterwards. */
class PersonalDataIT {
    private static final String RULES = """
            log:
              enabled: true
              redact:
                %s
            """;
    private static final String PEOPLE = RULES.formatted("""
            {age: drop, income: round -4, city: hash, member: drop, visits: hash, score: round -6, city_out: truncate 1,
                  client_id: hash, trace_id: hash, parameters: drop}""");
    private static final String KEY = "a key of the test's own";
    private static final String TRACE = "7e57ab1e0ddba11ca5cade5ca1ab1e00";

    /** What must not be seen again; the numbers as digits and as the bytes of their tensors. */
    private static final String NAME = "lovelace.7f3a91";

    private static final String MAIL = "ada@7f3a92.example.com";
    private static final String USER = "user-7f3a93";
    private static final String COOKIE = "session-7f3a94";
    private static final String QUERY = "query-7f3a95";
    private static final float AGE = 36.71717f;
    private static final float INCOME = 81234.56f;
    private static final long VISITS = 4_711_081_512_345L;
    private static final long INDEX = 6_021_023_141_592L;

    @TempDir
    static Path folder;

    private static final ByteArrayOutputStream EVENTS = new ByteArrayOutputStream();
    private static HttpServer receiver;
    private static SluiceProcess server;
    private static HttpCalls calls;
    private static int sent;

    @BeforeAll
    static void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            synchronized (EVENTS) {
                EVENTS.writeBytes(
                        exchange.getRequestHeaders().entrySet().toString().getBytes(StandardCharsets.UTF_8));
                EVENTS.writeBytes(body);
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        Path repository = Files.createDirectory(folder.resolve("repository"));
        TestModels.copy(repository, "mixed-inputs", "gather", "identity-string");
        Repositories.configure(repository, "mixed-inputs", PEOPLE);
        Repositories.configure(repository, "gather", RULES.formatted("{indices: hash, y: drop, trace_id: drop}"));
        Repositories.configure(repository, "identity-string", "log: {enabled: true, allow: []}\n");
        server = SluiceProcess.serve(
                List.of(),
                Map.of("SLUICE_LOG_KEY", KEY.replace(' ', '-')),
                List.of(),
                repository,
                "logging.level=debug",
                "state-dir=" + folder.resolve("state"),
                "log.dir=" + folder.resolve("log"),
                "log.flush=50ms",
                "log.rotated=plain",
                "log.events.url=http://127.0.0.1:" + receiver.getAddress().getPort() + "/events");
        calls = server.calls();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        receiver.stop(0);
    }

    private static HttpCalls.Answer send(String path, InferBody body) {
        List<String> headers = new ArrayList<>(List.of(
                "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01",
                "sluice-key", USER,
                "cookie", "id=" + COOKIE,
                "user-agent", "of " + NAME,
                "x-user", MAIL));
        headers.addAll(List.of(body.headers()));
        sent++;
        return calls.post("/v2/models/" + path + "?q=" + QUERY, body.bytes(), headers.toArray(String[]::new));
    }

    private static HttpCalls.Answer send(String path, String body) {
        sent++;
        return calls.post("/v2/models/" + path + "?q=" + QUERY, body, "sluice-key", USER, "cookie", "id=" + COOKIE);
    }

    private static InferBody people() {
        return new InferBody()
                .member("id", '"' + USER + '"')
                .member("parameters", "{\"mail\":\"" + MAIL + "\",\"visits\":" + VISITS + "}")
                .json("age", "FP32", "[1,1]", "[" + AGE + "]")
                .json("city", "BYTES", "[1,1]", "[\"" + NAME + "\"]")
                .json("member", "BOOL", "[1,1]", "[true]")
                .json("visits", "INT64", "[1,1]", "[" + VISITS + "]");
    }

    private static byte[] littleEndian(float value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
    }

    private static byte[] littleEndian(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    private static byte[] element(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + utf8.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(utf8.length)
                .put(utf8)
                .array();
    }

    private static Map<String, byte[]> seeds() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String text : List.of(NAME, MAIL, USER, COOKIE, QUERY, TRACE)) {
            seeds.put(text, text.getBytes(StandardCharsets.UTF_8));
        }
        for (Object number : List.of(AGE, INCOME, VISITS, INDEX)) {
            seeds.put(number + " as text", number.toString().getBytes(StandardCharsets.US_ASCII));
        }
        seeds.put("income in full", "81234.".getBytes(StandardCharsets.US_ASCII));
        seeds.put(AGE + " as bytes", littleEndian(AGE));
        seeds.put(INCOME + " as bytes", littleEndian(INCOME));
        seeds.put(VISITS + " as bytes", littleEndian(VISITS));
        seeds.put(INDEX + " as bytes", littleEndian(INDEX));
        return seeds;
    }

    private static void assertShowsNothing(String where, byte[] shown) {
        String all = new String(shown, StandardCharsets.ISO_8859_1);
        seeds().forEach((what, bytes) -> assertThat(all.contains(new String(bytes, StandardCharsets.ISO_8859_1)))
                .as("%s shows %s", where, what)
                .isFalse());
    }

    private static byte[] events() {
        synchronized (EVENTS) {
            return EVENTS.toByteArray();
        }
    }

    /** How many records each channel that keeps them has handed over. */
    private static Map<String, Double> logged() {
        Map<String, Double> logged = new HashMap<>();
        MetricsPage page = MetricsPage.parse(
                new HttpCalls(server.metricsPort()).get("/metrics").text());
        for (MetricsPage.Sample sample : page.samples()) {
            if (sample.name().equals("sluice_log_logged_total")) {
                logged.put(String.valueOf(sample.labels().get("channel")), sample.value());
            }
        }
        logged.keySet().retainAll(Set.of("events", "file"));
        return logged;
    }

    private static boolean allIsRecorded() {
        assertThat(logged()).containsOnlyKeys("events", "file");
        return logged().values().stream().allMatch(count -> count == sent);
    }

    private static void sendGoodRequests() {
        assertThat(send("mixed-inputs/infer", people().json("income", "FP32", "[1,1]", "[" + INCOME + "]"))
                        .status())
                .isEqualTo(200);
        InferBody binary = new InferBody()
                .member("id", '"' + USER + '"')
                .binary("age", "FP32", "[1,1]", littleEndian(AGE))
                .binary("income", "FP32", "[1,1]", littleEndian(INCOME))
                .binary("city", "BYTES", "[1,1]", element(NAME))
                .binary("member", "BOOL", "[1,1]", new byte[] {1})
                .binary("visits", "INT64", "[1,1]", littleEndian(VISITS));
        assertThat(send("mixed-inputs/infer", binary.binaryOutputs()).status()).isEqualTo(200);
        String row = "{\"age\":" + AGE + ",\"income\":" + INCOME + ",\"city\":\"" + NAME
                + "\",\"member\":true,\"visits\":" + VISITS + "}";
        assertThat(send("mixed-inputs/predict", row).status()).isEqualTo(200);
        assertThat(send(
                                "identity-string/infer",
                                new InferBody().json("x", "BYTES", "[1,2]", "[\"" + NAME + "\",\"" + MAIL + "\"]"))
                        .status())
                .isEqualTo(200);
    }

    /** Each is answered with a message, most of which quote what was sent. */
    private static void sendBadRequests() {
        List<HttpCalls.Answer> refused = List.of(
                send("mixed-inputs/infer", people().json("income", "FP32", "[1,1]", "[\"" + MAIL + "\"]")),
                send("mixed-inputs/infer", people().json("income", "INT64", "[1,1]", "[" + VISITS + "]")),
                send("mixed-inputs/infer", people().json("income", "FP32", "[1]", "[" + INCOME + "]")),
                send("mixed-inputs/infer", people().json(NAME, "FP32", "[1,1]", "[" + INCOME + "]")),
                send(
                        "mixed-inputs/infer",
                        people().json("income", "FP32", "[1,1]", "[" + INCOME + "]")
                                .output(NAME)),
                send("mixed-inputs/infer", people().json("income", MAIL, "[1,1]", "[1]")),
                send("mixed-inputs/predict", "{\"" + NAME + "\":" + INCOME + "}"),
                send("mixed-inputs/predict", "{\"age\":\"" + MAIL + "\"}"),
                send("mixed-inputs/predict", "{\"age\":" + AGE + ",\"age\":" + INCOME + "}"),
                send("mixed-inputs/predict", "{" + NAME),
                send("identity-string/infer", "[\"" + MAIL + "\"]"),
                send("identity-string/infer", "{\"inputs\":[],\"parameters\":{\"timeout\":\"" + MAIL + "\"}}"));
        assertThat(refused)
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(400));
        assertThat(refused).anySatisfy(answer -> assertThat(answer.text()).contains(NAME));
        assertThat(refused).anySatisfy(answer -> assertThat(answer.text()).contains(MAIL));
    }

    /** Heads that the HTTP engine refuses before a request is made of them. */
    private static void sendBrokenHeads() throws IOException {
        for (String header : List.of("x y " + NAME + ": 1", "x: " + MAIL + "\u0001", NAME, "Content-Length: " + USER)) {
            try (RawHttp connection = new RawHttp(server.port())) {
                String head = "POST /v2/models/mixed-inputs/infer?q=" + QUERY + " HTTP/1.1\r\nHost: t\r\n" + header;
                assertThat(connection.send(head + "\r\n\r\n").read().status())
                        .as(header)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void isSeenNowhereAfterwards() throws IOException {
        sendGoodRequests();
        sendBadRequests();
        sendBrokenHeads();
        HttpCalls.Answer failed =
                send("gather/infer", new InferBody().json("indices", "INT64", "[1,1]", "[" + INDEX + "]"));
        assertThat(failed.status()).isEqualTo(500);
        Await.until("all is recorded", PersonalDataIT::allIsRecorded);

        byte[] events = events();
        assertShowsNothing("an event", events);
        assertThat(new String(events, StandardCharsets.UTF_8))
                .as("what is kept")
                .contains("the request does not fit the model", "the model failed while running", "80000");
        assertShowsNothing("the log", (server.out() + server.err()).getBytes(StandardCharsets.UTF_8));
        assertThat(server.err())
                .contains("code=MODEL_FAILED reason=\"Gather node '")
                .contains("path=/v2/models/mixed-inputs/predict status=200");
        assertShowsNothing(
                "the metrics page",
                new HttpCalls(server.metricsPort()).get("/metrics").response().body());
        assertShowsNothing(
                "the statistics", calls.get("/v2/models/stats").response().body());
        assertThat(assertFilesShowNothing(folder.resolve("state"))).isPositive();
        assertThat(assertFilesShowNothing(folder.resolve("log"))).isPositive();

        server.terminate();
        SluiceProcess.Ended ended = server.awaitEnd();

        assertShowsNothing("the log at its end", (ended.out() + ended.err()).getBytes(StandardCharsets.UTF_8));
        assertThat(assertFilesShowNothing(folder.resolve("log"))).isPositive();
        assertThat(redactedRecords()).isEqualTo(sent);
    }

    private static int redactedRecords() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("log"))) {
            int records = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                records +=
                        Files.readString(file, StandardCharsets.ISO_8859_1).split("\"redacted\":true", -1).length - 1;
            }
            return records;
        }
    }

    private static int assertFilesShowNothing(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            for (Path file : all) {
                assertShowsNothing(file.getFileName().toString().toLowerCase(Locale.ROOT), Files.readAllBytes(file));
            }
            return all.size();
        }
    }
}
