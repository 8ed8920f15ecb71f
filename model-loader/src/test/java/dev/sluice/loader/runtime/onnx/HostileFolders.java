package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Model folders as an attacker, a broken disk or a careless script leaves them, each with the reason why it must be refused.
 *
 * <p>Most of them try to reach the files of a folder of secrets outside the repository.
 */
public final class HostileFolders {
    /** Heap for which the reason of the model that would fill it is right. */
    public static final long HEAP_BYTES = 256L << 20;

    /** The one whose reason holds a figure of the process's heap. */
    public static final String FILLS_THE_HEAP = "graph-that-fills-the-heap";

    private static final String MODEL = "model.onnx";

    private final Path repository;
    private final Path secrets;
    private final List<HostileFolder> written = new ArrayList<>();

    private HostileFolders(Path repository, Path secrets) {
        this.repository = repository;
        this.secrets = secrets;
    }

    /**
     * Writes all of them.
     *
     * @param repository a folder; each case becomes a model with version 1 in it
     * @param secrets a folder outside of it, of the same file system, into which what must not be opened is put
     */
    public static List<HostileFolder> write(Path repository, Path secrets) throws IOException, InterruptedException {
        HostileFolders folders = new HostileFolders(repository, secrets);
        Files.createDirectories(secrets);
        Files.write(folders.secret(), new byte[64]);
        Files.write(
                folders.secretModel(),
                HostileModels.with(HostileModels.weights()).toByteArray());
        folders.pathsOut();
        folders.linksOut();
        folders.specialFiles();
        folders.claims();
        folders.ranges();
        folders.brokenFiles();
        folders.bombs();
        folders.names();
        return List.copyOf(folders.written);
    }

    private Path secret() {
        return secrets.resolve("secret.bin");
    }

    private Path secretModel() {
        return secrets.resolve("secret.onnx");
    }

    private void pathsOut() throws IOException {
        String out = repository.resolve("m/1").relativize(secret()).toString();
        String outside = "'model.onnx' refers to external data outside its folder: '" + out + "'";
        model("path-parent", HostileModels.with(HostileModels.external(out)), outside);
        model("path-in-subgraph", HostileModels.inSubgraph(HostileModels.external(out)), outside);
        model("path-in-sparse", HostileModels.sparse(HostileModels.external(out), 8), outside);
        model("path-in-attribute", HostileModels.inAttribute(HostileModels.external(out)), outside);
        model("path-in-list", HostileModels.inListOfTensors(HostileModels.external(out)), outside);
        model("path-in-function", HostileModels.inFunction(HostileModels.external(out)), outside);
        model("path-in-compiled", HostileModels.compiled("ep_cache_context", out), outside);
        model("path-in-compiled-source", HostileModels.compiled("onnx_model_filename", out), outside);
        model(
                "path-absolute",
                HostileModels.with(HostileModels.external(secret().toString())),
                "'model.onnx' refers to external data by an absolute path: '" + secret() + "'");
        model(
                "path-deep",
                HostileModels.with(HostileModels.external("a/../" + out)),
                "'model.onnx' refers to external data outside its folder: 'a/../" + out + "'");
        Path roundabout = model(
                "path-roundabout",
                HostileModels.with(HostileModels.external("a/../w.bin")),
                "'model.onnx' refers to external data through '..': 'a/../w.bin'");
        Files.createDirectory(roundabout.resolve("a"));
        Files.write(roundabout.resolve("w.bin"), new byte[16]);
        model(
                "path-of-windows",
                HostileModels.with(HostileModels.external("..\\..\\secret.bin")),
                "'model.onnx' refers to external data by a path of another system, with a backslash or a drive:"
                        + " '..\\..\\secret.bin'");
        model(
                "path-with-nul",
                HostileModels.with(HostileModels.external("w.bin\0../secret.bin")),
                "'model.onnx' refers to external data by a path with a control character:"
                        + " 'w.bin\\u0000../secret.bin'");
        model(
                "path-long",
                HostileModels.with(HostileModels.external("w".repeat(5000))),
                "'model.onnx' refers to external data by a path of 5000 characters, at most 1024 are allowed: '"
                        + "w".repeat(120) + "…'");
        Path memory = model(
                "path-into-memory",
                HostileModels.with(HostileModels.external("location", "*/_ORT_MEM_ADDR_/*", "offset", "4096")),
                "'model.onnx' refers to memory of the process as external data: '*/_ORT_MEM_ADDR_/*'");
        Files.createDirectories(memory.resolve("*/_ORT_MEM_ADDR_"));
        Files.write(memory.resolve("*/_ORT_MEM_ADDR_/*"), new byte[8192]);
    }

