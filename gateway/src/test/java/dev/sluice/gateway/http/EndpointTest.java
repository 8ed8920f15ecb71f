package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.http.Endpoint.Operation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "/v2, SERVER_METADATA, '', ''",
        "/v2/, SERVER_METADATA, '', ''",
        "/v2/health/live, LIVE, '', ''",
        "/v2/health/ready, READY, '', ''",
        "/v2/models, MODEL_LIST, '', ''",
        "/v2/models/, MODEL_LIST, '', ''",
        "/v2/models/stats, MODEL_STATS, '', ''",
        "/v2/models/fraud, MODEL_METADATA, fraud, ''",
        "/v2/models/fraud/versions/3, MODEL_METADATA, fraud, 3",
        "/v2/models/fraud/infer, INFER, fraud, ''",
        "/v2/models/fraud/versions/stable/infer, INFER, fraud, stable",
        "/v2/models/fraud/predict, PREDICT, fraud, ''",
        "/v2/models/fraud/ready, MODEL_READY, fraud, ''",
        "/v2/models/fraud/versions/1/ready, MODEL_READY, fraud, 1",
        "/v2/models/fraud/config, MODEL_CONFIG, fraud, ''",
        "/v2/models/fraud/stats, MODEL_STATS, fraud, ''",
        "/v2/models/fraud/versions/2/stats, MODEL_STATS, fraud, 2",
        "/v2/models/fraud/tuning, MODEL_TUNING, fraud, ''",
        "/v2/models/fraud/versions/2/tuning, MODEL_TUNING, fraud, 2",
        "/v2/models/fraud/feedback, FEEDBACK, fraud, ''",
        "/v2/models/fraud/openapi.json, MODEL_OPENAPI, fraud, ''",
        "/v2/models/a%20b%2Bc/infer, INFER, a b+c, ''",
        "/v2/models/a+b/infer, INFER, a+b, ''",
        "/v2/models/versions/infer, INFER, versions, ''",
        "/v2/repository/index, REPOSITORY_INDEX, '', ''",
        "/v2/repository/main/index, REPOSITORY_INDEX, '', ''",
        "/v2/repository/models/fraud/load, REPOSITORY_LOAD, fraud, ''",
        "/v2/repository/main/models/fraud/unload, REPOSITORY_UNLOAD, fraud, ''",
        "/v2/systemsharedmemory/status, NOT_OFFERED, '', ''",
        "/v2/models/fraud/generate, NOT_OFFERED, fraud, ''",
        "/v2/models/fraud/trace/setting, NOT_OFFERED, '', ''"
    })
    void readsEveryPathOfTheProtocol(String path, Operation operation, String model, String version) {
        assertThat(Endpoint.parse(path)).isEqualTo(new Endpoint(operation, model, version));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/v1/models",
                "/metrics",
                "//v2",
                "/v2//models",
                "/v2/health",
                "/v2/health/dead",
                "/v2/models/fraud/versions",
                "/v2/models/fraud/versions/1/infer/more",
                "/v2/models/fraud/explode",
                "/v2/models/%zz/infer",
                "/v2/repository",
                "/v2/repository/models/fraud",
                "v2"
            })
    void knowsNothingElse(String path) {
        assertThat(Endpoint.parse(path)).isNull();
    }
}
