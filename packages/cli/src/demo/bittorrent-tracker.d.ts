/** The part of the package's server that the demonstration uses; it brings no types of its own. */
declare module 'bittorrent-tracker/server' {
  import type { EventEmitter } from 'node:events';
  import type { Server as HttpServer } from 'node:http';

  export default class Server extends EventEmitter {
    readonly http: HttpServer;
    constructor(options: {
      readonly http: boolean;
      readonly udp: boolean;
      readonly ws: boolean;
      readonly stats: boolean;
      readonly interval: number;
    });
    listen(port: number, hostname: string, onListening: () => void): void;
    close(onClosed: () => void): void;
  }
}
