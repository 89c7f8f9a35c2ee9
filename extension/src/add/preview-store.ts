/**
 * One torrent that is looked at before it is added: how far its file list is known and which files are wanted. Decides
 * when the service is asked; what is added, and where, is decided by the dialog.
 */
import { filesOfRun, type ControlSource, type Place, type PreviewView } from '@jstorrent/control';
import { textOf } from '../model/failures.ts';
import { FileModels, type FileModel } from '../model/file-model.ts';
import { withPriority, type Priority, type TreeFile } from '../model/file-tree.ts';
import type { AddSource } from '../model/link.ts';
import { Cell, type Observable } from '../model/observable.ts';
import type { Session } from '../model/session.ts';
import { controlSource } from '../model/sources.ts';

/** Files with their tree and what is wanted of them. */
export interface PreviewFiles extends FileModel {
  readonly files: readonly TreeFile[];
}

/** What is known of it. */
export type PreviewState =
  | { readonly kind: 'opening' }
  /** It cannot be added; a sentence says why. */
  | { readonly kind: 'failed'; readonly problem: string }
  /** `files` is null until all of them came. */
  | { readonly kind: 'open'; readonly view: PreviewView; readonly files: PreviewFiles | null };

/** The look at one source, anew with every connection to the service. */
export class PreviewStore {
  readonly state: Observable<PreviewState>;
  readonly #state = new Cell<PreviewState>({ kind: 'opening' });
  readonly #session: Session;
  readonly #source: ControlSource;
  readonly #leave: readonly (() => void)[];
  /** The user's choice outlives a lost connection. */
  #chosen: PreviewFiles | null = null;
  readonly #models = new FileModels();
  /** What the link or the file said before the user chose. */
  #given: readonly Priority[] = [];
  #opening = 0;
  #loadedFor = -1;
  #isClosed = false;

  constructor(session: Session, source: AddSource) {
    this.#session = session;
    this.state = this.#state;
    this.#source = controlSource(source);
    this.#leave = [
      session.onEvent((event) => {
        if (event.event === 'preview') this.#onView(event.preview);
      }),
      session.onReady(() => this.#open()),
    ];
  }

  /** Want files more or less; places in the list of files. */
  setPriority(places: readonly number[], priority: Priority): void {
    const now = this.#chosen;
    if (now === null) return;
    const files = withPriority(now.files, places, priority);
    this.#choose(files);
  }

  /** Whether another choice was made than the source brought along. */
  get isChanged(): boolean {
    return this.#chosen?.files.some(({ priority }, place) => priority !== this.#given[place]) ?? false;
  }

  /** Bytes free where it would go; null while unknown. */
  async freeBytes(place: Place): Promise<number | null> {
    const { freeBytes } = await this.#session.call('folders.freeSpace', { place });
    return freeBytes;
  }

  /** Nobody looks any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const leave of this.#leave) leave();
    const state = this.#state.value;
    if (state.kind !== 'open') return;
    // What was added is closed already.
    this.#session.call('preview.close', { preview: state.view.preview }, { now: true }).catch(() => {});
  }

  #open(): void {
    this.#opening += 1;
    const opening = this.#opening;
    this.#loadedFor = -1;
    this.#session.call('preview.open', { source: this.#source }).then(
      (view) => {
        const isLate = opening !== this.#opening || this.#isClosed;
        if (isLate)
          this.#session.call('preview.close', { preview: view.preview }, { now: true }).catch(() => {});
        else this.#onView(view, true);
      },
      (error: unknown) => {
        if (opening === this.#opening && (error as { code?: string }).code !== 'CLOSED')
          this.#state.set({ kind: 'failed', problem: textOf(error) });
      },
    );
  }

  #onView(view: PreviewView, isNew = false): void {
    const state = this.#state.value;
    const isOurs = isNew || (state.kind === 'open' && state.view.preview === view.preview);
    if (!isOurs || this.#isClosed) return;
    if (view.state === 'failed') {
      this.#state.set({ kind: 'failed', problem: view.problem ?? '' });
      return;
    }
    this.#state.set({ kind: 'open', view, files: this.#chosen });
    if (view.state === 'ready' && this.#chosen === null && this.#loadedFor !== view.preview) {
      this.#loadedFor = view.preview;
      this.#load(view.preview).catch((error: unknown) => {
        if (this.#loadedFor === view.preview && (error as { code?: string }).code !== 'CLOSED')
          this.#state.set({ kind: 'failed', problem: textOf(error) });
      });
    }
  }

  async #load(preview: number): Promise<void> {
    const files: TreeFile[] = [];
    for (let total = 1; files.length < total;) {
      // Each page is asked for behind the last.
      const page = await this.#session.call('preview.files', { preview, from: files.length });
      total = page.total;
      if (page.runs.length === 0) break;
      for (const run of page.runs) for (const file of filesOfRun(run)) files.push(file);
    }
    if (this.#loadedFor !== preview || this.#isClosed) return;
    this.#given = files.map(({ priority }) => priority);
    this.#choose(files);
  }

  #choose(files: readonly TreeFile[]): void {
    const chosen = { files, ...this.#models.of(files) };
    this.#chosen = chosen;
    const state = this.#state.value;
    if (state.kind === 'open') this.#state.set({ kind: 'open', view: state.view, files: chosen });
  }
}
