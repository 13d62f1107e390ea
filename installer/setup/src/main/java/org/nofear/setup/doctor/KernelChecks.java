package org.nofear.setup.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nofear.contract.ConfigKey;
import org.nofear.facts.Architecture;
import org.nofear.kernel.KernelConfig;
import org.nofear.kernel.KernelFragments;
import org.nofear.kernel.KernelOption;

/** The guest's kernel. */
final class KernelChecks {

    private KernelChecks() {}

    /** Whether the image is there and is one. */
    static final class Image implements Check {

        /** The x86 boot protocol's "HdrS" and where it is (Documentation/arch/x86/boot.rst). */
        private static final String MAGIC = "HdrS";

        private static final int MAGIC_AT = 0x202;

        @Override
        public String id() {
            return "kernel.image";
        }

        @Override
        public Finding run(DoctorContext context) throws IOException {
            String path = context.installed()
                    .get(ConfigKey.KERNEL)
                    .orElseGet(() -> context.layout().kernel());
            Optional<Path> file = context.host().file(path).filter(Files::isRegularFile);
            if (file.isEmpty()) {
                return context.installed().present()
                        ? Finding.fail(
                                "the guest's kernel " + path + " is gone",
                                context.fixes().repair())
                        : Finding.fail(
                                "there is no guest kernel: NoFear is not installed",
                                context.fixes().install());
            }
            if (!Files.isReadable(file.get())) {
                return Finding.fail(path + " cannot be read", "sudo chmod a+r " + Fixes.word(path));
            }
            Finding finding = context.facts().architecture() != Architecture.X86_64 || bootable(file.get())
                    ? Finding.pass("the guest's kernel is " + path)
                    : Finding.fail(
                            path + " is no kernel: it has no boot header",
                            context.fixes().repair());
            return finding.with("bytes", Long.toString(Files.size(file.get())));
        }

        private static boolean bootable(Path image) throws IOException {
            try (InputStream in = Files.newInputStream(image)) {
                byte[] head = in.readNBytes(MAGIC_AT + MAGIC.length());
                return new String(head, StandardCharsets.ISO_8859_1).startsWith(MAGIC, MAGIC_AT);
            }
        }
    }

    /** Whether it has all that guests need. */
    static final class Config implements Check {

        private static final int SHOWN = 6;

        @Override
        public String id() {
            return "kernel.config";
        }

        @Override
        public List<String> dependsOn() {
            return List.of("kernel.image");
        }

        @Override
        public Finding run(DoctorContext context) {
            String path = context.layout().kernelConfig();
            Optional<String> text = context.host().read(path);
            if (text.isEmpty()) {
                return Finding.skip(
                                "the kernel is not one that NoFear built: its configuration is not known",
                                context.fixes().install("--kernel build"))
                        .with("file", path);
            }
            List<KernelOption> asked = new KernelFragments().options();
            List<String> missing = KernelConfig.parse(text.get()).missing(asked);
            Finding finding = missing.isEmpty()
                    ? Finding.pass("all " + asked.size() + " options that are asked for")
                    : Finding.fail(
                            missing.size() + " of " + asked.size() + " options are not as asked",
                            context.fixes().repair());
            return missing.isEmpty()
                    ? finding
                    : finding.with(
                            "options",
                            String.join(", ", missing.subList(0, Math.min(SHOWN, missing.size())))
                                    + (missing.size() > SHOWN ? ", ..." : ""));
        }
    }
}
