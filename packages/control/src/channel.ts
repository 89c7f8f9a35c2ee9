/** What control needs of a connection, in bytes or in messages. Who makes it and over what is not decided here. */
import { encodeFrame, FrameDecoder } from './frames.ts';

/** Takes what arrives. */
export interface ByteHandlers {
  /** The bytes may be reused after the call. */
  onData(chunk: Uint8Array): void;
  /** `bufferedBytes` fell. */
  onDrain(): void;
  /** Called once, also after an own `close`. */
  onClose(): void;
}

/** A two-way stream of bytes, as a socket. */
export interface ByteChannel {
  /** Begin to deliver; called once. */
  listen(handlers: ByteHandlers): void;
  /** Takes over the bytes. */
  send(bytes: Uint8Array): void;
  /** Bytes sent that the other side has not taken yet. */
  readonly bufferedBytes: number;
  /** Stop and go on reading. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** Takes what arrives. */
export interface MessageHandlers {
  onMessage(message: unknown): void;
  /** Called once, also after an own `close`. */
  onClose(): void;
}

/** A two-way stream of messages, as the port that a browser gives to an extension. */
export interface MessageChannel {
  /** Begin to deliver; called once. */
  listen(handlers: MessageHandlers): void;
  send(message: object): void;
  close(): void;
}

/** Messages over bytes, each as a frame; frames that are none or larger than `maxBytes` are left out. */
export function framed(channel: ByteChannel, maxBytes: number): MessageChannel {
  return {
    listen: (handlers) => {
      const decoder = new FrameDecoder(maxBytes);
      channel.listen({
        onData: (chunk) => {
          for (const frame of decoder.push(chunk)) if (frame.ok) handlers.onMessage(frame.message);
        },
        onDrain: () => {},
        onClose: () => handlers.onClose(),
      });
    },
    send: (message) => channel.send(encodeFrame(message)),
    close: () => channel.close(),
  };
}
