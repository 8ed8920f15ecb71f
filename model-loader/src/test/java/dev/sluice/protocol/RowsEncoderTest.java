package dev.sluice.protocol;

import static dev.sluice.protocol.DecoderFixture.floats;
import static dev.sluice.protocol.DecoderFixture.json;
import static dev.sluice.protocol.DecoderFixture.longs;
import static dev.sluice.protocol.DecoderFixture.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowsEncoderTest {
    private final ByteSink sink = new ByteSink();

    private String encode(int rows, Map<String, List<String>> labels, Tensor... outputs) {
        ModelSignature signature = new ModelSignature("p", List.of(), List.of(), labels);
        InferResponse response = new InferResponse(
                new ModelKey("m", 3), new TensorSet(List.of(outputs), TensorBlock.unpooled(0)), 0, InferTiming.NONE);
        sink.clear();
        new RowsEncoder().encode("p1", rows, response, signature, sink);
        String text = new String(sink.toByteArray(), UTF_8);
        String head = json("{'model_name':'m','model_version':'3','prediction_id':'p1','predictions':");
        assertThat(text).startsWith(head);
        return text.substring(head.length()).replace('"', '\'');
    }

    @Test
    void writesOneObjectPerRow() {
        assertThat(encode(2, Map.of(), floats("y", Shape.of(2, 1), 1, 2.5f)))
                .isEqualTo("[{'id':'p1#0','y':1.0},{'id':'p1#1','y':2.5}]}");
    }

    @Test
    void writesScalarsListsAndNestedLists() {
        Tensor scalar = longs("s", DataType.INT64, Shape.of(2), 1, 2);
        Tensor list = floats("l", Shape.of(2, 2), 1, 2, 3, Float.NaN);
        Tensor nested = floats("n", Shape.of(2, 2, 1), 1, 2, 3, 4);
        Tensor text = texts("t", Shape.of(2, 2), "a", "", "ccc", "dd");
        Tensor half = new Tensor("h", DataType.FP16, Shape.of(2), ByteBuffer.wrap(new byte[] {0, 60, 0, 64}));

        assertThat(encode(2, Map.of(), scalar, list, nested, text, half))
                .isEqualTo("[{'id':'p1#0','s':1,'l':[1.0,2.0],'n':[[1.0],[2.0]],'t':['a',''],'h':1.0},"
                        + "{'id':'p1#1','s':2,'l':[3.0,'NaN'],'n':[[3.0],[4.0]],'t':['ccc','dd'],'h':2.0}]}");
    }

    @Test
    void writesLabelledOutputsAsObjectsAndTheHighestAsLabel() {
        Tensor probabilities = floats("p", Shape.of(3, 2), 0.25f, 0.75f, 0.5f, 0.5f, Float.NaN, 0f);

        assertThat(encode(3, Map.of("p", List.of("no", "yes")), probabilities))
                .isEqualTo("[{'id':'p1#0','p':{'no':0.25,'yes':0.75},'label':'yes'},"
                        + "{'id':'p1#1','p':{'no':0.5,'yes':0.5},'label':'no'},"
                        + "{'id':'p1#2','p':{'no':'NaN','yes':0.0},'label':'yes'}]}");
    }

    @Test
    void prefersTheModelsOwnLabelToTheHighestProbability() {
        Tensor probabilities = floats("p", Shape.of(1, 2), 0.25f, 0.75f);
        Map<String, List<String>> labels = Map.of("p", List.of("no", "yes"));

        assertThat(encode(1, labels, longs("output_label", DataType.INT64, Shape.of(1), 7), probabilities))
                .isEqualTo("[{'id':'p1#0','output_label':7,'p':{'no':0.25,'yes':0.75},'label':7}]}");
        assertThat(encode(1, labels, texts("output_label", Shape.of(1, 1), "maybe"), probabilities))
                .isEqualTo("[{'id':'p1#0','output_label':'maybe','p':{'no':0.25,'yes':0.75},'label':'maybe'}]}");
        assertThat(encode(1, labels, texts("label", Shape.of(1), "maybe"), probabilities))
                .isEqualTo("[{'id':'p1#0','label':'maybe','p':{'no':0.25,'yes':0.75}}]}");
    }

    @Test
    void writesTheOwnLabelOfEachRow() {
        assertThat(encode(2, Map.of(), texts("output_label", Shape.of(2), "a", "bb")))
                .isEqualTo(
                        "[{'id':'p1#0','output_label':'a','label':'a'},{'id':'p1#1','output_label':'bb','label':'bb'}]}");
    }

    @Test
    void ignoresAnOwnLabelThatIsNotOneIntegerOrText() {
        assertThat(encode(1, Map.of(), floats("output_label", Shape.of(1), 1)))
                .isEqualTo("[{'id':'p1#0','output_label':1.0}]}");
        assertThat(encode(1, Map.of(), longs("output_label", DataType.INT64, Shape.of(1, 2), 1, 2)))
                .isEqualTo("[{'id':'p1#0','output_label':[1,2]}]}");
    }

    @Test
    void writesAListWhereLabelsDoNotFit() {
        assertThat(encode(1, Map.of("p", List.of("a", "b", "c")), floats("p", Shape.of(1, 2), 1, 2)))
                .isEqualTo("[{'id':'p1#0','p':[1.0,2.0]}]}");
        assertThat(encode(1, Map.of("p", List.of("a", "a")), floats("p", Shape.of(1, 2), 1, 2)))
                .isEqualTo("[{'id':'p1#0','p':[1.0,2.0]}]}");
    }

    @Test
    void keepsTheRowsIdWhenAnOutputIsCalledId() {
        assertThat(encode(1, Map.of(), floats("id", Shape.of(1), 1))).isEqualTo("[{'id':'p1#0','id_output':1.0}]}");
    }

    @Test
    void refusesAnOutputThatDoesNotHaveOneEntryPerRow() {
        requireInvalid(
                floats("y", Shape.of(), 1),
                "output 'y' has shape [], not one entry for each of 2 rows. Use an infer request with tensors instead");
        requireInvalid(
                floats("y", Shape.of(1, 2), 1, 2),
                "output 'y' has shape [1, 2], not one entry for each of 2 rows. Use an infer request with tensors instead");
    }

    private void requireInvalid(Tensor output, String message) {
        InferenceException failure = catchThrowableOfType(InferenceException.class, () -> encode(2, Map.of(), output));
        assertThat(failure).hasMessage(message);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
        assertThat(sink.size()).isZero();
    }
}
