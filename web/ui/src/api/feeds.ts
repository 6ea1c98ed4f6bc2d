import { address, get, postForm } from './client';
import type { Feed } from './types';

type Raw = Record<string, string | number | null | undefined>;

export async function feeds(): Promise<Feed[]> {
  return (await get<Raw[]>('feed/list.json', { meta: 1 })).map(feed);
}

function feed(row: Raw): Feed {
  return {
    id: Number(row.id),
    name: String(row.name ?? ''),
    tag: String(row.tag ?? ''),
    unit: String(row.unit ?? ''),
    public: Number(row.public || 0) === 1,
    engine: Number(row.engine ?? 0),
    size: Number(row.size ?? 0),
    time: optional(row.time),
    value: optional(row.value),
    start: Number(row.start_time ?? 0) || null,
    end: Number(row.end_time ?? 0) || null,
    interval: Number(row.interval ?? 0),
    points: Number(row.npoints ?? 0),
  };
}

function optional(value: string | number | null | undefined): number | null {
  return value === null || value === undefined || value === '' ? null : Number(value);
}

export interface NewFeed {
  tag: string;
  name: string;
  engine: number;
  interval: number;
  unit: string;
}

export async function createFeed(f: NewFeed): Promise<number> {
  const answer = await postForm<{ feedid: number | string }>('feed/create.json', {
    tag: f.tag, name: f.name, engine: f.engine, unit: f.unit, options: JSON.stringify({ interval: f.interval }),
  });
  return Number(answer.feedid);
}

export type FeedFields = Partial<{ name: string; tag: string; unit: string; public: 0 | 1 }>;

export const setFeed = (id: number, fields: FeedFields): Promise<unknown> =>
  postForm('feed/set.json', { id, fields: JSON.stringify(fields) });

export const deleteFeed = (id: number): Promise<unknown> => postForm('feed/delete.json', { id });

export const clearFeed = (id: number): Promise<unknown> => postForm('feed/clear.json', { id });

export interface Download {
  ids: number[];
  start: number;
  end: number;
  interval: string;
  average: boolean;
  timeformat: string;
  timezone: string;
}

/** csvAddress is a link that the browser downloads; the server streams it. */
export function csvAddress(d: Download): string {
  return address('feed/csvexport.json', {
    ids: d.ids.join(','), start: Math.floor(d.start * 1000), end: Math.floor(d.end * 1000), interval: d.interval,
    average: d.average ? 1 : 0, timeformat: d.timeformat, timezone: d.timezone,
  });
}
