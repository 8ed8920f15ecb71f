package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.query.WindowSums;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a table says about where it comes from.
 *
 * <p>Threading: immutable.
 *
 * @param records that were chosen
 * @param filter the options that chose them; empty for all
 * @param windows what became of all requests of the log
 */
record ExportMetadata(long records, String filter, WindowSums windows) {
    Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("sluice.server", "sluice " + new BuildVersion().sluice());
        entries.put("sluice.records", Long.toString(records));
        entries.put("sluice.filter", filter);
        entries.put("sluice.windows", Long.toString(windows.windows()));
        entries.put("sluice.received", Long.toString(windows.received()));
        entries.put("sluice.logged", Long.toString(windows.logged()));
        entries.put("sluice.sampled_out", Long.toString(windows.sampledOut()));
        entries.put("sluice.dropped", Long.toString(windows.droppedTotal()));
        return entries;
    }
}
