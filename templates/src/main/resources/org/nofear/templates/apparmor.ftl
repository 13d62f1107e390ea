<#ftl output_format="apparmor">
# Written by nofear-setup install; nofear-setup uninstall takes it back.
# lkvm serves directories to guests and follows links on the way: this is all that it can reach, whatever a guest makes it do.
<#if file.abi>
abi <abi/3.0>,
</#if>
include <tunables/global>

profile nofear-lkvm "[=file.lkvm]" flags=(attach_disconnected) {
  network inet dgram,
  network inet stream,
  network netlink raw,
  network unix stream,
  network unix seqpacket,

  # Its end is its keeper's to bring about; its threads wake each other.
  signal (receive) peer=unconfined,
  signal (send, receive) peer=nofear-lkvm,

  # Itself, and what it is linked with.
  "[=file.lkvm]" mr,
  "[=file.library]/**" r,
  /etc/ld.so.cache r,
  /{usr/,}lib{,32,64}/** mr,

  # What guests read.
<#list file.shares as share>
  "[=share]/" r,
  "[=share]/**" r,
</#list>

  # Devices and the host's numbers.
  /dev/kvm rw,
  /dev/null rw,
  # It inherits its tap, open; AppArmor asks for the right to the device then too. To make one, its filter lets nobody.
  /dev/net/tun rw,
  /dev/urandom r,
  /dev/random r,
  /sys/devices/system/cpu/** r,
  @{PROC}/meminfo r,
  @{PROC}/cpuinfo r,

  # The caller's disks, the guest's /etc, and the directory of the running VM.
  owner @{HOME}/.lkvm/*/disk.img rwk,
  owner @{HOME}/.lkvm/.seed/** r,
  owner @{HOME}/.lkvm/.run/** rwk,
  owner /{,var/}run/user/[0-9]*/nofear/** rwk,

  # What install and doctor boot to see whether it works.
  owner /var/cache/nofear/boot-test/** rwk,
  owner /{,var/}run/nofear-*/** rwk,
  owner /{,var/}run/user/[0-9]*/nofear-*/** rwk,
  owner /tmp/nofear-*/** rwk,
<#if file.landlock>

  # Folders given with -f, profiles elsewhere (NOFEAR_HOME): which of these files a VM has, Landlock says, VM by VM.
  / r,
  /** rwkl,
<#else>

  # There is no Landlock: where profiles are elsewhere (NOFEAR_HOME), or folders are shared, the administrator's file says so.
</#if>
  include if exists <local/nofear-lkvm>
}
