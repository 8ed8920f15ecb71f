package dev.sluice.canary.inputlog.jsonl;

/**
 * A complete body of the Open Inference Protocol V2, ready to be sent again as it is.
 *
 * <p>Threading: immutable; nobody writes to {@code bytes}.
 *
 * @param bytes JSON, and after it the binary tensors if there are any
 * @param jsonLength bytes of JSON, to go into Inference-Header-Content-Length; -1 when the whole body is JSON
 */
@SuppressWarnings("ArrayRecordComponent") // a body is handed on, never compared
public record LoggedBody(byte[] bytes, int jsonLength) {}
