<#ftl output_format="nft">
<#macro from><#if file.byInterface()>iifname "[=file.taps]*"<#else>ip saddr @guests</#if></#macro>
<#macro to><#if file.byInterface()>oifname "[=file.taps]*"<#else>ip daddr @guests</#if></#macro>
# Written by nofear-setup install; nofear-setup uninstall takes it back.
# The first two lines make it load over an older one of itself, in one transaction.
table inet nofear
delete table inet nofear
table inet nofear {
	set guests {
		type ipv4_addr
		flags interval
		elements = { [=file.subnet] }
	}

<#if file.byInterface()>
	# IPv4 alone, and from no address but a guest's.
	chain prerouting {
		type filter hook prerouting priority -300; policy accept;
		iifname "[=file.taps]*" meta nfproto ipv6 drop
		iifname "[=file.taps]*" ip saddr != @guests drop
	}

</#if>
	chain input {
		type filter hook input priority -10; policy accept;
<#if !file.byInterface()>
		iifname "lo" accept
</#if>
		<@from/> jump from_guest
	}

	# The host itself: nothing but an answer to a ping.
	chain from_guest {
		ct state established,related accept
		icmp type echo-request accept
		reject with icmpx type admin-prohibited
	}

	chain forward {
		type filter hook forward priority -10; policy accept;
		<@from/> jump guest_out
		<@to/> jump guest_in
	}

	# Never to another guest, nor to the host's containers and VMs, nor to link-local addresses (a cloud's metadata).
	chain guest_out {
		<@to/> drop
		ip daddr 169.254.0.0/16 drop
		oifname "docker*" drop
		oifname "br-*" drop
		oifname "podman*" drop
		oifname "cni*" drop
		oifname "lxc*" drop
		oifname "lxd*" drop
		oifname "incus*" drop
		oifname "virbr*" drop
		oifname "vnet*" drop
	}

	# Only answers come back.
	chain guest_in {
		ct state established,related accept
		drop
	}

	chain postrouting {
		type nat hook postrouting priority 100; policy accept;
		ip saddr @guests ip daddr != @guests masquerade
	}
}
