/** How much room the chosen files need beside what is free. */
import { useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import type { Place } from '@jstorrent/control';
import { formatSize } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import type { Session } from '../model/session.ts';
import { spaceFor } from './choice.ts';

/** Bytes of a disk; null while unknown. */
export interface DiskSpace {
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
}

/** The space on the disk of a place, asked whenever the place changes. */
export function useDiskSpace(session: Session, place: Place | null): DiskSpace {
  const [space, setSpace] = useState<DiskSpace>({ freeBytes: null, totalBytes: null });
  const key = place === null ? '' : JSON.stringify(place);
  useEffect(() => {
    if (key === '') return undefined;
    let isGone = false;
    const ask = { place: JSON.parse(key) as Place };
    session.call('folders.freeSpace', ask).then(
      (answer) => isGone || setSpace(answer),
      () => isGone || setSpace({ freeBytes: null, totalBytes: null }),
    );
    return () => {
      isGone = true;
    };
  }, [session, key]);
  return space;
}

/** The bar and its words. */
export function SpaceBar({ needed, disk }: { readonly needed: number; readonly disk: DiskSpace }): ReactNode {
  const { free, missing, left } = spaceFor(needed, disk.freeBytes);
  if (free === null) return <p className="num">{t('add_needs', formatSize(needed))}</p>;
  const total = Math.max(disk.totalBytes ?? free, free, 1);
  const used = ((total - free) / total) * 100;
  const goal = Math.min(100 - used, Math.max((needed / total) * 100, needed > 0 ? 1 : 0));
  const isFull = missing > 0;
  return (
    <>
      <span
        className="bar"
        role="img"
        aria-label={t('add_space_bar', formatSize(needed), formatSize(free))}
        data-st={isFull ? 'error' : 'downloading'}
        style={{ '--p': used } as CSSProperties}
      >
        <i />
        <b style={{ '--goal': goal } as CSSProperties} />
      </span>
      {isFull ? (
        <p className="num toomuch">
          <b>{t('add_missing', formatSize(missing))}</b> · {t('add_free', formatSize(free))}
        </p>
      ) : (
        <p className="num">
          <b>{t('add_needs', formatSize(needed))}</b> ·{' '}
          {t('add_free_left', formatSize(free), formatSize(left ?? 0))}
        </p>
      )}
    </>
  );
}
