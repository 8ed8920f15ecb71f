package dev.sluice.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFilesTest {
    @TempDir
    Path root = Path.of("");

    private Path process = Path.of("");

    @BeforeEach
    void makeProcess() throws IOException {
        process = Files.createDirectories(root.resolve("42"));
    }

    @Test
    void cpuTimeSurvivesBlanksAndParenthesesInTheCommand() throws IOException {
        Files.writeString(process.resolve("stat"), "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 30 0 12345\n");

        assertThat(new ProcFiles(root).cpuNanos(42)).isEqualTo(3_000_000_000L);
    }

    @Test
    void readsResidentMemory() throws IOException {
        Files.writeString(process.resolve("status"), "Name:\tjava\nVmRSS:\t    2048 kB\nThreads:\t3\n");

        assertThat(new ProcFiles(root).residentBytes(42)).isEqualTo(2L << 20);
    }

    @Test
    void tellsWhichPortsAProcessListensOn() throws IOException {
        Files.createDirectories(process.resolve("net"));
        Files.writeString(process.resolve("net/tcp"), """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1
                   1: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 778 1
                   2: 0100007F:1F92 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 779 1
                """);
        Files.createDirectories(process.resolve("fd"));
        Files.createSymbolicLink(process.resolve("fd/7"), Path.of("socket:[777]"));
        Files.createSymbolicLink(process.resolve("fd/9"), Path.of("socket:[779]"));
        ProcFiles proc = new ProcFiles(root);

        assertThat(proc.listensOn(42, 8080)).isTrue();
        assertThat(proc.listensOn(42, 8081)).as("another process listens").isFalse();
        assertThat(proc.listensOn(42, 8082)).as("connected, not listening").isFalse();
        assertThat(proc.listensOn(42, 9)).isFalse();
    }

    @Test
    void readsHowLongAThreadWaitedForACpu() throws IOException {
        Files.createDirectories(process.resolve("task/43"));
        Files.writeString(process.resolve("task/43/schedstat"), "123456 789 42\n");

        assertThat(new ProcFiles(root).runQueueWaitNanos(42, 43)).isEqualTo(789);
        assertThat(new ProcFiles(root).runQueueWaitNanos(42, 44)).isEqualTo(-1);
    }

    @Test
    void knowsTheCallingThreadAndSharpensItsTimers() throws IOException {
        Path thread = Files.createDirectories(process.resolve("task/43"));
        Files.writeString(thread.resolve("timerslack_ns"), "50000");
        Files.createSymbolicLink(root.resolve("thread-self"), Path.of("42/task/43"));
        ProcFiles proc = new ProcFiles(root);

        proc.sharpenTimersOfThisThread();

        assertThat(proc.idOfThisThread()).isEqualTo(43);
        assertThat(thread.resolve("timerslack_ns")).hasContent("1000");
        assertThat(new ProcFiles(root.resolve("none")).idOfThisThread()).isEqualTo(-1);
    }

    @Test
    void knowsOnlyRunningProcesses() {
        assertThat(new ProcFiles(root).knows(42)).isTrue();
        assertThat(new ProcFiles(root).knows(43)).isFalse();
    }
}
