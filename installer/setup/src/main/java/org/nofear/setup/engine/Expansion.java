package org.nofear.setup.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nofear.setup.journal.State;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.resource.DirectoryResource;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Snapshot;

/** Adds what resources need ahead of them: missing directories, a unit's link; leaves out what an offline tree can't have. */
final class Expansion {

    /** Made, where they are missing, to hold the state before anything else is done. */
    private static final List<String> OF_THE_STATE = List.of("/var", "/var/lib");

    private final Target target;
    private final State state;
    private final Map<String, Resource> listed = new LinkedHashMap<>();
    private final Map<String, Resource> expanded = new LinkedHashMap<>();
    private final Set<String> parents = new HashSet<>();

    private Expansion(Target target, State state) {
        this.target = target;
        this.state = state;
    }

    /**
     * The resources with what they need, in order.
     *
     * @param all those of later stages too: what is listed there is not made up here
     */
    static List<Resource> of(List<Resource> resources, List<Resource> all, Target target, State state)
            throws IOException {
        Expansion expansion = new Expansion(target, state);
        for (Resource resource : all) {
            Resource known = expansion.listed.putIfAbsent(resource.place().id(), resource);
            if (known != null && !known.equals(resource)) {
                throw new IllegalArgumentException(
                        "two things are wanted at " + resource.place().id());
            }
        }
        for (Resource resource : resources) {
            expansion.add(resource);
        }
        return new ArrayList<>(expansion.expanded.values());
    }

    private void add(Resource resource) throws IOException {
        Place place = resource.place();
        if (expanded.containsKey(place.id())) {
            return;
        }
        for (Resource ahead : resource.ahead()) {
            add(ahead);
        }
        if (place.live() && !target.host().live()) {
            return;
        }
        if (place instanceof PathPlace file) {
            addParents(file.path());
        }
        expanded.put(place.id(), resource);
    }

    private void addParents(String path) throws IOException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (!parents.add(parent)) {
                continue;
            }
            String id = new PathPlace(parent).id();
            Optional<Resource> explicit = Optional.ofNullable(listed.get(id));
            boolean missing = target.files().inspect(parent) instanceof Snapshot.Absent;
            if (explicit.isPresent()) {
                add(explicit.get());
            } else if (!OF_THE_STATE.contains(parent)
                    && (missing || state.entry(id).isPresent())) {
                add(new DirectoryResource(parent, "holds " + path));
            }
        }
    }
}
