package dev.sluice.loader.runtime.onnx;

/**
 * How large a version may be before anything of it is opened.
 *
 * <p>Threading: immutable.
 *
 * @param entriesMax files, folders and links of a version together
 * @param folderDepthMax folders inside each other below the version's own
 * @param fileBytesMax of one file
 * @param totalBytesMax of all files together
 * @param heapBytesMax of the heap that a graph without its weights may take while it is read
 * @param nodesMax nodes of a model, those of subgraphs and functions included
 * @param graphDepthMax graphs inside each other, the model's own included
 * @param denseBytesMax of all sparse tensors of a model once the runtime has made them dense
 */
record SafetyLimits(
        int entriesMax,
        int folderDepthMax,
        long fileBytesMax,
        long totalBytesMax,
        long heapBytesMax,
        int nodesMax,
        int graphDepthMax,
        long denseBytesMax) {
    /** A file in protobuf's format; ONNX Runtime, as everybody, takes no larger one. */
    static final int MODEL_BYTES_MAX = Integer.MAX_VALUE;

    /** Characters of a name or a location in a model; longer ones serve no purpose but to fill logs. */
    static final int NAME_CHARS_MAX = 1024;

    /** What a heap of this size allows: a quarter of it may be taken by one graph. */
    static SafetyLimits forHeap(long heapBytes) {
        return new SafetyLimits(4096, 8, 64L << 30, 256L << 30, heapBytes / 4, 1 << 20, 16, MODEL_BYTES_MAX);
    }
}
