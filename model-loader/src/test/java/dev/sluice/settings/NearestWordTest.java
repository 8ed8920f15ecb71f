package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
    @ParameterizedTest
    @CsvSource({
        "port,port,0",
        "prot,port,1",
        "por,port,1",
        "ports,port,1",
        "pert,port,1",
        "'',port,4",
        "kitten,sitting,3"
    })
    void countsEdits(String a, String b, int expected) {
        assertThat(NearestWord.distance(a, b)).isEqualTo(expected);
        assertThat(NearestWord.distance(b, a)).isEqualTo(expected);
    }

    @Test
    void findsTheNearestWithinAThirdOfTheLength() {
        List<String> candidates = List.of("max-body", "max-inflated-body", "host");

        assertThat(NearestWord.of("maxbody", candidates)).contains("max-body");
        assertThat(NearestWord.of("hst", candidates)).contains("host");
        assertThat(NearestWord.of("zebra", candidates)).isEmpty();
    }
}
