package dev.sluice.canary.monitor.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.canary.monitor.validation.ValidationCounts.Count;
import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A validator says of random tensors what reading the rules one by one says. */
class RequestValidatorPropertyTest {
    private static final int ROUNDS = 60;
    private static final List<String> WORDS = List.of("", "a", "b", "ab", "Österreich", "a much longer word than that");

    @ParameterizedTest
    @EnumSource(names = "BYTES", mode = EnumSource.Mode.EXCLUDE)
    void numbersAreWhatTheRulesSay(DataType type) {
        Random random = new Random(type.name().hashCode());
        for (int round = 0; round < ROUNDS; round++) {
            int columns = 1 + random.nextInt(5);
            int rows = random.nextInt(40);
            List<FeatureDomain> domains = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                domains.add(random.nextInt(4) == 0 ? FeatureDomain.ANY : numericDomain(type, random));
            }
            double[] values = new double[rows * columns];
            for (int i = 0; i < values.length; i++) {
                values[i] = number(type, random);
            }
            List<List<ValidationKind>> expected = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                expected.add(kinds(domains.get(i % columns), values[i], type));
            }

            agree(type, domains, Inputs.numbers("x", type, Shape.of(rows, columns), values), expected);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "BYTES")
    void textsAreWhatTheRulesSay(DataType type) {
        Random random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            int columns = 1 + random.nextInt(3);
            int rows = random.nextInt(40);
            List<FeatureDomain> domains = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                domains.add(textDomain(random));
            }
            String[] values = new String[rows * columns];
            List<List<ValidationKind>> expected = new ArrayList<>();
            for (int i = 0; i < values.length; i++) {
                values[i] = WORDS.get(random.nextInt(WORDS.size()));
                List<String> allowed = domains.get(i % columns).values();
                boolean missing = values[i].isEmpty() && !allowed.contains("");
                boolean odd = !allowed.isEmpty() && !allowed.contains(values[i]);
                expected.add(
                        missing
                                ? List.of(ValidationKind.MISSING)
                                : odd ? List.of(ValidationKind.NOT_IN_DOMAIN) : List.of());
            }

            agree(type, domains, Inputs.texts("x", Shape.of(rows, columns), values), expected);
        }
    }

    /** Whole numbers and halves, which every floating-point type holds. */
    private static double number(DataType type, Random random) {
        if (type == DataType.BOOL) {
            return random.nextInt(2);
        }
        if (type.isInteger()) {
            return random.nextInt(20) - (type.name().startsWith("U") ? 0 : 10);
        }
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            case 2 -> -0.0;
            default -> (random.nextInt(40) - 20) / 2.0;
        };
    }

    private static FeatureDomain numericDomain(DataType type, Random random) {
        if (type == DataType.BOOL) {
            return new FeatureDomain(
                    Optional.empty(),
                    Optional.empty(),
                    random.nextBoolean() ? List.of("true") : List.of(),
                    Optional.empty(),
                    false);
        }
        int low = random.nextInt(20) - 10;
        TreeSet<String> values = new TreeSet<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            values.add(BigDecimal.valueOf((long) number(DataType.UINT8, random)).toString());
        }
        return new FeatureDomain(
                random.nextBoolean() ? Optional.of(BigDecimal.valueOf(low)) : Optional.empty(),
                random.nextBoolean() ? Optional.of(BigDecimal.valueOf(low + 10 + random.nextInt(5))) : Optional.empty(),
                List.copyOf(values),
                random.nextBoolean() ? Optional.of(false) : Optional.empty(),
                random.nextBoolean());
    }

    private static FeatureDomain textDomain(Random random) {
        List<String> words = new ArrayList<>(WORDS);
        Collections.shuffle(words, random);
        return new FeatureDomain(
                Optional.empty(),
                Optional.empty(),
                words.subList(0, random.nextInt(words.size())),
                random.nextBoolean() ? Optional.of(false) : Optional.empty(),
                false);
    }

    private static List<ValidationKind> kinds(FeatureDomain domain, double value, DataType type) {
        if (Double.isNaN(value)) {
            return List.of(ValidationKind.MISSING);
        }
        if (Double.isInfinite(value)) {
            return List.of(ValidationKind.NOT_FINITE);
        }
        BigDecimal number = new BigDecimal(value);
        boolean below =
                domain.min().isPresent() && number.compareTo(domain.min().get()) < 0;
        boolean above =
                domain.max().isPresent() && number.compareTo(domain.max().get()) > 0;
        if (below || above) {
            return List.of(ValidationKind.OUT_OF_RANGE);
        }
        boolean known = domain.values().stream().anyMatch(text -> same(text, number, type));
        if (!domain.values().isEmpty() && !known) {
            return List.of(ValidationKind.NOT_IN_DOMAIN);
        }
        return domain.integer() && number.stripTrailingZeros().scale() > 0
                ? List.of(ValidationKind.NOT_INTEGER)
                : List.of();
    }

    private static boolean same(String text, BigDecimal number, DataType type) {
        return type == DataType.BOOL
                ? text.equals(number.signum() == 0 ? "false" : "true")
                : new BigDecimal(text).compareTo(number) == 0;
    }

    private static void agree(
            DataType type, List<FeatureDomain> domains, Tensor tensor, List<List<ValidationKind>> expected) {
        int columns = domains.size();
        Schemas schemas = Schemas.x(type, -1, columns);
        String[] names = new String[columns];
        for (int i = 0; i < columns; i++) {
            names[i] = "f" + i;
            schemas.domain(names[i], domains.get(i));
        }
        RequestValidator validator = schemas.named(names).validator();

        Verdict verdict = validator.inspect(Inputs.request(tensor).inputs());

        Map<String, Long> counts = new HashMap<>();
        TreeSet<String> flags = new TreeSet<>();
        for (int i = 0; i < expected.size(); i++) {
            FeatureDomain domain = domains.get(i % columns);
            for (ValidationKind kind : expected.get(i)) {
                String flag = kind.word() + ":f" + i % columns;
                counts.merge(flag, 1L, Long::sum);
                boolean counted = kind == ValidationKind.MISSING
                        ? domain.missing().orElse(true)
                        : kind == ValidationKind.NOT_FINITE && domain.equals(FeatureDomain.ANY);
                if (!counted) {
                    flags.add(flag);
                }
            }
        }
        Map<String, Long> actual = new HashMap<>();
        for (Count count : validator.counts().counts()) {
            actual.put(count.kind().word() + ":" + count.feature(), count.count());
        }
        assertThat(actual).as("%s %s", type, domains).isEqualTo(counts);
        assertThat(verdict.flags()).as("%s %s", type, domains).containsExactlyInAnyOrderElementsOf(flags);
        assertThat(validator.counts().passedCount()).isEqualTo(flags.isEmpty() ? 1 : 0);
    }
}
