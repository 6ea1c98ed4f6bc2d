import { SvelteMap } from 'svelte/reactivity';
import type { Sample } from './types';

export type LiveState = 'off' | 'connecting' | 'live' | 'reconnecting';

/** The part of EventSource that is used, so that tests can stand in for it. */
export interface Source {
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

interface Change {
  id: number | string;
  time: number | null;
  value: number | null;
}

const closed = 2;
const longestWait = 30_000;

/**
 * The newest values of the user's inputs and feeds. The server sends all of them first and then, each second, those
 * that have changed; pages read single values from the maps and are updated one by one.
 */
export class Live {
  state = $state<LiveState>('off');
  readonly inputs = new SvelteMap<number, Sample>();
  readonly feeds = new SvelteMap<number, Sample>();
  /** Seconds between the last two values of an input, for guessing a feed's interval. */
  readonly pace = new Map<number, number>();

  #source: Source | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #wait = 1000;

  constructor(private readonly open: () => Source) {}

  start(): void {
    if (this.#source) return;
    clearTimeout(this.#retry);
    this.state = this.state === 'reconnecting' ? 'reconnecting' : 'connecting';
    const source = this.open();
    this.#source = source;
    source.onopen = () => {
      this.state = 'live';
      this.#wait = 1000;
    };
    source.onerror = () => this.#failed(source);
    source.addEventListener('inputs', (event) => this.#take(this.inputs, event.data, this.pace));
    source.addEventListener('feeds', (event) => this.#take(this.feeds, event.data));
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
    this.state = 'off';
    this.inputs.clear();
    this.feeds.clear();
    this.pace.clear();
  }

  /** EventSource reconnects by itself after a broken connection, but gives up after an error answer. */
  #failed(source: Source): void {
    if (this.#source !== source) return;
    this.state = 'reconnecting';
    if (source.readyState !== closed) return;
    this.#source = null;
    source.close();
    this.#retry = setTimeout(() => this.start(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, longestWait);
  }

  #take(into: SvelteMap<number, Sample>, text: string, pace?: Map<number, number>): void {
    let changes: Change[];
    try {
      changes = JSON.parse(text) as Change[];
    } catch {
      return;
    }
    if (!Array.isArray(changes)) return;
    for (const change of changes) {
      const id = Number(change.id);
      const before = into.get(id);
      if (pace && before?.time && change.time && change.time > before.time) pace.set(id, change.time - before.time);
      into.set(id, { time: change.time, value: change.value });
    }
  }
}

export const live = new Live(() => new EventSource('api/v1/live'));
