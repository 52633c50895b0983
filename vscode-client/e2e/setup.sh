#!/bin/sh
# Installs real VS Code (code-server, headless) into a cache folder outside of the repository; prints the folder.
# Debian or Ubuntu; as root it installs the system packages that are missing. A second run does nothing.
set -eu
version=4.100.3 # VS Code 1.100, the newest for Node 20
home=${ASKFIRST_E2E_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/askfirst-e2e}
stamp=$home/installed
want="code-server $version node $(node --version)"

missing() {
  for package in "$@"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' || printf '%s ' "$package"
  done
}

packages() { # system packages: a browser, a font for Chinese, and what VS Code's native modules are compiled with
  need=$(missing chromium fonts-noto-cjk ripgrep build-essential python3-venv libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev)
  [ -n "$need" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    echo "missing system packages: $need" >&2
    exit 1
  fi
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need
}

quiet() { npm "$@" --no-audit --no-fund --loglevel=error; }

code_server() { # its own install script downloads a build; this makes one from the package
  rm -rf "$home"
  mkdir -p "$home"
  cd "$home"
  printf '{"private": true}\n' >package.json
  quiet install --ignore-scripts "code-server@$version"
  vscode=$home/node_modules/code-server/lib/vscode
  cd "$vscode"
  quiet install --omit=dev --ignore-scripts
  quiet rebuild @vscode/spdlog native-watchdog @vscode/deviceid kerberos @parcel/watcher
  (cd extensions && quiet install --omit=dev --ignore-scripts)
  ln -sfn node_modules node_modules.asar
  mkdir -p node_modules/@vscode/ripgrep/bin
  ln -sfn "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
  cd "$home"
  quiet rebuild argon2
  printf '%s\n' "$want" >"$stamp"
}

{
  packages
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] || code_server
} >&2
echo "$home"
