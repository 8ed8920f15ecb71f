package dev.sluice.loader.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryStorageTest {
    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs", "overlay", "tmpfs", "zfs", "apfs", "NTFS"})
    void hearsOfEveryChangeOnLocalFileSystems(String type) {
        assertThat(RepositoryStorage.ofType(type).local()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nfs", "nfs4", "cifs", "smb3", "fuse", "fuse.s3fs", "fuse.gcsfuse", "9p", "virtiofs", "ceph"})
    void looksItselfWhereOthersMayWrite(String type) {
        assertThat(RepositoryStorage.ofType(type).local()).isFalse();
    }

    @Test
    void doesNotTrustWhatItCannotTell() {
        assertThat(RepositoryStorage.of(Path.of("no/such/folder")).local()).isFalse();
    }
}
