package dev.sluice.loader.transform.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.repository.TransformConfig.Resample;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same pixels as Pillow's, which training saw. */
class PillowTest {
    private static final Pattern RESIZED =
            Pattern.compile("(?<source>.*)-(?<filter>[a-z]+)-(?<width>[0-9]+)x(?<height>[0-9]+)");

    static List<String> decodedPngs() {
        return PillowFiles.wanted(".*\\.png-decoded");
    }

    static List<String> decodedJpegs() {
        return PillowFiles.wanted(".*\\.jpg-decoded");
    }

    static List<String> resized() {
        return PillowFiles.wanted(RESIZED.pattern());
    }

    private static Pixels decoded(String wanted) throws BadImageException {
        return PillowFiles.decoded(PillowFiles.source(wanted.replace("-decoded", "")))
                .withBands(3);
    }

    @ParameterizedTest
    @MethodSource("decodedPngs")
    void pngsOfEveryKindDecodeToTheSamePixels(String name) throws BadImageException {
        assertThat(PillowFiles.difference(decoded(name), PillowFiles.pillows(name)))
                .isZero();
    }

    /** Measured: 0 for all of these; decoders may round cosines differently, so 2 are allowed. */
    @ParameterizedTest
    @MethodSource("decodedJpegs")
    void jpegsDecodeToNearlyTheSamePixels(String name) throws BadImageException {
        int difference = PillowFiles.difference(decoded(name), PillowFiles.pillows(name));

        assertThat(difference).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("resized")
    void resizedImagesHaveTheSamePixels(String name) throws BadImageException {
        Matcher parts = RESIZED.matcher(name);
        assertThat(parts.matches()).isTrue();
        Pixels source = PillowFiles.decoded(PillowFiles.source(parts.group("source")));

        Pixels made = new Resampling(Resample.valueOf(parts.group("filter").toUpperCase(Locale.ROOT)))
                .resize(source, Integer.parseInt(parts.group("width")), Integer.parseInt(parts.group("height")));

        assertThat(PillowFiles.difference(made, PillowFiles.pillows(name))).isZero();
    }

    @Test
    void colourTurnsToTheSameGrey() throws BadImageException {
        Pixels grey = PillowFiles.decoded(PillowFiles.source("rgb.png")).withBands(1);

        assertThat(PillowFiles.difference(grey, PillowFiles.pillows("rgb.png-grey")))
                .isZero();
    }
}
