package org.nofear.distro;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.host.Host;

/**
 * A distribution recognised.
 *
 * @param osRelease what it says of itself
 * @param adapter what NoFear knows of it
 * @param match how it was recognised
 */
public record Distribution(OsRelease osRelease, DistroAdapter adapter, Match match) {

    /** How a distribution was recognised. */
    public enum Match {
        /** By ID. */
        ID,
        /** By a word of ID_LIKE. */
        ID_LIKE,
        /** By its package database or layout. */
        PROBE,
        /** Not at all: the generic adapter. */
        NONE
    }

    /** All adapters; probing asks them in this order. The generic one is not among them. */
    public static final List<DistroAdapter> ADAPTERS = List.of(
            new NixOsAdapter(),
            new DebianAdapter(),
            new SuseAdapter(),
            new FedoraAdapter(),
            new ArchAdapter(),
            new GentooAdapter(),
            new AlpineAdapter(),
            new VoidAdapter(),
            new SolusAdapter());

    private static final DistroAdapter GENERIC = new GenericAdapter();

    public Family family() {
        return adapter.family();
    }

    /** Reads os-release: ID, then each word of ID_LIKE from left to right, then probing, else the generic adapter. */
    public static Distribution identify(Host host) {
        OsRelease release = OsRelease.read(host);
        return byName(release)
                .or(() -> ADAPTERS.stream()
                        .filter(adapter -> adapter.recognises(host))
                        .map(adapter -> new Distribution(release, adapter, Match.PROBE))
                        .findFirst())
                .orElseGet(() -> new Distribution(release, GENERIC, Match.NONE));
    }

    /** By the names in os-release alone. What is like no other is known by its own name only: nothing is like it. */
    public static Optional<Distribution> byName(OsRelease release) {
        Optional<Distribution> exact = withId(Stream.concat(ADAPTERS.stream(), Stream.of(GENERIC)), release.id())
                .map(adapter -> new Distribution(release, adapter, Match.ID));
        return exact.or(() -> release.idLike().stream()
                .flatMap(word -> withId(ADAPTERS.stream(), word).stream())
                .map(adapter -> new Distribution(release, adapter, Match.ID_LIKE))
                .findFirst());
    }

    private static Optional<DistroAdapter> withId(Stream<DistroAdapter> adapters, String id) {
        return adapters.filter(adapter -> adapter.ids().contains(id)).findFirst();
    }
}
