#!/usr/bin/env bash
# Sets up the environment that the harness runs in: .venv beside this file, with pinned packages and
# CPU builds of torch and torchvision, and the packages of single assignments. Safe to run again; does
# nothing when nothing has changed.
#
#   ./setup.sh          what grading needs; Gradescope runs this when it builds its image
#   ./setup.sh --dev    what the tests and checks need too
set -euo pipefail
umask 022 # submissions may run as another user, who must be able to read the environment

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 3; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
venv=$here/.venv
# As root, submissions run as another user. If that user cannot reach this folder, the environment lies in
# one that it can reach, and .venv is a link to it.
as_another_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@" 2>/dev/null; }
# Root of a container without capabilities is an ordinary user in all but name.
is_root() { [ "$(id -u)" = 0 ] && as_another_user true; }
if is_root && ! as_another_user test -x "$here"; then
  venv=/opt/autograder/$(printf %s "$here" | sha256sum | cut -c1-16)
  mkdir -p "$venv"
  if [ -d "$here/.venv" ] && [ ! -L "$here/.venv" ]; then
    say "the sandbox's user cannot reach $here: its .venv makes way for one in $venv"
    rm -rf "$here/.venv"
  fi
  ln -sfn "$venv" "$here/.venv"
fi
# The grader closes these folders to submissions. The file system may be read-only by then, so it happens here, too.
if is_root; then
  find "$here" -mindepth 1 -maxdepth 1 -type d ! -name .venv -perm /077 -exec chmod go= {} + 2>/dev/null || true
fi
sets=(run)
[ "${1:-}" = --dev ] && sets=(run dev)

TORCH=2.13.0
TORCHVISION=0.28.0
TORCH_INDEX=https://download.pytorch.org/whl/cpu

