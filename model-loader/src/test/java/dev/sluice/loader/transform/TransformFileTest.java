package dev.sluice.loader.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.repository.VersionFiles;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.model.ModelKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformFileTest {
    @TempDir
    Path repository;

    private Path model = Path.of("");
    private Path version = Path.of("");

    @BeforeEach
    void makeFolders() throws IOException {
        model = Files.createDirectory(repository.resolve("m"));
        version = Files.createDirectory(model.resolve("3"));
        Files.writeString(repository.resolve("secret"), "s");
    }

    private Path find(String name) throws ModelLoadException {
        return find(name, new VersionFiles(new ModelKey("m", 3), version, version.resolve("model.onnx")));
    }

    private static Path find(String name, VersionFiles files) throws ModelLoadException {
        return TransformFile.find(files, "text.tokenizer", name, 10);
    }

    @Test
    void theVersionsFolderGoesFirst() throws Exception {
        Files.writeString(model.resolve("t"), "model");
        assertThat(find("t")).hasContent("model");

        Files.writeString(version.resolve("t"), "version");

        assertThat(find("t")).hasContent("version");
    }

    @Test
    void aFlatModelHasOnlyItsOwnFolder() {
        VersionFiles flat = new VersionFiles(new ModelKey("m", 1), model, model.resolve("model.onnx"));

        assertThatThrownBy(() -> find("secret", flat))
                .hasMessage("text.tokenizer: secret: no such file in the version's folder or the model's");
    }

    @Test
    void nothingOutsideIsOpened() throws IOException {
        Files.createSymbolicLink(version.resolve("link"), repository.resolve("secret"));

        assertThatThrownBy(() -> find("link")).hasMessage("text.tokenizer: link: must lie inside the model's folder");
        assertThatThrownBy(() -> find("../../secret"))
                .hasMessage("text.tokenizer: ../../secret: must lie inside the model's folder");
        assertThatThrownBy(() -> find("\0")).hasMessageEndingWith("must be a file name");
    }

    @Test
    void foldersAndLargeFilesAreRefused() throws IOException {
        Files.createDirectory(version.resolve("folder"));
        Files.writeString(version.resolve("large"), "eleven bytes");

        assertThatThrownBy(() -> find("folder")).hasMessage("text.tokenizer: folder: must be a file");
        assertThatThrownBy(() -> find("large")).hasMessage("text.tokenizer: large: may have at most 10 bytes, got 12");
    }
}
