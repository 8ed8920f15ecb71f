package dev.sluice.loadtest.proof.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loadtest.ExitCode;
import dev.sluice.loadtest.proof.versions.VersionFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillPublishTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder = Path.of("");

    private void publish(long version, String content, String described) throws IOException {
        VersionFolder target = new VersionFolder(folder, version);
        target.stage(content.getBytes(StandardCharsets.UTF_8));
        target.stageManifest(described.getBytes(StandardCharsets.UTF_8));
        target.appear();
    }

    @Test
    void momentsCoverThePublishAndTheSwapAndRepeatWithTheSeed() {
        Random random = new Random(1);
        Random again = new Random(1);
        Set<Victim> victims = EnumSet.noneOf(Victim.class);
        for (int i = 0; i < 200; i++) {
            KillMoment moment = KillMoment.draw(random, SECOND);
            assertThat(KillMoment.draw(again, SECOND)).isEqualTo(moment);
            victims.add(moment.victim());
            if (moment.onceVisible()) {
                assertThat(moment.afterNanos()).isBetween(0L, SECOND * 4 / 10);
            } else {
                assertThat(moment.afterNanos()).isBetween(SECOND * 3 / 10, SECOND);
            }
        }

        assertThat(victims).containsExactlyInAnyOrder(Victim.values());
    }

    @Test
    void readsWhatLiesThere() throws IOException {
        publish(1, "a", "a");
        publish(10, "b", "b");
        Files.createDirectory(folder.resolve(".staging-11-abc"));
        Files.writeString(folder.resolve("model.yaml"), "");

        ModelState state = ModelState.read(folder);

        assertThat(state.versions()).containsExactly(1L, 10L);
        assertThat(state.newest()).isEqualTo(10);
        assertThat(state.flaws()).isEmpty();
        assertThat(state.leftovers()).isEqualTo(1);
    }

    @Test
    void aVisibleVersionThatIsNotWholeIsAFlaw() throws IOException {
        publish(2, "a", "b");

        assertThat(ModelState.read(folder).flaws())
                .containsExactly("version 2 is visible but not whole: model.onnx is not what the manifest says");
    }

    @Test
    void whatWasSaidToBePublishedMustBeThere() throws IOException {
        publish(2, "a", "a");

        assertThat(ModelState.read(folder).missing(List.of(2L, 3L)))
                .containsExactly("version 3 was said to be published, and is not there");
    }

    @Test
    void oneWrongThingRefutes() {
        Kill clean = new Kill(1, new KillMoment(Victim.SERVER, true, SECOND), 2, true, true, 2, SECOND, 0, List.of());
        Kill wrong = new Kill(
                2, new KillMoment(Victim.BOTH, false, SECOND), 3, false, true, 3, -1, 1, List.of("half a version"));

        assertThat(KillReport.judge(List.of(clean), List.of()).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(KillReport.judge(List.of(clean, wrong), List.of("not served"))
                        .reasons())
                .containsExactly("kill 2: half a version", "after all kills: not served");
    }
}
