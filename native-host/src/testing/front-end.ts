/**
 * A front end for tests: a connector started as a browser does it, or a plain connection to the local socket, with a
 * client over it. Decides how bytes are cut; what is called is decided by the tests.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import {
  connectControl,
  framed,
  ListView,
  PROTOCOL,
  type ByteChannel,
  type ControlClient,
  type ControlEvent,
} from '@jstorrent/control';
import { connectorFlags } from '../connector/flags.ts';
import { CHROMIUM_EXTENSION_ID } from '../install/identity.ts';
import { connectLocally } from '../socket/connect.ts';
import type { Home } from './home.ts';

const CONNECTOR = fileURLToPath(new URL('../connector/main.ts', import.meta.url));
/** What Chromium puts on the command line. */
export const ORIGIN = `chrome-extension://${CHROMIUM_EXTENSION_ID}/`;

/** A client and what it was told. */
export interface FrontEnd {
  readonly client: ControlClient;
  readonly events: readonly ControlEvent[];
  /** The list as it was told; subscribe first. */
  readonly list: ListView;
  close(): void;
}

/** A front end behind a connector. */
export interface BrowserFrontEnd extends FrontEnd {
  readonly child: ChildProcess;
  /** Resolved with its exit status. */
  readonly ended: Promise<number | null>;
}

/** Start a connector as a browser does, without saying anything. */
export function startConnector(home: Home, words: readonly string[] = [ORIGIN]): ChildProcess {
  return spawn(process.execPath, [...connectorFlags(CONNECTOR), CONNECTOR, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: home.env,
  });
}

/** Start a connector and say hello through it; `cut` = bytes per write, null = whole frames. */
export async function openBrowser(home: Home, cut: number | null = null): Promise<BrowserFrontEnd> {
  const child = startConnector(home);
  const ended = once(child, 'exit').then(([status]) => status as number | null);
  const front = frontEnd(pipeChannel(child.stdout!, child.stdin!, cut));
  await hello(front.client);
  return { ...front, child, ended };
}

/** Connect to the service that runs. */
export async function openSocket(home: Home): Promise<FrontEnd> {
  const socket = await connectLocally(home.place);
  if (socket === null) throw new Error('no service listens');
  const front = frontEnd(pipeChannel(socket, socket, null));
  await hello(front.client);
  return front;
}

/** Greet, as after `ready`. */
export async function hello(client: ControlClient): Promise<string> {
  const { instance } = await client.call('hello', { protocol: PROTOCOL, name: 'test', version: '0.0.0' });
  return instance;
}

function frontEnd(channel: ByteChannel): FrontEnd {
  const events: ControlEvent[] = [];
  const list = new ListView();
  const client = connectControl(framed(channel, 2 ** 20), {
    timer: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    onEvent: (event) => {
      events.push(event);
      if (event.event === 'list') list.apply(event);
    },
  });
  return { client, events, list, close: () => client.close() };
}

function pipeChannel(input: Readable, output: Writable | Socket, cut: number | null): ByteChannel {
  return {
    listen: (handlers) => {
      input.on('data', (chunk: Uint8Array) => handlers.onData(chunk));
      input.on('error', () => {});
      output.on('error', () => {});
      input.once('close', () => handlers.onClose());
    },
    send: (bytes) => {
      for (let at = 0; at < bytes.length; at += cut ?? bytes.length) {
        output.write(bytes.subarray(at, at + (cut ?? bytes.length)));
      }
    },
    bufferedBytes: 0,
    pause: () => {},
    resume: () => {},
    close: () => output.end(),
  };
}
