package dev.sluice.canary.monitor.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProfileDocumentationTest {
    @Test
    void theDocumentedProfileCanBeRead() throws IOException, ProfileException {
        String page = Files.readString(Path.of("..", "docs", "profiles.md"));
        Matcher example = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL).matcher(page);

        assertThat(example.find()).isTrue();
        ReferenceProfile profile = ProfileReader.parse("profiles.md", example.group(1));
        assertThat(profile.order().names()).containsExactly("age", "amount");
        assertThat(profile.golden().overall()).isEqualTo(Tolerance.DEFAULT);
        assertThat(profile.golden().count(GoldenRow.Source.TRAINING)).isEqualTo(1);
    }
}
