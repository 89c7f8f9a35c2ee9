#!/bin/sh
# Installs JSTorrent for this user: the program into ~/.local/bin (or $PREFIX/bin), and makes it known to the browsers that
# are used here. Nothing else is touched; "jstorrent uninstall" undoes it.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
bin=${PREFIX:-$HOME/.local}/bin
mkdir -p "$bin"
# A running program keeps its old file.
cp "$here/jstorrent" "$bin/.jstorrent.new"
chmod 755 "$bin/.jstorrent.new"
mv -f "$bin/.jstorrent.new" "$bin/jstorrent"
echo "JSTorrent is now $bin/jstorrent"
"$bin/jstorrent" install "$@"
case ":$PATH:" in
  *":$bin:"*) ;;
  *) echo "To call it by its name, add $bin to your PATH." ;;
esac
echo "Now add the extension to your browser; it connects by itself."
