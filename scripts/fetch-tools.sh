#!/usr/bin/env bash
# Unpacks Prometheus, promtool, Alertmanager and amtool from Debian packages into .tools/, without root and without starting a service:
#   .tools/prometheus-2  the oldest versions we support, from this machine's own suite
#   .tools/prometheus-3  the versions the manifests run, from sid
# Each holds the four executables, `versions`, and in `templates/` the default message templates (for amtool template render).
# Always ends with 0. What can't be had leaves its reason in .tools/<name>/unavailable, and the tests that need it say that they were skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$PWD/.tools
executables=(prometheus promtool alertmanager amtool)

main() {
  if ready prometheus-2 && ready prometheus-3; then
    describe prometheus-2
    describe prometheus-3
    return
  fi
  mkdir -p "$tools"
  local tool
  for tool in apt-get dpkg-deb flock; do
    if ! command -v "$tool" >/dev/null; then
      unavailable prometheus-2 "this machine has no $tool: put prometheus, promtool, alertmanager and amtool on the PATH instead"
      unavailable prometheus-3 "this machine has no $tool"
      return
    fi
  done
  exec 9>"$tools/lock"
  flock 9
  # What an interrupted run left.
  rm -rf "$tools"/prometheus-?.??????
  provide prometheus-2 2 "$(own_suite)"
  provide prometheus-3 3 sid
}

# Whether .tools/<name> is complete and runs on this machine.
ready() {
  local folder=$tools/$1 executable
  [[ -f $folder/versions ]] || return 1
  for executable in "${executables[@]}"; do
    "$folder/$executable" --version >/dev/null 2>&1 || return 1
  done
}

describe() {
  printf '%s: %s\n' "$1" "$(paste -sd, "$tools/$1/versions" | sed 's/,/, /g')"
}

unavailable() {
  rm -rf "${tools:?}/$1"
  mkdir -p "$tools/$1"
  printf '%s\n' "$2" >"$tools/$1/unavailable"
  printf '%s is unavailable: %s\n' "$1" "$2"
}

# provide <name> <major version of Prometheus> <suite>
provide() {
  local name=$1 major=$2 suite=$3 work
  if ready "$name"; then
    describe "$name"
    return
  fi
  work=$(mktemp -d "$tools/$name.XXXXXX")
  printf '%s: fetching%s\n' "$name" "${suite:+ from $suite}"
  # A subshell with errexit of its own, and not in an `if`, where errexit would not hold.
  set +e
  (set -e; unpack "$work" "$major" "$suite") >"$work/log" 2>&1
  local status=$?
  set -e
  if ((status == 0)); then
    rm -rf "${tools:?}/$name"
    mv "$work/bin" "$tools/$name"
    describe "$name"
  else
    unavailable "$name" "$(reason "$work/log")"
  fi
  rm -rf "$work"
}

# The most telling line of a failed run.
reason() {
  grep -m1 '^E: \|^fetch-tools: ' "$1" | sed 's/^E: //; s/^fetch-tools: //' || tail -n1 "$1"
}

fail() {
  printf 'fetch-tools: %s\n' "$1"
  exit 1
}

# unpack <folder> <major> <suite>: leaves <folder>/bin with the executables and a list of their versions.
unpack() {
  local work=$1 major=$2 suite=$3 packages=(prometheus prometheus-alertmanager) found deb
  private_apt "$work" "$suite"
  export APT_CONFIG=$work/apt.conf
  apt-get update
  # Up to bookworm, promtool is part of the package prometheus.
  if apt-cache show promtool >/dev/null 2>&1; then
    packages+=(promtool)
  fi
  (cd "$work/debs" && apt-get download "${packages[@]}")
  for deb in "$work"/debs/*.deb; do
    dpkg-deb --extract "$deb" "$work/root"
  done
  mkdir "$work/bin"
  for found in prometheus promtool amtool; do
    cp "$work/root/usr/bin/$found" "$work/bin/$found"
  done
  alertmanager "$work/root" "$work/bin"
  for found in "${executables[@]}"; do
    "$work/bin/$found" --version 2>&1 | sed -n '1s/^\([a-z]*\), version \([^ ]*\).*/\1 \2/p'
  done >"$work/bin/versions"
  grep -q "^prometheus $major\." "$work/bin/versions" ||
    fail "$suite has $(head -n1 "$work/bin/versions"), and version $major is wanted"
}

