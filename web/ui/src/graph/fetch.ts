import { bands, data, type Points, type Step } from '../api/series';
import type { Feed } from '../api/types';
import type { Clock } from '../lib/time';
import { day } from '../lib/time';
import type { Shape } from './shape';
import { barOf, type Line, type View } from './state';
import { stepFor, type Span } from './window';

export interface Wanted {
  lines: Line[];
  view: View;
  span: Span;
  /** Columns that the chart has room for. */
  points: number;
  feeds: ReadonlyMap<number, Feed>;
  clock: Clock;
}

export interface Fetched {
  shapes: Shape[];
  /** What the user should know about what is shown. */
  note: string;
}

/** So many stored points can be drawn without the page getting slow. */
const mostRaw = 20_000;

/** fetchShapes asks the server for what the chart shows, in the order of the lines. */
export async function fetchShapes(wanted: Wanted, signal: AbortSignal): Promise<Fetched> {
  if (wanted.lines.length === 0) return { shapes: [], note: '' };
  switch (wanted.view) {
    case 'line':
    case 'raw':
      return curves(wanted, wanted.view === 'raw', signal);
    case 'delta':
      return { shapes: await deltas(wanted, signal), note: '' };
    default:
      return { shapes: await bars(wanted, signal), note: '' };
  }
}

async function curves(wanted: Wanted, stored: boolean, signal: AbortSignal): Promise<Fetched> {
  const { span, lines } = wanted;
  const ids = lines.map((line) => line.feed);
  const series = await bands(ids, span.from, span.to, stored ? mostRaw : wanted.points, signal);
  const shapes = series.map((band): Shape => ({
    feed: band.feed,
    kind: band.raw ? 'points' : 'line',
    time: band.time,
    value: band.mean,
    min: band.raw ? null : band.min,
    max: band.raw ? null : band.max,
    interval: band.interval,
    delta: false,
  }));
  const reduced = stored && series.some((band) => !band.raw);
  const note = reduced ? 'Too many stored points for one chart: some lines show averages. Zoom in to see each point.' : '';
  return { shapes: ordered(shapes, lines), note };
}

async function deltas(wanted: Wanted, signal: AbortSignal): Promise<Shape[]> {
  const { span, lines, feeds, clock } = wanted;
  const slowest = Math.max(...lines.map((line) => feeds.get(line.feed)?.interval ?? 0));
  const step = Math.max(stepFor(span.to - span.from, wanted.points / 5), Math.ceil(slowest));
  const query = {
    ids: lines.map((line) => line.feed), start: Math.floor(span.from / step) * step, end: span.to, interval: step,
    how: 'delta' as const, timezone: clock.zone ?? 'UTC',
  };
  return ordered((await data(query, signal)).map((points) => shape(points, 'steps', step, true)), lines);
}

const calendar: Record<string, [Step, number]> = { day: ['daily', day], week: ['weekly', 7 * day], month: ['monthly', 30 * day] };

async function bars(wanted: Wanted, signal: AbortSignal): Promise<Shape[]> {
  const { span, lines, feeds, clock } = wanted;
  const [interval, length] = calendar[wanted.view]!;
  const how = (line: Line): 'delta' | 'average' => barOf(line, feeds.get(line.feed)?.unit ?? '');
  // A week begins on the Monday on or after the start: begin a whole step early, and cut what lies before.
  const start = clock.midnight(span.from) - (interval === 'weekly' ? 6 * day : 0);
  const some = (kind: 'delta' | 'average'): Promise<Points[]> =>
    data({
      ids: lines.filter((line) => how(line) === kind).map((line) => line.feed), start, end: span.to, interval, how: kind,
      timezone: clock.zone ?? 'UTC',
    }, signal);
  // Two requests, as the server takes one kind for all feeds of a request.
  const [delta, average] = await Promise.all([some('delta'), some('average')]);
  const shapes = [
    ...delta.map((points) => shape(points, 'bars', length, true)),
    ...average.map((points) => shape(points, 'bars', length, false)),
  ];
  return ordered(shapes, lines);
}

function shape(points: Points, kind: Shape['kind'], interval: number, delta: boolean): Shape {
  return { feed: points.feed, kind, time: points.time, value: points.value, min: null, max: null, interval, delta };
}

function ordered(shapes: Shape[], lines: Line[]): Shape[] {
  const byFeed = new Map(shapes.map((each) => [each.feed, each]));
  return lines.flatMap((line) => byFeed.get(line.feed) ?? []);
}
