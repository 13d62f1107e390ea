# Builds the product when its sources changed. To be sourced, with packages.sh.
# shellcheck shell=bash

# Installs a JDK (17 or newer) and Maven when they are missing.
build_tools() {
  packages_want openjdk-17-jdk-headless javac build_has_jdk
  packages_want maven mvn
  packages_install
}

build_has_jdk() {
  local version
  version=$(javac -version 2>&1) && [[ $version =~ ^javac\ ([0-9]+) && ${BASH_REMATCH[1]} -ge 17 ]]
}

# build_when_changed TOP: `mvn package`, unless TOP/target/built says that these very sources have been built. The
# owner of the checkout builds it, also under sudo.
build_when_changed() {
  local top=$1 stamp=$1/target/built sources owner as_owner=()
  sources=$(build_hash "$top")
  if [[ -e $stamp && $(<"$stamp") == "$sources" ]]; then
    echo "nothing changed since the last build" >&2
    return
  fi
  owner=$(stat -c %U "$top")
  [[ $(id -u) != 0 || $owner == root || $owner == UNKNOWN ]] || as_owner=(runuser -u "$owner" --)
  (cd "$top" && "${as_owner[@]}" mvn -B -q -ntp package -DskipTests) >&2 || return
  "${as_owner[@]}" mkdir -p "$top/target" && "${as_owner[@]}" tee "$stamp" <<<"$sources" >/dev/null
}

# A hash of all that the build reads: the modules, their poms, and Maven's settings.
build_hash() {
  (
    cd "$1" && find . \( -name target -o -name .git -o -path ./ci -o -path ./.ci \) -prune -o \
      -type f ! -name '*.md' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
  )
}
