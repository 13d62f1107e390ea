package org.nofear.facts;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.nofear.distro.Distribution;
import org.nofear.distro.DistroAdapter;
import org.nofear.distro.Family;
import org.nofear.distro.PackageManager;
import org.nofear.host.Host;

/**
 * All that NoFear knows of a host before it changes anything. Detecting is read-only, needs no root, throws nothing on garbage
 * and runs at most four short programs (QEMU twice, Xpra, nft), side by side.
 *
 * @param distribution which distribution
 * @param architecture of the kernel (of an offline tree: of its programs)
 * @param kernelRelease as {@code uname -r} prints it; empty where no kernel is to be asked
 * @param init what starts services
 * @param enclosure what the host itself runs in
 * @param kvm what is seen of KVM
 * @param vmm the virtual machine monitors
 * @param xpra empty where it is not installed
 * @param firewall the packet filters
 * @param network routes, forwarding, name servers
 * @param packageManager the one that may install; {@link PackageManager#NONE} where none may: an image, a read-only /usr
 * @param layout the directories that guests share
 * @param security SELinux, AppArmor
 */
public record HostFacts(
        Distribution distribution,
        Architecture architecture,
        String kernelRelease,
        InitSystem init,
        Enclosure enclosure,
        KvmFacts kvm,
        VmmFacts vmm,
        Optional<XpraFacts> xpra,
        FirewallFacts firewall,
        NetworkFacts network,
        PackageManager packageManager,
        FilesystemLayout layout,
        SecurityFacts security) {

    /** With NoFear under {@code /usr/local}. */
    public static HostFacts detect(Host host) {
        return detect(host, "/usr/local");
    }

    /**
     * Looks at a host.
     *
     * @param prefix where NoFear is or will be installed: its own lkvm is looked for there
     */
    public static HostFacts detect(Host host, String prefix) {
        Architecture architecture = Architecture.detect(host);
        CompletableFuture<Optional<XpraFacts>> xpra = CompletableFuture.supplyAsync(() -> XpraFacts.detect(host));
        CompletableFuture<VmmFacts> vmm =
                CompletableFuture.supplyAsync(() -> VmmFacts.detect(host, prefix, architecture));
        Distribution distribution = Distribution.identify(host);
        String kernelRelease =
                host.read("/proc/sys/kernel/osrelease").map(String::strip).orElse("");
        KvmFacts kvm = KvmFacts.detect(host);
        FilesystemLayout layout = FilesystemLayout.detect(host);
        return new HostFacts(
                distribution,
                architecture,
                kernelRelease,
                InitSystem.detect(host),
                Enclosure.detect(host, kvm.cpu(), kernelRelease),
                kvm,
                vmm.join(),
                xpra.join(),
                FirewallFacts.detect(host),
                NetworkFacts.detect(host),
                layout.readOnlyUsr()
                        ? PackageManager.NONE
                        : PackageManager.detect(host, distribution.adapter().packageManager()),
                layout,
                SecurityFacts.detect(host));
    }

    public Family family() {
        return distribution.family();
    }

    public DistroAdapter adapter() {
        return distribution.adapter();
    }

    /** The release's number or name; {@code rolling} where it has none. */
    public String release() {
        return distribution.osRelease().release();
    }
}
