import { Clock } from '../src/lib/time';
import type { FakeFeed } from './house';

export interface Query {
  feeds: FakeFeed[];
  start: number;
  end: number;
}

type Row = { feedid: string; data: [number, number | null][] };

function valueAt(feed: FakeFeed, time: number): number | null {
  const slot = Math.floor(time / feed.interval) * feed.interval;
  return slot < feed.start || slot > Date.now() / 1000 ? null : feed.value(slot);
}

/** mean of a few values within a step: enough for looking at. */
function meanOver(feed: FakeFeed, from: number, to: number): number | null {
  const values = samples(feed, from, to, 24);
  return values.length > 0 ? values.reduce((sum, v) => sum + v, 0) / values.length : null;
}

function samples(feed: FakeFeed, from: number, to: number, count: number): number[] {
  const out: number[] = [];
  const step = Math.max(feed.interval, (to - from) / count);
  for (let time = from; time < to; time += step) {
    const value = valueAt(feed, time);
    if (value !== null) out.push(value);
  }
  return out;
}

/** data answers feed/data.json for numeric and calendar intervals. */
export function data(query: Query, form: Record<string, string>): Row[] {
  const edges = steps(query, form.interval ?? '0', form.timezone ?? 'UTC');
  return query.feeds.map((feed) => ({
    feedid: String(feed.id),
    data: edges.slice(0, -1).map((from, i): [number, number | null] => {
      const to = edges[i + 1]!;
      if (form.delta === '1') return [from * 1000, change(feed, from, to)];
      return [from * 1000, form.average === '1' ? meanOver(feed, from, to) : valueAt(feed, from)];
    }),
  }));
}

function change(feed: FakeFeed, from: number, to: number): number | null {
  const now = Date.now() / 1000;
  const first = valueAt(feed, from);
  const second = valueAt(feed, Math.min(to, now));
  return first === null || second === null || from > now ? null : second - first;
}

function steps(query: Query, interval: string, zone: string): number[] {
  const out: number[] = [];
  const clock = new Clock(zone);
  if (interval === 'daily' || interval === 'weekly') {
    const days = interval === 'daily' ? 1 : 7;
    let time = clock.midnight(query.start);
    while (days === 7 && clock.wall(time).getDay() !== 1) time = clock.midnight(time, 1);
    for (; time <= query.end; time = clock.midnight(time, days)) out.push(time);
    return [...out, clock.midnight(out.at(-1) ?? query.start, days)];
  }
  if (interval === 'monthly') {
    let time = clock.midnight(query.start, 1 - clock.wall(query.start).getDate());
    for (let i = 0; i < 400; i++) {
      out.push(time);
      if (time > query.end) break;
      const next = clock.midnight(time, 32);
      time = clock.midnight(next, 1 - clock.wall(next).getDate());
    }
    return out;
  }
  const seconds = Math.max(1, Number(interval));
  for (let time = query.start; time <= query.end + seconds; time += seconds) out.push(time);
  return out;
}

/** bands answers api/v1/feeds/bands: stored points where there are few, else buckets. */
export function bands(query: Query, points: number): unknown {
  const length = query.end - query.start;
  const series = query.feeds.map((feed) => {
    const raw = length / feed.interval <= points;
    const interval = raw ? feed.interval : Math.ceil(length / points / feed.interval) * feed.interval;
    const columns = { time: [] as number[], mean: [] as (number | null)[], min: [] as (number | null)[], max: [] as (number | null)[] };
    const last = Math.min(query.end, Date.now() / 1000);
    for (let time = Math.ceil(query.start / interval) * interval; time <= last; time += interval) {
      if (time < feed.start) continue;
      const values = raw ? [valueAt(feed, time)].filter((v) => v !== null) : samples(feed, time, Math.min(time + interval, last + 1), 12);
      columns.time.push(time * 1000);
      columns.mean.push(values.length > 0 ? values.reduce((sum, v) => sum + v, 0) / values.length : null);
      columns.min.push(values.length > 0 ? Math.min(...values) : null);
      columns.max.push(values.length > 0 ? Math.max(...values) : null);
    }
    return { feed: feed.id, interval, raw, ...columns };
  });
  return { start: query.start * 1000, end: query.end * 1000, series };
}
