# The tree that NoFear's packages hold, and the packages of it. To be sourced.
# shellcheck shell=bash

stage_has_static_libc() { [[ -e $(gcc -print-file-name=libc.a) ]]; }

# stage_make TOP WORK VERSION KERNEL: makes WORK/root, with what both kinds of packages have.
stage_make() {
  local top=$1 work=$2 version=$3 kernel=$4 root=$2/root home=$1/installer/setup/target/nofear
  local lib=$root/usr/lib/nofear jars=$home/lib/nofear/jars day
  day=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)
  mkdir -p "$root"/usr/{bin,sbin} "$lib"/{jars,prebuilt} "$root"/usr/share/{doc/nofear,man/man{1,5,8}} "$root"/etc/nofear
  cp -r "$jars/." "$lib/jars"
  # The package is for x86-64 alone.
  find "$lib/jars/native" -mindepth 1 -maxdepth 1 ! -name linux-x86-64 -exec rm -r {} +
  cp "$home/sbin/nofear-setup" "$root/usr/sbin/"
  cp "$home/lib/nofear"/{nofear-java,CHECKS.md} "$lib/"
  echo "$version" >"$lib/packaged"
  java -cp "$jars/*" "$top/ci/dist/Prebuild.java" "$jars" "$work/cache" \
    "$root/usr/bin/nofear" "$lib/prebuilt/nofear-tap" "$lib/prebuilt/agent" || return
  if [[ $kernel ]]; then
    cp "$kernel" "$lib/prebuilt/bzImage"
    [[ ! -e $(dirname "$kernel")/vmlinux ]] || cp "$(dirname "$kernel")/vmlinux" "$lib/prebuilt/vmlinux" || return
    cp "$(dirname "$kernel")/kernel.config" "$lib/prebuilt/kernel.config" 2>/dev/null ||
      cp "$(dirname "$kernel")/config" "$lib/prebuilt/kernel.config" || return
  fi
  cp "$top/ci/dist/nofear.conf" "$root/etc/nofear/"
  cp "$top/README.md" "$root/usr/share/doc/nofear/"
  [[ ! -e $top/target/bom.json ]] || cp "$top/target/bom.json" "$root/usr/share/doc/nofear/nofear.cdx.json"
  stage_manual "$top" "$root" "$version" "$day" "$jars" || return
  stage_completion "$top" "$work" "$jars" || return
  chmod -R u=rwX,go=rX "$root"
  find "$lib/jars/native" -name '*.so' -exec strip --strip-unneeded {} + -exec chmod 0644 {} +
  chmod 0755 "$root/usr/bin/nofear" "$root/usr/sbin/nofear-setup" "$lib/nofear-java" "$lib/prebuilt"/{agent,nofear-tap}
}

# stage_manual TOP ROOT VERSION DAY JARS
stage_manual() {
  local top=$1 root=$2 version=$3 day=$4 jars=$5 page
  for page in nofear.1 nofear-setup.8; do
    java -cp "$jars/*:$jars/launcher/*" "$top/ci/dist/ManPages.java" "${page%.*}" "${page##*.}" "$version" "$day" \
      "$top/ci/dist/man/$page" >"$root/usr/share/man/man${page##*.}/$page" || return
  done
  {
    echo ".TH NOFEAR.CONF 5 $day \"NoFear $version\" \"File Formats\""
    cat "$top/ci/dist/man/nofear.conf.5"
  } >"$root/usr/share/man/man5/nofear.conf.5"
  gzip -9n "$root"/usr/share/man/man?/*
}

# stage_completion TOP WORK JARS: WORK/completion/{bash,zsh,fish}/PROGRAM
stage_completion() {
  local top=$1 work=$2 jars=$3 program shell
  mkdir -p "$work/completion"/{bash,zsh,fish}
  for program in nofear nofear-setup; do
    java -cp "$jars/*:$jars/launcher/*" "$top/ci/dist/Completions.java" "$program" >"$work/completion/$program" || return
    for shell in bash zsh fish; do
      sed -e "s/@PROGRAM@/$program/g; s/@NAME@/${program//-/_}/g" -e "/@TABLE@/{
        s/'@TABLE@'/'/
        r $work/completion/$program
        a '
      }" "$top/ci/dist/completion/$shell" >"$work/completion/$shell/$program"
    done
  done
}

# stage_clean ROOT: one time for everything.
stage_clean() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# stage_words ROOT WORK BASH-DIR ZSH-DIR FISH-DIR: the completion scripts, where a distribution's shells look.
stage_words() {
  local root=$1 work=$2 program
  install -d "$root/$3" "$root/$4" "$root/$5"
  for program in nofear nofear-setup; do
    install -m 0644 "$work/completion/bash/$program" "$root/$3/$program"
    install -m 0644 "$work/completion/zsh/$program" "$root/$4/_$program"
    install -m 0644 "$work/completion/fish/$program" "$root/$5/$program.fish"
  done
}

# stage_deb WORK OUT VERSION DIST
stage_deb() {
  local work=$1 out=$2 version=$3 dist=$4 root=$1/deb doc=$1/deb/usr/share/doc/nofear each
  cp -a "$work/root" "$root"
  stage_words "$root" "$work" usr/share/bash-completion/completions usr/share/zsh/vendor-completions \
    usr/share/fish/vendor_completions.d
  cp "$dist/debian/copyright" "$doc/"
  {
    printf 'nofear (%s) unstable; urgency=medium\n\n  * NoFear %s, as its own sources make it.\n\n' "$version" "$version"
    printf ' -- The NoFear project <nofear@localhost.localdomain>  %s\n' "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
  } | gzip -9n >"$doc/changelog.gz"
  install -D -m 0644 "$dist/debian/lintian-overrides" "$root/usr/share/lintian/overrides/nofear"
  mkdir "$root/DEBIAN"
  for each in postinst prerm postrm; do install -m 0755 "$dist/debian/$each" "$root/DEBIAN/"; done
  echo /etc/nofear/nofear.conf >"$root/DEBIAN/conffiles"
  sed -e "s/@VERSION@/$version/; s/@SIZE@/$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)/" \
    "$dist/debian/control" >"$root/DEBIAN/control"
  (cd "$root" && find usr -type f -printf '%p\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
  chmod 0644 "$root"/DEBIAN/{conffiles,control,md5sums}
  stage_clean "$root"
  dpkg-deb --root-owner-group --uniform-compression -Zxz --threads-max=1 -b "$root" "$out/nofear_${version}_amd64.deb" >/dev/null
}

# stage_rpm WORK OUT VERSION DIST
stage_rpm() {
  local work=$1 out=$2 version=$3 dist=$4 root=$1/rpm
  cp -a "$work/root" "$root"
  stage_words "$root" "$work" usr/share/bash-completion/completions usr/share/zsh/site-functions \
    usr/share/fish/vendor_completions.d
  stage_clean "$root"
  rpmbuild --quiet -bb --buildroot "$work/buildroot" \
    --define "_topdir $work/rpmbuild" --define "_rpmdir $out" --define '_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm' \
    --define "stage $root" --define "nofear_version $version" \
    --define '_buildhost reproducible' --define 'use_source_date_epoch_as_buildtime 1' \
    --define 'clamp_mtime_to_source_date_epoch 1' --define '_build_id_links none' --define '_binary_payload w6.xzdio' \
    --target x86_64-linux "$dist/nofear.spec" >&2
}
