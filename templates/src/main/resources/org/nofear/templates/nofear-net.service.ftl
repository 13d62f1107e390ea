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
# What the script needs: rules, taps and their settings in /proc/sys/net, iptables' lock in /run, and nothing else.
CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_MODULE
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/run
ProtectHome=yes
PrivateTmp=yes
DevicePolicy=closed
DeviceAllow=/dev/net/tun rw
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
