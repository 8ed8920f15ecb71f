package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.loader.fakes.FakeFileSystem;
import dev.sluice.loader.fakes.FakeFileSystem.Call;
import dev.sluice.loader.runtime.Device;
import dev.sluice.loader.runtime.RuntimeOptions;
import dev.sluice.model.ModelKey;
import dev.sluice.settings.Problems;
import dev.sluice.settings.SettingsFile;
import dev.sluice.settings.SettingsLayer;
import dev.sluice.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FolderModelRepositoryTest {
    private static final Path TEST_MODELS = Path.of("src/test/models");

    private final ReadRetry retry = new ReadRetry(Duration.ofMillis(1));

    @TempDir
    Path root;

    @Test
    void findsVersionsByNumber() throws IOException {
        model("fraud/1/model.onnx", "fraud/2/model.onnx", "fraud/10/model.onnx");
        write("fraud/model.yaml", "versions: all");

        ModelDefinition fraud = onlyModel();

        assertThat(fraud.versions())
                .extracting(VersionFiles::key)
                .containsExactly(key("fraud", 1), key("fraud", 2), key("fraud", 10));
        assertThat(fraud.versions().get(2).folder()).isEqualTo(root.resolve("fraud/10"));
        assertThat(fraud.versions().get(2).modelFile()).isEqualTo(root.resolve("fraud/10/model.onnx"));
        assertThat(fraud.problems()).isEmpty();
    }

    @Test
    void choosesTheNewestVersionByDefault() throws IOException {
        model("fraud/2/model.onnx", "fraud/10/model.onnx");

        assertThat(onlyModel().versions()).extracting(VersionFiles::key).containsExactly(key("fraud", 10));
    }

    @Test
    void ignoresFoldersThatAreNoVersions() throws IOException {
        model(
                "fraud/3/model.onnx",
                "fraud/01/model.onnx",
                "fraud/0/model.onnx",
                "fraud/abc/model.onnx",
                "fraud/.tmp-4/model.onnx",
                "fraud/9999999999999999999/model.onnx");
        write("fraud/model.yaml", "versions: all");
        write("fraud/7", "a file, not a folder");

        assertThat(onlyModel().versions()).extracting(VersionFiles::key).containsExactly(key("fraud", 3));
    }

    @Test
    void ignoresFoldersThatAreNoModels() throws IOException {
        model("fraud/1/model.onnx", ".hidden/1/model.onnx", "..2024_data/fraud/1/model.onnx");
        Files.createDirectories(root.resolve("lost+found"));
        write("docs/readme.md", "text");
        write("readme.md", "text");

        assertThat(scan()).extracting(ModelDefinition::name).containsExactly("fraud");
    }

    @Test
    void takesAFlatFolderForVersionOne() throws IOException {
        model("fraud/model.onnx");

        assertThat(onlyModel().versions())
                .extracting(VersionFiles::key, VersionFiles::folder, VersionFiles::modelFile)
                .containsExactly(tuple(key("fraud", 1), root.resolve("fraud"), root.resolve("fraud/model.onnx")));
    }

    @Test
    void takesTheOnlyOnnxFileOfAnotherName() throws IOException {
        model("fraud/1/xgboost.onnx", "fraud/1/.hidden.onnx");
        write("fraud/1/notes.txt", "text");

        assertThat(onlyModel().versions())
                .extracting(VersionFiles::modelFile)
                .containsExactly(root.resolve("fraud/1/xgboost.onnx"));
    }

    @Test
    void prefersModelOnnxAmongSeveral() throws IOException {
        model("fraud/1/a.onnx", "fraud/1/model.onnx");

        assertThat(onlyModel().versions())
                .extracting(VersionFiles::modelFile)
                .containsExactly(root.resolve("fraud/1/model.onnx"));
    }

    @Test
    void takesAFolderCalledModelOnnx() throws IOException {
        model("fraud/1/model.onnx/model.onnx");

        assertThat(onlyModel().versions())
                .extracting(VersionFiles::modelFile)
                .containsExactly(root.resolve("fraud/1/model.onnx/model.onnx"));
    }

    @Test
    void namesTheFilesWhenItCannotChoose() throws IOException {
        model("fraud/1/b.onnx", "fraud/1/a.onnx");

        assertThat(onlyModel().problems())
                .containsExactly("fraud: version 1 holds 2 ONNX files (a.onnx, b.onnx);"
                        + " name one of them model.onnx or set model-file");
    }

    @Test
    void letsTheConfigurationChooseTheFile() throws IOException {
        model("fraud/1/b.onnx", "fraud/1/a.onnx", "fraud/2/a.onnx");
        write("fraud/model.yaml", "model-file: b.onnx\nversions: all");

        ModelDefinition fraud = onlyModel();

        assertThat(fraud.versions())
                .extracting(VersionFiles::modelFile)
                .containsExactly(root.resolve("fraud/1/b.onnx"));
        assertThat(fraud.warnings()).containsExactly("fraud: version 2 holds no file b.onnx");
    }

    @Test
    void servesTheOtherVersionsWhileOneIsIncomplete() throws IOException {
        model("fraud/1/model.onnx");
        Files.createDirectories(root.resolve("fraud/2"));

        ModelDefinition fraud = onlyModel();

        assertThat(fraud.versions()).extracting(VersionFiles::key).containsExactly(key("fraud", 1));
        assertThat(fraud.warnings()).containsExactly("fraud: version 2 holds no ONNX file (model.onnx)");
    }

    @Test
    void saysThatNoVersionHasAFile() throws IOException {
        Files.createDirectories(root.resolve("fraud/1"));
        write("empty/model.yaml", "");

        assertThat(scan())
                .extracting(ModelDefinition::problems)
                .containsExactly(
                        List.of("empty: the model's folder holds no ONNX file (model.onnx)"),
                        List.of("fraud: version 1 holds no ONNX file (model.onnx)"));
    }

    @Test
    void saysWhichWantedVersionsAreMissing() throws IOException {
        model("a/1/model.onnx", "b/1/model.onnx");
        write("a/model.yaml", "versions: [1, 3]");
        write("b/model.yaml", "versions: [3]");

        List<ModelDefinition> models = scan();

        assertThat(models.get(0).versions()).extracting(VersionFiles::key).containsExactly(key("a", 1));
        assertThat(models.get(0).warnings())
                .containsExactly("a: version 3 is asked for but cannot be served, found [1]");
        assertThat(models.get(1).problems())
                .containsExactly("b: version 3 is asked for but cannot be served, found [1]");
    }

    @Test
    void aBadConfigurationHurtsNoOtherModel() throws IOException {
        model("bad/1/model.onnx", "good/1/model.onnx", "worse/1/model.onnx");
        write("bad/model.yaml", "device: gpu\nbatching:\n  max-batch-size: 0\n");
        write("worse/config.pbtxt", "name: \"worse\"\nmax_batch_size 8\n");

        List<ModelDefinition> models = scan();

        assertThat(models.get(0).problems())
                .containsExactly(
                        "bad/model.yaml:1: device: must be cpu or cuda:N, got gpu",
                        "bad/model.yaml:3: batching.max-batch-size: must be between 1 and 1024, got 0");
        assertThat(models.get(0).config()).isEqualTo(ModelConfig.DEFAULT);
        assertThat(models.get(0).versions()).isEmpty();
        assertThat(models.get(1).problems()).isEmpty();
        assertThat(models.get(1).versions()).hasSize(1);
        assertThat(models.get(2).problems())
                .containsExactly("worse/config.pbtxt:2: expected ':' or '{' after max_batch_size, got '8'");
    }

    @Test
    void aConfigurationThatIsNoTextIsAProblem() throws IOException {
        model("a/1/model.onnx");
        Files.write(root.resolve("a/config.pbtxt"), new byte[] {(byte) 0xff});
        Files.createDirectory(root.resolve("a/model.yaml"));

        assertThat(onlyModel().problems())
                .containsExactly("a/model.yaml: cannot be read: Is a directory", "a/config.pbtxt: must be UTF-8 text");
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInTheConfigurationsPlaceIsAProblemThatHoldsNobodyUp() throws IOException, InterruptedException {
        model("a/1/model.onnx");
        Process pipe = new ProcessBuilder("mkfifo", root.resolve("a/model.yaml").toString())
                .inheritIO()
                .start();
        assertThat(pipe.waitFor()).isZero();

        assertThat(onlyModel().problems())
                .containsExactly("a/model.yaml: must be a file, but is a pipe, a socket or a device");
    }

    /** What it would have said must not be taken for the defaults. */
    @Test
    void aConfigurationThatLeadsNowhereIsAProblem() throws IOException {
        model("a/1/model.onnx");
        Files.createSymbolicLink(root.resolve("a/model.yaml"), Path.of("../objects/5f2c"));
        Files.createSymbolicLink(root.resolve("a/config.pbtxt"), Path.of("../objects/5f2d"));

        assertThat(onlyModel().problems())
                .containsExactly(
                        "a/model.yaml: is a link to what is not there",
                        "a/config.pbtxt: is a link to what is not there");
    }

    @Test
    void aVersionWithAFolderThatMayNotBeLookedIntoIsOneOfAll() throws IOException {
        model("fraud/1/model.onnx", "fraud/2/model.onnx", "fraud/3/model.onnx", "fraud/3/weights/0.bin");
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (call == Call.LIST && path.endsWith("weights")) {
                throw new AccessDeniedException(path.toString());
            }
        });

        ModelDefinition fraud = onlyModel(system);

        assertThat(fraud.problems()).isEmpty();
        assertThat(fraud.warnings()).isEmpty();
        assertThat(fraud.available())
                .extracting(VersionFiles::key)
                .containsExactly(key("fraud", 1), key("fraud", 2), key("fraud", 3));
    }

    @Test
    void aVersionThatMayNotBeLookedIntoHurtsNoOther() throws IOException {
        model("fraud/1/model.onnx", "fraud/2/model.onnx", "fraud/3/model.onnx");
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            boolean inside = path.startsWith(root.resolve("fraud/3")) && !path.endsWith("3");
            if (inside || (call == Call.LIST && path.endsWith("3"))) {
                throw new AccessDeniedException(path.toString());
            }
        });

        ModelDefinition fraud = onlyModel(system);

        assertThat(fraud.problems()).isEmpty();
        assertThat(fraud.available()).extracting(VersionFiles::key).containsExactly(key("fraud", 1), key("fraud", 2));
        assertThat(fraud.warnings()).containsExactly("fraud: version 3 cannot be read: access denied");
    }

    @Test
    void aFileSystemThatFailsInOneVersionHurtsNoOtherAndNoOtherModel() throws IOException {
        model("churn/1/model.onnx", "fraud/1/model.onnx", "fraud/2/model.onnx", "fraud/3/model.onnx");
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (call == Call.NEXT_ENTRY && path.endsWith("fraud/3")) {
                throw new FileSystemException(path.toString(), null, "Stale file handle");
            }
        });

        List<ModelDefinition> models = scan(system);

        assertThat(models).extracting(ModelDefinition::name).containsExactly("churn", "fraud");
        assertThat(models).extracting(ModelDefinition::problems).containsOnly(List.of());
        assertThat(models.get(1).versions()).extracting(VersionFiles::key).containsExactly(key("fraud", 2));
        assertThat(models.get(1).warnings())
                .containsExactly("fraud: version 3 cannot be read: " + root.resolve("fraud/3") + ": Stale file handle");
        assertThat(retry.retries()).isEqualTo(ReadRetry.ATTEMPTS_MAX - 1);
    }

    @Test
    void aModelsFolderThatCannotBeLookedAtIsNotGone() throws IOException {
        model("churn/1/model.onnx", "fraud/1/model.onnx");
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (path.startsWith(root.resolve("fraud"))) {
                throw new FileSystemException(path.toString(), null, "Input/output error");
            }
        });

        List<ModelDefinition> models = scan(system);

        assertThat(models).extracting(ModelDefinition::name).containsExactly("churn", "fraud");
        Path fraud = root.resolve("fraud");
        assertThat(models.get(1).problems())
                .containsExactly(
                        "fraud/model.yaml: cannot be read: " + fraud.resolve("model.yaml") + ": Input/output error",
                        "fraud/config.pbtxt: cannot be read: " + fraud.resolve("config.pbtxt") + ": Input/output error",
                        "fraud: " + fraud + " cannot be read: " + fraud + ": Input/output error");
    }

    @Test
    void aFileThatCannotBeLookedAtIsNotMissing() throws IOException {
        model("fraud/1/model.onnx", "fraud/2/model.onnx");
        FakeFileSystem system = new FakeFileSystem();
        system.failAs((call, path) -> {
            if (call == Call.ATTRIBUTES && path.endsWith("2/model.onnx") && retry.retries() == 0) {
                throw new FileSystemException(path.toString(), null, "Input/output error");
            }
        });

        assertThat(onlyModel(system).versions()).extracting(VersionFiles::key).containsExactly(key("fraud", 2));
        assertThat(retry.retries()).isEqualTo(1);
    }

    @Test
    void theGatewaysSettingsWinOverModelYamlOverPbtxt() throws IOException {
        model("m/1/model.onnx");
        write("m/config.pbtxt", """
                max_batch_size: 8
                instance_group { kind: KIND_GPU }
                parameters { key: "intra_op_thread_count" value { string_value: "3" } }
                """);
        write("m/model.yaml", "device: cuda:2\nbatching: {queue-rows: 50}\nspinning: true\n");
        Map<String, List<SettingsLayer>> overlays =
                overlays("models:\n  m:\n    spinning: false\n    batching: {max-batch-size: 4}\n");

        ModelDefinition m = new FolderModelRepository(List.of(root), Optional.empty(), overlays)
                .scan()
                .get(0);

        RuntimeOptions runtime = m.config().runtime();
        assertThat(m.problems()).isEmpty();
        assertThat(m.config().batching())
                .isEqualTo(new BatchingConfig(BatchingConfig.Mode.ON, 4, 50, BatchingConfig.DEFAULT.queueBytesMax()));
        assertThat(runtime.device()).isEqualTo(new Device(Device.Type.CUDA, 2));
        assertThat(runtime.intraOpThreads()).isEqualTo(3);
        assertThat(runtime.spinning()).isFalse();
    }

    @Test
    void saysWhichSettingsBelongToNoModel() throws IOException {
        model("resnet/1/model.onnx");
        FolderModelRepository repository = new FolderModelRepository(
                List.of(root),
                Optional.empty(),
                overlays("models:\n  resnett:\n    device: cpu\n  zebra: {}\n  resnet: {}\n"));

        assertThat(repository.unmatchedSettings(repository.scan()))
                .containsExactly(
                        "sluice.yaml:2: models.resnett: no model has this name; did you mean resnet?",
                        "sluice.yaml:4: models.zebra: no model has this name");
    }

    @Test
    void aRepositoryFolderMayBeOneFlatModel() throws IOException {
        model("model.onnx");
        write("labels.txt", "a");
        Files.createDirectories(root.resolve("assets"));

        String name = String.valueOf(root.getFileName());
        assertThat(onlyModel().name()).isEqualTo(name);
        assertThat(onlyModel().versions())
                .extracting(VersionFiles::key, VersionFiles::folder, VersionFiles::modelFile)
                .containsExactly(tuple(key(name, 1), root, root.resolve("model.onnx")));
    }

    @Test
    void aRepositoryFolderMayHoldTheVersionsOfOneModel() throws IOException {
        model("1/model.onnx", "2/model.onnx");

        ModelDefinition only = new FolderModelRepository(List.of(root), Optional.of("fraud"), Map.of())
                .scan()
                .get(0);

        assertThat(only.versions()).extracting(VersionFiles::key).containsExactly(key("fraud", 2));
    }

    @Test
    void aSingleModelIsNamedByItsConfiguration() throws IOException {
        model("model.onnx");
        write("config.pbtxt", "name: \"fraud\"");

        assertThat(onlyModel().name()).isEqualTo("fraud");
        assertThat(onlyModel().warnings()).isEmpty();

        write("model.yaml", "name: churn");

        assertThat(onlyModel().name()).isEqualTo("churn");
    }

    @Test
    void aNameInTheConfigurationDoesNotRenameAModelOfMany() throws IOException {
        model("fraud/1/model.onnx");
        write("fraud/config.pbtxt", "name: \"churn\"");

        assertThat(onlyModel().name()).isEqualTo("fraud");
        assertThat(onlyModel().warnings()).containsExactly("fraud: the name churn in its configuration is not applied");
    }

    @Test
    void modelsMayBeCalledByNumbers() throws IOException {
        model("7/1/model.onnx");

        assertThat(onlyModel().versions()).extracting(VersionFiles::key).containsExactly(key("7", 1));
    }

    @Test
    void sameNamesInTwoFoldersAreAProblemOfThatNameOnly() throws IOException {
        model("one/fraud/1/model.onnx", "two/fraud/1/model.onnx", "two/churn/1/model.onnx");

        List<ModelDefinition> models =
                new FolderModelRepository(List.of(root.resolve("one"), root.resolve("two"))).scan();

        assertThat(models).extracting(ModelDefinition::name).containsExactly("churn", "fraud");
        assertThat(models.get(0).problems()).isEmpty();
        assertThat(models.get(1).problems())
                .containsExactly("fraud: names must be distinct, but " + root.resolve("one/fraud") + " and "
                        + root.resolve("two/fraud") + " have this one");
    }

    @Test
    void followsLinksAsKubernetesMakesThem(@TempDir Path elsewhere) throws IOException {
        Path data = Files.createDirectories(root.resolve("..2024_01_01/fraud/1"));
        Files.writeString(data.resolve("model.onnx"), "");
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..2024_01_01"));
        Files.createSymbolicLink(root.resolve("fraud"), Path.of("..data/fraud"));
        Files.writeString(elsewhere.resolve("model.onnx"), "");
        Files.createSymbolicLink(root.resolve("linked"), elsewhere);
        Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nowhere"));

        assertThat(scan()).extracting(ModelDefinition::name).containsExactly("fraud", "linked");
        assertThat(scan()).extracting(ModelDefinition::problems).containsOnly(List.of());
    }

    @Test
    void answersTheSameUntilSomethingChanges() throws IOException {
        model("fraud/1/model.onnx");
        write("fraud/model.yaml", "labels: {y: [a, b]}\nsession-options: {a: 1}\n");
        List<ModelDefinition> before = scan();

        assertThat(scan()).isEqualTo(before);

        model("fraud/2/model.onnx");

        assertThat(scan()).isNotEqualTo(before);
    }

    @Test
    void refusesARepositoryFolderThatCannotBeListed() throws IOException {
        Path missing = root.resolve("missing");
        Path file = Files.writeString(root.resolve("file"), "");

        assertThatThrownBy(() -> new FolderModelRepository(List.of(missing)).scan())
                .isInstanceOf(RepositoryException.class)
                .hasMessage("repository folder " + missing + " does not exist");
        assertThatThrownBy(() -> new FolderModelRepository(List.of(file)).scan())
                .isInstanceOf(RepositoryException.class)
                .hasMessage("repository folder " + file + " is not a folder");
    }

    @Test
    void anEmptyRepositoryHasNoModels() {
        assertThat(scan()).isEmpty();
    }

    @Test
    void readsTheTestModels() {
        Map<String, ModelDefinition> models = new FolderModelRepository(List.of(TEST_MODELS))
                .scan().stream().collect(Collectors.toMap(ModelDefinition::name, model -> model));

        assertThat(versionsOf(models, "versions")).containsExactly(key("versions", 10));
        assertThat(versionsOf(models, "flat")).containsExactly(key("flat", 1));
        assertThat(versionsOf(models, "triton")).containsExactly(key("triton", 2));
        assertThat(models.values()).extracting(ModelDefinition::problems).containsOnly(List.of());
    }

    @Test
    void readsATritonModelAsItIs() {
        ModelDefinition triton = new FolderModelRepository(List.of(TEST_MODELS))
                .scan().stream()
                        .filter(model -> model.name().equals("triton"))
                        .findFirst()
                        .orElseThrow();

        assertThat(triton.config().batching().mode()).isEqualTo(BatchingConfig.Mode.ON);
        assertThat(triton.config().batching().maxRows()).isEqualTo(8);
        assertThat(triton.config().runtime().device()).isEqualTo(Device.CPU);
        assertThat(triton.config().runtime().intraOpThreads()).isEqualTo(1);
        assertThat(triton.config().runtime().providers()).isEmpty();
        assertThat(triton.config().labels()).containsOnlyKeys("OUTPUT0");
        assertThat(triton.config().labels().get("OUTPUT0")).hasSize(3);
        assertThat(triton.warnings())
                .containsExactly("triton/config.pbtxt: not applied:"
                        + " input (names, types and shapes come from the model file),"
                        + " dynamic_batching.preferred_batch_size (a batch is what waits when the model is free),"
                        + " dynamic_batching.max_queue_delay_microseconds (a batch never waits for more requests),"
                        + " output (names, types and shapes come from the model file),"
                        + " instance_group.count (one instance of a version runs requests at the same time),"
                        + " optimization.execution_accelerators.gpu_execution_accelerator (the model runs on the CPU)");
    }

    private static List<ModelKey> versionsOf(Map<String, ModelDefinition> models, String name) {
        return Optional.ofNullable(models.get(name)).stream()
                .flatMap(model -> model.versions().stream())
                .map(VersionFiles::key)
                .toList();
    }

    private List<ModelDefinition> scan() {
        return new FolderModelRepository(List.of(root)).scan();
    }

    /** Through a file system that fails, with short pauses. */
    private List<ModelDefinition> scan(FakeFileSystem system) {
        return new FolderModelRepository(List.of(system.of(root)), Optional.empty(), Map.of(), Settling.none(), retry)
                .scan();
    }

    private ModelDefinition onlyModel(FakeFileSystem system) {
        List<ModelDefinition> models = scan(system);
        assertThat(models).hasSize(1);
        return models.get(0);
    }

    private ModelDefinition onlyModel() {
        List<ModelDefinition> models = scan();
        assertThat(models).hasSize(1);
        return models.get(0);
    }

    private void model(String... files) throws IOException {
        for (String file : files) {
            write(file, "");
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(Optional.ofNullable(path.getParent()).orElseThrow());
        Files.writeString(path, text);
    }

    private static Map<String, List<SettingsLayer>> overlays(String yaml) {
        Problems problems = new Problems();
        SettingsLayer layer = SettingsLayer.top(SettingsFile.parse("sluice.yaml", yaml, problems));
        assertThat(problems.lines()).isEmpty();
        return new SettingsReader(List.of(layer), problems).children("models");
    }

    private static ModelKey key(String name, long version) {
        return new ModelKey(name, version);
    }
}
