package dev.sluice.loadtest.proof.versions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionFolderTest {
    private static final byte[] ONNX = "0123456789".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path model = Path.of("");

    private VersionFolder folder() {
        return new VersionFolder(model, 3);
    }

    @Test
    void appearsWholeByOneRename() throws IOException {
        folder().stage(ONNX);
        folder().stageManifest(ONNX);
        assertThat(folder().path()).doesNotExist();

        folder().appear();

        assertThat(folder().path().resolve("model.onnx")).hasBinaryContent(ONNX);
        assertThat(folder().flaw()).isEmpty();
    }

    @Test
    void namesWhatTheManifestDoesNotDescribe() throws IOException {
        folder().stage(ONNX);
        folder().stageManifest("012345678x".getBytes(StandardCharsets.UTF_8));
        folder().appear();

        assertThat(folder().flaw()).contains("model.onnx is not what the manifest says");
    }

    @Test
    void growsInPiecesUntilTheManifestComes() throws IOException {
        folder().append(ONNX, 0, 4);
        folder().append(ONNX, 4, 10);
        assertThat(folder().flaw()).contains("there is no manifest");

        folder().publishManifest(ONNX);

        assertThat(folder().flaw()).isEmpty();
        assertThat(folder().path()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void goesWithAllItsFiles() throws IOException {
        folder().stage(ONNX);
        folder().appear();

        folder().remove();

        assertThat(model).isEmptyDirectory();
    }

    @Test
    void writesTheManifestThatThePublisherWrites() {
        assertThat(folder().manifest(ONNX))
                .isEqualTo("{\"schema\":1,\"model\":\"" + model.getFileName()
                        + "\",\"version\":3,\"files\":[{\"path\":\"model.onnx\",\"size\":10,\"sha256\":"
                        + "\"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"}]}");
    }
}
