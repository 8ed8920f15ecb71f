package dev.sluice.loadtest.proof.jmh;

import dev.sluice.loadtest.CannotMeasureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code prove codec}: reading floats, compared with a general parser in the same run.
 *
 * <p>Threading: confined to the main thread.
 */
@Command(
        name = "codec",
        description = "Reading floats takes at most three quarters of a general parser's time.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CodecCommand implements Callable<Integer> {
    private static final double RATIO_MAX = 0.75;
    private static final List<String> FLOATS = List.of("16", "256", "12288", "150528");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private JmhRun run = new JmhRun();

    @Option(names = "--out", required = true, description = "Folder for the evidence; made when missing.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("the command runs through picocli only");
        }
        return new JmhProof("codec", "\\.(De|En)codeBenchmark\\.", CodecCommand::goals).run(run, out, spec);
    }

    static List<JmhGoal> goals(JmhScores scores) throws CannotMeasureException {
        List<JmhGoal> goals = new ArrayList<>();
        for (String floats : FLOATS) {
            Map<String, String> parameters = Map.of("floats", floats);
            double own = scores.find("DecodeBenchmark.json", parameters).micros();
            double general = scores.find("DecodeBenchmark.jackson", parameters).micros();
            goals.add(new JmhGoal("time to read " + floats + " floats ÷ Jackson streaming", own / general, RATIO_MAX));
        }
        return goals;
    }
}
