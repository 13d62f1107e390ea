# Written by nofear-setup install; /etc/nofear/nofear.conf wins over it.
<#if file.lkvm().isPresent()>
lkvm.binary = [=file.lkvm().get()]
</#if>
<#if file.qemu().isPresent()>
qemu.binary = [=file.qemu().get()]
</#if>
kernel = [=file.kernel]
initrd = [=file.initrd]
mke2fs = [=file.mke2fs]
network = [=file.network]
<#if file.network == "tap">
firewall = [=file.firewall]
forward.others = [=file.othersForwarded?string("on", "off")]
</#if>
subnet = [=file.subnet]
<#if file.kernelAppend?has_content>
kernel.append = [=file.kernelAppend]
</#if>
