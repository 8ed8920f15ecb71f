package dev.sluice.loader.execution;

import dev.sluice.loader.batching.BytesElements;
import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.RequestedOutput;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a request fits the signature of a version, and its inputs in the signature's order.
 *
 * <p>Threading: immutable.
 */
public final class SignatureCheck {
    private final ModelKey key;
    private final ModelSignature signature;

    public SignatureCheck(ModelKey key, ModelSignature signature) {
        this.key = key;
        this.signature = signature;
    }

    /**
     * The request with its inputs in the signature's order, over the same memory; the request itself when they are already.
     * O(inputs × outputs), and one walk over the elements of each string input.
     *
     * @throws InferenceException with INVALID_INPUT for an unknown, missing or doubled name, or another dtype or shape
     */
    public InferRequest apply(InferRequest request) {
        List<Tensor> given = request.inputs().tensors();
        requireOutputs(request.outputs());
        List<TensorSpec> specs = signature.inputs();
        boolean inOrder = given.size() == specs.size();
        for (int i = 0; inOrder && i < given.size(); i++) {
            inOrder = given.get(i).name().equals(specs.get(i).name());
        }
        List<Tensor> ordered = inOrder ? given : inOrder(given);
        for (int i = 0; i < ordered.size(); i++) {
            requireFit(specs.get(i), ordered.get(i));
        }
        return inOrder ? request : withInputs(request, ordered);
    }

    private void requireOutputs(List<RequestedOutput> outputs) {
        for (int i = 0; i < outputs.size(); i++) {
            String name = outputs.get(i).name();
            if (signature.output(name) == null) {
                throw InferenceException.invalidInput("unknown output '" + name + "' of " + described()
                        + "; its outputs are " + names(signature.outputs()));
            }
            for (int j = 0; j < i; j++) {
                if (outputs.get(j).name().equals(name)) {
                    throw InferenceException.invalidInput(
                            "output '" + name + "' of " + described() + " is requested twice");
                }
            }
        }
    }

    private List<Tensor> inOrder(List<Tensor> given) {
        for (int i = 0; i < given.size(); i++) {
            String name = given.get(i).name();
            if (signature.input(name) == null) {
                throw InferenceException.invalidInput("unknown input '" + name + "' of " + described()
                        + "; its inputs are " + names(signature.inputs()));
            }
            for (int j = 0; j < i; j++) {
                if (given.get(j).name().equals(name)) {
                    throw InferenceException.invalidInput("input '" + name + "' of " + described() + " is given twice");
                }
            }
        }
        List<Tensor> ordered = new ArrayList<>(given.size());
        for (TensorSpec spec : signature.inputs()) {
            ordered.add(find(given, spec));
        }
        return ordered;
    }

    private Tensor find(List<Tensor> given, TensorSpec spec) {
        for (Tensor tensor : given) {
            if (tensor.name().equals(spec.name())) {
                return tensor;
            }
        }
        throw InferenceException.invalidInput("input '" + spec.name() + "' of " + described() + " is missing: expected "
                + spec.dataType() + " " + spec.shape());
    }

    private void requireFit(TensorSpec spec, Tensor tensor) {
        if (tensor.dataType() != spec.dataType() || !spec.shape().accepts(tensor.shape())) {
            throw InferenceException.invalidInput("input '" + spec.name() + "' of " + described() + ": expected "
                    + spec.dataType() + " " + spec.shape() + ", got " + tensor.dataType() + " " + tensor.shape());
        }
        if (tensor.dataType() == DataType.BYTES) {
            // A length that lies would make the elements of another request its own once they share a block.
            BytesElements.requireExact(tensor);
        }
    }

    /** Made only for messages: nothing is built for a request that fits. */
    private String described() {
        return "model '" + key.name() + "' version " + key.version();
    }

    private static InferRequest withInputs(InferRequest request, List<Tensor> ordered) {
        return new InferRequest(
                request.predictionId(),
                request.clientId(),
                new TensorSet(ordered, request.inputs().block()),
                request.outputs(),
                request.binaryByDefault(),
                request.parameters(),
                request.priority(),
                request.deadlineNanos());
    }

    private String described() {
        return "model '" + key.name() + "' version " + key.version();
    }

    private static String names(List<TensorSpec> specs) {
        return specs.stream().map(spec -> "'" + spec.name() + "'").collect(Collectors.joining(", "));
    }
}
