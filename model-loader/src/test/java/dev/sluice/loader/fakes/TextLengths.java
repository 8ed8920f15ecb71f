package dev.sluice.loader.fakes;

import java.util.random.RandomGenerator;

/**
 * Lengths of texts as services see them, in tokens.
 *
 * <p>Threading: immutable.
 */
public enum TextLengths {
    /** Sentences and paragraphs: lognormal with median 20, cut off at 128. */
    LOGNORMAL {
        @Override
        public int draw(RandomGenerator random) {
            long length = Math.round(20 * Math.exp(0.7 * random.nextGaussian()));
            return (int) Math.max(3, Math.min(128, length));
        }
    },
    /** A chat: 85 % short remarks of 5 to 12, 15 % pasted texts of 80 to 127. Hard for whoever pads to the longest. */
    CHAT {
        @Override
        public int draw(RandomGenerator random) {
            return random.nextInt(100) < 85 ? 5 + random.nextInt(8) : 80 + random.nextInt(48);
        }
    };

    /** The length of one text. */
    public abstract int draw(RandomGenerator random);
}
