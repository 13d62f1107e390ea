<#ftl output_format="nft">
# Written by nofear-setup install; nofear-setup uninstall takes it back.
# The first two lines make it load over an older one of itself, in one transaction.
table inet nofear
delete table inet nofear
table inet nofear {
	# Which interface has which guest: what comes from another address is spoofed.
	set taps {
		type ifname . ipv4_addr
		elements = {
<#list file.slots() as tap>
			"[=tap.name]" . [=tap.guest()],
</#list>
		}
	}

	set guests {
		type ipv4_addr
		flags interval
		elements = { [=file.subnet] }
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

	# IPv4 alone, and from no address but the guest's own.
	chain prerouting {
		type filter hook prerouting priority -300; policy accept;
		iifname "[=file.taps]*" meta nfproto ipv6 drop
		iifname "[=file.taps]*" iifname . ip saddr != @taps drop
	}

	chain input {
		type filter hook input priority -10; policy accept;
		iifname "[=file.taps]*" jump from_guest
	}

	# The host itself: nothing but an answer to a ping.
	chain from_guest {
		ct state established,related accept
		ip daddr & 240.0.0.0 == 224.0.0.0 drop
		icmp type echo-request accept
		reject with icmpx type admin-prohibited
	}

	chain forward {
		type filter hook forward priority -10; policy accept;
		iifname "[=file.taps]*" jump guest_out
		oifname "[=file.taps]*" jump guest_in
	}

	# Never to another guest, nor to the host's containers and VMs (by their addresses, or by a port that the host has given
	# them), nor to link-local addresses (a cloud's metadata).
	chain guest_out {
		oifname "[=file.taps]*" drop
		ct status dnat drop
		ip daddr 169.254.0.0/16 drop
<#list file.bridges() as bridge>
		oifname "[=bridge]*" drop
</#list>
		ip saddr @internet_only ip daddr @local jump internet_only_to_local
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

	# Who announces the host on every interface (avahi) does not do it here; no IPv6 either.
	chain output {
		type filter hook output priority -10; policy accept;
		oifname "[=file.taps]*" meta nfproto ipv6 drop
		oifname "[=file.taps]*" ip daddr 224.0.0.0/4 drop
	}

	chain postrouting {
		type nat hook postrouting priority 100; policy accept;
		ip saddr @guests oifname != "[=file.taps]*" masquerade
	}
}
