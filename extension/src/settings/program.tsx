/** The program that is run for completed torrents: one part per line, never a shell. */
import { CONTROL_LIMITS } from '@jstorrent/control';
import { useEffect, useState, type ReactNode } from 'react';
import { formatCount } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { useLine } from './line.tsx';
import { useSettingsPage } from './page.ts';
import { readArgv } from './argv.ts';

/** The field. */
export function Program(): ReactNode {
  const { row, titleId, problemId, problem, say } = useLine();
  const { values, change } = useSettingsPage();
  const argv = values['done.run'];
  const saved = argv.join('\n');
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => setTyped(null), [saved]);
  const commit = (): void => {
    if (typed === null) return;
    const read = readArgv(typed);
    if (read === 'notWhole') return say(t('settings_run_bad'));
    if (read === 'tooLong') {
      const { argv: lines, argvLength } = CONTROL_LIMITS;
      return say(t('settings_run_long', formatCount(lines), formatCount(argvLength)));
    }
    say('');
    setTyped(null);
    if (read.join('\n') !== saved) void change(row.title, { 'done.run': read });
  };
  return (
    <textarea
      className={`mono ${problem === '' ? '' : 'bad'}`}
      dir="ltr"
      rows={Math.max(2, Math.min(6, (typed ?? saved).split('\n').length + 1))}
      spellCheck={false}
      value={typed ?? saved}
      aria-labelledby={titleId}
      aria-invalid={problem !== ''}
      aria-describedby={problem === '' ? undefined : problemId}
      placeholder={'/usr/bin/notify-send\nFinished'}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
    />
  );
}
