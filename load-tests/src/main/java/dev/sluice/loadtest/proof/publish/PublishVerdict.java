package dev.sluice.loadtest.proof.publish;

import dev.sluice.loadtest.proof.server.ProofVerdict;
import dev.sluice.loadtest.proof.server.Ranks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code prove publish} must show: no request fails, every good version answers in time and no bad one ever does, every
 * answer is the right one, and the tail of the latency stays.
 *
 * <p>Threading: stateless.
 */
final class PublishVerdict {
    private static final int SHOWN_MAX = 5;
    private static final double NEVER_SENT_MAX = 0.01;

    private PublishVerdict() {}

    static ProofVerdict judge(PublishPlan plan, PublishResult result) {
        List<String> failed = new ArrayList<>();
        if (!result.serverRunning()) {
            failed.add("the server ended during the run");
        }
        if (result.failed() > 0) {
            failed.add(result.failed() + " of " + result.sent()
                    + " requests of the load failed or were answered wrong: " + result.loadErrors());
        }
        if (result.probeWrong() > 0) {
            failed.add(result.probeWrong() + " of " + result.probed() + " probes failed or were answered wrong: "
                    + result.probeErrors());
        }
        failed.addAll(shown(result.cycles().stream()
                .map(cycle -> complaint(plan, cycle))
                .filter(complaint -> !complaint.isEmpty())
                .toList()));
        List<String> missing = new ArrayList<>();
        if (result.sent() == 0) {
            missing.add("the generator sent no request");
        }
        if (result.neverSent() > NEVER_SENT_MAX * result.sent()) {
            missing.add("the generator gave up " + result.neverSent() + " of " + result.sent()
                    + " requests before it sent them");
        }
        plan.ratioMax().ifPresent(most -> judgeRatio(result, most, failed, missing));
        return ProofVerdict.of(failed, missing, true);
    }

    private static void judgeRatio(PublishResult result, double most, List<String> failed, List<String> missing) {
        List<Double> ratios = result.ratios();
        if (ratios.isEmpty() || ratios.size() < result.pairs().size() / 2) {
            missing.add("the generator kept its times in " + ratios.size() + " of "
                    + result.pairs().size() + " pairs of spans, half of them are needed to judge the p99");
        } else if (Ranks.median(ratios) > most) {
            failed.add(String.format(
                    Locale.ROOT,
                    "the p99 with swaps is %.2f times that without (median of %d pairs), at most %.2f is allowed",
                    Ranks.median(ratios),
                    ratios.size(),
                    most));
        }
    }

    /** What is wrong with a cycle; empty when nothing is. */
    private static String complaint(PublishPlan plan, Cycle cycle) {
        String which = "version " + cycle.version() + " (" + cycle.kind().words() + ")";
        if (!cycle.kind().isGood()) {
            if (cycle.served()) {
                return which + " answered";
            }
            return cycle.note().isEmpty() ? which + " was not refused: the index names no reason" : "";
        }
        Duration within = cycle.kind().settles() ? plan.servedWithin().plus(plan.settle()) : plan.servedWithin();
        if (!cycle.served()) {
            return which + " never answered";
        }
        return cycle.servedNanos() <= within.toNanos()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s answered after %.0f ms, at most %d ms are allowed",
                        which,
                        cycle.servedNanos() / 1e6,
                        within.toMillis());
    }

    private static List<String> shown(List<String> complaints) {
        if (complaints.size() <= SHOWN_MAX) {
            return complaints;
        }
        List<String> shown = new ArrayList<>(complaints.subList(0, SHOWN_MAX));
        shown.add("and " + (complaints.size() - SHOWN_MAX) + " more cycles, see cycles.csv");
        return shown;
    }
}
