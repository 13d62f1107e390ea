# The test machine's kernel (Debian's, as packaged) and its initramfs, made once and cached. To be sourced.
# shellcheck shell=bash disable=SC2154 # here: the caller's

# Drivers of the machine itself, then what the tests of a VM's host want: KVM, networking, file systems.
machine_modules=(
  virtio_pci virtio_mmio virtio_blk virtio_net virtio_console virtio_rng 9pnet_virtio 9p overlay ext4 loop
  kvm_amd vhost_net vhost_vsock vsock_loopback tun veth bridge dummy
  nf_tables nft_masq nft_nat nft_chain_nat nft_ct nft_compat nft_reject_inet nft_fib_inet nft_log nft_limit
  ip_tables iptable_nat iptable_filter xt_MASQUERADE xt_conntrack xt_comment xt_addrtype fuse squashfs
)

# Makes what is missing. Sets machine_cache, machine_kernel (a bzImage), machine_modules_dir and machine_initrd.
machine_image() {
  machine_cache=${XDG_CACHE_HOME:-$HOME/.cache}/nofear-ci
  mkdir -p "$machine_cache" || return
  local lock
  exec {lock}>"$machine_cache/lock"
  flock "$lock"
  [[ -d $machine_cache/kernel ]] || machine_fetch_kernel || return
  machine_kernel=$(echo "$machine_cache"/kernel/boot/vmlinuz-*)
  machine_modules_dir=$(echo "$machine_cache"/kernel/lib/modules/*)
  [[ -f $machine_kernel && -d $machine_modules_dir ]] || return
  local stamp
  stamp=$(cat "$here/lib/machine-image.sh" "$here/lib/machine-init" | sha256sum | cut -c1-16)
  machine_initrd=$machine_cache/initrd-$stamp.gz
  [[ -e $machine_initrd ]] || machine_pack_initrd || return
  exec {lock}>&-
}

machine_fetch_kernel() {
  local new=$machine_cache/kernel.new package
  echo "ci/machine: downloading Debian's kernel" >&2
  rm -rf "$new" && mkdir -p "$new" || return
  package=$(machine_kernel_package)
  [[ $package ]] || { apt-get update -q >&2 && package=$(machine_kernel_package); }
  (cd "$new" && apt-get download -qq -o APT::Sandbox::User=root "$package" >&2 &&
    dpkg -x ./*.deb . && rm -f ./*.deb && depmod -b . "$(basename lib/modules/*)") || return
  mv "$new" "$machine_cache/kernel"
}

# The metapackage of the newest kernel depends on the one that carries it.
machine_kernel_package() {
  apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends:/ { print $2; exit }'
}

machine_pack_initrd() {
  local tree=$machine_cache/initrd.tree version module path
  version=$(basename "$machine_modules_dir")
  rm -rf "$tree" && mkdir -p "$tree"/{bin,modules,proc,sys,dev,lower,changes,new} || return
  cp /bin/busybox "$tree/bin/" && cp "$here/lib/machine-init" "$tree/init" && chmod 755 "$tree/init" || return
  for module in "${machine_modules[@]}"; do
    modprobe -d "$machine_cache/kernel" -S "$version" --show-depends "$module" |
      awk '$1 == "insmod" { print $2 }' || return
  done | awk '!seen[$0]++' | while read -r path; do
    cp "$path" "$tree/modules/" && basename "$path" >>"$tree/modules/order"
  done || return
  rm -f "$machine_cache"/initrd-*.gz
  (cd "$tree" && find . | cpio --quiet -o -H newc | gzip -1 >"$machine_cache/initrd.new") || return
  rm -rf "$tree"
  mv "$machine_cache/initrd.new" "$machine_initrd"
}
