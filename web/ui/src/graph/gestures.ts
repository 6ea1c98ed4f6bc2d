import type uPlot from 'uplot';
import { zoomed, type Span } from './window';

export interface Moves {
  /** The chart is being moved; calls come many times a second. */
  moving: (span: Span) => void;
  /** The movement has ended. */
  settled: () => void;
  zoomOut: () => void;
}

const quiet = 350;

/**
 * gestures lets the chart be moved: shift and drag, wheel and two fingers pan; wheel with ctrl and pinching zoom; one
 * finger pans. Dragging with the mouse alone is uPlot's selection. Answers how to let go again.
 */
export function gestures(u: uPlot, moves: Moves): () => void {
  const { over } = u;
  const held = new Map<number, number>();
  let start: { span: Span; at: number; apart: number } | null = null;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let tapped = 0;

  const span = (): Span => ({ from: u.scales.x!.min!, to: u.scales.x!.max! });
  const left = (event: MouseEvent): number => event.clientX - over.getBoundingClientRect().left;
  const share = (x: number): number => x / over.clientWidth;

  function wheel(event: WheelEvent): void {
    event.preventDefault();
    const now = span();
    const length = now.to - now.from;
    if (event.ctrlKey || event.metaKey) {
      moves.moving(zoomed(now, Math.exp(Math.max(-1, Math.min(event.deltaY * 0.004, 1))), now.from + share(left(event)) * length));
    } else {
      const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
      const pixels = delta * (event.deltaMode === 1 ? 30 : 1);
      const by = (pixels / over.clientWidth) * length * 0.6;
      moves.moving({ from: now.from + by, to: now.to + by });
    }
    clearTimeout(idle);
    idle = setTimeout(moves.settled, quiet);
  }

  function grip(): void {
    const places = [...held.values()];
    if (places.length === 0) return void (start = null);
    const low = Math.min(...places);
    const high = Math.max(...places);
    start = { span: span(), at: (low + high) / 2, apart: high - low };
  }

  function down(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && !(event.shiftKey && event.button === 0)) return;
    held.set(event.pointerId, left(event));
    if (event.pointerType === 'mouse') over.setPointerCapture(event.pointerId);
    grip();
  }

  function move(event: PointerEvent): void {
    if (!held.has(event.pointerId) || !start) return;
    held.set(event.pointerId, left(event));
    const places = [...held.values()];
    const low = Math.min(...places);
    const high = Math.max(...places);
    const length = start.span.to - start.span.from;
    const factor = start.apart > 20 && high - low > 20 ? start.apart / (high - low) : 1;
    const anchor = start.span.from + share(start.at) * length;
    const next = zoomed(start.span, factor, anchor);
    const by = -share((low + high) / 2 - start.at) * (next.to - next.from);
    moves.moving({ from: next.from + by, to: next.to + by });
  }

  function up(event: PointerEvent): void {
    if (!held.delete(event.pointerId)) return;
    if (held.size === 0) {
      twice(event);
      moves.settled();
    }
    grip();
  }

  /** Browsers give no double-click for two taps where panning is handled here. */
  function twice(event: PointerEvent): void {
    if (event.pointerType === 'mouse' || event.type !== 'pointerup') return;
    const still = start !== null && Math.abs(left(event) - start.at) < 10;
    if (still && event.timeStamp - tapped < 320) moves.zoomOut();
    tapped = still ? event.timeStamp : 0;
  }

  over.addEventListener('wheel', wheel, { passive: false });
  over.addEventListener('pointerdown', down);
  over.addEventListener('pointermove', move);
  over.addEventListener('pointerup', up);
  over.addEventListener('pointercancel', up);
  return () => clearTimeout(idle);
}
