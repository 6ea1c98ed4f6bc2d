import { preview as ask } from '../api/process';
import { alignPreview, Kinds, listText, type Outcome, type Step } from './list';

interface Question {
  input: number;
  steps: Step[];
  value: number | null;
  kinds: Kinds;
  /** False while a step still misses something. */
  whole: boolean;
}

const pause = 200;

/** Asks the server what the last value becomes, a moment after the list or the value changed. */
export class Preview {
  outcomes = $state<(Outcome | undefined)[]>([]);
  error = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;
  #asked = '';

  ask(q: Question): void {
    const list = listText(q.steps, q.kinds);
    const key = `${list}|${q.value}`;
    if (key === this.#asked) return;
    this.#asked = key;
    clearTimeout(this.#timer);
    this.#running?.abort();
    if (!q.whole || q.value === null || q.steps.length === 0) {
      this.outcomes = [];
      this.error = '';
      return;
    }
    this.#timer = setTimeout(() => void this.#run(q, list, q.value!), pause);
  }

  async #run(q: Question, list: string, value: number): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    try {
      const ran = await ask(q.input, list, value, running.signal);
      this.outcomes = alignPreview(q.steps, ran, q.kinds);
      this.error = '';
    } catch (reason) {
      if (running.signal.aborted) return;
      this.outcomes = [];
      this.error = `No preview: ${reason instanceof Error ? reason.message : String(reason)}`;
    }
  }
}
