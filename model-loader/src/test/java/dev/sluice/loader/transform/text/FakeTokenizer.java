package dev.sluice.loader.transform.text;

import java.nio.charset.StandardCharsets;

/** Tokens are the bytes of a text between 1 and 2. */
final class FakeTokenizer implements Tokenizer {
    private boolean closed;

    @Override
    public Tokens encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long[] ids = new long[bytes.length + 2];
        ids[0] = 1;
        for (int i = 0; i < bytes.length; i++) {
            ids[i + 1] = bytes[i];
        }
        ids[ids.length - 1] = 2;
        return new Tokens(ids, new long[ids.length]);
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
