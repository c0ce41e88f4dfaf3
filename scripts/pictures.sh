#!/bin/sh
# Make the pictures of the README from a fresh demonstration. Needs LibreOffice, poppler and ImageMagick.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/procure-ai demo "$work/demo" >/dev/null
case="$work/demo/chatbot-gemeente"
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work" "$case/award/ranking.xlsx" >/dev/null
pdftoppm -r 70 -png -f 1 -l 1 -singlefile "$case/AI-bijlage.pdf" "$work/cover"
pdftoppm -r 70 -png -f 10 -l 10 -singlefile "$case/AI-bijlage.pdf" "$work/text"
pdftoppm -r 90 -png -f 1 -l 1 -singlefile "$work/ranking.pdf" "$work/rank"
mkdir -p docs/images
convert "$work/cover.png" "$work/text.png" -bordercolor '#c8d2de' -border 1 +append -colors 64 -strip docs/images/annex.png
convert "$work/rank.png" -crop 100%x62%+0+0 +repage -bordercolor '#c8d2de' -border 1 -colors 64 -strip docs/images/ranking.png
