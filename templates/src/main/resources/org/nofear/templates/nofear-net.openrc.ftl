<#ftl output_format="sh">
#!/sbin/openrc-run
# Written by nofear-setup install; nofear-setup uninstall takes it back.

description="The network of NoFear's VMs"
extra_started_commands="reload"
script=[=file.script]

depend() {
	need localmount
	after modules sysctl net nftables iptables firewall firewalld ufw docker
}

start() {
	ebegin "Setting up the network of NoFear's VMs"
	"$script" start
	eend $?
}

stop() {
	ebegin "Removing the network of NoFear's VMs"
	"$script" stop
	eend $?
}

reload() {
	ebegin "Loading the rules of NoFear's VMs"
	"$script" reload
	eend $?
}
