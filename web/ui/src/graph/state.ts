import type { Feed } from '../api/types';
import { day, hour } from '../lib/time';

/** How the chart shows: lines with bands, stored points, the change a step, or bars for calendar steps. */
export const views = ['line', 'raw', 'delta', 'day', 'week', 'month'] as const;
export type View = (typeof views)[number];

export type Axis = 'left' | 'right';
/** What a bar stands for: the change over its time (kWh counters) or the average. */
export type Bar = 'auto' | 'delta' | 'average';

export interface Line {
  feed: number;
  axis: Axis;
  bar: Bar;
}

/** A window is either fixed, or the time up to now ("last"); all is everything there is. */
export type Window = { kind: 'fixed'; from: number; to: number } | { kind: 'last'; seconds: number } | { kind: 'all' };

export interface GraphState {
  lines: Line[];
  window: Window;
  view: View;
}

export interface Preset {
  name: string;
  label: string;
  /** The label where there is little room. */
  short: string;
  window: Window;
}

const last = (seconds: number): Window => ({ kind: 'last', seconds });

/** Keys 1 to 7 choose them in this order. */
export const presets: readonly Preset[] = [
  { name: '1h', label: '1 h', short: '1 h', window: last(hour) },
  { name: '6h', label: '6 h', short: '6 h', window: last(6 * hour) },
  { name: '1d', label: 'Day', short: '1 d', window: last(day) },
  { name: '1w', label: 'Week', short: '1 w', window: last(7 * day) },
  { name: '1M', label: 'Month', short: '1 mo', window: last(30 * day) },
  { name: '1y', label: 'Year', short: '1 y', window: last(365 * day) },
  { name: 'all', label: 'All', short: 'all', window: { kind: 'all' } },
];

export function fresh(): GraphState {
  return { lines: [], window: last(day), view: 'line' };
}

/**
 * The state in a link: feeds=12,13.r,14.a&last=1d&view=day. A feed is followed by its flags: r right axis,
 * d and a for bars of the change or the average. Windows are last=<preset or seconds>, or from= and to= in seconds.
 */
export function encode(state: GraphState): string {
  const parts: string[] = [];
  if (state.lines.length > 0) parts.push(`feeds=${state.lines.map(encodeLine).join(',')}`);
  const { window } = state;
  if (window.kind === 'fixed') parts.push(`from=${Math.floor(window.from)}`, `to=${Math.ceil(window.to)}`);
  else parts.push(`last=${windowName(window)}`);
  if (state.view !== 'line') parts.push(`view=${state.view}`);
  return parts.join('&');
}

function encodeLine(line: Line): string {
  const flags = (line.axis === 'right' ? 'r' : '') + { auto: '', delta: 'd', average: 'a' }[line.bar];
  return flags ? `${line.feed}.${flags}` : String(line.feed);
}

function windowName(window: Window): string {
  const preset = presets.find((each) => sameWindow(each.window, window));
  if (preset) return preset.name;
  return window.kind === 'last' ? String(Math.round(window.seconds)) : 'all';
}

export function sameWindow(a: Window, b: Window): boolean {
  if (a.kind === 'fixed' && b.kind === 'fixed') return a.from === b.from && a.to === b.to;
  if (a.kind === 'last' && b.kind === 'last') return a.seconds === b.seconds;
  return a.kind === 'all' && b.kind === 'all';
}

/** decode reads a link; whatever it does not understand becomes the usual. */
export function decode(query: string): GraphState {
  const params = new URLSearchParams(query);
  const state = fresh();
  const seen = new Set<number>();
  for (const part of (params.get('feeds') ?? '').split(',')) {
    const [id = '', flags = ''] = part.split('.');
    const feed = Number(id);
    if (!Number.isSafeInteger(feed) || feed <= 0 || seen.has(feed)) continue;
    seen.add(feed);
    const bar: Bar = flags.includes('d') ? 'delta' : flags.includes('a') ? 'average' : 'auto';
    state.lines.push({ feed, axis: flags.includes('r') ? 'right' : 'left', bar });
  }
  state.window = decodeWindow(params) ?? state.window;
  const view = params.get('view');
  state.view = views.find((each) => each === view) ?? 'line';
  return state;
}

function decodeWindow(params: URLSearchParams): Window | null {
  const from = Number(params.get('from') ?? NaN);
  const to = Number(params.get('to') ?? NaN);
  if (Number.isFinite(from) && Number.isFinite(to) && to > from) return { kind: 'fixed', from, to };
  const name = params.get('last');
  const preset = presets.find((each) => each.name === name);
  if (preset) return preset.window;
  const seconds = Number(name ?? NaN);
  return Number.isFinite(seconds) && seconds > 0 ? last(seconds) : null;
}

/** place adds a feed, on the axis whose unit it shares; a second unit goes to the right. */
export function place(state: GraphState, feed: Feed, known: ReadonlyMap<number, Feed>): GraphState {
  if (state.lines.some((line) => line.feed === feed.id)) return state;
  const unitOf = (axis: Axis): string | undefined => {
    const line = state.lines.find((each) => each.axis === axis);
    return line && known.get(line.feed)?.unit;
  };
  const left = unitOf('left');
  const axis: Axis = left === undefined || left === feed.unit ? 'left' : 'right';
  return { ...state, lines: [...state.lines, { feed: feed.id, axis, bar: 'auto' }] };
}

export function without(state: GraphState, feed: number): GraphState {
  return { ...state, lines: state.lines.filter((line) => line.feed !== feed) };
}

/** Units of counters: what counts up is shown as its change over each bar. */
const counted = new Set(['kWh', 'Wh', 'MWh', 'm³', 'm3', 'l', 'VAh', 'kVAh', 'kVArh', 'Ah', 'J', 'MJ']);

export function barOf(line: Line, unit: string): 'delta' | 'average' {
  if (line.bar !== 'auto') return line.bar;
  return counted.has(unit) ? 'delta' : 'average';
}
