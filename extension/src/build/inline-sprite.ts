/** Puts the icons into each page, so that they are there with its first frame. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** The plugin; pages say `<!--sprite-->` where the icons go. */
export function inlineSprite(file: string): Plugin {
  return {
    name: 'jstorrent:sprite',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replace('<!--sprite-->', readFileSync(file, 'utf8')),
    },
  };
}
