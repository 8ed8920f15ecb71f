package dev.sluice.gateway.cli;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The model and the calls of a training run: the tabular example, asked as its documentation asks it.
 *
 * <p>Threading: confined to one thread.
 */
final class TrainingCalls {
    private static final String RESOURCES = "/dev/sluice/gateway/training/";
    private static final String MODEL = "flight-delay";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String BINARY =
            "Content-Type: application/octet-stream\r\nInference-Header-Content-Length: 171\r\n";
    /** Enough for the JVM to know which methods are worth compiling. */
    private static final int ROUNDS = 10;

    private static final int REQUESTS_OF_ROUND = 20;

    private static final int CONNECTIONS = 4;
    private static final int TIMEOUT_MILLIS = 30_000;

    TrainingCalls() {}

    /**
     * Lays the model out in a folder.
     *
     * @return the folder as a model repository
     */
    Path unpackModel(Path folder) throws IOException {
        for (String file : List.of(MODEL + "/model.yaml", MODEL + "/1/model.onnx", MODEL + "/2/model.onnx")) {
            Path target = folder.resolve(file);
            Files.createDirectories(target.resolveSibling("."));
            Files.write(target, resource(file));
        }
        return folder;
    }

    /**
     * Makes the calls.
     *
     * @return how many were not answered as expected; each is told to {@code err}
     */
    int make(int port, int metricsPort, PrintWriter err) throws IOException {
        String path = "/v2/models/" + MODEL;
        byte[] json = post(path + "/infer", JSON, resource("flight-delay.json"));
        byte[] binary = post(path + "/infer", BINARY, resource("flight-delay.bin"));
        byte[] row = post(path + "/predict", JSON, resource("flight-delay-predict.json"));
        byte[] rows = post(path + "/predict", JSON, resource("flight-delay-rows.json"));
        int failed = 0;
        for (String asked :
                List.of("/v2/health/live", "/v2/health/ready", "/v2", "/v2/models", path, path + "/ready")) {
            failed += unanswered(port, 200, get(asked), err);
        }
        failed += unanswered(port, 404, get("/v2/models/unknown"), err);
        failed += unanswered(port, 400, post(path + "/infer", JSON, new byte[] {'{', '}'}), err);
        for (byte[] request : List.of(json, binary, row, rows)) {
            failed += unansweredOfSeveral(port, request, err);
        }
        failed += unanswered(metricsPort, 200, get("/metrics"), err);
        return failed;
    }

    private static int unanswered(int port, int status, byte[] request, PrintWriter err) throws IOException {
        try (Socket socket = connect(port)) {
            send(socket, request, 1);
            return missing(socket, status, 1, err);
        }
    }

    /** Several clients, so that there are batches. */
    private static int unansweredOfSeveral(int port, byte[] request, PrintWriter err) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        int missing = 0;
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                sockets.add(connect(port));
            }
            for (int round = 0; round < ROUNDS * REQUESTS_OF_ROUND / 2; round++) {
                missing += round(sockets, request, 1, err);
            }
            for (int round = 0; round < ROUNDS / 2; round++) {
                missing += round(sockets, request, REQUESTS_OF_ROUND, err);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        return missing;
    }

    /** So many requests on each connection, then their answers: one by one as most clients, or one behind the other. */
    private static int round(List<Socket> sockets, byte[] request, int each, PrintWriter err) throws IOException {
        for (Socket socket : sockets) {
            send(socket, request, each);
        }
        int missing = 0;
        for (Socket socket : sockets) {
            missing += missing(socket, 200, each, err);
        }
        return missing;
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return socket;
    }

    private static void send(Socket socket, byte[] request, int times) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.write(request);
        }
        socket.getOutputStream().write(all.toByteArray());
    }

    /** Reads until as many answers of this status came, or the server has no more to say. */
    private static int missing(Socket socket, int status, int times, PrintWriter err) throws IOException {
        byte[] expected = ("HTTP/1.1 " + status + " ").getBytes(StandardCharsets.US_ASCII);
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1 << 16];
        int matched = 0;
        int answers = 0;
        int read = 0;
        while (answers < times && (read = in.read(buffer)) > 0) {
            for (int i = 0; i < read; i++) {
                matched = buffer[i] == expected[matched] ? matched + 1 : buffer[i] == expected[0] ? 1 : 0;
                if (matched == expected.length) {
                    answers++;
                    matched = 0;
                }
            }
        }
        if (answers < times) {
            err.println("sluice: expected " + times + " answers with status " + status + ", got " + answers);
        }
        return times - answers;
    }

    private static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] post(String path, String headers, byte[] body) {
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: t\r\n" + headers + "Content-Length: " + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = TrainingCalls.class.getResourceAsStream(RESOURCES + name)) {
            if (in == null) {
                throw new FileNotFoundException("this build lacks " + RESOURCES + name);
            }
            return in.readAllBytes();
        }
    }
}