# alertmanager <root> <folder>: Debian's Alertmanager reads its default templates from /usr/share and ends when they aren't there. Ours lie
# beside it: the path in the executable becomes that of a file descriptor, of the same length, which a launcher opens.
alertmanager() {
  local root=$1 folder=$2 path=/usr/share/prometheus/alertmanager descriptor=/proc/self/fd/9 status=0
  while ((${#descriptor} < ${#path})); do
    descriptor+=/
  done
  mkdir "$folder/templates"
  cp "$root$path"/*.tmpl "$folder/templates"
  LC_ALL=C sed "s#$path#$descriptor#g" "$root/usr/bin/prometheus-alertmanager" >"$folder/alertmanager-unpacked"
  cat >"$folder/alertmanager" <<'LAUNCHER'
#!/bin/sh
folder=$(dirname "$0")
exec 9<"$folder/templates"
exec "$folder/alertmanager-unpacked" "$@"
LAUNCHER
  chmod +x "$folder/alertmanager" "$folder/alertmanager-unpacked"
  printf 'route: { receiver: none }\nreceivers: [{ name: none }]\n' >"$root/alertmanager.yaml"
  timeout 1 "$folder/alertmanager" --config.file="$root/alertmanager.yaml" --storage.path="$root/alertmanager" \
    --web.listen-address=127.0.0.1:0 --cluster.listen-address= || status=$?
  # 124: it was still running when its second was over.
  ((status == 124)) || fail "its Alertmanager does not start when unpacked"
}

# private_apt <folder> <suite>: an apt of its own, whose lists and cache need no root and leave the system's alone. It reads one suite, from
# this machine's mirror, checked with this machine's keyring, and keeps what apt is told about reaching it (proxies, certificates).
private_apt() {
  local work=$1 suite=$2 machine architecture
  machine=$(own_suite)
  [[ -n $machine ]] || fail "no source of this machine's apt is of its own suite"
  architecture=$(dpkg --print-architecture)
  mkdir -p "$work"/{lists/partial,cache/archives/partial,sources,debs,root,empty}
  : >"$work/status"
  write_source "$machine" "$suite" "$work/sources"
  {
    apt-config dump Acquire | grep -v '^Acquire::\(IndexTargets\|Languages\|Retries\|GzipIndexes\)'
    cat <<CONF
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "$work/empty";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$work/empty";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$work/sources";
CONF
  } >"$work/apt.conf"
}

# The suite this machine was installed from, in the word its sources use; nothing when no source names it.
own_suite() {
  local codename suite folder
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  folder=$(mktemp -d)
  for suite in $codename oldstable stable testing unstable sid; do
    write_source "$suite" "$suite" "$folder"
    if [[ -s $folder/machine.sources || -s $folder/machine.list ]]; then
      printf '%s' "$suite"
      break
    fi
  done
  rm -rf "$folder"
}

# write_source <suite> <wanted> <folder>: the first source of this machine that has <suite>, rewritten to have <wanted>.
write_source() {
  local suite=$1 wanted=$2 folder=$3 file
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -r $file ]] || continue
    awk -v suite="$suite" -v wanted="$wanted" '
      BEGIN { RS = ""; FS = "\n" }
      {
        types = suites = enabled = rest = field = ""
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^#/) continue
          value = $i
          if ($i ~ /^[^ \t]/) { field = tolower($i); sub(/[ \t]*:.*/, "", field); sub(/^[^:]*:/, "", value) }
          gsub(/[ \t]+/, " ", value)
          if (field == "types") types = types " " value
          else if (field == "suites") suites = suites " " value
          else if (field == "enabled") enabled = enabled " " value
          else rest = rest $i "\n"
        }
        if ((types " ") ~ / deb / && index(suites " ", " " suite " ") && enabled !~ /no|false|0/) {
          printf "Types: deb\nSuites: %s\n%s", wanted, rest
          exit
        }
      }' "$file" >"$folder/machine.sources"
    [[ ! -s $folder/machine.sources ]] || return 0
  done
  rm -f "$folder/machine.sources"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -r $file ]] || continue
    awk -v suite="$suite" -v wanted="$wanted" '
      /^[ \t]*deb[ \t]/ {
        options = ""
        sub(/#.*/, "")
        if (match($0, /\[[^]]*\]/)) {
          options = substr($0, RSTART, RLENGTH) " "
          $0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
        }
        if ($3 == suite) {
          $3 = wanted
          uri = $2
          $1 = $2 = ""
          sub(/^ +/, "")
          print "deb " options uri " " $0
          exit
        }
      }' "$file" >"$folder/machine.list"
    [[ ! -s $folder/machine.list ]] || return 0
  done
}

main
