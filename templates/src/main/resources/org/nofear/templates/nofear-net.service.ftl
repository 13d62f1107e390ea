<#ftl output_format="unit">
# Written by nofear-setup install; nofear-setup uninstall takes it back.
[Unit]
Description=The network of NoFear's VMs
After=network-pre.target systemd-modules-load.service systemd-sysctl.service nftables.service iptables.service firewalld.service ufw.service docker.service
# Reloading these flushes all rules, ours among them.
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service firewalld.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=[=file.script] start
ExecReload=[=file.script] reload
ExecStop=[=file.script] stop

[Install]
WantedBy=multi-user.target
