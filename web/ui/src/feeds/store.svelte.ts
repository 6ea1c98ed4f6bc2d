import * as api from '../api/feeds';
import { live } from '../api/live.svelte';
import type { Feed, Sample } from '../api/types';
import { Resource } from '../lib/resource.svelte';

/** The user's feeds, shared by all pages. */
class Feeds extends Resource<Feed[]> {
  constructor() {
    super(api.feeds);
  }

  list = $derived(this.value ?? []);
  byId = $derived(new Map(this.list.map((feed) => [feed.id, feed])));

  /** now is the newest known sample: live when there is one, else as listed. */
  now(feed: Feed): Sample {
    return live.feeds.get(feed.id) ?? feed;
  }

  named(tag: string, name: string): Feed | undefined {
    return this.list.find((feed) => feed.tag === tag && feed.name === name);
  }
}

export const feeds = new Feeds();

export const engineNames: Record<number, string> = { 2: 'Variable', 5: 'Fixed', 7: 'Virtual' };

export function engineName(engine: number): string {
  return engineNames[engine] ?? `Engine ${engine}`;
}

/** The server takes only these characters in names and tags. */
export function cleanName(text: string): string {
  return text.replace(/[^\p{L}\p{N}_\s:-]/gu, '_').trim();
}
