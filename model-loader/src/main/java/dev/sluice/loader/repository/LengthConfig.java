package dev.sluice.loader.repository;

/**
 * What an operator says about rows whose length varies.
 *
 * <p>Threading: immutable.
 *
 * @param cellsMax most cells (rows times the longest of their lengths) of one run, in [1, {@value #CELLS_MAX}]; 0 = chosen
 * @param wasteMax most of a run's cells that may be padding, in [0, {@value #WASTE_MAX}]
 * @param padding whether and how rows are padded
 */
public record LengthConfig(int cellsMax, double wasteMax, PaddingConfig padding) {
    /** Most cells that one run may be allowed. */
    public static final int CELLS_MAX = 1_000_000_000;

    /** Most waste that may be allowed. */
    public static final double WASTE_MAX = 0.9;

    public static final LengthConfig DEFAULT = new LengthConfig(0, 0.25, PaddingConfig.AUTO);

    public LengthConfig {
        if (cellsMax < 0 || cellsMax > CELLS_MAX) {
            throw new IllegalArgumentException("cells-max must be between 1 and " + CELLS_MAX + ", got " + cellsMax);
        }
        if (!(wasteMax >= 0 && wasteMax <= WASTE_MAX)) {
            throw new IllegalArgumentException("waste-max must be between 0 and " + WASTE_MAX + ", got " + wasteMax);
        }
    }
}
