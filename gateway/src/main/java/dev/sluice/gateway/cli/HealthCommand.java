package dev.sluice.gateway.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Asks a running server whether it is ready: a health check for containers without curl.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "health",
        description = "Asks a server whether it is ready; exits 0 when it is, 1 when it is not, 2 when nothing answers.",
        mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Option(names = "--url", description = "Base URL of the server (default: ${DEFAULT-VALUE}).")
    private String url = "http://127.0.0.1:8080";

    @Option(names = "--live", description = "Ask for liveness instead of readiness.")
    private boolean live;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    HealthCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        String target = url + "/v2/health/" + (live ? "live" : "ready");
        try {
            HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(target)).timeout(TIMEOUT).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            out.println(target + ": " + response.statusCode() + " " + response.body());
            return response.statusCode() == 200 ? ExitCode.OK : ExitCode.FINDING;
        } catch (IOException | IllegalArgumentException e) {
            out.println(target + ": no answer (" + e.getMessage() + ")");
            return ExitCode.INSUFFICIENT;
        }
    }
}