    private void linksOut() throws IOException {
        ModelProto model = HostileModels.with(HostileModels.external("w.bin"));
        String out = repository.resolve("m/1").relativize(secret()).toString();
        Path relative =
                model("link-relative", model, "'w.bin' is a link out of the version's folder, to '" + out + "'");
        Files.createSymbolicLink(relative.resolve("w.bin"), Path.of(out));
        Path absolute =
                model("link-absolute", model, "'w.bin' is a link out of the version's folder, to '" + secret() + "'");
        Files.createSymbolicLink(absolute.resolve("w.bin"), secret());
        Path folder = model(
                "link-folder",
                HostileModels.with(HostileModels.external("weights/secret.bin")),
                "'weights' is a link out of the version's folder, to '" + secrets + "'");
        Files.createSymbolicLink(folder.resolve("weights"), secrets);
        Path twice = model("link-twice", model, "'w.bin' is a link out of the version's folder, to 'inner'");
        Files.createSymbolicLink(twice.resolve("w.bin"), Path.of("inner"));
        Files.createDirectory(twice.resolve("z"));
        Files.createSymbolicLink(twice.resolve("inner"), secret());
        Path dangling = model("link-dangling", model, "'w.bin' is a link to what is not there, 'nowhere.bin'");
        Files.createSymbolicLink(dangling.resolve("w.bin"), Path.of("nowhere.bin"));
        Path loop = model("link-loop", model, "'w.bin' is a link that leads back to itself");
        Files.createSymbolicLink(loop.resolve("w.bin"), Path.of("w.bin"));
        Path self =
                folder("link-model", "'model.onnx' is a link out of the version's folder, to '" + secretModel() + "'");
        Files.createSymbolicLink(self.resolve(MODEL), secretModel());
        Path hard = model(
                "hard-link", model, "'w.bin' is a hard link: of the file's 2 names only 1 lie in the version's folder");
        Path another = secrets.resolve("linked.bin");
        Files.write(another, new byte[16]);
        Files.createLink(hard.resolve("w.bin"), another);
        Path hardModel = folder(
                "hard-link-model",
                "'model.onnx' is a hard link: of the file's 2 names only 1 lie in the version's folder");
        Path linkedModel = Files.copy(secretModel(), secrets.resolve("linked.onnx"));
        Files.createLink(hardModel.resolve(MODEL), linkedModel);
    }

