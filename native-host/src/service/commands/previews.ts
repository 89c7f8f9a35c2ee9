/** Commands about torrents that are looked at before they are added. */
import type { Handlers } from '@jstorrent/control';
import type { Previews } from '../previews.ts';
import type { SourceReader } from '../source-reader.ts';

type PreviewHandlers = Pick<Handlers, 'preview.open' | 'preview.files' | 'preview.close'>;

/** The handlers. */
export function previewCommands(previews: Previews, sources: SourceReader): PreviewHandlers {
  return {
    'preview.open': async ({ source, place }, context) =>
      previews.open(await sources.read(source), place, context),
    'preview.files': (params) => previews.files(params),
    'preview.close': ({ preview }) => {
      previews.close(preview);
      return {};
    },
  };
}
