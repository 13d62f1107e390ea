package org.nofear.setup.describe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nofear.kvmtool.LkvmBuild;
import org.nofear.setup.engine.Otherwise;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.Resource;

/** Builds lkvm, before anything but packages is changed: where that fails, and nobody asked for lkvm, install starts anew. */
final class LkvmStage implements Stage {

    private final Workshop workshop;
    private final LkvmChoice choice;
    private final Optional<Otherwise> otherwise;

    LkvmStage(Workshop workshop, LkvmChoice choice, Optional<Otherwise> otherwise) {
        this.workshop = workshop;
        this.choice = choice;
        this.otherwise = otherwise;
    }

    @Override
    public boolean prepare(Progress progress) throws IOException {
        if (!(choice instanceof LkvmChoice.Built built) || Files.isRegularFile(program(), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Progress.Step step = progress.begin("build lkvm")) {
            build().build(built.source());
            step.done("");
        }
        return true;
    }

    private LkvmBuild build() {
        return new LkvmBuild(workshop.host(), workshop.cache(), workshop.jobs());
    }

    /** Where lkvm is, or will be; unknown until the compiler is there. */
    Path program() {
        if (choice instanceof LkvmChoice.Existing existing) {
            return existing.program();
        }
        if (choice instanceof LkvmChoice.Built built) {
            try {
                return build().entry(built.source());
            } catch (IOException notYet) {
                return workshop.unmade("lkvm");
            }
        }
        return workshop.unmade("lkvm");
    }

    /** The file itself is one of the programs. */
    @Override
    public List<Resource> resources() {
        return List.of();
    }

    @Override
    public Optional<Otherwise> otherwise() {
        return otherwise;
    }
}
