import type { Attachment } from 'svelte/attachments';
import { SvelteMap } from 'svelte/reactivity';
import { bands } from '../api/series';
import type { Band } from '../api/types';
import { day } from '../lib/time';

const points = 96;
const gather = 60;
const keep = 120;

/** The last day of feeds as small lines, fetched together for those that come into view. */
class Sparks {
  readonly lines = new SvelteMap<number, Band>();
  end = $state(Date.now() / 1000);
  #fetched = new Map<number, number>();
  #wanted = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen = new WeakMap<Element, number>();
  #observer: IntersectionObserver | undefined;

  get start(): number {
    return this.end - day;
  }

  /** shows asks for a feed's line once the element scrolls into view. */
  shows(feed: number): Attachment {
    return (element) => {
      this.#observer ??= new IntersectionObserver((entries) => this.#appeared(entries), { rootMargin: '200px' });
      this.#seen.set(element, feed);
      this.#observer.observe(element);
      return () => this.#observer?.unobserve(element);
    };
  }

  #appeared(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const feed = this.#seen.get(entry.target);
      if (entry.isIntersecting && feed !== undefined) this.want(feed);
    }
  }

  want(feed: number): void {
    if (Date.now() / 1000 - (this.#fetched.get(feed) ?? 0) < keep) return;
    this.#wanted.add(feed);
    this.#timer ??= setTimeout(() => void this.#fetch(), gather);
  }

  async #fetch(): Promise<void> {
    this.#timer = undefined;
    const ids = [...this.#wanted];
    this.#wanted.clear();
    const end = Date.now() / 1000;
    for (const id of ids) this.#fetched.set(id, end);
    try {
      for (const band of await bands(ids, end - day, end, points)) this.lines.set(band.feed, band);
      this.end = end;
    } catch {
      // A missing small line is no news; it is asked for again when the row is seen again.
      for (const id of ids) this.#fetched.delete(id);
    }
  }
}

export const sparks = new Sparks();
