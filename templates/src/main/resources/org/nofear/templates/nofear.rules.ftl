# Written by nofear-setup install; nofear-setup uninstall takes it back.
KERNEL=="vhost-vsock", SUBSYSTEM=="misc", GROUP="[=file.group]", MODE="0660", OPTIONS+="static_node=vhost-vsock"
