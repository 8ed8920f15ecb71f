package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier of handwritten digits, asked with JPEGs of such that it was not trained on. */
class ImagesIT {
    private static final Path IMAGES = TestModels.folder("digits").resolve("../../images");

    @TempDir
    Path repository;

    private @Nullable RunningGateway running;

    @BeforeEach
    void copyTheModel() {
        TestModels.copy(repository, "digits");
    }

    @AfterEach
    void close() {
        if (running != null) {
            running.close();
        }
    }

    private HttpCalls calls(String... settings) {
        if (running == null) {
            running = RunningGateway.start(repository, settings);
        }
        return running.calls();
    }

    private static byte[] jpeg(int digit) throws IOException {
        return Files.readAllBytes(IMAGES.resolve("digits").resolve(digit + ".jpg"));
    }

    private HttpCalls.Answer classify(String output, byte[]... files) {
        return new InferBody()
                .binary("image", "BYTES", "[" + files.length + "]", LittleEndian.elements(files))
                .output("probabilities", output)
                .postTo(calls(), "digits");
    }

    private HttpCalls.Answer refused(byte[]... files) {
        return classify("{}", files);
    }

    @Test
    void classifiesJpegsAsTrainingsSideDid() throws IOException {
        List<String> expected = Files.readAllLines(IMAGES.resolve("digits").resolve("expected.csv"));
        for (int digit = 0; digit < 10; digit++) {
            List<String> row = List.of(expected.get(digit).split(",", -1));

            HttpCalls.Answer answer = classify("{}", jpeg(digit));
            HttpCalls.Answer best = classify("{\"classification\":1}", jpeg(digit));

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            JsonNode data = InferAnswer.of(answer).output("probabilities").path("data");
            for (int i = 0; i < 10; i++) {
                assertThat(data.get(i).asDouble()).isEqualTo(Double.parseDouble(row.get(1 + i)), within(1e-5));
            }
            assertThat(InferAnswer.of(best)
                            .output("probabilities")
                            .path("data")
                            .path(0)
                            .asText())
                    .endsWith(":" + digit + ":" + row.get(0));
        }
    }

    @Test
    void classifiesSeveralInOneRequest() throws IOException {
        HttpCalls.Answer answer = classify("{\"classification\":1}", jpeg(3), jpeg(8), jpeg(1));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(InferAnswer.of(answer).output("probabilities").path("data"))
                .extracting(node -> node.asText().replaceFirst("^[^:]*:", ""))
                .containsExactly("3:three", "8:eight", "1:one");
    }

    @Test
    void takesBase64InJson() throws IOException {
        String data = Base64.getEncoder().encodeToString(jpeg(7));

        HttpCalls.Answer answer = calls().post(
                        "/v2/models/digits/infer",
                        "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"" + data
                                + "\"]}],\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"classification\":1}}]}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).contains(":7:seven");
    }

    @Test
    void metadataShowsAnImageIn() {
        JsonNode metadata = calls().get("/v2/models/digits").json();

        assertThat(metadata.path("inputs").toString())
                .isEqualTo("[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[-1]}]");
    }

    @Test
    void refusesABombBeforeItIsDecoded() throws IOException {
        byte[] bomb = jpeg(0);
        int frame = new String(bomb, StandardCharsets.ISO_8859_1).indexOf("\u00FF\u00C0");
        ByteBuffer.wrap(bomb).putShort(frame + 5, (short) 65_000).putShort(frame + 7, (short) 65_000);

        HttpCalls.Answer answer = refused(bomb);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error())
                .isEqualTo("input 'image' row 0 may have at most 100000 pixels (image.max-pixels), got 65000 x 65000");
    }

    @Test
    void refusesImagesThatTogetherHaveTooManyPixels() throws IOException {
        calls("models.digits.transform=image", "models.digits.image.max-request-pixels=12000");

        HttpCalls.Answer answer = refused(jpeg(3), jpeg(3));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error())
                .isEqualTo("the 2 images of input 'image' may have at most 12000 pixels together"
                        + " (image.max-request-pixels), got 12288");
        assertThat(refused(jpeg(3)).status()).isEqualTo(200);
    }

    /** As many requests as there are threads, each with far more work than anybody waits for. */
    @Test
    void lateRequestsLeaveTheThreadsToOthers() throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        HttpCalls calls = calls(
                "models.digits.transform=image",
                "models.digits.image.max-pixels=1048576",
                "models.digits.image.max-request-pixels=" + Integer.MAX_VALUE);
        byte[][] images = new byte[1500][];
        Arrays.fill(images, blank(1024, 1024));
        InferBody body = new InferBody().binary("image", "BYTES", "[1500]", LittleEndian.elements(images));
        ExecutorService clients = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<Integer>> late = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> body.postTo(calls, "digits", "sluice-timeout-ms", "1000")
                                    .status(),
                            clients))
                    .limit(threads)
                    .toList();

            assertThat(late).allSatisfy(status -> assertThat(status.join()).isEqualTo(504));
        } finally {
            clients.shutdown();
        }

        HttpCalls.Answer next = new InferBody()
                .binary("image", "BYTES", "[1]", LittleEndian.elements(jpeg(3)))
                .postTo(calls, "digits", "sluice-timeout-ms", "5000");

        assertThat(next.status()).as(next.text()).isEqualTo(200);
    }

    private static byte[] blank(int width, int height) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), "png", file);
        return file.toByteArray();
    }

    @Test
    void refusesFilesThatAreTooLargeCutOffOrNoImages() throws IOException {
        byte[] whole = jpeg(4);

        assertThat(refused(new byte[65_537]).status()).isEqualTo(413);
        assertThat(refused(new byte[65_537]).error())
                .isEqualTo("input 'image' row 0 may have at most 65536 bytes (image.max-bytes), got 65537");
        assertThat(refused(whole, Arrays.copyOf(whole, whole.length / 2)).status())
                .isEqualTo(400);
        assertThat(refused(whole, Arrays.copyOf(whole, whole.length / 2)).error())
                .startsWith("input 'image' row 1 is ");
        assertThat(refused("no image".getBytes(StandardCharsets.UTF_8)).error())
                .isEqualTo("input 'image' row 0 must be a JPEG or PNG file");
        assertThat(classify("{\"classification\":1}", whole).status()).isEqualTo(200);
    }

    @Test
    void aModelThatDoesNotFitItsTransformIsQuarantinedWithTheReason() {
        Repositories.configure(repository, "digits", "transform: text\n");

        JsonNode version = calls().post("/v2/repository/index", "").json().path(0);

        assertThat(version.path("reason").asText())
                .contains("transform")
                .contains("text.tokenizer: tokenizer.json: no such file in the version's folder or the model's");
    }
}
