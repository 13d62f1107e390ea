package org.nofear.templates;

import java.util.List;

/** What a guest is kept from. */
final class LocalNetworks {

    private LocalNetworks() {}

    /** Addresses that are not the Internet's (IANA's special-purpose registry): private, shared, for documentation, for groups. */
    static final List<String> ADDRESSES = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3");

    /** Azure's: it tells secrets, and it is the name server. */
    static final String AZURE = "168.63.129.16";

    /** Where clouds tell a machine its secrets: link-local (all others), Azure's and Alibaba's. */
    static final List<String> METADATA = List.of("169.254.0.0/16", AZURE, "100.100.100.200");
}
