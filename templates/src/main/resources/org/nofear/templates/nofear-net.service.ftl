<#ftl output_format="unit">
# Written by nofear-setup install; nofear-setup uninstall takes it back.
[Unit]
Description=The network of NoFear's VMs
After=network-pre.target systemd-modules-load.service systemd-sysctl.service nftables.service iptables.service netfilter-persistent.service firewalld.service ufw.service docker.service
<#if file.online>
# The rules name the interfaces of the default routes.
Wants=network-online.target
After=network-online.target
</#if>
# Reloading these flushes all rules, ours among them.
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service firewalld.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=[=file.script] start
ExecReload=[=file.script] reload
ExecStop=[=file.script] stop
# What the script needs: rules, interfaces, iptables' lock in /run, and nothing else.
CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_MODULE
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/run -/proc/sys/net/ipv4/ip_forward
ProtectHome=yes
PrivateTmp=yes
DevicePolicy=closed
ProtectKernelTunables=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
MemoryDenyWriteExecute=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6
SystemCallArchitectures=native
SystemCallFilter=@system-service @module
UMask=0022

[Install]
WantedBy=multi-user.target
