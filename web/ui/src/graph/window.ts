import { day, hour } from '../lib/time';
import type { Window } from './state';

export interface Span {
  from: number;
  to: number;
}

/** Shorter than this there is nothing to see; longer than this nobody measured. */
const shortest = 10;
const longest = 60 * 365 * day;

/** spanOf makes a window concrete. `first` is when the oldest of the shown feeds begins. */
export function spanOf(window: Window, now: number, first: number | null): Span {
  if (window.kind === 'fixed') return { from: window.from, to: window.to };
  if (window.kind === 'last') return { from: now - window.seconds, to: now };
  const from = first === null ? now - day : first;
  return { from: Math.min(from, now - shortest), to: now };
}

/** zoomed makes the span shorter (factor < 1) or longer around a point of it. */
export function zoomed(span: Span, factor: number, at = (span.from + span.to) / 2): Span {
  const length = Math.min(Math.max((span.to - span.from) * factor, shortest), longest);
  const share = (at - span.from) / (span.to - span.from);
  const from = at - share * length;
  return { from, to: from + length };
}

export function panned(span: Span, share: number): Span {
  const by = (span.to - span.from) * share;
  return { from: span.from + by, to: span.to + by };
}

/**
 * asWindow turns a span the user has moved to into what the link keeps. One whose end comes near now follows the
 * time again; none begins in the future.
 */
export function asWindow(span: Span, now: number): Window {
  const length = span.to - span.from;
  if (span.to > now + length * 0.5) return { kind: 'last', seconds: Math.round(length) };
  if (Math.abs(span.to - now) <= Math.max(length * 0.005, 1)) return { kind: 'last', seconds: Math.round(length) };
  return { kind: 'fixed', from: Math.floor(span.from), to: Math.ceil(Math.max(span.to, span.from + shortest)) };
}

const nice = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day];

/** stepFor is the round number of seconds that cuts a span into at most `count` steps. */
export function stepFor(seconds: number, count: number): number {
  const wanted = seconds / count;
  const found = nice.find((each) => each >= wanted);
  return found ?? Math.ceil(wanted / day) * day;
}

/** refreshEvery is how often a window that follows the time is worth asking for again. */
export function refreshEvery(span: Span, points: number): number {
  return Math.min(Math.max((span.to - span.from) / points, 2), 60);
}
