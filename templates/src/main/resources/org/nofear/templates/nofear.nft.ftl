<#ftl output_format="nft">
# Written by nofear-setup install; nofear-setup uninstall takes it back.
# The first two lines make it load over an older one of itself, in one transaction.
table inet nofear
delete table inet nofear
table inet nofear {
	# Which interface has which guest: what comes from another address is spoofed, and nothing else is sent to it.
	set taps {
		type ifname . ipv4_addr
		elements = {
<#list file.slots() as slot>
			"[=slot.tap()]" . [=slot.guest()],
</#list>
		}
	}

	# The host's own address on each.
	set gateways {
		type ifname . ipv4_addr
		elements = {
<#list file.slots() as slot>
			"[=slot.tap()]" . [=slot.host()],
</#list>
		}
	}

	set guests {
		type ipv4_addr
		flags interval
		elements = { [=file.subnet] }
	}

	# The interfaces of default routes: nofear-net fills it, and nofear-tap while a VM lives, when routes change.
	set uplinks {
		type ifname
	}

	# Guests that reach the Internet alone (--network internet).
	set internet_only {
		type ipv4_addr
		flags interval
		elements = { [=file.internetOnly()] }
	}

	# What is not the Internet.
	set local {
		type ipv4_addr
		flags interval
		elements = {
<#list file.local() as network>
			[=network],
</#list>
		}
	}

	# Where clouds tell a machine its secrets.
	set metadata {
		type ipv4_addr
		flags interval
		elements = {
<#list file.metadata() as network>
			[=network],
</#list>
		}
	}

	# IPv4 alone, and from no address but the guest's own.
	chain prerouting {
		type filter hook prerouting priority -300; policy accept;
		iifname "[=file.taps()]*" meta nfproto ipv6 drop
		iifname "[=file.taps()]*" iifname . ip saddr != @taps drop
	}

	chain input {
		type filter hook input priority -10; policy accept;
		iifname "[=file.taps()]*" jump from_guest
	}

	# The host itself: nothing but an answer to a ping of its address on the guest's own link.
	chain from_guest {
		ct state established,related accept
		ip daddr & 240.0.0.0 == 224.0.0.0 drop
		iifname . ip daddr @gateways icmp type echo-request accept
		reject with icmpx type admin-prohibited
	}

	chain forward {
		type filter hook forward priority -10; policy accept;
		iifname "[=file.taps()]*" jump guest_out
		oifname "[=file.taps()]*" jump guest_in
<#if !file.othersForwarded>
		meta nfproto ipv4 jump others
</#if>
	}

	# Only to where the host itself goes out: so never to another guest, nor to the host's containers and VMs, by whatever name
	# their bridges go; nor to them by a port that the host has given them.
	chain guest_out {
		oifname "[=file.taps()]*" drop
		oifname != @uplinks reject with icmpx type admin-prohibited
		ct status dnat drop
		ip daddr @metadata jump metadata
		ip saddr @internet_only ip daddr @local jump internet_only_to_local
		accept
	}

	# [=file.nameServer()] is Azure's name server as well.
	chain metadata {
		ip daddr [=file.nameServer()] udp dport 53 return
		ip daddr [=file.nameServer()] tcp dport 53 return
		reject with icmpx type admin-prohibited
	}

	# The host's name server is in the local network as a rule.
	chain internet_only_to_local {
		udp dport 53 accept
		tcp dport 53 accept
		ct state established,related accept
		reject with icmpx type admin-prohibited
	}

	# Only answers come back.
	chain guest_in {
		ct state established,related accept
		drop
	}
<#if !file.othersForwarded>

	# The host forwarded nothing before NoFear: its neighbours get no router. What containers and VMs begin, and ports that were
	# published for them, go on as they are. An interface without a kind is hardware, and no rule that asks for one matches it.
	# Within a bridge that is an uplink, frames come by here where br_netfilter shows them (Docker loads it): VMs that are bridged.
	chain others {
		ct state established,related accept
		ct status dnat accept
		meta iifkind "bridge" meta oifkind "bridge" iifname @uplinks oifname @uplinks accept
		iifname @uplinks drop
		meta iifkind != { "vlan", "bond", "team", "dsa" } accept
		drop
	}
</#if>

	# To a guest's own address alone: no broadcast or group that the host speaks to on every interface; no IPv6.
	chain output {
		type filter hook output priority -10; policy accept;
		oifname "[=file.taps()]*" meta nfproto ipv6 drop
		oifname "[=file.taps()]*" oifname . ip daddr != @taps drop
	}

	chain postrouting {
		type nat hook postrouting priority 100; policy accept;
		ip saddr @guests oifname != "[=file.taps()]*" masquerade
	}
}
