import { feeds } from '../feeds/store.svelte';
import { now } from '../lib/now.svelte';
import { router } from '../lib/router.svelte';
import { theme } from '../lib/theme.svelte';
import { session } from '../session/session.svelte';
import { lineColour } from './colours';
import { fetchShapes } from './fetch';
import type { Drawn, Shape } from './shape';
import { decode, encode, place, without, type GraphState, type Line, type View, type Window } from './state';
import { asWindow, panned, refreshEvery, spanOf, zoomed, type Span } from './window';

const pause = 120;

/**
 * The chart's state lives in the link, so that it can be shared and the browser's back undoes a zoom. Beside it: the
 * span while it is being moved, and what the server has answered for it.
 */
export class GraphModel {
  readonly state = $derived(decode(router.query));
  /** While fingers move the chart, the span that they have moved it to. */
  moving = $state.raw<Span | null>(null);
  points = $state(800);
  shapes = $state.raw<Shape[]>([]);
  note = $state('');
  error = $state('');
  loading = $state(false);
  hidden = $state.raw<ReadonlySet<number>>(new Set());
  /** The time that a following window ends at; moves on with each refresh. */
  #now = $state(now.seconds);

  /** Feeds of the link that do not exist, or not any more. */
  readonly lost = $derived(feeds.value === null ? [] : this.state.lines.filter((line) => !feeds.byId.has(line.feed)));

  readonly first = $derived.by(() => {
    const starts = this.state.lines.map((line) => feeds.byId.get(line.feed)?.start ?? null).filter((start) => start !== null);
    return starts.length > 0 ? Math.min(...starts) : null;
  });
  readonly follows = $derived(this.state.window.kind !== 'fixed' && this.moving === null);
  readonly span = $derived(this.moving ?? spanOf(this.state.window, this.#now, this.first));
  /** The span with room for the whole of the last bar. */
  readonly shown = $derived.by((): Span => {
    let { from, to } = this.span;
    if (!this.moving) {
      for (const shape of this.shapes) {
        if (shape.kind !== 'bars' || shape.time.length === 0) continue;
        const begin = shape.time.findLast((time) => time <= from);
        from = Math.min(from, begin ?? from);
        to = Math.max(to, shape.time.at(-1)! + shape.interval);
      }
    }
    return { from, to };
  });
  readonly drawn = $derived.by((): Drawn[] => {
    const order = new Map(this.state.lines.map((line, i) => [line.feed, { line, i }]));
    return this.shapes.flatMap((shape) => {
      const found = order.get(shape.feed);
      if (!found) return [];
      const feed = feeds.byId.get(shape.feed);
      return {
        ...shape,
        name: feed?.name ?? `feed ${shape.feed}`,
        unit: feed?.unit ?? '',
        axis: found.line.axis,
        colour: lineColour(found.i, theme.dark),
        hidden: this.hidden.has(shape.feed),
      };
    });
  });

  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;

  /** load asks for what is shown; earlier questions are given up, and the old lines stay until the answer. */
  load(): void {
    const { view } = this.state;
    // One feed that is gone would fail the whole question.
    const lines = this.state.lines.filter((line) => feeds.byId.has(line.feed));
    const span = this.span;
    const wanted = { lines, view, span, points: this.points, feeds: feeds.byId, clock: session.clock };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(wanted), this.moving ? pause : 0);
  }

  async #fetch(wanted: Parameters<typeof fetchShapes>[0]): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.loading = true;
    try {
      const answer = await fetchShapes(wanted, running.signal);
      if (running.signal.aborted) return;
      this.shapes = answer.shapes;
      this.note = answer.note;
      this.error = '';
    } catch (reason) {
      if (!running.signal.aborted) this.error = reason instanceof Error ? reason.message : String(reason);
    } finally {
      if (this.#running === running) this.loading = false;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  /** tick moves a following window on, when that shows something new. */
  tick(): void {
    if (this.follows && now.seconds - this.#now >= refreshEvery(this.span, this.points)) this.#now = now.seconds;
  }

  #go(state: GraphState): void {
    this.moving = null;
    router.go(`/graph?${encode(state)}`);
  }

  setWindow(window: Window): void {
    this.#now = now.seconds;
    this.#go({ ...this.state, window });
  }

  setView(view: View): void {
    this.#go({ ...this.state, view });
  }

  setSpan(span: Span): void {
    this.setWindow(asWindow(span, now.seconds));
  }

  settle(): void {
    if (this.moving) this.setSpan(this.moving);
  }

  /** zoom keeps the end of a window that follows the time. */
  zoom(factor: number): void {
    const span = this.span;
    this.setSpan(zoomed(span, factor, this.follows ? span.to : undefined));
  }

  pan(share: number): void {
    this.setSpan(panned(this.span, share));
  }

  toggle(id: number): void {
    const feed = feeds.byId.get(id);
    const there = this.state.lines.some((line) => line.feed === id);
    if (there) this.#go(without(this.state, id));
    else if (feed) this.#go(place(this.state, feed, feeds.byId));
  }

  dropLost(): void {
    this.#go({ ...this.state, lines: this.state.lines.filter((line) => feeds.byId.has(line.feed)) });
  }

  change(id: number, change: Partial<Line>): void {
    const lines = this.state.lines.map((line) => (line.feed === id ? { ...line, ...change } : line));
    this.#go({ ...this.state, lines });
  }

  hide(id: number): void {
    const next = new Set(this.hidden);
    if (!next.delete(id)) next.add(id);
    this.hidden = next;
  }
}
