package org.nofear.setup.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.nofear.contract.ConfigKey;

/** Whether the guest's image is there and is one: a cpio archive, or a compressed one. */
final class GuestImageCheck implements Check {

    /** cpio(5), newc. */
    private static final String CPIO = "070701";

    private static final String GZIP = "\u001f\u008b";
    private static final String ZSTD = "(\u00b5/\u00fd";

    @Override
    public String id() {
        return "guest.image";
    }

    @Override
    public Finding run(DoctorContext context) throws IOException {
        String path = context.installed()
                .get(ConfigKey.INITRD)
                .orElseGet(() -> context.layout().guestImage());
        Optional<Path> file = context.host().file(path).filter(Files::isRegularFile);
        if (file.isEmpty()) {
            return context.installed().present()
                    ? Finding.fail(
                            "the guest's image " + path + " is gone",
                            context.fixes().repair())
                    : Finding.fail(
                            "there is no guest image: NoFear is not installed",
                            context.fixes().install());
        }
        if (!Files.isReadable(file.get())) {
            return Finding.fail(path + " cannot be read", "sudo chmod a+r " + Fixes.word(path));
        }
        String head = head(file.get());
        Finding finding = head.startsWith(CPIO) || head.startsWith(GZIP) || head.startsWith(ZSTD)
                ? Finding.pass("the guest's image is " + path)
                : Finding.fail(path + " is no cpio archive", context.fixes().repair());
        return finding.with("bytes", Long.toString(Files.size(file.get())));
    }

    private static String head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(CPIO.length()), StandardCharsets.ISO_8859_1);
        }
    }
}