    private void specialFiles() throws IOException, InterruptedException {
        ModelProto model = HostileModels.with(HostileModels.external("w.bin"));
        Path beside = model("pipe-beside", model, "'w.bin' is neither a file, nor a folder, nor a link: a named pipe");
        pipe(beside.resolve("w.bin"));
        String none = "version 1 holds no ONNX file (model.onnx)";
        Path itself =
                unlisted("pipe-model", "'model.onnx' is neither a file, nor a folder, nor a link: a named pipe", none);
        pipe(itself.resolve(MODEL));
        Path socket = model("socket", model, "'w.bin' is neither a file, nor a folder, nor a link: a socket");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket.resolve("w.bin")));
        }
        Path folder = unlisted("folder-model", "'model.onnx' is a folder", none);
        Files.createDirectory(folder.resolve(MODEL));
        Path instead =
                model("folder-weights", model, "'model.onnx' needs its external data 'w.bin', which is a folder");
        Files.createDirectory(instead.resolve("w.bin"));
        Path unreadable = version("unreadable");
        Files.write(
                unreadable.resolve(MODEL),
                HostileModels.with(HostileModels.weights()).toByteArray());
        Files.setPosixFilePermissions(unreadable.resolve(MODEL), PosixFilePermissions.fromString("---------"));
        if (Files.isReadable(unreadable.resolve(MODEL))) {
            Files.delete(unreadable.resolve(MODEL)); // root may read everything
            Files.delete(unreadable);
            Files.delete(repository.resolve("unreadable"));
        } else {
            expect("unreadable", "'model.onnx' cannot be read: this process may not open it", "");
            unreadableFolders();
        }
    }

    /** Not as root, who may look into every folder. */
    private void unreadableFolders() throws IOException {
        Path within = model(
                "unreadable-folder",
                HostileModels.with(HostileModels.weights()),
                "'weights' cannot be read: this process may not look at it");
        Path weights = Files.createDirectory(within.resolve("weights"));
        Files.setPosixFilePermissions(weights, PosixFilePermissions.fromString("---------"));
        Path itself = unlisted(
                "unreadable-version",
                "'1' cannot be read: this process may not look at it",
                "version 1 cannot be read: access denied");
        Files.setPosixFilePermissions(itself, PosixFilePermissions.fromString("---------"));
    }

    private static void pipe(Path path) throws IOException, InterruptedException {
        Process made = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        if (made.waitFor() != 0) {
            throw new IOException("mkfifo failed for " + path);
        }
    }

    private void claims() throws IOException {
        model(
                "claims-more",
                HostileModels.with(HostileModels.claiming(1L << 40)),
                "'model.onnx': initializer 'w' has dimensions [1099511627776] of float, which are 4398046511104 bytes;"
                        + " there are 16 in the file");
        model(
                "claims-overflow",
                HostileModels.with(HostileModels.claiming(1L << 40, 1L << 40)),
                "'model.onnx': initializer 'w' has dimensions [1099511627776, 1099511627776], whose product is beyond"
                        + " 63 bits");
        model(
                "claims-2-to-the-62",
                HostileModels.with(HostileModels.claiming(1L << 62)),
                "'model.onnx': initializer 'w' has dimensions [4611686018427387904] of float, more bytes than 63 bits"
                        + " can count");
        model(
                "claims-negative",
                HostileModels.with(HostileModels.claiming(2, -2)),
                "'model.onnx': initializer 'w' has the negative dimension -2 in [2, -2]");
        model(
                "claims-in-list",
                HostileModels.with(
                        HostileModels.claiming(1L << 40).clearRawData().addFloatData(1)),
                "'model.onnx': initializer 'w' has dimensions [1099511627776] of float, which are 1099511627776"
                        + " elements; there are numbers for at most 1 in the file");
        model(
                "claims-in-subgraph",
                HostileModels.inSubgraph(HostileModels.claiming(1L << 40)),
                "'model.onnx': initializer 'w' of graph 'then' of attribute 'then_branch' of If node 'choice' has"
                        + " dimensions [1099511627776] of float, which are 4398046511104 bytes; there are 16 in the file");
        model(
                "claims-dense",
                HostileModels.sparse(HostileModels.weights(), 1L << 40),
                "'model.onnx': sparse initializer 'w' has 1099511627776 elements once it is dense; all sparse tensors"
                        + " together may take 2147483647 bytes");
        model(
                "claims-input",
                HostileModels.ofWidth("4611686018427387904"),
                "'model.onnx': input 'x' declares more than 2147483647 elements: [?, 4611686018427387904]");
    }

    private void ranges() throws IOException {
        weights("range-missing", HostileModels.external("w.bin"), "", -1);
        String takes = "'model.onnx': initializer 'w' ";
        weights(
                "range-short",
                HostileModels.external("w.bin"),
                takes + "takes 16 bytes from byte 0 of 'w.bin', which has 15 bytes",
                15);
        weights(
                "range-offset",
                HostileModels.external("location", "w.bin", "offset", "1"),
                takes + "takes 16 bytes from byte 1 of 'w.bin', which has 16 bytes",
                16);
        weights(
                "range-offset-huge",
                HostileModels.external("location", "w.bin", "offset", "999999999999999999"),
                takes + "takes 16 bytes from byte 999999999999999999 of 'w.bin', which has 16 bytes",
                16);
        String number = "; it must be a whole number of 0 or more, of at most 18 digits";
        weights(
                "range-offset-overflow",
                HostileModels.external("location", "w.bin", "offset", "18446744073709551615"),
                takes + "gives the offset of its external data as '18446744073709551615'" + number,
                16);
        weights(
                "range-offset-negative",
                HostileModels.external("location", "w.bin", "offset", "-16"),
                takes + "gives the offset of its external data as '-16'" + number,
                16);
        weights(
                "range-length-text",
                HostileModels.external("location", "w.bin", "length", "0x10"),
                takes + "gives the length of its external data as '0x10'" + number,
                16);
        weights(
                "range-length",
                HostileModels.external("location", "w.bin", "length", "1024"),
                takes + "has dimensions [4] of float, which are 16 bytes; there are a length of 1024 in 'w.bin'",
                1024);
        weights(
                "range-twice",
                HostileModels.external("location", "w.bin", "location", "other.bin"),
                takes + "gives the 'location' of its external data twice",
                16);
        weights(
                "range-unknown-key",
                HostileModels.external("location", "w.bin", "prepacked_0", "k|0;16;0"),
                takes + "describes its external data by the unknown key 'prepacked_0'",
                16);
        weights("range-no-location", HostileModels.external(), takes + "is external data without a location", 16);
    }

    private void weights(String name, TensorProto.Builder weights, String reason, int size) throws IOException {
        String expected =
                reason.isEmpty() ? "'model.onnx' needs its external data 'w.bin', which is not beside it" : reason;
        Path version = model(name, HostileModels.with(weights), expected);
        if (size >= 0) {
            Files.write(version.resolve("w.bin"), new byte[size]);
        }
    }

    private void brokenFiles() throws IOException {
        file("broken-empty", new byte[0], "'model.onnx' is empty (0 bytes)");
        byte[] good = HostileModels.with(HostileModels.weights()).toByteArray();
        file(
                "broken-half",
                Arrays.copyOf(good, good.length / 2),
                "'model.onnx' is cut off: its graph takes 96 bytes, only 48 of the file's 52 bytes are left");
        file(
                "broken-end",
                Arrays.copyOf(good, good.length - 1),
                "'model.onnx' is cut off: its field 8 takes 2 bytes, only 1 of the file's " + (good.length - 1)
                        + " bytes are left");
        text("broken-text", "These are not the bytes of a model.\n", "");
        text(
                "broken-pointer",
                "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
                ": it seems to be a pointer of Git LFS, whose file was not fetched");
        text("broken-png", "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", ": it seems to be a PNG image");
        text(
                "broken-zip",
                "PK\u0003\u0004\u0014\0\0\0\u0008\0",
                ": it seems to be a zip archive, as PyTorch and NumPy write them");
        text("broken-pickle", "\u0080\u0004\u0095\0\0\0.", ": it seems to be a Python pickle");
        text(
                "broken-runtime-format",
                "\u0018\0\0\0ORTM\0\0",
                ": it seems to be ONNX Runtime's own format (.ort); serve the ONNX file");
        ModelProto none = HostileModels.withoutOutputs();
        model("broken-no-outputs", none, "'model.onnx' (" + none.getSerializedSize() + " bytes) is not an ONNX model");
        ModelProto.Builder unset =
                HostileModels.with(HostileModels.weights()).toBuilder().clearOpsetImport();
        model(
                "broken-no-operators",
                unset.build(),
                "'model.onnx' (" + unset.build().getSerializedSize()
                        + " bytes) names no operator set; it may be cut off after its graph");
    }

    private void text(String name, String content, String kind) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        file(name, bytes, "'model.onnx' (" + bytes.length + " bytes) is not an ONNX model" + kind);
    }

    private void bombs() throws IOException {
        model("nested-graphs", HostileModels.nested(300), "'model.onnx' nests more than 16 graphs inside each other");
        model(
                FILLS_THE_HEAP,
                HostileModels.ofNumbers(8 << 20),
                "'model.onnx' has a graph that takes more than " + HEAP_BYTES / 4
                        + " bytes of heap without its weights, a quarter of what this process has (-Xmx)");
        Path many = model(
                "many-files",
                HostileModels.with(HostileModels.weights()),
                "the version's folder has more than 4096 entries");
        for (int i = 0; i < 5000; i++) {
            Files.createFile(many.resolve("file-" + i));
        }
        Path deep = model(
                "deep-folders",
                HostileModels.with(HostileModels.weights()),
                "'a/a/a/a/a/a/a/a/a' is more than 8 folders deep");
        Files.createDirectories(deep.resolve("a/".repeat(12)));
        Path huge = model(
                "huge-file",
                HostileModels.with(HostileModels.weights()),
                "'w.bin' has 68719476737 bytes, a file may have at most 68719476736");
        sparse(huge.resolve("w.bin"), (64L << 30) + 1);
        Path model = folder(
                "huge-model",
                "'model.onnx' has 2147483648 bytes, an ONNX file at most 2147483647: larger weights must be stored as"
                        + " external data");
        sparse(model.resolve(MODEL), 1L << 31);
    }

    /** A file that takes no room on the disk. */
    private static void sparse(Path file, long size) throws IOException {
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
            created.setLength(size);
        }
    }

    private void names() throws IOException {
        model(
                "name-of-two-lines",
                HostileModels.named("x\n2026-01-01 ERROR all models are broken"),
                "'model.onnx': input 'x\\u000a2026-01-01 ERROR all models are broken' has a control character in its"
                        + " name");
        model(
                "name-long",
                HostileModels.named("x".repeat(100_000)),
                "'model.onnx': input '" + "x".repeat(120)
                        + "…' has a name of 100000 characters, at most 1024 are allowed");
        model(
                "name-that-steers-terminals",
                HostileModels.with(HostileModels.claiming(-1).setName("w\u001b[2J\r\n")),
                "'model.onnx': initializer 'w\\u001b[2J\\u000d\\u000a' has the negative dimension -1 in [-1]");
        Path file = model(
                "name-of-a-file",
                HostileModels.with(HostileModels.weights()),
                "'" + "n".repeat(118) + "\\u000an…' is a link to what is not there, 'nowhere'");
        Files.createSymbolicLink(file.resolve("n".repeat(118) + "\n" + "n".repeat(100)), Path.of("nowhere"));
    }

    private Path model(String name, ModelProto model, String reason) throws IOException {
        return file(name, model.toByteArray(), reason);
    }

    private Path file(String name, byte[] content, String reason) throws IOException {
        Path version = folder(name, reason);
        Files.write(version.resolve(MODEL), content);
        return version;
    }

    private Path folder(String name, String reason) throws IOException {
        return unlisted(name, reason, "");
    }

    private Path unlisted(String name, String reason, String complaint) throws IOException {
        expect(name, reason, complaint);
        return version(name);
    }

    private Path version(String name) throws IOException {
        return Files.createDirectories(repository.resolve(name).resolve("1"));
    }

    private void expect(String name, String reason, String complaint) {
        written.add(new HostileFolder(name, reason, complaint));
    }
}
