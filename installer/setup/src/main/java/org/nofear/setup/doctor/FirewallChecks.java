package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
            Optional<CommandResult> table =
                    ask(context, "nft", List.of("list", "table", NftTable.FAMILY, NftTable.NAME));
            if (table.isPresent() && table.get().succeeded()) {
                return others(
                        context,
                        table.get().output().contains("masquerade")
                                ? Finding.pass("the table " + NftTable.FAMILY + " " + NftTable.NAME + " is loaded")
                                : Finding.fail(
                                        "the table " + NftTable.FAMILY + " " + NftTable.NAME + " has no NAT",
                                        context.fixes().repair()));
            }
            Optional<CommandResult> chain = ask(context, "iptables", List.of("-w", "-t", "nat", "-S", "NOFEAR-NAT"));
            boolean iptables = chain.filter(CommandResult::succeeded).isPresent();
            return others(
                            context,
                            iptables
                                    ? Finding.pass("iptables' chain NOFEAR-NAT is there")
                                    : Finding.fail(
                                            "NoFear's firewall rules are gone",
                                            context.fixes().repair()))
                    .with("nft", table.map(result -> result.error().strip()).orElse("not installed"));
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
