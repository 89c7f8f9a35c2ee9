/** What happens to a torrent that has seeded enough, as its goals say. When that is, the engine decides. */
import type { GoalKind, TorrentId } from '@jstorrent/engine';
import type { Host } from './host.ts';

/** Act on a reached goal: the engine has stopped the torrent. */
export function onGoalReached(host: Host, id: TorrentId, goal: GoalKind): void {
  const record = host.catalog.find(id);
  if (record === null) return;
  const name = record.displayName ?? record.name;
  const { action } = record.goals ?? host.settings.values['seeding.goals'];
  host.log.say('notable', 'GOAL', `${name} has seeded enough (${goal})`, id);
  host.clients.notice('goalReached', id, { name });
  if (action === 'stop') {
    host.catalog.update([id], () => ({ intent: 'stop', stoppedBy: goal }));
    return;
  }
  host.removals.remove([id], action === 'removeWithData');
  host.clients.notice('removed', id, { name });
}
