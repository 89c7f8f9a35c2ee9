/** The part of the package's server that tests use; it brings no types of its own. */
declare module 'bittorrent-tracker/server' {
  import type { Socket } from 'node:dgram';
  import type { EventEmitter } from 'node:events';
  import type { Server as HttpServer } from 'node:http';

  export default class Server extends EventEmitter {
    readonly http: HttpServer;
    readonly udp4: Socket;
    constructor(options: { readonly http: boolean; readonly udp: boolean; readonly ws: boolean });
    listen(
      ports: { readonly http: number; readonly udp: number },
      hosts: { readonly http: string; readonly udp: string; readonly udp6: string },
    ): void;
    close(onClosed: () => void): void;
  }
}
