package org.nofear.setup.doctor;

import java.util.List;

/** Whether graphical programs find fonts at once: fonts, fontconfig's configuration, and its cache. */
final class FontsCheck implements Check {

    private static final List<String> DIRECTORIES = List.of(
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            "/usr/share/X11/fonts",
            "/run/current-system/sw/share/X11/fonts");

    private static final String CONFIGURATION = "/etc/fonts/fonts.conf";
    private static final String CACHE = "/var/cache/fontconfig";

    @Override
    public String id() {
        return "guest.fonts";
    }

    @Override
    public Finding run(DoctorContext context) {
        List<String> fonts = DIRECTORIES.stream()
                .filter(directory -> !context.host().names(directory).isEmpty())
                .toList();
        boolean configured = context.host().read(CONFIGURATION).isPresent();
        int caches = context.host().names(CACHE).size();
        Finding finding;
        if (fonts.isEmpty()) {
            finding = Finding.warn(
                    "no fonts: graphical programs will show no text",
                    "install a package of fonts (DejaVu or Noto) with the package manager");
        } else if (!configured) {
            finding = Finding.warn(
                    "fonts, but no " + CONFIGURATION + ": programs pick wrong ones",
                    "install the package fontconfig (fontconfig-config on Debian) with the package manager");
        } else if (caches == 0) {
            finding = Finding.warn(
                    "no cache of fonts: each profile's first graphical program makes its own",
                    "sudo fc-cache --system-only");
        } else {
            finding = Finding.pass("fonts, their configuration and a cache");
        }
        return finding.with("fonts", fonts.isEmpty() ? "none" : String.join(" ", fonts))
                .with(CONFIGURATION, configured ? "there" : "missing")
                .with(CACHE, caches + " files");
    }
}
