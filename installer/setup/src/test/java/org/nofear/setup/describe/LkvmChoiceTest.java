package org.nofear.setup.describe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nofear.kvmtool.KvmtoolSource;

/** The words in which the plan tells where lkvm comes from. */
final class LkvmChoiceTest {

    @Test
    void a_source_is_told_by_its_path_or_url() {
        assertThat(List.of(
                        new KvmtoolSource.Directory(Path.of("/k")),
                        new KvmtoolSource.Tarball(Path.of("/k.tar.xz")),
                        new KvmtoolSource.Git("https://k/")))
                .map(source -> new LkvmChoice.Built(source, true).words())
                .containsExactly("lkvm built from /k", "lkvm built from /k.tar.xz", "lkvm built from https://k/");
    }
}
