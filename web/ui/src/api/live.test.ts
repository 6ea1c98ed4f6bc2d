import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Live, type Source } from './live.svelte';

class FakeSource implements Source {
  onopen: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  readyState = 0;
  closed = false;
  private listeners = new Map<string, (event: MessageEvent<string>) => void>();

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }
  close(): void {
    this.closed = true;
    this.readyState = 2;
  }
  opened(): void {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }
  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.(new Event('error'));
  }
  send(type: string, data: unknown): void {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    this.listeners.get(type)?.({ data: text } as MessageEvent<string>);
  }
}

function setup(): { live: Live; sources: FakeSource[] } {
  const sources: FakeSource[] = [];
  const live = new Live(() => {
    const source = new FakeSource();
    sources.push(source);
    return source;
  });
  return { live, sources };
}

describe('Live', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keeps the newest value of each input and feed', () => {
    const { live, sources } = setup();
    live.start();
    expect(live.state).toBe('connecting');
    sources[0]!.opened();
    sources[0]!.send('inputs', [{ id: 1, time: 100, value: 5 }, { id: '2', time: null, value: null }]);
    sources[0]!.send('inputs', [{ id: 1, time: 110, value: 6 }]);
    sources[0]!.send('feeds', [{ id: 1, time: 110, value: 7 }]);
    expect(live.state).toBe('live');
    expect(live.inputs.get(1)).toEqual({ time: 110, value: 6 });
    expect(live.inputs.get(2)).toEqual({ time: null, value: null });
    expect(live.feeds.get(1)).toEqual({ time: 110, value: 7 });
    expect(live.pace.get(1)).toBe(10);
  });

  it('ignores what is not JSON', () => {
    const { live, sources } = setup();
    live.start();
    sources[0]!.send('inputs', '<html>');
    sources[0]!.send('inputs', '{"id":1}');
    expect(live.inputs.size).toBe(0);
  });

  it('leaves a broken connection to EventSource', () => {
    const { live, sources } = setup();
    live.start();
    sources[0]!.opened();
    sources[0]!.fail(0);
    expect(live.state).toBe('reconnecting');
    sources[0]!.opened();
    expect(live.state).toBe('live');
    expect(sources).toHaveLength(1);
  });

  it('opens a new one, ever more slowly, after an error answer', () => {
    const { live, sources } = setup();
    live.start();
    sources[0]!.fail(2);
    vi.advanceTimersByTime(1000);
    expect(sources).toHaveLength(2);
    sources[1]!.fail(2);
    vi.advanceTimersByTime(1999);
    expect(sources).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sources).toHaveLength(3);
    expect(live.state).toBe('reconnecting');
  });

  it('forgets all values and stops trying when stopped', () => {
    const { live, sources } = setup();
    live.start();
    sources[0]!.send('feeds', [{ id: 1, time: 1, value: 1 }]);
    sources[0]!.fail(2);
    live.stop();
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
    expect(live.feeds.size).toBe(0);
    expect(live.state).toBe('off');
  });
});
