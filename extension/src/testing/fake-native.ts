/** Native ports that a test plays the helper on. */
import type { NativePort } from '../background/native-link.ts';

/** One port, as the helper sees it. */
export class FakeNative implements NativePort {
  /** What the extension said, oldest first. */
  readonly heard: Record<string, unknown>[] = [];
  readonly #onMessage: ((message: unknown) => void)[] = [];
  readonly #onGone: ((reason: string) => void)[] = [];
  isOpen = true;
  readonly onMessage = {
    addListener: (listener: (message: unknown) => void) => void this.#onMessage.push(listener),
  };
  readonly onDisconnect = {
    addListener: (listener: (reason: string) => void) => void this.#onGone.push(listener),
  };

  postMessage(message: object): void {
    this.heard.push(message as Record<string, unknown>);
  }

  disconnect(): void {
    this.isOpen = false;
  }

  /** Say something to the extension. */
  say(message: object): void {
    for (const listener of this.#onMessage) listener(message);
  }

  /** Answer the greeting of the link. */
  greet(instance = 'one'): void {
    this.say({ id: 0, result: { protocol: 2, version: '1.2.3', platform: 'linux', instance } });
  }

  /** End, with the browser's words for why. */
  end(reason: string): void {
    this.isOpen = false;
    for (const listener of this.#onGone) listener(reason);
  }
}
