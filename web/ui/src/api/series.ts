import { get } from './client';
import type { Band } from './types';

/** Feeds asked for in one request; more are asked for in several. */
const batch = 40;

/** bands gives at most about `points` buckets a feed; raw points where there are fewer of them. Times in seconds. */
export async function bands(
  ids: number[], start: number, end: number, points: number, signal?: AbortSignal,
): Promise<Band[]> {
  const out: Band[] = [];
  for (let i = 0; i < ids.length; i += batch) {
    const answer = await get<{ series: Band[] }>('api/v1/feeds/bands', {
      ids: ids.slice(i, i + batch).join(','), start: Math.floor(start * 1000), end: Math.ceil(end * 1000), points,
    }, signal);
    for (const series of answer.series) {
      out.push({ ...series, feed: Number(series.feed), time: series.time.map((ms) => ms / 1000) });
    }
  }
  return out;
}

export type Step = number | 'daily' | 'weekly' | 'monthly';

export interface Query {
  ids: number[];
  start: number;
  end: number;
  interval: Step;
  how: 'value' | 'average' | 'delta';
  timezone: string;
}

export interface Points {
  feed: number;
  time: number[];
  value: (number | null)[];
}

/** data asks for one value a step: the value there, the step's average, or the change over it. */
export async function data(q: Query, signal?: AbortSignal): Promise<Points[]> {
  if (q.ids.length === 0) return [];
  type Row = { feedid: string | number; data: [number, number | null][] };
  const rows = await get<Row[]>('feed/data.json', {
    ids: q.ids.join(','), start: Math.floor(q.start * 1000), end: Math.ceil(q.end * 1000), interval: q.interval,
    average: q.how === 'average' ? 1 : 0, delta: q.how === 'delta' ? 1 : 0, timezone: q.timezone, skipmissing: 0,
    timeformat: 'unixms',
  }, signal);
  return rows.map((row) => ({
    feed: Number(row.feedid),
    time: row.data.map(([ms]) => ms / 1000),
    value: row.data.map(([, value]) => value),
  }));
}
