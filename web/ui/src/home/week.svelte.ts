import { SvelteMap } from 'svelte/reactivity';
import { data } from '../api/series';
import type { Feed } from '../api/types';
import { day } from '../lib/time';
import { session } from '../session/session.svelte';

const keep = 300_000;

/** Energy of each of the last seven days, today last, for feeds that count it. */
export class Week {
  readonly days = new SvelteMap<number, (number | null)[]>();
  #asked = '';
  #when = 0;

  load(list: readonly Feed[]): void {
    const ids = list.filter((feed) => feed.unit === 'kWh').map((feed) => feed.id);
    const key = ids.join();
    if (ids.length === 0 || (key === this.#asked && Date.now() - this.#when < keep)) return;
    this.#asked = key;
    this.#when = Date.now();
    void this.#fetch(ids);
  }

  async #fetch(ids: number[]): Promise<void> {
    const now = Date.now() / 1000;
    const start = session.clock.midnight(now, -6);
    try {
      const rows = await data({ ids, start, end: now, interval: 'daily', how: 'delta', timezone: session.zone });
      for (const row of rows) {
        const bars: (number | null)[] = Array(7).fill(null);
        for (const [i, time] of row.time.entries()) {
          const index = Math.round((time - start) / day);
          if (index >= 0 && index < 7) bars[index] = row.value[i] ?? null;
        }
        this.days.set(row.feed, bars);
      }
    } catch {
      // The tile shows the counter alone then.
    }
  }
}
