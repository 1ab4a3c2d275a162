#!/usr/bin/env bash
# Opens every text and workbook of a package in LibreOffice and prints it: what is damaged does not get that far.
# Usage: open_in_office.sh PACKAGE_FOLDER
# The last line is `N of M cases hold`.
set -euo pipefail
package=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mapfile -d '' files < <(find "$package" \( -name '*.docx' -o -name '*.xlsx' \) -print0 | sort -z)
[ ${#files[@]} -ge 8 ] || { echo "only ${#files[@]} documents in $package"; exit 1; }
soffice -env:UserInstallation="file://$work/profile" --headless --convert-to pdf --outdir "$work/pdf" "${files[@]}" \
  >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
# What has to be repaired, or cannot be read, is told so.
! grep -iE 'error|repair|could not|corrupt' "$work/log" || exit 1
opened=0
for file in "${files[@]}"; do
  name=$(basename "${file%.*}")
  if head -c 5 "$work/pdf/$name.pdf" 2>/dev/null | grep -q '%PDF-'; then
    opened=$((opened + 1))
  else
    echo "LibreOffice, $file: FAILED"
  fi
done
echo "$opened of ${#files[@]} cases hold"
[ "$opened" = "${#files[@]}" ] || { cat "$work/log"; exit 1; }
