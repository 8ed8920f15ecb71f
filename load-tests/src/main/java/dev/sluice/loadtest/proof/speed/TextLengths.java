package dev.sluice.loadtest.proof.speed;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How long the texts of a mix are, in tokens.
 *
 * <p>Threading: immutable.
 */
enum TextLengths {
    /** Median 20, at most 128, sigma 0.8 of the logarithm: sentences and paragraphs. */
    LOGNORMAL {
        @Override
        int draw(SplittableRandom random) {
            return (int) Math.max(MIN, Math.min(MAX, Math.round(20 * Math.exp(0.8 * random.nextGaussian()))));
        }
    },
    /** 85 % short ones of 5 to 12 and 15 % of 80 to 127: a chat with documents in between. */
    CHAT {
        @Override
        int draw(SplittableRandom random) {
            return random.nextDouble() < 0.85 ? random.nextInt(5, 13) : random.nextInt(80, MAX);
        }
    };

    private static final int MIN = 3;
    private static final int MAX = 128;

    abstract int draw(SplittableRandom random);

    /** Texts as requests; equal arguments make equal texts. */
    List<String> requests(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> Requests.textJson(draw(random), random.nextLong()))
                .toList();
    }
}
