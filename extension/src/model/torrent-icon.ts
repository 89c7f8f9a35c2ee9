/** The icon that tells what kind of thing a name stands for. */
import type { IconName } from '../ui/icon-names.ts';

const KINDS: readonly (readonly [IconName, RegExp])[] = [
  ['disc', /\.(iso|img|dmg|vhdx?|vmdk|qcow2)$/],
  [
    'film',
    /\.(mkv|mp4|avi|mov|webm|m4v|ts|wmv|mpe?g|ogv)$|\b(2160p|1080p|720p|480p|4k|bluray|web-?dl|x26[45]|hevc|films?)\b/,
  ],
  ['music', /\.(mp3|flac|ogg|opus|m4a|wav|aac|ape|alac)$|\b(flac|mp3|discography|soundtrack|librivox)\b/],
  ['book', /\.(pdf|epub|mobi|azw3?|djvu|cbz|cbr|zim)$|\b(epub|ebooks?)\b/],
  ['map', /\.(pbf|osm|mbtiles|gpkg|shp)$/],
  ['archive', /\.(zip|rar|7z|tar|gz|xz|zst|bz2|tgz|deb|rpm|apk|exe|msi|appimage)$/],
  ['file', /\.[a-z0-9]{2,5}$/],
];

/** Icon of a torrent by its name; `magnet` while its files are not known. */
export function torrentIcon(name: string, hasMetadata: boolean): IconName {
  if (!hasMetadata) return 'magnet';
  const lower = name.toLowerCase();
  return KINDS.find(([, pattern]) => pattern.test(lower))?.[0] ?? 'folder';
}