[ -r "$here/requirements/run.txt" ] || die "$here cannot be read by $(id -un 2>/dev/null || id -u): run this as its owner, or as root with its capabilities"
# A stamp identifies the requirements from which a set of packages was installed.
fingerprint() { { echo "$TORCH $TORCHVISION"; cat "$here/requirements/$1.txt"; } | sha256sum | cut -d' ' -f1; }
stamped() { [ -x "$venv/bin/python" ] && [ "$(cat "$venv/stamp-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]; }
missing_sets() { for set in "${sets[@]}"; do stamped "$set" || echo "$set"; done; }
# Packages of single assignments lie in folders named by the digest of their lock (autograder/evidence/packages.py).
missing_layers() {
  local lock
  for lock in "$here"/autograder/assignments/*/packages.txt; do
    [ ! -f "$lock" ] || [ -d "$venv/layers/$(sha256sum <"$lock" | cut -c1-16)" ] || echo "$lock"
  done
}
all_there() { [ -z "$(missing_sets)$(missing_layers)" ]; }
all_there && exit 0

[ -w "$here" ] || die "$here cannot be written: let its owner set it up first, by running any command once"
# Two set-ups at once would write over each other: the second waits, and then finds the work done.
if command -v flock >/dev/null; then
  exec 9>"$here/.setup-lock"
  flock 9
  all_there && exit 0
fi

usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

readable_by_others() {
  is_root || return 0
  local library
  library=$("$1" -c 'import os; print(os.path.realpath(os.__file__))')
  as_another_user head -c 1 "$library" >/dev/null
}

find_python() {
  local name path
  for name in "${AUTOGRADER_PYTHON:-}" /usr/bin/python3 python3.11 python3.12 python3.13 python3 /usr/bin/python3.1{1,2,3}; do
    path=$(command -v "$name" 2>/dev/null) || continue
    if usable "$path" && readable_by_others "$path"; then echo "$path"; return; fi
  done
  return 1
}

# The oldest suitable Python that apt offers: most packages have wheels for it.
offered_python() {
  local version
  for version in python3.11 python3.12 python3.13; do
    if apt-cache show "$version-venv" >/dev/null 2>&1; then echo "$version $version-venv"; return; fi
  done
  echo "python3 python3-venv"
}

install_system_packages() {
  is_root && command -v apt-get >/dev/null || return 0
  local has_python=yes wanted=()
  find_python >/dev/null || has_python=no
  ldconfig -p | grep -q libseccomp.so.2 || wanted+=(libseccomp2)
  [ $has_python = yes ] && [ ${#wanted[@]} -eq 0 ] && return 0
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  # shellcheck disable=SC2207 # names of packages, to be split
  [ $has_python = yes ] || wanted+=($(offered_python))
  say "installing ${wanted[*]} with apt-get"
  apt-get install -qq -y --no-install-recommends "${wanted[@]}" >&2
}

# Shows the names and sizes of downloads, from the output of pip or uv; small files get no line.
fetched() { sed -nuE 's/^ *(Downloading|Downloaded|Using cached) +([^ ]+\/)?([^ ]+)( \(([0-9.]+ ?[MG]i?B)\))?$/setup:   \1 \3 \5/p' >&2; }

# Installs with a tool, and keeps its output in $said. A full disk ends the setup: no other source would help.
tool_install() {
  local status=0 words
  words=$(mktemp)
  { "$@" 2>&1 || echo $? >"$words.status"; } | tee "$words" | fetched
  [ -e "$words.status" ] && status=$(cat "$words.status")
  said=$(cat "$words")
  rm -f "$words" "$words.status"
  if [ $status != 0 ] && grep -qE "No space left on device|os error 28" <<<"$said"; then
    df -h "$venv" "${TMPDIR:-/tmp}" >&2 || true
    die "no space is left in $venv or in ${TMPDIR:-/tmp}: make room for 2 GB in each, or let TMPDIR name another folder, and run ./setup.sh again"
  fi
  return $status
}
pip_install() { tool_install "$venv/bin/pip" --disable-pip-version-check install --progress-bar off "$@"; }
# For the last source; the last argument says what is missing and what to do.
must_install() { pip_install "${@:1:$#-1}" || { grep -iE "error|warn|usage" <<<"$said" >&2 || tail -5 <<<"$said" >&2; die "${!#}"; }; }
not_installed() { echo "the packages of requirements/$1.txt cannot be installed: see above, and run ./setup.sh again"; }

# uv fetches and unpacks in parallel, and shares the files with other clones. It is removed afterwards. If uv is not
# available, or does not reach the packages, pip does everything.
uv=$venv/.uv/bin/uv
get_uv() {
  local settings
  pip_install --require-hashes --target "$venv/.uv" -r "$here/requirements/uv.txt" || return 0
  # uv uses pip's configured registry, too.
  settings=$("$venv/bin/pip" config list 2>/dev/null) || return 0
  UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$(sed -nE "s/^(global|:env:)\.index-url='(.*)'$/\2/p" <<<"$settings" | tail -1)}
  UV_FIND_LINKS=${UV_FIND_LINKS:-$(sed -nE "s/^(global|:env:)\.find-links='(.*)'$/\2/p" <<<"$settings" | tail -1)}
  [ -z "$UV_DEFAULT_INDEX" ] || export UV_DEFAULT_INDEX
  [ -z "$UV_FIND_LINKS" ] || export UV_FIND_LINKS
}
uv_install() {
  [ -x "$uv" ] || return 1
  UV_HTTP_TIMEOUT=15 UV_HTTP_RETRIES=1 UV_LINK_MODE=hardlink tool_install \
    "$uv" pip install --no-config --compile-bytecode --python "$venv/bin/python" "$@"
}

# PyTorch's own index comes first. In other registries, a "+cpu" build comes before the plain one, which brings
# CUDA's libraries along.
install_torch() {
  local tool wanted=("torch==$TORCH+cpu" "torchvision==$TORCHVISION+cpu")
  if [ "$(uname -s)" = Darwin ]; then
    must_install --no-deps "torch==$TORCH" "torchvision==$TORCHVISION" "torch cannot be installed: see above, and run ./setup.sh again"
    return
  fi
  if uv_install --no-deps --default-index "$TORCH_INDEX" "${wanted[@]}"; then return; fi
  if pip_install --no-deps --retries 0 --timeout 15 --index-url "$TORCH_INDEX" "${wanted[@]}"; then return; fi
  say "PyTorch's index cannot be reached; trying pip's configured registry"
  # A CUDA build of torchvision alone is small, and the harness can import it beside a CPU torch.
  for tool in uv_install pip_install; do
    if $tool --no-deps "torch==$TORCH+cpu" && $tool --no-deps "torchvision==$TORCHVISION"; then return; fi
  done
  say "there is no CPU build of torch $TORCH for this Python: installing the build with CUDA's libraries, which adds 3 GB"
  wanted=("torch==$TORCH" "torchvision==$TORCHVISION")
  uv_install "${wanted[@]}" || must_install "${wanted[@]}" \
    "there is no build of torch $TORCH and torchvision $TORCHVISION: allow access to $TORCH_INDEX and run ./setup.sh again"
}

install_packages() {
  local which=(--no-deps --no-build-isolation --require-hashes -r "$here/requirements/$1.txt")
  uv_install "${which[@]}" || must_install "${which[@]}" "$(not_installed "$1")"
}

install_system_packages
python=$(find_python) || die "no usable Python: install Python 3.11, 3.12 or 3.13 with venv where every user can read it (on Debian and Ubuntu: apt-get install python3.11 python3.11-venv), or name one in AUTOGRADER_PYTHON"
begin=$SECONDS
say "setting up $venv with $("$python" --version): fetches about 400 MB, takes 1.6 GB and one to five minutes, once"
"$venv/bin/python" -c "" 2>/dev/null || "$python" -m venv --clear "$venv"
trap 'rm -rf "$venv/.uv"' EXIT
get_uv
if ! stamped run; then
  must_install --require-hashes -r "$here/requirements/build.txt" "$(not_installed build)"
  say "1 of 2: torch $TORCH and torchvision $TORCHVISION, CPU builds"
  install_torch
  say "2 of 2: the packages of requirements/run.txt"
fi
for set in $(missing_sets); do
  [ "$set" = run ] || say "the packages of requirements/$set.txt"
  install_packages "$set"
  fingerprint "$set" >"$venv/stamp-$set"
done
if [ -n "$(missing_layers)" ]; then
  (cd / && unset AUTOGRADER_COURSE && PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" -s -P -m autograder.commands.packages) || exit 3
fi
say "done in $((SECONDS - begin)) s"
