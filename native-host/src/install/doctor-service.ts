/** What the doctor says about what runs: the state folder, the database, the service, the daemon and the port. */
import type { Check, DoctorOptions, Probes } from './doctor.ts';

/** With less, the database and its backups soon cannot be written. */
const FREE_BYTES = 100 * 1024 * 1024;

type Service = Awaited<ReturnType<Probes['service']>>;

/** Checks of what runs; nothing is changed. */
export async function checkService({ world, probes, port }: DoctorOptions): Promise<readonly Check[]> {
  const service = await probes.service();
  return [
    checkFolder(world.stateFolder, probes, world.platform),
    checkSpace(world.stateFolder, probes),
    await checkDatabase(service, world.stateFolder, probes),
    checkSocket(service),
    await checkDaemon(probes),
    await checkPort(service, port, probes),
  ];
}

function checkFolder(folder: string, probes: Probes, platform: string): Check {
  const found = probes.folder(folder);
  const id = 'state';
  if (found === null) {
    return { id, status: 'warn', sentence: `${folder} does not exist yet.`, fix: 'Run: jstorrent install' };
  }
  if (!found.isWritable) {
    const fix =
      platform === 'win32' ? `Allow yourself to write to ${folder}.` : `Run: chmod u+rwx '${folder}'`;
    return { id, status: 'bad', sentence: `${folder} cannot be written.`, fix };
  }
  return found.isPrivate
    ? { id, status: 'ok', sentence: `${folder} belongs to this user alone.`, fix: null }
    : {
        id,
        status: 'bad',
        sentence: `${folder} may be entered by others.`,
        fix: `Run: chmod 700 '${folder}'`,
      };
}

function checkSpace(folder: string, probes: Probes): Check {
  const free = probes.folder(folder)?.freeBytes ?? null;
  const id = 'space';
  if (free === null)
    return { id, status: 'warn', sentence: 'How much space is free is not known.', fix: null };
  const mib = Math.floor(free / 1024 / 1024);
  return free >= FREE_BYTES
    ? { id, status: 'ok', sentence: `${mib} MiB are free for the list of torrents.`, fix: null }
    : {
        id,
        status: 'bad',
        sentence: `Only ${mib} MiB are free on the disk of ${folder}.`,
        fix: 'Make room on this disk: without it the list of torrents cannot be saved.',
      };
}

async function checkDatabase(service: Service, folder: string, probes: Probes): Promise<Check> {
  const id = 'database';
  if (service === 'running') {
    return { id, status: 'ok', sentence: 'The running service holds the list of torrents.', fix: null };
  }
  const found = await probes.database();
  if (found === 'absent')
    return { id, status: 'ok', sentence: 'There is no list of torrents yet.', fix: null };
  return found.problem === null
    ? { id, status: 'ok', sentence: 'The list of torrents can be read.', fix: null }
    : {
        id,
        status: 'bad',
        sentence: `The list of torrents in ${folder} is damaged: ${found.problem}.`,
        fix: 'Start the service: it restores the last good copy and keeps the damaged file.',
      };
}

function checkSocket(service: Service): Check {
  const id = 'service';
  if (service === 'running') return { id, status: 'ok', sentence: 'The service runs.', fix: null };
  if (service === 'absent') {
    const sentence = 'The service does not run; it is started when it is needed.';
    return { id, status: 'ok', sentence, fix: null };
  }
  const fix = 'Mend what is named, or move it away, and try again.';
  return { id, status: 'bad', sentence: `The service cannot be spoken to: ${service.problem}`, fix };
}

async function checkDaemon(probes: Probes): Promise<Check> {
  const problem = await probes.daemon();
  return problem === null
    ? { id: 'daemon', status: 'ok', sentence: 'The daemon for sockets and files starts.', fix: null }
    : {
        id: 'daemon',
        status: 'bad',
        sentence: `The daemon for sockets and files does not start: ${problem}.`,
        fix: 'Install JSTorrent again; if it stays, the log says more.',
      };
}

async function checkPort(service: Service, port: number | null, probes: Probes): Promise<Check> {
  const id = 'port';
  if (service !== 'running' || port === null) {
    const sentence =
      'Whether others can reach you is not known: the service does not run or has no fixed port.';
    return { id, status: 'warn', sentence, fix: 'Start the service and look again.' };
  }
  const router = 'Whether your router lets others through cannot be seen from here.';
  return (await probes.isListening(port))
    ? { id, status: 'ok', sentence: `Port ${port} is open on this machine. ${router}`, fix: null }
    : {
        id,
        status: 'bad',
        sentence: `Nothing listens at port ${port}.`,
        fix: 'Choose another port in the settings: another program may have this one.',
      };
}
