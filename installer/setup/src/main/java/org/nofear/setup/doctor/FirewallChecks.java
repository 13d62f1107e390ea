package org.nofear.setup.doctor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.nofear.contract.ConfigKey;
import org.nofear.distro.PackageNeed;
import org.nofear.facts.FirewallFacts;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.templates.NftTable;

/** The packet filters, which only root can see. */
final class FirewallChecks {

    private FirewallChecks() {}

    private static Finding others(DoctorContext context, Finding finding) {
        FirewallFacts firewall = context.facts().firewall();
        return finding.with("firewalld", firewall.firewalld() ? "runs" : "does not run")
                .with("ufw", firewall.ufw() ? "on" : "off")
                .with("docker", firewall.docker() ? "there" : "not there");
    }

    private static Optional<CommandResult> ask(DoctorContext context, String program, List<String> arguments)
            throws IOException {
        Optional<String> path = context.host().program(program);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        List<String> argv = new ArrayList<>(List.of(path.get()));
        argv.addAll(arguments);
        return Optional.of(context.host().commands().run(Command.of(argv)));
    }

    /** Whether NoFear's own rules are in force: without them guests reach either nothing or too much. */
    static final class Nat implements Check {

        private static final Duration DEADLINE = Duration.ofSeconds(60);
        private static final Pattern SPEAKER = Pattern.compile("(?m)^nofear-net: ");

        @Override
        public String id() {
            return "net.nat";
        }

        @Override
        public Finding run(DoctorContext context) throws IOException {
            Optional<Finding> unrouted = NetworkChecks.unrouted(context, "the firewall's rules");
            if (unrouted.isPresent()) {
                return unrouted.get();
            }
            if (!context.root()) {
                return others(context, context.needsRoot(id(), "the firewall's rules"));
            }
            String script = context.layout().networkScript();
            if (context.host().file(script).isEmpty()) {
                return Finding.fail(script + " is gone", context.fixes().repair());
            }
            CommandResult status = context.host()
                    .commands()
                    .run(Command.of(context.host().path(script).toString(), "status", "rules")
                            .withDeadline(DEADLINE));
            return others(context, status.succeeded() ? whole(context) : broken(context, status));
        }

        private static Finding broken(DoctorContext context, CommandResult status) {
            List<String> lacks =
                    SPEAKER.matcher(status.error()).replaceAll("").lines().toList();
            return Finding.fail(
                            "NoFear's firewall rules are not whole"
                                    + lacks.stream()
                                            .findFirst()
                                            .map(line -> ": " + line)
                                            .orElse(""),
                            context.fixes().repair())
                    .with("missing", String.join("; ", lacks));
        }

        private static Finding whole(DoctorContext context) {
            if (context.installed()
                    .get(ConfigKey.FIREWALL)
                    .filter("iptables"::equals)
                    .isEmpty()) {
                return Finding.pass("the table " + NftTable.FAMILY + " " + NftTable.NAME + " is loaded");
            }
            return Finding.warn(
                    "iptables alone holds the guests: a flush of its rules opens this host to those that run, and they reach the"
                            + " network only by routes that were there when the rules were loaded",
                    context.fixes().packages(PackageNeed.NFT) + " && "
                            + context.fixes().install());
        }
    }

    /** Whether somebody else's rules (Docker's, ufw's) drop what guests send. */
    static final class ForwardPolicy implements Check {
        @Override
        public String id() {
            return "net.forward-policy";
        }

        @Override
        public Finding run(DoctorContext context) throws IOException {
            Optional<Finding> unrouted = NetworkChecks.unrouted(context, "the firewall's rules");
            if (unrouted.isPresent()) {
                return unrouted.get();
            }
            if (context.host().program("iptables").isEmpty()) {
                return others(context, Finding.pass("no iptables, whose rules could drop packets of guests"));
            }
            if (!context.root()) {
                return others(context, context.needsRoot(id(), "the firewall's rules"));
            }
            CommandResult rules =
                    ask(context, "iptables", List.of("-w", "-S", "FORWARD")).orElseThrow();
            if (!rules.succeeded()) {
                return Finding.warn(
                                "iptables does not tell its rules",
                                context.fixes().asRoot(id()))
                        .with("iptables", rules.error().strip());
            }
            boolean drops = rules.output().contains("-P FORWARD DROP");
            boolean passes = rules.output().contains("-j NOFEAR-FORWARD");
            Finding finding;
            if (drops && !passes) {
                finding = Finding.fail(
                        "the policy of iptables' FORWARD is to drop, and nothing lets guests through",
                        context.fixes().repair());
            } else {
                finding = Finding.pass(
                        passes
                                ? "guests' packets are let through ahead of others' rules"
                                : "FORWARD drops nothing by its policy");
            }
            return others(context, finding)
                    .with("policy", rules.lines().stream().findFirst().orElse(""))
                    .with("iptables", context.facts().firewall().iptables().name());
        }
    }
}
