#!/bin/sh
# Makes the Debian package of a program that is built: make_deb.sh PROGRAM FOLDER
# It depends on what the program is linked to as this system packages it, so build it on the release that it is for.
set -eu
program=$1
out=$2
here=$(dirname "$0")
version=$("$program" --version | cut -d ' ' -f 2)
architecture=$(dpkg --print-architecture)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"

install -D -m 755 "$program" "$tree/usr/bin/fireplan"
install -D -m 644 "$here/fireplan.service" "$tree/lib/systemd/system/fireplan.service"
install -D -m 644 "$here/fireplan.default" "$tree/etc/default/fireplan"
install -D -m 644 "$here/fireplan.logrotate" "$tree/etc/logrotate.d/fireplan"
install -D -m 644 "$here/INSTALL.zh.md" "$tree/usr/share/doc/fireplan/INSTALL.zh.md"
install -D -m 644 "$here/../../README.md" "$tree/usr/share/doc/fireplan/README.md"

install -d "$tree/usr/share/bash-completion/completions" "$tree/usr/share/zsh/vendor-completions" "$tree/usr/share/fish/vendor_completions.d"
"$program" completions bash > "$tree/usr/share/bash-completion/completions/fireplan"
"$program" completions zsh > "$tree/usr/share/zsh/vendor-completions/_fireplan"
"$program" completions fish > "$tree/usr/share/fish/vendor_completions.d/fireplan.fish"
"$program" man --lang zh "$tree/usr/share/man/zh_CN/man1" > /dev/null
"$program" man --lang en "$tree/usr/share/man/man1" > /dev/null
gzip -9n "$tree"/usr/share/man/man1/*.1 "$tree"/usr/share/man/zh_CN/man1/*.1

# dpkg-shlibdeps wants the folder of a source package around it.
mkdir -p "$tree/source/debian" "$tree/DEBIAN"
printf 'Source: fireplan\n\nPackage: fireplan\nArchitecture: any\n' > "$tree/source/debian/control"
depends=$(cd "$tree/source" && dpkg-shlibdeps -O "$tree/usr/bin/fireplan" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
rm -r "$tree/source"

cat > "$tree/DEBIAN/control" <<CONTROL
Package: fireplan
Version: $version
Architecture: $architecture
Maintainer: fireplan <fireplan@localhost>
Installed-Size: $(du -sk "$tree/usr" | cut -f 1)
Depends: $depends, adduser, proj-data, gdal-data
Section: science
Priority: optional
Description: fire-planning engine and map service
 Computes what a county's fire special plan asks: response coverage, station
 sites, hydrants, access, firebreaks, brigades, water, and serves it on a map.
CONTROL
printf '/etc/default/fireplan\n/etc/logrotate.d/fireplan\n' > "$tree/DEBIAN/conffiles"
cat > "$tree/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  adduser --quiet --system --group --home /var/lib/fireplan --no-create-home fireplan
  install -d -o fireplan -g fireplan -m 750 /var/lib/fireplan /var/lib/fireplan/projects
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable --quiet fireplan
    systemctl restart fireplan
  fi
fi
SCRIPT
cat > "$tree/DEBIAN/prerm" <<'SCRIPT'
#!/bin/sh
set -e
# On an upgrade the new package starts the service again. The projects stay, also when the package is removed.
if [ -d /run/systemd/system ]; then
  systemctl stop fireplan || true
  [ "$1" = remove ] && systemctl disable --quiet fireplan || true
fi
SCRIPT
chmod 755 "$tree/DEBIAN/postinst" "$tree/DEBIAN/prerm"
mkdir -p "$out"
dpkg-deb --build --root-owner-group "$tree" "$out/fireplan_${version}_$architecture.deb"
