package dev.sluice.loadtest.proof.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrkDriverTest {
    private final String script = WrkDriver.script(Path.of("/out/wrk-m.bodies"), List.of(12, 7, 12));

    @Test
    void scriptCutsTheBodiesOutOfTheirFile() {
        assertThat(script)
                .contains("local sizes = {12,7,12}\n")
                .contains("io.open([==[/out/wrk-m.bodies]==], \"rb\")")
                .contains("requests[i] = wrk.format(nil, nil, nil, file:read(sizes[i]))");
    }

    @Test
    void requestsAreMadeOnceAndThenOnlyPicked() {
        String request = script.substring(script.indexOf("function request()"), script.indexOf("function done("));

        assertThat(request.lines())
                .containsExactly("function request()", "   last = last % count + 1", "   return requests[last]", "end");
    }

    @Test
    void figuresAreOneLine() {
        assertThat(script).contains("string.format(\"figures %d %d %d %d %d %d %d %d %d\\n\",");
    }
}
