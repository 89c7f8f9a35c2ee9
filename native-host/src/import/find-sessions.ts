/** Where other clients keep their sessions. Decides the places to look at; what is in them is read by read-session.ts. */
import { posix, win32 } from 'node:path';
import type { ClientName } from './imported.ts';

/** A session that can be read. */
export interface FoundSession {
  readonly client: ClientName;
  /** Absolute path of the folder, or of a database. */
  readonly path: string;
}

/** What is asked of the machine. */
export interface SessionsWorld {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the user's home. */
  readonly home: string;
  /** Whether something that this user may read is there. */
  isThere(path: string): Promise<boolean>;
}

/** Files and folders of which one shows that a session is in a folder. */
const MARKS: Readonly<Record<ClientName, readonly string[]>> = {
  qbittorrent: ['BT_backup', 'torrents.db'],
  transmission: ['resume', 'Resume'],
  deluge: ['state/torrents.state'],
};

/** The sessions of other clients that are on this machine, each once. */
export async function findSessions(world: SessionsWorld): Promise<readonly FoundSession[]> {
  const paths = world.platform === 'win32' ? win32 : posix;
  const found = new Map<string, FoundSession>();
  for (const { client, folders } of places(world)) {
    for (const folder of folders) {
      for (const mark of MARKS[client]) {
        if (
          found.has(`${client} ${folder}`) ||
          !(await world.isThere(paths.join(folder, ...mark.split('/'))))
        )
          continue;
        found.set(`${client} ${folder}`, { client, path: folder });
      }
    }
  }
  return [...found.values()];
}

interface Places {
  readonly client: ClientName;
  readonly folders: readonly string[];
}

function places(world: SessionsWorld): readonly Places[] {
  if (world.platform === 'win32') return windowsPlaces(world);
  return world.platform === 'darwin' ? macPlaces(world) : linuxPlaces(world);
}

function linuxPlaces({ env, home }: SessionsWorld): readonly Places[] {
  const config = env['XDG_CONFIG_HOME'] || posix.join(home, '.config');
  const data = env['XDG_DATA_HOME'] || posix.join(home, '.local', 'share');
  const flatpak = (app: string, kind: string): string => posix.join(home, '.var', 'app', app, kind);
  return [
    {
      client: 'qbittorrent',
      folders: [
        posix.join(data, 'qBittorrent'),
        posix.join(data, 'data', 'qBittorrent'),
        posix.join(flatpak('org.qbittorrent.qBittorrent', 'data'), 'qBittorrent'),
      ],
    },
    {
      client: 'transmission',
      folders: [
        posix.join(config, 'transmission'),
        posix.join(config, 'transmission-daemon'),
        posix.join(flatpak('com.transmissionbt.Transmission', 'config'), 'transmission'),
        '/var/lib/transmission-daemon/.config/transmission-daemon',
        '/var/lib/transmission/.config/transmission-daemon',
      ],
    },
    {
      client: 'deluge',
      folders: [
        posix.join(config, 'deluge'),
        posix.join(flatpak('org.deluge_torrent.deluge', 'config'), 'deluge'),
        '/var/lib/deluged/config',
        '/var/lib/deluge/.config/deluge',
      ],
    },
  ];
}

function macPlaces({ home }: SessionsWorld): readonly Places[] {
  const support = posix.join(home, 'Library', 'Application Support');
  return [
    { client: 'qbittorrent', folders: [posix.join(support, 'qBittorrent')] },
    {
      client: 'transmission',
      folders: [posix.join(support, 'Transmission'), posix.join(home, '.config', 'transmission-daemon')],
    },
    { client: 'deluge', folders: [posix.join(home, '.config', 'deluge')] },
  ];
}

function windowsPlaces({ env, home }: SessionsWorld): readonly Places[] {
  const local = env['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local');
  const roaming = env['APPDATA'] || win32.join(home, 'AppData', 'Roaming');
  return [
    { client: 'qbittorrent', folders: [win32.join(local, 'qBittorrent')] },
    {
      client: 'transmission',
      folders: [win32.join(local, 'transmission'), win32.join(local, 'transmission-daemon')],
    },
    { client: 'deluge', folders: [win32.join(roaming, 'deluge')] },
  ];
}
