package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process talks to nobody but its clients: every system call that could reach out is recorded while it loads, serves and
 * stops. Where there is no strace, its sockets are looked at instead, as often as they can be.
 */
class NoPhoneHomeIT {
    private static final Pattern ADDRESS = Pattern.compile("sin6?_port=htons\\((?<port>[0-9]+)\\).*?"
            + "(?:inet_addr\\(\"(?<v4>[^\"]*)\"\\)|inet_pton\\(AF_INET6, \"(?<v6>[^\"]*)\")");

    @TempDir
    Path repository;

    @TempDir
    Path work;

    @Test
    void talksToNobodyButItsClients() throws IOException, InterruptedException {
        TestModels.copy(repository, "mlp", "exports/sklearn-forest-int-labels", "slow");
        // Its tokenizer comes by DJL, which phones home unless it is told not to.
        Repositories.copyExample(repository, "minilm");
        Path calls = work.resolve("calls");
        boolean traced = isTraceable();
        List<String> prefix = traced
                ? List.of(
                        "strace",
                        "-f",
                        "--seccomp-bpf",
                        "-e",
                        "trace=connect,sendto,sendmsg,sendmmsg",
                        "-o",
                        calls.toString())
                : List.of();
        Set<String> seen = new TreeSet<>();
        Set<Integer> own;
        try (SluiceProcess server = SluiceProcess.serve(prefix, repository)) {
            own = Set.of(server.port(), server.metricsPort());
            use(server);
            if (!traced) {
                seen.addAll(remoteAddresses(server.pid(), own));
            }
            server.terminate();
            while (!traced && server.isAlive()) {
                seen.addAll(remoteAddresses(server.pid(), own));
            }
            assertThat(server.awaitEnd().exitCode()).isIn(0, 143);
        }
        if (traced) {
            seen.addAll(addresses(Files.readAllLines(calls), own));
        }

        assertThat(seen).as("addresses that the process reached out to").isEmpty();
    }

    private static void use(SluiceProcess server) {
        HttpCalls calls = server.calls();
        for (int i = 0; i < 10; i++) {
            InferAnswer.of(
                    new InferBody().binary("x", "FP32", "[1,16]", new byte[64]).postTo(calls, "mlp"));
            InferAnswer.of(new InferBody()
                    .json("X", "FP32", "[1,4]", "[5.1,3.5,1.4,0.2]")
                    .postTo(calls, "sklearn-forest-int-labels"));
        }
        InferAnswer.of(
                new InferBody().json("text", "BYTES", "[2]", "[\"a\",\"b\"]").postTo(calls, "minilm"));
        assertThat(calls.post("/v2/models/mlp/infer", "{").status()).isEqualTo(400);
        assertThat(calls.get("/v2/models").status()).isEqualTo(200);
        assertThat(new HttpCalls(server.metricsPort()).get("/metrics").status()).isEqualTo(200);
    }

    /** True when strace is there and may look at other processes; in some containers it may not. */
    private boolean isTraceable() throws IOException, InterruptedException {
        try {
            Process trial = new ProcessBuilder(
                            "strace",
                            "-f",
                            "--seccomp-bpf",
                            "-o",
                            work.resolve("trial").toString(),
                            "true")
                    .redirectErrorStream(true)
                    .start();
            return trial.waitFor(10, TimeUnit.SECONDS) && trial.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Internet addresses in recorded calls, but for this machine's own ports that are the server's. */
    static List<String> addresses(List<String> calls, Set<Integer> own) {
        List<String> found = new ArrayList<>();
        for (String call : calls) {
            if (!call.contains("AF_INET")) {
                continue;
            }
            Matcher address = ADDRESS.matcher(call);
            if (!address.find()) {
                found.add(call);
                continue;
            }
            String host = address.group("v4") == null ? address.group("v6") : address.group("v4");
            boolean self = host.startsWith("127.") || host.equals("::1") || host.startsWith("::ffff:127.");
            if (!self || !own.contains(Integer.parseInt(address.group("port")))) {
                found.add(host + ":" + address.group("port"));
            }
        }
        return found;
    }

    /** Peers of the process's sockets that it may have dialled: all but those of its own ports. */
    private static List<String> remoteAddresses(long pid, Set<Integer> own) {
        List<String> found = new ArrayList<>();
        Set<String> inodes = socketInodes(pid);
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            List<String> lines;
            try {
                lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "net", table));
            } catch (IOException e) {
                continue; // it has just ended, or there is no such protocol
            }
            for (String line : lines.subList(1, lines.size())) {
                List<String> columns = List.of(line.trim().split("\\s+"));
                String local = columns.get(1);
                String remote = columns.get(2);
                int localPort = Integer.parseInt(local.substring(local.indexOf(':') + 1), 16);
                boolean connected = !remote.endsWith(":0000");
                if (connected && !own.contains(localPort) && inodes.contains(columns.get(9))) {
                    found.add(table + " " + remote);
                }
            }
        }
        return found;
    }

    private static Set<String> socketInodes(long pid) {
        Set<String> inodes = new TreeSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = target(descriptor);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring(8, target.length() - 1));
                }
            }
        } catch (IOException e) {
            return inodes; // the process has ended
        }
        return inodes;
    }

    /** What a descriptor stands for; empty when it was closed meanwhile. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void knowsAnAddressWhenItSeesOne() {
        List<String> calls = List.of(
                "1 connect(5, {sa_family=AF_UNIX, sun_path=\"/x\"}, 110) = 0",
                "1 connect(5, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"169.254.169.254\")}, 16) = 0",
                "1 connect(5, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6,"
                        + " \"2606:4700::1\", &sin6_addr), sin6_scope_id=0}, 28) = -1 EINPROGRESS",
                "1 sendto(6, \"..\", 2, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(53),"
                        + " sin_addr=inet_addr(\"127.0.0.53\")}, 16) = 2",
                "1 connect(5, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0");

        assertThat(addresses(calls, Set.of(8080)))
                .containsExactly("169.254.169.254:80", "2606:4700::1:443", "127.0.0.53:53");
    }
}
