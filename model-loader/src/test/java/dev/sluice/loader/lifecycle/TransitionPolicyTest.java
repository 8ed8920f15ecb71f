package dev.sluice.loader.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.lifecycle.TransitionPolicy.Plan;
import dev.sluice.loader.lifecycle.TransitionPolicy.Present;
import dev.sluice.loader.repository.BatchingConfig;
import dev.sluice.loader.repository.BreakerConfig;
import dev.sluice.loader.repository.GateConfig;
import dev.sluice.loader.repository.Intent;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.repository.MonitoringConfig;
import dev.sluice.loader.repository.ServingConfig;
import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.repository.VersionPolicy;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.ModelKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransitionPolicyTest {
    private static final ModelConfig ALL = new ModelConfig(
            new VersionPolicy.All(), BatchingConfig.DEFAULT, RuntimeOptions.DEFAULT, List.of(), Map.of());
    private static final ModelConfig OTHER = new ModelConfig(
            new VersionPolicy.All(),
            new BatchingConfig(BatchingConfig.Mode.OFF, 0, 10, 10),
            RuntimeOptions.DEFAULT,
            List.of(),
            Map.of());

    private static final ModelConfig NEWEST = with(VersionPolicy.newest(), false);
    private static final ModelConfig OTHER_NEWEST = new ModelConfig(
            VersionPolicy.newest(),
            new BatchingConfig(BatchingConfig.Mode.OFF, 0, 10, 10),
            RuntimeOptions.DEFAULT,
            List.of(),
            Map.of());
    private static final ModelConfig LAZY = with(VersionPolicy.newest(), true);

    private static ModelConfig with(VersionPolicy versions, boolean onDemand) {
        return new ModelConfig(
                versions,
                BatchingConfig.DEFAULT,
                RuntimeOptions.DEFAULT,
                List.of(),
                Map.of(),
                new ServingConfig(onDemand, 1, Optional.empty()),
                GateConfig.DEFAULT,
                BreakerConfig.DEFAULT,
                Optional.empty(),
                MonitoringConfig.OFF);
    }

    private static VersionTarget target(long version, ModelConfig config) {
        ModelKey key = new ModelKey("m", version);
        return new VersionTarget(
                new VersionFiles(key, Path.of("m/" + version), Path.of("m/" + version + "/model.onnx")), config);
    }

    private static ModelDefinition want(ModelConfig config, long... versions) {
        return new ModelDefinition(
                "m",
                Path.of("m"),
                config,
                Arrays.stream(versions)
                        .mapToObj(version -> target(version, config).files())
                        .toList(),
                List.of(),
                List.of());
    }

    private static ModelDefinition faulty() {
        return new ModelDefinition(
                "m", Path.of("m"), ModelConfig.DEFAULT, List.of(), List.of("model.yaml:3: …"), List.of());
    }

    private static VersionTarget target(long version) {
        return target(version, ALL);
    }

    private static ModelDefinition want(long... versions) {
        return want(ALL, versions);
    }

    private static Present is(long version, ModelState state) {
        return new Present(target(version), state);
    }

    static Stream<Arguments> cases() {
        Present one = is(1, ModelState.READY);
        Present two = is(2, ModelState.READY);
        Present twoLoading = is(2, ModelState.LOADING);
        Present twoFailed = is(2, ModelState.QUARANTINED);
        Present draining = is(1, ModelState.DRAINING);
        VersionTarget changed = target(1, OTHER);
        Present reloaded = new Present(changed, ModelState.READY);
        return Stream.of(
                a("loads what is missing", want(1, 2), list(), true, load(target(1), target(2))),
                a("keeps what is there", want(1), list(one), true, load()),
                a("loads the new one before it retires the old", want(2), list(one), true, load(target(2))),
                a("waits for the new one", want(2), list(one, twoLoading), true, load()),
                a("waits for one that is registered", want(2), list(one, is(2, ModelState.REGISTERED)), true, load()),
                a("retires the old one once the new is ready", want(2), list(one, two), true, load(), one),
                a("keeps the old one when the new one failed", want(2), list(one, twoFailed), false, load()),
                a(
                        "tries a failed one again when asked",
                        want(2),
                        list(one, twoFailed),
                        true,
                        load(target(2)),
                        twoFailed),
                a(
                        "retires the old one when one of two is ready and the other failed",
                        want(2, 3),
                        list(one, two, is(3, ModelState.QUARANTINED)),
                        false,
                        load(),
                        one),
                a(
                        "waits while another wanted one loads",
                        want(2, 3),
                        list(one, two, is(3, ModelState.LOADING)),
                        false,
                        load()),
                a("retires all of a model that is gone", null, list(one, two), true, load(), one, two),
                a("retires all of a model without versions", want(), list(one), true, load(), one),
                a("forgets a failed one that is not wanted", want(1), list(one, twoFailed), false, load(), twoFailed),
                a(
                        "takes back one that is loading and not wanted",
                        want(1),
                        list(one, twoLoading),
                        false,
                        load(),
                        twoLoading),
                a("leaves everything when the definition is faulty", faulty(), list(one, twoFailed), true, load()),
                a("does not count one that drains", want(1), list(draining), true, load(target(1))),
                a("loads anew under another configuration", want(OTHER, 1), list(one), true, load(changed)),
                a(
                        "retires the one with the old configuration",
                        want(OTHER, 1),
                        list(one, reloaded),
                        true,
                        load(),
                        one));
    }

    private static List<Present> list(Present... present) {
        return List.of(present);
    }

    private static List<VersionTarget> load(VersionTarget... targets) {
        return List.of(targets);
    }

    private static Arguments a(
            String name,
            @Nullable ModelDefinition wanted,
            List<Present> present,
            boolean retry,
            List<VersionTarget> load,
            Present... retire) {
        return Arguments.of(name, wanted, present, retry, new Plan(load, List.of(), List.of(retire)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(String name, @Nullable ModelDefinition wanted, List<Present> present, boolean retry, Plan expected) {
        assertThat(TransitionPolicy.plan(wanted, present, retry)).as(name).isEqualTo(expected);
    }

    private static Plan plan(ModelDefinition wanted, Present... present) {
        return TransitionPolicy.plan(wanted, List.of(present), false);
    }

    private static Present newest(long version, ModelState state) {
        return new Present(target(version, NEWEST), state);
    }

    private static Present lazy(long version, ModelState state) {
        return new Present(target(version, LAZY), state);
    }

    @Test
    void anOlderVersionStandsInForOneThatFailed() {
        Plan plan = plan(want(NEWEST, 1, 2, 3), newest(3, ModelState.QUARANTINED), newest(2, ModelState.QUARANTINED));

        assertThat(plan).isEqualTo(new Plan(List.of(target(1, NEWEST)), List.of(), List.of()));
    }

    @Test
    void aFailedVersionIsTriedAgainWhenItsFilesHaveChanged() {
        VersionFiles before = new VersionFiles(new ModelKey("m", 2), Path.of("m/2"), Path.of("m/2/model.onnx"), 7);
        Present failed = new Present(new VersionTarget(before, NEWEST), ModelState.QUARANTINED);

        Plan plan = plan(want(NEWEST, 1, 2), newest(1, ModelState.READY), failed);

        assertThat(plan).isEqualTo(new Plan(List.of(target(2, NEWEST)), List.of(), List.of(failed)));
    }

    @Test
    void keepsTheVersionBeforeForARollback() {
        Plan plan = plan(
                want(NEWEST, 1, 2, 3),
                newest(1, ModelState.READY),
                newest(2, ModelState.READY),
                newest(3, ModelState.READY));

        assertThat(plan.retire()).containsExactly(newest(1, ModelState.READY));
    }

    @Test
    void keepsNoVersionWhoseFilesAreGone() {
        Plan plan = plan(want(NEWEST, 3), newest(2, ModelState.READY), newest(3, ModelState.READY));

        assertThat(plan.retire()).containsExactly(newest(2, ModelState.READY));
    }

    @Test
    void whatOperatorsKeepStaysBesideTheNewest() {
        ModelDefinition kept = want(NEWEST, 1, 2, 3).with(new Intent(false, Set.of(), Set.of(1L)));

        Plan plan = plan(kept, newest(2, ModelState.READY), newest(3, ModelState.READY));

        assertThat(plan).isEqualTo(new Plan(List.of(target(1, NEWEST)), List.of(), List.of()));
    }

    @Test
    void aStoppedVersionGivesWayToTheOneBefore() {
        ModelDefinition stopped = want(NEWEST, 1, 2).with(new Intent(false, Set.of(2L), Set.of()));

        assertThat(plan(stopped, newest(2, ModelState.READY)))
                .isEqualTo(new Plan(List.of(target(1, NEWEST)), List.of(), List.of()));
        assertThat(plan(stopped, newest(1, ModelState.READY), newest(2, ModelState.READY))
                        .retire())
                .containsExactly(newest(2, ModelState.READY));
    }

    @Test
    void aStoppedModelGoesAtOnce() {
        ModelDefinition stopped = want(NEWEST, 1, 2).with(new Intent(true, Set.of(), Set.of(1L)));

        assertThat(plan(stopped, newest(2, ModelState.READY)).retire()).containsExactly(newest(2, ModelState.READY));
    }

    @Test
    void aVersionThatIsRefusedAsItIsNowGoesOnAsItWas() {
        Present was = new Present(target(2, OTHER_NEWEST), ModelState.READY);

        assertThat(plan(want(NEWEST, 1, 2), was, newest(2, ModelState.QUARANTINED)))
                .isEqualTo(Plan.NOTHING);
        assertThat(plan(want(NEWEST, 1, 2), newest(1, ModelState.READY), was, newest(2, ModelState.QUARANTINED)))
                .isEqualTo(Plan.NOTHING);
    }

    @Test
    void oneOfSeveralThatIsRefusedAsItIsNowGoesOnAsItWas() {
        Present oneWas = new Present(target(1, OTHER), ModelState.READY);
        Present twoWas = new Present(target(2, OTHER), ModelState.READY);

        Plan plan = plan(want(1, 2), oneWas, twoWas, is(1, ModelState.READY), is(2, ModelState.QUARANTINED));

        assertThat(plan.retire()).containsExactly(oneWas);
    }

    @Test
    void aModelOnDemandRestsUntilItIsAskedFor() {
        assertThat(plan(want(LAZY, 1, 2))).isEqualTo(new Plan(List.of(), List.of(target(2, LAZY)), List.of()));
        assertThat(plan(want(LAZY, 1, 2), lazy(2, ModelState.DORMANT))).isEqualTo(Plan.NOTHING);
    }

    @Test
    void aNewerVersionReplacesOneThatWasAskedForAtOnce() {
        assertThat(plan(want(LAZY, 1, 2), lazy(1, ModelState.READY)).load()).containsExactly(target(2, LAZY));
        assertThat(plan(want(LAZY, 1, 2), lazy(1, ModelState.DORMANT)))
                .isEqualTo(new Plan(List.of(), List.of(target(2, LAZY)), List.of(lazy(1, ModelState.DORMANT))));
    }

    @Test
    void aVersionThatRestsDoesNotWakeBecauseAnOlderOneServes() {
        assertThat(plan(want(LAZY, 1, 2), lazy(1, ModelState.READY), lazy(2, ModelState.DORMANT)))
                .isEqualTo(Plan.NOTHING);
    }

    @Test
    void aStoppedVersionOnDemandGivesWayToOneThatRests() {
        ModelDefinition stopped = want(LAZY, 1, 2).with(new Intent(false, Set.of(2L), Set.of()));

        assertThat(plan(stopped, lazy(2, ModelState.READY)))
                .isEqualTo(new Plan(List.of(), List.of(target(1, LAZY)), List.of(lazy(2, ModelState.READY))));
    }

    @Test
    void aVersionOnDemandThatFailedIsLoadedWhenThatIsAskedFor() {
        Plan plan = TransitionPolicy.plan(want(LAZY, 2), List.of(lazy(2, ModelState.QUARANTINED)), true);

        assertThat(plan)
                .isEqualTo(new Plan(List.of(target(2, LAZY)), List.of(), List.of(lazy(2, ModelState.QUARANTINED))));
    }

    @Test
    void anOlderVersionOnDemandRestsInPlaceOfOneThatFailed() {
        assertThat(plan(want(LAZY, 1, 2), lazy(2, ModelState.QUARANTINED)))
                .isEqualTo(new Plan(List.of(), List.of(target(1, LAZY)), List.of()));
    }
}
